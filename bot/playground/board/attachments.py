"""Calls on what is attached to cards: links, and files with their bytes."""

import mimetypes
from urllib.parse import quote

from aiohttp import web

from bot.playground.board.call import NOT_FOUND, Json, Refusal, Rows, Upload
from bot.playground.board.desk import Desk
from bot.playground.board.shapes import subset

# What is uploaded is never run as a page of ours.
SAFE_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


def attachments(desk: Desk) -> Rows:
    """GET cards/ID/attachments, filter=cover for the cover alone."""
    card = desk.card()
    found: Rows = card["attachments"]
    if desk.call.text("filter") == "cover":
        found = [item for item in found if item["id"] == card["idAttachmentCover"]]
    return [subset(desk.shapes.attachment(item), desk.fields()) for item in found]


def get_attachment(desk: Desk) -> Json:
    """GET cards/ID/attachments/ID."""
    return subset(desk.shapes.attachment(_named(desk, desk.card())), desk.fields())


def attach(desk: Desk) -> Json:
    """POST cards/ID/attachments with a `url` or a `file`; with `setCover` it becomes the card's cover."""
    card, upload = desk.card(), desk.call.params.get("file")
    made = _keep(desk, card, upload) if isinstance(upload, Upload) else _link(desk, card)
    if desk.call.flag("setCover"):
        desk.changes.set_cover(card, desk.call, made["id"])
    return desk.shapes.attachment(made)


def _link(desk: Desk, card: Json) -> Json:
    return desk.changes.attach(card, desk.call, desk.call.text("url"))


def _keep(desk: Desk, card: Json, upload: Upload) -> Json:
    attachment_id = desk.clock.new_id()
    name = desk.call.text("name") or upload.name
    kind = desk.call.text("mimeType") or upload.mimetype or mimetypes.guess_type(name, strict=False)[0] or ""
    desk.records.store.put_blob(_place(attachment_id), upload.content)
    about = {"id": attachment_id, "name": name, "fileName": upload.name, "mimeType": kind, "isUpload": True}
    url = f"/1/cards/{card['id']}/attachments/{attachment_id}/download/{quote(upload.name, safe='')}"
    return desk.changes.attach(card, desk.call, url, {**about, "bytes": len(upload.content)})


def detach(desk: Desk) -> Json:
    """DELETE cards/ID/attachments/ID."""
    card = desk.card()
    found = _named(desk, card)
    card["attachments"].remove(found)
    if card["idAttachmentCover"] == found["id"]:
        card["idAttachmentCover"] = None
    desk.records.cards.put(card["id"], card)
    desk.records.store.delete_blob(_place(found["id"]))
    shown = {"id": found["id"], "name": found["name"]}
    desk.changes.on_card("deleteAttachmentFromCard", desk.call, card, attachment=shown)
    return {"limits": {}}


def download(desk: Desk) -> web.Response:
    """GET cards/ID/attachments/ID/download/NAME: the bytes of an uploaded file."""
    found = _named(desk, desk.card())
    content = desk.records.store.get_blob(_place(found["id"]))
    if content is None:
        raise Refusal(404, NOT_FOUND)
    kind = found["mimeType"] if found["mimeType"] in SHOWN_INLINE else "application/octet-stream"
    headers = {**SAFE_HEADERS, "Content-Disposition": "inline" if kind in SHOWN_INLINE else "attachment"}
    return web.Response(body=content, content_type=kind, headers=headers)


def _named(desk: Desk, card: Json) -> Json:
    wanted = desk.call.path["attachment"]
    found = next((item for item in card["attachments"] if item["id"] == wanted), None)
    if found is None:
        raise Refusal(404, NOT_FOUND)
    item: Json = found
    return item


def _place(attachment_id: str) -> str:
    return f"board/{attachment_id}"
