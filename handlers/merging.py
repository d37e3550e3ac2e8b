"""Two incidents that are one: ``merge``."""

from dataclasses import replace

from bot.domain.refusal_endings import MergeNeedsTarget
from bot.domain.words import incident_word, parse
from handlers.asking import Asked, fitting, incident_asked, incident_meant
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "merge",
    aliases=("dup", "duplicate"),
    usage="[into] <incident> [reason]",
    does="This incident goes on in another one; both name each other, and this one is silent.",
    example="/incident merge into INC-2026-0302-001 same database",
    situation=Situation.FINISH,
)
def merge(request: Request, use: UseCases) -> Reply:
    """Merge the channel's incident, or the one that is named first, into the one that is named after it."""
    asked = _source(request, use)
    words = parse(asked.text)
    named = parse(words.rest) if words.verb == "into" else words
    word = incident_word(named.words[0]) if named.words else None
    if word is None:
        raise MergeNeedsTarget
    target = incident_meant(word, request, use)
    use.endings.merge(asked.incident.ref, into=target.ref, by=request.user, reason=fitting(named.rest))
    facts = {"ref": asked.incident.ref, "into": target.ref, "channel_id": target.channel_id}
    return Reply(template="reply_merged", facts=facts)


def _source(request: Request, use: UseCases) -> Asked:
    """The incident that goes on elsewhere: named first where a second one follows, else the channel's own."""
    first, _, rest = request.text.strip().partition(" ")
    second = rest.strip().removeprefix("into ").strip().partition(" ")[0]
    two = incident_word(first) is not None and incident_word(second) is not None
    if two and first.lower() != "into":
        return replace(incident_asked(replace(request, text=first), use, number=True), text=rest)
    here = incident_asked(replace(request, text=""), use)
    return replace(here, text=request.text)
