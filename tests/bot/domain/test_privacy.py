"""Who may see a private incident, and what may leave it (DR-28); what may leave a drill (R-DRL-2)."""

from dataclasses import replace

from bot.call import Call, result
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names
from bot.domain.privacy import admitted, may_see, with_members, without_member
from bot.slack.bounds import at_home, within
from bot.slack.room import Room
from tests.records import minutes, policy

PUBLIC = Incident(
    ref="INC-2026-0309-001", severity="P0", declared_by="U1", declared_at=minutes(0), channel_id="C1"
)
PRIVATE = replace(PUBLIC, private=True, members=("U1",))
DRILL = replace(PUBLIC, drill=True)


def room(incident: Incident) -> Room:
    return Room(incident=incident, policy=policy(), names=Names(), at=minutes(0))


def kept(incident: Incident, *calls: Call) -> list[str]:
    return [call.key for call in within(room(incident), calls)]


def post(key: str, channel: object, **args: object) -> Call:
    return Call(key=key, method="chat.postMessage", args={"channel": channel, "text": "x", **args})


def test_a_private_incident_is_seen_by_members_and_from_its_own_channel():
    assert may_see(PUBLIC, "U9")
    assert may_see(PRIVATE, "U1")
    assert not may_see(PRIVATE, "U9")
    assert not may_see(PRIVATE, "U9", "C9")
    assert may_see(PRIVATE, "U9", "C1")
    assert not may_see(replace(PRIVATE, channel_id=None), "U9", ""), "no channel is not every channel"


def test_whoever_declares_or_takes_a_role_is_admitted_and_who_left_stays_out():
    new = replace(PUBLIC, private=True, roles={"commander": "U2"})
    assert admitted(None, new).members == ("U2", "U1")
    gone = without_member(with_members(new, "U1", "U2"), "U2")
    assert admitted(gone, gone).members == ("U1",), "a role that one had before brings nobody back"
    assert admitted(gone, replace(gone, roles={"comms": "U3"})).members == ("U1", "U3")
    assert admitted(None, PUBLIC).members == ()


def test_of_a_private_incident_nothing_leaves_but_to_its_members():
    """DR-28."""
    opens = [
        Call(key=f"open:{who}", method="conversations.open", args={"users": who}) for who in ("U1", "U9")
    ]
    calls = [
        post("update:1", "C1"),
        post("announce:1", "incidents"),
        *opens,
        post("dm:U1", result("open:U1", "channel.id")),
        post("dm:U9", result("open:U9", "channel.id")),
        post("after:U9", "C1", thread_ts=result("dm:U9", "ts")),
        Call(key="pin:1", method="pins.add", args={"channel": "C1"}),
        Call(key="upload:1", method="upload", args={"channel": "C7"}),
        post("fyi:1:executives", "exec-updates"),
        Call(key="escalation-open:1:U9", method="conversations.open", args={"users": "U9"}),
        post("escalation:1:U9", result("escalation-open:1:U9", "channel.id")),
    ]
    passed = [
        "update:1",
        "open:U1",
        "dm:U1",
        "pin:1",
        "fyi:1:executives",
        "escalation-open:1:U9",
        "escalation:1:U9",
    ]
    assert kept(PRIVATE, *calls) == passed, "escalations carry reference and link, no more"
    assert kept(PUBLIC, *calls) == [call.key for call in calls]


def test_who_is_invited_with_a_change_is_told_of_it():
    calls = [
        Call(key="invite:1:U9", method="conversations.invite", args={"channel": "C1", "users": "U9"}),
        Call(key="open:U9", method="conversations.open", args={"users": "U9"}),
        post("dm:U9", result("open:U9", "channel.id")),
    ]
    assert kept(PRIVATE, *calls) == ["invite:1:U9", "open:U9", "dm:U9"]
    assert kept(PRIVATE, *calls[1:]) == []


def test_of_a_drill_nothing_leaves_its_channel():
    """R-DRL-2."""
    calls = [
        post("update:1", "C1"),
        Call(key="open:U1", method="conversations.open", args={"users": "U1"}),
        post("dm:U1", result("open:U1", "channel.id")),
        post("escalation:1:executives", "exec-updates"),
        Call(key="upload:1", method="upload", args={"channel": "C1"}),
    ]
    assert kept(DRILL, *calls) == ["update:1", "upload:1"]
    assert kept(replace(DRILL, private=True, members=("U1",)), *calls) == ["update:1", "upload:1"]


def test_a_channel_that_is_not_open_yet_is_the_incidents_own_all_the_same():
    waiting = replace(PRIVATE, channel_id=None)
    own = result(f"channel:{PRIVATE.ref}", "channel.id")
    assert kept(waiting, post("card:1", own), post("x", result("channel:INC-1", "channel.id"))) == ["card:1"]


def test_what_stands_in_a_channel_that_was_left_is_edited_no_more_and_answers_are_said_in_the_open():
    former = frozenset({"nudge:1", "rungs:1"})
    edit = Call(key="nudge-past:1", method="chat.update", args={"channel": result("nudge:1", "channel")})
    answer = post("ack:1", "C2", thread_ts=result("rungs:1", "ts"))
    (said, other) = at_home([edit, answer, post("update:2", "C2")], said=former)
    assert said.key == "ack:1"
    assert "thread_ts" not in said.args
    assert other.key == "update:2"
