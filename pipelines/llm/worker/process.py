"""The model process itself: weights, one thread that decodes, and the server before it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from pipelines.llm.worker.binding import Weights, load_library
from pipelines.llm.worker.chat import writer
from pipelines.llm.worker.scheduler import Scheduler
from pipelines.llm.worker.server import Server, listening


async def serve(engine: Path, file: Path, name: str, address: str, stop: asyncio.Event) -> bool:
    """Serve the model until told to stop; False where decoding broke down. Raises Refused with a plain sentence."""
    weights = await asyncio.to_thread(lambda: Weights(load_library(engine), file))
    scheduler = Scheduler(weights)
    loop = asyncio.get_running_loop()
    thread = threading.Thread(target=_decode, args=(scheduler, loop, stop), name="decode", daemon=True)
    server = Server(name, scheduler, weights, writer(weights.template()))
    async with listening(server.app(), address):
        thread.start()
        await stop.wait()
    whole = thread.is_alive()
    scheduler.close()
    await asyncio.to_thread(thread.join)
    weights.close()
    return whole


def _decode(scheduler: Scheduler, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Whatever ends this thread ends the process: a server that cannot decode must not look alive."""
    try:
        scheduler.run()
    finally:
        loop.call_soon_threadsafe(stop.set)
