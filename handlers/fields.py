"""What is known about an incident: ``set`` and ``impact``."""

from bot.domain.impact import LEVEL
from bot.domain.recording import FIELDS, settable
from bot.domain.refusal import UnknownField
from bot.domain.words import parse, unquote
from handlers.asking import fitting, incident_asked
from handlers.impact_form import impact_form
from handlers.measures import read_measures, record, window
from handlers.routes import Reply, Request, Routes, Situation, UseCases
from handlers.set_form import field_form, set_form
from handlers.setting import set_to

routes = Routes()
_SEVERITY = frozenset({"sev", "severity"})
"""What people try to set and is changed by a verb of its own."""
_MEASURED = frozenset({"customer_impact", "customer-impact"})
"""What is set and kept as a measure: ``impact level=High`` is the same."""


@routes.verb(
    "set",
    usage="<field> <value>",
    does="Sets a field: " + ", ".join(FIELDS) + ".",
    example="/incident set impact_start 09:23:15 PST",
    situation=Situation.RUN,
)
def set_field(request: Request, use: UseCases) -> Reply:
    """Set one field; times are read in the caller's zone."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if not words.verb:
        return set_form(asked.incident, request, use)
    if words.verb in _SEVERITY:
        instead = f"sev {words.rest or 'sev2'}"
        raise UnknownField(given=words.verb, known=", ".join(FIELDS), instead=instead)
    if words.verb.removesuffix("=") in _MEASURED and words.rest:
        use.lookup.allow("impact", request.user)
        return record(asked.incident, {LEVEL: (unquote(fitting(words.rest)),)}, request, use)
    name, _ = settable(words.verb.removesuffix("="))
    if not words.rest:
        return field_form(asked.incident, name, request, use)
    return set_to(asked.incident, name, words.rest, request, use)


@routes.verb(
    "impact",
    usage='key=value… segment="Enterprise: 127 customers" region=… product=… timezone=… customer=…',
    does="Records measures of impact, and whom it hit.",
    example="/incident impact customers=1847 pct=100 requests_failed=2.3M data_loss=none",
    situation=Situation.RUN,
)
def impact(request: Request, use: UseCases) -> Reply:
    """Record measures; an unknown key or a word where a number belongs is refused by name."""
    asked = incident_asked(request, use)
    if not asked.text:
        return impact_form(asked.incident, request, use)
    told = read_measures(fitting(asked.text))
    if "window" in told:
        told = {**told, "window": tuple(window(written, request, use) for written in told["window"])}
    return record(asked.incident, told, request, use)
