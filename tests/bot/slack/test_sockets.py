"""When the watchdog replaces a connection."""

import pytest

from bot.slack.sockets import PASSED_OVER, QUIET_AFTER, Pulse, verdict

WELL = {"over": False, "alive": True, "silent_for": 0.0, "passed_over": 0}


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ({}, ""),
        ({"silent_for": QUIET_AFTER - 1}, ""),
        ({"silent_for": QUIET_AFTER + 1}, "heard nothing"),
        ({"passed_over": PASSED_OVER - 1}, ""),
        ({"passed_over": PASSED_OVER}, "the other one heard"),
        ({"over": True}, "over"),
        ({"alive": False}, "reader has stopped"),
        ({"alive": False, "over": True}, "over"),
    ],
)
def test_a_connection_is_replaced_for_a_reason_only(case: dict[str, float], why: str) -> None:
    told = verdict(Pulse(**{**WELL, **case}))
    assert why in told
    assert bool(why) == bool(told)
