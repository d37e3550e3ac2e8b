"""The form of ``note``, and what notes a fact, by command or form."""

from collections.abc import Sequence

from bot.domain.hypothesis import with_outcome
from bot.domain.incident import Incident
from bot.domain.refusal import NoteNeedsText
from bot.domain.timeline import Kind
from bot.domain.times import Moment
from bot.slack import blocks
from handlers.asking import fitting, incident_here, shown
from handlers.filled import Filled, in_zone
from handlers.openers import Openers
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
openers = Openers()
KINDS = (
    Kind.NOTE, Kind.FINDING, Kind.DECISION, Kind.ACTION, Kind.HYPOTHESIS, Kind.RESULT, Kind.IMPACT,
    *(kind for kind in Kind if kind is not Kind.MESSAGE),
)  # fmt: skip
"""What can be noted; first what is noted most."""


@openers.opens("note", label="Put something on the timeline")
def note_form(incident: Incident, request: Request, use: UseCases) -> Reply:
    """The form, empty."""
    options = [(kind.value, kind.value.replace("-", " ").capitalize()) for kind in dict.fromkeys(KINDS)]
    fields = [
        blocks.text_input("text", "What happened", multiline=True, optional=False),
        blocks.choice("kind", "Kind", options, initial=Kind.NOTE.value),
        blocks.text_input(
            "at", "When", hint=in_zone("Left empty: now. Else like 09:23 or -10m", request, use)
        ),
        blocks.text_input("link", "Link", placeholder="https://…"),
        blocks.text_input("outcome", "Outcome", hint="Of a hypothesis, like: rejected"),
    ]  # fmt: skip
    return Reply(form=blocks.form("note_form", "On the timeline", "Add", fields, about=incident.ref))


@routes.form("note_form", verb="note", typed="note decision: fail over to the secondary at=-10m")
def keep(request: Request, use: UseCases) -> Reply:
    """Note what was written."""
    incident = incident_here(request, use)
    form = Filled(request, use)
    kind, text, at = form.one_of("kind", {kind.value for kind in KINDS}), form.text("text"), form.time("at")
    link, outcome = form.line("link"), form.line("outcome")
    if not text:
        with form.about("text"):
            raise NoteNeedsText
    form.check()
    said = with_outcome(text, outcome) if outcome else text
    return noted(incident, request, use, kind=Kind(kind), text=said, at=at, link=link or None)


def noted(
    incident: Incident,
    request: Request,
    use: UseCases,
    *,
    kind: Kind,
    text: str,
    at: Moment | None,
    link: str | None,
    unknown: Sequence[str] = (),
) -> Reply:
    """Put *text* on the timeline. *unknown*: what looked like an option and is part of it. Raises refusals."""
    echo = shown(at, use)
    use.incidents.note(
        incident.ref, by=request.user, kind=kind, text=fitting(text), when=at, link=link, echo=echo
    )
    return Reply(template="reply_noted", facts={"kind": kind.value, "at": echo, "unknown": unknown})
