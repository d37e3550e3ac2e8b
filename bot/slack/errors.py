"""What may come of a Web API call other than its answer."""

import re
from collections.abc import Mapping
from email.message import Message

LONGEST_WAIT = 1_500.0
"""Seconds after which Slack is asked again, whatever it said: one that ends later is taken for a clock gone wrong."""
NO_RETRY_AFTER = 5.0
"""Seconds to wait after a 429 that does not say how long."""
REFUSED = frozenset({
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "app_uninstalled",
})  # fmt: skip
"""Refusals of the token itself, which an operator mends: nothing is given up for them."""


class TryLater(Exception):
    """Slack asks to wait ``seconds`` (HTTP 429); the call was definitely not done."""

    def __init__(self, seconds: float, method: str = "", channel: str | None = None) -> None:
        """Wait *seconds* before the next call of the Web API's *method*, in *channel* where it had one."""
        super().__init__(f"Slack asks to wait {seconds:g} s" + (f" with {method}" if method else ""))
        self.seconds = seconds
        self.method = method
        self.channel = channel


class Ambiguous(Exception):
    """No answer came back, or one that says nothing: the call may have been done."""


class Away(Exception):
    """Slack could not be reached at all: the call was definitely not done."""


class Rejected(Exception):
    """Slack refused for good; ``error`` is Slack's own word for it."""

    def __init__(self, error: str) -> None:
        """Keep Slack's *error*."""
        super().__init__(error)
        self.error = error


def wait_of(headers: Mapping[str, str] | Message) -> float:
    """Seconds of a Retry-After header; a default where there is none that can be read."""
    given = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    return min(max(1.0, float(given)), LONGEST_WAIT) if re.fullmatch(r"\d{1,5}", given) else NO_RETRY_AFTER
