"""Inputs that nobody thought of, out of a seed: words, commands, and real deliveries with something changed in them."""

import json
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlencode

from handlers import ROUTES
from tests.experiments.deliveries import FORM, JSON, Delivery

Kinded = tuple[str, bytes, str]
"""What it is, body, content type."""
RANGES = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x400, 0x4FF), (0x590, 0x6FF), (0x900, 0x97F), (0x2000, 0x206F),
    (0x2190, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x4FFF), (0xFB50, 0xFDFF), (0xFE00, 0xFEFF), (0xFF00, 0xFFEF),
    (0x1F300, 0x1F9FF), (0xE0000, 0xE007F), (0x0, 0x1F), (0x7F, 0x9F), (0xF0000, 0xF00FF),
)  # fmt: skip
"""Characters of every kind: letters, marks, right to left, spaces, signs, CJK, emoji, tags, controls, private use."""
BITS = (
    "<!channel>", "<!here|here>", "<@U0NOBODY>", "<@U0NOBODY|eve>", "<#C0NOWHERE|secret>", "<!subteam^S0>", "<@>", "<",
    ">", "&", "&lt;", "&amp;amp;", "<http://x|bank>", "<mailto:a@b.example|a>", "`", "```", "*", "_", "~", "> ", "|",
    '"', "“", "'", "\\", "{{ 7*7 }}", "{% raw %}", "%s", "{0}", "\u202e", "\u200b", "\u2060", "\ufeff", "\u0000", "\n",
    "\r\n", "\t", "\u2028", "e\u0301" * 30, "👩‍👩‍👧‍👦", "INC-2026-0302-001", "inc-2026-0302-999", "INC-0000-0000-000",
    "INC-9999-9999-999999", "001", "me", "@ana", "@ben", "ana", "sev1", "SEV-2", "p3", "1", "critical", "off", "list",
    "into", "accept", "exec", "done", "draft", "owner", "identified", "resolved", "decision:", "root cause:", "--all",
    "--", "--external", "--exec", "--private", "--drill", "--triage", "--backfill", "--no-postmortem", "at=now",
    "at=09:23", "at=25:61", "at=-5m", "at=2026-02-30", "at=9999-12-31T23:59:59Z", "at=0001-01-01 00:00", "since=1h",
    "next=15m", "next=1s", "in=10m", "until=14:00", "until=tomorrow", "5m", "-1h", "1w", "0m", "99999999999999999999h",
    "1e309", "١٢", "½", "²", "NaN", "-0", "2.3M", "customers=1847", "pct=100", "pct=", "=", "a=b=c", "lead=@ben",
    "service=a,b", "link=http://x", "format=sre", "format=../x", "sev=sev1", "detected=08:00", "resolved=09:00",
    "impact_start", "title", "summary", "timezone", "Europe/Madrid", "PST", "CET", "tz=x", "<!date^1^{date}|x>",
)  # fmt: skip
"""Words of the grammar, and what breaks grammars."""
ODD: Sequence[Callable[[random.Random], Any]] = (
    lambda _: None, lambda _: True, lambda _: False, lambda _: 0, lambda _: -1, lambda _: 10**30, lambda _: 1e308,
    lambda _: float("nan"), lambda _: "", lambda _: [], lambda _: {}, lambda _: [[]], lambda _: {"": None},
    lambda _: [None], lambda _: ["x"], lambda _: {"text": {"text": "x"}}, lambda _: "\ud800", lambda _: "\x00",
    lambda _: "1772442000.000100", lambda _: "99999999999999999999.1", lambda _: "-1.5", lambda _: "1e400",
    lambda _: "nan", lambda _: "yesterday", lambda chance: words(chance, 6),
    lambda chance: "x" * chance.choice((41, 81, 256, 4_000)),
)  # fmt: skip
"""What stands in place of a value."""


def letters(chance: random.Random, most: int) -> str:
    """Characters of every kind."""
    low, high = chance.choice(RANGES)
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, most)))


def words(chance: random.Random, most: int) -> str:
    """Words of the grammar and others, glued together in some way."""
    pieces = [
        chance.choice(BITS) if chance.random() < 0.7 else letters(chance, 12)
        for _ in range(chance.randint(0, most))
    ]
    return chance.choice((" ", " ", " ", "", "  ", "\u00a0", "\n", ",")).join(pieces)


STRANGE = (
    "function_executed", "app_home_opened", "assistant_thread_started", "assistant_thread_context_changed",
    "workflow_step_execute", "app_mention", "app_rate_limited", "channel_id_changed", "of_tomorrow", "",
)  # fmt: skip
"""Events that Bolt has ways of its own with, or that lead nowhere."""
VERBS = tuple(ROUTES.words)
RARE = {"declare", "new", "create", "start", "open", "convert"}
"""Verbs that open a channel each: a tenth as often as the others."""


def line(chance: random.Random) -> str:
    """What may be typed after ``/incident``."""
    roll = chance.random()
    if roll < 0.05:
        return words(chance, 8)
    verb = chance.choice(VERBS)
    if verb in RARE and chance.random() > 0.1:
        verb = "note"
    if roll < 0.15:
        verb = chance.choice((verb.upper(), verb[:-1], f"{verb}\u200b", f"{verb}{letters(chance, 2)}"))
    if roll > 0.99:
        return f"{verb} {words(chance, 3)} " + chance.choice(("x", "é", "<", "word ", "&lt;")) * 3_000
    return f"{verb} {words(chance, 8)}"


def command(chance: random.Random, real: bytes, number: int) -> Kinded:
    """A slash command with random words; now and then with a field that is missing or wrong."""
    fields: dict[str, Any] = dict(parse_qsl(real.decode(), keep_blank_values=True))
    fields |= {"text": line(chance), "trigger_id": f"{number}.fuzz"}
    if chance.random() < 0.1:
        name = chance.choice([*fields, "of_tomorrow"])
        if chance.random() < 0.4:
            fields.pop(name, None)
        else:
            fields[name] = str(chance.choice(ODD)(chance))
    return "command", _form(fields), FORM


def changed(chance: random.Random, value: Any, times: int) -> Any:
    """*value* with something missing, replaced, doubled or added in it, so many times."""
    told = deepcopy(value)
    for _ in range(times):
        where = chance.choice(list(_places(told)) or [(None, None)])
        holder, key = where
        if holder is None:
            return chance.choice(ODD)(chance)
        roll = chance.random()
        if roll < 0.3:
            del holder[key]
        elif roll < 0.9 or isinstance(holder, list):
            holder[key] = chance.choice(ODD)(chance)
        else:
            holder[letters(chance, 3)] = deepcopy(holder[key])
    return told


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in JSON: what holds it, and under which key."""
    found: list[tuple[Any, Any]] = []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        found += [(value, key), *_places(each)]
    return found


def event(chance: random.Random, real: bytes, number: int) -> Kinded:
    """An event with other words and another time, and with something changed in it."""
    told = json.loads(real)
    told["event_id"] = f"Ev{number}"
    if chance.random() < 0.05:
        told["event"]["type"] = chance.choice(STRANGE)
    inner = told["event"]
    for holder in (inner, inner.get("message"), inner.get("previous_message"), inner.get("item")):
        if isinstance(holder, dict):
            if "text" in holder:
                holder["text"] = words(chance, 8)
            if "ts" in holder and chance.random() < 0.5:
                holder["ts"] = f"{1772442000 + chance.randint(0, 999)}.{chance.randint(0, 999999):06}"
    if chance.random() < 0.7:  # the envelope itself seldom
        told["event"] = changed(chance, inner, chance.randint(1, 3))
    elif chance.random() < 0.5:
        told = changed(chance, told, 1)
    return "event", json.dumps(told).encode(), JSON


def interaction(chance: random.Random, real: bytes, number: int) -> Kinded:
    """A click, a form or a shortcut with something changed in it."""
    told = json.loads(dict(parse_qsl(real.decode()))["payload"])
    told["trigger_id"] = f"{number}.fuzz"
    if "view" in told:
        told["view"]["hash"] = f"{number}.hash"
        told["view"]["callback_id"] = chance.choice([*ROUTES.forms, "of_yesterday"])
        for block in told["view"]["state"]["values"].values():
            for state in block.values():
                if "value" in state:
                    state["value"] = words(chance, 8)
    for action in told.get("actions", ()):
        action["action_id"] = chance.choice(
            [*ROUTES.buttons, "of_yesterday", f"task_done:{chance.randint(0, 9)}"]
        )
        action["value"] = chance.choice(
            (action.get("value"), words(chance, 4), "INC-2026-0302-001", "INC-2026-0302-001 1")
        )
    if chance.random() < 0.6:
        told = changed(chance, told, chance.randint(1, 3))
    return "interaction", _form({"payload": json.dumps(told)}), FORM


def outer(chance: random.Random, number: int) -> Kinded:
    """Random JSON that looks right from outside."""
    kind = chance.choice((
        "event_callback", "url_verification", "app_rate_limited", "block_actions", "view_submission", "view_closed",
        "shortcut", "message_action", "interactive_message", "dialog_submission", "block_suggestion",
        "workflow_step_edit", "of_tomorrow", "",
    ))  # fmt: skip
    told = {"type": kind, "trigger_id": f"{number}.fuzz"}
    names = (
        "event", "user", "team", "channel", "actions", "view", "container", "message", "callback_id", "challenge",
        "authorizations", "enterprise", "response_url", "is_enterprise_install", "action_ts", "token", "api_app_id",
    )  # fmt: skip
    told |= {name: chance.choice(ODD)(chance) for name in chance.sample(names, chance.randint(0, 8))}
    if kind == "event_callback" and chance.random() < 0.8:
        inner = {"type": chance.choice([*ROUTES.events, "of_tomorrow"])}
        told["event"] = inner | {
            name: chance.choice(ODD)(chance) for name in ("channel", "user", "ts", "item")
        }  # type: ignore[assignment]
    if chance.random() < 0.5:
        return "outer", json.dumps(told).encode(), JSON
    return "outer", _form({"payload": json.dumps(told)}), FORM


def rubbish(chance: random.Random, real: Delivery) -> Kinded:
    """A body that is cut, has a byte changed, is something else altogether, or bears another content type."""
    body, kind = real.body, chance.choice((FORM, JSON, "text/plain", "multipart/form-data", ""))
    roll = chance.random()
    if roll < 0.4:
        return "cut", body[: chance.randrange(len(body))], real.headers["content-type"]
    if roll < 0.7:
        place = chance.randrange(len(body))
        return "byte", body[:place] + chance.randbytes(1) + body[place + 1 :], real.headers["content-type"]
    if roll < 0.9:
        return "type", body, kind
    deep = chance.choice(
        (b"[" * 5_000, b'{"a":' * 5_000, b"%" * 500, chance.randbytes(300), b"payload=" * 300)
    )
    return "rubbish", deep, kind


def _form(fields: dict[str, Any]) -> bytes:
    return urlencode(fields, errors="replace").encode()
