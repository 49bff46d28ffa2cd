"""A newcomer clicks and types: a messy report, :ticket:, Edit, File, a card, Done, and the thread hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from bot.app import make_parts
from bot.playground.server import Playground
from bot.process import Process, Role
from bot.settings import Settings

pytestmark = pytest.mark.browser

REPORT = "hey all, another checkout one"


@pytest.fixture
async def bot(playground: Playground, tmp_path: Path) -> AsyncIterator[Process]:
    surroundings = {**playground.environment(), "LEADHAND_DATA": str(tmp_path), "PORT": "0"}
    async with aiohttp.ClientSession() as session:
        process = Process(make_parts(Settings(_env_file=None, **surroundings), session), Role(hears=True, works=True))
        await process.start()
        yield process
        await process.stop()


async def react(page: Page, text: str) -> None:
    await page.get_by_test_id("channel-support").click()
    message = page.get_by_role("log").first.get_by_test_id("message").filter(has_text=text)
    await message.hover()
    await message.get_by_test_id("message-react-ticket").click()
    await message.get_by_test_id("open-thread").click()


async def test_from_a_messy_report_to_a_done_card(bot: Process, open_page: Any, tmp_path: Path) -> None:
    page = await open_page()
    await expect(page.get_by_test_id("bot-state")).to_contain_text("connected")
    await expect(page.get_by_test_id("tips").get_by_role("listitem")).to_have_count(3)

    await react(page, REPORT)
    thread = page.get_by_test_id("thread")
    await expect(thread.get_by_role("button", name="File", exact=True)).to_be_visible()
    await page.screenshot(path=tmp_path / "draft.png")

    await thread.get_by_role("button", name="Edit", exact=True).click()
    modal = page.get_by_test_id("modal")
    await modal.get_by_label("Title").fill("x")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("A title needs a few words")
    await modal.get_by_label("Title").fill("Discount is lost when the delivery date changes")
    await modal.get_by_label("Expected").fill("The discount stays.")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_be_hidden()
    await expect(thread).to_contain_text("The discount stays.")

    await thread.get_by_role("button", name="File", exact=True).click()
    await expect(thread).to_contain_text("Filed:")
    card = page.get_by_test_id("card").filter(has_text="Discount is lost")
    await expect(card).to_be_visible()

    await card.click()
    detail = page.get_by_test_id("card-detail")
    await expect(detail).to_contain_text("The discount stays.")
    await expect(detail).to_contain_text("Source")
    await page.keyboard.press("Escape")

    await card.drag_to(page.get_by_test_id("list-Done"))
    await expect(thread).to_contain_text("Done:")
    await page.screenshot(path=tmp_path / "done.png")


async def test_changing_the_type_in_the_window_changes_its_fields_and_keeps_the_words(
    bot: Process, open_page: Any
) -> None:
    page = await open_page()
    await react(page, REPORT)
    await page.get_by_test_id("thread").get_by_role("button", name="Edit", exact=True).click()
    modal = page.get_by_test_id("modal")
    await modal.get_by_label("Expected").fill("Words that must not get lost")
    await modal.get_by_label("Type").select_option(label="💡 Idea")
    await expect(modal.get_by_label("Wanted outcome")).to_be_visible()
    assert "Words that must not get lost" in await modal.get_by_label("Problem").input_value()


async def test_a_command_is_completed_sent_and_drafted(bot: Process, open_page: Any) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-product").click()
    composer = page.get_by_test_id("composer")
    await composer.fill("/ti")
    await page.keyboard.press("Tab")
    await page.keyboard.type("the receipt e-mail shows the wrong VAT for Norway")
    await page.keyboard.press("Enter")
    draft = page.get_by_role("log").first.get_by_test_id("message").filter(has_text="Norway").last
    await draft.get_by_role("button", name="Discard", exact=True).click()
    await expect(draft).to_contain_text("Draft discarded")
