"""Two incidents that are one: ``merge``."""

from bot.domain.incident import Incident
from bot.domain.merging import could_take
from bot.domain.refusal_endings import MergeNeedsTarget
from bot.domain.words import incident_word
from handlers.asking import Asked, fitting, incident_meant
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
    named, _, reason = _after_into(asked.text).partition(" ")
    word = incident_word(named)
    if word is None:
        raise MergeNeedsTarget(instead=_instead(asked.incident, request, use))
    target = incident_meant(word, request, use)
    use.endings.merge(asked.incident.ref, into=target.ref, by=request.user, reason=fitting(reason.strip()))
    facts = {"ref": asked.incident.ref, "into": target.ref, "channel_id": target.channel_id}
    return Reply(template="reply_merged", facts=facts)


def _instead(incident: Incident, request: Request, use: UseCases) -> str:
    """The newest other incident in which it could go on and that the asker may see; else the list of them."""
    seen = use.lookup.listed(open_only=True, user=request.user)
    other = next((one for one in seen if could_take(incident, one)), None)
    return f"merge {incident.ref} into {other.ref}" if other else "list"


def _after_into(text: str) -> str:
    """*text* without the word ``into`` before it."""
    words = " ".join(text.split())
    return words[5:] if words.lower().startswith("into ") else words


def _source(request: Request, use: UseCases) -> Asked:
    """The incident that goes on elsewhere: named first where a second one follows, else the channel's own."""
    first, _, rest = " ".join(request.text.split()).partition(" ")
    one, two = incident_word(first), incident_word(_after_into(rest).partition(" ")[0])
    if one and two and (two.number is None or _after_into(rest) != rest):  # "2" may begin the reason
        return Asked(incident=incident_meant(one, request, use), text=rest)
    here = incident_meant(None, request, use, typed=request.typed)
    return Asked(incident=here, text=request.text)
