"""Whom it reaches, for information or to answer, and what is said where it reaches nobody (DR-25, R-RES)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.checks import check_bot
from bot.findings import State
from bot.sandbox import Person
from tests.escalating import INC, TARGETS, executives, rungs, timeline, told, under
from tests.world import World, declared, said


@pytest.fixture
def policy() -> str:
    return TARGETS


@pytest.fixture(autouse=True)
def eve(world: World) -> Person:
    return executives(world)


# Who cannot be reached


def test_a_target_that_the_policy_leaves_empty_is_said_loudly_with_the_way_by_hand(world: World) -> None:
    """DR-25, and the button to acknowledge stays."""
    ana, _ = declared(world)
    answer = said(world, ana, "escalate board")
    assert "the policy names nobody, so nobody was told. Tell them by hand: Dana Reyes, +1 555 0100" in answer
    here = rungs(world)[0]
    assert (
        "*nobody was told*, the policy names nobody. Tell them by hand: Dana Reyes, +1 555 0100" in here.words
    )
    assert "Then acknowledge here." in here.words
    ana.clicks("Acknowledge")
    world.tick()
    assert f"Acknowledged by <@{ana.id}>" in rungs(world).words[0]


def test_without_contacts_the_commander_is_asked_to_tell_them(world: World) -> None:
    """DR-25."""
    ana, _ = declared(world)
    world.forward(hours=1)
    assert (
        f"*nobody was told*, the policy names nobody. <@{ana.id}>, tell them by hand."
        in rungs(world).words[1]
    )


def test_a_channel_that_slack_refuses_is_said_in_the_incident_and_the_button_stays(world: World) -> None:
    """DR-25."""
    world.expects_errors("not_in_channel")
    ana, room = declared(world)
    world.person("eve").removes("tocsin", channel="exec-updates")
    world.forward(minutes=30)
    (trouble,) = [words for words in room.messages.words if "could not be told of" in words]
    assert (
        f"*executives* could not be told of `{INC}`: Slack refused #exec-updates (not_in_channel)." in trouble
    )
    assert f"<@{ana.id}>, tell them by hand." in trouble
    assert "When they know: `/incident escalate ack executives`" in trouble
    assert said(world, ana, "escalate ack executives") == "executives: acknowledged."
    assert "Acknowledged by" in rungs(world).words[0]


def test_where_slack_opened_no_channel_the_commander_is_told_of_the_rung(world: World) -> None:
    """DR-25: nothing waits for a channel that will never be."""
    world.slack.faults.add("conversations.create", "restricted_action", times=99)
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    world.forward(minutes=30)
    assert "*executives*, after 30 min: message in #exec-updates" in world.dm(ana).words[-1]
    assert "`#inc-2026-0302-001-checkout-is-down`" in told(world).words[0]


# For information


def test_executives_get_the_card_at_once_and_nothing_is_asked_of_them(world: World) -> None:
    """PRODUCT 1.4, R-RES-1; it does not satisfy the rung, and it is kept true."""
    ana, _ = declared(world)
    world.settle()
    (card,) = told(world, "fyi")
    assert card.words.startswith("For your information; nothing is asked of you.")
    assert "*SEV-1 (P0 · Critical)* · checkout is down" in card.words
    assert not any(block["type"] == "actions" for block in card.blocks)
    said(world, ana, "update identified the pool is full")
    assert "is *identified*" in told(world, "fyi").words[0]
    assert "the pool is full" in told(world, "fyi").words[0]
    world.forward(minutes=30)
    assert len(told(world)) == 1


def test_a_raise_informs_once_and_a_lower_severity_nobody(world: World) -> None:
    """PRODUCT 1.4: targets that the new severity brings in."""
    ana, _ = declared(world, "sev3")
    world.settle()
    assert told(world, "fyi") == []
    said(world, ana, "sev sev1")
    assert len(told(world, "fyi")) == 1
    said(world, ana, "sev sev2")
    said(world, ana, "sev sev1")
    assert len(told(world, "fyi")) == 1
    assert world.slack.calls_of("chat.postMessage")[-1].answer["ok"]


def test_status_shows_what_was_done_and_what_is_to_come(world: World) -> None:
    """PRODUCT 2.2, status."""
    ana, _ = declared(world)
    said(world, ana, "escalate execs")
    said(world, ana, "escalate ack execs")
    answer = said(world, ana, "status")
    assert "• executives: told" in answer
    assert f"acknowledged by <@{ana.id}>" in answer
    assert "• customer calls: due" in answer
    assert "(10:00 UTC), after 1 h" in answer
    assert "• the board: due" in answer
    assert "customer success" not in answer


def test_the_card_says_who_is_expected_while_it_is_open(world: World) -> None:
    """R-RES-1, R-RES-2."""
    ana, room = declared(world)
    expected = "Expected: Engineering: all available · Executives: at once · Customer success: the full team"
    assert expected in room.card.words
    assert "updates every 15 min" in room.card.words
    said(world, ana, "sev sev2")
    assert "Executives: within 1 h · Customer success: affected account managers" in room.card.words
    assert "updates every 30 min" in room.card.words
    said(world, ana, "sev sev3")
    assert "Expected" not in room.card.words
    said(world, ana, "sev sev1")
    said(world, ana, "resolve over")
    assert "Expected" not in room.card.words


# To whom


def test_people_are_told_each_in_a_message_of_their_own(world: World) -> None:
    """R-ESCL-4: recipients and method by name; whoever answers, both messages show it."""
    dan, fay = world.person("dan"), world.person("fay")
    under(world, f'[target.executives]\nusers = ["{dan.id}", "{fay.id}"]')
    ana, _ = declared(world)
    said(world, ana, "escalate execs please decide")
    assert "direct message to @Dan, @Fay" in rungs(world).words[0]
    for one in (dan, fay):
        (card, words) = world.dm(one).words
        assert card.startswith("For your information")
        assert f"<@{ana.id}> escalated to you: please decide" in words
    dan.clicks("Acknowledge", channel=world.slack.direct(dan.id))
    world.tick()
    assert all(f"Acknowledged by <@{dan.id}>" in world.dm(one).words[-1] for one in (dan, fay))
    assert f"Acknowledged by <@{dan.id}>" in rungs(world).words[0]


def test_a_group_alone_is_told_through_its_members(world: World) -> None:
    """R-ESCL-4: Slack is asked who they are; an answer is shown to all of them."""
    dan, fay = world.person("dan"), world.person("fay")
    world.slack.add_group("callers", [dan.id, fay.id])
    under(world, '[target.customer_calls]\nusergroup = "@callers"')
    ana, _ = declared(world)
    assert "customer calls: direct messages to the members of @callers." in said(
        world, ana, "escalate @callers"
    )
    assert "direct messages to the members of @callers" in rungs(world).words[0]
    for one in (dan, fay):
        assert "escalated to you" in world.dm(one).words[0]
    fay.clicks("Acknowledge", channel=world.slack.direct(fay.id))
    world.tick()
    assert f"Acknowledged by <@{fay.id}>" in world.dm(dan).words[0]
    assert "direct message to @Dan, @Fay" in rungs(world).words[0]


def test_a_group_is_called_in_the_targets_channel(world: World) -> None:
    """By its id, which only Slack knows; one that Slack does not know stays a word."""
    group = world.slack.add_group("execs", [world.person("dan").id])
    subteam = {"id": group.id, "handle": "execs", "name": "execs", "users": list(group.users)}
    world.sends({"type": "subteam_created", "subteam": subteam})
    under(world, '[target.executives]\nchannel = "exec-updates"\nusergroup = "@execs"')
    ana, _ = declared(world)
    said(world, ana, "escalate execs")
    assert told(world).words[0].startswith(f"<!subteam^{group.id}>\n")
    under(world, '[target.executives]\nchannel = "exec-updates"\nusergroup = "@ghosts"')
    ana.commands("/incident declare sev1 login is down", channel="general")
    said(world, ana, "escalate INC-2026-0302-002 execs")
    assert told(world).words[1].startswith("@ghosts\n")


@pytest.mark.parametrize(("handle", "error"), [("@ghosts", "no_such_subteam"), ("@empty", "nobody_in_group")])
def test_a_group_in_which_nobody_is_told_is_said_loudly(world: World, handle: str, error: str) -> None:
    """DR-25."""
    world.slack.add_group("empty", [])
    under(world, f'[target.board]\nusergroup = "{handle}"\ncontacts = "Dana Reyes, +1 555 0100"')
    ana, room = declared(world)
    said(world, ana, "escalate board")
    (trouble,) = [words for words in room.messages.words if "could not be told of" in words]
    assert f"*the board* could not be told of `{INC}`: Slack refused {handle} ({error})." in trouble
    assert "Tell them by hand: Dana Reyes, +1 555 0100" in trouble


def test_a_person_who_is_gone_is_said_loudly_and_the_others_are_told(world: World) -> None:
    """DR-25."""
    world.expects_errors("user_disabled")
    dan, fay = world.person("dan"), world.person("fay")
    under(world, f'[target.board]\nusers = ["{dan.id}", "{fay.id}"]')
    world.slack.deactivate("dan")
    ana, room = declared(world)
    said(world, ana, "escalate board")
    (trouble,) = [words for words in room.messages.words if "could not be told of" in words]
    assert f"Slack refused <@{dan.id}> (user_disabled)" in trouble
    assert len(world.dm(fay)) == 1


def test_news_for_information_that_slack_refuses_is_said_while_there_is_time(world: World) -> None:
    """DR-25: half an hour before the escalation would meet the same closed door."""
    world.expects_errors("channel_not_found")
    under(world, '[target.executives]\nchannel = "no-such-channel"')
    _, room = declared(world)
    world.settle()
    (trouble,) = [words for words in room.messages.words if "could not be informed" in words]
    assert (
        f"*executives* could not be informed of `{INC}`: Slack refused #no-such-channel (channel_not_found)"
        in trouble
    )
    assert "escalate ack" not in trouble


# Drills, private ones


def test_a_drill_says_whom_it_would_have_told_and_tells_nobody(world: World) -> None:
    """R-ESCL-9, R-DRL-2, replay M."""
    ana, _ = declared(world, "sev3")
    with world.bot.store.begin() as tx:
        one = tx.incident(INC, lock=True)
        assert one is not None
        tx.save_incident(replace(one, drill=True))
    said(world, ana, "sev sev1")
    world.forward(hours=1)
    first, second = rungs(world).words
    assert (
        "executives*, after 30 min: nobody is told in a drill; it would have been: message in #exec-updates."
        in first
    )
    assert "customer calls*, after 1 h: nobody is told in a drill; it would have been by hand." in second
    assert world.channel("exec-updates").messages == []
    assert "drill, nobody is told outside" in timeline(ana)
    ana.clicks("Acknowledge", message=rungs(world)[0].ts)
    world.tick()
    assert "Acknowledged by" in rungs(world).words[0]
    assert "would have been told" in said(world, ana, "status")


def test_of_a_private_incident_only_reference_and_link_go_out(world: World) -> None:
    """DR-28."""
    ana, room = declared(world, "sev3")
    with world.bot.store.begin() as tx:
        one = tx.incident(INC, lock=True)
        assert one is not None
        tx.save_incident(replace(one, private=True, members=(ana.id,)))
    said(world, ana, "sev sev1 the secret is out")
    said(world, ana, "escalate execs tell nobody that checkout is down")
    said(world, ana, "update checkout is still down")
    (card,), (notice,) = told(world, "fyi").words, told(world).words
    assert card == f"For your information; nothing is asked of you.\n`{INC}`: <#{room.id}>"
    assert notice.startswith(f"`{INC}`: <#{room.id}>\n")
    assert "Please acknowledge" in notice
    assert not any("checkout" in words or "secret" in words or "SEV" in words for words in (card, notice))


# Resources


def test_a_raise_invites_the_people_of_the_new_severity_once(world: World) -> None:
    """R-RES-3: at the declaration and at a raise, from the policy."""
    dan, fay = world.person("dan"), world.person("fay")
    world.slack.add_group("platform", [dan.id])
    world.slack.add_group("everybody", [fay.id])
    under(
        world,
        '[severity.P0]\ninvite = ["@platform", "@everybody"]\n[severity.P1]\ninvite = ["@platform"]\n',
    )
    ana, room = declared(world, "sev2")
    world.settle()
    assert dan.id in room.channel.members
    assert fay.id not in room.channel.members
    for severity in ("sev1", "sev2", "sev1"):
        said(world, ana, f"sev {severity}")
    assert fay.id in room.channel.members


def test_whoever_tells_customer_success_sees_until_when_they_are_to_be_ready(world: World) -> None:
    """R-CUS-3: an entry with the target, and a task for whoever told them."""
    dan = world.person("dan")
    under(world, f'[target.customer_success]\nusers = ["{dan.id}"]')
    ana, _ = declared(world)
    said(world, ana, "escalate cs talking points are ready")
    assert "direct message to @Dan; ready within 15 min" in rungs(world).words[0]
    assert "direct message to @Dan; ready within 15 min; reason: talking points are ready" in timeline(ana)
    one = world.bot.lookup.here(world.channel().id)
    assert one is not None
    (task,) = one.tasks
    assert (task.text, task.owner) == ("Customer success: ready?", ana.id)
    assert task.due_at is not None
    assert task.due_at - task.added_at == timedelta(minutes=15)


# Check


NOBODY_HEARS = (
    "escalations to executives and customer calls reach nobody: people are asked to tell them by hand; what the "
    "calendar tells executives stands in #incidents; of follow-ups that are blocked, cost more or come much later, "
    "nobody tells executives, the CTO and the CFO"
)


def test_check_warns_of_targets_that_reach_nobody_and_never_stops_for_them(world: World) -> None:
    """DR-25, before it matters."""
    world.slack.add_channel("board-room")
    world.slack.add_channel("calls", private=True, bot=True)
    under(
        world,
        """
[target.board]
channel = "board-room"
usergroup = "@ghosts"
[target.customer_success]
channel = "nowhere"
users = ["dan", "@Cal"]
[target.calls]
channel = "calls"
""",
    )
    world.person("cal")
    world.expects_errors("missing_scope")
    findings = check_bot(world.settings(), world.bot.store, world.bot.slack)
    told = {finding.what: finding.mend for finding in findings if finding.state is State.WARNING}
    assert set(told) == {
        NOBODY_HEARS,
        "there is no user group @ghosts",
        "the bot is not in #board-room of target board",
        "#nowhere of target customer_success is not there, or the bot cannot see it",
        "target customer_success: there is nobody called @dan",
    }
    under_each = "under [target.executives], [target.customer_calls], [target.cto], [target.cfo]"
    assert told[NOBODY_HEARS] == f"name a channel, users or a usergroup {under_each}"
    assert told["the bot is not in #board-room of target board"] == "in #board-room, type: /invite @tocsin"
    assert not any(finding.stops for finding in findings)
