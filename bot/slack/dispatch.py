"""One payload of Slack's to the app, however it came: checked first, so that nothing it holds can make the app fail."""

from __future__ import annotations

import logging
import traceback

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.slack.payloads import Malformed, Payload, kind_of
from pipelines.core.errors import TellPerson

log = logging.getLogger(__name__)

# A payload that was read wrongly would be read wrongly again; anything else, such as a database that is away, passes:
# Slack is told that the payload was not kept, and delivers again.
MISREAD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


async def dispatch(app: AsyncApp, payload: Payload) -> BoltResponse:
    """What the app answers; an empty yes to what means nothing to us. Raises Malformed.

    Bolt gets the payload as a socket's would come: checked and read already, so that it does neither again.
    """
    kind = kind_of(payload)
    if not kind:
        return BoltResponse(status=200)
    try:
        asked = AsyncBoltRequest(mode="socket_mode", body=payload)
    except (TypeError, ValueError, AttributeError, LookupError):
        raise Malformed(f"no {kind}") from None
    return await app.async_dispatch(asked)


async def on_error(error: Exception) -> BoltResponse:
    """Bolt's answer to a failure: the log gets the place and the kind of it alone, for its words may be people's.

    Nobody listens, or the bot is not installed there: then Slack hears yes, for nothing would change at a repetition.
    """
    if isinstance(error, BoltUnhandledRequestError | TellPerson):
        return BoltResponse(status=200)
    for place in traceback.extract_tb(error.__traceback__)[-1:]:
        log.error("%s in %s, line %s", type(error).__name__, place.name, place.lineno, extra={"action": "slack.hear"})
    return BoltResponse(status=400 if isinstance(error, MISREAD) else 503)
