"""Changes of state in a replay file: how the bot's own entries are written there, and how they are read back.

The format has words for what people did, none for what the bot decided. So a change of state is an event with
``slack.via`` "api" (the bot wrote it down, nobody said it) and a label of STATES: that is how ``import`` and
``replay`` tell it from people's entries. What the event cannot say (when an update was due, who had a role before)
stands in ``incident.stated``, figures that a record states about itself, as ``"<event id> <key>"``. Due times are
kept, not computed again: a promise (``next=15m``) or another policy would give other ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.timeline import Entry, Kind, Source

FORMATS: Mapping[str, str] = {
    "full": "full_postmortem",
    "report": "incident_report",
    "outage": "outage_summary",
    "classic": "classic_postmortem",
    "escalation": "escalation_summary",
    "sre": "sre",
}
"""Our formats to their names in a replay file."""
RESOLUTION = "Resolution"
"""The group of fixes under which the resolution of an incident of ours stands in a file."""
VIA = "api"
OWNER, RESTORED, FLAGS, MEMBERS = "postmortem owner", "restored", "incident is", "members"
CONTACT, VERIFIED, CAUSES = "customer contact", "verified", "cause tags"
LEVEL, TIED = "escalation_level", "tied to"
"""Keys in ``stated`` of what an incident of ours has and the header of a replay has no place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One kind of change: our kind of entry, the file's kind and the label that tell of it there."""

    change: str
    kind: Kind
    written: str
    label: str


def _state(change: str, kind: Kind, written: str, label: str) -> State:
    return State(change=change, kind=kind, written=written, label=label)


STATES: Mapping[str, State] = {
    state.change: state
    for state in (
        #      change              our kind        file's kind      label
        _state("declared",         Kind.EVENT,     "event",         "Declared"),
        _state("update",           Kind.STATUS,    "communication", "Update"),
        _state("phase",            Kind.STATUS,    "event",         "Phase"),
        _state("sla_approved",     Kind.DECISION,  "decision",      "Credit amounts"),
        _state("customers_told",   Kind.STATUS,    "event",         "Mail to customers"),
        _state("severity",         Kind.DECISION,  "decision",      "Severity"),
        _state("role",             Kind.ASSEMBLY,  "event",         "Role"),
        _state("snooze",           Kind.STATUS,    "note",          "Snooze"),
        _state("pause",            Kind.STATUS,    "note",          "Pause"),
        _state("resume",           Kind.STATUS,    "note",          "Resume"),
        _state("long",             Kind.DECISION,  "decision",      "Long incident"),
        _state("resolved",         Kind.STATUS,    "recovery",      "Resolved"),
        _state("closed",           Kind.STATUS,    "event",         "Closed"),
        _state("reopened",         Kind.STATUS,    "event",         "Reopened"),
        _state("handoff",          Kind.ASSEMBLY,  "event",         "Hand-off"),
        _state("task",             Kind.ACTION,    "action",        "Task"),
        _state("followup",         Kind.ACTION,    "action",        "Follow-up"),
        _state("playbook",         Kind.ACTION,    "action",        "Playbook"),
        _state("undone",           Kind.NOTE,      "note",          "Undone"),
        _state("mitigated",        Kind.RECOVERY,  "recovery",      "Mitigated"),
        _state("cancelled",        Kind.DECISION,  "event",         "Cancelled"),
        _state("merged",           Kind.DECISION,  "event",         "Merged"),
        _state("absorbed",         Kind.DECISION,  "event",         "Absorbed"),
        _state("moved",            Kind.DECISION,  "event",         "Moved"),
        _state("stayed",           Kind.EVENT,     "event",         "Stayed"),
        _state("out_of_reach",     Kind.EVENT,     "event",         "Out of reach"),
        _state("in_reach",         Kind.EVENT,     "event",         "In reach"),
        _state("channel_renamed",  Kind.NOTE,      "note",          "Channel renamed"),
        _state("absent",           Kind.ASSEMBLY,  "event",         "Absent"),
        _state("escalated",        Kind.ESCALATION, "escalation",   "Escalated"),
        _state("acknowledged",     Kind.ESCALATION, "escalation",   "Acknowledged"),
        _state("not_told",         Kind.ESCALATION, "escalation",   "Not told"),
        _state("skipped",          Kind.ESCALATION, "escalation",   "Skipped"),
        _state("level",            Kind.ESCALATION, "escalation",   "Level"),
        _state("tied",             Kind.NOTE,      "note",          "Tied"),
        _state("untied",           Kind.NOTE,      "note",          "Untied"),
        _state("gap",              Kind.NOTE,      "note",          "Gap"),
        _state("gap_closed",       Kind.NOTE,      "note",          "Gap closed"),
        _state("postmortem_owner", Kind.NOTE,      "note",          "Postmortem owner"),
        _state("postmortem_state", Kind.NOTE,      "note",          "Postmortem state"),
        _state("postmortem_due",   Kind.NOTE,      "note",          "Postmortem due"),
        _state("postmortem_review", Kind.NOTE,     "note",          "Postmortem review"),
    )
}  # fmt: skip
_BY_LABEL = {state.label: state for state in STATES.values()}
_TOLD = (
    "from", "to", "role", "due", "until", "on", "reason", "target", "method", "after", "side", "to_whom", "told",
    "written_by", "step", "what", "into", "other", "why", "error",
    "missed", "restored", "mitigated", "stage", "playbook",
)  # fmt: skip
"""Values of a change that are kept in ``stated``; phase and audience of an update stand in ``comm``."""
_PHASE = "phase"
FOLLOWUP = "followup"
_MORE: Mapping[str, tuple[str, ...]] = {_PHASE: (_PHASE,), FOLLOWUP: ("n",)}
"""Values that are kept of some changes only."""


def is_bookkeeping(entry: Entry) -> bool:
    """Whether the bot noted a field or a measure for the log alone: its value stands in header and facts."""
    return entry.source is Source.BOT and not entry.marks


def is_of_document(entry: Entry) -> bool:
    """Whether it tells of what comes afterwards: the postmortem's owner, its state and so on, or a follow-up.

    Or that one of these was taken back. A document shows where they stand by now, and not in its timeline.
    """
    change = entry.data.get("change")
    told = entry.data.get("what") if change == "undone" else change
    return str(told).startswith(("postmortem_", FOLLOWUP))


def state_of(event: Mapping[str, Any]) -> State | None:
    """The change of state that *event* of a file tells of; None where people wrote it."""
    written_by_us = (event.get("slack") or {}).get("via") == VIA
    state = _BY_LABEL.get(event.get("label") or "")
    return state if written_by_us and state and state.written == event["kind"] else None


def stated(name: str, entry: Entry) -> dict[str, str]:
    """What ``incident.stated`` keeps of *entry*, which is called *name* in the file."""
    if entry.data.get("change") not in STATES:
        return {}
    told = (*_TOLD, *_MORE.get(entry.data["change"], ()))
    return {f"{name} {key}": str(entry.data[key]) for key in told if entry.data.get(key)}


def data_of(event: Mapping[str, Any], state: State, told: Mapping[str, str]) -> dict[str, Any]:
    """``Entry.data`` of a change of state, from its *event* and what the file states (*told*)."""
    kept: dict[str, Any] = {"change": state.change}
    keys = (*_TOLD, *(key for more in _MORE.values() for key in more))
    kept |= {key: told[name] for key in keys if (name := f"{event['id']} {key}") in told}
    kept |= {"n": int(kept["n"])} if str(kept.get("n", "")).isdecimal() else {}
    comm = event.get("comm") or {}
    return kept | {key: comm[key] for key in ("phase", "audience") if comm.get(key)}
