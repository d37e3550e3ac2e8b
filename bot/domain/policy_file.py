"""Reading a policy file: TOML laid over the built-in policy, checked as a whole.

Every mistake is reported at once with its key and, where it can be found, its line (R-COM-5: the
schedule is data). An unknown key is an error that names the nearest known one.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from operator import attrgetter
from typing import Any

from bot.domain import command, policy_followups, policy_goals
from bot.domain.contents import Sort
from bot.domain.incident import TRANSITIONS
from bot.domain.nearest import nearest
from bot.domain.policy import (
    FORMATS,
    Customers,
    FileRules,
    Hours,
    Policy,
    Reviews,
    Role,
    Rung,
    Severity,
    StatusText,
    Target,
)
from bot.domain.policy_calendar import CALENDAR, reminders
from bot.domain.policy_cases import PRIORITIES, read_cases
from bot.domain.policy_checks import (
    DAYS,
    Check,
    channel,
    channel_or_none,
    checklist,
    clock,
    count,
    day,
    days,
    duration,
    duration_or_none,
    durations,
    emoji_names,
    one_of,
    rungs,
    size,
    slash_command,
    some_of,
    some_words,
    text,
    word,
    words,
    yes_or_no,
    zone,
)
from bot.domain.policy_conflicts import conflicts
from bot.domain.policy_lines import line_of
from bot.domain.reactions import PURPOSES, names
from bot.domain.sizes import parse_size
from bot.domain.times import H12, H24, parse_duration


class BrokenPolicy(Exception):
    """The policy cannot be used. ``mistakes`` holds one sentence each, with key and line."""

    def __init__(self, mistakes: list[str]) -> None:
        """Keep *mistakes*."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


_SEVERITY: dict[str, Check] = {
    "name": word, "label": word, "spellings": some_words, "update_every": duration, "nudge_limit": count,
    "snooze_limit": count, "may_pause": yes_or_no, "working_hours": yes_or_no, "stale_after": duration,
    "expects": words, "invite": words, "inform": words, "escalate": rungs, "roles": words,
    "customer_mail": yes_or_no, "postmortem_due": duration,
}  # fmt: skip
_ROLE: dict[str, Check] = {"label": word, "aliases": words, "instructions": text}
_TARGET: dict[str, Check] = {
    "label": word, "channel": channel, "users": words, "usergroup": word, "aliases": words, "contacts": text,
    "ready_within": duration,
}  # fmt: skip
_STATUS: dict[str, Check] = {"text": text, "approved_by": word, "approved_on": day}
MOVED = {"timeline": "is gone: its emoji stands under [emoji] now, as timeline"}
"""What earlier versions knew, with where it is now."""
_LEVELS = ("P0", "P1", "P2", "P3")
_PHASES = ("investigating", "identified", "monitoring", "resolved")
_KNOWN: dict[str, dict[str, Check]] = {
    "organisation": {"name": text, "timezone": zone},
    "channels": {"announce": channel, "status": channel_or_none},
    "slack": {"command": slash_command},
    "emoji": dict.fromkeys(PURPOSES, emoji_names),
    "postmortem": {
        "files": some_words, "paper": one_of("a4", "us-letter"),
        "due": duration, "remind_before": durations, "remind_after": durations, "escalate_after": duration,
        "escalate_to": text, "checklist": checklist,
        "names": one_of("names", "roles", "none"),
        "causes": one_of("root cause", "contributing factors"), "canvas": yes_or_no,
    },
    "files": {"copy": yes_or_no, "largest": size, "total": size, "kinds": some_of(*Sort)},
    "updates": {"triage_every": duration, "long_after": duration, "first_external": duration},
    "goals": policy_goals.GOALS,
    "metrics": policy_goals.METRICS,
    "escalation": {"clock": one_of("declared", "impact")},
    "working_hours": {"timezone": zone, "days": days, "from": clock, "to": clock},
    "life_cycle": {"unclaimed_after": duration, "unclosed_after": duration, "archive_after": duration},
    "recurrence": {"months": count},
    "customers": {
        "mail_within": duration, "remind_before": duration, "follow_up_within": duration, "signatory": text,
        "signatory_title": text, "first_number": count, "update_every": duration, "working_hours": yes_or_no,
        "channel": channel_or_none, "roles": words, "invite": words,
    },
    "sla": {"legal": words, "finance": words},
    "followups": policy_followups.KEYS,
    "allow": dict.fromkeys(
        (*TRANSITIONS, "declare", "convert", "undo", "brief", "subscribe", "metrics", "timeline"), words
    ),
    "playbooks": {"folder": text},
    "sandbox": {"notice": text},
    "customers.priorities": dict.fromkeys(PRIORITIES, one_of(*_LEVELS)),
    "postmortem.clocks": dict.fromkeys(FORMATS, one_of(H24, H12)),
    "goals.resolved": dict.fromkeys(_LEVELS, duration_or_none),
    "postmortem.formats": dict.fromkeys(_LEVELS, word),
    "postmortem.classification": dict.fromkeys(_LEVELS, text),
    **{f"severity.{level}": _SEVERITY for level in _LEVELS},
    **{f"status.{phase}": _STATUS for phase in _PHASES},
}  # fmt: skip
_NAMED: dict[str, dict[str, Check]] = {
    "role": _ROLE, "target": _TARGET, "calendar": CALENDAR, "metric": policy_goals.METRIC,
}  # fmt: skip
"""Tables of which an organisation names as many as it likes: ``[role.NAME]``."""
_TYPED = re.compile(r"[a-z0-9_]+")
_NAMES = {"role": _TYPED, "target": _TYPED, "metric": _TYPED, "calendar": re.compile(r"[^.]+")}
"""What such a name may be: those of roles, targets and metrics are typed in commands, and stand in keys."""
_GROUPS = frozenset({"severity", "status", *_NAMED})


def keys() -> dict[str, Mapping[str, Check]]:
    """Each table that a policy file may have, with its keys and what each must be; ``role.NAME`` stands for any."""
    return {**_KNOWN, **{f"{group}.NAME": known for group, known in _NAMED.items()}}


def _checks(table: str) -> dict[str, Check] | None:
    group, _, name = table.partition(".")
    return _NAMED[group] if group in _NAMED and _NAMES[group].fullmatch(name) else _KNOWN.get(table)


def _leaves(table: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each (table, key, value) of *data*, tables within tables unfolded."""
    for key, value in data.items():
        inner = f"{table}.{key}" if table else key
        is_table = _checks(inner) is not None or inner in _GROUPS
        if isinstance(value, dict) and is_table:
            yield from _leaves(inner, value)
        else:
            yield table, key, value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mistake:
    """What is wrong with one key, and the line on which it stands; 0 where that cannot be told."""

    key: str
    says: str
    line: int

    def __str__(self) -> str:
        """``line 12: severity.P0.label should be …``."""
        return (f"line {self.line}: " if self.line else "") + self.key + self.says


def _mistakes(data: Mapping[str, Any], source: str) -> Iterator[_Mistake]:
    """What is wrong with each key by itself."""
    for table, key, value in _leaves("", data):
        path = f"{table}.{key}" if table else key
        if wrong := _wrong(table, key, path, value):
            yield _Mistake(key=path, says=f" {wrong}", line=line_of(source, path))


def _wrong(table: str, key: str, path: str, value: Any) -> str | None:
    checks = _checks(table)
    if checks is not None and key in checks:
        return checks[key](value)
    if _NAMES.get(table) is _TYPED and not _TYPED.fullmatch(key):
        plain = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_") or "name"
        return f"should have a name of small letters, digits and _ only: [{table}.{plain}]"
    if _checks(path) is not None or path in _GROUPS:
        return f"should be a table: [{path}]"
    known = checks or [*_KNOWN, *(f"{group}.NAME" for group in _NAMED)]
    if path in MOVED:
        return MOVED[path]
    near = nearest(key if checks else path, sorted(known), distance=4)
    return "is not known" + (f"; did you mean {near}?" if near else "")


def _conflicts(policy: Policy, hours: Hours, source: str, broken: set[str]) -> Iterator[_Mistake]:
    """What is wrong between keys that are each right; none that rests on a key which is *broken* by itself."""
    for found in conflicts(policy, hours):
        if broken.isdisjoint(found.keys):
            lines = [line for key in found.keys if (line := line_of(source, key))]
            yield _Mistake(key=found.keys[0], says=found.says, line=next(iter(lines), 0))


def _sound(table: str, data: Mapping[str, Any], broken: set[str]) -> dict[str, Any]:
    """*data* without the keys that are *broken*."""
    kept = {}
    for key, value in data.items():
        path = f"{table}.{key}" if table else key
        if path not in broken:
            kept[key] = _sound(path, value, broken) if isinstance(value, dict) else value
    return kept


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = (
            _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
        )
    return merged


def read_policy(default: str, override: str | None = None) -> Policy:
    """The policy in *override* (TOML text) laid over *default*. Raises BrokenPolicy with every mistake.

    Where keys are broken by themselves, the others are still held against each other.
    """
    source = override or ""
    try:
        above = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BrokenPolicy([f"this is not TOML: {error}"]) from error
    mistakes = list(_mistakes(above, source))
    broken = {mistake.key for mistake in mistakes}
    sound = _sound("", above, broken)
    name = sound.get("slack", {}).get("command", command.COMMAND)
    built_in = command.named(default, command.with_slash(name))  # its reminders tell people what to type
    data = _laid_over(tomllib.loads(built_in), sound)
    policy = _policy(data)
    mistakes += _conflicts(policy, _hours(data), source, broken)
    if mistakes:
        raise BrokenPolicy([str(mistake) for mistake in sorted(mistakes, key=attrgetter("line"))])
    return policy


def _policy(data: Mapping[str, Any]) -> Policy:
    zone_name = data["organisation"]["timezone"]
    return Policy(
        organisation=data["organisation"]["name"],
        timezone=zone_name,
        announce=data["channels"]["announce"].lstrip("#"),
        status=data["channels"]["status"].lstrip("#"),
        command=command.with_slash(data["slack"]["command"]),
        reactions={purpose: names(data["emoji"][purpose]) for purpose in PURPOSES},
        draft_files=tuple(dict.fromkeys(data["postmortem"]["files"])),
        paper=data["postmortem"]["paper"],
        clocks=data["postmortem"]["clocks"],
        reviews=_reviews(data["postmortem"]),
        followups=policy_followups.rules(data["followups"]),
        postmortem_names=data["postmortem"]["names"],
        postmortem_causes=data["postmortem"]["causes"],
        goals=policy_goals.goals(data["goals"], first_external=data["updates"]["first_external"]),
        shares=policy_goals.shares(data["goals"]),
        metrics=policy_goals.own_metrics(data.get("metric", {})),
        counts_backfilled=data["metrics"]["backfilled"],
        responders=data["metrics"]["responders"],
        severities={level: _severity(level, data) for level in _LEVELS},
        roles={key: _role(key, role) for key, role in data["role"].items()},
        targets={name: _target(name, target) for name, target in data.get("target", {}).items()},
        escalation_clock=data["escalation"]["clock"],
        status_texts={phase: _status(phase, data["status"][phase]) for phase in _PHASES},
        customers=_customers(data["customers"]),
        cases=read_cases(data["customers"], _hours(data)),
        sla_approvers={side: tuple(data["sla"][side]) for side in ("legal", "finance")},
        reminders=reminders(data.get("calendar", {})),
        working_days=_hours(data).days,
        files=_files(data["files"]),
        canvas=data["postmortem"]["canvas"],
        recurrence_months=data["recurrence"]["months"],
        allow={verb: tuple(who) for verb, who in data.get("allow", {}).items()},
        playbooks_folder=data["playbooks"]["folder"].strip(),
        playbooks=(),  # whoever knows where the file is reads them
        notice=data.get("sandbox", {}).get("notice", ""),
        **{name: parse_duration(value) for name, value in data["updates"].items()},
        **{name: parse_duration(value) for name, value in data["life_cycle"].items()},
    )


def _severity(level: str, data: Mapping[str, Any]) -> Severity:
    table = data["severity"][level]
    rungs_up = tuple(Rung(after=parse_duration(r["after"]), to=r["to"]) for r in table["escalate"])
    return Severity(
        level=level,
        name=table["name"],
        label=table["label"],
        spellings=tuple(spelling.lower() for spelling in table["spellings"]),
        update_every=parse_duration(table["update_every"]),
        nudge_limit=table["nudge_limit"],
        snooze_limit=table["snooze_limit"],
        may_pause=table["may_pause"],
        hours=_hours(data) if table["working_hours"] else None,
        stale_after=parse_duration(table["stale_after"]),
        expects=tuple(table["expects"]),
        invite=tuple(table["invite"]),
        inform=tuple(table["inform"]),
        escalate=tuple(sorted(rungs_up, key=lambda rung: rung.after)),
        roles=tuple(table["roles"]),
        customer_mail=table["customer_mail"],
        format=data["postmortem"]["formats"][level],
        postmortem_due=parse_duration(table.get("postmortem_due") or data["postmortem"]["due"]),
        classification=data["postmortem"]["classification"][level] or None,
    )


def _hours(data: Mapping[str, Any]) -> Hours:
    table = data["working_hours"]
    return Hours(
        zone=table.get("timezone", data["organisation"]["timezone"]),
        days=tuple(sorted(DAYS.index(name) for name in table["days"])),
        start=time.fromisoformat(table["from"]),
        end=time.fromisoformat(table["to"]),
    )


def _status(phase: str, table: Mapping[str, Any]) -> StatusText:
    return StatusText(
        phase=phase, text=table["text"], approved_by=table["approved_by"], approved_on=table["approved_on"]
    )


def _files(table: Mapping[str, Any]) -> FileRules:
    return FileRules(
        copy=table["copy"],
        largest=parse_size(table["largest"]),
        total=parse_size(table["total"]),
        kinds=frozenset(Sort(kind) for kind in table["kinds"]),
    )


def _customers(table: Mapping[str, Any]) -> Customers:
    spans = ("mail_within", "remind_before", "follow_up_within")
    return Customers(
        signatory=table["signatory"],
        signatory_title=table["signatory_title"],
        **{name: parse_duration(table[name]) for name in spans},
    )


def _reviews(table: Mapping[str, Any]) -> Reviews:
    before, after = (sorted(map(parse_duration, table[key])) for key in ("remind_before", "remind_after"))
    return Reviews(
        remind_before=tuple(reversed(before)),
        remind_after=tuple(after),
        escalate_after=parse_duration(table["escalate_after"]),
        escalate_to=table["escalate_to"],
        checklist=tuple(item.strip() for item in table["checklist"]),
    )


def _role(key: str, table: Mapping[str, Any]) -> Role:
    return Role(
        key=key,
        label=table.get("label", key),
        aliases=tuple(alias.lower() for alias in table.get("aliases", ())),
        instructions=table.get("instructions", ""),
    )


def _target(name: str, table: Mapping[str, Any]) -> Target:
    return Target(
        name=name,
        label=table.get("label", name.replace("_", " ")),
        channel=(table.get("channel") or "").lstrip("#") or None,
        users=tuple(table.get("users", ())),
        usergroup=table.get("usergroup"),
        aliases=tuple(alias.lower() for alias in table.get("aliases", ())),
        contacts=table.get("contacts", ""),
        ready_within=parse_duration(table["ready_within"]) if "ready_within" in table else None,
    )
