"""Help, did-you-mean, and what to do with words that are no verb. It speaks of the verbs that it is given."""

from collections.abc import Sequence

from bot.domain.nearest import nearest
from bot.domain.words import parse
from handlers.declare import which_severity
from handlers.lookup import listing, status
from handlers.routes import Reply, Request, Routes, Situation, UseCases, Verb

TITLES = {
    Situation.START: "To start",
    Situation.RUN: "While it runs",
    Situation.FINISH: "To finish",
}


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
    def show(request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - every handler is given both
        """All verbs by situation, or one of them."""
        known = others + routes
        word = parse(request.text).verb
        verb = known.find(word) if word else None
        if verb is not None:
            return Reply(template="reply_help_verb", facts={"verb": verb})
        groups = [(title, _of(known, situation)) for situation, title in TITLES.items()]
        return Reply(template="reply_help", facts={"groups": groups})

    return routes


def _of(known: Routes, situation: Situation) -> Sequence[Verb]:
    return [verb for verb in known.verbs.values() if verb.situation is situation]


def without_verb(request: Request, use: UseCases, known: Routes) -> Reply:
    """What was typed begins with no verb. Nothing of it is lost (PRODUCT 2.2, parsing rules).

    Nothing typed: how things stand here. A word close to a verb: did you mean. Else, outside of an incident's
    channel: an offer to declare it.
    """
    if not request.text.strip():
        here = use.incidents.here(request.channel)
        return status(request, use) if here is not None else listing(request, use)
    word = parse(request.text).verb
    near = nearest(word, known.words)
    if near is None and use.incidents.here(request.channel) is None:
        return which_severity(request.text, use.incidents.policy)
    rest = request.text.strip()[len(word) :].strip()
    return Reply(
        template="reply_unknown_verb", facts={"word": word, "near": near, "rest": rest, "text": request.text}
    )
