"""Slack's failures in our two kinds: a passing one to try again, a final one to put in words."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from pipelines.core.errors import LeadhandError, TellPerson, TryAgain, Unsayable

NOT_ANSWERING = "Slack is not answering."

# Slack's error codes: docs.slack.dev/reference/methods. Those that pass by themselves:
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long", "no_text"})
FINAL = {
    "channel_not_found": "I cannot see that channel. Invite me there with `/invite @leadhand`.",
    "not_in_channel": "I am not in that channel. Invite me there with `/invite @leadhand`.",
    "is_archived": "That channel is archived, so I cannot write there.",
    "is_inactive": "That channel is archived, so I cannot write there.",
    "message_not_found": "That message is gone.",
    "thread_not_found": "That thread is gone.",
    "cant_update_message": "I may not change that message.",
    "msg_too_long": "That is too long for one Slack message.",
    "missing_scope": "My Slack app lacks a permission for this. Reinstall it from manifest.json.",
    "token_revoked": "My access to Slack was revoked. Install the app again and set SLACK_BOT_TOKEN.",
    "account_inactive": "My access to Slack was removed. Install the app again and set SLACK_BOT_TOKEN.",
    "invalid_auth": "Slack refuses my token. Check SLACK_BOT_TOKEN.",
    "not_authed": "Slack refuses my token. Check SLACK_BOT_TOKEN.",
    "expired_trigger_id": "That took too long for Slack to open a window. Press the button once more.",
    "invalid_trigger_id": "That took too long for Slack to open a window. Press the button once more.",
}


def translate(error: Exception) -> LeadhandError:
    """The failure as a pipeline understands it. `sure`: Slack said for certain that it did nothing."""
    if isinstance(error, LeadhandError):
        return error
    if not isinstance(error, SlackApiError):
        return TryAgain(NOT_ANSWERING)
    code, status = error_code(error), int(getattr(error.response, "status_code", 200) or 200)
    # Without a word of Slack's own it was not Slack that answered.
    if not code or code in PASSING or status == 429 or status >= 500:
        return TryAgain(
            NOT_ANSWERING, _retry_after(error), sure=status == 429 or code in {"ratelimited", "rate_limited"}
        )
    words = FINAL.get(code, f"Slack does not let me do this ({code}).")
    is_form = code in TOO_LONG or (code.startswith("invalid_") and code not in FINAL)
    return Unsayable(words) if is_form else TellPerson(words)


def error_code(error: SlackApiError) -> str:
    """Slack's own word for the failure, empty when the answer was not Slack's."""
    response = error.response
    data = response if isinstance(response, dict) else getattr(response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    try:
        return float(headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
