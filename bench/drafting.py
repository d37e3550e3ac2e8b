"""P6: what a draft of a long incident costs, in time and in memory."""

import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from jinja2 import Environment, FileSystemLoader, Template

from bench.measure import Ratio, alternating, ratios
from bench.place import policy
from bot.domain import postmortem
from bot.domain.incident import Incident
from bot.domain.mrkdwn import NOBODY
from bot.domain.opening import Wanted, declared
from bot.domain.timeline import Entry, Kind, Source
from bot.formats import FORMATS
from bot.render import TEMPLATES

ROWS, MANY_ROWS = 10_000, 100_000
SIGNS = "looking at node_{n}: *errors* &amp; [latency] are up | {n} ms"
"""What Markdown would take for its own."""
WORDS = "looking at node {n}: errors and latency are up, {n} ms"
FORMAT = "report"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def draft_of_a_long_incident() -> Iterator[Ratio]:
    """P6: rendering against plain Jinja2 that escapes nothing, and the memory that a very long one takes."""
    yield _rendering("four signs to escape in each", SIGNS)
    yield _rendering("none of them with a sign to escape", WORDS)
    what = (
        f"memory while a draft of {MANY_ROWS:,} entries is rendered, beyond what it is made of and the text"
    )
    yield Ratio(number="P6", what=what, values=(_megabytes(),), goal=30.0, hoped=2.0, unit="MB")


def _rendering(which: str, text: str) -> Ratio:
    made = postmortem.draft(_incident(), _entries(ROWS, text), policy=policy(), names=NOBODY)
    template, facts = _plain(), {"d": made, "asked": list(made.prompts.values())}
    mine, theirs = alternating(lambda: FORMATS[FORMAT].render(made), lambda: template.render(facts))
    what = f"a draft of {ROWS:,} entries, {which}, sandboxed and escaped ÷ the same template in plain Jinja2"
    note = f"{1e3 * sorted(mine)[len(mine) // 2]:.0f} ms"
    return Ratio(number="P6", what=what, values=ratios(mine, theirs), goal=1.5, hoped=1.1, note=note)


def _plain() -> Template:
    """The yardstick: our template where nothing is sandboxed and nothing escaped."""
    plain = Environment(
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the yardstick
    )
    plain.filters |= dict.fromkeys(("md", "cell", "fence", "duration", "when", "said", "clock"), str)
    return plain.get_template(f"postmortem/{FORMAT}.md.j2")


def _megabytes() -> float:
    made = postmortem.draft(_incident(), _entries(MANY_ROWS, SIGNS), policy=policy(), names=NOBODY)
    tracemalloc.start()
    try:
        text = FORMATS[FORMAT].render(made)
        return (tracemalloc.get_traced_memory()[1] - sys.getsizeof(text)) / 1e6
    finally:
        tracemalloc.stop()


def _incident() -> Incident:
    wanted = Wanted(by="U1", title="checkout is down", severity="P0")
    return declared(wanted, ref="INC-2026-0302-001", at=AT, policy=policy()).incident


def _entries(many: int, text: str) -> list[Entry]:
    """Notes of people, one a second."""
    return [
        Entry(
            incident="INC-2026-0302-001", at=AT + timedelta(seconds=n), recorded_at=AT, kind=Kind.NOTE,
            text=text.format(n=n), source=Source.MESSAGE,
            author="U1", channel_id="C1", ts=f"{AT.timestamp() + n:.6f}", marks=("pin",),
        )
        for n in range(many)
    ]  # fmt: skip
