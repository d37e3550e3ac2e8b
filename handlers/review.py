"""The postmortem's life: ``postmortem status``, ``due``, ``checklist``, ``review``, ``approve``, and their buttons."""

import re
from datetime import time

from bot.domain import mistyped
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import escaped
from bot.domain.parts import Review
from bot.domain.refusal import Refusal
from bot.domain.refusal_review import (
    DueNeedsTime,
    NoChecklist,
    NoSuchPoint,
    ReviewersUnnamed,
    UnknownChecklistStep,
)
from bot.domain.stages import current, stage_named
from bot.domain.times import Moment, parse_ahead
from bot.domain.words import parse, split
from bot.slack import blocks
from handlers.asking import Asked, fitting, incident_here, person, shown
from handlers.routes import DONE, Reply, Request, Routes, UseCases
from handlers.steps import Steps

routes = Routes()
steps = Steps()
ANYWAY = frozenset({"anyway"})
END_OF_DAY = time(17)
"""A day alone means this time of day, where the caller is."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|today|tomorrow", re.IGNORECASE)
_MOST_WORDS = 4
"""Words that a time may have: ``2026-11-30 09:00 pm CET``."""


# Its stage


@steps.step("status", usage="[draft|in-review|reviewed|closed]", is_text=True)
def status(asked: Asked, request: Request, use: UseCases) -> Reply:
    """Where it stands, or a step on or back."""
    said = split(asked.text, flags=ANYWAY)
    mistyped.check(said, request.typed, ANYWAY)
    words = said.text.strip()
    if not words:
        return _standing(asked.incident, use)
    first, _, reason = words.partition(" ")
    if first.lower() == "in" and reason.lower().startswith("review"):
        first, reason = "in-review", reason[len("review") :]
    to, why = stage_named(first), fitting(reason.strip())
    change = use.reviews.move(asked.incident.ref, to, by=request.user, anyway=why if said.flags else None)
    return _standing(change.incident, use, did="same" if change.is_nothing else "stage")


def _standing(incident: Incident, use: UseCases, *, did: str = "") -> Reply:
    """How it stands, with the buttons of what is next."""
    stands = use.reviews.standing(incident)
    points = use.lookup.policy.reviews.checklist
    ticks = {tick.item: tick for tick in stands.review.ticks}
    facts = {
        "about": incident, "review": stands.review, "owner": stands.owner, "did": did,
        "due": incident.postmortem_due_at, "to_write": stands.to_write, "open": stands.open,
        "points": [(n, escaped(point), ticks.get(point)) for n, point in enumerate(points, start=1)],
    }  # fmt: skip
    row = blocks.review_row(incident.ref, stands.review.stage, checklist=bool(points))
    if not stands.review.is_done:
        row = blocks.draft_row(incident.ref, row)
    return Reply(template="reply_review", facts=facts, blocks=(row,) if row["elements"] else ())


@routes.button("review_stage", verb="postmortem")
def stage_by_button(request: Request, use: UseCases) -> Reply:
    """The next step, by its button: "Send to review", "Mark reviewed", "Close postmortem"."""
    ref, _, word = request.value.partition(" ")
    change = use.reviews.move(ref, stage_named(word), by=request.user)
    return _standing(change.incident, use, did="same" if change.is_nothing else "stage")


@routes.button("review_later", verb="postmortem")
def remind_tomorrow(request: Request, use: UseCases) -> Reply:
    """The button "Remind me tomorrow"."""
    now = use.reviews.put_off(incident_here(request, use).ref, by=request.user).incident
    until = now.reminded.snoozed_until if now.reminded else None
    return Reply(template="reply_review_later", facts={"ref": now.ref, "until": until})


# Its due time


@steps.step("due", usage="<time> <reason>", is_text=True)
def due(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is due at another time."""
    when, reason = _time_first(asked, request, use)
    change = use.reviews.move_due(asked.incident.ref, when.at, by=request.user, reason=fitting(reason))
    first = change.incident.review.first_due_at if change.incident.review else None
    facts = {
        "ref": asked.incident.ref, "due": shown(when, use), "first": first, "same": change.is_nothing,
    }  # fmt: skip
    return Reply(template="reply_review_due", facts=facts)


def _time_first(asked: Asked, request: Request, use: UseCases) -> tuple[Moment, str]:
    """The time that the text begins with, as many words of it as make one, and the reason behind it.

    Raises DueNeedsTime, and what is wrong with a time that is one.
    """
    words, wrong = asked.text.split(), None
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        try:
            moment = _ahead(" ".join(words[:count]), request, use)
        except Refusal as refusal:
            wrong = refusal
            continue
        return moment, " ".join(words[count:])
    raise wrong if wrong is not None else DueNeedsTime(ref=asked.incident.ref)


def _ahead(text: str, request: Request, use: UseCases) -> Moment:
    """A time to come; a day alone means the end of its working day."""
    if _DAY.fullmatch(text):
        text = f"{text} {END_OF_DAY:%H:%M}"
    return parse_ahead(text, now=use.lookup.now(), zone=use.lookup.zone_of(request.user))


# Its checklist


@steps.step("checklist", usage="[done <n>… | open <n>…]")
def checklist(asked: Asked, request: Request, use: UseCases) -> Reply:
    """The checklist as a form, or points of it by number."""
    words = parse(asked.text)
    if not words.verb:
        return _form(asked.incident, use)
    if words.verb not in ("done", "open"):
        raise UnknownChecklistStep(given=words.verb, ref=asked.incident.ref)
    points = _numbered(asked.incident, words.rest, use)
    on, off = (points, ()) if words.verb == "done" else ((), points)
    change = use.reviews.tick(asked.incident.ref, by=request.user, on=on, off=off)
    return _standing(change.incident, use, did="same" if change.is_nothing else "ticked")


def _numbered(incident: Incident, text: str, use: UseCases) -> tuple[str, ...]:
    """The points of these numbers: ``1 3`` or ``1, 3`` or ``all``. Raises NoSuchPoint."""
    points = _points(incident, use)
    given = text.replace(",", " ").replace("#", " ").split()
    if given == ["all"]:
        return points
    known = {str(n): point for n, point in enumerate(points, start=1)}
    wrong = next((word for word in given or [""] if word not in known), None)
    if wrong is not None:
        raise NoSuchPoint(given=wrong, most=len(points), ref=incident.ref)
    return tuple(known[word] for word in given)


def _points(incident: Incident, use: UseCases) -> tuple[str, ...]:
    points = use.lookup.policy.reviews.checklist
    if not points:
        raise NoChecklist(ref=incident.ref)
    return points


def _ticked(review: Review, points: tuple[str, ...]) -> list[str]:
    """The numbers of those of *points* that are ticked."""
    ticked = {tick.item for tick in review.ticks}
    return [str(n) for n, point in enumerate(points, start=1) if point in ticked]


def _form(incident: Incident, use: UseCases) -> Reply:
    """The form; it remembers what it showed, so that a tick of somebody else meanwhile stays."""
    review, points = current(incident), _points(incident, use)
    ticked = _ticked(review, points)
    options = [(str(n), point) for n, point in enumerate(points, start=1)]
    boxes = blocks.checkboxes("points", f"Checked for {incident.ref}", options, initial=ticked)
    about = f"{incident.ref} {','.join(ticked)}"
    return Reply(form=blocks.form("review_checklist_form", "Review checklist", "Keep", [boxes], about=about))


@routes.button("review_checklist_form", verb="postmortem")
def ask_points(request: Request, use: UseCases) -> Reply:
    """The button "Checklist"."""
    return _form(incident_here(request, use), use)


@routes.form("review_checklist_form", verb="postmortem", typed="postmortem checklist")
def keep_points(request: Request, use: UseCases) -> Reply:
    """What was ticked in the form, and what was taken off."""
    ref, _, showed = request.value.partition(" ")
    before, now = set(filter(None, showed.split(","))), set(request.fields["points"].split())
    points = {str(n): point for n, point in enumerate(use.lookup.policy.reviews.checklist, start=1)}
    on, off = ([points[n] for n in sorted(some) if n in points] for some in (now - before, before - now))
    use.reviews.tick(ref, by=request.user, on=on, off=off)
    return DONE


# Its reviewers


@steps.step("review", usage="@name…")
def review(asked: Asked, request: Request, use: UseCases) -> Reply:
    """These people are to review it; a draft goes into review with that."""
    words = [word for word in asked.text.replace(",", " ").split() if word.lower() != "and"]
    if not words:
        raise ReviewersUnnamed(ref=asked.incident.ref)
    users = [person(word, request, use) for word in words]
    change = use.reviews.ask(asked.incident.ref, users, by=request.user)
    return _standing(change.incident, use, did="same" if change.is_nothing else "asked")


@steps.step("approve")
def approve(asked: Asked, request: Request, use: UseCases) -> Reply:
    """A reviewer agrees."""
    return _approved(use.reviews.approve(asked.incident.ref, by=request.user))


@routes.button("review_approve", verb="status")
def approve_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Approve": whoever was asked may say so, also where the policy leaves the verb to some."""
    return _approved(use.reviews.approve(incident_here(request, use).ref, by=request.user))


def _approved(change: Change) -> Reply:
    return Reply(
        template="reply_review_approved", facts={"ref": change.incident.ref, "same": change.is_nothing}
    )
