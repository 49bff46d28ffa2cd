"""Reads what Slack sends: bytes to a payload, and whether the payload has the form that its kind has.

Nothing here trusts the sender: each thing that is wrong is Malformed, whose words never hold what was sent.
Forms: docs.slack.dev/reference/events, docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FIELDS_LIMIT = 100
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_IDENT = re.compile(r"[!-~]{1,255}")
_STAMP = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)

Payload = dict[str, Any]


class Malformed(ValueError):
    """Not what Slack sends; the words say of what kind the fault is, never what was sent."""


def read_payload(content_type: str, body: bytes) -> Payload:
    """The payload of a request's body. Raises Malformed."""
    try:
        text = body.decode("utf-8")
        if content_type == FORM:
            return _form(text)
        return _object(text)
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError:
        raise Malformed("not readable") from None


def _form(text: str) -> Payload:
    fields = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_LIMIT))
    if "payload" in fields:
        return _object(fields["payload"])
    if "command" not in fields:
        raise Malformed("neither a command nor a payload")
    return dict(fields)


def _object(text: str) -> Payload:
    read = DECODER.decode(text)
    if not isinstance(read, dict):
        raise Malformed("not an object")
    # Half a pair of surrogates is no character: neither a database nor Slack takes it.
    return _whole(read) if _SURROGATE.search(text) else read


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(name): _whole(entry) for name, entry in value.items()}
    return [_whole(entry) for entry in value] if isinstance(value, list) else value


def _no_number(name: str) -> NoReturn:
    raise Malformed("not a number")


DECODER = json.JSONDecoder(parse_constant=_no_number)


def _is_ident(value: Any) -> bool:
    return isinstance(value, str) and _IDENT.fullmatch(value) is not None


def _is_stamp(value: Any) -> bool:
    return isinstance(value, str) and _STAMP.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict)


Check = Callable[[Any], bool]
# A check of a value; the forms of a record's fields (one with "?" may be missing or null); that of a list's entries.
Form = Check | Mapping[str, Any] | list[Any]


def checked(form: Form) -> Check:
    """The form as one function: made once, since every event goes through it."""
    if isinstance(form, Mapping):
        return _record([(name.removesuffix("?"), name.endswith("?"), checked(inner)) for name, inner in form.items()])
    if isinstance(form, list):
        entry = checked(form[0])
        return lambda value: isinstance(value, list) and all(map(entry, value))
    return form


def _record(fields: list[tuple[str, bool, Check]]) -> Check:
    def fits(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        for name, may_lack, is_right in fields:
            found = value.get(name)
            if not (may_lack if found is None else is_right(found)):
                return False
        return True

    return fits


_NAMED = {"id": _is_ident}
_SAID = {
    "channel": _is_ident, "ts": _is_stamp, "user?": _is_ident, "text?": _is_text, "thread_ts?": _is_stamp,
    "bot_id?": _is_ident, "subtype?": _is_text, "client_msg_id?": _is_ident, "channel_type?": _is_text,
    "message?": {"ts": _is_stamp, "text?": _is_text, "user?": _is_ident, "thread_ts?": _is_stamp},
    "previous_message?": {"ts?": _is_stamp, "text?": _is_text, "user?": _is_ident}, "deleted_ts?": _is_stamp,
    "files?": [_is_record],
}  # fmt: skip
_REACTED = {
    "user": _is_ident, "reaction": _is_text, "event_ts?": _is_stamp,
    "item": {"type": _is_text, "channel?": _is_ident, "ts?": _is_stamp},
}  # fmt: skip
_VIEW = {
    "id": _is_ident, "callback_id?": _is_text, "private_metadata?": _is_text, "hash?": _is_text,
    "blocks?": [_is_record], "state?": {"values?": _is_record},
}  # fmt: skip
_PERSON = {
    "user": _NAMED, "team?": {"id?": _is_ident}, "channel?": _NAMED, "trigger_id?": _is_ident,
    "response_url?": _is_text, "message?": {"ts": _is_stamp, "thread_ts?": _is_stamp, "text?": _is_text},
    "container?": {"channel_id?": _is_ident},
}  # fmt: skip

_EVENTS: Mapping[str, Form] = {
    "message": _SAID,
    "app_mention": _SAID,
    "reaction_added": _REACTED,
    "reaction_removed": _REACTED,
    "agent_session_stopped": {
        "channel": _is_ident,
        "user": _is_ident,
        "event_ts": _is_stamp,
        "thread_ts?": _is_stamp,
        "streaming_message_ts?": [_is_stamp],
    },
    "app_home_opened": {"user": _is_ident, "channel?": _is_ident, "tab?": _is_text},
}
_SUBTYPES: Mapping[str, Form] = {
    "message_changed": {"message": {"ts": _is_stamp}},
    "message_deleted": {"deleted_ts": _is_stamp},
}
_KINDS: Mapping[str, Form] = {
    "event_callback": {
        "team_id?": _is_ident, "event_id?": _is_ident, "event": {"type": _is_text}, "authorizations?": [_is_record],
    },
    "command": {
        "command": _is_text, "team_id": _is_ident, "channel_id": _is_ident, "user_id": _is_ident,
        "trigger_id": _is_ident, "text?": _is_text, "response_url?": _is_text,
    },
    "block_actions": {
        **_PERSON, "view?": _VIEW,
        "actions": [{"action_id": _is_text, "action_ts": _is_stamp, "value?": _is_text, "type?": _is_text}],
    },
    "view_submission": {**_PERSON, "view": _VIEW},
    "view_closed": {**_PERSON, "view": _VIEW},
    "message_action": {
        **_PERSON, "callback_id": _is_text, "action_ts": _is_stamp, "channel": _NAMED, "message": {"ts": _is_stamp},
    },
    "shortcut": {**_PERSON, "callback_id": _is_text, "action_ts": _is_stamp},
}  # fmt: skip


EVENTS = {name: checked(form) for name, form in _EVENTS.items()}
SUBTYPES = {name: checked(form) for name, form in _SUBTYPES.items()}
KINDS = {name: checked(form) for name, form in _KINDS.items()}


def kind_of(payload: Payload) -> str:
    """What kind of payload it is, empty for one that we do not know. Raises Malformed for one without its form."""
    name = payload.get("type", "")
    if not isinstance(name, str):
        raise Malformed("no type")
    kind = name or ("command" if "command" in payload else "")
    if kind not in KINDS:
        return ""
    if not KINDS[kind](payload) or (kind == "block_actions" and not payload["actions"]):
        raise Malformed(f"no {kind}")
    if kind == "event_callback" and not _is_event(payload["event"]):
        raise Malformed("no event of its type")
    return kind


def _is_event(event: Payload) -> bool:
    name = event["type"]
    if name in EVENTS and not EVENTS[name](event):
        return False
    subtype = event.get("subtype") if name == "message" else None
    return subtype not in SUBTYPES or SUBTYPES[subtype](event)
