"""What an app puts before a person: modals with every kind of input, its Home, shortcuts, notes for one reader."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]
Given = dict[str, Any]

pytestmark = pytest.mark.browser

PATIENCE = 8.0


def plain(text: str) -> Given:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(name.title()), "value": name} for name in ("red", "green", "blue")]


def field(label: str, kind: str, **more: Any) -> Given:
    element = {"type": kind, "action_id": label, **more}
    return {"type": "input", "block_id": label, "label": plain(label), "element": element}


FORM = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": plain("All of them"),
    "submit": plain("Save"),
    "blocks": [
        field("Owner", "users_select"),
        field("Team", "multi_users_select", initial_users=["U0WEI"]),
        field("Where", "conversations_select"),
        field("Channels", "multi_channels_select"),
        field("Colours", "multi_static_select", options=OPTIONS),
        field("Due", "datepicker", initial_date="2026-11-30"),
        field("At", "timepicker"),
        field("Count", "number_input", is_decimal_allowed=False, min_value="2"),
        field("Mail", "email_text_input"),
        field("Link", "url_text_input"),
        field("Ways", "checkboxes", options=OPTIONS),
        field("One", "radio_buttons", options=OPTIONS),
    ],
}
HOME = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Settings")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Approvers*"},
            "accessory": {"type": "multi_users_select", "action_id": "approvers", "placeholder": plain("Anyone")},
        },
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "a draft"},
            "accessory": {"type": "overflow", "action_id": "more", "options": OPTIONS},
        },
        {
            "type": "actions",
            "elements": [{"type": "conversations_select", "action_id": "where", "placeholder": plain("Where")}],
        },
        {**field("List", "plain_text_input"), "dispatch_action": True},
    ],
}


class Heard:
    """What the app was told, kept as it came."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Given] = asyncio.Queue()

    def put(self, body: Given) -> None:
        self._queue.put_nowait(body)

    async def next(self) -> Given:
        return await asyncio.wait_for(self._queue.get(), PATIENCE)


def form_app(url: str, heard: Heard) -> AsyncApp:
    """An app that opens the form by a global shortcut and tells what it is given."""
    client = AsyncWebClient("xoxb-playground", base_url=f"{url}/api/")
    app = AsyncApp(client=client, signing_secret="unused-in-socket-mode")

    @app.shortcut({"type": "shortcut", "callback_id": "open_form"})
    async def open_form(ack: Any, body: Given) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    async def take(ack: Any, body: Given) -> None:
        await ack()
        heard.put(body)

    @app.view_closed("form")
    async def closed(ack: Any, body: Given) -> None:
        await ack()
        heard.put(body)

    @app.action(re.compile(".*"))
    async def acted(ack: Any, body: Given) -> None:
        await ack()
        heard.put(body["actions"][0])

    @app.event("app_home_opened")
    async def opened(ack: Any) -> None:
        await ack()

    return app


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def form(playground: Playground, heard: Heard) -> AsyncIterator[AsyncApp]:
    """The app, connected by Socket Mode."""
    app = form_app(playground.url, heard)
    handler = AsyncSocketModeHandler(app, "xapp-playground")
    await handler.connect_async()
    yield app
    await handler.close_async()


async def tick(page: Page, control: Any, *names: str) -> None:
    """Choose these in a list that takes several."""
    await control.click()
    for name in names:
        await page.get_by_test_id("options").get_by_label(name).check()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("options")).to_have_count(0)


async def offer_shortcut(page: Page) -> None:
    """The page as it is where the manifest declares a global shortcut."""

    async def answer(route: Any) -> None:
        reply = await route.fetch()
        state = await reply.json()
        state["shortcuts"] = [
            *state["shortcuts"],
            {"type": "global", "callback_id": "open_form", "name": "Open the form", "description": "All fields"},
        ]
        await route.fulfill(response=reply, json=state)

    await page.route("**/_control/state*", answer)
    await page.reload()
    await page.get_by_test_id("message").first.wait_for()


async def test_a_shortcut_opens_a_form_with_every_kind_of_input(
    open_page: OpenPage, form: AsyncApp, heard: Heard
) -> None:
    page = await open_page()
    await offer_shortcut(page)
    await page.get_by_test_id("shortcuts").click()
    await page.get_by_test_id("shortcut-open_form").click()
    modal = page.get_by_test_id("modal")
    await modal.get_by_label("Owner").select_option(label="Tomás Herrera")
    await tick(page, modal.get_by_label("Team"), "Mira Okafor")
    await modal.get_by_label("Where").select_option(label="#support")
    await tick(page, modal.get_by_label("Channels"), "#general", "#product")
    await tick(page, modal.get_by_label("Colours"), "Red", "Blue")
    await modal.get_by_label("At").fill("09:30")
    await modal.get_by_label("Count").fill("1")
    await modal.get_by_label("Mail").fill("nobody")
    await modal.get_by_label("Link").fill("not a link")
    await modal.get_by_label("Ways").get_by_label("Green").check()
    await modal.get_by_label("One").get_by_label("Blue").check()
    await modal.get_by_test_id("modal-submit").click()
    said = [await one.text_content() for one in await modal.locator(".failed [data-testid=field-error]").all()]
    assert said == ["This number is too small.", "Please enter a valid email address.", "Please enter a valid URL."]
    await modal.get_by_label("Count").fill("12")
    await modal.get_by_label("Mail").fill("wei@larkspur.example")
    await modal.get_by_label("Link").fill("https://larkspur.example/x")
    await modal.get_by_test_id("modal-submit").click()
    values = (await heard.next())["view"]["state"]["values"]
    given = {label: next(v for k, v in value[label].items() if k != "type") for label, value in values.items()}
    assert given == {
        "Owner": "U0TOMAS",
        "Team": ["U0MIRA", "U0WEI"],
        "Where": "C0SUPPORT",
        "Channels": ["C0GENERAL", "C0PRODUCT"],
        "Colours": [OPTIONS[0], OPTIONS[2]],
        "Due": "2026-11-30",
        "At": "09:30",
        "Count": "12",
        "Mail": "wei@larkspur.example",
        "Link": "https://larkspur.example/x",
        "Ways": [OPTIONS[1]],
        "One": OPTIONS[2],
    }
    await expect(modal).to_have_count(0)
    await page.get_by_test_id("shortcuts").click()
    await page.get_by_test_id("shortcut-open_form").click()
    await modal.get_by_label("Owner").wait_for()
    await page.keyboard.press("Escape")
    assert (await heard.next())["type"] == "view_closed"


async def test_home_is_used_like_a_form(open_page: OpenPage, form: AsyncApp, heard: Heard) -> None:
    await form.client.views_publish(user_id="U0MIRA", view=HOME)
    page = await open_page()
    await page.get_by_test_id("channel-leadhand").click()
    await page.get_by_test_id("app-tab-home").click()
    home = page.get_by_test_id("app-home")
    await tick(page, home.locator("[data-action-id=approvers]"), "Wei Zhang", "Ella Novak")
    assert sorted((await heard.next())["selected_users"]) == ["U0ELLA", "U0WEI"]
    await home.locator("[data-action-id=more]").click()
    await page.get_by_role("menuitem", name="Green").click()
    assert (await heard.next())["selected_option"]["value"] == "green"
    await home.locator("[data-action-id=where]").select_option(label="#dev")
    assert (await heard.next())["selected_conversation"] == "C0DEV"
    await home.get_by_label("List").fill("Inbox")
    await home.get_by_label("List").press("Enter")
    assert (await heard.next())["value"] == "Inbox"


async def test_a_note_for_one_reader_is_put_away_and_faults_are_ordered(
    open_page: OpenPage, form: AsyncApp, control: Control
) -> None:
    await form.client.chat_postEphemeral(channel="C0GENERAL", user="U0MIRA", text="between us")
    page = await open_page()
    note = page.get_by_test_id("message").filter(has_text="between us")
    await note.get_by_test_id("dismiss").click()
    await expect(note).to_have_count(0)
    assert (await control("ephemeral?user=U0MIRA"))["messages"] == []
    await page.get_by_test_id("company").click()
    await page.get_by_test_id("open-faults").click()
    panel = page.get_by_test_id("faults")
    await panel.get_by_label("Method").fill("emoji.list")
    await panel.get_by_label("What happens").select_option("unknown_method")
    await panel.get_by_test_id("fault-order").click()
    await expect(panel.get_by_test_id("fault-said")).to_contain_text("emoji.list")
    with pytest.raises(SlackApiError, match="unknown_method"):
        await form.client.emoji_list()
    await form.client.emoji_list()
