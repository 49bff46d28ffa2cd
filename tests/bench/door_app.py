"""A process to be measured: leadhand's door with everything behind it up to the commit, or a bare Bolt app."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.app import make_parts
from bot.process import Process, Role
from bot.settings import Settings
from storage.migration import migrate


async def serve_leadhand(environment: dict[str, str]) -> None:
    """Hears alone: what is done about an event later costs what it costs, and is not the door's."""
    logs.set_up()
    async with aiohttp.ClientSession() as session:
        parts = make_parts(Settings(_env_file=None, **environment), session)
        await migrate(parts.settings.database)
        process = Process(parts, Role(hears=True, works=False))
        await process.start()
        await _until_told(process.port)
        await process.stop()


async def serve_bare(environment: dict[str, str]) -> None:
    """Bolt as its documentation shows it, with one HTTP session: each listener acknowledges and does nothing."""
    logs.set_up()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"], session=session)
        app = AsyncApp(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])

        async def on_event() -> None:
            pass

        async def on_command(ack: AsyncAck) -> None:
            await ack()

        app.event("app_mention")(on_event)
        app.command("/ticket")(on_command)
        runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await _until_told(runner.addresses[0][1])
        await runner.cleanup()


async def _until_told(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


def main(kind: str, api: str, folder: str) -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-playground",
        "SLACK_SIGNING_SECRET": "playground-signing-secret",
        "SLACK_API_URL": api,
        "LEADHAND_DATA": str(Path(folder)),
        "PORT": "0",
    }
    asyncio.run({"leadhand": serve_leadhand, "bare": serve_bare}[kind](environment))


if __name__ == "__main__":
    main(*sys.argv[1:])
