"""What recurs, in each kind of document: named with date, severity, duration and link; nothing where nothing does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import postmortem
from bot.domain.incident import Status
from bot.domain.postmortem import Draft
from bot.domain.recurrence import NOTHING, Past, Recurrence, recurrence, tags
from bot.formats import FORMATS
from tests.records import NAMES, START, incident, policy

AS_OF = datetime(2026, 4, 1, 9, tzinfo=UTC)
WHAT = (
    "Declared from September 9, 2025 on, as of April 1, 2026, the newest first. "
    "Private incidents, drills and false alarms are left out."
)
MINE = replace(incident(), services=("checkout",), causes=("connection_pool",))


def again() -> Recurrence:
    late = Past(
        ref="INC-2", title="Checkout &amp; co *slow*", severity="P0", status=Status.CLOSED, channel_id="C02",
        declared_at=START - timedelta(days=20), impact_started_at=START - timedelta(days=20, minutes=10),
        resolved_at=START - timedelta(days=20) + timedelta(hours=1), keys=frozenset({"service:checkout"}),
    )  # fmt: skip
    early = Past(
        ref="INC-1", title="", severity="P9", status=Status.INVESTIGATING, declared_at=START - timedelta(days=40),
        keys=frozenset({"service:checkout", "cause:connection pool"}),
    )  # fmt: skip
    return replace(recurrence(MINE, tags(MINE), [early, late], {}, policy=policy()), at=AS_OF)


def draft(what: Recurrence) -> Draft:
    return postmortem.draft(MINE, [], policy=policy(), names=NAMES, again=what)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_names_all_of_them_and_by_what_they_are_the_same(name: str) -> None:
    text = FORMATS[name].render(draft(again()))
    assert text.count("## Recurrence") == 1
    section = text.partition("## Recurrence\n\n")[2].partition("\n## ")[0]
    assert section.splitlines()[:7] == [
        "- **checkout** (service): 3rd time in 6 months",
        "- **connection_pool** (cause): 2nd time in 6 months",
        "",
        WHAT,
        "",
        "| Incident | Date | Severity | Duration | The same |",
        "|---|---|---|---|---|",
    ]
    late, early = section.splitlines()[7:9]
    link = "[INC-2](https://slack.com/app_redirect?channel=C02)"
    assert late.startswith(
        f"| {link}: Checkout & co \\*slow\\* | February 17, 2026 | SEV-1 (Critical) | 1 hour 10 minutes, "
    )
    assert late.endswith("start of impact to resolve | checkout |")
    assert early == "| INC-1 | January 28, 2026 | P9 | not over | checkout, connection_pool |"
    assert "**Cause tags:** connection_pool" in text


@pytest.mark.parametrize("name", FORMATS)
def test_where_nothing_recurs_nothing_is_said_of_it(name: str) -> None:
    text = FORMATS[name].render(draft(NOTHING))
    assert "Recurrence" not in text
    assert "6 months" not in text


def test_a_draft_in_which_something_recurs_is_another_one() -> None:
    assert len({draft(what).fingerprint for what in (NOTHING, again(), replace(again(), months=7))}) == 3
    assert draft(again()) == draft(again())
