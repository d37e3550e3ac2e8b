"""An incident of ours that ``export`` wrote out, read in again: what a record from elsewhere does not have."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain import replay_review
from bot.domain.gaps import is_gap
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import escaped, plain
from bot.domain.replay import Replay
from bot.domain.replay_states import FLAGS, FORMATS, MEMBERS, OWNER, RESOLUTION, RESTORED, data_of, state_of
from bot.domain.timeline import Entry, Kind
from bot.domain.times import parse_iso

_FILE = re.compile(r"file: (?P<name>.*) \((?P<url>.*)\)")
_LINK = re.compile(r"link: (?P<url>\S.*)")


def is_own(replay: Replay) -> bool:
    """Whether ``export`` wrote it from an incident of ours: the bot's own declaration stands in it."""
    states = (state_of(event) for event in replay.events)
    return any(state and state.change == "declared" for state in states)


def lived(entry: Entry, event: Mapping[str, Any], stated: Mapping[str, str]) -> Entry:
    """*entry* as it was in our record: a change of state is one again, files and link are apart from the text."""
    state = state_of(event)
    if state is None:
        return _detached(entry)
    data = {key: told for key, told in entry.data.items() if key != "comm"} | data_of(event, state, stated)
    outside = state.change == "update" and data.get("audience") == "external"
    kind = Kind.COMMS_EXTERNAL if outside else state.kind
    marks = () if is_gap(replace(entry, data=data)) else ("state",)
    return replace(entry, kind=kind, label=None, marks=marks, data=data)


def _detached(entry: Entry) -> Entry:
    """*entry* with the files and the link that ``export`` wrote below its text."""
    lines, files, link = entry.text.split("\n"), list[dict[str, str]](), None
    if found := _LINK.fullmatch(lines[-1]):
        link = plain(found["url"])
        lines.pop()
    while lines and (found := _FILE.fullmatch(lines[-1])):
        files.insert(0, {"name": plain(found["name"]), "url": plain(found["url"])})
        lines.pop()
    return replace(entry, text="\n".join(lines), files=tuple(files), link=link)


def completed(incident: Incident, entries: Iterable[Entry], stated: Mapping[str, str]) -> Incident:
    """An incident of ours with what its own changes of state tell, and the header of a file cannot."""
    first: dict[str, Entry] = {}
    last: dict[str, Entry] = {}
    kept = (entry for entry in entries if entry.is_state and entry.deleted_at is None)
    for entry in sorted(kept, key=lambda entry: entry.at):
        change = "identified" if entry.data.get("phase") == "identified" else entry.data["change"]
        first.setdefault(change, entry)
        last[change] = entry
    basis = incident.header.get("time_basis", {}).get("started")
    fixes = [fix for fix in incident.facts["fixes"] if fix["group"] == RESOLUTION]
    others = [fix for fix in incident.facts["fixes"] if fix["group"] != RESOLUTION]
    written = {name: ours for ours, name in FORMATS.items()}
    flags = stated.get(FLAGS, "").split()
    end = last.get("cancelled" if incident.status is Status.CANCELLED else "merged")
    over = incident.status in (Status.CANCELLED, Status.MERGED)
    return replace(
        incident,
        declared_by=first["declared"].author or "",
        impact_started_at=None if basis == "inferred" else incident.impact_started_at,
        identified_at=first["identified"].at if "identified" in first else None,
        restored_at=parse_iso(stated[RESTORED]) if RESTORED in stated else None,
        first_resolved_at=first["resolved"].at if "resolved" in first else incident.first_resolved_at,
        reopened_at=last["reopened"].at if "reopened" in last else None,
        resolution=escaped(fixes[-1]["text"]) if fixes else None,
        facts={**incident.facts, "fixes": others},
        draft_format=written.get(incident.header["replay"]["format"]),
        postmortem_owner=stated.get(OWNER),
        postmortem_due_at=replay_review.due(stated),
        review=replay_review.read(stated),
        private="private" in flags,
        drill="drill" in flags,
        backfilled="backfilled" in flags,
        members=tuple(stated.get(MEMBERS, "").split()),
        ended_at=end.at if end and over else None,
        merged_into=end.data.get("into") if end and incident.status is Status.MERGED else None,
    )
