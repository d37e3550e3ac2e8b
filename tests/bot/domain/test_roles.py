"""Roles: when people are asked who takes them, who may claim one, and what a hand-off tells (DR-26)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import handoffs, lifecycle, nudges, rolecall, roles
from bot.domain.handover import handover
from bot.domain.incident import Change, Incident, Status
from bot.domain.news import What
from bot.domain.parts import Task
from bot.domain.refusal import NotPossible
from bot.domain.refusal_roles import (
    HandoffToOneself,
    HoldsItAlready,
    NothingOffered,
    OfferForAnother,
    OfferGone,
    RoleTaken,
    WhichOffer,
)
from bot.domain.timeline import Kind, Source
from tests.records import entry, policy, state

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COMMS, SCRIBE, LEAD = (policy().roles[key] for key in ("comms", "scribe", "commander"))


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def opened(severity: str = "P0", **fields) -> Incident:
    made = Incident(ref="INC-2026-0302-001", severity=severity, declared_by="U1", declared_at=AT)
    return replace(lifecycle.declare(made, by="U1", at=AT, policy=policy()).incident, **fields)


def raised(of: Incident, minutes: float, to: str = "sev1") -> Incident:
    new = policy().severity(to)
    return lifecycle.change_severity(of, new, reason="", by="U1", at=later(minutes), policy=policy()).incident


def asked(of: Incident, minutes: float) -> Incident:
    return rolecall.fire(of, at=later(minutes), policy=policy()).incident


def called(of: Incident) -> tuple[int, tuple[str, ...]]:
    """How often people were asked, and for which roles last."""
    assert of.role_call is not None
    return of.role_call.n, of.role_call.roles


# The role call


@pytest.mark.parametrize(
    ("of", "due"),
    [
        (opened(), 5),
        (opened("P1"), 5),
        (opened("P2"), None),
        (opened(roles={"comms": "U2", "scribe": "U3"}), None),
        (opened(roles={"comms": "U2"}), 5),
        (opened(backfilled=True), None),
        (opened(roles_asked=True), None),
        (opened(reopened_at=later(60)), 65),
        (opened(paused_until=later(90)), 90),
    ],
)
def test_people_are_asked_once_where_a_wanted_role_is_held_by_nobody(of: Incident, due: float | None):
    assert rolecall.when(of, policy()) == (None if due is None else later(due))


def test_a_raise_that_brings_roles_in_asks_again_and_nothing_else_does():
    one = asked(opened("P1"), 5)
    assert one.roles_asked
    assert called(one) == (1, ("comms",))
    assert rolecall.when(one, policy()) is None
    up = raised(one, 20)
    assert rolecall.when(up, policy()) == later(25)
    both = asked(up, 25)
    assert called(both) == (2, ("comms", "scribe"))
    down_and_up = raised(raised(both, 30, "sev3"), 40)
    assert rolecall.when(down_and_up, policy()) == later(45), "P2 wanted none, so P0 brings them in"
    held = replace(both, roles={"comms": "U2", "scribe": "U3"})
    assert rolecall.when(raised(raised(held, 30, "sev3"), 40), policy()) is None
    assert rolecall.when(raised(one, 20, "sev3"), policy()) is None, "a lower severity asks nobody"


def test_a_role_call_that_has_nothing_to_ask_any_more_is_silent():
    held = opened(roles={"comms": "U2", "scribe": "U3"})
    assert rolecall.fire(held, at=later(5), policy=policy()).is_nothing
    assert rolecall.fire(opened(roles_asked=True), at=later(5), policy=policy()).is_nothing


def test_the_first_who_claims_a_role_has_it():
    """DR-16: the second hears who was first and how it is handed over."""
    one = roles.claim(opened(), COMMS, by="U2", at=later(5)).incident
    assert one.roles == {"comms": "U2"}
    assert roles.claim(one, COMMS, by="U2", at=later(6)).is_nothing
    with pytest.raises(RoleTaken) as caught:
        roles.claim(one, COMMS, by="U3", at=later(6))
    assert caught.value.sentence == "<@U2> is comms lead already. They can hand it over to you."
    assert caught.value.next_step == "/incident handoff comms <@U3>"


# Hand-offs


def offered(
    of: Incident, role=COMMS, *, to: str = "U2", by: str = "U1", note: str = "", at: float = 6
) -> Change:
    return handoffs.offer(of, role, to=to, note=note, by=by, at=later(at), policy=policy(), entries=())


def test_an_offer_waits_and_the_same_again_changes_nothing():
    change = offered(opened(), note="vendor at six")
    (offer,) = change.incident.offers
    assert (offer.n, offer.role, offer.to, offer.by, offer.at) == (1, "comms", "U2", "U1", later(6))
    (kept,) = change.entries
    assert kept.data == {"change": "handoff", "step": "offered", "role": "comms", "from": None, "to": "U2"}
    assert offered(change.incident).is_nothing
    assert offered(change.incident, note="vendor at six").is_nothing
    assert not offered(change.incident, note="vendor at seven").is_nothing, "what was typed is not lost"


def test_a_second_offer_of_a_role_replaces_the_first_and_leaves_others_alone():
    one = offered(offered(opened()).incident, SCRIBE, to="U3").incident
    two = offered(one, to="U4")
    assert {(offer.n, offer.role, offer.to) for offer in two.incident.offers} == {
        (2, "scribe", "U3"),
        (3, "comms", "U4"),
    }
    (gone,) = [news for news in two.news if news.what is What.OFFER_ENDED]
    assert (gone.facts["n"], gone.facts["how"]) == (1, "replaced")


def test_an_accepted_offer_swaps_the_role_and_says_from_whom():
    """DR-26."""
    one = offered(opened(roles={"comms": "U5"})).incident
    change = handoffs.accept(one, one.offers[0], COMMS, by="U2", at=later(7))
    assert change.incident.roles == {"comms": "U2"}
    assert change.incident.offers == ()
    swap, answer = change.entries
    assert swap.data == {"change": "role", "role": "comms", "from": "U5", "to": "U2"}
    assert (answer.data["step"], answer.author, answer.at) == ("accepted", "U2", later(7))
    assert [news.what for news in change.news] == [What.ROLE, What.OFFER_ENDED]
    assert change.news[0].facts["from"] == "U5"


def test_nudges_address_whoever_took_the_role_over():
    """DR-26: what is due later is addressed when it fires."""
    one = offered(opened(roles={"comms": "U5"})).incident
    accepted = handoffs.accept(one, one.offers[0], COMMS, by="U2", at=later(7)).incident
    (news,) = nudges.fire(accepted, at=later(15), policy=policy()).news
    assert news.facts["to"] == ["U2"]


def test_a_new_commander_ends_a_snooze():
    """DR-5."""
    snoozed = lifecycle.snooze(
        opened(), asked=timedelta(minutes=25), reason="", by="U1", at=later(1), policy=policy()
    ).incident
    one = offered(snoozed, LEAD).incident
    now = handoffs.accept(one, one.offers[0], LEAD, by="U2", at=later(7)).incident
    assert (now.snoozed_until, now.nudge_due_at, now.commander) == (None, later(15), "U2")


def test_a_declined_offer_leaves_the_role_where_it_is():
    one = offered(opened(roles={"comms": "U5"})).incident
    change = handoffs.decline(one, one.offers[0], COMMS, by="U2", at=later(7))
    assert change.incident.roles == {"comms": "U5"}
    assert change.incident.offers == ()
    assert change.entries[0].data["step"] == "declined"
    assert change.news[0].facts["to"] == "U1", "whoever offered it hears so"


def test_giving_the_role_otherwise_withdraws_its_offer():
    one = offered(offered(opened()).incident, SCRIBE, to="U3").incident
    change = roles.assign(one, COMMS, to="U4", by="U1", at=later(7))
    assert [offer.role for offer in change.incident.offers] == ["scribe"]
    (gone,) = [news for news in change.news if news.what is What.OFFER_ENDED]
    assert (gone.facts["n"], gone.facts["how"], gone.facts["to"]) == (1, "withdrawn", "U4")


def test_what_cannot_be_offered_or_answered_is_refused_with_a_way_on():
    """DR-16."""
    one = offered(offered(opened()).incident, SCRIBE, to="U3").incident
    comms, scribe = one.offers
    with pytest.raises(HandoffToOneself, match="/incident role comms me"):
        offered(opened(), to="U1", by="U1")
    with pytest.raises(HoldsItAlready, match="<@U5> is comms lead already"):
        offered(opened(roles={"comms": "U5"}), to="U5")
    with pytest.raises(OfferForAnother, match="Comms lead was offered to <@U2>: only they"):
        handoffs.numbered(one, comms.n, COMMS, by="U3")
    with pytest.raises(OfferForAnother):
        handoffs.meant(one, SCRIBE, answer="accept", by="U2")
    gone = handoffs.accept(one, comms, COMMS, by="U2", at=later(7)).incident
    with pytest.raises(OfferGone, match="<@U2> has the role"):
        handoffs.numbered(gone, comms.n, COMMS, by="U2")
    with pytest.raises(NothingOffered):
        handoffs.meant(gone, None, answer="accept", by="U2")
    with pytest.raises(NothingOffered):
        handoffs.meant(gone, COMMS, answer="accept", by="U2")
    with pytest.raises(WhichOffer, match=r"comms, scribe.*/incident handoff decline comms"):
        handoffs.meant(offered(one, SCRIBE, to="U2").incident, None, answer="decline", by="U2")
    assert handoffs.meant(one, None, answer="accept", by="U3") is scribe


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_an_offer_is_answered_only_while_people_work_on_it(status: Status):
    one = replace(offered(opened()).incident, status=status)
    for decide in (handoffs.accept, handoffs.decline):
        with pytest.raises(NotPossible, match=status.value):
            decide(one, one.offers[0], COMMS, by="U2", at=later(7))


# The note


def test_the_note_quotes_the_last_five_that_were_tried_and_the_last_that_is_ahead():
    """DR-26: state, tried, owners, next decision, all from the record."""
    record = [
        entry(0, "alert fired", Kind.ALERT),
        entry(1, "one", Kind.ACTION),
        entry(2, "bad deploy, ruled out", Kind.HYPOTHESIS),
        entry(3, "pool is full", Kind.FINDING),
        entry(4, "no change", Kind.RESULT),
        state(5, "task", "Task 1: x", step="added"),
        replace(state(6, "task", "Task 1 done: x", step="done"), kind=Kind.ACTION),
        entry(7, "taken back", Kind.ACTION, deleted_at=later(8)),
        entry(8, "talk", Kind.ACTION, marks=(), source=Source.MESSAGE),
        entry(9, "vendor's cache", Kind.HYPOTHESIS),
        entry(10, "last", Kind.ACTION),
        state(11, "severity", "SEV-1 → SEV-2"),
        entry(12, "CDN, rejected", Kind.HYPOTHESIS),
    ]
    tasks = (
        Task(n=1, text="x", by="U1", added_at=AT, done_at=AT, done_by="U1"),
        Task(n=2, text="call", owner="U3", by="U1", added_at=AT),
    )
    note = handover(opened(roles={"comms": "U2"}, tasks=tasks), record, policy())
    assert [quote.text for quote in note.tried] == [
        "pool is full",
        "no change",
        "Task 1 done: x",
        "last",
        "CDN, rejected",
    ]
    assert note.next is not None
    assert (note.next.text, note.next.kind, note.next.who) == ("vendor's cache", "hypothesis", "<@U1>")
    assert note.roles == (("incident commander", "U1"), ("comms lead", "U2"))
    assert [task.n for task in note.tasks] == [2]


def test_a_decision_that_was_made_last_is_the_next_one_to_speak_of():
    decision = entry(2, "fail over", Kind.DECISION, author=None, author_name="Pager")
    ahead = handover(opened(), [entry(1, "cache", Kind.HYPOTHESIS), decision], policy()).next
    assert ahead is not None
    assert (ahead.text, ahead.who) == ("fail over", "Pager")
    assert handover(opened(), [], policy()).next is None
