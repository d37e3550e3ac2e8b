"""Acceptance replays of PRODUCT section 7 whose documents are what counts: C, D and E, imported and drawn up."""

import re

import pytest

from bot.archive import Archive
from bot.domain.incident import Status
from bot.domain.replay import Stage
from tests.records import REPLAYS, needs_replays
from tests.world import World, said

pytestmark = needs_replays


def recorded(world: World, name: str) -> str:
    """A shared replay as ``import`` records it; its reference."""
    text = (REPLAYS / f"{name}.json").read_text(encoding="utf-8")
    return Archive(world.bot.transactions).import_replay(text, stage=Stage.CLOSE)


def spans(document: str) -> dict[str, tuple[str, str, str]]:
    """The table of measures: name to value (without goals and remarks), start and end."""
    rows = re.findall(
        r"^\| ([A-Z][^|]*) \| ([^|(]*?)(?: \([^|]*)? \| ([^|]*) \| ([^|]*) \|$", document, re.MULTILINE
    )
    return {name: (value, start, end) for name, value, start, end in rows}


def test_c_the_seed_of_an_outage(world: World) -> None:
    """PRODUCT 7 C: duration 3 h 30 m; escalation +1 h 30; identified +2 h; untimed lines keep place under 14:00."""
    document = world.bot.documents.make(recorded(world, "api-outage"), "outage").content
    found = spans(document)
    assert found["Resolved"] == ("3 hours 30 minutes", "start of impact, 14:00", "resolve, 17:30")
    assert found["Escalated"][0] == "1 hour 30 minutes"
    assert found["Escalated"][2] == "first escalation, 15:30"
    assert found["Cause identified"][0] == "2 hours"
    rows = [line for line in document.partition("## Timeline")[2].splitlines() if line.startswith("| ")]
    words = r"Monitoring alerts|Engineering team|Initial assumptions|escalated to"
    told = [row for row in rows if re.search(words, row)]
    assert [row.split("|")[1].strip() for row in told] == ["14:00", "about 14:00", "about 14:00", "15:30"]
    assert [row.split("|")[4].strip() for row in told[1:3]] == ["Actions taken", "Misleading investigation"]


def test_d_the_seed_of_a_degradation(world: World) -> None:
    """PRODUCT 7 D, R-FMT-4: 2 h 15 m; escalation +45 m; identified +1 h 15; fix +1 h 30; 12-hour clock rendering."""
    document = world.bot.documents.make(recorded(world, "payment-degradation"), "classic").content
    found = spans(document)
    assert found["Resolved"] == ("2 hours 15 minutes", "start of impact, 10:30 AM", "resolve, 12:45 PM")
    assert found["Escalated"][0] == "45 minutes"
    assert found["Escalated"][2] == "first escalation, 11:15 AM"
    assert found["Cause identified"][0] == "1 hour 15 minutes"
    assert found["Mitigated"] == ("1 hour 30 minutes", "start of impact, 10:30 AM", "mitigation, 12:00 PM")
    clocks = re.findall(r"^\| (\d\S* [AP]M) \|", document, re.MULTILINE)
    assert clocks == ["10:30 AM", "10:35 AM", "10:50 AM", "11:15 AM", "11:45 AM", "12:00 PM", "12:45 PM"]
    body = document[: document.rindex("\n---\n")]
    assert not re.findall(r"(?<![\d:+])\d{1,2}:\d\d(?!:?\d)(?! [AP]M)", body.replace("UTC+00:00", ""))
    assert "February 23, 2024, 10:30 AM to 12:45 PM UTC" in document


def test_e_the_seed_of_a_customer_escalation(world: World) -> None:
    """PRODUCT 7 E, R-ESC-1: dates only; three horizons; refuses close without verification."""
    ref = recorded(world, "centurion-escalation")
    made = world.bot.documents.make(ref)
    assert made.format == "escalation", "the default of a record with a customer (PRODUCT 1.8)"
    assert not re.search(r"\d:\d\d", made.content), "dates only"
    horizons = re.findall(r"^\*\*((?:Immediate|Short-term|Long-term).*)\*\*$", made.content, re.MULTILINE)
    assert horizons == ["Immediate (0-4 hours)", "Short-term (4-24 hours)", "Long-term (1-7 days)"]
    ana = world.person("ana")
    answer = said(world, ana, f"close {ref}")
    assert f"{ref} is a customer escalation, and Centurion has not verified that it is resolved." in answer
    with world.bot.store.read() as tx:
        kept = tx.incident(ref)
    assert kept is not None
    assert (kept.status, kept.verified_at) == (Status.RESOLVED, None)


@pytest.mark.parametrize(("name", "first"), [("report", "| 10:30 |"), ("classic", "| 10:30 AM |")])
def test_each_format_has_the_clock_of_the_policy(world: World, name: str, first: str) -> None:
    """R-FMT-4: 24 hours, and 12 in the classic postmortem as its seed has it."""
    assert first in world.bot.documents.make(recorded(world, "payment-degradation"), name).content
