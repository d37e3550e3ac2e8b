"""The forms of ``set``: which field, then its value, filled with what it is."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.incident import Incident
from bot.domain.recording import FIELDS
from bot.domain.refusal import OutOfDate, OutOfOrder
from bot.slack import blocks
from handlers.asking import incident_here
from handlers.filled import Edited, about_known, fits, in_zone, known_form, known_text, theirs
from handlers.openers import Openers
from handlers.routes import DONE, Reply, Request, Routes, UseCases
from handlers.setting import set_to

routes = Routes()
openers = Openers()
_LONG = frozenset({"summary", "root_cause", "resolution"})
_HINTS = {
    "title": "What is wrong, in one line.",
    "service": "Several with commas between, like: checkout, payments",
    "cause": "Tags, with commas between, like: database, connection-pool. Write none to take them away.",
    "classification": "Who may read its documents, like: Internal",
    "customer": "Write none to take it away.",
    "customer_contact": "Write none to take it away.",
    "tz": "A place, like Europe/Madrid.",
}


@openers.opens("set", label="Set a field: title, services, times, root cause …")
def set_form(incident: Incident, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - as all of them
    """The choice of the field."""
    options = [(name, field.label) for name, field in FIELDS.items()]
    fields = [blocks.choice("field", "Which field", options, initial="title")]
    return Reply(form=blocks.form("set_which", "Set a field", "Next", fields, about=incident.ref))


@routes.form("set_which", verb="set", typed="set title What is wrong")
def chosen(request: Request, use: UseCases) -> Reply:
    """The field that was chosen takes the place of the choice."""
    name = request.fields["field"]
    if name not in FIELDS:
        raise OutOfDate
    return field_form(incident_here(request, use), name, request, use)


def field_form(
    incident: Incident, name: str, request: Request, use: UseCases, clashes: Sequence[tuple[str, str]] = ()
) -> Reply:
    """The form of one field, with what it is."""
    known, now = FIELDS[name], _now(incident, name, request, use)
    hint = in_zone("Like 09:23 or -10m", request, use) if known.is_time else _HINTS.get(name, "")
    field = blocks.text_input(
        "value", known.label, initial=now if fits(now) else "", multiline=name in _LONG, optional=False, hint=hint
    )  # fmt: skip
    about = about_known(f"{incident.ref} {name}", {"value": now})
    form = blocks.form("set_form", "Set a field", "Save", [field], about=about)
    too_long = [] if fits(now) else [known.label]
    return known_form(form, too_long=too_long, clashes=clashes, verb="", shows=False, typed=request.fields)


def _now(incident: Incident, name: str, request: Request, use: UseCases) -> str:
    """The value as the form shows it: times as the caller would type them."""
    field = FIELDS[name]
    value = getattr(incident, field.attribute)
    if not value:
        return ""
    if field.is_time:
        return f"{value.astimezone(use.lookup.zone_of(request.user)):%Y-%m-%d %H:%M:%S}"
    return known_text(", ".join(value) if field.is_list else str(value), use)


@routes.form("set_form", verb="set", typed="set title What is wrong")
def keep(request: Request, use: UseCases) -> Reply:
    """The value that was written; what was left as shown is not set once more."""
    ref, name, *_ = (*request.value.split(" "), "")
    if name not in FIELDS:
        raise OutOfDate
    incident = incident_here(replace(request, value=ref), use)
    now = _now(incident, name, request, use)
    form = Edited(request, use, {"value": now})
    text = form.text("value")
    form.check()
    if form.clashes(["value"]):
        return field_form(incident, name, request, use, [(FIELDS[name].label, theirs(now))])
    if not form.is_new("value"):
        return DONE
    try:
        return set_to(incident, name, text, request, use)
    except OutOfOrder as error:
        error.field = "value"
        raise
