"""Files on cards: attached, shown as the cover, given back; and forms that no sane client sends."""

import io
from typing import Any

import aiohttp

KEYS = {"key": "playground", "token": "playground"}
UNKNOWN = "0123456789abcdef01234567"


async def raw(driver: Any, method: str, path: str, **more: Any) -> tuple[int, Any]:
    """Status and body, parsed where it is JSON."""
    async with driver.session.request(method, driver.url + path, **more) as answer:
        return answer.status, await (answer.json() if answer.content_type == "application/json" else answer.text())


async def ok(driver: Any, method: str, path: str, values: Any = None, **query: Any) -> Any:
    """The body of a call that must succeed."""
    status, body = await raw(driver, method, path, json=values, params=KEYS | query)
    assert status == 200, body
    return body


async def new_card(driver: Any) -> str:
    board = (await driver.read("state"))["board"]["id"]
    inbox = (await ok(driver, "GET", f"/1/boards/{board}/lists"))[0]["id"]
    card = await ok(driver, "POST", "/1/cards", {"idList": inbox, "name": "A card"})
    return f"/1/cards/{card['id']}"


def form(**fields: Any) -> aiohttp.FormData:
    made = aiohttp.FormData()
    for name, value in fields.items():
        more = {"filename": "shot.png", "content_type": "image/png"} if name == "file" else {}
        made.add_field(name, value, **more)
    return made


async def test_an_attachment_becomes_the_cover(driver: Any) -> None:
    place = await new_card(driver)
    status, made = await raw(
        driver, "POST", f"{place}/attachments", params=KEYS, data=form(file=b"png", name="Screenshot", setCover="true")
    )
    assert (status, made["name"], made["fileName"], made["bytes"]) == (200, "Screenshot", "shot.png", 3)
    shown = await ok(driver, "GET", place, attachments="cover")
    assert (shown["idAttachmentCover"], shown["cover"]["idAttachment"]) == (made["id"], made["id"])
    assert [one["id"] for one in shown["attachments"]] == [made["id"]]
    assert (await ok(driver, "GET", f"{place}/attachments/{made['id']}"))["url"] == made["url"]
    await ok(driver, "PUT", place, {"idAttachmentCover": ""})
    assert await ok(driver, "GET", f"{place}/attachments", filter="cover") == []
    status, words = await raw(driver, "PUT", place, params=KEYS, json={"idAttachmentCover": UNKNOWN})
    assert (status, words) == (400, "invalid value for idAttachmentCover")
    await ok(driver, "PUT", place, {"idAttachmentCover": made["id"]})
    await ok(driver, "DELETE", f"{place}/attachments/{made['id']}")
    assert (await ok(driver, "GET", place))["idAttachmentCover"] is None
    kinds = [action["type"] for action in await ok(driver, "GET", f"{place}/actions", filter="all")]
    assert {"addAttachmentToCard", "deleteAttachmentFromCard", "updateCard"} <= set(kinds)


async def test_broken_forms_get_an_answer(driver: Any) -> None:
    place = f"{await new_card(driver)}/attachments"
    for kind, body in (
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=url\r\n\r\nnope\r\n--x--"),
        ("application/x-www-form-urlencoded; charset=no-such", b"url=x"),
    ):
        status, _ = await raw(driver, "POST", place, params=KEYS, data=body, headers={"Content-Type": kind})
        assert status == 400, (kind, body)
    status, _ = await raw(driver, "POST", place, params=KEYS, data=form(file=io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))))
    assert status == 413
    status, _ = await raw(driver, "GET", f"{place}/{UNKNOWN}/download/shot.png", params=KEYS)
    assert status == 404
