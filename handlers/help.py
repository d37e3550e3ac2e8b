"""Help, did-you-mean, and what to do with words that are no verb. It speaks of the verbs that it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.nearest import nearest
from bot.domain.refusal import UnknownSeverity
from bot.domain.words import parse
from bot.slack import blocks
from handlers.declare import severity_alone, which_severity
from handlers.lookup import listing, status
from handlers.routes import Reply, Request, Routes, Situation, UseCases, Verb

TITLES = {
    Situation.START: "To start",
    Situation.RUN: "While it runs",
    Situation.FINISH: "To finish",
}
SITUATIONS = frozenset(situation.value for situation in Situation)
"""``start`` is a verb too (declare): of its situation it is the first one."""
SHORT = 5
"""Words of up to so many letters lie one slip away from the verb that is meant: `site` is none, it is what broke."""
LEADS = 5
"""Open incidents to whose status the tray has a button: the newest."""
_ABOUT_ONE = frozenset({Situation.RUN, Situation.FINISH})
"""Verbs of these are about one incident: the channel's, or the one that is named first."""


def help_for(others: Routes) -> Routes:
    """The verb ``help``, which tells of *others* and of itself."""
    routes = Routes()

    @routes.verb(
        "help",
        usage="[verb] | start | run | finish",
        does="Shows this, one verb with an example, or all verbs to start, to run or to finish.",
        example="/incident help declare",
        situation=Situation.START,
        changes=False,
    )
    def show(request: Request, use: UseCases) -> Reply:
        """The few verbs that matter by situation; all of one situation; or one verb."""
        known = others + routes
        word = parse(request.text).verb
        if not word or word in SITUATIONS:
            return _told(word, known, use)
        verb = known.find(word)
        if verb is None:
            near = nearest(word, [*known.words, *SITUATIONS], distance=1 if len(word) <= SHORT else 2)
            facts = {
                "word": word,
                "near": f"help {near}" if near else "",
                "rest": "",
                "text": "",
                "here": False,
                "declares": False,
            }
            return Reply(template="reply_unknown_verb", facts=facts)
        left_to = use.lookup.policy.allow.get(verb.stands_for)
        facts = {
            "verb": verb, "about": verb.situation in _ABOUT_ONE,
            "left_to": ", ".join(left_to) or "nobody" if left_to is not None else "",
        }  # fmt: skip
        return Reply(template="reply_help_verb", facts=facts)

    @routes.button("help_about", verb="help")
    def turn(request: Request, use: UseCases) -> Reply:
        """The buttons below help: one situation in full, or all of them in short."""
        return _told(request.value if request.value in SITUATIONS else "", others + routes, use)

    return routes


def _told(word: str, known: Routes, use: UseCases) -> Reply:
    """All verbs in short, or with *word* those of one situation in full; the buttons turn to the others."""
    turns = [(title, situation.value) for situation, title in TITLES.items() if situation.value != word]
    turns += [("All in short", "all")] if word else []
    row = blocks.actions(*(blocks.button(title, f"help_about:{to}", to) for title, to in turns))
    if not word:
        facts: dict[str, Any] = {
            "groups": [(each["title"], each["few"], each["more"]) for each in guide(known)],
            "emoji": use.lookup.policy.emoji,
            "star": use.lookup.policy.star,
            "repeat": use.lookup.policy.repeat,
            "called": f"@{use.lookup.me().handle}",
        }
        return Reply(template="reply_help", facts=facts, blocks=(row,))
    situation = Situation(word)
    facts = {"title": TITLES[situation], "verbs": _of(known, situation)}
    return Reply(template="reply_help_situation", facts=facts, blocks=(row,))


def guide(known: Routes) -> tuple[Mapping[str, Any], ...]:
    """Help in short, for each situation the facts of ``help_group``: its title, the few verbs that matter, more."""
    return tuple(
        {
            "title": title,
            "word": situation.value,
            "few": [verb for verb in _of(known, situation) if verb.often],
            "more": [verb for verb in _of(known, situation) if not verb.often],
        }
        for situation, title in TITLES.items()
    )


def _of(known: Routes, situation: Situation) -> Sequence[Verb]:
    """Its verbs, those first that are needed most."""
    of = [verb for verb in known.verbs.values() if verb.situation is situation and verb.listed]
    return sorted(of, key=lambda verb: not verb.often)


def without_verb(request: Request, use: UseCases, known: Routes) -> Reply:
    """What was typed begins with no verb. Nothing of it is lost (PRODUCT 2.2, parsing rules).

    Nothing typed: how things stand here. A severity: the button that declares. A word close to a verb: did you mean.
    Else, outside of an incident's channel: an offer to declare it.
    """
    if not request.text.strip():
        return _tray(request, use)
    words = parse(request.text)
    here = use.lookup.here(request.channel, request.user) is not None
    try:
        severity = use.lookup.policy.severity(words.verb)
    except UnknownSeverity:
        pass
    else:
        return severity_alone(severity, words.rest, here=here)
    long_ones = [word for word in known.words if len(word) > 2]  # noqa: PLR2004 - any short word is near to "ce"
    near = nearest(words.verb, long_ones, distance=1 if len(words.verb) <= SHORT else 2)
    if near is None and not here and not request.called:
        return which_severity(request.text, use.lookup.policy)
    facts = {
        "word": words.verb, "near": near, "rest": words.rest, "text": request.text, "here": here,
        "declares": bool(near and words.rest) and not here and not request.called,
    }  # fmt: skip
    return Reply(template="reply_unknown_verb", facts=facts)


def _tray(request: Request, use: UseCases) -> Reply:
    """How things stand, with the buttons that lead on: the incident's own, else to declare and to each open one."""
    guide_button = blocks.button("Help", "help_about:all", "all")
    if use.lookup.here(request.channel, request.user) is not None:
        reply = status(request, use)
        (row,) = reply.blocks
        return replace(reply, blocks=(blocks.actions(*row["elements"], guide_button),))
    reply = listing(request, use)
    first = [row["incident"].ref for row in reply.facts["rows"][:LEADS]]
    row = blocks.actions(
        blocks.button("Declare an incident", "declare_form", "", style="primary"),
        blocks.button("List all", "list_all", ""),
        guide_button,
    )
    each = [blocks.button(f"Status {ref}", f"status:{ref}", ref) for ref in first]
    return replace(reply, blocks=(*([blocks.actions(*each)] if each else []), row))
