"""Web API methods that stream a message into a thread."""

from bot.playground.blocks import MARKDOWN_CHARACTERS
from bot.playground.calls import Call, Method
from bot.playground.chunks import chunk_problems
from bot.playground.content import app_blocks
from bot.playground.methods.chat import read_metadata
from bot.playground.refusal import Refused
from bot.playground.sessions import STATUSES
from bot.playground.store import Document
from bot.playground.streams import Given
from bot.playground.workspace import is_reply

DISPLAYS = ("timeline", "plan")


def start(call: Call) -> Document:
    """chat.startStream: a reply in a thread; outside direct channels to one reader, whom the call must name."""
    call.required("channel", "thread_ts")
    channel = call.writable(call.own_channel())
    root = call.workspace.message(channel["id"], call.text("thread_ts"))
    if root is None:
        raise Refused("invalid_thread_ts")
    if not channel["is_im"]:
        _recipient(call)
    display = call.text("task_display_mode", DISPLAYS[0])
    if display not in DISPLAYS:
        words = f"[ERROR] must be one of {', '.join(DISPLAYS)} [json-pointer:/task_display_mode]"
        raise Refused("invalid_arguments", response_metadata={"messages": [words]})
    thread = str(root["thread_ts"]) if is_reply(root) else str(root["ts"])
    message = call.streams.start(channel, thread, display, _given(call))
    return {"channel": channel["id"], "ts": message["ts"]}


def _recipient(call: Call) -> None:
    for name in ("recipient_user_id", "recipient_team_id"):
        if not call.text(name):
            raise Refused(f"missing_{name}")
    call.user("recipient_user_id")


def append(call: Call) -> Document:
    """chat.appendStream: only to a stream that is open."""
    call.required("channel", "ts")
    given = _given(call)
    if not given.mode:
        raise Refused("no_text")
    channel, message = _own(call)
    call.streams.append(channel, message, given)
    return {"channel": channel["id"], "ts": message["ts"]}


def stop(call: Call) -> Document:
    """chat.stopStream: with the last words, blocks below them, metadata, and what becomes of the session."""
    call.required("channel", "ts")
    given = _given(call)
    channel, message = _own(call)
    blocks = app_blocks({"blocks": call.arguments["blocks"]}).blocks if call.arguments.get("blocks") else None
    metadata, status = read_metadata(call), call.text("session_status")
    if status not in ("", *STATUSES):
        raise Refused("invalid_status")
    stopped = call.streams.stop(channel, message, given, blocks, metadata)
    if status:
        call.sessions.set_status(channel["id"], message["thread_ts"], status)
    return {"channel": channel["id"], "ts": message["ts"], "message": call.workspace.present(stopped, metadata=True)}


def _own(call: Call) -> tuple[Document, Document]:
    channel = call.writable(call.own_channel())
    message = call.message(channel)
    if message.get("user") != call.workspace.bot:
        raise Refused("message_not_in_streaming_state")
    return channel, message


def _given(call: Call) -> Given:
    """The content of a call. Raises Refused."""
    markdown, chunks = call.text("markdown_text"), call.structure("chunks") or []
    problems = chunk_problems(chunks)
    if markdown and chunks:
        problems = ["[ERROR] markdown_text and chunks exclude each other [json-pointer:/chunks]"]
    if problems:
        raise Refused("invalid_arguments", response_metadata={"messages": problems})
    if len(markdown) > MARKDOWN_CHARACTERS:
        raise Refused("msg_too_long")
    return Given(markdown, chunks)


METHODS: dict[str, Method] = {
    "chat.startStream": start,
    "chat.appendStream": append,
    "chat.stopStream": stop,
}
