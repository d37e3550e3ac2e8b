"""How an incident ends and begins again: no postmortem wanted, reopened after customers read that it is over."""

import pytest

from bot.domain.incident import Incident, Status
from bot.sandbox import Person
from tests.world import World, said

INC = "INC-2026-0302-001"


@pytest.fixture
def policy() -> str:
    return '[channels]\nstatus = "status"\n'


@pytest.fixture
def ana(world: World, ana: Person) -> Person:
    world.slack.add_channel("status", bot=True)
    return ana


def incident(world: World, ref: str = INC) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(ref)
    assert found is not None
    return found


# No postmortem


def test_a_close_without_postmortem_makes_no_draft_and_records_why(world: World, ana: Person) -> None:
    """AD-1, PRODUCT 2.2."""
    said(world, ana, "resolve over")
    assert "No postmortem is wanted" in said(world, ana, "close --no-postmortem known cause, fixed today")
    world.forward(hours=1)
    room, now = world.channel(), incident(world)
    (told,) = room.keyed("closed").words
    assert f"*Closed* by <@{ana.id}>, no postmortem: known cause, fixed today" in told
    assert "`/incident postmortem draft`" in told
    assert room.keyed("draft") == []
    assert (now.status, now.postmortem_owner, now.postmortem_due_at) == (Status.CLOSED, None, None)
    assert "Closed, no postmortem: known cause, fixed today" in said(world, ana, "timeline")
    said(world, ana, "postmortem draft")
    (draft,) = room.keyed("draft").words
    assert "due" not in draft


def test_no_postmortem_needs_a_reason(world: World, ana: Person) -> None:
    """DR-16."""
    for _ in range(2):  # open, then resolved
        answer = said(world, ana, "close --no-postmortem")
        assert "Why is no postmortem wanted?" in answer
        assert f"Next: `/incident close {INC} --no-postmortem known cause" in answer
        said(world, ana, "resolve over")
    assert "'--no-postmortm' looks like --no-postmortem" in said(world, ana, "close --no-postmortm tiny")
    assert incident(world).status is Status.RESOLVED


def test_resolve_and_close_in_one_carries_it(world: World, ana: Person) -> None:
    """PRODUCT 2.2."""
    said(world, ana, "close --no-postmortem too small")
    ana.clicks("Resolve and close")
    world.tick()
    room = world.channel()
    assert "no postmortem: too small" in room.keyed("closed").words[0]
    assert "too small" not in room.keyed("resolved").words[0]
    assert room.keyed("draft") == []
    assert incident(world).resolution is None


# Reopened


def test_a_reopen_forgets_mitigation_and_restoration_of_the_former_stretch(world: World, ana: Person) -> None:
    """MD-3: what was over and goes on is not mitigated; its entry stays."""
    world.forward(minutes=8)
    said(world, ana, "mitigate")
    said(world, ana, "set restored now")
    world.forward(minutes=2)
    said(world, ana, "resolve over")
    world.forward(minutes=5)
    said(world, ana, "reopen errors are back")
    assert "Mitigated" not in world.channel().card.words
    assert "mitigated" not in said(world, ana, "status")
    assert (incident(world).mitigated_at, incident(world).restored_at) == (None, None)
    assert "Mitigated" in said(world, ana, "timeline")
    world.forward(minutes=5)
    assert "is mitigated and in phase monitoring" in said(world, ana, "mitigate")
    assert "Mitigated" in world.channel().card.words


def test_a_reopen_says_that_customers_read_resolved(world: World, ana: Person) -> None:
    """R-TPL."""
    line = "Customers last read RESOLVED: `/incident update investigating --external`"
    said(world, ana, "update investigating --external")
    said(world, ana, "resolve over")
    assert line not in said(world, ana, "reopen again")
    said(world, ana, "update resolved --external")
    assert line in said(world, ana, "reopen and again")
    first, second = world.channel().keyed("reopened").words
    assert line not in first
    assert line in second
    said(world, ana, "update investigating --external")
    said(world, ana, "resolve over")
    assert line not in said(world, ana, "reopen once more")


def test_the_topic_of_a_channel_taken_out_of_the_archive_names_its_commander(
    world: World, ana: Person
) -> None:
    """DR-15: a raw user id says nothing to anybody."""
    world.expects_errors("is_archived")
    said(world, ana, "lead @ben")
    said(world, ana, "resolve over")
    room = world.channel()
    ana.archives()
    ana.commands(f"/incident reopen {INC}", "general")
    world.tick()
    assert not room.channel.is_archived
    assert room.channel.topic.endswith("commander @Ben")
