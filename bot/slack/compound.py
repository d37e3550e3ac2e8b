"""Calls that are several Web API calls: each can be begun again after any of its steps."""

import http.client
import json
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from bot.crash import crash
from bot.slack.errors import REFUSED, Ambiguous, Away, Rejected, TryLater, wait_of

TIMEOUT = 5
"""Seconds for one HTTP exchange; the outbox's lease is longer."""
PAGE = 200
AT_ONCE = 100
"""People whom one conversations.invite takes."""
THERE = frozenset({"already_in_channel", "cant_invite_self"})
"""What Slack says of people who need no invitation."""
NAMES = ("", *(f"-{n}" for n in range(2, 10)))
"""What is put behind a channel's name that somebody else has."""


class Ask(Protocol):
    """One Web API call. Raises TryLater, Ambiguous, Away or Rejected."""

    def __call__(self, method: str, /, **args: Any) -> dict[str, Any]:
        """Slack's answer."""


class Gate(Protocol):
    """What each Web API call of a planned one passes: it is still ours to make, and Slack lets us."""

    def __call__(self, method: str, channel: str | None, /) -> None:
        """Before *method* is called, about *channel*. Raises TryLater, or what ends the call for this worker."""


def pages(ask: Ask, method: str, items: str, **args: Any) -> Iterator[dict[str, Any]]:
    """All *items* of a method that answers in pages."""
    cursor = ""
    while True:
        page = ask(method, limit=PAGE, **args, **({"cursor": cursor} if cursor else {}))
        yield from page[items]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def own_channel(ask: Ask, name: str, *, kinds: str) -> dict[str, Any] | None:
    """The channel of that name among those that the bot is in. *kinds*: as Slack's ``types``, with commas."""
    found = pages(ask, "users.conversations", "channels", types=kinds, exclude_archived=False)
    return next((channel for channel in found if channel["name"] == name), None)


def open_channel(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Create the incident's channel. A name that is taken is adopted where it is ours, else the next one is tried.

    Ours: the bot made it, and its purpose is empty or bears the reference (RELIABILITY section 2).
    """
    for number in NAMES:
        name = f"{args['name']}{number}"
        try:
            answer = ask("conversations.create", name=name, is_private=args["private"])
        except Rejected as error:
            if error.error != "name_taken":
                raise
        else:
            crash("channel created")
            return _channel(answer["channel"])
        found = own_channel(ask, name, kinds="private_channel" if args["private"] else "public_channel")
        if found is not None and _is_ours(ask, found, args["ref"]):
            crash("channel adopted")
            return _channel(found)
    raise Rejected("name_taken")


def _is_ours(ask: Ask, channel: Mapping[str, Any], ref: str) -> bool:
    if channel.get("is_archived"):
        return False
    purpose = channel.get("purpose", {}).get("value", "")
    return channel.get("creator") == ask("auth.test")["user_id"] and (not purpose or ref in purpose)


def _channel(channel: Mapping[str, Any]) -> dict[str, Any]:
    return {"channel": {"id": channel["id"], "name": channel["name"]}}


def invite_named(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Invite whom the policy names: a user id, an e-mail address, or everybody in a user group.

    One who cannot be invited does not keep the others out; Rejected names the first reason, afterwards.
    """
    who: str = args["who"]
    if who.startswith("@"):
        users = _members(ask, who.removeprefix("@"))
    elif "@" in who:
        users = [ask("users.lookupByEmail", email=who)["user"]["id"]]
    else:
        users = [who]
    refusals = _invited(ask, args["channel"], users)
    if refusals:
        raise Rejected(refusals[0][1])
    return {"users": users}


def _invited(ask: Ask, channel: str, users: Sequence[str]) -> list[tuple[str, str]]:
    """Invite *users*; whom of them Slack refused, and why."""
    refusals: list[tuple[str, str]] = []
    for first in range(0, len(users), AT_ONCE):
        together = ",".join(users[first : first + AT_ONCE])
        answer = ask("conversations.invite", channel=channel, users=together, force=True)
        errors = answer.get("errors") or ()
        refusals += [(str(each["user"]), str(each["error"])) for each in errors if each["error"] not in THERE]
        crash("a group invited")
    return refusals


def move_members(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Invite everybody of the channel *from*, and *users*. Bots stay behind, and so does who cannot be invited.

    Where Slack does not show who is in the old channel, *users* alone come, and ``unseen`` is its reason; a channel
    that is gone has nobody.
    """
    there, unseen = set[str](), ""
    try:
        there = {str(user) for user in pages(ask, "conversations.members", "members", channel=args["from"])}
    except Rejected as error:
        if error.error in REFUSED:
            raise  # nothing is known until the token is good again
        unseen = "" if error.error == "channel_not_found" else error.error
    me = ask("auth.test")["user_id"]
    users = sorted({*there, *args["users"]} - {me})
    try:
        refused = _invited(ask, args["channel"], users)
    except Rejected as error:  # not one of them could be invited
        refused = [(user, error.error) for user in users if error.error not in THERE]
    return {"users": users, "refused": refused, "unseen": unseen}


def join_channel(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Come into a channel that people made; into a *private* one somebody must have invited the bot.

    Gives its name, and of a private one its members too.
    """
    channel = str(args["channel"])
    if not args["private"]:
        return {**_channel(ask("conversations.join", channel=channel)["channel"]), "users": []}
    found = ask("conversations.info", channel=channel)["channel"]
    if not found.get("is_member"):
        raise Rejected("not_in_channel")
    me = ask("auth.test")["user_id"]
    there = set(pages(ask, "conversations.members", "members", channel=channel))
    return {**_channel(found), "users": sorted(there - {me})}


def group_members(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Who is in a user group, given by id or by ``@handle``. Rejected where nobody is: nobody would hear of it."""
    who: str = args["who"]
    if who.startswith("@"):
        users = _members(ask, who.removeprefix("@"))
    else:
        users = list(ask("usergroups.users.list", usergroup=who)["users"])
    if not users:
        raise Rejected("nobody_in_group")
    return {"users": users}


def _members(ask: Ask, handle: str) -> list[str]:
    groups = ask("usergroups.list")["usergroups"]
    found = [group["id"] for group in groups if group["handle"] == handle]
    if not found:
        raise Rejected("no_such_subteam")
    return list(ask("usergroups.users.list", usergroup=found[0])["users"])


def upload(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """A file, and *more* of them, into the channel with one message: for each an address, its bytes; then complete.

    Nothing is to be seen before it is completed, so trouble before that is Away, and all of it is begun again.
    One file that Slack refuses does not keep the others out; they are named with the reason, under ``refused``.
    ``picture`` is the id of the one that has words for whom cannot see it; "" where none has.
    https://docs.slack.dev/messaging/working-with-files
    """
    sent, refused, picture = list[dict[str, str]](), list[tuple[str, str]](), ""
    for file in (args, *args.get("more", ())):
        try:
            sent.append(_sent(ask, file))
        except Rejected as error:
            refused.append((file["name"], error.error))
        else:
            picture = sent[-1]["id"] if file.get("alt") else picture
    if not sent:
        raise Rejected(refused[0][1])
    done = ask("files.completeUploadExternal", files=json.dumps(sent), channel_id=args["channel"])
    return {"file": done["files"][0]["id"], "picture": picture, "refused": refused}


def _sent(ask: Ask, file: Mapping[str, Any]) -> dict[str, str]:
    """One file that Slack has, and shows to nobody yet."""
    content = b64decode(file["base64"]) if "base64" in file else str(file["content"]).encode()
    try:
        told = {"alt_txt": file["alt"]} if file.get("alt") else {}
        place = ask("files.getUploadURLExternal", filename=file["name"], length=len(content), **told)
    except Ambiguous as error:
        raise Away(f"no address for the file: {error}") from error
    _send(place["upload_url"], content)
    crash("file sent")
    return {"id": place["file_id"], "title": file["title"]}


def _send(url: str, content: bytes) -> None:
    try:
        post(url, content, {})
    except (TryLater, Ambiguous, Rejected) as error:
        raise Away(f"the file's bytes were not taken: {error}") from error


def respond(_ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a click or command by its response_url: 5 times within 30 minutes, also where the bot is no member.

    https://docs.slack.dev/interactivity/handling-user-interaction
    """
    said = json.dumps({name: value for name, value in args.items() if name != "url"}).encode()
    post(args["url"], said, {"Content-Type": "application/json"})
    return {}


def post(url: str, content: bytes, headers: Mapping[str, str]) -> None:
    """Post to an address that Slack gave us. Raises TryLater, Ambiguous or Rejected."""
    try:
        request = urllib.request.Request(url, data=content, headers=dict(headers), method="POST")  # noqa: S310 - Slack's own
        with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310
            reply.read()
    except urllib.error.HTTPError as error:
        if error.code == 429:  # noqa: PLR2004 - HTTP
            raise TryLater(wait_of(error.headers), "respond") from error
        raise (Ambiguous if error.code >= 500 else Rejected)(f"http_{error.code}") from error  # noqa: PLR2004
    except (OSError, http.client.HTTPException) as error:
        raise Ambiguous(f"{type(error).__name__}: {error}") from error
    except ValueError as error:  # no address at all
        raise Rejected("invalid_url") from error


COMPOUND: Mapping[str, Callable[[Ask, Mapping[str, Any]], dict[str, Any]]] = {
    "open_channel": open_channel,
    "invite_named": invite_named,
    "move_members": move_members,
    "join_channel": join_channel,
    "group_members": group_members,
    "upload": upload,
    "respond": respond,
}
"""What may stand in a planned call instead of a Web API method."""

BEGINS: Mapping[str, str] = {
    "open_channel": "conversations.create",
    "move_members": "conversations.members",
    "upload": "files.getUploadURLExternal",
    "fetch_file": "files.download",
    "canvas": "conversations.info",
}
"""The first Web API method of those that always begin with the same."""


def first_of(method: str, args: Mapping[str, Any]) -> str:
    """The first Web API method that a planned call leads to: what it waits for where Slack limits that."""
    if method == "join_channel":
        return "conversations.info" if args["private"] else "conversations.join"
    if method not in ("invite_named", "group_members"):
        return BEGINS.get(method, method)
    who = str(args["who"])
    if who.startswith("@"):
        return "usergroups.list"
    if method == "group_members":
        return "usergroups.users.list"
    return "users.lookupByEmail" if "@" in who else "conversations.invite"
