"""Hand-offs: offered with a note from the record, answered by whom they are for, told in one line (DR-26)."""

import pytest

from bot.sandbox import Message, Person
from tests.world import World, declared, said

INC = "INC-2026-0302-001"


def buttons(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row]


def joins(world: World, name: str) -> Person:
    """Somebody who stands in the newest incident's channel."""
    person = world.person(name)
    person.joins(world.channel().channel)
    person.channel = world.channel().channel
    return person


def heard(world: World, person: Person) -> str:
    world.settle()
    return [each for each in person.hears() if each.ephemeral_for == person.id][-1].words


def offers(world: World) -> list[str]:
    return world.channel().keyed("offer").words


# The offer


def test_an_offer_brings_the_note_from_the_record(world: World) -> None:
    """DR-26: state, tried, owners, next decision, and what was typed."""
    ana, _ = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "comms @ben")
    said(world, ana, "update identified The pool is exhausted next=20m")
    said(world, ana, "note action: restarted the pods")
    said(world, ana, "note finding: connections never close")
    said(world, ana, "note hypothesis: bad deploy, ruled out")
    said(world, ben, "note decision: fail over to the secondary")
    said(world, ana, "task add call the vendor @ben in=10m")
    said(world, ana, "task add write it down")
    world.forward(minutes=4)
    answer = said(world, ana, "handoff comms @ana")
    assert "is not offered to oneself" in answer
    cy = world.person("cy")
    assert f"Incident commander is offered to <@{cy.id}>" in said(
        world, ana, "handoff ic @cy off at six, vendor calls"
    )
    (shown,) = offers(world)
    assert f"<@{cy.id}>: <@{ana.id}> hands *incident commander* over to you. Do you take it?" in shown
    assert "*State*: SEV-1 (P0 · Critical), identified, open for 4 min. Last update" in shown
    assert "4 min ago: “The pool is exhausted”. Next due" in shown
    assert "action: “restarted the pods” (@Ana)" in shown
    assert "finding: “connections never close”" in shown
    assert "hypothesis: “bad deploy, ruled out”" in shown
    assert "*Owners*: incident commander @Ana, comms lead @Ben." in shown
    assert "Task 1: call the vendor (@Ben, due" in shown
    assert "Task 2: write it down (nobody's)" in shown
    assert "*Next decision*:" in shown
    assert "decision: “fail over to the secondary” (@Ben)" in shown
    assert "*Note*: off at six, vendor calls" in shown
    assert buttons(world.channel().keyed("offer")[0]) == ["Accept", "Decline"]


def test_an_offer_of_an_incident_without_a_record_says_what_is_missing(world: World) -> None:
    """DR-26: nothing is invented."""
    ana, _ = declared(world)
    joins(world, "ben")
    said(world, ana, "handoff ic @ben")
    (shown,) = offers(world)
    assert "No update was posted yet." in shown
    assert "*Tried*: nothing is on the timeline." in shown
    assert "No task is open." in shown
    assert (
        f"*Next decision*: none is on the timeline. <@{ana.id}>, say here what is to be decided next."
        in shown
    )
    assert "*Note*" not in shown


def test_whoever_is_absent_is_invited_before_the_offer_is_made(world: World) -> None:
    ana, room = declared(world)
    ben = world.person("ben")
    assert ben.id not in room.channel.members
    said(world, ana, "handoff ic @ben")
    assert ben.id in room.channel.members
    calls = [(call.method, call.args) for call in world.slack.calls]
    invited = calls.index(
        next(c for c in calls if c[0] == "conversations.invite" and c[1]["users"] == ben.id)
    )
    offered = calls.index(
        next(c for c in calls if c[0] == "chat.postMessage" and "Do you take it" in c[1]["text"])
    )
    assert invited < offered


def test_an_invitation_that_slack_refuses_does_not_hold_up_the_offer(world: World) -> None:
    """DR-14."""
    ana, room = declared(world)
    joins(world, "cy")
    world.person("ben")
    world.slack.faults.add("conversations.invite", "user_is_restricted")
    said(world, ana, "handoff ic @ben")
    assert len(room.keyed("offer")) == 1
    assert "could not be invited (user_is_restricted)" in "\n".join(room.messages.words)


def test_who_offers_a_role_of_another_says_from_whom(world: World) -> None:
    ana, _ = declared(world)
    ben, cy = joins(world, "ben"), joins(world, "cy")
    said(world, ana, "comms @ben")
    said(world, ana, "handoff comms to @cy")
    said(world, cy, "handoff scribe @ben")
    first, second = offers(world)
    assert f"<@{cy.id}>: <@{ana.id}> offers you *comms lead*, which <@{ben.id}> has." in first
    assert f"<@{ben.id}>: <@{cy.id}> offers you *scribe*, which nobody has." in second


def test_the_same_offer_again_says_since_when_it_waits(world: World) -> None:
    ana, _ = declared(world)
    joins(world, "ben")
    said(world, ana, "handoff ic @ben off at six")
    world.forward(minutes=3)
    answer = said(world, ana, "handoff ic @ben")
    assert "Incident commander has been offered to" in answer
    assert "09:00 UTC" in answer
    assert "it waits for their answer" in answer
    assert len(offers(world)) == 1


def test_a_second_offer_of_a_role_replaces_the_first(world: World) -> None:
    ana, room = declared(world)
    ben, cy = joins(world, "ben"), joins(world, "cy")
    said(world, ana, "handoff ic @ben")
    stale = room.keyed("offer")[0].ts
    said(world, ana, "handoff ic @cy")
    first, second = room.keyed("offer")
    line = f"The role of incident commander was offered here; it is offered to <@{cy.id}> now, see below."
    assert (first.words, buttons(first)) == (line, [])
    assert buttons(second) == ["Accept", "Decline"]
    assert "No role of" in said(world, ben, "handoff accept")
    assert stale == first.ts


NO_OFFER = (
    ("handoff ic", "To whom is incident commander handed over?", "Next: `/incident handoff commander @name`"),
    ("handoff comsm @ben", "Unknown role 'comsm'", "Next: `/incident handoff comms @name`"),
    ("handoff ic me", "A role is not offered to oneself.", "Next: `/incident role commander me`"),
    ("handoff ic @ana", "A role is not offered to oneself.", "Next: `/incident role commander me`"),
    (
        "handoff comms @ben",
        "@Ben is comms lead already; nothing was offered.",
        f"Next: `/incident roles {INC}`",
    ),
    ("handoff ic @tocsin", "is a bot or a deactivated account", "Name a person"),
    ("handoff ic @zzyzx", "Nobody here is called '@zzyzx'", "Slack's list"),
    ("handoff ic ben", "'ben' is not a person", "Write @name or me"),
    ("handoff accept", f"No role of {INC} is offered to you.", f"Next: `/incident roles {INC}`"),
    ("handoff decline ops", f"No role of {INC} is offered to you.", f"Next: `/incident roles {INC}`"),
)


def test_what_cannot_be_offered_is_refused_with_a_way_on(world: World) -> None:
    """DR-16."""
    ana, _ = declared(world)
    joins(world, "ben")
    said(world, ana, "comms @ben")
    for line, sentence, following in NO_OFFER:
        answer = said(world, ana, line)
        assert sentence in answer, line
        assert following in answer, line
    assert offers(world) == []


def test_words_in_a_note_call_nobody(world: World) -> None:
    ana, _ = declared(world)
    joins(world, "ben")
    said(world, ana, "note decision: page <!channel> & see <https://x.example|bank>")
    said(world, ana, "handoff ic @ben *{{ 7*7 }}* <!here> " + "x" * 6_000)
    (shown,) = offers(world)
    for active in ("<!channel>", "<!here>", "<https://x.example|bank>"):
        assert active not in shown
    assert "{{ 7*7 }}" in shown


# The answer


@pytest.mark.parametrize("way", ["button", "words", "named"])
def test_an_accepted_offer_swaps_the_role(world: World, way: str) -> None:
    """DR-26: one line stands, the new holder gets the instructions, nudges go to them."""
    ana, room = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "comms me")
    said(world, ana, "handoff comms @ben")
    world.forward(minutes=1)
    if way == "button":
        assert ben.clicks("Accept").ok
    else:
        answer = said(world, ben, "handoff accept" + (" communications" if way == "named" else ""))
        assert f"You are comms lead of `{INC}` now." in answer
    world.tick()
    (offer,) = room.keyed("offer")
    assert offer.words == f"The role of comms lead was offered here; <@{ben.id}> took it over."
    assert f"<@{ben.id}> is now comms lead (handed over by <@{ana.id}>)." in room.keyed("role-assigned").words
    assert "You are comms lead of" in world.dm(ben).words[-1]
    listed = said(world, ana, "timeline")
    assert "Comms lead offered to @Ben — Ana" in listed
    assert "Comms lead: @Ben — Ben" in listed
    assert "Comms lead accepted by @Ben — Ben" in listed
    world.forward(minutes=14)
    assert f"A status update is due, <@{ben.id}>." in room.nudges[0]


def test_a_new_commander_by_hand_off_ends_a_snooze_and_is_on_card_and_announcement(world: World) -> None:
    """DR-5."""
    ana, room = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "snooze 25m vendor")
    said(world, ana, "handoff ic @ben")
    ben.clicks("Accept")
    world.tick()
    assert f"Commander: <@{ben.id}>" in world.channel().card.words
    assert f"commander <@{ben.id}>" in world.channel("incidents").messages.words[-1]
    world.forward(minutes=15)
    assert len(room.nudges) == 1


@pytest.mark.parametrize("way", ["button", "words"])
def test_a_declined_offer_tells_whoever_made_it(world: World, way: str) -> None:
    ana, room = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "handoff ic @ben")
    if way == "button":
        ben.clicks("Decline")
        world.tick()
    else:
        assert "Declined." in said(world, ben, "handoff decline ic")
    assert (
        room.keyed("offer")[0].words
        == f"The role of incident commander was offered here; <@{ben.id}> declined."
    )
    (told,) = room.keyed("handoff-declined").words
    assert f"<@{ana.id}>: <@{ben.id}> declined incident commander. It stays with @Ana." in told
    assert "`/incident handoff commander @name`" in told
    assert f"incident commander: <@{ana.id}>" in said(world, ana, "roles")


def test_only_whom_it_is_for_may_answer(world: World) -> None:
    ana, room = declared(world)
    joins(world, "ben")
    cy = joins(world, "cy")
    said(world, ana, "handoff ic @ben")
    for label in ("Accept", "Decline"):
        cy.clicks(label, message=room.keyed("offer")[0].ts)
        assert "Incident commander was offered to @Ben: only they can accept or decline." in heard(world, cy)
    assert "only they can accept" in said(world, ana, "handoff accept ic")
    assert buttons(room.keyed("offer")[0]) == ["Accept", "Decline"]


def test_an_answer_that_comes_late_hears_who_has_the_role(world: World) -> None:
    """A click on buttons that are still on somebody's screen."""
    ana, room = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "handoff ic @ben")
    offer = room.keyed("offer")[0].ts
    ben.clicks("Accept", message=offer)
    ben.clicks("Decline", message=offer)
    assert "That offer of incident commander no longer waits for an answer: @Ben has the role." in heard(
        world, ben
    )


def test_several_offers_to_one_person_are_answered_by_name(world: World) -> None:
    ana, _ = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "handoff ic @ben")
    said(world, ana, "handoff scribe @ben")
    answer = said(world, ben, "handoff accept")
    assert "Several roles are offered to you: commander, scribe." in answer
    assert "Next: `/incident handoff accept commander`" in answer
    assert "You are scribe" in said(world, ben, "handoff accept scribe")
    assert "You are incident commander" in said(world, ben, "handoff accept")


def test_giving_the_role_otherwise_withdraws_the_offer(world: World) -> None:
    ana, room = declared(world)
    joins(world, "ben")
    cy = joins(world, "cy")
    said(world, ana, "handoff comms @ben")
    assert "comms lead: nobody yet (offered to" in said(world, ana, "roles")
    said(world, cy, "comms me")
    line = f"The role of comms lead was offered here; no longer needed, <@{cy.id}> has it."
    assert room.keyed("offer").words == [line]
    assert "offered to" not in said(world, ana, "roles")


def test_an_offer_is_not_answered_after_the_resolve(world: World) -> None:
    ana, _ = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "handoff ic @ben")
    said(world, ana, "resolve over")
    answer = said(world, ben, "handoff accept")
    assert f"{INC} is resolved, so 'handoff' is not possible now." in answer
    assert f"Next: `/incident reopen {INC}`" in answer
