"""Postmortem: a draft on demand, its owner."""

from dataclasses import replace

from bot.domain.refusal import NobodyNamed, UnknownPostmortemStep
from bot.domain.words import incident_word, parse, split
from handlers.asking import incident_asked, person
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


def _named_first(text: str) -> str:
    """*text* with a whole reference, wherever it stands, at its beginning: no word of this verb looks like one."""
    words = text.split()
    named = [word for word in words if (meant := incident_word(word)) is not None and meant.reference]
    return " ".join([*named[:1], *(word for word in words if word not in named[:1])])


@routes.verb(
    "postmortem",
    aliases=("pm", "retro"),
    usage="draft [format=full|report|sre|outage|classic] | owner @name",
    does="Makes a draft from the record now, or hands it to an owner.",
    example="/incident postmortem draft format=report",
    situation=Situation.FINISH,
)
def postmortem(request: Request, use: UseCases) -> Reply:
    """A draft, or a new owner for it."""
    asked = incident_asked(replace(request, text=_named_first(request.text)), use, number=True)
    words = parse(asked.text)
    if words.verb == "owner":
        if not words.words:
            raise NobodyNamed(verb="postmortem owner")
        owner = person(words.words[0], request, use)
        use.incidents.own_postmortem(asked.incident.ref, by=request.user, owner=owner)
        return Reply(template="reply_owner", facts={"ref": asked.incident.ref, "owner": owner})
    said = split(asked.text, keys=frozenset({"format"}))
    if said.text.strip().lower() not in {"", "draft"}:
        raise UnknownPostmortemStep(given=said.text.strip())
    change = use.incidents.want_draft(asked.incident.ref, format=said.one("format"))
    facts = {"ref": asked.incident.ref, "format": change.incident.draft_format}
    return Reply(template="reply_draft", facts=facts)
