"""The forms of the end: ``resolve``, which asks and does not force what is known by now, and ``mitigate`` (DR-18)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.impact import MEASURES
from bot.domain.incident import Incident, moved
from bot.domain.lifecycle import refuse_resolved
from bot.domain.refusal import OutOfOrder
from bot.endings import Known
from bot.slack import blocks
from handlers.asking import incident_here, shown
from handlers.closing import mitigated
from handlers.filled import Edited, Filled, about_known, fits, in_zone, known_form, known_text, theirs
from handlers.openers import Openers
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
openers = Openers()
LABELS = {"root_cause": "Root cause", "data_loss": "Data loss", "restored": "End of impact"}
"""What a resolve asks beside its message, by the field's name."""


@routes.button("resolve_form", verb="resolve")
def ask_resolution(request: Request, use: UseCases) -> Reply:
    """The card's "Resolve". One that is over already is refused before anything is typed."""
    incident = incident_here(request, use)
    refuse_resolved(incident)
    return _resolution(incident, request, use)


def _resolution(
    incident: Incident, request: Request, use: UseCases, clashes: Sequence[tuple[str, str]] = ()
) -> Reply:
    known = _known(incident, request, use)
    too_long = [LABELS[name] for name, text in known.items() if not fits(text)]
    fields = [
        blocks.text_input(
            "message", "What brought it to an end", multiline=True,
            hint="Like: the pool was raised, all checks are green. It is the message in the channel.",
        ),
        blocks.text_input(
            "at", "When it was over", hint=in_zone("Left empty: now. Else like 09:23 or -10m", request, use)
        ),
        *_asked(known, request, use),
    ]  # fmt: skip
    form = blocks.form("resolve_form", "Resolve", "Resolve", fields, about=about_known(incident.ref, known))
    shows = any(known.values())
    return known_form(
        form, too_long=too_long, clashes=clashes, verb="set root_cause", shows=shows, typed=request.fields
    )


def _asked(known: Mapping[str, str], request: Request, use: UseCases) -> list[blocks.Block]:
    """What is asked beside the message; what is too long for a form is left out."""
    made = {
        "root_cause": blocks.text_input(
            "root_cause", LABELS["root_cause"], initial=known["root_cause"], multiline=True,
            hint=f"Can be added later: {use.lookup.policy.command} set root_cause …",
        ),
        "data_loss": blocks.text_input(
            "data_loss", LABELS["data_loss"], initial=known["data_loss"], hint="Like none, or what was lost."
        ),
        "restored": blocks.text_input(
            "restored", LABELS["restored"], initial=known["restored"],
            hint=in_zone("When customers felt nothing any more, like 09:23, -10m or now", request, use),
        ),
    }  # fmt: skip
    return [made[name] for name, text in known.items() if fits(text)]


def _known(incident: Incident, request: Request, use: UseCases) -> dict[str, str]:
    """What a resolve asks, as far as it is known, as the form shows it."""
    metrics = incident.facts.get("impact_metrics", ())
    loss = next((str(each["text"]) for each in metrics if each["name"] == MEASURES["data_loss"].name), "")
    at = incident.restored_at
    end = f"{at.astimezone(use.lookup.zone_of(request.user)):%Y-%m-%d %H:%M:%S}" if at else ""
    return {"root_cause": known_text(incident.root_cause, use), "data_loss": loss.strip(), "restored": end}


@routes.form("resolve_form", verb="resolve", typed="resolve What brought it to an end")
def keep_resolution(request: Request, use: UseCases) -> Reply:
    """A resolve by form; what stands in it unchanged is not recorded once more."""
    incident = incident_here(replace(request, value=request.value.partition(" ")[0]), use)
    now = _known(incident, request, use)
    form = Edited(request, use, now)
    message = form.text("message")
    over = form.time("at") if "at" in request.fields else None
    restored = form.time("restored") if form.is_new("restored") else None
    cause, loss = (form.text(name) if form.is_new(name) else "" for name in ("root_cause", "data_loss"))
    form.check()
    refuse_resolved(incident)
    if clashes := form.clashes(LABELS):
        return _resolution(incident, request, use, [(LABELS[name], theirs(now[name])) for name in clashes])
    known = Known(
        root_cause=cause,
        data_loss=loss,
        restored_at=restored.at if restored else None,
        restored=shown(restored, use),
    )
    for verb, is_told in (("set", known.root_cause or known.restored_at), ("impact", known.data_loss)):
        if is_told:
            use.lookup.allow(verb, request.user)
    try:
        use.endings.resolve_knowing(
            incident.ref,
            by=request.user,
            message=message,
            known=known,
            resolved_at=over.at if over else None,
        )
    except OutOfOrder as error:
        error.field = "restored" if error.facts["field"] == "restored" else "at"
        raise
    left = [LABELS[name] for name in form.emptied(LABELS)]
    facts = {"ref": incident.ref, "at": shown(over, use), "unknown": (), "left": left}
    return Reply(template="reply_resolved", facts=facts)


@openers.opens("mitigate", label="Say that the impact is contained")
def ask_mitigation(incident: Incident, request: Request, use: UseCases) -> Reply:
    """The form of ``mitigate``."""
    moved(incident, "mitigate")
    fields = [
        blocks.text_input(
            "message", "What contained it", multiline=True,
            hint="Like: traffic runs over the secondary. Written, it is an update too.",
        ),
        blocks.text_input(
            "at", "When", hint=in_zone("Left empty: now. Else like 09:23 or -5m", request, use)
        ),
    ]  # fmt: skip
    return Reply(form=blocks.form("mitigate_form", "Mitigated", "Mitigated", fields, about=incident.ref))


@routes.form("mitigate_form", verb="mitigate", typed="mitigate What contained it")
def keep_mitigation(request: Request, use: UseCases) -> Reply:
    """The impact is contained, as the form says."""
    incident = incident_here(request, use)
    form = Filled(request, use)
    message, at = form.text("message"), form.time("at")
    form.check()
    try:
        return mitigated(incident, request, use, message=message, at=at)
    except OutOfOrder as error:
        error.field = "at"
        raise
