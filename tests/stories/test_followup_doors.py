"""Other doors to follow-ups than the typed verb: form, message shortcut, emoji, and a file to take along."""

import csv

import pytest

from bot.domain.followup import FollowUp, State
from bot.sandbox import Message, Person
from tests.catching_up import outage
from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"


def items(world: World, ref: str = INC) -> tuple[FollowUp, ...]:
    """The follow-ups of an incident that were not taken back."""
    world.tick()
    with world.bot.store.read() as tx:
        incident = tx.incident(ref)
    assert incident is not None
    return tuple(item for item in incident.followups if not item.taken_back)


def told(world: World, person: Person) -> str:
    """The last thing that only *person* was shown where they stand."""
    world.tick()
    return [m for m in person.hears() if m.ephemeral_for == person.id][-1].words


def shown(person: Person) -> dict[str, object]:
    """What the open form shows in each field."""
    assert person.modal is not None
    states = {name: next(iter(state.values())) for name, state in person.modal.values.items()}
    return {name: next((v for k, v in state.items() if k != "type"), None) for name, state in states.items()}


def with_files(world: World, person: Person) -> list[Message]:
    return [message for message in world.dm(person) if message.files]


# The form


def test_the_form_says_all_mistakes_at_once_and_keeps_what_is_right(world: World) -> None:
    """R-AI-5: one person, never a team or a bot; decimals; a day to come."""
    ana, room = declared(world)
    alex = world.person("alex")
    ana.commands("/incident followup add")
    wrong = {
        "text": "isolate the load",
        "owner": "tocsin",
        "due": "2026-02-01",
        "budget": "5-8k",
        "priority": "high",
    }
    errors = ana.submits(wrong).errors
    assert set(errors) == {"owner", "due", "budget"}
    assert "1 Feb 2026 is past: today is 2 Mar 2026" in errors["due"]
    assert items(world) == ()
    ana.submits({
        "owner": "alex", "due": "2026-04-30", "budget": "$8,000.50/month", "horizon": "30 days",
        "criteria": "p99 <300 ms\nfor a week", "dependencies": "db setup", "action": "A pool of its own.",
    })  # fmt: skip
    (item,) = items(world)
    assert (item.text, item.owner, item.state, item.by) == (
        "isolate the load",
        alex.id,
        State.PROPOSED,
        ana.id,
    )
    assert (str(item.due_on), item.priority, item.horizon) == ("2026-04-30", "high", "30d")
    assert item.budget is not None
    assert (f"{item.budget.amount}", item.budget.unit) == ("8000.50", "USD/month")
    assert item.criteria == "p99 &lt;300 ms\nfor a week"
    assert "Follow-up 1 is added for" in told(world, ana)
    assert "Follow-up 1 for" in room.keyed("echo").words[-1]


def test_more_on_the_card_and_the_list_lead_to_the_form(world: World) -> None:
    ana, _ = declared(world)
    ana.clicks("More")
    ana.submits({"verb": "Add a follow-up: who, until when, at what cost"})
    ana.submits({"text": "one"})
    said(world, ana, "followup")
    ana.clicks("Add a follow-up")
    ana.submits({"text": "two", "priority": "Low"})
    assert [(item.n, item.text, item.horizon, item.priority) for item in items(world)] == [
        (1, "one", "", None), (2, "two", "", "low"),
    ]  # fmt: skip


def test_outside_of_an_incidents_channel_the_form_asks_of_which(world: World) -> None:
    """DR-28: a private one is offered to those inside alone, and nobody else can name it by hand."""
    ana, _ = declared(world)
    lee = world.person("lee")
    lee.commands("/incident declare sev2 --private payroll leaked")
    world.tick()
    ana.channel = world.slack.channel("general")
    ana.commands("/incident followup add")
    assert ana.modal is not None
    (which,) = [block for block in ana.modal.body["blocks"] if block["block_id"] == "incident"]
    assert [option["value"] for option in which["element"]["options"]] == [INC]
    ana.modal.values["incident"]["incident"]["selected_option"] = {"value": "INC-2026-0302-002"}
    assert ana.submits({"text": "look closer", "budget": "x"}).errors.keys() == {"incident", "budget"}
    ana.submits({"incident": INC, "budget": ""})
    assert [item.text for item in items(world)] == ["look closer"]
    assert "Follow-up 1 is added" in told(world, ana)


# The message shortcut


def test_a_message_becomes_a_follow_up_that_leads_back_to_it(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    ts = ana.says("We should alert on pool use, @ben\nIt was at 100 % for an hour & nobody saw it")
    ben.shortcut("add_followup", ts=ts)
    assert shown(ben) | {"priority": 0, "horizon": 0} == {
        "text": "We should alert on pool use, @Ben", "owner": ben.id, "due": None, "priority": 0, "budget": None,
        "criteria": None, "dependencies": None, "horizon": 0,
        "action": "We should alert on pool use, @Ben\nIt was at 100 % for an hour & nobody saw it",
    }  # fmt: skip
    ben.submits({"due": "2026-03-20"})
    (item,) = items(world)
    assert item.link == f"https://sandbox.slack.com/archives/{room.id}/p{ts.replace('.', '')}"
    assert (item.text, item.owner) == ("We should alert on pool use, @Ben", ben.id)
    assert "Follow-up 1 is added" in told(world, ben)
    assert f"*From:* <{item.link}|a message>" in said(world, ben, "followup show 1")


def test_of_a_message_elsewhere_it_asks_of_which_and_shows_of_private_places_one_line(world: World) -> None:
    """DR-28."""
    ana, _ = declared(world)
    quiet = world.slack.add_channel("board-only", private=True, members=["ana"])
    ts = ana.says("Rotate the keys\nMs Secret knows them", quiet)
    ana.shortcut("add_followup", ts=ts, channel=quiet)
    assert ana.modal is not None
    assert "not from a public channel" in str(ana.modal.body["blocks"][0])
    assert (shown(ana)["text"], shown(ana)["action"]) == ("Rotate the keys", None)
    ana.submits({"incident": INC})
    assert [(item.text, item.action) for item in items(world)] == [("Rotate the keys", "")]
    ts = ana.says("Nobody read the alarm", "general")
    ana.shortcut("add_followup", ts=ts, channel="general")
    ana.submits({"incident": INC, "text": "Page for it"})
    assert items(world)[-1].text == "Page for it"


def test_a_follow_up_needs_an_incident_and_a_line_that_somebody_said(world: World) -> None:
    ana = world.person("ana")
    ts = ana.says("we should do something", "general")
    ana.shortcut("add_followup", ts=ts, channel="general")
    assert told(world, ana).startswith(
        "A follow-up belongs to an incident, and there is none that you may see."
    )
    _, room = declared(world)
    joined(world, "ben")
    line = next(m for m in room.channel.messages if m.subtype == "channel_join")
    ana.shortcut("add_followup", ts=line.ts)
    assert told(world, ana).startswith("That is a line of Slack's own")


# The emoji


def test_an_emoji_makes_a_proposed_follow_up_once(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    ts = ana.says("@ben alert on pool use\nat 80 %")
    ben.reacts(ts, "repeat")
    (item,) = items(world)
    assert (item.text, item.action, item.owner, item.by) == ("alert on pool use", "at 80 %", ben.id, ben.id)
    assert item.state is State.PROPOSED
    assert item.link.endswith(f"/archives/{room.id}/p{ts.replace('.', '')}")
    assert "Follow-up 1 for" in room.keyed("echo").words[-1]
    ana.reacts(ts, "repeat::skin-tone-2")
    ana.edits(ts, "@ben alert on pool use at 90 %")
    ana.deletes(ts)
    assert items(world) == (item,), "as of tasks: who acts on a message has it as it was"


def test_taken_off_at_once_it_was_a_slip_and_later_it_stays(world: World) -> None:
    ana, room = declared(world)
    first, second = ana.says("alert on pool use"), ana.says("raise the limit")
    ana.reacts(first, "repeat")
    world.forward(minutes=4)
    ana.unreacts(first, "repeat")
    assert items(world) == ()
    assert room.keyed("echo").words[-1].startswith("Follow-up 1 is taken back by")
    world.forward(seconds=1)
    ana.reacts(first, "repeat")
    ana.reacts(second, "repeat")
    assert [item.n for item in items(world)] == [2, 3]
    said(world, ana, "followup accept 3 owner=me due=30d")
    ana.unreacts(second, "repeat")
    assert [item.n for item in items(world)] == [2, 3], "somebody agreed to it meanwhile"
    world.forward(minutes=6)
    ana.unreacts(first, "repeat")
    assert [item.n for item in items(world)] == [2, 3]


def test_what_comes_late_or_in_another_order_or_while_the_bot_was_away(world: World) -> None:
    ana, _ = declared(world)
    with outage(world, ticks=False) as missed:
        ts = ana.says("alert on pool use")
        ana.reacts(ts, "repeat")
        slip = ana.says("never mind")
        ana.reacts(slip, "repeat")
        ana.unreacts(slip, "repeat")
    for payload in reversed(missed):
        assert world.deliver_to(world.bot, payload) == 200
    assert [item.text for item in items(world)] == ["alert on pool use"]
    with outage(world):
        ana.reacts(ana.says("raise the limit"), "repeat")
        world.forward(minutes=30)
    world.forward(minutes=5)
    assert [item.text for item in items(world)] == ["alert on pool use", "raise the limit"]


def test_an_emoji_lets_nobody_into_a_private_incident_and_does_nothing_in_a_cancelled_one(
    world: World,
) -> None:
    """DR-28."""
    ana, lee = world.person("ana"), world.person("lee")
    ana.commands("/incident declare sev1 --private payroll leaked")
    world.tick()
    room = world.channel()
    ana.channel = room.channel
    ana.reacts(ana.says("ask @lee about the keys"), "repeat")
    assert [item.owner for item in items(world)] == [None]
    assert lee.id not in room.channel.members
    said(world, ana, "cancel false alarm")
    ana.reacts(ana.says("and once more"), "repeat")
    assert len(items(world)) == 1


@pytest.mark.parametrize("policy", ['[allow]\nfollowup = ["@leads"]\n'])
def test_whom_the_policy_leaves_no_follow_ups_to_makes_none(world: World) -> None:
    """DR-19."""
    ana, _ = declared(world)
    ts = ana.says("restart the pods")
    ana.reacts(ts, "repeat")
    ana.shortcut("add_followup", ts=ana.says("raise the limit"))
    assert "left to @leads" in told(world, ana)
    assert items(world) == ()


# The file


def test_a_list_is_brought_to_whoever_asks_and_has_nothing_that_they_may_not_see(world: World) -> None:
    """DR-28."""
    ana, _ = declared(world)
    lee = world.person("lee")
    said(world, ana, "followup add =1+1 owner=me due=2026-04-30")
    lee.commands("/incident declare sev2 --private payroll leaked")
    world.tick()
    lee.channel = world.channel().channel
    said(world, lee, "followup add tell nobody owner=me due=30d")
    said(world, lee, "followup accept 1")
    said(world, lee, "followup block 1 no room")
    assert "1 follow-up of all incidents that you may see: the file (CSV)" in said(
        world, ana, "followup export all"
    )
    (message,) = with_files(world, ana)
    content = message.files[0].content or b""
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert [(row["incident"], row["what"], row["owner"]) for row in rows] == [(INC, "'=1+1", "Ana")]
    assert said(world, ana, "followup export INC-2026-0302-002").startswith(
        "There is no incident INC-2026-0302-002"
    )
    assert "2 follow-ups" in said(world, lee, "followup export md all")
    assert "1 follow-up of `INC-2026-0302-002`: the file (Markdown)" in said(
        world, lee, "followup export markdown"
    )
    assert "1 follow-up of `INC-2026-0302-001`" in said(world, lee, f"followup export {INC} csv")
    assert [one.name for message in with_files(world, lee) for one in message.files] == [
        "followups.md", "followups-INC-2026-0302-002.md", f"followups-{INC}.csv",
    ]  # fmt: skip
    own = with_files(world, lee)[1].files[0].content or b""
    assert "| blocked since 2026-03-02: no room |" in own.decode()
    assert world.dm(lee).words[-1].startswith(f"The follow-ups of `{INC}` as CSV: 1. Days are days of")
    assert "'pdf' is no way to export follow-ups" in said(world, ana, "followup export pdf")


def test_nothing_is_sent_where_there_is_nothing_and_a_refusal_of_slacks_is_said(world: World) -> None:
    ana, _ = declared(world)
    assert f"`{INC}` has no follow-up, so there is no file." in said(world, ana, "followup export")
    said(world, ana, "followup add raise it")
    world.slack.scopes.discard("files:write")
    world.expects_errors("missing_scope")
    said(world, ana, "followup export")
    assert "Slack did not take the file with the follow-ups (missing_scope)." in world.dm(ana).words[-1]
