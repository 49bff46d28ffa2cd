"""Takes the README's picture: a report, its draft and a filed card, by clicking through the real page."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright
from running import running

PICTURE = Path(__file__).resolve().parents[2] / "docs/images/playground.png"
PATIENCE_MS = 20_000
FILED = "app crashes when I open the Damage report screen"
DRAFTED = "hey all, another checkout one"


def main() -> None:
    browser_file = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_file is None:
        raise SystemExit("Chromium is needed: install the Debian package chromium (apt-get install chromium).")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as run, sync_playwright() as play:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = play.chromium.launch(executable_path=browser_file, args=sandbox)
        page = browser.new_page(viewport={"width": 1600, "height": 1000}, color_scheme="light")
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        page.goto(run.url)
        act(page)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
    sys.stdout.write(f"{PICTURE}\n")


def act(page: Page) -> None:
    """File one report, then ask for a draft of another and leave it open."""
    page.get_by_role("button", name="Dismiss the tips").click()
    page.get_by_role("navigation", name="Channels").get_by_role("button", name="support").click()
    draft(page, FILED)
    page.get_by_test_id("thread").get_by_role("button", name="File").click()
    expect(page.get_by_test_id("thread").get_by_text("Filed:")).to_be_visible()
    draft(page, DRAFTED)
    expect(page.get_by_test_id("thread").get_by_role("button", name="Discard")).to_be_visible()
    page.wait_for_timeout(1_000)
    page.mouse.move(5, 5)


def draft(page: Page, text: str) -> None:
    """React with :ticket: to the message that holds this text, and open its thread."""
    message = page.get_by_role("log").first.get_by_test_id("message").filter(has_text=text)
    message.scroll_into_view_if_needed()
    message.hover()
    message.get_by_test_id("message-react-ticket").click()
    expect(message.get_by_test_id("open-thread")).to_be_visible()
    message.get_by_test_id("open-thread").click()
    expect(page.get_by_test_id("thread").get_by_role("button", name="File")).to_be_visible()


if __name__ == "__main__":
    main()
