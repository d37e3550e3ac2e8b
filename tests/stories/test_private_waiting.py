"""What was said to targets, and what waits for an answer, when an incident goes private (DR-28)."""

import pytest

from bot.domain.incident import Incident
from bot.sandbox import Person
from tests.escalating import under
from tests.world import Room, World, said

REF = "INC-2026-0302-001"


@pytest.fixture
def policy() -> str:
    return '[target.executives]\nchannel = "exec-updates"\n[channels]\nstatus = "status"\n'


@pytest.fixture
def ana(world: World) -> Person:
    """Ana in the channel of a public incident, and Ben beside her."""
    for name in ("exec-updates", "status"):
        world.slack.add_channel(name, bot=True)
    ana, ben = world.person("ana"), world.person("ben")
    said(world, ana, "declare sev1 salaries are exposed service=payroll")
    ana.channel = world.channel().channel
    ben.joins(ana.channel)
    ben.channel = ana.channel
    world.settle()
    world.expects_errors("name_taken")
    return ana


def incident(world: World) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(REF)
    assert found is not None
    return found


def gone_private(world: World, ana: Person) -> Room:
    """The private channel, with Ana in it."""
    assert "is private from now on" in said(world, ana, "private")
    world.forward(minutes=2)
    new = world.channel()
    assert new.channel.is_private
    ana.channel = world.person("ben").channel = new.channel
    return new


def held(world: World, channel: str) -> None:
    """Slack takes no message there for a minute."""
    where = world.slack.channel(channel).id
    world.slack.faults.add("chat.postMessage", "429", times=1, retry_after=60, channel=where)


def test_what_executives_read_before_shrinks_to_reference_and_link(world: World, ana: Person) -> None:
    """DR-28: an update that was sent to them while it was public."""
    said(world, ana, "update the salaries of everybody are out --exec")
    executives = Room(world, world.slack.channel("exec-updates"))
    assert "salaries" in executives.keyed("exec").words[0]
    new = gone_private(world, ana)
    (told,) = executives.keyed("exec").words
    assert told == f"There is an update on the private incident `{REF}`: <#{new.id}>"


def test_what_targets_were_told_shrinks_to_reference_and_link(world: World, ana: Person) -> None:
    """DR-28: card and escalation alike, also one that was acknowledged."""
    said(world, ana, "update the salaries of everybody are out")
    said(world, ana, "escalate execs the secret reason")
    said(world, ana, f"escalate {REF} ack execs")
    said(world, ana, "sev sev4")
    targets = world.channel("exec-updates")
    assert "salaries" in "".join(targets.messages.words)
    new = gone_private(world, ana)
    (notice,), (card,) = targets.keyed("escalation").words, targets.keyed("fyi").words
    assert notice.splitlines()[0] == f"`{REF}`: <#{new.id}>"
    assert card.splitlines()[1] == f"`{REF}`: <#{new.id}>"
    assert not any(word in notice + card for word in ("salaries", "secret", "SEV", "investigating"))
    assert f"Acknowledged by <@{ana.id}>" in notice


def test_what_a_person_was_told_alone_shrinks_too(world: World) -> None:
    """DR-28: whom the policy names by their ids."""
    world.expects_errors("name_taken")
    dan, ana = world.person("dan"), world.person("ana")
    under(world, f'[target.executives]\nusers = ["{dan.id}"]')
    said(world, ana, "declare sev1 salaries are exposed")
    ana.channel = world.channel().channel
    world.person("ben")
    said(world, ana, "escalate execs the secret reason")
    assert len([words for words in world.dm(dan).words if "salaries" in words]) == 2
    new = gone_private(world, ana)
    told = world.dm(dan).words
    assert not any("salaries" in words or "secret" in words for words in told)
    assert all(f"`{REF}`: <#{new.id}>" in words for words in told)
    assert len(told) == 2


def test_an_escalation_that_waits_is_said_in_the_words_of_a_private_one(world: World, ana: Person) -> None:
    """DR-28: the reason stays inside; nobody is forgotten for it."""
    held(world, "exec-updates")
    ana.commands("/incident escalate execs the secret reason")
    new = gone_private(world, ana)
    targets = world.channel("exec-updates")
    (notice,) = targets.keyed("escalation").words
    assert notice.splitlines()[0] == f"`{REF}`: <#{new.id}>"
    assert "secret" not in "".join(targets.messages.words)
    (here,) = new.keyed("rungs").words
    assert "the secret reason" in here
    assert "Waits for an acknowledgement." in here
    ana.clicks("Acknowledge", message=new.keyed("rungs")[0].ts)
    world.tick()
    assert f"Acknowledged by <@{ana.id}>" in new.keyed("rungs").words[0]
    assert f"Acknowledged by <@{ana.id}>" in targets.keyed("escalation").words[0]


def test_what_is_for_information_and_waits_comes_in_the_words_of_a_private_one(world: World) -> None:
    """DR-28."""
    world.expects_errors("name_taken")
    world.slack.add_channel("exec-updates", bot=True)
    held(world, "exec-updates")
    ana = world.person("ana")
    said(world, ana, "declare sev1 salaries are exposed")
    ana.channel = world.channel().channel
    new = gone_private(world, ana)
    (card,) = world.channel("exec-updates").keyed("fyi").words
    assert card == f"For your information; nothing is asked of you.\n`{REF}`: <#{new.id}>"


def test_where_slack_refuses_the_private_channel_targets_read_all_of_it_again(
    world: World, ana: Person
) -> None:
    world.expects_errors("restricted_action")
    world.slack.faults.add("conversations.create", "restricted_action")
    old = world.channel()
    said(world, ana, "escalate execs everybody waits")
    said(world, ana, "private")
    world.forward(minutes=2)
    targets = world.channel("exec-updates")
    assert "everybody waits" in targets.keyed("escalation").words[0]
    assert "salaries are exposed" in targets.keyed("fyi").words[0]
    last = old.keyed("rungs")[-1]
    ana.clicks("Acknowledge", message=last.ts)
    world.tick()
    assert f"Acknowledged by <@{ana.id}>" in old.keyed("rungs").words[-1]


def test_a_text_for_customers_that_counts_as_published_is_published(world: World, ana: Person) -> None:
    """DR-28: it names nothing of ours, and people were told that customers can read it."""
    held(world, "status")
    answer = ana.commands("/incident update --external").text
    assert "ustomers can read" in answer
    gone_private(world, ana)
    assert len(world.channel("status").keyed("external")) == 1


def test_what_waits_for_an_answer_comes_along_with_its_buttons(world: World, ana: Person) -> None:
    """DR-28: a text to approve, an offer, the role call, an escalation: nothing is left without a message."""
    ben, zoe = world.person("ben"), world.person("zoe")
    world.forward(minutes=5)
    said(world, ana, "escalate execs look at this")
    said(world, ana, "handoff commander @zoe she slept")
    said(world, ben, "update --external we look into it, all of us")
    new = gone_private(world, ana)
    assert zoe.id in new.channel.members
    assert {"offer", "roles", "rungs", "preview"} <= {key.partition(":")[0] for key in keys(new)}
    ben.clicks("I am comms lead", message=new.keyed("roles")[0].ts)
    zoe.channel = new.channel
    zoe.clicks("Accept", message=new.keyed("offer")[0].ts)
    world.tick()
    assert (incident(world).commander, incident(world).roles["comms"]) == (zoe.id, ben.id)
    zoe.clicks("Approve", message=new.keyed("preview")[0].ts)
    world.tick()
    assert "all of us" in world.channel("status").keyed("external").words[0]
    assert "took it over" in new.keyed("offer").words[0]
    assert len(new.keyed("roles")) == len(new.keyed("rungs")) == 1
    zoe.clicks("Skip", message=new.keyed("rungs")[0].ts)
    zoe.submits({"reason": "they know"})
    world.tick()
    assert "Skipped by" in new.keyed("rungs").words[0]


def keys(room: Room) -> list[str]:
    return [str(m.metadata["event_payload"]["key"]) for m in room.messages if m.metadata]


# Who left, who is let in, and what is said while it moves


@pytest.fixture
def secret(world: World) -> tuple[Person, Room]:
    """Ana in the channel of her private sev3; Ben is not in it."""
    ana, _ = world.person("ana"), world.person("ben")
    said(world, ana, "declare sev3 salaries are exposed --private")
    ana.channel = world.channel().channel
    return ana, world.channel()


@pytest.mark.parametrize("lines", [
    ("task add call legal @zoe in=10m",), ("task add call legal in=10m", "task give 1 @zoe"),
])  # fmt: skip
def test_whoever_is_given_a_task_of_a_private_incident_is_let_in(
    world: World, secret: tuple[Person, Room], lines: tuple[str, ...]
) -> None:
    """DR-28: as whoever is given a role; the question about it reaches them."""
    (ana, room), zoe = secret, world.person("zoe")
    for line in lines:
        said(world, ana, line)
    assert zoe.id in room.channel.members
    assert zoe.id in incident(world).members
    assert "salaries are exposed" in said(world, zoe, f"status {REF}")
    world.forward(minutes=10)
    assert any("call legal" in words for words in world.dm(zoe).words)


def test_a_task_of_ones_own_lets_nobody_in(world: World, secret: tuple[Person, Room]) -> None:
    """DR-28: a commander who was taken out of the channel stays out; the question comes where people are."""
    ana, room = secret
    ana.invites("ben")
    world.settle()
    ben = world.person("ben")
    ben.channel = room.channel
    said(world, ana, "task add call legal @ana in=10m")
    ben.removes("ana")
    world.forward(minutes=10)
    assert incident(world).members == (ben.id,)
    assert not any("call legal" in words for words in world.dm(ana).words)
    (question,) = room.keyed("task").words
    assert question.startswith(f"<@{ana.id}>: ")


def test_a_question_for_a_commander_who_left_is_asked_in_the_channel(
    world: World, secret: tuple[Person, Room]
) -> None:
    """DR-28, DR-22: nothing is lost because of who left."""
    ana, room = secret
    ana.invites("ben")
    world.settle()
    world.person("ben").channel = room.channel
    world.person("ben").removes("ana")
    world.forward(days=2)
    assert f"Is it still going on, <@{ana.id}>?" in room.keyed("stale").words[0]
    assert not any("still open" in words for words in world.dm(ana).words)


def test_the_reminder_of_the_mail_comes_below_the_card_where_the_comms_lead_left(world: World) -> None:
    """DR-28, R-CUS-1."""
    world.slack.add_channel("exec-updates", bot=True)
    ana, lisa = world.person("ana"), world.person("lisa")
    said(world, ana, "declare sev1 salaries are exposed --private")
    room = world.channel()
    ana.channel = room.channel
    said(world, ana, "comms @lisa")
    ana.removes("lisa")
    world.settle()
    said(world, ana, "resolve over")
    world.forward(hours=2)
    (reminder,) = room.keyed("mail-dm")
    assert reminder.thread_ts == room.card.ts
    assert reminder.words.startswith(f"<@{lisa.id}>: The mail to the affected customers")
    assert not any("affected customers" in words for words in world.dm(lisa).words)
    said(world, ana, "brief sent")
    assert incident(world).tasks[-1].owner == ana.id
    assert lisa.id not in incident(world).members


def test_while_it_moves_its_people_are_heard_in_the_old_channel_and_nobody_else(
    world: World, ana: Person
) -> None:
    """DR-28: the old channel is public; what members type there is not lost."""
    eva = world.person("eva")
    eva.joins(ana.channel)
    eva.channel = ana.channel
    world.settle()
    world.slack.faults.add("conversations.create", "429", times=1, retry_after=30)
    ana.commands("/incident private")
    world.settle()
    assert incident(world).channel_id is None
    assert "Recorded" in said(world, ana, "update the bucket is closed")
    assert "salaries" in ana.commands("/incident").text
    for line in ("update hello", "status", "help status"):
        assert "salaries" not in said(world, eva, line)
    assert "no incident" in said(world, eva, "status").lower()
    assert incident(world).updates == 1
    world.forward(minutes=1)
    assert "the bucket is closed" in world.channel().keyed("update").words[0]
