"""Whether a new incident looks like one that is open: a hint that is right more often than not."""

from dataclasses import replace

import pytest

from bot.domain.duplicates import looks_like
from bot.domain.incident import Incident, Status
from tests.records import minutes


def opened(title: str, **fields) -> Incident:
    made = Incident(
        ref="INC-2026-0309-001", severity="P0", title=title, declared_by="U1", declared_at=minutes(0)
    )
    return replace(made, **fields)


def new(title: str, **fields) -> Incident:
    return opened(title, ref="INC-2026-0309-002", **fields)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Checkout is down", "checkout down"),
        ("checkout is down", "Checkout is down in Europe"),
        ("checkout is slow", "checkout: many errors"),
        ("mail delivery is late", "delivery of mail late again"),
        ("Outage", "outage"),
        ("Cards &amp; wallets refused", "wallets and cards refused"),
        ("Störung bei Überweisungen", "überweisungen gestört: Störung"),
    ],
)
def test_titles_that_share_most_of_their_words_look_alike(first, second):
    assert looks_like(new(second), [opened(first)]) == opened(first)
    assert looks_like(new(first), [opened(second)]) == opened(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("checkout is down", "login is down"),
        ("payments API slow for users", "search API slow for users"),
        ("database slow in EU", "cache slow in EU"),
        ("site is down", "checkout is down"),
        ("login", "login pages of partners time out in Asia"),
        ("", ""),
        ("high latency", "high error rates on checkout"),
        ("service outage", "database outage"),
    ],
)
def test_words_of_every_second_title_are_no_likeness(first, second):
    """False alarms cost trust."""
    assert looks_like(new(second), [opened(first)]) is None


def test_the_same_service_is_a_likeness_whatever_the_titles_say():
    one = opened("cards refused", services=("Payments", "checkout"))
    assert looks_like(new("strange totals", services=("payments",)), [one]) == one
    assert looks_like(new("strange totals", services=("pay",)), [one]) is None


def test_what_is_over_is_itself_or_is_a_drill_is_not_named():
    for other in (
        opened("checkout is down", status=Status.RESOLVED),
        opened("checkout is down", status=Status.CANCELLED),
        opened("checkout is down", drill=True),
        new("checkout is down"),
    ):
        assert looks_like(new("checkout is down"), [other]) is None


def test_the_first_of_several_is_named():
    first, second = opened("checkout down"), opened("checkout is down", ref="INC-2026-0309-000")
    assert looks_like(new("checkout down"), [first, second]) == first
