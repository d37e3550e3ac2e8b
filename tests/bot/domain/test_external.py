"""Texts for customers: what may leave, who approves, how they count (R-TPL-2, R-TPL-3, R-MET-10, BL-5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot
from bot.domain import approval, external, lifecycle, metrics, pace, updates
from bot.domain.incident import Change, Incident, Status
from bot.domain.news import What
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.domain.refusal import NotPossible
from bot.domain.refusal_customers import (
    AmountsNotApproved,
    NamesInside,
    NotAnApprover,
    NotYoursToDiscard,
    OnlyResolvedOutside,
    OutOfPhase,
    PublishedAlready,
    TooLongOutside,
    WaitsNoMore,
)
from bot.domain.timeline import Entry, Kind
from bot.domain.updates import Said

DEFAULT = (Path(bot.__file__).parent / "default_policy.toml").read_text(encoding="utf-8")
POLICY = read_policy(DEFAULT, '[organisation]\ntimezone = "America/Los_Angeles"')
T0 = datetime(2024, 3, 15, 16, 27, 30, tzinfo=UTC)
APPROVED = {phase: f"approved text of {phase}" for phase in updates.WORDS}
ANA, LISA, BEN = "UANA", "ULISA", "UBEN"


def declared(**fields: object) -> Incident:
    one = Incident(
        ref="INC-2024-0315-001", severity="P0", declared_by=ANA, declared_at=T0, services=("Checkout",),
        impact_started_at=T0 - timedelta(minutes=4, seconds=15), **fields,  # type: ignore[arg-type]
    )  # fmt: skip
    return lifecycle.declare(one, by=ANA, at=T0, policy=POLICY).incident


def after(**span: float) -> datetime:
    return T0 + timedelta(**span)


def post(
    one: Incident, text: str, phase: str | None = None, *, at: datetime, by: str = BEN, outside: bool = True
) -> Change:
    said = Said(text=text, phase=Status(phase) if phase else None, outside=outside)
    return updates.post(one, said, approved=APPROVED, by=by, at=at, policy=POLICY)


def kinds(change: Change) -> list[What]:
    return [news.what for news in change.news]


class Life:
    """One incident, decided upon step by step; its record grows."""

    def __init__(self, one: Incident) -> None:
        self.of, self.entries = one, list[Entry]()

    def does(self, decide: Callable[[Incident], Change]) -> Change:
        change = decide(self.of)
        self.of, self.entries = change.incident, [*self.entries, *change.entries]
        return change


# What goes out at once, what waits


@pytest.mark.parametrize("phase", list(updates.WORDS))
@pytest.mark.parametrize("text", ["", "same", " spaced  same\n"])
def test_the_approved_text_goes_out_at_once(phase: str, text: str) -> None:
    """R-TPL-2: left out, or typed as it stands."""
    typed = APPROVED[phase].replace(" ", "  ") if text else ""
    change = post(declared(), typed, phase, at=after(minutes=5))
    assert What.EXTERNAL in kinds(change)
    assert What.PREVIEW not in kinds(change)
    assert change.incident.external_updates == 1


def test_an_update_for_customers_is_one_update_and_recorded_once() -> None:
    """LINT-1: one entry, one count, the clock set once."""
    change = post(declared(), "", "identified", at=after(minutes=5))
    (entry,) = change.entries
    assert entry.kind is Kind.COMMS_EXTERNAL
    assert entry.data["change"] == "update"
    assert (entry.data["audience"], entry.data["phase"]) == ("external", "identified")
    assert entry.data["due"] == after(minutes=15).isoformat()
    assert change.incident.updates == change.incident.external_updates == 1
    assert change.incident.update_due_at == after(minutes=20)
    assert kinds(change) == [What.UPDATED, What.EXTERNAL]


def test_an_edited_text_is_posted_inside_and_waits() -> None:
    """R-TPL-2: what is internal goes out at once and resets the clock."""
    change = post(declared(), "we found it", "identified", at=after(minutes=5))
    assert kinds(change) == [What.UPDATED, What.PREVIEW]
    assert change.incident.update_due_at == after(minutes=20)
    assert change.incident.first_external_at is None
    assert [entry.kind for entry in change.entries if entry.on_timeline] == [Kind.STATUS]
    assert metrics.externals(change.entries) == [], "what waits has gone nowhere"


def test_in_triage_customers_hear_that_it_is_investigated() -> None:
    change = post(replace(declared(), status=Status.TRIAGE), "", at=after(minutes=5))
    assert change.incident.status is Status.INVESTIGATING
    assert change.incident.update_due_at == after(minutes=20), "the cadence of the severity, not of triage"


# Who approves


def waiting(**fields: object) -> Incident:
    return post(declared(**fields), "we found it", "identified", at=after(minutes=5)).incident


@pytest.mark.parametrize("by", [ANA, LISA])
def test_the_comms_lead_and_the_commander_may_approve(by: str) -> None:
    """R-TPL-2."""
    one = waiting(roles={"comms": LISA})
    change = approval.approve(one, 1, by=by, at=after(minutes=8), policy=POLICY)
    (entry,) = change.entries
    assert (entry.author, entry.text, entry.kind) == (by, "we found it", Kind.COMMS_EXTERNAL)
    assert (entry.data["written_by"], entry.data["told"]) == (BEN, True)
    assert change.incident.first_external_at == after(minutes=8)
    assert change.incident.update_due_at == after(minutes=23), "the publication resets the clock too"
    assert change.before is one
    with pytest.raises(PublishedAlready, match=f"<@{by}>"):
        approval.approve(change.incident, 1, by=ANA, at=after(minutes=9), policy=POLICY)
    with pytest.raises(PublishedAlready):
        approval.discard(change.incident, 1, by=ANA, at=after(minutes=9))


def test_others_are_told_who_can() -> None:
    """R-TPL-2."""
    with pytest.raises(NotAnApprover, match=f"the comms lead .<@{LISA}>. or the commander .<@{ANA}>."):
        approval.approve(waiting(roles={"comms": LISA}), 1, by=BEN, at=after(minutes=8), policy=POLICY)
    with pytest.raises(NotAnApprover, match=f"Only the commander .<@{ANA}>. may"):
        approval.approve(waiting(), 1, by=BEN, at=after(minutes=8), policy=POLICY)


@pytest.mark.parametrize("by", [ANA, LISA, BEN])
def test_author_comms_lead_and_commander_may_withdraw(by: str) -> None:
    one = waiting(roles={"comms": LISA})
    gone = approval.discard(one, 1, by=by, at=after(minutes=6)).incident
    assert gone.first_external_at is None
    with pytest.raises(WaitsNoMore):
        approval.approve(gone, 1, by=ANA, at=after(minutes=7), policy=POLICY)
    with pytest.raises(NotYoursToDiscard):
        approval.discard(one, 1, by="UCEM", at=after(minutes=6))


def test_a_newer_text_takes_the_place_of_the_one_that_waits() -> None:
    change = post(waiting(), "we really found it", at=after(minutes=6))
    assert change.incident.external is not None
    assert (change.incident.external.n, change.incident.external.text) == (2, "we really found it")
    (settled,) = [news for news in change.news if news.what is What.PREVIEW_SETTLED]
    assert (settled.facts["n"], settled.facts["outcome"]) == (1, "replaced")
    with pytest.raises(WaitsNoMore):
        approval.approve(change.incident, 1, by=ANA, at=after(minutes=7), policy=POLICY)
    at_once = post(change.incident, "", "monitoring", at=after(minutes=8))
    assert What.PREVIEW_SETTLED in kinds(at_once), "so does one that went out at once"


def test_what_says_another_state_than_the_incident_is_not_published_late() -> None:
    resolved = lifecycle.resolve(
        waiting(), message="", by=ANA, at=after(minutes=9), resolved_at=None, policy=POLICY
    )
    with pytest.raises(OutOfPhase) as caught:
        approval.approve(resolved.incident, 1, by=ANA, at=after(minutes=10), policy=POLICY)
    assert caught.value.next_step == "/incident update INC-2024-0315-001 resolved --external"
    over = post(declared(), "all is well", "resolved", at=after(minutes=9)).incident
    again = lifecycle.reopen(over, reason="", by=ANA, at=after(minutes=10), policy=POLICY).incident
    with pytest.raises(OutOfPhase):
        approval.approve(again, 1, by=ANA, at=after(minutes=11), policy=POLICY)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.MERGED])
def test_of_a_false_alarm_nothing_is_published(status: Status) -> None:
    over = replace(waiting(), status=status)
    with pytest.raises(NotPossible, match=f"is {status.value}"):
        approval.approve(over, 1, by=ANA, at=after(minutes=8), policy=POLICY)
    with pytest.raises(NotPossible):
        post(over, "", at=after(minutes=8))


# What may leave


@pytest.mark.parametrize(
    "text", ["ask <@U1>", "see <#C1|inc-1>", "<!channel> down", "@here down", "see INC-2024-0315-001"]
)
def test_customers_read_no_names_of_ours(text: str) -> None:
    """DR-28: nor of a private incident."""
    with pytest.raises(NamesInside):
        post(declared(private=True), text, at=after(minutes=5))


def test_services_leave_with_the_text_and_are_looked_at_too() -> None:
    """R-SLA-1."""
    with pytest.raises(AmountsNotApproved):
        post(replace(declared(), services=("the $50 plan",)), "", at=after(minutes=5))
    with pytest.raises(NamesInside):
        post(replace(declared(), services=("<#C1>",)), "", at=after(minutes=5))


def test_a_long_text_leaves_as_a_whole_or_not_at_all() -> None:
    with pytest.raises(TooLongOutside, match="2,500 characters, services counted, and this one has 10,010"):
        post(declared(), "x" * 10_000, at=after(minutes=5))
    with pytest.raises(BrokenPolicy, match=r"status.resolved.text has 10,000 characters; at most 2,500"):
        read_policy(DEFAULT, f'[status.resolved]\ntext = "{"x" * 10_000}"')


def test_of_what_has_ended_customers_can_only_hear_that_it_is_resolved() -> None:
    over = lifecycle.resolve(
        declared(), message="", by=ANA, at=after(hours=1), resolved_at=None, policy=POLICY
    ).incident
    with pytest.raises(OnlyResolvedOutside):
        post(over, "", "monitoring", at=after(hours=2))
    change = post(over, "", at=after(hours=2))
    assert kinds(change) == [What.EXTERNAL]
    assert change.incident.update_due_at is None
    assert change.incident.status is Status.RESOLVED


@pytest.mark.parametrize(
    ("pct", "hint"), [(None, True), (80, True), (99.9, True), (100, False)]
)  # fmt: skip
def test_outage_is_questioned_where_the_impact_is_not_total(pct: float | None, hint: bool) -> None:  # noqa: FBT001
    """BL-5: a hint, never a block."""
    measures = [{"name": "Share of Customers Affected", "value": pct, "text": f"{pct}%"}] if pct else []
    one = replace(declared(), facts={"impact_metrics": measures})
    assert ("outage" in external.hints(one, "The Outage goes on")) is hint
    assert external.hints(one, "the disruption goes on") == ()


# The block and the first one


def test_the_block_says_the_date_in_the_incidents_zone_with_the_abbreviation_of_that_date() -> None:
    """R-TPL-3: 15 March 2024 is PDT, whatever people call it."""
    one = declared()
    shown = external.block(
        one, phase=Status.INVESTIGATING, at=T0 + timedelta(minutes=7, seconds=30), policy=POLICY
    )
    assert shown == {"phase": "investigating", "updated": "March 15, 2024 09:35 PDT", "took": ""}
    over = replace(one, timezone="Europe/Berlin", resolved_at=datetime(2024, 3, 15, 19, 10, 30, tzinfo=UTC))
    shown = external.block(
        over, phase=Status.RESOLVED, at=datetime(2024, 3, 15, 19, 15, tzinfo=UTC), policy=POLICY
    )
    assert (shown["updated"], shown["took"]) == ("March 15, 2024 20:15 CET", "2 hours 47 minutes")


@pytest.mark.parametrize(("minutes", "in_time"), [(5.75, True), (5.75 + 1 / 60, False)])
def test_the_first_update_is_measured_from_the_start_of_impact(minutes: float, in_time: bool) -> None:  # noqa: FBT001
    """R-MET-10: within 10 minutes; the very instant counts as in time."""
    change = post(declared(), "", at=after(minutes=minutes))
    measured = external.first(change, POLICY)
    assert measured is not None
    assert (measured.in_time, measured.since_impact) == (in_time, True)
    second = post(change.incident, "", at=after(minutes=minutes + 5))
    assert external.first(second, POLICY) is None
    assert second.incident.first_external_at == after(minutes=minutes), "set once"


def test_a_first_update_is_wanted_of_open_incidents_that_somebody_waits_for() -> None:
    """R-MET-10."""
    one = declared()
    assert external.wanted_by(one, POLICY) == after(minutes=5, seconds=45)
    assert external.wanted_by(replace(one, impact_started_at=None), POLICY) == after(minutes=10)
    assert external.wanted_by(replace(one, severity="P2"), POLICY) is None
    published = read_policy(DEFAULT, '[channels]\nstatus = "status"')
    assert external.wanted_by(replace(one, severity="P2"), published) is not None
    assert external.wanted_by(replace(one, status=Status.RESOLVED), POLICY) is None
    assert external.wanted_by(post(one, "", at=after(minutes=3)).incident, POLICY) is None


# How they count


def test_an_approved_text_is_one_update_with_what_was_told_inside() -> None:
    """R-COM-6: it counts again only where it came when the next one was due already."""
    life = Life(declared())
    life.does(lambda one: post(one, "we found it", "identified", at=after(minutes=10)))
    life.does(lambda one: approval.approve(one, 1, by=ANA, at=after(minutes=12), policy=POLICY))
    life.does(lambda one: post(one, "still at it", at=after(minutes=20), outside=False))
    kept = pace.cadence(life.of, life.entries, policy=POLICY)
    assert kept is not None
    assert (kept.on_time, kept.wanted) == (2, 2)
    late = Life(declared())
    late.does(lambda one: post(one, "we found it", "identified", at=after(minutes=10)))
    late.does(lambda one: approval.approve(one, 1, by=ANA, at=after(minutes=26), policy=POLICY))
    kept = pace.cadence(late.of, late.entries, policy=POLICY)
    assert kept is not None
    assert (kept.on_time, kept.wanted) == (1, 2)


def test_the_resolved_text_after_the_end_is_no_update_that_somebody_waited_for() -> None:
    """Replay A: the post of 12:15:00."""
    life = Life(declared())
    life.does(lambda one: post(one, "", "identified", at=after(minutes=10)))
    life.does(
        lambda one: lifecycle.resolve(
            one, message="", by=ANA, at=after(minutes=20), resolved_at=None, policy=POLICY
        )
    )
    before = pace.cadence(life.of, life.entries, policy=POLICY)
    life.does(lambda one: post(one, "", at=after(minutes=50)))
    life.does(lambda one: lifecycle.reopen(one, reason="", by=ANA, at=after(minutes=60), policy=POLICY))
    assert pace.cadence(life.of, life.entries, policy=POLICY) == before
    assert len(metrics.externals(life.entries)) == 2
    assert metrics.points(life.of, life.entries)["external"].at == after(minutes=10)
