"""The clocks that Slack holds an app to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """All in seconds, as Slack documents them; a test may shorten them.

    `retry_delays` are the waits before the second, third and fourth delivery of an event. `stream` is how long a
    streamed message may stay open (measured by users of Slack's own SDK, slackapi/python-slack-sdk issue 1859),
    `status` how long the status of an assistant's thread is shown. `code` is how long an OAuth code may wait, `token`
    how long a rotated token lives.
    """

    ack: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    response_url: float = 1800.0
    stream: float = 300.0
    status: float = 120.0
    code: float = 600.0
    token: float = 43_200.0
