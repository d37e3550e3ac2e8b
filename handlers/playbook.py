"""Playbooks: ``playbook`` lists them, posts one, ticks its steps; the buttons beside its steps, and "Post playbook"."""

import re
from typing import Any

from bot.domain import mistyped
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import escaped, plain
from bot.domain.parts import Posted
from bot.domain.playbook_file import Playbook
from bot.domain.playbooks import called, meant, standing, steps_of, suggested
from bot.domain.refusal import OutOfDate
from bot.domain.refusal_playbooks import NoPlaybooks, NoSuchStep
from bot.domain.signs import set_apart
from bot.domain.words import split
from handlers.asking import in_button, incident_asked
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
FLAGS = frozenset({"again"})
LISTED = 25
_TICKED = re.compile(r"(?:(?P<name>.*\S)\s+)?(?P<step>done|open)\s+(?P<numbers>[\d,#\s]+)", re.IGNORECASE)
_STEP = re.compile(r"(\d{1,4}) (done|open)", re.ASCII)
"""What the button of a step says after the incident and the number of the playbook."""
_NUMBER = re.compile(r"#?(\d{1,4})", re.ASCII)


@routes.verb(
    "playbook",
    aliases=("playbooks", "runbook", "checklist"),
    usage="[name] [--again] | [name] done <n>… | [name] open <n>…",
    does="Lists the playbooks, or posts one with boxes to tick.",
    example="/incident playbook database",
    situation=Situation.RUN,
)
def playbook(request: Request, use: UseCases) -> Reply:
    """List them, post one, or tick its steps by number."""
    books = use.lookup.policy.playbooks
    if not request.text.strip():
        return _listed(use.lookup.here(request.channel, request.user), books)
    asked = incident_asked(request, use)
    said = split(asked.text, flags=FLAGS)
    mistyped.check(said, request.typed, FLAGS)
    words = said.text.strip()
    if not words:
        return _listed(asked.incident, books)
    if ticked := _TICKED.fullmatch(words):
        return _by_number(asked.incident, ticked, request, use)
    book = called(words, books)
    change = use.playbooks.post(asked.incident.ref, book, by=request.user, again=bool(said.flags))
    return _posted(change, book)


def _listed(incident: Incident | None, books: tuple[Playbook, ...]) -> Reply:
    """All of them: those that fit the incident first, then those that stand in its channel."""
    if not books:
        raise NoPlaybooks
    fit = {each.name for each in suggested(incident, books)} if incident else set()
    there = {each.name: each for each in standing(incident)} if incident else {}
    ordered = sorted(books, key=lambda book: (book.name not in fit, book.name not in there))
    facts = {
        "ref": incident.ref if incident else "", "asked_for": bool(fit), "left_out": len(books[LISTED:]),
        "rows": [_row(book, there.get(book.name), incident, fits=book.name in fit) for book in ordered[:LISTED]],
    }  # fmt: skip
    return Reply(template="reply_playbooks", facts=facts)


def _row(book: Playbook, posted: Posted | None, incident: Incident | None, *, fits: bool) -> dict[str, Any]:
    steps = steps_of(incident, posted) if incident and posted else ()
    return {
        "name": book.name, "title": set_apart(escaped(book.title)), "steps": len(steps) or book.steps, "fits": fits,
        "posted": posted is not None, "done": sum(step.is_done for step in steps),
    }  # fmt: skip


def _posted(change: Change, book: Playbook) -> Reply:
    """Where it stands now, or stood already."""
    incident = change.incident
    posted = next(each for each in reversed(standing(incident)) if each.name == book.name)
    return Reply(
        template="reply_playbook",
        facts=_facts(incident, posted, "stands" if change.is_nothing else "posted"),
    )


def _facts(incident: Incident, posted: Posted, step: str) -> dict[str, Any]:
    steps = steps_of(incident, posted)
    return {
        "step": step, "ref": incident.ref, "name": posted.name, "title": set_apart(posted.title), "by": posted.by,
        "at": posted.at, "steps": len(steps), "done": sum(each.is_done for each in steps),
        "channel_id": incident.channel_id,
    }  # fmt: skip


def _by_number(incident: Incident, ticked: re.Match[str], request: Request, use: UseCases) -> Reply:
    """``database done 1 3``: for who types; the buttons do the same."""
    posted = meant(incident, ticked["name"] or "")
    numbers = []
    for word in ticked["numbers"].replace(",", " ").split():
        number = _NUMBER.fullmatch(word)
        if number is None:
            most = len(steps_of(incident, posted))
            raise NoSuchStep(given=word, title=plain(posted.title), most=most, ref=incident.ref)
        numbers.append(int(number[1]))
    done = ticked["step"].lower() == "done"
    change = use.playbooks.tick(incident.ref, posted.n, numbers, by=request.user, done=done)
    return Reply(template="reply_playbook", facts=_facts(change.incident, posted, "ticked"))


@routes.button("playbook_step", verb="playbook")
def tick(request: Request, use: UseCases) -> Reply:
    """The button beside a step: it says what it does, so that of two clicks at once none turns the other round."""
    ref, n, words = in_button(request)
    found = _STEP.fullmatch(words)
    if found is None:
        raise OutOfDate
    number, done = int(found[1]), found[2] == "done"
    change = use.playbooks.tick(ref, n, [number], by=request.user, done=done)
    if not change.is_nothing:
        return DONE
    posted = next(each for each in standing(change.incident) if each.n == n)
    step = next(each for each in steps_of(change.incident, posted) if each.number == number)
    facts = {
        "step": "same_done" if done else "same_open",
        "number": number,
        "by": step.done_by,
        "at": step.done_at,
    }
    return Reply(template="reply_playbook", facts={**_facts(change.incident, posted, ""), **facts})


@routes.button("playbook_post", verb="playbook")
def post_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Post playbook", where one was suggested."""
    ref, _, name = request.value.partition(" ")
    book = called(name, use.lookup.policy.playbooks)
    change = use.playbooks.post(ref, book, by=request.user)
    return (
        _posted(change, book) if change.is_nothing or request.channel != change.incident.channel_id else DONE
    )
