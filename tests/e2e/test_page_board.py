"""The board on the page: cards move by pointer and by keyboard, their detail opens, what others do is seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Locator, Page, Route, expect

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]
Trello = Callable[..., Awaitable[Any]]

pytestmark = pytest.mark.browser

RECEIPT = "Receipt e-mail shows last year's company address"
DESCRIPTION = """## What happens
The **lamp** flickers, *sometimes*, see `lamp.py`.

1. Ride
2. Brake
   - hard

- [x] noted
- [ ] fixed

> it blinks

```
volts <b>4.9</b>
```
[manual](https://example.com/lamp) and [trap](javascript:alert(1)) <img src=x onerror=alert(1)>"""


@pytest.fixture
def trello(playground: Playground, control: Control) -> Trello:
    """Calls the board's REST API as a driver does."""

    async def call(method: str, path: str, **fields: Any) -> Any:
        board = (await control("state"))["board"]
        login = {"key": board["key"], "token": board["token"]}
        async with aiohttp.ClientSession(playground.url) as session:
            asked = session.request(method, f"/1/{path}", params=login, json=fields or None)
            async with asked as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

    return call


async def list_of(trello: Trello, control: Control, card: str) -> str:
    """The name of the list that the card of this name stands in."""
    board = (await control("state"))["board"]["id"]
    whole = await trello("GET", f"boards/{board}?lists=open&cards=open")
    place = next(one["idList"] for one in whole["cards"] if one["name"] == card)
    return str(next(one["name"] for one in whole["lists"] if one["id"] == place))


def card(page: Page, name: str) -> Locator:
    return page.get_by_test_id("card").filter(has_text=name)


async def drag(page: Page, name: str, target: Locator) -> None:
    box = await card(page, name).bounding_box()
    goal = await target.bounding_box()
    assert box
    assert goal
    await page.mouse.move(box["x"] + 40, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 60, box["y"] + 40, steps=3)
    await page.mouse.move(goal["x"] + 50, goal["y"] + goal["height"] + 120, steps=6)
    await page.mouse.up()


async def test_a_card_is_dragged_to_done(open_page: OpenPage, control: Control, trello: Trello) -> None:
    page = await open_page(width=2200)
    await page.get_by_role("button", name="Widen the board").click()
    done = page.get_by_test_id("list-Done")
    await drag(page, RECEIPT, done)
    await expect(done.get_by_test_id("card").last).to_contain_text(RECEIPT)
    await expect(page.get_by_test_id("card-detail")).to_have_count(0)
    assert await list_of(trello, control, RECEIPT) == "Done"
    names = await done.locator(".card-name").all_inner_texts()
    await page.reload()
    await expect(done.locator(".card-name")).to_have_text(names)


IN_SIGHT = """lists => [...lists.children].filter(
    list => list.getBoundingClientRect().right <= lists.getBoundingClientRect().right).length"""


async def test_done_is_in_sight_and_a_chosen_width_is_kept(open_page: OpenPage) -> None:
    page = await open_page()
    lists, board, divider = page.locator(".lists"), page.get_by_test_id("board"), page.get_by_role("separator").first
    seen = {}
    for width, height in ((1920, 1080), (1600, 900), (1440, 900), (1280, 800), (1024, 700)):
        await page.set_viewport_size({"width": width, "height": height})
        seen[width] = await lists.evaluate(IN_SIGHT)
        channel = await page.locator(".channel").bounding_box()
        assert channel
        assert channel["width"] >= 400, width
    assert seen == {1920: 5, 1600: 5, 1440: 5, 1280: 4, 1024: 3}
    await page.set_viewport_size({"width": 1440, "height": 900})
    await divider.focus()
    await page.keyboard.press("ArrowRight")
    chosen = await board.evaluate("board => board.clientWidth")
    await page.reload()
    await page.get_by_test_id("card").first.wait_for()
    assert await board.evaluate("board => board.clientWidth") == chosen
    await divider.dblclick()
    assert await lists.evaluate(IN_SIGHT) == 5


async def test_a_drag_to_a_list_out_of_sight_scrolls_the_board(
    open_page: OpenPage, control: Control, trello: Trello
) -> None:
    page = await open_page(width=1024)
    await card(page, RECEIPT).drag_to(page.get_by_test_id("list-Done"))
    await expect(page.get_by_test_id("list-Done")).to_contain_text(RECEIPT)
    assert await list_of(trello, control, RECEIPT) == "Done"


async def test_a_drag_that_ends_nowhere_or_by_escape_changes_nothing(
    open_page: OpenPage, control: Control, trello: Trello
) -> None:
    page = await open_page(width=2200)
    before = await page.get_by_test_id("list-Inbox").locator(".card-name").all_inner_texts()
    box = await card(page, RECEIPT).bounding_box()
    assert box
    await page.mouse.move(box["x"] + 40, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 400, box["y"] + 30, steps=5)
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await expect(page.get_by_test_id("list-Inbox").locator(".card-name")).to_have_text(before)
    await page.mouse.move(box["x"] + 40, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 400, box["y"] + 30, steps=5)
    await page.mouse.move(300, 300, steps=5)
    await page.mouse.up()
    await expect(page.get_by_test_id("list-Inbox").locator(".card-name")).to_have_text(before)
    assert await list_of(trello, control, RECEIPT) == "Inbox"


async def test_a_card_moves_by_keyboard(open_page: OpenPage, control: Control, trello: Trello) -> None:
    page = await open_page()
    await card(page, RECEIPT).focus()
    await page.keyboard.press("m")
    await expect(page.get_by_test_id("move-to-Inbox")).to_have_count(0)
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("list-Done").get_by_test_id("card").last).to_contain_text(RECEIPT)
    await expect(card(page, RECEIPT)).to_be_focused()
    assert await list_of(trello, control, RECEIPT) == "Done"
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("card-detail")).to_contain_text(RECEIPT)


async def test_a_refused_move_puts_the_card_back(open_page: OpenPage) -> None:
    page = await open_page()

    async def refuse(route: Route) -> None:
        await (route.fulfill(status=500, body="Internal Server Error") if is_write(route) else route.continue_())

    await page.route("**/1/cards/**", refuse)
    await card(page, RECEIPT).focus()
    await page.keyboard.press("m")
    await page.get_by_test_id("move-to-Done").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("The playground could not do that (error 500).")
    await expect(page.get_by_test_id("list-Inbox")).to_contain_text(RECEIPT)


def is_write(route: Route) -> bool:
    return route.request.method != "GET"


async def test_faults_ordered_for_the_bot_leave_the_page_alone(
    open_page: OpenPage, control: Control, playground: Playground
) -> None:
    await control("fault", target="trello", method="*", kind="500", times=50)
    page = await open_page()
    await card(page, RECEIPT).focus()
    await page.keyboard.press("m")
    await page.get_by_test_id("move-to-Done").click()
    await page.get_by_test_id("list-Done").get_by_text(RECEIPT).click()
    await page.get_by_test_id("comment-field").fill("seen through the storm")
    await page.get_by_test_id("comment-send").click()
    await expect(page.get_by_test_id("comment").first).to_contain_text("Mira Okafor")
    await expect(page.get_by_test_id("toast")).to_have_count(0)
    board = (await control("state"))["board"]
    keys = {"key": board["key"], "token": board["token"]}
    async with aiohttp.ClientSession(playground.url) as app, app.get(f"/1/boards/{board['id']}", params=keys) as answer:
        assert answer.status == 500, "an app with a key meets the fault"


async def test_a_board_that_cannot_be_read_stays_and_is_read_again(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    answers = ["429", "abort", "500"]

    async def fail(route: Route) -> None:
        how = answers.pop(0) if answers else "go"
        if how == "go":
            await route.continue_()
        elif how == "abort":
            await route.abort()
        else:
            await route.fulfill(status=int(how), body="Internal Server Error")

    await page.route("**/1/boards/**", fail)
    await card(page, RECEIPT).focus()
    await page.keyboard.press("m")
    await page.get_by_test_id("move-to-Review").click()
    await expect(page.get_by_test_id("toast")).to_have_text("The board cannot be read just now. Trying again…")
    await expect(page.get_by_test_id("list-Review")).to_contain_text(RECEIPT)
    async with page.expect_response(lambda answer: "/1/boards/" in answer.url and answer.ok):
        pass
    await expect(page.get_by_test_id("list-Review")).to_contain_text(RECEIPT)
    await expect(page.get_by_test_id("toast")).to_have_count(1)


async def test_the_detail_shows_comments_moves_and_archives(
    open_page: OpenPage, control: Control, trello: Trello
) -> None:
    page = await open_page()
    await card(page, RECEIPT).click()
    detail = page.get_by_test_id("card-detail")
    assert "/c/" in page.url
    await detail.get_by_test_id("comment-field").fill("seen **again**")
    await detail.get_by_test_id("comment-send").click()
    await expect(detail.get_by_test_id("comment").first).to_contain_text("Mira Okafor")
    await expect(detail.get_by_test_id("comment").first.locator("strong")).to_have_text("again")
    await detail.get_by_test_id("card-list").select_option(label="Review")
    await expect(page.get_by_test_id("list-Review")).to_contain_text(RECEIPT)
    await page.go_back()
    await expect(detail).to_have_count(0)
    await page.go_forward()
    await expect(detail).to_contain_text("seen again")
    await detail.get_by_test_id("card-archive").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(detail).to_have_count(0)
    await expect(card(page, RECEIPT)).to_have_count(0)


async def test_a_new_card_appears_and_its_address_opens_it(
    open_page: OpenPage, playground: Playground, control: Control, trello: Trello
) -> None:
    page = await open_page()
    board = (await control("state"))["board"]["id"]
    inbox = (await trello("GET", f"boards/{board}/lists"))[0]["id"]
    made = await trello("POST", "cards", idList=inbox, name="Lamp <b>flickers</b>", desc=DESCRIPTION)
    await expect(card(page, "Lamp <b>flickers</b>")).to_be_visible()
    await expect(card(page, RECEIPT)).not_to_have_class("card flash")
    again = await open_page(f"/c/{made['shortLink']}/lamp-flickers")
    detail, body = again.get_by_test_id("card-detail"), again.get_by_test_id("card-description")
    await expect(detail.get_by_role("heading", level=2)).to_have_text("Lamp <b>flickers</b>")
    await expect(body.locator("h4")).to_have_text("What happens")
    await expect(body.locator("strong")).to_have_text("lamp")
    await expect(body.locator("ol > li")).to_have_count(2)
    await expect(body.locator("ol ul > li")).to_have_text("hard")
    await expect(body.locator("input:checked")).to_have_count(1)
    await expect(body.locator("blockquote")).to_have_text("it blinks")
    await expect(body.locator("pre")).to_have_text("volts <b>4.9</b>")
    await expect(body.locator("a")).to_have_count(1)
    await expect(body.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await expect(body.locator("img")).to_have_count(0)
    await expect(body).to_contain_text("<img src=x onerror=alert(1)>")
    await again.keyboard.press("Escape")
    await expect(detail).to_have_count(0)
    assert again.url == f"{playground.url}/"


async def test_an_address_of_no_card_says_so(open_page: OpenPage) -> None:
    page = await open_page("/c/nosuchcard/x")
    await expect(page.get_by_test_id("toast")).to_have_text("There is no such card on the board.")
    await expect(page.get_by_test_id("card-detail")).to_have_count(0)


async def test_a_link_to_a_card_in_a_message_opens_it_in_place(
    open_page: OpenPage, control: Control, trello: Trello
) -> None:
    page = await open_page()
    board = (await control("state"))["board"]["id"]
    target = next(one for one in await trello("GET", f"boards/{board}/cards") if one["name"] == RECEIPT)
    await control("message", channel="C0GENERAL", user="U0WEI", text=f"see {target['shortUrl']}")
    await page.get_by_test_id("message").last.get_by_role("link").click()
    await expect(page.get_by_test_id("card-detail")).to_contain_text(RECEIPT)
    assert len(page.context.pages) == 1
