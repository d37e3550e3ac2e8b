"""Reading a policy file: TOML laid over the built-in policy, checked as a whole.

Every mistake is reported at once with its key and, where it can be found, its line (R-COM-5: the
schedule is data). An unknown key is an error that names the nearest known one.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.nearest import nearest
from bot.domain.policy import Policy, Role, Rung, Severity, Target
from bot.domain.refusal import Refusal
from bot.domain.times import parse_duration


class BrokenPolicy(Exception):
    """The policy cannot be used. ``mistakes`` holds one sentence each, with key and line."""

    def __init__(self, mistakes: list[str]) -> None:
        """Keep *mistakes*."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "should be text in quotes"


def _word(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "should be a word in quotes, not empty"


def _count(value: Any) -> str | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if fine else "should be a whole number, 0 or more"


def _duration(value: Any) -> str | None:
    if not isinstance(value, str):
        return 'should be a duration in quotes, like "15m"'
    try:
        parse_duration(value)
    except Refusal:
        return f"is not a duration: {value!r}; write 3s, 15m, 1h30m or 2d"
    return None


def _words(value: Any) -> str | None:
    fine = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if fine else "should be a list of words in quotes"


def _zone(value: Any) -> str | None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return f"is not a time zone: {value!r}; write one like Europe/Berlin"
    return None


def _rungs(value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return 'should be a list of {after = "30m", to = "target"}'
    for item in value:
        if set(item) != {"after", "to"} or _word(item["to"]):
            return 'should hold after and to: {after = "30m", to = "target"}'
        if wrong := _duration(item["after"]):
            return f"after {wrong}"
    return None


Check = Callable[[Any], str | None]

_SEVERITY: dict[str, Check] = {
    "name": _word, "label": _word, "spellings": _words, "update_every": _duration, "nudge_limit": _count,
    "snooze_limit": _count, "invite": _words, "escalate": _rungs,
}  # fmt: skip
_ROLE: dict[str, Check] = {"label": _word, "aliases": _words, "instructions": _text}
_TARGET: dict[str, Check] = {"channel": _word, "users": _words, "usergroup": _word, "aliases": _words}
_LEVELS = ("P0", "P1", "P2", "P3")
_KNOWN: dict[str, dict[str, Check]] = {
    "organisation": {"name": _text, "timezone": _zone},
    "channels": {"announce": _word},
    "timeline": {"emoji": _word},
    "postmortem": {"due": _duration},
    "sandbox": {"notice": _text},
    "postmortem.formats": dict.fromkeys(_LEVELS, _word),
    "postmortem.classification": dict.fromkeys(_LEVELS, _text),
    **{f"severity.{level}": _SEVERITY for level in _LEVELS},
}


def _checks(table: str) -> dict[str, Check] | None:
    if table.startswith("role."):
        return _ROLE
    if table.startswith("target."):
        return _TARGET
    return _KNOWN.get(table)


def _leaves(table: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each (table, key, value) of *data*, tables within tables unfolded."""
    for key, value in data.items():
        inner = f"{table}.{key}" if table else key
        is_table = _checks(inner) is not None or inner in {"severity", "role", "target"}
        if isinstance(value, dict) and is_table:
            yield from _leaves(inner, value)
        else:
            yield table, key, value


def _mistakes(data: Mapping[str, Any], source: str) -> Iterator[str]:
    for table, key, value in _leaves("", data):
        checks = _checks(table)
        path = f"{table}.{key}" if table else key
        where = _line(source, table, key)
        if checks is None or key not in checks:
            known = checks or [*_KNOWN, "role.NAME", "target.NAME"]
            near = nearest(key if checks else path, sorted(known), distance=4)
            yield f"{where}{path} is not known" + (f"; did you mean {near}?" if near else "")
        elif wrong := checks[key](value):
            yield f"{where}{path} {wrong}"


def _line(source: str, table: str, key: str) -> str:
    """``line 12: `` where *key* stands below its table's head; empty where it cannot be told."""
    inside = table == ""
    for number, line in enumerate(source.splitlines(), 1):
        if head := re.match(r"\s*\[+\s*([\w.\-\"]+)\s*\]+", line):
            inside = head[1].replace('"', "") == table
        elif inside and re.match(rf'\s*"?{re.escape(key)}"?\s*(=|\.)', line):
            return f"line {number}: "
    return ""


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = (
            _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
        )
    return merged


def read_policy(default: str, override: str | None = None) -> Policy:
    """The policy in *override* (TOML text) laid over *default*. Raises BrokenPolicy with every mistake."""
    try:
        above = tomllib.loads(override or "")
    except tomllib.TOMLDecodeError as error:
        raise BrokenPolicy([f"this is not TOML: {error}"]) from error
    if mistakes := list(_mistakes(above, override or "")):
        raise BrokenPolicy(mistakes)
    data = _laid_over(tomllib.loads(default), above)
    policy = _policy(data)
    if conflicts := list(_conflicts(policy)):
        raise BrokenPolicy(conflicts)
    return policy


def _conflicts(policy: Policy) -> Iterator[str]:
    """What is wrong between keys that are each right."""
    owner: dict[str, str] = {}
    for severity in policy.severities.values():
        for word in severity.spellings:
            if owner.setdefault(word, severity.level) != severity.level:
                yield f"severity.{severity.level}.spellings: {word!r} already means {owner[word]}"
        for rung in severity.escalate:
            if rung.to not in policy.targets:
                yield f"severity.{severity.level}.escalate: there is no [target.{rung.to}]"
        if severity.update_every < timedelta(seconds=1):
            yield f"severity.{severity.level}.update_every is too short"
    for name, target in policy.targets.items():
        if not (target.channel or target.users or target.usergroup):
            yield f"target.{name} reaches nobody; give it channel, users or usergroup"


def _policy(data: Mapping[str, Any]) -> Policy:
    return Policy(
        organisation=data["organisation"]["name"],
        timezone=data["organisation"]["timezone"],
        announce=data["channels"]["announce"].lstrip("#"),
        emoji=data["timeline"]["emoji"].strip(":"),
        postmortem_due=parse_duration(data["postmortem"]["due"]),
        severities={level: _severity(level, data) for level in _LEVELS},
        roles={key: _role(key, role) for key, role in data["role"].items()},
        targets={name: _target(name, target) for name, target in data.get("target", {}).items()},
        notice=data.get("sandbox", {}).get("notice", ""),
    )


def _severity(level: str, data: Mapping[str, Any]) -> Severity:
    table = data["severity"][level]
    rungs = tuple(Rung(after=parse_duration(r["after"]), to=r["to"]) for r in table.get("escalate", ()))
    return Severity(
        level=level,
        name=table["name"],
        label=table["label"],
        spellings=tuple(word.lower() for word in table["spellings"]),
        update_every=parse_duration(table["update_every"]),
        nudge_limit=table["nudge_limit"],
        snooze_limit=table["snooze_limit"],
        invite=tuple(table["invite"]),
        escalate=rungs,
        format=data["postmortem"]["formats"][level],
        classification=data["postmortem"]["classification"][level] or None,
    )


def _role(key: str, table: Mapping[str, Any]) -> Role:
    return Role(
        key=key,
        label=table.get("label", key),
        aliases=tuple(table.get("aliases", ())),
        instructions=table.get("instructions", ""),
    )


def _target(name: str, table: Mapping[str, Any]) -> Target:
    return Target(
        name=name,
        channel=table.get("channel"),
        users=tuple(table.get("users", ())),
        usergroup=table.get("usergroup"),
        aliases=tuple(table.get("aliases", ())),
    )
