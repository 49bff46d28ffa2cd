"""Channels as a whole, and several workspaces, on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.locator(".channel").get_by_test_id("message").last).to_contain_text(text)


async def test_one_goes_from_workspace_to_workspace(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    company, menu = page.get_by_test_id("company"), page.get_by_role("menu")
    await company.click()
    await menu.get_by_text("New workspace").click()
    await page.get_by_test_id("ask").get_by_label("Name of the company").fill("Harbour Ferries")
    await page.keyboard.press("Enter")
    await expect(company).to_contain_text("Harbour Ferries")
    await say(page, "first words over here")
    await company.click()
    await expect(menu.get_by_role("menuitemradio", checked=True)).to_contain_text("leadhand is not installed here")
    await menu.get_by_text("Larkspur Bikes").click()
    await expect(company).to_contain_text("Larkspur Bikes")
    await page.get_by_test_id("message").first.wait_for()
    await expect(page.get_by_text("first words over here")).to_have_count(0)
    teams = {team["name"]: team["id"] for team in (await control("state"))["teams"]}
    there = await control(f"state?team={teams['Harbour Ferries']}")
    texts = [one["text"] for one in (await control(f"messages/{there['channels'][0]['id']}"))["messages"]]
    assert "first words over here" in texts


async def test_a_channel_is_made_renamed_hidden_archived_and_left(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    title, menu = page.locator(".channel .pane-title"), page.get_by_test_id("channel-menu")

    async def choose(entry: str) -> None:
        await menu.click()
        await page.get_by_test_id(f"channel-{entry}").click()

    async def channel() -> dict[str, Any]:
        return next(one for one in (await control("state"))["channels"] if one["name"].startswith("winter"))

    await page.get_by_test_id("new-channel").click()
    await page.get_by_test_id("ask").get_by_label("Name").fill("winter")
    await page.keyboard.press("Enter")
    await expect(title).to_contain_text("winter")
    await say(page, "tyres, lights, gloves")
    await choose("rename")
    await page.get_by_test_id("ask").get_by_label("Name").fill("winter-bikes")
    await page.keyboard.press("Enter")
    await expect(title).to_contain_text("winter-bikes")
    await choose("add-bot")
    await expect(page.locator(".channel .pane-count")).to_have_text("2 members")
    assert "U0LEADHAND" in (await channel())["members"]
    await choose("remove-bot")
    await expect(page.locator(".channel .pane-count")).to_have_text("1 member")
    await choose("private")
    await page.get_by_test_id("confirm-yes").click()
    await expect(title.locator(".icon-lock")).to_be_visible()
    await choose("archive")
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_text("#winter-bikes is archived")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await page.get_by_role("button", name="Unarchive").click()
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await choose("leave")
    await expect(page.get_by_test_id("channel-winter-bikes")).to_have_count(0)
    await expect(title).to_contain_text("general")
    assert (await channel())["members"] == []
