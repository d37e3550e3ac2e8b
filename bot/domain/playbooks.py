"""Playbooks in an incident: which fit it, posting one, ticking its steps. Each is a decision; none resets a clock.

What was posted is a snapshot: its file may change or go, and its boxes go on working.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import plain
from bot.domain.nearest import nearest
from bot.domain.news import News, What
from bot.domain.parts import Line, PlaybookStep, Posted
from bot.domain.playbook_file import Playbook
from bot.domain.refusal_playbooks import (
    NoPlaybooks,
    NoSuchStep,
    NotPosted,
    PlaybookGone,
    TooManyPlaybooks,
    UnknownPlaybook,
)
from bot.domain.signs import folded
from bot.domain.timeline import Entry, Kind

MOST_POSTED = 12
"""Playbooks of one incident."""
MOST_SUGGESTED = 3
_APART = re.compile(r"[\W_]+")


# Which one


def called(word: str, known: Sequence[Playbook]) -> Playbook:
    """The playbook that *word* names, by its name or its title. Raises NoPlaybooks, UnknownPlaybook."""
    if not known:
        raise NoPlaybooks
    given = _folded(word)
    by_title = {_folded(each.title): each for each in known}
    found = {**by_title, **{each.name: each for each in known}}.get(given)
    if found is not None:
        return found
    raise UnknownPlaybook(given=word, near=nearest(word, [each.name for each in known], distance=3) or "")


def suggested(incident: Incident, known: Iterable[Playbook]) -> tuple[Playbook, ...]:
    """Those of *known* that fit *incident* by its services or the words of its title, and were not posted yet."""
    if not incident.is_open:
        return ()
    posted = {each.name for each in incident.playbooks}
    services = {_folded(plain(each)) for each in incident.services}
    title = _words(plain(incident.title))
    fit = (
        each
        for each in known
        if each.name not in posted
        and (
            services & {_folded(one) for one in each.services} or any(_words(w) in title for w in each.words)
        )
    )
    return tuple(fit)[:MOST_SUGGESTED]


def _folded(text: str) -> str:
    return " ".join(folded(text).split())


def _words(text: str) -> str:
    """The words of *text* between single spaces, with one before and behind: whole words are found in it."""
    return f" {_APART.sub(' ', _folded(text)).strip()} "


def standing(incident: Incident) -> tuple[Posted, ...]:
    """The playbooks that were posted, and not taken back."""
    return tuple(each for each in incident.playbooks if not each.taken_back)


def meant(incident: Incident, word: str) -> Posted:
    """The posted playbook that *word* names; without one the only one. Raises NotPosted."""
    there = standing(incident)
    given = _folded(word)
    found = [each for each in there if given in ("", each.name, _folded(plain(each.title)))]
    if not found or (not given and len(found) > 1):
        raise NotPosted(given=word, ref=incident.ref)
    return found[-1]


def steps_of(incident: Incident, posted: Posted) -> tuple[PlaybookStep, ...]:
    """The steps of *posted*, in their order."""
    return tuple(step for step in incident.playbook_steps if step.playbook == posted.n)


# Decisions


def post(
    incident: Incident, book: Playbook, *, lines: Sequence[Line], by: str, at: datetime, again: bool = False
) -> Change:
    """Post *book*, whose title and pieces are *lines* by now, in Slack's encoding; the first is the title.

    Posted already: nothing changes, unless it is wanted *again*. Raises NotPossible, TooManyPlaybooks.
    """
    now = moved(incident, "playbook")
    if not again and any(each.name == book.name for each in standing(incident)):
        return unchanged(incident)
    if len(incident.playbooks) >= MOST_POSTED:
        raise TooManyPlaybooks(ref=incident.ref, most=MOST_POSTED)
    n = len(incident.playbooks) + 1
    title, *rest = lines
    steps = tuple(
        PlaybookStep(n=n * _ROOM + number, playbook=n, number=number, text=line.text)
        for number, line in enumerate((line for line in rest if line.step), 1)
    )
    numbers = iter(range(1, len(steps) + 1))
    kept = tuple(replace(line, text="", step=next(numbers)) if line.step else line for line in rest)
    made = Posted(n=n, name=book.name, title=title.text, by=by, at=at, lines=kept)
    now = replace(
        now,
        playbooks=(*now.playbooks, made),
        playbook_steps=(*now.playbook_steps, *steps),
    )
    count = f" ({len(steps)} {'step' if len(steps) == 1 else 'steps'})" if steps else ""
    entry = _entry(now, f"Playbook posted: {made.title}{count}", made, "posted", by=by, at=at)
    news = News(what=What.PLAYBOOK, facts={"by": by, "n": n})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


_ROOM = 1_000
"""Steps of one playbook have numbers of their own among all of an incident."""


def tick(incident: Incident, n: int, numbers: Sequence[int], *, done: bool, by: str, at: datetime) -> Change:
    """Steps *numbers* of the *n*-th playbook are done, or not done after all; what is so already stays as it is.

    Raises PlaybookGone, NoSuchStep.
    """
    posted = next((each for each in standing(incident) if each.n == n), None)
    if posted is None:
        raise PlaybookGone(ref=incident.ref)
    steps = {step.number: step for step in steps_of(incident, posted)}
    if wrong := [number for number in numbers if number not in steps]:
        raise NoSuchStep(given=wrong[0], title=plain(posted.title), most=len(steps), ref=incident.ref)
    meant_ones = [steps[number] for number in dict.fromkeys(numbers) if steps[number].is_done != done]
    changed = {step.n: _ticked(step, done=done, by=by, at=at) for step in meant_ones}
    if not changed:
        return unchanged(incident)
    now = replace(
        incident, playbook_steps=tuple(changed.get(step.n, step) for step in incident.playbook_steps)
    )
    said = "done" if done else "not done after all"
    entries = tuple(
        _entry(now, f"{posted.title}, step {step.number} {said}: {step.text}", posted, "done" if done else "open",
               by=by, at=at)
        for step in meant_ones
    )  # fmt: skip
    return Change(before=incident, incident=now, entries=entries)


def _ticked(step: PlaybookStep, *, done: bool, by: str, at: datetime) -> PlaybookStep:
    return replace(step, done_by=by if done else None, done_at=at if done else None)


def _entry(incident: Incident, text: str, posted: Posted, step: str, *, by: str, at: datetime) -> Entry:
    data = {"change": "playbook", "step": step, "playbook": posted.name}
    return state_entry(incident, kind=Kind.ACTION, text=text, by=by, at=at, data=data)
