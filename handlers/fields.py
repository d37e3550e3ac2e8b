"""What is known about an incident: ``set`` and ``impact``."""

import re
from collections.abc import Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.domain.impact import LEVEL, MEASURES, NONE
from bot.domain.incident import Incident
from bot.domain.nearest import nearest
from bot.domain.recording import FIELDS, PARTS, Settable, settable
from bot.domain.refusal import NoMeasures, NothingToSet, UnknownField, UnknownMeasure, ZoneWithoutPlace
from bot.domain.refusal_fields import NoWindow, WhichField
from bot.domain.times import parse_time
from bot.domain.windows import measured
from bot.domain.words import parse, split, unquote
from bot.domain.zones import find_zone
from handlers.asking import fitting, incident_asked, shown
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
_BETWEEN = tuple(
    re.compile(pattern)
    for pattern in (r"\s+to\s+", r"\s*[\u2013\u2014]\s*", r"\s+-\s+", r"(?<=\d)-(?=\d{1,2}:\d{2})")
)
"""What stands between the two times of a window, the surest first: an offset has a dash too."""
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
        raise WhichField(known=", ".join(FIELDS))
    if words.verb in _SEVERITY:
        instead = f"sev {words.rest or 'sev2'}"
        raise UnknownField(given=words.verb, known=", ".join(FIELDS), instead=instead)
    if words.verb.removesuffix("=") in _MEASURED and words.rest:
        use.lookup.allow("impact", request.user)
        return _record(asked.incident, {LEVEL: (unquote(fitting(words.rest)),)}, request, use)
    name, field = settable(words.verb.removesuffix("="))
    if not words.rest:
        raise NothingToSet(field=name)
    value, echo = _value(field, fitting(words.rest), asked.incident, request, use)
    change = use.incidents.set_field(asked.incident.ref, by=request.user, field=name, value=value, echo=echo)
    shown_value = change.incident.title if name == "title" else echo
    facts = {
        "field": field.label,
        "value": shown_value,
        "same": change.is_nothing,
        "shortened": name == "title" and shown_value != " ".join(echo.split()),
    }
    return Reply(template="reply_set", facts=facts)


def _value(
    field: Settable, text: str, incident: Incident, request: Request, use: UseCases
) -> tuple[object, str]:
    """The value that *text* means for *field*, and its echo. Raises refusals."""
    if field.is_time:
        zone = use.lookup.zone_of(request.user)
        said = parse_time(text, now=use.lookup.now(), zone=zone)
        return said.at, shown(said, use)
    if field.is_list:
        names = tuple(name.strip() for name in text.split(",") if name.strip())
        return names, ", ".join(names)
    if field.is_zone:
        near = ZoneInfo(incident.timezone) if incident.timezone else use.lookup.policy.zone
        found = find_zone(text, near=near)
        name = "Etc/UTC" if found is UTC else getattr(found, "key", None)
        if name is None:
            raise ZoneWithoutPlace(given=text)
        return name, name
    whole = unquote(text)
    return whole, whole


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
    told = read_measures(fitting(asked.text))
    if "window" in told:
        told = {**told, "window": tuple(_window(written, request, use) for written in told["window"])}
    return _record(asked.incident, told, request, use)


def _record(
    incident: Incident, told: Mapping[str, tuple[str, ...]], request: Request, use: UseCases
) -> Reply:
    measures = {key: values for key, values in told.items() if key in MEASURES}
    parts = {key: values for key, values in told.items() if key in PARTS}
    use.incidents.record_impact(incident.ref, by=request.user, measures=measures, parts=parts)
    shown_measures = [f"{key}={_echo(key, value)}" for key, values in told.items() for value in values]
    return Reply(template="reply_impact", facts={"measures": shown_measures})


def _echo(key: str, value: str) -> str:
    """A window is shown in UTC, whatever zone it was typed in."""
    return measured(key, value)["text"] if key == "window" and value != NONE else value


def _window(written: str, request: Request, use: UseCases) -> str:
    """``14:02-14:30`` in the caller's zone as ``START/END`` in ISO times; ``none`` stays. Raises NoWindow."""
    if written.lower() == NONE:
        return NONE
    ends = next((found for sign in _BETWEEN if len(found := sign.split(written.strip(), maxsplit=1)) > 1), [])
    if not ends:
        raise NoWindow(given=written)
    zone, now = use.lookup.zone_of(request.user), use.lookup.now()
    start, end = (parse_time(each.strip(), now=now, zone=zone).at for each in ends)
    if end <= start:
        raise NoWindow(given=written)
    return f"{start.isoformat()}/{end.isoformat()}"


def read_measures(text: str) -> dict[str, tuple[str, ...]]:
    """``customers=1847 pct=100`` by key. Raises UnknownMeasure for a key that is none, NoMeasures for no key at all."""
    words = (*MEASURES, *PARTS)
    known = ", ".join(words)
    said = split(text, keys=frozenset(words))
    if said.unknown:
        given = said.unknown[0].partition("=")[0]
        raise UnknownMeasure(given=given, known=known, near=nearest(given, sorted(words)) or "customers")
    if not said.options or said.text.strip():
        raise NoMeasures(known=known)
    return dict(said.options)
