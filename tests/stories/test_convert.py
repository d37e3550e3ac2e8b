"""``convert``: an ordinary channel becomes the channel of an incident (PRODUCT 2.2, DR-12)."""

from functools import partial

import pytest

from bot.domain.incident import Incident
from bot.sandbox import Person
from tests.world import World, at_once, said

REF = "INC-2026-0302-001"


def incident(world: World) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(REF)
    assert found is not None
    return found


@pytest.fixture
def ana(world: World) -> Person:
    """Ana in a channel of her own making."""
    ana = world.person("ana")
    ana.channel = ana.creates("checkout-trouble")
    ana.sets_topic("what is up with checkout")
    return ana


def test_an_ordinary_channel_is_adopted_with_its_name(world: World, ana: Person) -> None:
    ana.says("before it was one")
    world.forward(seconds=1)
    answer = said(world, ana, "convert sev1 checkout is down lead=@ana")
    assert "Declared *SEV-1 (P0 · Critical)*" in answer
    room = world.channel("checkout-trouble")
    assert f"<#{room.id}>" in answer
    assert world.slack.bot_user_id in room.channel.members
    assert "checkout is down" in room.card.words
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]
    assert room.channel.topic == "what is up with checkout"
    (announced,) = world.channel("incidents").keyed("announce").words
    assert f"<#{room.id}>" in announced
    assert (incident(world).channel_id, incident(world).channel_name) == (room.id, "checkout-trouble")
    assert [call.method for call in world.slack.calls].count("conversations.create") == 0
    ana.says("Finding: the pool is exhausted")
    world.forward(minutes=15)
    assert len(room.nudges) == 1
    assert "the pool is exhausted" in said(world, ana, "timeline")
    assert "before it was one" not in said(world, ana, "timeline --all")


def test_the_topic_of_an_adopted_channel_stays_as_its_people_wrote_it(world: World, ana: Person) -> None:
    said(world, ana, "convert sev1 checkout is down")
    room = world.channel("checkout-trouble")
    for line in (
        "sev sev2",
        "lead @ana",
        "set title checkout is slow",
        "resolve over",
        "close",
        "reopen again",
    ):
        said(world, ana, line)
    assert room.channel.topic == "what is up with checkout"
    assert [call for call in world.slack.calls if call.method == "conversations.setTopic"] == []
    ana.archives()
    ana.commands(f"/incident resolve {REF} over", "general")
    world.expects_errors("is_archived")
    ana.commands(f"/incident reopen {REF}", "general")
    world.tick()
    assert room.channel.topic == "what is up with checkout"


def test_a_private_channel_makes_a_private_incident_of_its_people(world: World) -> None:
    """DR-28."""
    ana, ben, eva = (world.person(name) for name in ("ana", "ben", "eva"))
    where = ana.creates("secret-trouble", private=True)
    ana.channel = where
    ana.invites("ben")
    ana.invites("tocsin")
    world.settle()
    answer = said(world, ana, "convert sev2 salaries are exposed")
    assert "It is private" in answer
    assert set(incident(world).members) == {ana.id, ben.id}
    assert world.channel("incidents").messages == []
    assert "salaries are exposed" in said(world, ben, f"status {REF}")
    assert "There is no incident" in said(world, eva, f"status {REF}")


def test_a_bot_that_is_not_in_a_private_channel_says_how_to_invite_it_and_then_comes(world: World) -> None:
    world.expects_errors("channel_not_found", "not_in_channel")
    ana = world.person("ana")
    ana.channel = ana.creates("secret-trouble", private=True)
    said(world, ana, "convert sev2 salaries are exposed")
    (told,) = world.dm(ana).words
    assert "the bot is not in" in told
    assert "`/invite @tocsin`" in told
    ana.invites("tocsin")
    world.tick()
    room = world.channel("secret-trouble")
    assert "salaries are exposed" in room.card.words
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]
    ana.says("Finding: the bucket was open")
    world.settle()
    assert "the bucket was open" in said(world, ana, "timeline")
    ana.removes("tocsin")
    ana.invites("tocsin")
    world.tick()
    assert len(room.keyed("card")) == 1


def test_what_cannot_be_adopted_is_refused_with_what_to_do(world: World, ana: Person) -> None:
    """DR-16, DR-12."""
    answer = ana.commands("/incident convert sev1 checkout is down", "@tocsin").text
    assert "A direct message cannot become the channel of an incident." in answer
    assert "Next: `/incident declare sev1`" in answer
    assert "You typed: /incident convert sev1 checkout is down" in answer
    answer = ana.commands("/incident convert sev1 checkout is down", world.slack.channel("incidents")).text
    assert "Incidents are announced here" in answer
    answer = said(world, ana, "convert sev9 checkout is down")
    assert "Unknown severity 'sev9'" in answer
    assert "Next: `/incident convert sev1 checkout is down`" in answer
    assert "Next: `/incident convert sev1 …`" in said(world, ana, "convert sev9")
    assert "A direct message cannot become" in ana.commands("/incident convert", "@tocsin").text
    said(world, ana, "convert sev1 checkout is down")
    assert "You declared this a moment ago" in said(world, ana, "convert sev1 checkout is down")
    answer = said(world, ana, "convert sev2 something else")
    assert f"The channel belongs to {REF} already" in answer
    assert f"Next: `/incident status {REF}`" in answer
    said(world, ana, "resolve over")
    said(world, ana, "close")
    assert f"The channel belongs to {REF} already" in said(world, ana, "convert sev2 something else")


@pytest.mark.parametrize("title", ["", "checkout is down"])
def test_a_convert_without_severity_asks_for_it_by_four_buttons(
    world: World, ana: Person, title: str
) -> None:
    """DR-12, DR-16: the buttons convert, they open no channel."""
    answer = said(world, ana, f"convert {title}".strip())
    assert "Make this channel the channel of an incident" in answer
    assert "`/incident convert sev1 " in answer
    ana.clicks("SEV-2 High")
    world.tick()
    assert incident(world).channel_id == ana.channel.id
    assert (incident(world).severity, incident(world).title) == ("P1", title)
    assert [call.method for call in world.slack.calls].count("conversations.create") == 0


def test_a_private_channel_that_is_converted_by_a_button_stays_private(world: World) -> None:
    """DR-28."""
    ana = world.person("ana")
    ana.channel = ana.creates("secret-trouble", private=True)
    ana.invites("tocsin")
    world.settle()
    said(world, ana, "convert salaries are exposed")
    ana.clicks("SEV-2 High")
    world.tick()
    assert incident(world).private
    assert world.channel("incidents").messages == []


def test_an_adopted_channel_that_is_archived_is_followed_by_one_of_the_bots_own(
    world: World, ana: Person
) -> None:
    """DR-15."""
    world.expects_errors("is_archived", "channel_not_found")
    said(world, ana, "convert sev1 checkout is down")
    said(world, ana, "resolve over")
    ana.archives()
    world.slack.faults.add("conversations.unarchive", "channel_not_found")
    ana.commands(f"/incident reopen {REF}", "general")
    world.tick()
    new = world.channel("inc-2026-0302-001-checkout-is-down")
    assert "is *investigating*" in new.card.words
    assert ana.id in new.channel.members


def test_an_adopted_channel_is_left_to_its_people_when_the_incident_goes_private(
    world: World, ana: Person
) -> None:
    said(world, ana, "convert sev1 checkout is down")
    room = world.channel("checkout-trouble")
    said(world, ana, "private")
    new = world.channel("inc-2026-0302-001-checkout-is-down")
    assert new.channel.is_private
    assert ana.id in new.channel.members
    assert not room.channel.is_archived
    (farewell,) = room.keyed("farewell").words
    assert "archived" not in farewell
    ana.channel = room.channel
    ana.says("Finding: this is not said in the incident any more")
    world.settle()
    assert "not said in the incident" not in said(world, ana, f"timeline {REF} --all")


def test_two_who_convert_one_channel_at_once_get_one_incident(world: World, ana: Person) -> None:
    """DR-12: a channel belongs to one incident."""
    ben = world.person("ben")
    ben.joins(ana.channel)
    world.settle()
    where, answers = ana.channel, list[str]()

    def convert(who: Person) -> None:
        answers.append(who.commands(f"/incident convert sev2 {who.name} saw it", where).text)

    at_once([partial(convert, ana), partial(convert, ben)])
    assert sum("Declared *SEV-2" in text for text in answers) == 1
    assert sum(f"The channel belongs to {REF} already" in text for text in answers) == 1
    world.tick()
    assert len(world.channel("checkout-trouble").keyed("card")) == 1


class TestBroughtIn:
    """Whom the severity brings in comes also where the bot itself had to be let in first."""

    @pytest.fixture
    def policy(self) -> str:
        return '[severity.P1]\ninvite = ["@oncall"]\n'

    @pytest.mark.parametrize("kind", ["private", "public"])
    def test_all_that_waited_for_the_bot_comes_once_it_is_invited(self, world: World, kind: str) -> None:
        """DR-28, R-RES-3: card, invitations, and of a public one the announcement."""
        world.expects_errors("channel_not_found", "not_in_channel", "missing_scope")
        ana, kim, dan = (world.person(name) for name in ("ana", "kim", "dan"))
        world.slack.add_group("oncall", [dan.id])
        ana.channel = ana.creates("trouble", private=kind == "private")
        if kind == "public":
            world.slack.faults.add("conversations.join", "missing_scope")
        said(world, ana, "convert sev2 salaries are exposed lead=@kim")
        assert world.channel("incidents").keyed("announce") == []
        ana.invites("tocsin")
        world.tick()
        room = world.channel("trouble")
        assert "salaries are exposed" in room.card.words
        assert {kim.id, dan.id} <= set(room.channel.members)
        assert len(world.channel("incidents").keyed("announce")) == (0 if kind == "private" else 1)
        ana.removes("tocsin")
        ana.invites("tocsin")
        world.tick()
        assert len(room.keyed("card")) == 1
