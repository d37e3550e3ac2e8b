"""The form of ``impact``: each measure by its name, filled with what is recorded, and whom it hit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.impact import MEASURES, REPEATED, record_impact
from bot.domain.incident import Incident
from bot.domain.mrkdwn import plain
from bot.domain.recording import PARTS
from bot.domain.refusal import NotANumber
from bot.domain.writing import with_new
from bot.slack import blocks
from handlers.asking import incident_here
from handlers.filled import Edited, about_known, fits, known_form, theirs
from handlers.measures import record, window
from handlers.openers import Openers
from handlers.routes import DONE, Reply, Request, Routes, UseCases

routes = Routes()
openers = Openers()
EXAMPLES: Mapping[str, str] = {
    "level": "High", "customers": "1847 or ~1,900", "pct": "100", "users": "52,000 or ~50K", "pct_users": "12.5",
    "transactions": "2.3M", "requests_failed": "2.3M", "tickets": "289", "revenue": "125,000 or ~1.2M",
    "regions": "eu-west-1, us-east-1", "data_loss": "none, or what was lost",
}  # fmt: skip
SINGLE = tuple(key for key in MEASURES if key not in REPEATED)
"""Measures with one value, which the form shows."""
ADDED: Mapping[str, tuple[str, str]] = {
    "detail": ("Details", "Like: checkout failed for one in three."),
    "window": ("Impact windows", "Like 14:02-14:30, one for each stretch that customers felt."),
    "segment": ("Customers by segment", "Like Enterprise: 127 customers."),
    "region": ("Customers by region", "Like Europe: 312 customers (17%)."),
    "product": ("Products or services", "Like Checkout: no orders for 80 minutes."),
    "timezone": ("Impact by time zone", "Like Europe/Berlin: business hours."),
    "customer": ("Named customers", "Like Example Corp."),
}
"""What may be recorded more than once: label and example. What is written there comes beside what is recorded."""


@openers.opens("impact", label="Record the impact: customers, requests, data loss …")
def impact_form(incident: Incident, request: Request, use: UseCases) -> Reply:
    """The form, filled with what is recorded."""
    return _form(incident, request, use, ())


def _form(incident: Incident, request: Request, use: UseCases, clashes: Sequence[tuple[str, str]]) -> Reply:
    shown = _recorded(incident)
    fields = [
        blocks.text_input(key, MEASURES[key].name, initial=shown[key], placeholder=f"Like {EXAMPLES[key]}")
        for key in SINGLE
        if fits(shown[key])
    ]
    zone = use.lookup.zone_of(request.user).key
    for key, (label, example) in ADDED.items():
        said = f" Times are in {zone} time." if key == "window" else ""
        hint = f"{example} One a line; it comes beside what is recorded.{said}"
        fields.append(blocks.text_input(key, label, multiline=True, hint=hint))
    form = blocks.form("impact_form", "Impact", "Record", fields, about=about_known(incident.ref, shown))
    too_long = [MEASURES[key].name for key in SINGLE if not fits(shown[key])]
    shows = any(shown.values())
    return known_form(
        form, too_long=too_long, clashes=clashes, verb="impact", shows=shows, typed=request.fields
    )


def _recorded(incident: Incident) -> dict[str, str]:
    """The measures as the form shows them, as they were typed."""
    texts = {str(each["name"]): str(each["text"]) for each in incident.facts.get("impact_metrics", ())}
    return {key: texts.get(MEASURES[key].name, "").strip() for key in SINGLE}


@routes.form("impact_form", verb="impact", typed="impact customers=1847 pct=12 data_loss=none")
def keep_impact(request: Request, use: UseCases) -> Reply:
    """Record what is new in the form; a number that is none is refused at its field."""
    incident = incident_here(replace(request, value=request.value.partition(" ")[0]), use)
    form, now = Edited(request, use, _recorded(incident)), _recorded(incident)
    told: dict[str, tuple[str, ...]] = {}
    for key, values in _written(form).items():
        with form.about(key):
            told[key] = _checked(key, values, incident, request, use)
    form.check()
    if clashes := form.clashes(SINGLE):
        return _form(incident, request, use, [(MEASURES[key].name, theirs(now[key])) for key in clashes])
    left = [MEASURES[key].name for key in form.emptied(SINGLE)]
    if not told:
        return Reply(template="reply_nothing_new", facts={"left": left}) if left else DONE
    reply = record(incident, told, request, use)
    return replace(reply, facts={**reply.facts, "left": left})


def _written(form: Edited) -> dict[str, tuple[str, ...]]:
    """What is new in the form, by key; what may be recorded more than once has a line for each."""
    told = {key: (form.text(key),) for key in SINGLE if form.is_new(key)}
    lines = {key: tuple(filter(None, map(str.strip, form.text(key).splitlines()))) for key in ADDED}
    return {key: values for key, values in {**told, **lines}.items() if values}


def _checked(
    key: str, values: tuple[str, ...], incident: Incident, request: Request, use: UseCases
) -> tuple[str, ...]:
    """*values* as they are recorded. Raises what is wrong with one of them, by the name of the field."""
    if key == "window":
        return tuple(window(value, request, use) for value in values)
    if key in PARTS:
        for value in values:
            with_new(incident, PARTS[key], plain(value))
        return values
    try:
        record_impact({}, {key: values})
    except NotANumber as error:
        raise type(error)(key=MEASURES[key].name, given=error.facts["given"]) from error
    return values
