"""The Web API: a table of methods, and how a call is answered, faults and rate limits included."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.faults import Fault
from bot.sandbox.scopes import needed
from bot.sandbox.state import ApiCall, Channel, Json, Message, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

Run = Callable[["Workspace", Json], Json]
_AS_JSON = (
    "blocks", "attachments", "metadata", "view", "files", "document_content", "changes", "criteria",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: what it does, the arguments it needs, its tier, and scopes of which one is needed."""

    run: Run
    needs: tuple[str, ...] = ()
    tier: int = 0
    """Calls a minute by ``faults.TIERS``; 0: no limit that we play."""
    scopes: tuple[str, ...] = ()
    app_level: bool = False
    reads: bool = False


METHODS: dict[str, Method] = {}
"""Filled by the methods_* modules, by decorator."""


def method(
    name: str,
    *,
    needs: tuple[str, ...] = (),
    tier: int = 0,
    scopes: tuple[str, ...] = (),
    app_level: bool = False,
    reads: bool = False,
) -> Callable[[Run], Run]:
    """Enter a function into the table as the method *name*."""

    def enter(run: Run) -> Run:
        METHODS[name] = Method(
            run=run, needs=needs, tier=tier, scopes=scopes, app_level=app_level, reads=reads
        )
        return run

    return enter


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes over the wire, after *delay* seconds; *dropped*: the connection ends without an answer."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    delay: float = 0.0


def perform(ws: "Workspace", name: str, args: Json, token: str) -> Reply:
    """Answer one call, and keep it in the journal."""
    with ws.lock:
        given = decoded(args)
        fault = ws.faults.strike(name, _channel_id(ws, given))
        wait = 0 if fault else _limited(ws, name, given)
        reply = _faulty(ws, name, given, token, fault) if fault else _plain(ws, name, given, token, wait)
        ws.calls.append(
            ApiCall(
                method=name,
                args=given,
                at=ws.machine(),
                answer=reply.body,
                fault=fault.kind if fault else None,
                retry_after=int(reply.headers.get("Retry-After", 0)),
            )
        )
        return reply


def decoded(args: Json) -> Json:
    """Arguments with their JSON strings read and their absent values (None, empty) left out."""
    given: Json = {}
    for key, value in args.items():
        if value is None:
            continue
        given[key] = _read(value) if key in _AS_JSON and isinstance(value, str) and value else value
    return given


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _channel_id(ws: "Workspace", args: Json) -> str | None:
    wanted = args.get("channel") or args.get("channel_id")
    found = ws.find_channel(str(wanted)) if wanted else None
    return found.id if found else None


def _limited(ws: "Workspace", name: str, args: Json) -> int:
    if not ws.limits_enforced or name not in METHODS:
        return 0
    slow = ws.slow_history and name in ("conversations.history", "conversations.replies")
    return ws.limits.wait(name, 1 if slow else METHODS[name].tier, _channel_id(ws, args), ws.machine())


def _too_many(seconds: int) -> Reply:
    return Reply(
        body={"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


def _plain(ws: "Workspace", name: str, args: Json, token: str, wait: int) -> Reply:
    return _too_many(wait) if wait else Reply(body=_done(ws, name, args, token))


def _faulty(ws: "Workspace", name: str, args: Json, token: str, fault: Fault) -> Reply:
    body = _done(ws, name, args, token) if fault.done else {"ok": False, "error": fault.kind}
    if fault.kind == "429":
        return _too_many(fault.retry_after)
    if fault.kind == "500":
        return Reply(body=body, status=500, delay=fault.seconds)
    if fault.kind in ("timeout", "lost_reply"):
        return Reply(body=body, dropped=True, delay=fault.seconds)
    if fault.kind == "slow":
        return Reply(body=body, delay=fault.seconds)
    return Reply(body={"ok": False, "error": fault.kind}, delay=fault.seconds)


def _done(ws: "Workspace", name: str, args: Json, token: str) -> Json:
    try:
        found = _known(name)
        _authorised(ws, found, token)
        _scoped(ws, found, name, args)
        _complete(found, args)
        answer = {"ok": True, **found.run(ws, args)}
    except SlackError as error:
        return error.answer()
    if not found.reads:
        ws.touch()
    return answer


def _known(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


def _authorised(ws: "Workspace", found: Method, token: str) -> None:
    if not token:
        raise SlackError("not_authed")
    if token not in (ws.bot_token, ws.app_token):
        raise SlackError("invalid_auth")
    if token == ws.bot_token and ws.token_refused:
        raise SlackError(ws.token_refused)
    if (token == ws.app_token) != found.app_level:
        raise SlackError("not_allowed_token_type")


def _scoped(ws: "Workspace", found: Method, name: str, args: Json) -> None:
    """Raise missing_scope where the token lacks what the method wants for that kind of channel."""
    for wanted in needed(ws, found.scopes, name, args):
        if not ws.scopes.intersection(wanted):
            provided = ",".join(sorted(ws.scopes))
            raise SlackError("missing_scope", needed=wanted[0], provided=provided)


def _complete(found: Method, args: Json) -> None:
    missing = [name for name in found.needs if name not in args or args[name] == ""]
    if missing:
        lines = [f"[ERROR] missing required field: {name}" for name in missing]
        raise SlackError("invalid_arguments", response_metadata={"messages": lines})


# ---- what the methods share


def the_channel(
    ws: "Workspace", args: Json, *, key: str = "channel", member: bool = False, open_: bool = False
) -> Channel:
    """The channel of an argument, where the app sees it; *member*: its bot is in it; *open_*: unarchived."""
    found = ws.find_channel(str(args.get(key, "")))
    inside = found is not None and ws.bot_user_id in found.members
    if found is None or ((found.is_private or found.is_im) and not inside):
        raise SlackError("channel_not_found")
    if open_ and found.is_archived:
        raise SlackError("is_archived")
    if member and not inside:
        raise SlackError("not_in_channel")
    return found


def the_message(channel: Channel, ts: object, error: str = "message_not_found") -> Message:
    """The message *ts* of the channel, where it can be seen."""
    found = channel.by_ts.get(str(ts))
    if found is None or not found.visible:
        raise SlackError(error)
    return found


def yes(args: Json, key: str) -> bool:
    """A boolean argument, in any of the spellings that clients use."""
    return str(args.get(key, "")).lower() in ("1", "true")


def names(value: object) -> list[str]:
    """A list argument: a list, or a string with commas."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


def page(items: list[Any], args: Json, *, default: int, most: int = 999) -> tuple[list[Any], str]:
    """One page of *items* and the cursor of the next (empty: no more)."""
    try:
        limit = min(int(args.get("limit") or default), most)
        start = int(str(args.get("cursor") or "next:0").removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if limit < 1:
        raise SlackError("invalid_limit")
    end = start + limit
    return items[start:end], f"next:{end}" if end < len(items) else ""
