"""In a drill nothing leaves the channel: what else goes to somebody alone stands below the card (R-DRL-2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.call import Plan, references
from bot.domain import handoffs, lifecycle, rolecall, roles, tasks
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import Names
from bot.slack import announce
from bot.slack.unsaid import UNSAID
from tests.records import policy

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REF = "INC-2026-0302-001"
COMMS = policy().roles["comms"]


def opened(**fields) -> Incident:
    made = Incident(ref=REF, severity="P0", declared_by="U1", declared_at=AT, channel_id="C1", title="down")
    return replace(lifecycle.declare(made, by="U1", at=AT, policy=policy()).incident, **fields)


def task(of: Incident) -> Change:
    made = tasks.add(of, text="restart", owner="U2", wait=timedelta(minutes=5), by="U1", at=AT).incident
    return tasks.fire(made, at=AT + timedelta(minutes=5), policy=policy())


def assigned(of: Incident) -> Change:
    return roles.assign(of, COMMS, to="U2", by="U1", at=AT)


def accepted(of: Incident) -> Change:
    one = handoffs.offer(of, COMMS, to="U2", note="", by="U1", at=AT, policy=policy(), entries=()).incident
    return handoffs.accept(one, one.offers[0], COMMS, by="U2", at=AT)


def plan(change: Change) -> Plan:
    return announce.plan(change, policy=policy(), names=Names(), at=AT)


@pytest.mark.parametrize("decide", [task, assigned, accepted])
def test_in_a_drill_nobody_is_written_to_alone(decide):
    """R-DRL-2."""
    real, drill = plan(decide(opened())), plan(decide(opened(drill=True)))
    assert "conversations.open" in {call.method for call in real.calls}
    assert "conversations.open" not in {call.method for call in drill.calls}
    said = [call for call in drill.calls if call.method == "chat.postMessage"]
    assert {call.args["channel"] for call in said} == {"C1"}
    (alone,) = [call for call in said if "thread_ts" in call.args]
    assert references(alone.args["thread_ts"]) == {f"card:{REF}"}
    assert "<@U2>: " in str(alone.args["text"]), "whom it is for"
    assert "<@U2>: " not in str([call.args["text"] for call in real.calls if call.key == alone.key])
    assert {call.key for call in said} == {c.key for c in real.calls if c.method == "chat.postMessage"}


def test_what_is_said_in_the_channel_has_a_sentence_where_slack_refuses_it():
    """DR-14."""
    asked = plan(rolecall.fire(opened(), at=AT, policy=policy()))
    offered = plan(
        handoffs.offer(opened(), COMMS, to="U2", note="", by="U1", at=AT, policy=policy(), entries=())
    )
    posts = [call for made in (asked, offered) for call in made.calls if call.method == "chat.postMessage"]
    assert {call.key.partition(":")[0] for call in posts} == {"roles", "offer"}
    assert {call.key.partition(":")[0] for call in posts} <= UNSAID.keys()
