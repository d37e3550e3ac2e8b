"""Customer escalations as records of their own: ``customer``, with ``add``, ``level``, ``tie`` and others behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain import case_words, mistyped
from bot.domain.cases import Wanted
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import plain
from bot.domain.refusal import NoIncidentHere
from bot.domain.refusal_cases import (
    TieToWhat,
    UnknownCustomerStep,
    WhichCase,
    WhichCustomer,
)
from bot.domain.words import IncidentWord, incident_word, parse, split
from bot.slack import blocks
from handlers.asking import case_rows, fitting, incident_here, incident_meant, person
from handlers.customer_form import MEDIUM, case_form, opened
from handlers.lookup import status
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
KEYS = frozenset({"customer", "level", "p", "priority", "contact", "engineer", "incident"})
FLAGS = frozenset({"private", "drill"})
LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What follows the verb: the record that is named first, if one is, the step and its text."""

    word: IncidentWord | None
    step: str
    text: str


@routes.verb(
    "customer",
    aliases=("ce", "customers"),
    usage='add "Name" what is wrong [p=high|medium|low] [level=1] [contact="Jo Doe"] [engineer=@name] '
    "[incident=INC-…] [--private] [--drill]\nlist [open | all]\nshow [CE1012]\nlevel <n> [reason]\ntie <incident>\n"
    "untie\nverified",
    does="Opens a customer escalation with a channel of its own, tied to the incident in whose channel it is typed.",
    example='/incident customer add "Acme Corp" slow queries since noon p=high',
    situation=Situation.START,
)
def customer(request: Request, use: UseCases) -> Reply:
    """Open one, list them, take one up, tie it to an incident, say that the customer verified it."""
    asked = _asked(request.text)
    if not asked.step:
        return _bare(asked, request, use)
    step = _STEPS.get(asked.step)
    if step is None:
        raise UnknownCustomerStep(
            given=asked.step, instead=f"add {request.text}" if asked.word is None else "list"
        )
    return step(asked, request, use)


def _asked(text: str) -> _Asked:
    """The step, with a reference before it or right behind it."""
    words = parse(text)
    word = _reference(words.verb)
    if word is not None:
        words = parse(words.rest)
    return _Asked(word=word, step=words.verb, text=words.rest)


def _reference(text: str) -> IncidentWord | None:
    """The record that a whole reference or a channel names; a mere number is none."""
    word = incident_word(text) if text else None
    return word if word is not None and (word.reference or word.channel) else None


def _bare(asked: _Asked, request: Request, use: UseCases) -> Reply:
    """In the channel of one, or with its reference: how it stands. Else the list."""
    here = use.lookup.here(request.channel, request.user)
    if asked.word is not None or (here is not None and here.is_case):
        return _show(asked, request, use)
    return _list(asked, request, use)


def _case(asked: _Asked, request: Request, use: UseCases) -> tuple[Incident, str]:
    """The record that is named before or behind the step, else the channel's, and the text without it."""
    word, text = asked.word, asked.text
    if word is None:
        first, _, rest = text.partition(" ")
        word = _reference(first)
        text = rest.strip() if word is not None else text
    try:
        return incident_meant(word, request, use), text
    except NoIncidentHere as error:
        raise WhichCase from error


# Opening


def _add(asked: _Asked, request: Request, use: UseCases) -> Reply:
    if not asked.text.strip():
        return case_form(_here(request, use), use)
    said = split(asked.text, keys=KEYS, flags=FLAGS)
    mistyped.check(said, request.typed, FLAGS)
    name, title = said.one("customer") or "", said.text.strip()
    if not name:
        name, title = case_words.named(title)
    if not name:
        raise WhichCustomer
    rules = use.lookup.policy.cases
    priority = said.one("p") or said.one("priority") or MEDIUM
    severity = case_words.severity_of(priority, rules, customer=plain(name), title=plain(title))
    engineer, level = said.one("engineer"), said.one("level")
    wanted = Wanted(
        by=request.user,
        customer=fitting(name),
        title=" ".join(fitting(title).split()),
        severity=severity,
        level=case_words.level_of(level) if level else 0,
        contact=said.one("contact") or "",
        engineer=person(engineer, request, use) if engineer else None,
        tied=_tied(said.one("incident"), asked, request, use),
        private="private" in said.flags,
        drill="drill" in said.flags,
    )
    return opened(wanted, request, use, unknown=said.unknown)


def _here(request: Request, use: UseCases) -> Incident | None:
    """The incident in whose channel it is typed; None elsewhere, also in the channel of a customer escalation."""
    here = use.lookup.here(request.channel, request.user) if request.channel else None
    return here if here is not None and not here.is_case else None


def _tied(given: str | None, asked: _Asked, request: Request, use: UseCases) -> Incident | None:
    """The incident that it will belong to: named, else the channel's own; ``incident=none``: no one."""
    if given is not None and given.lower() in ("none", "no"):
        return None
    word = incident_word(given) if given else asked.word
    if given and word is None:
        raise TieToWhat(ref="it")
    return incident_meant(word, request, use) if word is not None else _here(request, use)


# Looking


def _list(asked: _Asked, request: Request, use: UseCases) -> Reply:
    which = asked.text.strip().lower() or "open"
    if which not in ("open", "all"):
        raise UnknownCustomerStep(given=f"list {which}", instead="list all")
    found = use.cases.listed(request.user, open_only=which == "open")
    facts = {
        "rows": case_rows(found[:LISTED], use, request.user),
        "left_out": len(found) - LISTED,
        "all": which == "all",
    }
    add = blocks.actions(blocks.button("Open a customer escalation", "case_form", ""))
    return Reply(template="reply_cases", facts={**facts, "of": ""}, blocks=(add,))


def _show(asked: _Asked, request: Request, use: UseCases) -> Reply:
    """How one stands; of an incident its customer escalations."""
    incident, _ = _case(asked, request, use)
    if incident.is_case:
        return status(replace(request, text=incident.ref), use)
    found = use.cases.tied(incident.ref, request.user)
    facts = {"rows": case_rows(found, use, request.user), "left_out": 0, "all": True, "of": incident.ref}
    add = blocks.actions(blocks.button("Open a customer escalation", "case_form", incident.ref))
    return Reply(template="reply_cases", facts=facts, blocks=(add,))


# Changing


def _level(asked: _Asked, request: Request, use: UseCases) -> Reply:
    incident, text = _case(asked, request, use)
    words = parse(text.replace("=", " ", 1) if text.lower().startswith("level=") else text)
    words = parse(words.rest) if words.verb == "level" else words
    level = case_words.level_of(words.verb, ref=incident.ref)
    return taken_up(incident, level, words.rest, request, use)


def taken_up(incident: Incident, level: int, reason: str, request: Request, use: UseCases) -> Reply:
    """It is at that level now, by ``customer level`` or ``escalate level=``."""
    change = use.cases.take_up(incident.ref, level, by=request.user, reason=fitting(reason))
    return _answer("level", change)


def _tie(asked: _Asked, request: Request, use: UseCases) -> Reply:
    """``tie INC-…`` in its channel, ``tie CE1012`` in the incident's, ``tie CE1012 INC-…`` anywhere."""
    named = [word for text in asked.text.split()[:2] if (word := _reference(text))]
    meant = [incident_meant(word, request, use) for word in ([asked.word] if asked.word else []) + named]
    found = [one for one in meant if one.is_case]
    others = [one for one in meant if not one.is_case]
    here = use.lookup.here(request.channel, request.user)
    if here is not None:
        (found if here.is_case else others).append(here)
    if not found:
        raise WhichCase
    if len(found) > 1 and not others:
        others = found[1:]
    if not others:
        raise TieToWhat(ref=found[0].ref)
    return _answer("tied", use.cases.tie(found[0].ref, others[0].ref, by=request.user))


def _untie(asked: _Asked, request: Request, use: UseCases) -> Reply:
    incident, _ = _case(asked, request, use)
    return _answer("untied", use.cases.untie(incident.ref, by=request.user))


def _verified(asked: _Asked, request: Request, use: UseCases) -> Reply:
    incident, _ = _case(asked, request, use)
    return _answer("verified", use.cases.verified(incident.ref, by=request.user))


@routes.button("case_verified", verb="customer")
def verified_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Customer verified"."""
    return _answer("verified", use.cases.verified(incident_here(request, use).ref, by=request.user))


def _answer(step: str, change: Change) -> Reply:
    incident = change.incident
    facts = {
        "step": step,
        "same": change.is_nothing,
        "level": incident.level,
        "tied": incident.tied_to or "",
        "open": incident.is_open,
        "closed": incident.status.value == "closed",
        "customer": incident.customer or "",
    }
    return Reply(template="reply_case", facts=facts)


_STEPS: Mapping[str, Callable[[_Asked, Request, UseCases], Reply]] = {
    **dict.fromkeys(("add", "new", "open"), _add),
    "list": _list,
    **dict.fromkeys(("show", "status"), _show),
    **dict.fromkeys(("level", "escalate"), _level),
    "tie": _tie,
    "untie": _untie,
    **dict.fromkeys(("verified", "verify"), _verified),
}
