"""Web API methods about files."""

from typing import Any

from bot.playground.calls import Call, Method
from bot.playground.content import app_blocks
from bot.playground.files import LARGEST_FILE
from bot.playground.methods.chat import read_thread
from bot.playground.refusal import Refused
from bot.playground.schema import at
from bot.playground.store import Document
from bot.playground.talk import app_author

LONGEST_NAME = 255


def get_upload_url(call: Call) -> Document:
    """files.getUploadURLExternal: where to post the bytes, once."""
    call.required("filename", "length")
    try:
        length = int(call.text("length"))
    except ValueError:
        length = 0
    name = call.text("filename").replace("/", "_")[:LONGEST_NAME]
    if not 0 < length <= LARGEST_FILE:
        words = at("/length", f"must be a number from 1 to {LARGEST_FILE}")
        raise Refused("invalid_arguments", response_metadata={"messages": [words]})
    return call.files.reserve(name, length)


def complete_upload(call: Call) -> Document:
    """files.completeUploadExternal: the uploaded files become files of the app, shared where the call says."""
    call.required("files")
    given = _given(call.structure("files"))
    if not all(call.files.uploaded(file_id) for file_id in given):
        raise Refused("file_not_found")
    named = call.text("channel_id") or call.text("channels")
    channels = [call.target(one) for one in named.split(",") if one]
    threads = [read_thread(call, channel) for channel in channels]
    text = app_blocks({"text": call.text("initial_comment")}).text if call.text("initial_comment").strip() else ""
    author = app_author(call.workspace.team)
    with call.workspace.store.batch():
        files = [call.files.complete(file_id, title) for file_id, title in given.items()]
        for channel, thread in zip(channels, threads, strict=True):
            call.files.share(channel, author, text, [_latest(call, one) for one in files], thread)
    return {"files": [call.files.describe(_latest(call, one)) for one in files]}


def _latest(call: Call, file: Document) -> Document:
    return call.files.get(file["id"]) or file


def _given(value: Any) -> dict[str, str]:
    """The title of each file by its id. Raises Refused."""
    fits = isinstance(value, list) and value and all(isinstance(one, dict) and one.get("id") for one in value)
    if not fits:
        raise Refused("invalid_arguments", response_metadata={"messages": [at("/files", "must be an array of files")]})
    return {str(one["id"]): str(one.get("title") or "") for one in value}


def info(call: Call) -> Document:
    """files.info."""
    file = _file(call)
    return {"file": call.files.describe(file), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: Call) -> Document:
    """files.delete: only the app's own files."""
    file = _file(call)
    if file["user"] != call.bot:
        raise Refused("cant_delete_file")
    call.files.delete(file)
    return {}


def _file(call: Call) -> Document:
    call.required("file")
    file = call.files.get(call.text("file"))
    if file is None or not call.files.is_seen(file):
        raise Refused("file_not_found")
    return file


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.delete": delete,
}
