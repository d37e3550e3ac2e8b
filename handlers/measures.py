"""What ``impact`` is told, by command or form: read, recorded, answered."""

import re
from collections.abc import Mapping

from bot.domain.impact import MEASURES, NONE
from bot.domain.incident import Incident
from bot.domain.nearest import nearest
from bot.domain.recording import PARTS, echoed
from bot.domain.refusal import NoMeasures, UnknownMeasure
from bot.domain.refusal_fields import NoWindow
from bot.domain.times import parse_time
from bot.domain.words import split
from handlers.routes import Reply, Request, UseCases

_BETWEEN = tuple(
    re.compile(pattern)
    for pattern in (r"\s+to\s+", r"\s*[\u2013\u2014]\s*", r"\s+-\s+", r"(?<=\d)-(?=\d{1,2}:\d{2})")
)
"""What stands between the two times of a window, the surest first: an offset has a dash too."""


def record(incident: Incident, told: Mapping[str, tuple[str, ...]], request: Request, use: UseCases) -> Reply:
    """Record what is *told* of the impact, and answer with it. Raises refusals."""
    measures = {key: values for key, values in told.items() if key in MEASURES}
    parts = {key: values for key, values in told.items() if key in PARTS}
    use.incidents.record_impact(incident.ref, by=request.user, measures=measures, parts=parts)
    shown_measures = [f"{key}={echoed(key, value)}" for key, values in told.items() for value in values]
    return Reply(template="reply_impact", facts={"measures": shown_measures, "left": ()})


def window(written: str, request: Request, use: UseCases) -> str:
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
