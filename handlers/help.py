"""Help, did-you-mean, and what to do with words that are no verb. It speaks of the verbs that it is given."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.incident import Status
from bot.domain.nearest import nearest
from bot.domain.words import parse
from bot.slack import blocks
from handlers.declare import which_severity
from handlers.lookup import listing, status
from handlers.routes import Reply, Request, Routes, Situation, UseCases, Verb

TITLES = {
    Situation.START: "To start",
    Situation.RUN: "While it runs",
    Situation.FINISH: "To finish",
}
_ABOUT_ONE = frozenset({Situation.RUN, Situation.FINISH})
"""Verbs of these are about one incident: the channel's, or the one that is named first."""


def help_for(others: Routes) -> Routes:
    """The verb ``help``, which tells of *others* and of itself."""
    routes = Routes()

    @routes.verb(
        "help",
        usage="[verb]",
        does="Shows this, or one verb with an example.",
        example="/incident help declare",
        situation=Situation.START,
        changes=False,
    )
    def show(request: Request, use: UseCases) -> Reply:
        """All verbs by situation, or one of them."""
        known = others + routes
        word = parse(request.text).verb
        verb = known.find(word) if word else None
        if word and verb is None:
            near = nearest(word, known.words)
            facts = {
                "word": word,
                "near": f"help {near}" if near else "",
                "rest": "",
                "text": "",
                "here": False,
            }
            return Reply(template="reply_unknown_verb", facts=facts)
        if verb is not None:
            return Reply(
                template="reply_help_verb", facts={"verb": verb, "about": verb.situation in _ABOUT_ONE}
            )
        groups = [(title, _of(known, situation)) for situation, title in TITLES.items()]
        return Reply(template="reply_help", facts={"groups": groups, "emoji": use.lookup.policy.emoji})

    return routes


def _of(known: Routes, situation: Situation) -> Sequence[Verb]:
    return [verb for verb in known.verbs.values() if verb.situation is situation and verb.listed]


def without_verb(request: Request, use: UseCases, known: Routes) -> Reply:
    """What was typed begins with no verb. Nothing of it is lost (PRODUCT 2.2, parsing rules).

    Nothing typed: how things stand here. A word close to a verb: did you mean. Else, outside of an incident's
    channel: an offer to declare it.
    """
    if not request.text.strip():
        return _tray(request, use)
    words = parse(request.text)
    near = nearest(words.verb, known.words)
    here = use.lookup.here(request.channel, request.user) is not None
    if near is None and not here and not request.called:
        return which_severity(request.text, use.lookup.policy)
    facts = {"word": words.verb, "near": near, "rest": words.rest, "text": request.text, "here": here}
    return Reply(template="reply_unknown_verb", facts=facts)


def _tray(request: Request, use: UseCases) -> Reply:
    """How things stand, with the buttons that lead on: the incident's own, else to declare and to list."""
    incident = use.lookup.here(request.channel, request.user)
    if incident is not None:
        row = blocks.next_steps(
            incident.ref, untitled=not incident.title, is_open=incident.is_open,
            is_resolved=incident.status is Status.RESOLVED,
        )  # fmt: skip
        return replace(status(request, use), blocks=(row,))
    buttons = (
        blocks.button("Declare an incident", "declare_which", ""),
        blocks.button("List all", "list_all", ""),
    )
    return replace(listing(request, use), blocks=(blocks.actions(*buttons),))
