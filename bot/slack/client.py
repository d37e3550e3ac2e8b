"""One planned call becomes one or more Web API calls: the home of slack_sdk.

slack_sdk's own retries are off: a blind retry after a lost reply says things twice (RELIABILITY section 3).
What comes back is sorted into four: an answer, TryLater, Rejected (for good), and two kinds of trouble: Away (the
call cannot have arrived) and Ambiguous (it may have).
"""

import errno
import http.client
import re
import socket
import ssl
import urllib.error
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.clock import Clock
from bot.crash import crash
from bot.meters import Meters
from bot.slack import compound
from bot.slack.canvas import METHOD as CANVAS
from bot.slack.canvas import canvas
from bot.slack.compound import TIMEOUT, Gate, pages
from bot.slack.errors import Ambiguous, Away, Rejected, TryLater, wait_of
from bot.slack.fetching import METHOD, Fetcher
from bot.slack.looking import Way, first_of_look, look

__all__ = ["TIMEOUT", "Ambiguous", "Away", "Rejected", "Signature", "SlackClient", "TryLater"]

FORM_TIMEOUT = 2
"""Seconds for opening a form: whoever clicked is answered within 3 (DESIGN section 3.3)."""
UNSURE = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
"""Slack's errors after which a call may have been done all the same."""
CLOSED_FOR_NOW = frozenset({"org_login_required"})
"""While a workspace moves into an organisation nothing is done, and nothing is given up."""
SLOWER = frozenset({"ratelimited", "rate_limited"})
ALREADY = frozenset(
    {
        "already_in_channel",
        "already_pinned",
        "already_reacted",
        "cant_invite_self",
        "not_archived",
        "already_archived",
    }
)
"""Errors that mean that things are as they should be."""
REPEATABLE = frozenset({
    "open_channel", "invite_named", "move_members", "join_channel", "group_members", "conversations.archive",
    "conversations.invite", "conversations.open", "conversations.setTopic", "conversations.setPurpose",
    "conversations.unarchive", "conversations.info", "pins.add", "chat.update", "users.info", "users.list",
    "usergroups.list", "respond", "chat.postEphemeral", "fetch_file", "canvas", "views.publish",
})  # fmt: skip
"""Calls that do no harm when they are made again. Messages and uploads are not among them."""
FINDABLE = frozenset({"chat.postMessage", "upload"})
"""Calls that leave something in a channel by which it can be seen that they were made."""
TROUBLE = (
    OSError, http.client.HTTPException, SlackClientError, ValueError, AttributeError, LookupError,
)  # fmt: skip
"""What slack_sdk raises where no answer comes that can be read."""
TOO_LONG = frozenset({413, 414})
OUTCOMES: Mapping[type[Exception], str] = {
    TryLater: "later", Ambiguous: "ambiguous", Away: "away", Rejected: "refused",
}  # fmt: skip
"""What a call is counted as that gave no answer."""
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,80}")


def open_gate(_method: str, _channel: str | None) -> None:
    """A gate that holds nothing up: for calls that are not planned ones."""


class Signature:
    """Knows Slack's deliveries by their signature (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""

    def __init__(self, secret: str, machine: Callable[[], float]) -> None:
        """Check with *secret*, against the *machine*'s time; without a secret nothing is Slack's."""
        self._secret = secret
        # the library wants some secret; without one of ours nothing is asked of it
        self._verifier = SignatureVerifier(secret or "none", _MachineClock(machine))

    def is_good(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed *body* within the last five minutes."""
        return bool(self._secret) and self._verifier.is_valid_request(body, dict(headers))


class _MachineClock(SignatureClock):
    def __init__(self, machine: Callable[[], float]) -> None:
        self._machine = machine

    def now(self) -> float:
        return self._machine()


@cache
def _trusted() -> ssl.SSLContext:
    """What TLS needs, read once: it takes 17 ms."""
    return ssl.create_default_context()


class SlackClient:
    """Makes calls with one workspace's bot token."""

    def __init__(
        self, token: str, base_url: str, meters: Meters | None = None, clock: Clock | None = None
    ) -> None:
        """Speak to the Web API at *base_url* (ending in ``/api/``); calls are counted in *meters*, timed by *clock*.

        Each call makes a connection of its own. A kept one could be closed by Slack just as the next call is sent on
        it: that call would be in doubt, and be looked for, for no better reason.
        """
        self._meters, self._clock = meters or Meters(), clock or Clock()
        tls = _trusted()
        common: dict[str, Any] = {"base_url": base_url, "retry_handlers": [], "ssl": tls}
        self.web = WebClient(token=token, timeout=TIMEOUT, **common)
        self._quick = WebClient(token=token, timeout=FORM_TIMEOUT, **common)
        self._files = Fetcher(token, base_url, self._clock.monotonic, tls)

    def is_repeatable(self, method: str) -> bool:
        """Whether making the call again does no harm."""
        return method in REPEATABLE

    def is_findable(self, method: str) -> bool:
        """Whether ``look`` can tell if the call was made."""
        return method in FINDABLE

    def begins_with(self, method: str, args: Mapping[str, Any], *, looking: bool) -> tuple[str, str | None]:
        """The first Web API method that ``perform`` (or ``look``, where *looking*) calls, and its channel."""
        channel = args.get("channel")
        if looking:
            return first_of_look(args), None
        return compound.first_of(method, args), channel if isinstance(channel, str) else None

    def begun_by(self, methods: Collection[str]) -> frozenset[str]:
        """Calls made of several whose first Web API call is always one of *methods*."""
        return frozenset(several for several, first in compound.BEGINS.items() if first in methods)

    def perform(self, method: str, args: Mapping[str, Any], *, gate: Gate = open_gate) -> dict[str, Any]:
        """Make one call; each Web API call that it leads to passes the *gate* first.

        Raises TryLater, Ambiguous, Away, Rejected, and what the gate raises.
        """
        ask = partial(self._passing, gate)
        if method == "fetch_file":
            return self._counted(METHOD, lambda: self._files.fetch(ask, lambda: gate(METHOD, None), args))
        made_of_several = canvas if method == CANVAS else compound.COMPOUND.get(method)
        return made_of_several(ask, args) if made_of_several else ask(method, **args)

    def _passing(self, gate: Gate, method: str, /, **args: Any) -> dict[str, Any]:
        gate(method, args.get("channel"))
        return self._call(method, **args)

    def _call(self, method: str, /, **args: Any) -> dict[str, Any]:
        """One Web API call."""
        return self._counted(method, lambda: self._asked(method, **args))

    def _counted(self, method: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """*work*, a call of *method*, counted by its outcome and timed."""
        begun, outcome = self._clock.monotonic(), "bug"
        try:
            answer = work()
            outcome = "ok"
        except (TryLater, Ambiguous, Away, Rejected) as error:
            outcome = OUTCOMES[type(error)]
            raise
        finally:
            self._meters.calls.labels(method, outcome).inc()
            self._meters.call_seconds.labels(method).observe(self._clock.monotonic() - begun)
        return answer

    def _asked(self, method: str, /, **args: Any) -> dict[str, Any]:
        """One Web API call, its outcome sorted. An error that means "it is so already" is an answer.

        slack_sdk lets pass what urllib raises while connecting, sending and reading; it stumbles over an answer
        that is JSON but no object (AttributeError), or in an unknown encoding (LookupError).
        """
        web = self._quick if method == "views.open" else self.web
        crash("at the socket")
        try:
            answer = (
                web.api_call(method, json=args) if _wants_json(method) else web.api_call(method, params=args)
            )
        except SlackApiError as error:
            return _sorted(error, method, args.get("channel"))
        except TROUBLE as error:
            raise (Away if _never_left(error) else Ambiguous)(f"{type(error).__name__}: {error}") from error
        return _plain(answer.data)

    def without_token(self) -> WebClient:
        """A client for Bolt, which gives it the token that the doorkeeper authorizes."""
        return WebClient(base_url=self.web.base_url, timeout=TIMEOUT, retry_handlers=[])

    # What an operator wants to know

    def who_am_i(self) -> tuple[dict[str, Any], frozenset[str]]:
        """The bot as Slack knows it, and the scopes of its token (empty where Slack does not say)."""
        try:
            answer = self.web.auth_test()
        except SlackApiError as error:
            _sorted(error, "auth.test")
            raise Rejected(str(error)) from error
        except TROUBLE as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        said = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or ""
        return _plain(answer.data), frozenset(
            scope.strip() for scope in str(said).split(",") if scope.strip()
        )

    def find_channel(self, name: str) -> dict[str, Any] | None:
        """A public channel by name or id, as Slack lists it; None where there is none, or the bot cannot see it."""
        if name[:1] in "CG" and name.isupper():
            try:
                return dict(self._call("conversations.info", channel=name)["channel"])
            except Rejected as error:
                if error.error != "channel_not_found":
                    raise
                return None
        return self._named_channel(name.lstrip("#"), private=False)

    def find_private(self, name: str) -> dict[str, Any] | None:
        """A private channel by name, among those that the bot is in."""
        return self._named_channel(name.lstrip("#"), private=True)

    def group_handles(self) -> frozenset[str]:
        """Handles of the workspace's user groups."""
        return frozenset(group["handle"] for group in self._call("usergroups.list")["usergroups"])

    def people_handles(self) -> frozenset[str]:
        """Handles of the people in the workspace who read what is sent to them."""
        members = pages(self._call, "users.list", "members")
        reading = (user for user in members if not user.get("deleted") and not user.get("is_bot"))
        return frozenset(str(user.get("name", "")).lower() for user in reading)

    def _named_channel(self, name: str, *, private: bool) -> dict[str, Any] | None:
        """The channel of that name among those that the bot can see."""
        kinds = "private_channel" if private else "public_channel"
        found = pages(self._call, "conversations.list", "channels", types=kinds, exclude_archived=False)
        return next((channel for channel in found if channel["name"] == name), None)

    # Looking for what may have been done

    def look(
        self, method: str, args: Mapping[str, Any], key: str, way: Way, *, gate: Gate = open_gate
    ) -> Iterator[dict[str, Any]]:
        """Where a call that may have been made before can be seen, once or more: known by key or file name.

        *way* says from when on it may be. Each of Slack's pages passes the *gate*. Raises TryLater, Ambiguous, Away,
        Rejected, and what the gate raises.
        """
        return look(partial(self._passing, gate), method, args, key, way)

    def unsay(self, said: Mapping[str, Any], *, gate: Gate = open_gate) -> bool:
        """Delete a message of the bot's, one of those that ``look`` gives; False where it was gone already.

        With a message its file goes out of the channel. Raises TryLater, Ambiguous, Away, Rejected.
        """
        try:
            self._passing(gate, "chat.delete", channel=said["channel"], ts=said["ts"])
        except Rejected as error:
            if error.error != "message_not_found":
                raise
            return False  # another process was faster
        return True


def _wants_json(method: str) -> bool:
    """Methods whose arguments hold structures go as JSON; the others as a form, as old methods want it."""
    return method in {
        "chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update", "views.publish",
        "canvases.edit", "canvases.sections.lookup", "conversations.canvases.create",
    }  # fmt: skip


def _never_left(error: Exception) -> bool:
    """Whether the request cannot have reached Slack: no connection was made."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return True
    return isinstance(reason, OSError) and reason.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH}


def _sorted(error: SlackApiError, method: str, channel: str | None = None) -> dict[str, Any]:
    """An answer where the error means that things are so already; else raises what it is."""
    status, data = error.response.status_code, error.response.data
    if status == 429:  # noqa: PLR2004 - HTTP
        raise TryLater(wait_of(error.response.headers), method, channel)
    word = data.get("error") if isinstance(data, dict) else None
    if not isinstance(word, str) or not _WORD.fullmatch(word):  # a gateway's page, or half an answer
        raise (Rejected if status in TOO_LONG else Ambiguous)(f"http_{status}")
    if word in SLOWER:
        raise TryLater(wait_of(error.response.headers), method, channel)
    if word in CLOSED_FOR_NOW:
        raise Away(word)
    if word in ALREADY:
        return {"ok": True, "already": word, "errors": data.get("errors") or []}
    if status >= 500 or word in UNSURE:  # noqa: PLR2004 - HTTP
        raise Ambiguous(word)
    raise Rejected(word)


def _plain(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Ambiguous("Slack's answer was not JSON")
    return data
