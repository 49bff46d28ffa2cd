"""What the page shows while an app works: a message that grows, tasks and plans, the status line, Stop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser

READER = {"recipient_user_id": "U0MIRA", "recipient_team_id": "T0LARKSPUR"}
FIRST_HALF = """## How it works

1. The timer calls `refresh()`
2. The server checks it
   ```python
   def refresh(token):
"""
SECOND_HALF = """       return token
   ```

| part | lines |
| :-- | --: |
| client | 120 |

> Ask <@U0TOMAS>, not <script>alert(1)</script> or [this](javascript:alert(2)).
"""


@pytest.fixture
def client(playground: Playground) -> AsyncWebClient:
    """An app that knows nothing of ours."""
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


async def ask(control: Control, page: Page) -> tuple[str, Locator]:
    """A question in #support with its thread open; its ts and the thread."""
    asked = await control("message", channel="C0SUPPORT", user="U0MIRA", text="how does refresh work?")
    await page.get_by_test_id("channel-support").click()
    question = page.locator(".channel").get_by_test_id("message").filter(has_text="how does refresh work?")
    await question.hover()
    await question.get_by_test_id("message-thread").click()
    return asked["message"]["ts"], page.get_by_test_id("thread")


def task(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {"type": "task_update", "id": f"t{number}", "title": f"Step {number}", "status": status, **more}


async def test_a_message_grows_under_the_readers_eyes(
    open_page: OpenPage, control: Control, client: AsyncWebClient
) -> None:
    page = await open_page()
    root, thread = await ask(control, page)
    place = {"channel": "C0SUPPORT"}
    stream = await client.chat_startStream(**place, thread_ts=root, markdown_text=FIRST_HALF, **READER)
    answer = thread.get_by_test_id("message").last
    await expect(answer).to_have_attribute("aria-busy", "true")
    await expect(answer.locator("li pre code")).to_have_text("def refresh(token):\n")
    await client.chat_appendStream(**place, ts=stream["ts"], markdown_text=SECOND_HALF)
    await expect(answer.locator("li pre code")).to_have_text("def refresh(token):\n    return token")
    await expect(answer.get_by_role("heading")).to_have_text("How it works")
    await expect(answer.get_by_role("cell", name="120")).to_have_class("right")
    quote = answer.locator("blockquote")
    await expect(quote).to_contain_text("Ask @Tomás Herrera, not <script>alert(1)</script> or this.")
    await expect(quote.locator("a")).to_have_count(0)
    await client.chat_stopStream(**place, ts=stream["ts"], markdown_text="That is all.")
    await expect(answer).not_to_have_attribute("aria-busy", "true")
    await expect(answer).to_contain_text("That is all.")


async def test_a_plan_shows_its_steps_and_what_was_unfolded_stays_so(
    open_page: OpenPage, control: Control, client: AsyncWebClient
) -> None:
    page = await open_page()
    root, thread = await ask(control, page)
    steps = [task(1, "complete", output="two words"), task(2, "in_progress", details="3,000 files"), task(3, "pending")]
    stream = await client.chat_startStream(
        channel="C0SUPPORT",
        thread_ts=root,
        task_display_mode="plan",
        chunks=[{"type": "plan_update", "title": "Looking"}, *steps],
        **READER,
    )
    plan = thread.get_by_test_id("plan")
    await expect(plan).to_contain_text("1 of 3 done")
    shown = plan.get_by_test_id("task")
    assert [await one.get_attribute("data-status") for one in await shown.all()] == [
        "complete",
        "in_progress",
        "pending",
    ]
    await expect(plan.get_by_text("3,000 files")).to_be_visible()
    await expect(plan.get_by_text("two words")).to_be_hidden()
    await plan.get_by_text("Step 1").click()
    source = {"type": "url", "url": "https://larkspur.example/a", "text": "auth.ts"}
    done = [task(2, "error", sources=[source]), task(3, "complete")]
    await client.chat_appendStream(channel="C0SUPPORT", ts=stream["ts"], chunks=done)
    await expect(plan).to_contain_text("2 of 3 done")
    await expect(plan.get_by_text("two words")).to_be_visible()
    await expect(plan.get_by_role("link", name="auth.ts")).to_have_attribute("href", source["url"])
    await expect(plan.get_by_label("failed").last).to_be_visible()


async def test_the_status_stands_over_the_composer_and_stop_stops(
    open_page: OpenPage, control: Control, client: AsyncWebClient
) -> None:
    page = await open_page()
    root, thread = await ask(control, page)
    here = {"channel_id": "C0SUPPORT", "thread_ts": root}
    work = thread.get_by_test_id("work")
    await client.api_call("assistant.threads.setStatus", json={**here, "status": "is reading the code…"})
    await expect(work).to_contain_text("leadhand is reading the code…")
    await expect(work.get_by_test_id("stop")).to_have_count(0)
    await client.api_call("agents.sessions.setStatus", json={**here, "status": "processing"})
    await client.chat_startStream(channel="C0SUPPORT", thread_ts=root, markdown_text="It", **READER)
    answer = thread.get_by_test_id("message").last
    await expect(answer).to_have_attribute("aria-busy", "true")
    await thread.get_by_role("button", name="Close thread").click()
    await expect(page.locator(".channel").get_by_test_id("work")).to_contain_text("leadhand is working")
    await page.locator(".channel").get_by_role("button", name="Open thread").click()
    await work.get_by_test_id("stop").click()
    await expect(answer).not_to_have_attribute("aria-busy", "true")
    await client.api_call("agents.sessions.setStatus", json={**here, "status": "active"})
    await expect(work).to_be_hidden()


async def test_what_one_says_to_an_app_is_followed_into_its_thread(
    open_page: OpenPage, control: Control, client: AsyncWebClient
) -> None:
    page = await open_page()
    direct = (await control("open-dm", user="U0MIRA", **{"with": "U0LEADHAND"}))["channel"]["id"]
    here = {"channel_id": direct, "title": "You could ask"}
    prompts = [{"title": "Who knows refresh?", "message": "who knows refresh?"}]
    await client.api_call("assistant.threads.setSuggestedPrompts", json={**here, "prompts": prompts})
    await page.get_by_test_id("channel-leadhand").click()
    await page.get_by_test_id("prompts").get_by_role("button", name="Who knows refresh?").click()
    await expect(page.locator(".channel").get_by_test_id("message").last).to_contain_text("who knows refresh?")
    root = (await control(f"messages/{direct}"))["messages"][-1]["ts"]
    await expect(page.get_by_test_id("thread")).to_be_hidden()
    await client.chat_postMessage(channel=direct, thread_ts=root, text="Tomás does.")
    await expect(page.get_by_test_id("thread").get_by_test_id("message").last).to_contain_text("Tomás does.")
