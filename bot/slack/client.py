"""One planned call becomes one or more Web API calls: the home of slack_sdk.

slack_sdk's own retries are off: a blind retry after a lost reply says things twice (RELIABILITY section 3).
What comes back
is sorted into four: an answer, TryLater, Rejected (for good), and two kinds of trouble: Away (the call
cannot have arrived) and
Ambiguous (it may have).
"""

import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

TIMEOUT = 4
"""Seconds for one HTTP exchange; the outbox's lease is longer."""
UNSURE = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
"""Slack's errors after which a call may have been done all the same."""
ALREADY = frozenset({"already_in_channel", "already_pinned", "already_reacted", "cant_invite_self"})
"""Errors that mean that things are as they should be."""
REPEATABLE = frozenset({
    "open_channel", "invite_named", "conversations.invite", "conversations.open", "conversations.setTopic",
    "conversations.setPurpose", "pins.add", "chat.update", "users.info", "users.list", "usergroups.list",
    "respond",
})  # fmt: skip
"""Calls that do no harm when they are made again. Messages and uploads are not among them."""


class TryLater(Exception):
    """Slack asks to wait ``seconds`` (HTTP 429); the call was definitely not done."""

    def __init__(self, seconds: float) -> None:
        """Wait *seconds*."""
        super().__init__(f"Slack asks to wait {seconds:g} s")
        self.seconds = seconds


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


class SlackClient:
    """Makes calls with one workspace's bot token."""

    def __init__(self, token: str, base_url: str) -> None:
        """Speak to the Web API at *base_url* (ending in ``/api/``)."""
        self.web = WebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
        self._compound: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "open_channel": self._open_channel,
            "invite_named": self._invite_named,
            "upload": self._upload,
            "respond": self._respond,
        }

    def is_repeatable(self, method: str) -> bool:
        """Whether making the call again does no harm."""
        return method in REPEATABLE

    def perform(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call. Raises TryLater, Ambiguous, Away or Rejected."""
        compound = self._compound.get(method)
        return compound(args) if compound is not None else self._call(method, **args)

    def _call(self, method: str, **args: Any) -> dict[str, Any]:
        """One Web API call, its outcome sorted. An error that means "it is so already" is an answer."""
        try:
            answer = self.web.api_call(method, json=args) if _wants_json(method) else self._form(method, args)
        except SlackApiError as error:
            return _sorted(error)
        except (ConnectionRefusedError, socket.gaierror) as error:
            raise Away(str(error)) from error
        except urllib.error.URLError as error:
            never = isinstance(error.reason, ConnectionRefusedError | socket.gaierror)
            raise (Away if never else Ambiguous)(str(error.reason)) from error
        except (TimeoutError, OSError, http.client.HTTPException, SlackRequestError, ValueError) as error:
            raise Ambiguous(f"{type(error).__name__}: {error}") from error
        return _plain(answer.data)

    def _form(self, method: str, args: Mapping[str, Any]) -> Any:
        return self.web.api_call(method, params=dict(args))

    def without_token(self) -> WebClient:
        """A client for Bolt, which gives it the token that the doorkeeper authorizes."""
        return WebClient(base_url=self.web.base_url, timeout=TIMEOUT, retry_handlers=[])

    # What an operator wants to know

    def who_am_i(self) -> tuple[dict[str, Any], frozenset[str]]:
        """The bot as Slack knows it, and the scopes of its token (empty where Slack does not say)."""
        try:
            answer = self.web.auth_test()
        except SlackApiError as error:
            _sorted(error)
            raise Rejected(str(error)) from error
        except OSError as error:
            raise Away(str(error)) from error
        said = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or ""
        return _plain(answer.data), frozenset(
            scope.strip() for scope in str(said).split(",") if scope.strip()
        )

    def find_channel(self, name: str) -> dict[str, Any] | None:
        """A public channel by name or id, as Slack lists it."""
        if name[:1] in "CG" and name.isupper():
            return dict(self._call("conversations.info", channel=name)["channel"])
        return self._named_channel(name.lstrip("#"), private=False)

    def group_handles(self) -> frozenset[str]:
        """Handles of the workspace's user groups."""
        return frozenset(group["handle"] for group in self._call("usergroups.list")["usergroups"])

    # Compound calls

    def _open_channel(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Create the incident's channel. A name that is taken is adopted where it is ours, else the next one is tried.

        Ours: the bot made it, and its purpose is empty or bears the reference (RELIABILITY section 2).
        """
        for number in ("", *(f"-{n}" for n in range(2, 10))):
            name = f"{args['name']}{number}"
            try:
                return _channel(self._call("conversations.create", name=name, is_private=args["private"]))
            except Rejected as error:
                if error.error != "name_taken":
                    raise
            found = self._named_channel(name, private=args["private"])
            if found is not None and self._is_ours(found, args["ref"]):
                return _channel({"channel": found})
        raise Rejected("name_taken")

    def _named_channel(self, name: str, *, private: bool) -> dict[str, Any] | None:
        """The channel of that name among those that the bot can see."""
        kinds = "private_channel" if private else "public_channel"
        cursor = ""
        while True:
            page = self._call(
                "conversations.list", types=kinds, limit=1000, exclude_archived=False, cursor=cursor
            )
            for channel in page["channels"]:
                if channel["name"] == name:
                    return dict(channel)
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return None

    def _is_ours(self, channel: Mapping[str, Any], ref: str) -> bool:
        if channel.get("is_archived"):
            return False
        me = self._call("auth.test")["user_id"]
        purpose = channel.get("purpose", {}).get("value", "")
        return channel.get("creator") == me and (not purpose or ref in purpose)

    def _invite_named(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Invite whom the policy names: a user id, an e-mail address, or everybody in a user group."""
        who: str = args["who"]
        if who.startswith("@"):
            users = self._members(who.removeprefix("@"))
        elif "@" in who:
            users = [self._call("users.lookupByEmail", email=who)["user"]["id"]]
        else:
            users = [who]
        for user in users:
            self._call("conversations.invite", channel=args["channel"], users=user)
        return {"users": users}

    def _members(self, handle: str) -> list[str]:
        groups = self._call("usergroups.list")["usergroups"]
        found = [group["id"] for group in groups if group["handle"] == handle]
        if not found:
            raise Rejected("no_such_subteam")
        return list(self._call("usergroups.users.list", usergroup=found[0])["users"])

    def _upload(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """A file into the channel: ask for an address, send the bytes, complete.

        https://docs.slack.dev/messaging/working-with-files
        """
        content = str(args["content"]).encode()
        place = self._call("files.getUploadURLExternal", filename=args["name"], length=len(content))
        request = urllib.request.Request(place["upload_url"], data=content, method="POST")  # noqa: S310 - Slack's own
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310
                reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise Away(f"the file's bytes were not taken: {error}") from error  # nothing is visible yet
        done = self._call(
            "files.completeUploadExternal",
            files=json.dumps([{"id": place["file_id"], "title": args["title"]}]),
            channel_id=args["channel"],
        )
        return {"file": done["files"][0]["id"]}

    def _respond(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a click or command by its response_url: 5 times within 30 minutes, also where the bot is no member.

        https://docs.slack.dev/interactivity/handling-user-interaction
        """
        said = json.dumps({name: value for name, value in args.items() if name != "url"}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(args["url"], data=said, headers=headers, method="POST")  # noqa: S310 - Slack's own
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310
                reply.read()
        except urllib.error.HTTPError as error:
            if error.code == 429:  # noqa: PLR2004 - HTTP
                raise TryLater(float(error.headers.get("Retry-After") or 1)) from error
            raise (Ambiguous if error.code >= 500 else Rejected)(f"http_{error.code}") from error  # noqa: PLR2004
        except (OSError, http.client.HTTPException) as error:
            raise Ambiguous(str(error)) from error
        return {}

    # Looking for what may have been done

    def find(self, method: str, args: Mapping[str, Any], key: str) -> dict[str, Any] | None:
        """Slack's answer to a message or upload that may be there already: by key in the metadata, by file name."""
        if method == "upload":
            return self._find_upload(args)
        channel = self._channel_id(args["channel"])
        if channel is None:
            return None
        where = {"channel": channel, "include_all_metadata": True, "limit": 100}
        if thread := args.get("thread_ts"):
            page = self._call("conversations.replies", ts=thread, **where)
        else:
            page = self._call("conversations.history", **where)
        for message in page["messages"]:
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return {"channel": channel, "ts": message["ts"]}
        return None

    def _find_upload(self, args: Mapping[str, Any]) -> dict[str, Any] | None:
        page = self._call("conversations.history", channel=args["channel"], limit=100)
        for message in page["messages"]:
            for file in message.get("files", ()):
                if file.get("name") == args["name"]:
                    return {"file": file["id"]}
        return None

    def _channel_id(self, channel: str) -> str | None:
        """The id of a channel given by id or by name."""
        if channel[:1] in "CGDU" and channel.isupper():
            return channel
        found = self._named_channel(channel.lstrip("#"), private=False)
        return found["id"] if found is not None else None


def _wants_json(method: str) -> bool:
    """Methods whose arguments hold structures go as JSON; the others as a form, as old methods want it."""
    return method in {"chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update"}


def _sorted(error: SlackApiError) -> dict[str, Any]:
    """An answer where the error means that things are so already; else raises what it is."""
    status, answer = error.response.status_code, error.response
    if status == 429:  # noqa: PLR2004 - HTTP
        raise TryLater(float(answer.headers.get("Retry-After") or answer.headers.get("retry-after") or 1))
    data = answer.data if isinstance(answer.data, dict) else {}
    word = str(data.get("error", f"http_{status}"))
    if word == "ratelimited":
        raise TryLater(float(answer.headers.get("Retry-After") or 1))
    if word in ALREADY:
        return {"ok": True, "already": word}
    if status >= 500 or word in UNSURE:  # noqa: PLR2004 - HTTP
        raise Ambiguous(word)
    raise Rejected(word)


def _plain(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Ambiguous("Slack's answer was not JSON")
    return data


def _channel(answer: Mapping[str, Any]) -> dict[str, Any]:
    channel = answer["channel"]
    return {"channel": {"id": channel["id"], "name": channel["name"]}}
