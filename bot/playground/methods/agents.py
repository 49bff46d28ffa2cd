"""Web API methods of an agent's sessions: what it is at in a thread, and under which title."""

from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.schema import at
from bot.playground.store import Document
from bot.playground.workspace import is_reply

TITLE_CHARACTERS = 200
# What Slack answers an app that cannot hear of the Stop button; its users see none.
MISSING = "missing_agent_session_stopped_event_subscription"
NO_STOP = {"warning": MISSING, "response_metadata": {"warnings": [MISSING]}}


def set_status(call: Call) -> Document:
    """agents.sessions.setStatus: the first call for a thread opens its session."""
    call.required("status")
    channel, thread = _thread(call)
    if call.text("initiator_user_id"):
        call.user("initiator_user_id")
    session = call.sessions.set_status(channel["id"], thread, call.text("status"), _title(call))
    answer = {"status": session["status"], "agent_status": session["status"], "title": session["title"]}
    return answer if call.talk.hears("agent_session_stopped") else {**answer, **NO_STOP}


def rename(call: Call) -> Document:
    """agents.sessions.rename."""
    call.required("title")
    channel, thread = _thread(call)
    if call.sessions.find(channel["id"], thread) is None:
        raise Refused("session_not_found")
    return {"title": call.sessions.rename(channel["id"], thread, _title(call, least=1))["title"]}


def _thread(call: Call) -> tuple[Document, str]:
    """The channel and the root of the thread that a call names. Raises Refused."""
    channel = call.channel("channel_id")
    if not call.workspace.is_member(channel, call.workspace.bot):
        raise Refused("not_authorized")
    if not call.text("thread_ts"):
        raise Refused("thread_ts_required")
    root = call.workspace.message(channel["id"], call.text("thread_ts"))
    if root is None:
        raise Refused("invalid_thread_ts")
    return channel, str(root["thread_ts"]) if is_reply(root) else str(root["ts"])


def _title(call: Call, least: int = 0) -> str:
    title = call.text("title").strip()
    if not least <= len(title) <= TITLE_CHARACTERS:
        words = at("/title", f"must be {least} to {TITLE_CHARACTERS} characters")
        raise Refused("invalid_arguments", response_metadata={"messages": [words]})
    return title


METHODS: dict[str, Method] = {"agents.sessions.setStatus": set_status, "agents.sessions.rename": rename}
