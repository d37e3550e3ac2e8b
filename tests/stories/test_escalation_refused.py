"""Escalations that Slack refuses: they stand as not told everywhere, and can be tried again (DR-25, R-ESCL-4)."""

import pytest

from tests.escalating import INC, rungs, timeline, told, under
from tests.world import World, declared, said

CALLS = '[target.customer_calls]\nchannel = "nobotroom"\ncontacts = "Dana Reyes, +1 555 0100"\n'


@pytest.fixture
def policy() -> str:
    return CALLS


def everywhere(world: World) -> list[str]:
    """What is said of it: the message in the channel, list, status, timeline, briefing."""
    ana = world.person("ana")
    lines = ("escalate list", "status", "timeline", "brief exec")
    return [rungs(world)[0].words, *(said(world, ana, line) for line in lines)]


def test_a_refused_escalation_stands_everywhere_as_not_told(world: World) -> None:
    """DR-25, R-ESCL-4: nobody was told, so nothing says that they were; Acknowledge stays."""
    world.expects_errors("not_in_channel")
    world.slack.add_channel("nobotroom")
    ana, room = declared(world)
    said(world, ana, "escalate calls")
    here, listed, status, record, brief = everywhere(world)
    assert "*could not be told*, Slack refused #nobotroom (not_in_channel)" in here
    assert "To be told by hand: Dana Reyes, +1 555 0100" in here
    assert f"To try again: `/incident escalate {INC} customer_calls`" in here
    assert "Once they know, acknowledge here." in here
    assert "Waits for an acknowledgement" not in here
    for shown in (listed, status):
        assert "customer calls: could not be told" in shown
        assert "(Slack refused it: not_in_channel); to be told by hand" in shown
        assert "customer calls: told" not in shown
    corrected = (
        "customer calls could not be told, to be told by hand: Slack refused #nobotroom (not_in_channel)"
    )
    assert corrected in record
    assert "Escalations: customer calls (to be told by hand since 09:00 UTC)" in brief
    (trouble,) = [words for words in room.messages.words if "could not be told of" in words]
    assert "To try again: `/incident escalate customer_calls`" in trouble
    ana.clicks("Acknowledge")
    world.tick()
    assert f"Acknowledged by <@{ana.id}>" in rungs(world)[0].words
    assert "customer calls: @Ana acknowledged already, at 09:00 UTC" in said(world, ana, "escalate calls")


def test_a_refused_escalation_can_be_tried_again_and_is_told_then(world: World) -> None:
    """DR-25: once the bot was let in, the same command tells; a second refusal is said again."""
    world.expects_errors("not_in_channel")
    channel = world.slack.add_channel("nobotroom")
    ana, room = declared(world)
    said(world, ana, "escalate calls they ask")
    world.forward(minutes=1)
    said(world, ana, "escalate calls still not let in")
    assert len([words for words in room.messages.words if "could not be told of" in words]) == 2
    cal = world.person("cal")
    cal.joins("nobotroom")
    cal.invites("tocsin", channel="nobotroom")
    world.forward(minutes=1)
    ana.commands("/incident escalate list")
    ana.clicks("Tell customer calls")
    world.tick()
    (there,) = world.channel("nobotroom").keyed("escalation").words
    assert "Please acknowledge" in there
    first, second, third = rungs(world).words
    assert first == second == "*Escalation*\n• *customer calls*: could not be told; tried again, see below."
    assert "• *customer calls*: message in #nobotroom. Waits for an acknowledgement." in third
    assert "customer calls: told" in said(world, ana, "status")
    assert "customer calls: told already, by @Ana at 09:02 UTC" in said(world, ana, "escalate calls")
    cal.clicks("Acknowledge", channel=channel)
    world.tick()
    assert f"Acknowledged by <@{cal.id}>" in rungs(world).words[2]
    assert f"Acknowledged by <@{cal.id}>" in world.channel("nobotroom").keyed("escalation").words[0]


@pytest.mark.parametrize(
    ("target", "who", "error"),
    [
        ('users = ["U0NOBODY99"]', "@U0NOBODY99", "user_not_found"),
        ('users = ["@nobody"]', "@nobody", "user_not_found"),
        ('usergroup = "@ghosts"', "@ghosts", "no_such_subteam"),
    ],
)
def test_whoever_does_not_exist_is_not_told_either(world: World, target: str, who: str, error: str) -> None:
    """DR-25."""
    world.expects_errors(error)
    under(world, f"[target.customer_calls]\n{target}\n")
    ana, _ = declared(world)
    said(world, ana, "escalate calls")
    (here,) = rungs(world).words
    assert f"*could not be told*, Slack refused {who} ({error}). To be told by hand: <@{ana.id}>." in here
    assert "customer calls: could not be told" in said(world, ana, "status")


def test_who_of_several_was_not_reached_is_said_and_the_others_are_told(world: World) -> None:
    """DR-25: some of them were reached, so it counts as told."""
    world.expects_errors("user_disabled")
    dan, fay = world.person("dan"), world.person("fay")
    world.slack.add_group("callers", [dan.id, fay.id])
    under(world, '[target.customer_calls]\nusergroup = "@callers"\n')
    world.slack.deactivate("dan")
    ana, room = declared(world)
    said(world, ana, "escalate calls")
    here = rungs(world).words[0]
    (trouble,) = [words for words in room.messages.words if "could not be told of" in words]
    assert f"*customer calls*: one of them could not be told of `{INC}`: Slack refused <@{dan.id}>" in trouble
    assert "To try again" not in trouble
    assert "; *not* told, Slack refused it: @Dan. Waits for an acknowledgement." in here
    assert "customer calls: told" in (status := said(world, ana, "status"))
    assert f"(not everybody: Slack refused <@{dan.id}>)" in status
    assert "Of customer calls, @Dan could not be told: Slack refused it" in timeline(ana)
    assert "customer calls: told already" in said(world, ana, "escalate calls")
    fay.clicks("Acknowledge", channel=world.slack.direct(fay.id))
    world.tick()
    assert f"Acknowledged by <@{fay.id}>" in rungs(world).words[0]


def test_a_refused_rung_stays_with_the_others_of_its_message(world: World) -> None:
    """R-ESCL-7, DR-25: one message names both, and each as it stands."""
    world.expects_errors("not_in_channel")
    world.slack.add_channel("nobotroom")
    world.slack.add_channel("exec-updates", bot=True)
    under(world, f'{CALLS}[target.executives]\nchannel = "exec-updates"\n')
    ana, _ = declared(world, "sev3")
    world.forward(minutes=70)
    said(world, ana, "sev sev1 it is everybody")
    (here,) = rungs(world).words
    assert "• *executives*, after 30 min: message in #exec-updates. Waits for an acknowledgement." in here
    assert "• *customer calls*, after 1 h: *could not be told*" in here
    said(world, ana, "escalate calls now")
    first, second = rungs(world).words
    assert "• *executives*, after 30 min: message in #exec-updates. Waits" in first
    assert "• *customer calls*: could not be told; tried again, see below." in first
    assert "*could not be told*" in second
    assert len(told(world)) == 1


def test_people_of_a_target_may_be_named_by_their_handle(world: World) -> None:
    """DR-25: as in [sla] and [allow]; one who is unknown is said loudly, the others are told."""
    world.expects_errors("user_not_found")
    cal = world.person("cal")
    under(
        world,
        '[target.customer_calls]\nusers = ["@Cal", "@ghost"]\n[severity.P0]\ninform = ["customer_calls"]\n',
    )
    ana, room = declared(world)
    said(world, ana, "escalate calls they ask")
    informed, asked = world.dm(cal).words
    assert informed.startswith("For your information")
    assert "Please acknowledge" in asked
    here = rungs(world).words[0]
    assert "direct message to @Cal, @ghost; *not* told, Slack refused it: @ghost. Waits" in here
    assert len([words for words in room.messages.words if "refused @ghost (user_not_found)" in words]) == 2
    said(world, ana, "sev sev3")
    assert "*SEV-3 (P2 · Medium)*" in world.dm(cal).words[0]
    cal.clicks("Acknowledge", channel=world.slack.direct(cal.id))
    world.tick()
    assert f"Acknowledged by <@{cal.id}>" in world.dm(cal).words[1]
    assert f"Acknowledged by <@{cal.id}>" in rungs(world).words[0]
