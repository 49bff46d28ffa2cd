"""The page by clicking and typing, against the real playground and a stock Bolt app that knows nothing of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground, start

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser

MODAL = {
    "type": "modal",
    "callback_id": "parcel",
    "title": {"type": "plain_text", "text": "Describe the parcel"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "name", "initial_value": "box"},
        },
        {
            "type": "input",
            "block_id": "size",
            "label": {"type": "plain_text", "text": "Size"},
            "element": {
                "type": "static_select",
                "action_id": "size",
                "options": [
                    {"text": {"type": "plain_text", "text": "Small"}, "value": "s"},
                    {"text": {"type": "plain_text", "text": "Large"}, "value": "l"},
                ],
            },
        },
    ],
}


def buttons(channel: str, thread: str) -> dict[str, Any]:
    """A question with a button that opens the modal, and one that asks back before it acts."""
    describe = {"type": "button", "style": "primary", "action_id": "describe", "value": f"{channel} {thread}"}
    burn = {
        "type": "button",
        "style": "danger",
        "action_id": "burn",
        "confirm": {
            "title": {"type": "plain_text", "text": "Burn it?"},
            "text": {"type": "plain_text", "text": "For good."},
            "confirm": {"type": "plain_text", "text": "Burn"},
            "deny": {"type": "plain_text", "text": "Keep"},
        },
    }
    elements = [
        {**describe, "text": {"type": "plain_text", "text": "Describe"}},
        {**burn, "text": {"type": "plain_text", "text": "Burn"}},
    ]
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "*A parcel?* What is in it?"}}
    return {"text": "A parcel?", "blocks": [words, {"type": "actions", "elements": elements}]}


def parcel_app(url: str) -> AsyncApp:
    """A stock Bolt app: asks about parcels, opens a modal, checks it, answers in the thread."""
    app = AsyncApp(
        client=AsyncWebClient(token="xoxb-playground", base_url=f"{url}/api/"),
        signing_secret="playground-signing-secret",
    )

    @app.event("app_mention")
    async def ask(event: dict[str, Any], say: Any) -> None:
        await say(thread_ts=event["ts"], **buttons(event["channel"], event["ts"]))

    @app.action("describe")
    async def describe(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = {**MODAL, "private_metadata": body["actions"][0]["value"]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("burn")
    async def burn(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Burnt.", blocks=[], replace_original=True)

    @app.view("parcel")
    async def save(ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        name = values["name"]["name"]["value"]
        if len(name) < 5:
            await ack(response_action="errors", errors={"name": "A name has five letters or more."})
            return
        await ack()
        channel, thread = view["private_metadata"].split()
        size = values["size"]["size"]["selected_option"]["value"]
        await client.chat_postMessage(channel=channel, thread_ts=thread, text=f"Noted: {name} ({size})")

    @app.command("/ticket")
    async def ticket(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"Only you see this: {command['text']}")

    return app


@pytest.fixture
async def parcels(playground: Playground) -> AsyncIterator[AsyncSocketModeHandler]:
    """The stock app, connected by Socket Mode."""
    handler = AsyncSocketModeHandler(parcel_app(playground.url), "xapp-playground")
    await handler.connect_async()
    yield handler
    await handler.close_async()


def message(page: Page, text: str) -> Locator:
    return page.locator(".channel").get_by_test_id("message").filter(has_text=text).last


async def act_as(page: Page, name: str) -> None:
    await page.get_by_test_id("persona").click()
    await page.get_by_test_id(f"persona-{name}").click()


async def write(page: Page, text: str, where: str = "composer") -> None:
    await page.get_by_test_id(where).fill(text)
    await page.get_by_test_id(where).press("Enter")


async def test_two_people_talk_react_and_use_a_thread(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-support").click()
    await write(page, "the *scale* is off by 3 kg :eyes: ask @tomas")
    spoken = message(page, "the scale is off")
    await expect(spoken.locator("strong")).to_have_text("scale")
    await expect(spoken.locator(".mention")).to_have_text("@Tomás Herrera")
    await act_as(page, "tomas")
    await expect(page.get_by_test_id("persona")).to_contain_text("Tomás Herrera")
    await expect(spoken.locator(".mention-me")).to_have_count(1)
    await spoken.hover()
    await spoken.get_by_test_id("message-react-ticket").click()
    await expect(spoken.get_by_test_id("reaction")).to_have_attribute("aria-pressed", "true")
    await spoken.get_by_test_id("message-thread").click()
    await write(page, "which one?", "thread-composer")
    await expect(page.get_by_test_id("thread").get_by_test_id("message")).to_have_count(2)
    await expect(spoken.get_by_test_id("open-thread")).to_contain_text("1 reply")
    stored = (await control("messages/C0SUPPORT"))["messages"]
    root = next(one for one in stored if "scale" in one["text"])
    assert "<@U0TOMAS>" in root["text"]
    assert root["user"] == "U0MIRA"
    assert [(one["name"], one["users"]) for one in root["reactions"]] == [("ticket", ["U0TOMAS"])]
    assert [(one["user"], one["text"]) for one in stored if one.get("thread_ts") == root["ts"] != one["ts"]] == [
        ("U0TOMAS", "which one?")
    ]
    await spoken.get_by_test_id("reaction").click()
    await expect(spoken.get_by_test_id("reaction")).to_have_count(0)


async def test_one_edits_and_deletes_only_ones_own(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    await write(page, "teh van is late, tell #support")
    await page.get_by_test_id("composer").press("ArrowUp")
    await expect(page.get_by_test_id("edit-composer")).to_have_value("teh van is late, tell #support")
    await write(page, "the van is late, tell #support", "edit-composer")
    own = message(page, "the van is late")
    await expect(own.locator(".edited")).to_be_visible()
    other = message(page, "lunch at the Syrian place")
    await other.hover()
    await expect(other.get_by_test_id("message-react-ticket")).to_be_visible()
    await other.get_by_test_id("message-more").click()
    await expect(page.get_by_role("menu", name="More actions")).not_to_contain_text("Edit message")
    await page.keyboard.press("Escape")
    await own.hover()
    await own.get_by_test_id("message-more").click()
    await page.get_by_test_id("message-delete").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(message(page, "the van is late")).to_have_count(0)
    assert "van is late" not in str(await control("messages/C0GENERAL"))


async def test_an_app_asks_by_button_and_modal(
    open_page: OpenPage, control: Control, parcels: AsyncSocketModeHandler
) -> None:
    page = await open_page()
    await expect(page.get_by_test_id("bot-state")).to_have_text("leadhand is connected")
    await write(page, "@leadhand a parcel came")
    await message(page, "a parcel came").get_by_test_id("open-thread").click()
    thread = page.get_by_test_id("thread")
    await expect(thread.locator(".badge")).to_have_text("APP")
    await thread.locator("[data-testid=block-button][data-action-id=describe]").click()
    modal = page.get_by_test_id("modal")
    await expect(modal.get_by_label("Name")).to_be_focused()
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_test_id("field-error").last).to_have_text("Please complete this required field.")
    await modal.get_by_label("Size").select_option(label="Large")
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_test_id("field-error").first).to_have_text("A name has five letters or more.")
    await expect(modal.get_by_label("Size")).to_have_value("1")
    await modal.get_by_label("Name").fill("lantern")
    await modal.get_by_label("Name").press("Enter")
    await expect(modal).to_have_count(0)
    await expect(thread.get_by_test_id("message").last).to_contain_text("Noted: lantern (l)")
    assert (await control("state"))["views"] == []


async def test_a_modal_and_a_confirmation_can_be_left(open_page: OpenPage, parcels: AsyncSocketModeHandler) -> None:
    page = await open_page()
    await write(page, "@leadhand another parcel")
    await message(page, "another parcel").get_by_test_id("open-thread").click()
    thread = page.get_by_test_id("thread")
    await thread.locator("[data-action-id=describe]").click()
    await page.get_by_test_id("modal").get_by_label("Name").fill("typed in vain")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await thread.locator("[data-action-id=burn]").click()
    await expect(page.get_by_test_id("confirm")).to_contain_text("For good.")
    await page.keyboard.press("Escape")
    await expect(thread).to_contain_text("A parcel?")
    await thread.locator("[data-action-id=burn]").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(thread).to_contain_text("Burnt.")


async def test_a_command_is_completed_and_answers_one_person_only(
    open_page: OpenPage, control: Control, parcels: AsyncSocketModeHandler
) -> None:
    page = await open_page()
    composer, options = page.get_by_test_id("composer"), page.get_by_test_id("completion").first
    await composer.press_sequentially("/")
    await expect(options.get_by_role("option")).to_have_count(len((await control("state"))["commands"]))
    await composer.press("ArrowDown")
    await expect(options.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    await composer.press("Escape")
    await expect(options).to_be_hidden()
    await composer.press_sequentially("ti")
    await composer.press("Tab")
    await expect(composer).to_have_value("/ticket ")
    await composer.press_sequentially("the lamp flickers")
    await composer.press("Enter")
    note = message(page, "Only you see this: the lamp flickers")
    await expect(note).to_contain_text("Only visible to you")
    await act_as(page, "wei")
    await expect(note).to_have_count(0)
    await write(page, "/frobnicate it")
    await expect(page.get_by_test_id("toast")).to_contain_text("/frobnicate is not a command")
    await expect(composer).to_have_value("/frobnicate it")


@pytest.mark.parametrize(
    ("typed", "key", "completed"),
    [
        ("thanks @we", "Enter", "thanks @wei "),
        ("ask @herr", "Tab", "ask @tomas "),
        ("see #incid", "Enter", "see #incidents "),
        ("well :rocke", "Tab", "well :rocket: "),
        ("mail me@wei", "Shift+Enter", "mail me@wei\n"),
        ("12:30 is fine", "Shift+Enter", "12:30 is fine\n"),
    ],
)
async def test_names_are_completed(open_page: OpenPage, typed: str, key: str, completed: str) -> None:
    page = await open_page()
    await page.get_by_test_id("composer").press_sequentially(typed)
    await page.get_by_test_id("composer").press(key)
    await expect(page.get_by_test_id("composer")).to_have_value(completed)


async def test_what_arrives_elsewhere_is_marked_until_read(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    await control("message", channel="C0SUPPORT", user="U0WEI", text="quiet news")
    await control("message", channel="C0PRODUCT", user="U0WEI", text="@mira look at this")
    support, product = page.get_by_test_id("channel-support"), page.get_by_test_id("channel-product")
    await expect(support).to_contain_text("(unread)")
    await expect(support.locator(".mentions")).to_have_count(0)
    await expect(product.locator(".mentions")).to_have_text("1")
    await product.click()
    await expect(product.locator(".mentions")).to_have_count(0)
    await expect(message(page, "look at this").locator(".mention-me")).to_be_visible()
    earlier = len([one for one in (await control("messages/C0PRODUCT"))["messages"] if not one.get("parent_user_id")])
    assert earlier > 3
    await expect(page.locator(".channel").get_by_test_id("message")).to_have_count(earlier)


async def test_everything_can_be_done_by_keyboard(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    await write(page, "first thing")
    await write(page, "second thing")
    await message(page, "second thing").focus()
    await page.keyboard.press("k")
    await expect(message(page, "first thing")).to_be_focused()
    await page.keyboard.press("r")
    await page.keyboard.type("tada")
    await page.keyboard.press("Enter")
    await expect(message(page, "first thing").get_by_test_id("reaction")).to_have_attribute("data-emoji", "tada")
    await message(page, "first thing").focus()
    await page.keyboard.press("t")
    await expect(page.get_by_test_id("thread-composer")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("thread")).to_be_hidden()
    await expect(message(page, "first thing")).to_be_focused()


async def test_a_bot_that_does_not_come_is_said_to_be_missing(open_page: OpenPage, playground: Playground) -> None:
    page = await open_page()
    state = page.get_by_test_id("bot-state")
    await page.clock.install()
    await page.reload()
    await expect(state).to_have_text("leadhand is starting…")
    await page.clock.fast_forward(19_000)
    await expect(state).to_have_text("leadhand is starting…")
    await page.clock.fast_forward(2_000)
    await expect(state).to_have_text("no bot is connected")
    handler = AsyncSocketModeHandler(parcel_app(playground.url), "xapp-playground")
    await handler.connect_async()
    await expect(state).to_have_text("leadhand is connected")
    await handler.close_async()
    await expect(state).to_have_text("leadhand is starting…")
    await page.clock.fast_forward(21_000)
    await expect(state).to_have_text("no bot is connected")


async def test_a_tip_leads_to_what_it_names(open_page: OpenPage, playground: Playground) -> None:
    page = await open_page(width=1280, height=800)
    tips, composer = page.get_by_test_id("tips"), page.get_by_test_id("composer")
    await tips.get_by_role("link", name="Mira's message").click()
    await expect(composer).to_have_attribute("placeholder", "Message #support")
    await expect(message(page, "hey all, another checkout one")).to_be_in_viewport(ratio=0.5)
    await page.get_by_test_id("channel-general").click()
    await tips.get_by_role("button", name="#support").click()
    await expect(composer).to_have_attribute("placeholder", "Message #support")
    assert len(page.context.pages) == 1


async def test_tips_are_dismissed_for_good(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    tips = page.get_by_test_id("tips")
    await expect(tips.locator("li")).to_have_count(len((await control("state"))["tips"]))
    await tips.get_by_role("button", name="Dismiss").click()
    await page.reload()
    await page.get_by_test_id("message").first.wait_for()
    await expect(tips).to_be_hidden()


async def test_the_page_takes_up_again_after_a_restart(
    open_page: OpenPage, playground: Playground, tmp_path: Path
) -> None:
    page = await open_page()
    await write(page, "before the restart")
    await expect(message(page, "before the restart")).to_be_visible()
    await playground.close()
    await expect(page.get_by_text("The connection to the playground is lost.")).to_be_visible()
    await write(page, "into the void")
    await expect(page.get_by_test_id("toast").first).to_contain_text("does not answer")
    await expect(page.get_by_test_id("composer")).to_have_value("into the void")
    again = await start("127.0.0.1", int(playground.url.rpartition(":")[2]), tmp_path / "playground.db")
    await expect(page.get_by_text("The connection to the playground is lost.")).to_be_hidden()
    await page.get_by_test_id("composer").press("Enter")
    await expect(message(page, "into the void")).to_be_visible()
    await expect(message(page, "before the restart")).to_be_visible()
    await again.close()
