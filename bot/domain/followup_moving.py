"""Follow-ups of an incident that is merged into another one: the open ones go on there, as tasks do."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.followup_change import put, told
from bot.domain.followup_steps import next_number, open_followups
from bot.domain.incident import Change, Incident
from bot.domain.timeline import Entry

_OTHER = re.compile(r"#(\d{1,6})\b(?! of )")


def go_on(incident: Incident, target: Incident, *, by: str, at: datetime) -> tuple[Change, Change]:
    """The open follow-ups of *incident* become those of *target*, with its next numbers.

    All of one stays: its dates, its requests, who is to see to it. What it depends on is called by its new number.
    """
    first, going = next_number(target), open_followups(incident)
    numbers = {each.n: m for m, each in enumerate(going, first)}
    left, kept, entries, made = incident, target, list[Entry](), list[Entry]()
    for each in going:
        m = numbers[each.n]
        there = replace(each, n=m, dependencies=_renumbered(each.dependencies, incident.ref, numbers))
        here = replace(each, moved_to=target.ref, moved_as=m)
        left = put(left, here)
        gone = told(incident, left, here, "moved", by=by, at=at, reason=f"Now follow-up {m} of {target.ref}")
        entries += gone.entries
        now = replace(kept, followups=(*kept.followups, there))
        made += told(target, now, there, "added", by=by, at=at).entries
        kept = now
    return (
        Change(before=incident, incident=left, entries=tuple(entries)),
        Change(before=target, incident=kept, entries=tuple(made)),
    )


def _renumbered(text: str, ref: str, numbers: Mapping[int, int]) -> str:
    """*text* with the new number of each follow-up that goes along; of one that stays it says where."""

    def renamed(found: re.Match[str]) -> str:
        n = int(found[1])
        return f"#{numbers[n]}" if n in numbers else f"#{n} of {ref}"

    return _OTHER.sub(renamed, text)
