"""What ``set`` is told, by command or form: read and set."""

from datetime import UTC
from zoneinfo import ZoneInfo

from bot.domain.incident import Incident
from bot.domain.recording import FIELDS, NOTHING, Settable
from bot.domain.recurrence import By, meant
from bot.domain.refusal import ZoneWithoutPlace
from bot.domain.times import parse_time
from bot.domain.words import unquote
from bot.domain.zones import find_zone
from handlers.asking import fitting, shown
from handlers.routes import Reply, Request, UseCases

_TAGS = {"service": By.SERVICE, "cause": By.CAUSE}


def set_to(incident: Incident, name: str, text: str, request: Request, use: UseCases) -> Reply:
    """Set the field *name* of FIELDS to what *text* means, and answer with it. Raises refusals."""
    field = FIELDS[name]
    value, echo = _value(field, fitting(text), incident, request, use)
    near = _meant(name, value, incident, use)
    change = use.incidents.set_field(incident.ref, by=request.user, field=name, value=value, echo=echo)
    shown_value = change.incident.title if name == "title" else echo
    facts = {
        "field": field.label,
        "name": name,
        "value": shown_value,
        "same": change.is_nothing,
        "near": [] if change.is_nothing else near,
        "shortened": name == "title" and shown_value != " ".join(echo.split()),
    }
    return Reply(template="reply_set", facts=facts)


def _meant(name: str, value: object, incident: Incident, use: UseCases) -> list[tuple[str, str]]:
    """New tags, each with the known one that it may be a slip for: a tag that nobody else has recurs nowhere."""
    by = _TAGS.get(name)
    if by is None or not isinstance(value, tuple):
        return []
    new = [word for word in value if word.lower() != NOTHING]
    return [(word, near) for word, near in meant(new, use.incidents.known_words(incident, by))]


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
