"""Mitigate, cancel, triage, what a resolve asks, and the hint at an incident that is open already (PRODUCT 2.2)."""

from datetime import UTC, datetime

import pytest

from bot.domain.incident import Incident
from bot.sandbox import Person
from tests.world import World, heads, in_channel, said

INC = "INC-2026-0302-001"


def incident(world: World, ref: str = INC) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(ref)
    assert found is not None
    return found


# Mitigate


def test_a_mitigation_is_recorded_and_reminders_go_on(world: World, ana: Person) -> None:
    world.forward(minutes=10)
    answer = said(world, ana, "mitigate")
    assert f"`{INC}` is mitigated and in phase monitoring; reminders go on." in answer
    assert "is *monitoring*" in world.channel().card.words
    assert "Mitigated" in world.channel().card.words
    (told,) = world.channel().keyed("mitigated").words
    assert f"*Mitigated* by <@{ana.id}> · investigating → *monitoring*" in told
    world.forward(minutes=5)
    assert len(world.channel().nudges) == 1, "no message, no update: the clock goes on (DR-4)"
    assert incident(world).mitigated_at == datetime(2026, 3, 2, 9, 10, tzinfo=UTC)


def test_a_mitigation_with_a_message_is_an_update_and_answers_the_reminder(world: World, ana: Person) -> None:
    """DR-4: a phase change with text resets the clock."""
    world.forward(minutes=16)
    assert "The next update is due" in said(world, ana, "mitigated traffic runs over the secondary")
    (told,) = world.channel().keyed("update").words
    assert "traffic runs over the secondary" in told
    assert heads(world.channel()) == ["A status update was due here; it was posted."]
    world.forward(minutes=14)
    assert len(world.channel().nudges) == 1
    world.forward(minutes=1)
    assert len(world.channel().nudges) == 2
    assert "traffic runs over the secondary" in world.channel("incidents").keyed("announce").words[0]
    assert incident(world).updates == 1


def test_a_mitigation_can_tell_when_it_was_and_is_corrected_by_set(world: World, ana: Person) -> None:
    world.forward(minutes=30)
    assert "as of 10:20:00 CET (09:20:00 UTC)" in said(world, ana, "mitigate at=10:20")
    again = said(world, ana, "mitigate once more")
    assert f"{INC} was mitigated at 2026-03-02 09:20:00 UTC; nothing was changed." in again
    assert f"Next: `/incident set {INC} mitigated TIME`" in again
    assert "once more" in again
    said(world, ana, "set mitigated 10:25")
    assert incident(world).mitigated_at == datetime(2026, 3, 2, 9, 25, tzinfo=UTC)
    assert incident(world).updates == 0
    said(world, ana, "resolve over")
    assert "is resolved, so 'mitigate' is not possible now" in said(world, ana, "mitigate")
    said(world, ana, "reopen it is back")
    assert "is mitigated" in said(world, ana, "mitigate this time too")


def test_a_mitigation_before_the_impact_is_refused(world: World, ana: Person) -> None:
    """MD-1."""
    world.forward(minutes=30)
    said(world, ana, "set impact_start 10:10")
    answer = said(world, ana, "mitigate at=10:05")
    assert (
        "Nothing was recorded: the mitigation (2026-03-02 09:05:00 UTC) would lie before the start" in answer
    )
    assert "Next: `/incident mitigate`" in answer
    assert incident(world).mitigated_at is None


# What a resolve asks


def test_the_form_of_a_resolve_asks_for_cause_loss_and_end_of_impact_and_forces_none(
    world: World, ana: Person
) -> None:
    """DR-18."""
    said(world, ana, "set root_cause the pool was too small")
    world.forward(minutes=30)
    ana.clicks("Resolve")
    assert "Root cause" in (ana.modal.words if ana.modal else "")
    wrong = ana.submits({"message": "pool raised", "restored": "soon"})
    assert "'soon' is not a time" in wrong.errors["restored"]
    assert incident(world).is_open
    ana.submits({"message": "pool raised", "data_loss": "none", "restored": "10:25"})
    world.tick()
    now = incident(world)
    assert (now.status.value, now.root_cause) == ("resolved", "the pool was too small")
    assert now.restored_at == datetime(2026, 3, 2, 9, 25, tzinfo=UTC)
    assert [each["text"] for each in now.facts["impact_metrics"]] == ["none"]
    assert "pool raised" in world.channel().keyed("resolved").words[0]
    assert len(world.channel().keyed("echo")) == 3, "what stood in the form already is not said again"


def test_an_empty_form_resolves(world: World, ana: Person) -> None:
    ana.clicks("Resolve")
    ana.submits({})
    assert incident(world).status.value == "resolved"
    assert world.channel().keyed("echo") == []


# Cancel


@pytest.mark.parametrize("verb", ["cancel", "false-alarm"])
def test_a_false_alarm_is_silent_at_once_and_everything_says_so(world: World, ana: Person, verb: str) -> None:
    """DR-1."""
    world.forward(minutes=16)
    assert f"`{INC}` is cancelled" in said(world, ana, f"{verb} the monitoring misfired")
    assert heads(world.channel()) == [
        "A status update was due here; no longer needed, the incident is cancelled."
    ]
    assert f"*Cancelled* by <@{ana.id}>: the monitoring misfired" in in_channel(world)
    assert "is *cancelled*" in world.channel().card.words
    assert "is *cancelled*" in world.channel("incidents").keyed("announce").words[0]
    assert "over" in world.channel().channel.topic.split(" · ")
    world.forward(hours=30)
    assert len(world.channel().nudges) == 1
    assert incident(world).ended_at is not None
    assert "cancelled after 16 min" in said(world, ana, f"status {INC}")


def test_a_cancel_wants_a_reason_and_happens_once(world: World, ana: Person) -> None:
    """DR-16."""
    answer = said(world, ana, "cancel")
    assert "Why is it no incident?" in answer
    assert f"Next: `/incident cancel {INC} the monitoring misfired`" in answer
    assert incident(world).is_open
    said(world, ana, "cancel it was a test")
    answer = said(world, ana, "cancel it was a test")
    assert f"{INC} is cancelled already; nothing was changed." in answer
    assert f"Next: `/incident reopen {INC}`" in answer
    assert len(world.channel().keyed("cancelled")) == 1


def test_a_cancelled_incident_can_be_reopened(world: World, ana: Person) -> None:
    said(world, ana, "cancel it was a test")
    world.forward(hours=1)
    assert "is open again" in said(world, ana, "reopen it was none")
    assert incident(world).ended_at is None
    assert "is *investigating*" in world.channel().card.words
    assert "is *investigating*" in world.channel("incidents").keyed("announce").words[0]
    assert "open" in world.channel().channel.topic.split(" · ")
    world.forward(minutes=15)
    assert len(world.channel().nudges) == 1


def test_a_resolved_incident_can_be_cancelled_and_owes_no_postmortem(world: World, ana: Person) -> None:
    said(world, ana, "resolve over")
    said(world, ana, "cancel it was a test")
    assert incident(world).postmortem_due_at is None
    answer = said(world, ana, "close")
    assert f"{INC} is cancelled, so 'close' is not possible now." in answer
    assert f"Next: `/incident reopen {INC}`" in answer


# Triage


def test_triage_has_a_pace_of_its_own_and_an_update_leads_on(world: World) -> None:
    """Nudges 6."""
    ana = world.person("ana")
    answer = said(world, ana, "declare sev1 something is odd --triage")
    assert "It is in triage." in answer
    assert "updates every 1 h" in answer
    ana.channel = world.channel().channel
    assert "is *triage*" in world.channel().card.words
    world.forward(minutes=59)
    assert world.channel().nudges == []
    world.forward(minutes=1)
    assert len(world.channel().nudges) == 1
    said(world, ana, "update investigating it is real")
    assert "is *investigating*" in world.channel().card.words
    world.forward(minutes=15)
    assert len(world.channel().nudges) == 2


def test_what_is_in_triage_can_be_mitigated_and_then_keeps_the_pace_of_its_severity(world: World) -> None:
    ana = world.person("ana")
    said(world, ana, "declare sev1 something is odd --triage")
    ana.channel = world.channel().channel
    world.forward(minutes=5)
    said(world, ana, "mitigate")
    world.forward(minutes=10)
    assert len(world.channel().nudges) == 1


# The hint at a duplicate


def test_a_declaration_names_an_open_incident_that_it_looks_like(world: World, ana: Person) -> None:
    answer = said(world, world.person("ben"), "declare sev2 checkout down in Europe")
    second = "INC-2026-0302-002"
    assert f"This looks like `{INC}` (checkout is down)" in answer
    assert f"`/incident merge {second} into {INC}`" in answer
    assert "is merged into" in said(world, world.person("ben"), f"merge {second} into {INC}")
    assert "This looks like" not in said(world, world.person("ben"), "declare sev2 login is slow")


def test_the_same_service_is_enough_and_what_is_over_is_not_named(world: World, ana: Person) -> None:
    ben = world.person("ben")
    said(world, ana, "set service payments")
    assert f"This looks like `{INC}`" in said(world, ben, "declare sev2 cards fail service=Payments")
    said(world, ana, "cancel false")
    said(world, ben, "cancel INC-2026-0302-002 false")
    assert "This looks like" not in said(world, ben, "declare sev2 cards fail again service=payments")
