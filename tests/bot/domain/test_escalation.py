"""The ladder as a function of the state: what is due when, what is told at once, what is refused (R-ESCL)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain import escalation, lifecycle, recording, timers
from bot.domain.incident import Change, Incident, Status
from bot.domain.news import What
from bot.domain.policy import Target
from bot.domain.recipients import means, recipients_of
from bot.domain.refusal import NotPossible
from bot.domain.refusal_escalation import ToldAlready
from bot.domain.schedule import Timer, TimerKind, wanted
from bot.domain.timeline import Kind
from tests.escalating import IMPACT, POLICY, by_hand, fire, laid_over, minutes, opened


def told(of: Incident) -> list[str]:
    return [each.target for each in of.escalations]


# When


@pytest.mark.parametrize(
    ("severity", "dues"),
    [("P0", [30, 60, 240]), ("P1", [60]), ("P2", []), ("P3", [])],
)
def test_rungs_are_due_after_so_much_open_time(severity: str, dues: list[float]) -> None:
    """R-ESCL-1, R-ESCL-2, R-ESCL-3, R-ESCL-10."""
    rungs = escalation.pending(opened(severity), POLICY)
    assert [rung.at for rung in rungs] == [minutes(due) for due in dues]
    assert escalation.when(opened(severity), POLICY) == (minutes(dues[0]) if dues else None)


def test_the_clock_is_the_declaration_or_the_start_of_impact_as_the_policy_says() -> None:
    """PRODUCT 1.3."""
    early = opened(impact_started_at=minutes(-10))
    assert escalation.when(early, POLICY) == minutes(30)
    assert escalation.when(early, IMPACT) == minutes(20)
    assert escalation.when(opened(), IMPACT) == minutes(30), "impact is not known yet"


def test_what_lay_between_a_resolve_and_a_reopen_does_not_count() -> None:
    """PRODUCT 1.3: open time only."""
    over = lifecycle.resolve(
        opened(), message="", by="U1", at=minutes(20), resolved_at=None, policy=POLICY
    ).incident
    again = lifecycle.reopen(over, reason="", by="U1", at=minutes(140), policy=POLICY).incident
    assert escalation.when(again, POLICY) == minutes(150)
    assert fire(again, 149.99).is_nothing
    assert told(fire(again, 150).incident) == ["executives"]


def test_a_resolve_counts_from_when_it_was_told_to_be() -> None:
    """PRODUCT 1.3: the impact was over then, though the incident stood open for twenty minutes more."""
    over = lifecycle.resolve(
        opened(), message="", by="U1", at=minutes(25), resolved_at=minutes(5), policy=POLICY
    ).incident
    again = lifecycle.reopen(over, reason="", by="U1", at=minutes(25), policy=POLICY).incident
    assert again.shut_seconds == 20 * 60
    assert escalation.when(again, POLICY) == minutes(50)


@pytest.mark.parametrize(
    "change",
    [{"status": Status.CANCELLED, "ended_at": minutes(10)}, {"status": Status.MERGED, "ended_at": minutes(10)},
     {"status": Status.CANCELLED, "resolved_at": minutes(10), "ended_at": minutes(15)}],
)  # fmt: skip
def test_time_as_cancelled_or_merged_is_no_open_time_either(change: dict[str, Any]) -> None:
    """PRODUCT 1.3: it was over from its first end on."""
    again = lifecycle.reopen(opened(**change), reason="", by="U1", at=minutes(70), policy=POLICY).incident
    assert again.shut_seconds == 60 * 60
    assert escalation.when(again, POLICY) == minutes(90)


def test_a_reopen_ends_the_long_pace() -> None:
    """DR-3, PRODUCT 1.3: the pace of the severity holds again, and is offered anew after its own open time."""
    over = opened(status=Status.RESOLVED, resolved_at=minutes(150), long=True)
    again = lifecycle.reopen(over, reason="", by="U1", at=minutes(200), policy=POLICY).incident
    assert not again.long
    assert again.update_due_at == minutes(215)


def test_a_pause_holds_rungs_back_and_its_end_is_not_called_late() -> None:
    """DR-1: paused is silent."""
    ladder = laid_over('[severity.P2]\nescalate = [{after = "1h", to = "executives"}]')
    paused = opened("P2", paused_at=minutes(50), paused_until=minutes(90))
    assert escalation.when(paused, ladder) == minutes(90)
    assert fire(paused, 89, ladder).is_nothing
    resumed = replace(paused, paused_at=None, paused_until=None, resumed_at=minutes(90))
    (known,) = fire(resumed, 90, ladder).incident.escalations
    assert known.late == 0


def test_the_timer_follows_from_the_state() -> None:
    """Nothing is set by hand: R-ESCL-6, R-ESCL-8."""

    def timer(of: Incident) -> list[datetime]:
        planned = timers.planned(of, POLICY)
        return [timer.due_at for timer in wanted(planned) if timer.kind is TimerKind.ESCALATION]

    assert timer(opened()) == [minutes(30)]
    assert timer(opened("P1")) == [minutes(60)]
    assert timer(opened("P3")) == []
    for status in (Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.MERGED):
        assert timer(opened(status=status)) == []
    assert timer(fire(opened(), 30).incident) == [minutes(60)]


# Firing


def test_nothing_fires_a_second_early_and_each_rung_fires_once() -> None:
    """R-ESCL-1, R-ESCL-4."""
    assert fire(opened(), 30 - 1 / 60).is_nothing
    change = fire(opened(), 30)
    assert told(change.incident) == ["executives"]
    assert fire(change.incident, 30).is_nothing
    assert fire(change.incident, 59).is_nothing


def test_a_fired_rung_is_on_the_timeline_with_recipients_and_method() -> None:
    """R-ESCL-4."""
    (entry,) = fire(opened(), 30).entries
    assert (entry.kind, entry.author, entry.at, entry.on_timeline) == (
        Kind.ESCALATION,
        None,
        minutes(30),
        True,
    )
    assert entry.text == "Escalated to executives after 30 min: message in #exec-updates that mentions @execs"
    assert entry.data["change"] == "escalated"
    assert entry.data["recipients"] == ["exec-updates", "@execs"]
    assert entry.data["method"] == "message in #exec-updates that mentions @execs"
    assert (entry.data["target"], entry.data["after"], entry.data["by"]) == ("executives", 1800, None)


def test_a_target_without_anybody_is_recorded_as_told_by_hand() -> None:
    """DR-25: never silent."""
    board = [entry for entry in fire(opened(), 240).entries if entry.data["target"] == "board"]
    assert board[0].text == "Escalation to the board after 4 h: to be told by hand, the policy names nobody"


def test_several_due_rungs_are_one_message_and_one_entry_each() -> None:
    """R-ESCL-7, DR-24: after a downtime."""
    change = fire(opened(), 70)
    assert told(change.incident) == ["executives", "customer_calls"]
    assert [known.late for known in change.incident.escalations] == [2400, 600]
    assert [known.n for known in change.incident.escalations] == [1, 1]
    assert len(change.entries) == 2
    (news,) = change.news
    assert (news.what, news.facts["n"]) == (What.ESCALATED, 1)


@pytest.mark.parametrize(("seconds", "late"), [(0, 0), (59, 0), (60, 60), (61, 61)])
def test_late_is_said_from_a_minute_on(seconds: int, late: int) -> None:
    """DR-24."""
    (known,) = fire(opened(), 30 + seconds / 60).incident.escalations
    assert known.late == late


def test_a_rung_that_was_past_at_the_declaration_is_late_since_then_only() -> None:
    (known,) = fire(opened(impact_started_at=minutes(-45)), 0, IMPACT).incident.escalations
    assert (known.target, known.late) == ("executives", 0)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_nothing_fires_once_it_is_over(status: Status) -> None:
    """R-ESCL-6; the timer's own door too."""
    assert fire(opened(status=status), 500).is_nothing
    over = opened(status=status, due={"escalation": minutes(30)})
    timer = Timer(incident=over.ref, kind=TimerKind.ESCALATION, due_at=minutes(30))
    assert timers.fire(timer, over, at=minutes(500), policy=POLICY, made=None).is_nothing


def test_what_was_written_down_when_it_was_over_never_fires() -> None:
    """Nudges 7, backfill."""
    assert escalation.when(opened(backfilled=True), POLICY) is None
    assert fire(opened(backfilled=True), 500).is_nothing


def test_a_raised_severity_tells_all_overdue_rungs_at_once_and_nobody_is_late() -> None:
    """R-ESCL-7, replay H."""
    raised = lifecycle.change_severity(
        opened("P2"), POLICY.severity("sev1"), reason="", by="U1", at=minutes(70), policy=POLICY
    )
    change = escalation.overtaken(raised, at=minutes(70), policy=POLICY)
    assert told(change.incident) == ["executives", "customer_calls"]
    assert [known.late for known in change.incident.escalations] == [0, 0]
    assert [news.what for news in change.news] == [What.SEVERITY, What.ESCALATED]
    assert escalation.when(change.incident, POLICY) == minutes(240)


def test_an_earlier_start_of_impact_tells_what_is_overdue_by_it_and_nobody_is_late() -> None:
    """DR-24, PRODUCT 1.3: the ladder counts from the impact; it is known since now."""
    one = opened()

    def began(at: float) -> Change:
        return recording.set_field(
            one, field="impact_start", value=minutes(at), echo="-5h", by="U1", at=minutes(20)
        )

    change = escalation.overtaken(began(-300), at=minutes(20), policy=IMPACT)
    assert [(each.target, each.late) for each in change.incident.escalations] == [
        ("executives", 0), ("customer_calls", 0), ("board", 0),
    ]  # fmt: skip
    assert [news.what for news in change.news] == [What.FIELD, What.ESCALATED]
    for same in (
        began(-5),
        recording.set_field(one, field="title", value="x", echo="x", by="U1", at=minutes(90)),
    ):
        assert escalation.overtaken(same, at=minutes(20), policy=IMPACT) == same
    assert escalation.overtaken(began(-300), at=minutes(20), policy=POLICY) == began(-300), (
        "it counts elsewhere"
    )


def test_a_severity_that_stays_or_brings_nothing_due_adds_nothing() -> None:
    """R-ESCL-8 too: a lower one leaves its own rungs only."""
    same = lifecycle.change_severity(
        opened(), POLICY.severity("sev1"), reason="", by="U1", at=minutes(30), policy=POLICY
    )
    assert escalation.overtaken(same, at=minutes(30), policy=POLICY).is_nothing
    lower = lifecycle.change_severity(
        opened(), POLICY.severity("sev2"), reason="", by="U1", at=minutes(20), policy=POLICY
    )
    change = escalation.overtaken(lower, at=minutes(20), policy=POLICY)
    assert change.incident.escalations == ()
    assert escalation.when(change.incident, POLICY) == minutes(60)


def test_a_target_that_was_told_at_one_severity_is_not_told_again_at_another() -> None:
    """R-ESCL-4: at most once per incident."""
    p1 = fire(opened("P1"), 60).incident
    assert told(fire(replace(p1, severity="P0"), 61).incident) == ["executives", "customer_calls"]
    p0 = fire(opened(), 30).incident
    assert fire(replace(p0, severity="P1"), 61).is_nothing


# By hand


def test_who_was_told_by_hand_before_the_threshold_is_not_told_by_the_ladder() -> None:
    """R-ESCL-5."""
    change = by_hand(opened(), 4, reason="we need a decision")
    (entry,) = change.entries
    assert entry.author == "U0000BEN"
    assert entry.text.endswith("mentions @execs; reason: we need a decision")
    assert entry.text.startswith("Escalated to executives by hand: message in #exec-updates")
    assert (entry.data["after"], entry.data["by"]) == (1800, "U0000BEN")
    assert fire(change.incident, 30).is_nothing
    assert escalation.when(change.incident, POLICY) == minutes(60)


def test_the_same_target_again_says_who_told_it_and_when() -> None:
    """R-ESCL-4: a repeat changes nothing."""
    now = by_hand(opened(), 4).incident
    with pytest.raises(ToldAlready) as caught:
        by_hand(now, 5)
    assert "executives: told already, by <@U0000BEN> at 09:04 UTC" in caught.value.sentence
    assert caught.value.next_step == "/incident escalate INC-2026-0302-001 ack executives"
    with pytest.raises(ToldAlready) as caught:
        by_hand(fire(opened(), 30).incident, 31)
    assert "by the bot at 09:30 UTC" in caught.value.sentence


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_nobody_is_told_of_what_is_over(status: Status) -> None:
    with pytest.raises(NotPossible):
        by_hand(opened(status=status), 4)


def test_a_target_with_a_time_to_be_ready_gets_a_task_for_whoever_told_it() -> None:
    """R-CUS-3."""
    change = by_hand(opened(), 20, "customer_success")
    (task,) = change.incident.tasks
    assert (task.n, task.text, task.owner, task.due_at) == (
        1,
        "Customer success: ready?",
        "U0000BEN",
        minutes(35),
    )
    assert "; ready within 15 min" in change.entries[0].text
    ladder = laid_over('[severity.P2]\nescalate = [{after = "1h", to = "customer_success"}]')
    (task,) = fire(opened("P2", roles={"commander": "U0000CEM"}), 60, ladder).incident.tasks
    assert (task.owner, task.due_at) == ("U0000CEM", minutes(75))


# In words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"channel": "exec-updates"}, "message in #exec-updates"),
        ({"channel": "C0123ABC", "usergroup": "S0123ABC"}, "message in <#C0123ABC> that mentions <!subteam^S0123ABC>"),
        ({"users": ("U0000CEO", "U0000CTO")}, "direct message to <@U0000CEO>, <@U0000CTO>"),
        ({"usergroup": "execs"}, "direct messages to the members of @execs"),
        ({"users": tuple(f"U0000000{n}" for n in range(7))}, "direct message to 7 people"),
        ({"channel": "a", "users": ("U0000CEO",)}, "message in #a; direct message to <@U0000CEO>"),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_means_are_said_in_words(target: dict[str, Any], words: str) -> None:
    """R-ESCL-4."""
    assert means(recipients_of(Target(name="x", label="x", **target))) == words
