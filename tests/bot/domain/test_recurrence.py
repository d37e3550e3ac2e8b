"""What recurs: normal forms, calendar months, who is left out, who went on where (AD-6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain import lifecycle, recurrence
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import Names
from bot.domain.recurrence import By, Past, meant, normal, since, tags
from bot.domain.replay import read
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Types, steps
from tests.records import policy

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def incident(**fields: object) -> Incident:
    known: dict[str, object] = {
        "ref": "INC-2026-0302-001", "severity": "P0", "declared_by": "U1", "declared_at": AT, "services": ("checkout",),
    }  # fmt: skip
    return Incident(**(known | fields))  # type: ignore[arg-type]


def past(ref: str, **fields: object) -> Past:
    known: dict[str, object] = {
        "ref": ref, "title": ref, "severity": "P1", "status": Status.CLOSED, "declared_at": AT - timedelta(days=30),
        "keys": frozenset({"service:checkout"}),
    }  # fmt: skip
    return Past(**(known | fields))  # type: ignore[arg-type]


def named(*others: Past, of: Incident | None = None, onward: tuple[Past, ...] = ()) -> list[str]:
    mine = of or incident()
    going_on = {each.ref: each for each in onward}
    found = recurrence.recurrence(mine, tags(mine), others, going_on, policy=policy())
    return [each.ref for each in found.before]


@pytest.mark.parametrize(
    "words",
    ["Connection-Pool", "connection pool", " connection__POOL ", "ｃonnection‐pool".replace("‐", "-")],
)
def test_tags_are_compared_whatever_their_case_and_with_a_space_for_hyphen_and_underscore(words: str) -> None:
    assert normal(words) == "connection pool"


def test_escaped_text_is_compared_as_it_is_read_and_a_long_one_by_its_fingerprint() -> None:
    assert normal("search &amp; find") == "search & find"
    assert len(normal("x" * 300)) <= recurrence.LONGEST
    assert normal("x" * 300) == normal("X" * 300) != normal("x" * 301)


def test_what_is_there_twice_in_two_spellings_counts_once() -> None:
    found = tags(
        incident(services=("Checkout", "check-out", "check_out"), causes=("checkout",), customer="Globex")
    )
    assert [(tag.by, tag.words) for tag in found] == [
        (By.SERVICE, "Checkout"), (By.SERVICE, "check-out"), (By.CAUSE, "checkout"), (By.CUSTOMER, "Globex"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "months", "first"),
    [
        ("2026-03-02T09:00", 6, "2025-09-01T22:00"),
        ("2026-08-31T12:00", 6, "2026-02-27T23:00"),  # February has no 31st
        ("2024-08-31T12:00", 6, "2024-02-28T23:00"),
        ("2026-06-30T22:30", 6, "2025-12-31T23:00"),  # it is July 1 in Madrid already
        ("2026-03-02T09:00", 14, "2025-01-01T23:00"),
    ],
)
def test_months_are_those_of_the_calendar_in_the_organisations_zone(at: str, months: int, first: str) -> None:
    zone = ZoneInfo("Europe/Madrid")
    at_utc = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert since(at_utc, months, zone) == datetime.fromisoformat(first).replace(tzinfo=UTC)


def test_the_first_day_still_counts_and_the_one_before_does_not() -> None:
    first = since(AT, 6, policy().zone)
    inside, outside = past("A", declared_at=first), past("B", declared_at=first - timedelta(seconds=1))
    assert named(inside, outside) == ["A"]


def test_only_what_was_before_counts_and_of_one_instant_the_lower_reference() -> None:
    others = [
        past("INC-2026-0302-000", declared_at=AT),
        past("INC-2026-0302-002", declared_at=AT),
        past("L", declared_at=AT + timedelta(1)),
    ]
    assert named(*others, past("INC-2026-0302-001", declared_at=AT)) == ["INC-2026-0302-000"]


def test_a_customer_escalation_and_the_incident_that_it_is_tied_to_are_one_matter() -> None:
    others = [past("A", tied_to="INC-2026-0302-001"), past("B", tied_to="A"), past("C")]
    assert named(*others, of=incident(tied_to="C")) == ["B"]


def test_drills_cancelled_and_private_ones_are_never_named() -> None:
    others = [
        past("D", drill=True),
        past("C", status=Status.CANCELLED),
        past("P", private=True),
        past("O", status=Status.MONITORING),
    ]
    assert named(*others) == ["O"]


def test_a_merged_one_counts_as_that_in_which_it_went_on_and_once() -> None:
    merged = [
        past("A", status=Status.MERGED, merged_into="B"),
        past("X", status=Status.MERGED, merged_into="Y"),
    ]
    onward = (
        past("B", status=Status.MERGED, merged_into="C", keys=frozenset()), past("C", keys=frozenset()),
        past("Y", private=True, keys=frozenset()),
    )  # fmt: skip
    assert named(*merged, past("C"), onward=onward) == ["C"]
    mine = incident(ref="C", declared_at=AT)
    assert named(*merged, of=mine, onward=onward) == []
    circle = (
        past("B", status=Status.MERGED, merged_into="A"),
        past("A", status=Status.MERGED, merged_into="B"),
    )
    assert named(circle[1], onward=circle) == []


def test_each_tag_has_a_count_of_its_own() -> None:
    mine = incident(causes=("disk",), customer="Globex")
    others = [past("A"), past("B", keys=frozenset({"service:checkout", "cause:disk"}))]
    found = recurrence.recurrence(mine, tags(mine), others, {}, policy=policy())
    assert [(tag.words, found.times(tag)) for tag in found.tags] == [("checkout", 3), ("disk", 2)]
    assert [tag.words for tag in found.of(found.before[0])] == ["checkout", "disk"]
    only = found.only(By.CAUSE)
    assert ([tag.words for tag in only.tags], [each.ref for each in only.before]) == (["disk"], ["B"])
    assert not found.only(By.CUSTOMER).before


def test_drills_ended_ones_and_an_organisation_that_wants_none_ask_for_nothing() -> None:
    assert recurrence.is_asked(incident(private=True), policy())
    assert not recurrence.is_asked(incident(drill=True), policy())
    assert not recurrence.is_asked(incident(status=Status.MERGED), policy())
    assert not recurrence.is_asked(incident(), replace(policy(), recurrence_months=0))


def test_a_new_tag_near_a_known_one_is_asked_about_and_no_other() -> None:
    known = ["Connection-Pool", "disk"]
    assert meant(["conection pool", "connection_pool", "network"], known) == (
        ("conection pool", "Connection-Pool"),
    )


def test_cause_tags_are_exported_come_back_and_are_typed_again() -> None:
    change = lifecycle.declare(incident(causes=("pool", "R&amp;D rollout")), by="U1", at=AT, policy=policy())
    of, entries = change.incident, list(change.entries)
    text = print_replay(export(of, entries, Names(), policy=policy()))
    again, copied = to_record(read(text), policy=policy())
    assert again.causes == of.causes
    assert print_replay(export(again, copied, Names(), policy=policy())) == text
    typed = [each.action.command for each in steps(read(text)) if isinstance(each.action, Types)]
    assert [line for line in typed if "set cause" in line] == ["/incident set cause pool, R&D rollout"]
    without = export(replace(again, causes=()), copied, Names(), policy=policy())
    assert "cause tags" not in without["incident"]["stated"]
