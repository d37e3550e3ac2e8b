"""The drawing of the timeline: valid, harmless, without labels on each other, and the same bytes each time."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import postmortem
from bot.domain.timeline import Kind
from bot.formats.labels import SMALL, Label, packed
from bot.formats.picture import png, svg, words
from tests.records import FILES, NAMES, START, entry, incident, minutes, needs_replays, policy, record, state

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text></svg><script>alert(1)</script><image href='http://x'/> & \x0b \ufffe ]]>"


def drafted(of, entries):
    return postmortem.draft(of, list(entries), policy=policy(), names=NAMES)


def busy(hours: float):
    """An incident with everything in it, as long as wanted."""
    end = hours * 60
    of = incident(
        mitigated_at=minutes(end * 0.6), restored_at=minutes(end * 0.9), resolved_at=minutes(end),
        first_resolved_at=minutes(end), closed_at=minutes(end * 1.1),
    )  # fmt: skip
    entries = [
        state(0.01, "declared", severity="P1"),
        state(end * 0.1, "severity", **{"from": "P1", "to": "P0"}),
    ]
    for n in range(1, 20):
        due = minutes(end * n / 20 + (1 if n % 3 else -1)).isoformat()
        entries.append(state(end * n / 20, "update", phase="identified", due=due))
    for n, target in enumerate(("executives", "customer_calls", "board"), 2):
        data = {"change": "escalated", "target": target}
        entries.append(entry(end * n / 10, "told", Kind.ESCALATION, data=data, marks=("state",)))
    return of, sorted(entries, key=lambda each: each.at)


@needs_replays
@pytest.mark.parametrize("file", [file for file in FILES if file != "centurion-escalation"])
def test_every_replay_is_drawn_with_its_words_beside_it(file):
    draft = drafted(*record(file))
    root = ET.fromstring(svg(draft))  # noqa: S314 - our own
    assert root.get("role") == "img"
    told = root.find(f"{SVG}desc")
    assert told is not None
    assert draft.picture is not None
    assert told.text == words(draft.picture)
    shown = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
    assert all(f"{mark.words} {mark.clock}" in shown for mark in draft.picture.marks)


def test_days_alone_are_not_drawn():
    draft = drafted(incident(header={"time_basis": {"started": "date_only"}}), [])
    assert svg(draft) == ""
    assert png(draft) == b""


@pytest.mark.parametrize("hours", [0.1, 8, 24 * 9])
def test_nothing_lies_outside_of_the_drawing(hours):
    root = ET.fromstring(svg(drafted(*busy(hours))))  # noqa: S314 - our own
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    for node in root.iter():
        for name, most in (
            ("x", width),
            ("y", height),
            ("cx", width),
            ("cy", height),
            ("x2", width),
            ("y2", height),
        ):
            if node.get(name) is not None:
                assert -1 <= float(str(node.get(name))) <= most + 1, node.attrib


def test_what_people_named_is_text_in_the_drawing():
    told = entry(9, "x", Kind.ESCALATION, data={"change": "escalated", "target": HOSTILE}, marks=("state",))
    root = ET.fromstring(svg(drafted(incident(), [told])))  # noqa: S314 - our own
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg", "title", "desc", "rect", "line", "text", "path", "circle",
    }  # fmt: skip
    assert "<script>alert(1)</script>" in "".join(root.itertext())


def test_the_png_is_one_and_the_same_each_time():
    draft = drafted(*busy(2))
    assert png(draft).startswith(b"\x89PNG\r\n")
    assert png(draft) == png(drafted(*busy(2)))


@given(st.lists(st.tuples(st.floats(94, 710), st.text("abcÉ 數", min_size=1, max_size=30)), max_size=12))
def test_no_label_lies_on_another(places):
    labels = [
        Label(x=x, text=text, top=0, size=SMALL, centred=n % 2 > 0) for n, (x, text) in enumerate(places)
    ]
    placed = packed(labels, 94, 710)
    for one, other in combinations(placed, 2):
        if one.lane == other.lane:
            assert one.left + one.width <= other.left or other.left + other.width <= one.left
    assert all(each.left + each.width <= 710 + 1e-6 for each in placed if each.width < 500)


def test_a_long_incident_and_a_short_one_have_ticks_that_can_be_read():
    short = incident(
        resolved_at=START + timedelta(minutes=5), first_resolved_at=None, closed_at=None, mitigated_at=None
    )
    long = incident(
        resolved_at=START + timedelta(days=9), first_resolved_at=None, closed_at=None, mitigated_at=None
    )
    for of, wanted in ((short, "14:05"), (long, "Mar 13")):
        draft = drafted(of, [])
        assert draft.picture is not None
        labels = [tick.label for tick in draft.picture.ticks]
        assert wanted in labels
        assert 3 <= len(labels) <= 11
