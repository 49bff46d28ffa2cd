"""An app's other doors in the page, with a stock Bolt app that knows nothing of ours: Home, the menu of a message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]

pytestmark = pytest.mark.browser


def garden_app(url: str) -> AsyncApp:
    """Answers a shortcut with a whisper, publishes a home with a button, offers a prompt."""
    app = AsyncApp(client=AsyncWebClient("xoxb-playground", base_url=f"{url}/api/"), signing_secret="unused")

    @app.shortcut("ticket_from_message")
    async def on_shortcut(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"Planted: {shortcut['message']['text']}")

    @app.action("worth")
    async def on_worth(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"You think: {body['actions'][0]['value']}", replace_original=False)

    @app.event("app_home_opened")
    async def on_home(event: dict[str, Any], client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=home("The beds are dry"))
        else:
            prompts = [{"title": "Water", "message": "water the roses"}]
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)

    @app.action("water")
    async def on_water(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home("The beds are watered"))

    @app.event("message")
    async def on_message(event: dict[str, Any], say: Any) -> None:
        if event["channel_type"] == "im":
            await say(text=f"You said: {event['text']}", blocks=judged(f"You said: {event['text']}"))

    return app


def judged(text: str) -> list[dict[str, Any]]:
    """A message with thumbs under it."""
    buttons = {
        f"{name}_button": {"text": {"type": "plain_text", "text": label}, "value": value}
        for name, label, value in (("positive", "Good plant", "rose"), ("negative", "Bad plant", "weed"))
    }
    element = {"type": "feedback_buttons", "action_id": "worth", **buttons}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "context_actions", "elements": [element]},
    ]


def home(text: str) -> dict[str, Any]:
    """A home tab with one button."""
    water = {"type": "button", "action_id": "water", "text": {"type": "plain_text", "text": "Water them"}}
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "The garden"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*{text}* in <#C0SUPPORT>"}},
            {"type": "actions", "elements": [water]},
        ],
    }


@pytest.fixture
async def garden(playground: Playground) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(garden_app(playground.url), "xapp-playground")
    await handler.connect_async()
    yield
    await handler.close_async()


async def test_the_menu_of_anybodys_message_offers_the_shortcuts(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    theirs = page.get_by_test_id("message").filter(has_text="lunch at the Syrian place")
    await theirs.hover()
    await theirs.get_by_test_id("message-more").click()
    menu = page.get_by_role("menu", name="More actions")
    await expect(menu.get_by_test_id("message-edit")).to_have_count(0)
    await menu.get_by_test_id("shortcut-ticket_from_message").click()
    await expect(page.get_by_test_id("message").filter(has_text="Planted: lunch")).to_contain_text(
        "Only visible to you"
    )


async def test_the_menu_of_ones_own_message_has_both(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    await page.get_by_test_id("composer").fill("the gate squeaks")
    await page.keyboard.press("Enter")
    mine = page.get_by_test_id("message").filter(has_text="the gate squeaks")
    await mine.hover()
    await mine.get_by_test_id("message-more").click()
    await expect(page.get_by_test_id("message-edit")).to_be_visible()
    await page.keyboard.press("Home")
    await expect(page.get_by_test_id("shortcut-ticket_from_message")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Planted: the gate squeaks")).to_be_visible()


async def test_home_is_read_and_pressed_and_the_messages_come_back(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-leadhand").click()
    await expect(page.get_by_test_id("app-tab-messages")).to_have_attribute("aria-selected", "true")
    await page.get_by_test_id("app-tab-home").click()
    shown = page.get_by_test_id("app-home")
    await expect(shown).to_contain_text("The beds are dry in #support")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await shown.get_by_role("button", name="Water them").click()
    await expect(shown).to_contain_text("The beds are watered")
    await page.get_by_test_id("app-tab-messages").click()
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await expect(shown).to_be_hidden()
    await page.get_by_test_id("channel-general").click()
    await expect(page.get_by_test_id("app-tab-home")).to_be_hidden()


async def test_what_one_can_say_is_offered_and_said_by_a_press(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-leadhand").click()
    offered = page.get_by_test_id("prompts")
    await offered.get_by_role("button", name="Water").click()
    await expect(page.get_by_test_id("message").filter(has_text="You said: water the roses")).to_be_visible()
    await page.get_by_test_id("app-tab-home").click()
    await expect(offered).to_be_hidden()


async def test_without_a_home_the_tab_says_so(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-leadhand").click()
    await page.get_by_test_id("app-tab-home").click()
    await expect(page.get_by_test_id("app-home")).to_contain_text("has not published its Home")


async def test_thumbs_are_pressed_and_the_last_one_stays_marked(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-leadhand").click()
    await page.get_by_test_id("composer").fill("are roses good?")
    await page.get_by_test_id("composer").press("Enter")
    answer = page.get_by_test_id("message").filter(has_text="You said: are roses good?")
    good, bad = answer.get_by_role("button", name="Good plant"), answer.get_by_role("button", name="Bad plant")
    await good.click()
    await expect(page.get_by_test_id("message").filter(has_text="You think: rose")).to_contain_text(
        "Only visible to you"
    )
    await expect(good).to_have_attribute("aria-pressed", "true")
    await bad.click()
    await expect(page.get_by_test_id("message").filter(has_text="You think: weed")).to_be_visible()
    await expect(good).to_have_attribute("aria-pressed", "false")
    await answer.hover()
    await answer.get_by_test_id("message-react-ticket").click()
    await expect(answer.get_by_test_id("reaction")).to_be_visible()
    await expect(bad).to_have_attribute("aria-pressed", "true")
