"""How things reach the app: signed HTTP requests, or envelopes on its Socket Mode connections."""

import hashlib
import hmac
import http.client
import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urlsplit

from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

Post = Callable[[str, bytes, dict[str, str]], tuple[int, dict[str, str], bytes]]
"""(path, body, headers) -> (status, headers, body); OSError and TimeoutError mean: not reached."""
Kind = str
"""``events_api``, ``slash_commands`` or ``interactive``, as Socket Mode calls them."""
TAKEN = range(200, 300)
"""HTTP statuses that mean: the app has it."""
ANSWER_WITHIN = 3.0
"""Seconds that Slack gives an app (docs.slack.dev: acknowledge within 3 seconds)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the app answered: ``body`` is JSON, text, or None."""

    ok: bool
    status: int
    body: Json | str | None = None
    reason: str = ""
    retry: bool = True


class Door(Protocol):
    """A way to the app."""

    def deliver(
        self, workspace: "Workspace", kind: Kind, payload: Json, *, attempt: int = 0, reason: str = ""
    ) -> Outcome:
        """Hand over *payload* and wait for the answer."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Slack's signature, v0 (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDoor:
    """Signed requests to the app's address; *post* sends one, in process or over the wire (``post_to``)."""

    def __init__(self, post: Post, path: str = "/slack/events") -> None:
        """Send everything to *path*."""
        self.post, self.path = post, path

    def deliver(
        self, workspace: "Workspace", kind: Kind, payload: Json, *, attempt: int = 0, reason: str = ""
    ) -> Outcome:
        """Post *payload* as Slack does: events as JSON, commands and clicks as forms."""
        body, content_type = _body(kind, payload)
        stamp = int(workspace.machine())
        headers = {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": str(stamp),
            "x-slack-signature": sign(workspace.signing_secret, stamp, body),
        }
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        try:
            status, answered, content = self.post(self.path, body, headers)
        except TimeoutError:
            return Outcome(ok=False, status=504, reason="http_timeout")
        except OSError:
            return Outcome(ok=False, status=502, reason="connection_failed")
        wants_none = {name.lower(): value for name, value in answered.items()}.get("x-slack-no-retry") == "1"
        ok = status in TAKEN
        return Outcome(
            ok=ok, status=status, body=_read(content), reason="" if ok else "http_error", retry=not wants_none
        )


def _body(kind: Kind, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _read(content: bytes) -> Json | str | None:
    text = content.decode("utf-8", "replace")
    if text.startswith("{"):
        try:
            found: Any = json.loads(text)
        except ValueError:
            return text
        if isinstance(found, dict):
            return found
    return text or None


def post_to(url: str, seconds: float = ANSWER_WITHIN) -> Post:
    """A ``post`` for an app that listens at *url* (plain http)."""
    parts = urlsplit(url)

    def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(
            parts.hostname or "127.0.0.1", parts.port or 80, timeout=seconds
        )
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    return post


class Connection(Protocol):
    """One Socket Mode connection, made by the server."""

    def send(self, message: Json) -> None:
        """Send one message; OSError when the connection is gone."""


class SocketDoor:
    """Envelopes on the app's Socket Mode connections, each to one of them in turn, acknowledged by id."""

    def __init__(self, seconds: float = ANSWER_WITHIN) -> None:
        """Start without a connection; an envelope is given up after *seconds*."""
        self.seconds = seconds
        self.connections: list[Connection] = []
        self._turn = 0
        self._waiting: dict[str, tuple[Connection, Future[Json | str | None]]] = {}
        self._lock = Lock()

    def joined(self, connection: Connection) -> int:
        """A connection was opened; how many there are now."""
        with self._lock:
            self.connections.append(connection)
            return len(self.connections)

    def left(self, connection: Connection) -> None:
        """A connection is gone."""
        with self._lock:
            if connection in self.connections:
                self.connections.remove(connection)
            ids = [name for name, (by, _) in self._waiting.items() if by is connection]
            lost = [self._waiting.pop(name)[1] for name in ids]
        for waiting in lost:  # nobody acknowledges what went that way any more: it goes another one
            waiting.set_exception(ConnectionError("the connection ended"))

    def acknowledge(self, envelope_id: str, payload: Json | str | None) -> None:
        """The app acknowledged an envelope, perhaps with an answer."""
        with self._lock:
            _, waiting = self._waiting.pop(envelope_id, (None, None))
        if waiting is not None:
            waiting.set_result(payload)

    def deliver(
        self, workspace: "Workspace", kind: Kind, payload: Json, *, attempt: int = 0, reason: str = ""
    ) -> Outcome:
        """Send one envelope and wait for its acknowledgement."""
        envelope: Json = {
            "envelope_id": f"env-{workspace.new_id('E')}",
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return self._send(envelope)

    def _send(self, envelope: Json) -> Outcome:
        waiting: Future[Json | str | None] = Future()
        with self._lock:
            if not self.connections:
                return Outcome(ok=False, status=503, reason="no_connection")
            self._turn += 1
            connection = self.connections[self._turn % len(self.connections)]
            self._waiting[envelope["envelope_id"]] = (connection, waiting)
        try:
            connection.send(envelope)
            return Outcome(ok=True, status=200, body=waiting.result(timeout=self.seconds))
        except TimeoutError:
            return Outcome(ok=False, status=504, reason="timeout")
        except OSError:
            return Outcome(ok=False, status=502, reason="connection_failed")
        finally:
            with self._lock:
                self._waiting.pop(envelope["envelope_id"], None)
