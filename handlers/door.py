"""The door: what Slack delivers comes in here, over HTTP or a socket; it is read, led to Bolt, counted, and timed."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.request import BoltRequest

from bot.clock import Clock
from bot.context import about
from bot.meters import Meters
from bot.slack.client import Signature
from handlers.shape import fitted

log = logging.getLogger(__name__)

UNREADABLE = (ValueError, AttributeError, TypeError, LookupError, RecursionError)
"""What the library, which takes apart what it has not looked at, raises over what is no delivery of Slack's."""


class Door:
    """The one way in, for every kind of delivery."""

    def __init__(self, app: App, signature: Signature, meters: Meters, clock: Clock) -> None:
        """Lead to *app* what is signed and can be read."""
        self._app, self._signature, self._meters, self._clock = app, signature, meters, clock

    def http(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        """One request to ``/slack/events``: status, headers, body of the answer. What Slack did not sign is 401."""
        received = self._clock.monotonic()
        if not _is_signed(self._signature, body, headers):
            log.warning("a delivery without a good signature was refused")
            return 401, {}, ""
        try:
            request = BoltRequest(body=body.decode(), headers={k: [v] for k, v in headers.items()})
            request.body = fitted(_tidied(request.body))
        except UNREADABLE:
            request = None
        answer = self._answer(request, received)
        return answer.status, {name: values[0] for name, values in answer.headers.items()}, answer.body

    def envelope(
        self, payload: Mapping[str, Any], headers: Mapping[str, str], received: float
    ) -> dict[str, Any] | None:
        """One envelope of Socket Mode: what to acknowledge it with; None: it is not kept, and Slack delivers it again.

        *received*: monotonic time.
        """
        try:
            request = BoltRequest(mode="socket_mode", body=fitted(_tidied(payload)), headers=dict(headers))
        except UNREADABLE:
            request = None
        answer = self._answer(request, received)
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            return None
        return json.loads(answer.body) if answer.body.startswith("{") else {}

    def _answer(self, request: BoltRequest | None, received: float) -> BoltResponse:
        """What comes of a delivery; None: it could not be read."""
        body = request.body if request is not None else {}
        kind = _kind_of(body)
        with about(delivery=f"event:{body['event']['type'][:40]}" if kind == "event" else kind) as scope:
            if request is not None:
                answer = self._app.dispatch(request)
            else:
                log.warning("a delivery that cannot be read was refused")
                answer = BoltResponse(status=400, body="")
        self._meters.events.labels(kind, _outcome(answer.status, kind, scope)).inc()
        self._meters.answers.labels(kind).observe(self._clock.monotonic() - received)
        return answer


def _is_signed(signature: Signature, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Slack signed it. A stamp that is no number, a body or signature of no characters are not Slack's."""
    try:
        return signature.is_good(body, headers)
    except (ValueError, TypeError):  # the library compares what it has not looked at
        return False


KINDS: Mapping[str, str] = {
    "block_actions": "click", "view_submission": "form", "event_callback": "event", "shortcut": "shortcut",
    "message_action": "shortcut",
}  # fmt: skip


def _kind_of(body: Mapping[str, Any]) -> str:
    """``command``, ``click``, ``form``, ``shortcut``, ``event``, or ``other``: what the answer is counted as."""
    return "command" if "command" in body else KINDS.get(body.get("type", ""), "other")


def _outcome(status: int, kind: str, scope: Mapping[str, str]) -> str:
    """What a delivery is counted as: ``kept``, ``repeated``, ``refused``, ``ignored`` or ``failed``."""
    if status >= 500:  # noqa: PLR2004 - HTTP
        return "failed"
    if status >= 400:  # noqa: PLR2004 - HTTP
        return "ignored"
    return scope.get("outcome", "ignored" if kind in {"event", "other"} else "kept")


def _tidied(value: Any) -> Any:
    """*value* without nulls, and its texts without NUL and half character pairs, which no database can keep."""
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _clean(value)
    if isinstance(value, dict):
        return {name: _tidied(item) for name, item in value.items() if item is not None}
    return [_tidied(item) for item in value if item is not None] if isinstance(value, list) else value


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
