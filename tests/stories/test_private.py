"""Private incidents: nobody but their members ever hears of them (DR-28, RELIABILITY "Private stays private")."""

import pytest

from bot.checks import check_bot
from bot.domain.incident import Incident
from bot.findings import State
from bot.sandbox import Person
from tests.world import Room, World, key_of, said

REF, NEXT = "INC-2026-0302-001", "INC-2026-0302-002"
SECRETS = ("salaries", REF, REF.lower())


def declared_private(world: World) -> tuple[Person, Person, Room]:
    """Ana in the channel of her private incident, and Ben, who is in none."""
    ana, ben = world.person("ana"), world.person("ben")
    ana.commands("/incident declare sev1 salaries are exposed service=payroll --private")
    room = world.channel()
    ana.channel = room.channel
    return ana, ben, room


def incident(world: World, ref: str = REF) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(ref)
    assert found is not None
    return found


def outside(world: World, *inside: str) -> str:
    """Everything that stands anywhere but in the channels *inside*, and is shown to others than the people inside."""
    world.settle()
    told = []
    for channel in world.slack.channels:
        if channel.id not in inside:
            told += [channel.name, channel.topic, channel.purpose]
            told += [message.words for message in channel.messages]
            told += [each.words for each in channel.ephemerals if each.ephemeral_for not in inside]
    return "\n".join(told)


def hear_of_it(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_nothing_of_a_private_incident_is_ever_said_outside(world: World) -> None:
    """DR-28: the whole life, and everything that an outsider can ask."""
    ana, ben, room = declared_private(world)
    eva = world.person("eva")
    assert room.channel.is_private
    assert room.channel.members == [world.slack.bot_user_id, ana.id]
    assert "Private: seen by the people of this channel alone." in room.card.words
    for line in ("update identified it was a bucket", "sev sev2", "set title salaries were exposed", "comms @ana",
                 "note decision: close the bucket", "impact customers=3", "snooze 20m"):  # fmt: skip
        said(world, ana, line)
        world.forward(minutes=20)
    ana.says("Finding: the bucket was open")
    assert hear_of_it(outside(world, room.id, ana.id, world.slack.direct(ana.id).id)) == []
    assert f"This looks like `{REF}`" in said(world, ana, "declare sev3 more leaks service=payroll --private")
    asked = [
        said(world, ben, line)
        for line in ("list", "list all", "list mine", "list sev2", "status", "", "help", "help status",
                     "declare sev3 wages leak service=payroll")
    ]  # fmt: skip
    assert hear_of_it("\n".join(asked)) == []
    assert "This looks like" not in asked[-1]
    said(world, ana, "resolve bucket closed")
    said(world, ana, "close")
    world.forward(hours=1)
    assert hear_of_it(outside(world, room.id, ana.id, world.slack.direct(ana.id).id)) == []
    assert eva.id not in room.channel.members


@pytest.mark.parametrize("ref", [REF, "001", "#inc-2026-0302-001-salaries-are-exposed"])
def test_for_an_outsider_it_does_not_exist_whatever_is_typed(world: World, ref: str) -> None:
    """DR-28: exactly the answer for an incident that there is none of."""
    _, ben, _ = declared_private(world)
    unknown = {REF: "INC-2026-0302-009", "001": "009"}.get(ref, "#inc-2026-0302-009-salaries-are-exposed")
    verbs = (
        "status {}", "timeline {}", "roles {}", "update {} hello", "sev {} sev3", "lead {} me", "note {} hello",
        "impact {} customers=3", "set {} title hello", "snooze {} 20m", "mitigate {}", "resolve {}", "close {}",
        "cancel {} no", "reopen {}", "merge {} into INC-2026-0302-008", "merge INC-2026-0302-008 into {}", "private {}",
        "postmortem {} draft",
    )  # fmt: skip
    assert "Declared" in said(world, ben, "declare sev4 eighth")
    for verb in verbs:
        here, there = (said(world, ben, verb.format(each)) for each in (ref, unknown))
        blank = there.replace(unknown, "X").replace("INC-2026-0302-009", "X")
        assert here.replace(ref, "X").replace(REF, "X") == blank, verb
    assert incident(world).updates == 0
    assert incident(world).is_open


def test_who_is_invited_sees_it_and_who_leaves_does_not(world: World) -> None:
    ana, ben, _ = declared_private(world)
    assert "There is no incident" in said(world, ben, f"status {REF}")
    ana.invites("ben")
    world.settle()
    assert "salaries are exposed" in said(world, ben, f"status {REF}")
    assert f"`{REF}`" in said(world, ben, "list")
    assert "private" in said(world, ben, "list")
    ana.removes("ben")
    world.settle()
    assert "There is no incident" in said(world, ben, f"status {REF}")
    assert REF not in said(world, ben, "list all")
    assert incident(world).members == (ana.id,)


def test_whoever_gets_a_role_is_invited_told_and_inside(world: World) -> None:
    ana, ben, room = declared_private(world)
    said(world, ana, "comms @ben")
    assert ben.id in room.channel.members
    assert any(REF in words for words in world.dm(ben).words)
    assert "salaries are exposed" in said(world, ben, f"status {REF}")


def test_whoever_owns_the_postmortem_is_let_in(world: World) -> None:
    ana, ben, room = declared_private(world)
    said(world, ana, "postmortem owner @ben")
    assert ben.id in room.channel.members
    assert any(REF in words for words in world.dm(ben).words)


def test_check_names_what_will_not_work_without_a_scope_for_private_channels(world: World) -> None:
    world.slack.scopes -= {"groups:write", "channels:join"}
    found = {each.what: each for each in check_bot(world.settings(), world.bot.store, world.bot.slack)}
    missing = "scope groups:write is missing: private incidents get a private channel; without it none can be declared"
    assert found[missing].state is State.WARNING
    assert any("channels:join is missing" in what for what in found)


def test_a_button_or_form_of_somebody_else_leads_nowhere(world: World) -> None:
    """DR-28: an old or forged click is checked too; one from the channel itself is let in."""
    ana, ben, _ = declared_private(world)
    general = world.slack.channel("general")
    general.members.append(world.slack.bot_user_id)
    actions = {"Reopen": "reopen", "Snooze": "snooze_5", "Resolve": "resolve_form", "Both": "resolve_close"}
    row = [{"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action, "value": REF}
        for text, action in actions.items()
    ]}]  # fmt: skip
    old = {"channel": general.id, "text": "old", "blocks": row}
    posted = world.slack.call("chat.postMessage", old, world.slack.bot_token)
    assert posted["ok"]
    for label in ("Reopen", "Snooze", "Resolve", "Both"):
        ben.clicks(label, message=posted["ts"])
        world.settle()
        assert ben.modal is None, label
    told = [m.words for m in general.ephemerals if m.ephemeral_for == ben.id]
    assert len(told) == 4
    assert all(f"There is no incident {REF}." in words for words in told)
    assert incident(world).is_open
    ana.clicks("Resolve", message=posted["ts"])
    assert ana.modal is not None, "a member may"


def test_without_a_private_channel_there_is_no_public_one_and_the_declarer_is_told(world: World) -> None:
    """RELIABILITY: private stays private."""
    world.expects_errors("restricted_action")
    world.slack.faults.add("conversations.create", "restricted_action", times=9)
    ana, ben = world.person("ana"), world.person("ben")
    said(world, ana, "declare sev1 salaries are exposed --private")
    (told,) = world.dm(ana).words
    assert f"`{REF}` is declared and recorded, but Slack refused to make its private channel" in told
    assert "No public one was made instead, and nothing was announced." in told
    assert [channel.name for channel in world.slack.channels if channel.name.startswith("inc-")] == []
    assert hear_of_it(outside(world, ana.id, world.slack.direct(ana.id).id)) == []
    assert "There is no incident" in said(world, ben, f"status {REF}")
    assert "is resolved" in said(world, ana, f"resolve {REF} closed the bucket")


def test_the_same_words_in_private_are_another_declaration(world: World) -> None:
    ana = world.person("ana")
    said(world, ana, "declare sev1 salaries are exposed")
    answer = said(world, ana, "declare sev1 salaries are exposed --private")
    assert "It is private" in answer
    assert "reads its reference and a link, no more" in answer, (
        "DR-28: whom the policy informs learns that much"
    )
    assert incident(world, NEXT).private


# Made private later


def made_private(world: World) -> tuple[Person, Person, Room]:
    """Ana and Ben in a public incident that Ana makes private; Eva never was in it."""
    world.expects_errors("name_taken")
    ana, ben = world.person("ana"), world.person("ben")
    world.person("eva")
    said(world, ana, "declare sev1 salaries are exposed")
    room = world.channel()
    ana.channel = room.channel
    ben.joins(room.channel)
    world.settle()
    return ana, ben, room


def test_a_public_incident_goes_on_in_a_private_channel_with_its_people(world: World) -> None:
    ana, ben, old = made_private(world)
    assert f"`{REF}` is private from now on." in said(world, ana, "private")
    new = world.channel(f"{old.name}-2")
    assert new.channel.is_private
    assert {ana.id, ben.id} <= set(new.channel.members)
    assert "is *investigating*" in new.card.words
    assert [pin.message.ts for pin in new.channel.pins] == [new.card.ts]
    (moved,) = new.keyed("moved").words
    assert f"the history in <#{old.id}> stays public" in moved
    assert old.channel.is_archived
    last = old.messages[-1]
    assert key_of(last).startswith("farewell:")
    assert "goes on in a private channel" in last.words
    assert "history of this channel stays public" in last.words
    assert "salaries" not in last.words
    (announced,) = world.channel("incidents").keyed("announce").words
    assert "is private now" in announced
    assert "salaries" not in announced
    assert set(incident(world).members) == {ana.id, ben.id}
    assert (incident(world).channel_id, incident(world).former_channel_id) == (new.id, old.id)


def test_nothing_is_said_in_public_once_it_is_private(world: World) -> None:
    """DR-28."""
    ana, ben, old = made_private(world)
    world.forward(minutes=16)
    said(world, ana, "private")
    eva, new = world.person("eva"), world.channel(f"{old.name}-2")
    before = (len(old.messages), world.channel("incidents").messages.words)
    ana.channel = ben.channel = new.channel
    ana.says("Finding: the bucket was open")
    for line in (
        "update identified it was a bucket",
        "sev sev2",
        "set title salaries leaked",
        "resolve closed",
        "close",
    ):
        said(world, ana, line)
        world.forward(minutes=40)
    assert (len(old.messages), world.channel("incidents").messages.words) == before
    assert len(world.channel("incidents").messages) == 1
    assert "There is no incident" in said(world, eva, f"status {REF}")
    assert "the bucket was open" in said(world, ben, f"timeline {REF}")
    assert len(new.keyed("draft")) == 1
    assert len(new.keyed("update")) == 1


def test_what_waits_to_be_said_in_public_is_not_said_any_more(world: World) -> None:
    """From the decision on nothing but the farewell is posted in the old channel."""
    ana, _, old = made_private(world)
    world.slack.faults.add("chat.postMessage", "429", times=1, retry_after=30)
    ana.commands("/incident update the salaries of everybody")
    world.settle()
    ana.commands("/incident private")
    ana.says("still talking here")
    world.settle()
    world.forward(minutes=2)
    assert not any("salaries of everybody" in words for words in old.messages.words)
    assert "still talking here" in said(world, ana, f"timeline {REF} --all")
    assert "salaries of everybody" in said(world, ana, f"timeline {REF}")
    assert "is *investigating*" in world.channel(f"{old.name}-2").card.words


def test_an_announcement_that_was_not_out_yet_never_comes(world: World) -> None:
    world.expects_errors("name_taken")
    ana = world.person("ana")
    incidents = world.slack.channel("incidents")
    world.slack.faults.add("chat.postMessage", "429", times=50, retry_after=60, channel=incidents.id)
    said(world, ana, "declare sev1 salaries are exposed")
    said(world, ana, f"private {REF}")
    world.slack.faults.clear()
    world.forward(minutes=5)
    assert world.channel("incidents").messages == []


def test_where_slack_refuses_the_private_channel_it_stays_public_and_people_are_told(world: World) -> None:
    world.expects_errors("restricted_action")
    ana, ben, room = made_private(world)
    world.slack.faults.add("conversations.create", "restricted_action")
    said(world, ana, "private")
    now = incident(world)
    assert (now.private, now.channel_id, now.former_channel_id, now.members) == (False, room.id, None, ())
    (told,) = room.keyed("stayed").words
    assert "could not be made private: Slack refused to make a private channel (restricted_action)" in told
    assert told in world.dm(ana).words
    assert not room.channel.is_archived
    assert "salaries are exposed" in world.channel("incidents").keyed("announce").words[0]
    assert "Slack refused to make a new channel" in said(world, ana, "timeline")
    assert "Recorded" in said(world, ben, f"update {REF} it goes on in public")
    assert "it goes on in public" in room.keyed("update").words[0]
    world.slack.faults.clear()
    assert "is private from now on" in said(world, ana, "private")
    assert world.channel(f"{room.name}-2").channel.is_private
    assert room.channel.is_archived


def test_private_twice_is_said_and_changes_nothing(world: World) -> None:
    ana, _, _ = declared_private(world)
    answer = said(world, ana, "private")
    assert f"{REF} is private already; nothing was changed." in answer
    assert len([c for c in world.slack.channels if c.name.startswith("inc-")]) == 1


def test_private_and_public_are_never_merged(world: World) -> None:
    """Closed when in doubt."""
    ana, ben, _ = declared_private(world)
    said(world, ben, "declare sev2 login is slow")
    for line in (f"merge {REF} into {NEXT}", f"merge {NEXT} into {REF}"):
        assert "cannot be merged: not everybody" in said(world, ana, line)
        assert "There is no incident" in said(world, ben, line)
    said(world, ana, "declare sev2 wages are exposed --private")
    third = "INC-2026-0302-003"
    assert "is merged into" in said(world, ana, f"merge {third} into {REF}")
    said(world, ana, f"reopen {third}")
    ana.invites("ben")
    world.settle()
    assert "cannot be merged: not everybody" in said(world, ana, f"merge {third} into {REF}")


def test_who_cannot_be_brought_along_is_told_in_the_new_channel(world: World) -> None:
    world.expects_errors("cant_invite", "name_taken")
    ana, _, old = made_private(world)
    door, world.slack.door = world.slack.door, None
    world.slack.deactivate("ben")
    world.slack.deliveries._waiting.clear()  # noqa: SLF001 - the bot hears nothing of it
    world.slack.door = door
    said(world, ana, "private")
    new = world.channel(f"{old.name}-2")
    assert ana.id in new.channel.members
    (told,) = new.keyed("trouble").words
    assert told.startswith(f"<@{world.person('ben').id}> could not be invited (cant_invite)")
    assert old.channel.is_archived


class TestEscalated:
    """Whom an escalation of a private incident reaches gets reference and link, and can say that they saw it."""

    @pytest.fixture
    def policy(self) -> str:
        return '[target.executives]\nchannel = "exec-updates"\n'

    def test_they_can_acknowledge_and_nothing_else(self, world: World) -> None:
        """DR-28, R-ESCL-4."""
        exec_updates = world.slack.add_channel("exec-updates", bot=True)
        ana, ben, room = declared_private(world)
        ben.joins(exec_updates)
        world.forward(minutes=31)
        notice = world.channel("exec-updates").keyed("escalation")[0]
        assert "salaries" not in notice.words
        ben.clicks("Acknowledge", message=notice.ts)
        world.tick()
        assert any(f"Acknowledged by <@{ben.id}>" in words for words in room.keyed("rungs").words)
        assert "There is no incident" in said(world, ben, f"escalate {REF} list")
        assert "There is no incident" in said(world, ben, f"status {REF}")
        assert incident(world).members == (ana.id,)
