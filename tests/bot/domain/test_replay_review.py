"""How far a postmortem is comes back from an export, and the draft made from it is the same (R-FMT-3)."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from bot.domain import lifecycle, postmortem, review
from bot.domain.draft_review import ANEW
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import Names
from bot.domain.parts import Stage
from bot.domain.replay import read
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Types, steps
from bot.domain.timeline import Entry
from bot.formats import FORMATS
from tests.records import REPLAYS, minutes, needs_replays, policy

NAMES = Names(people={"U1": "Ana Alvarez", "U2": "Bo Chen", "U3": "Cy Diaz"})
DECLARED = Incident(
    ref="INC-2026-0309-001", title="Checkout answers 502", severity="P1", declared_by="U1",
    declared_at=minutes(8), impact_started_at=minutes(0), detected_at=minutes(3), timezone="Europe/Madrid",
)  # fmt: skip


def lived(*, reopened: bool = False) -> tuple[Incident, list[Entry]]:
    """A postmortem that was reviewed with points open, after its due time was moved."""
    of, entries = DECLARED, list[Entry]()

    def take(change: Change) -> None:
        nonlocal of
        of = change.incident
        entries.extend(change.entries)

    ana: dict[str, Any] = {"by": "U1", "policy": policy()}
    take(lifecycle.declare(of, at=minutes(8), **ana))
    take(lifecycle.resolve(of, message="over", at=minutes(60), resolved_at=None, **ana))
    take(lifecycle.close(of, at=minutes(70), **ana))
    due = minutes(60) + timedelta(days=3)
    take(review.move_due(of, due, reason="the vendor", at=minutes(80), **ana))
    take(review.ask(of, ["U2", "U3"], by="U1", at=minutes(90)))
    take(review.approve(of, by="U2", at=minutes(95)))
    take(review.tick(of, on=policy().reviews.checklist[:4], off=(), by="U2", at=minutes(96)))
    take(review.move(of, Stage.REVIEWED, anyway="no actions", at=minutes(100), **ana))
    if reopened:
        take(lifecycle.reopen(of, reason="again", at=minutes(110), **ana))
    return of, entries


def written(of: Incident, entries: list[Entry]) -> str:
    return print_replay(export(of, entries, NAMES, policy=policy()))


@needs_replays
@pytest.mark.parametrize("reopened", [False, True])
def test_an_export_is_imported_with_all_that_was_decided_about_the_postmortem(*, reopened: bool) -> None:
    of, entries = lived(reopened=reopened)
    text = written(of, entries)
    jsonschema.validate(json.loads(text), json.loads((REPLAYS / "replay.schema.json").read_text("utf-8")))
    again, copied = to_record(read(text), policy=policy())
    assert (again.review, again.postmortem_due_at) == (of.review, of.postmortem_due_at)
    assert print_replay(export(again, copied, Names(), policy=policy())) == text


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_draft_of_an_export_tells_the_same_of_itself(name: str) -> None:
    of, entries = lived()
    again, copied = to_record(read(written(of, entries)), policy=policy())

    def drawn(one: Incident, record: list[Entry], names: Names) -> list[str]:
        made = postmortem.draft(one, record, policy=policy(), names=names)
        return FORMATS[name].render(made).splitlines()

    before = drawn(of, entries, NAMES)
    assert drawn(again, list(copied), Names()) == before
    shown = [
        line
        for line in before
        if line.startswith(("- **Status of this", "- **Reviewers", "- **done:** Data"))
    ]
    assert shown == [
        f"- **Status of this document:** Reviewed, since March 9, 2026, 16:42, by Ana Alvarez ({ANEW})",
        "- **Reviewers:** Bo Chen (approved March 9, 2026), Cy Diaz (not yet approved)",
        "- **done:** Data collected: the timeline is complete and its times are right (Bo Chen, March 9, 2026)",
    ]


def test_who_approved_stands_as_reviewer_of_the_document_unless_somebody_wrote_another() -> None:
    of, entries = lived()

    def told(one: Incident) -> dict[str, str]:
        made = postmortem.draft(one, entries, policy=policy(), names=NAMES)
        return {fact.name: fact.value for fact in made.about}

    assert told(of)["Reviewed by"] == "Bo Chen (March 9, 2026)"
    written = replace(of, facts={**of.facts, "document": {"reviewed_by": "the architects"}})
    assert told(written)["Reviewed by"] == "the architects"


def test_what_was_decided_is_typed_again_once_and_what_came_along_is_not() -> None:
    typed = [
        step.action.command
        for step in steps(read(written(*lived(reopened=True))))
        if isinstance(step.action, Types)
    ]
    assert [line for line in typed if "postmortem" in line or "reopen" in line] == [
        "/incident postmortem due 2026-03-12T15:02:00+00:00 the vendor",
        "/incident postmortem review @u2 @u3",
        "/incident postmortem status reviewed --anyway no actions",
        "/incident reopen again",
    ]


def test_lines_that_somebody_spoilt_are_left_out() -> None:
    told = json.loads(written(*lived()))
    told["incident"]["stated"] |= {"postmortem tick 2": "yesterday", "postmortem state": "nearly"}
    again, _ = to_record(read(json.dumps(told)), policy=policy())
    assert again.review is None
