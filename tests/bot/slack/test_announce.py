"""What a decision asks of Slack: which calls, where, in which order, under which keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.call import Call, Plan, Priority, references
from bot.domain.incident import Change, Incident, Status
from bot.domain.mrkdwn import Names
from bot.domain.news import News, What
from bot.domain.timers import MadeFile
from bot.slack import announce
from bot.slack.room import Room
from tests.records import policy

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REF = "INC-2026-0302-001"
OPEN = Incident(
    ref=REF, version=1, title="down", severity="P0", declared_by="U1", declared_at=AT,
    channel_name=f"{REF.lower()}-down",
    update_due_at=AT + timedelta(minutes=15), nudge_due_at=AT + timedelta(minutes=15),
)  # fmt: skip
MOVED_IN = replace(OPEN, channel_id="C1", version=2)


def plan(before: Incident | None, now: Incident, *news: News) -> Plan:
    change = Change(before=before, incident=now, news=news)
    return announce.plan(change, policy=policy(), names=Names(), at=AT)


def by_key(made: Plan) -> dict[str, Call]:
    keys = [call.key for call in made.calls]
    assert len(set(keys)) == len(keys)
    return {call.key: call for call in made.calls}


def told(what: What, **facts: Any) -> News:
    return News(what=what, facts=facts)


def test_a_declare_opens_the_channel_first_and_each_call_needs_only_what_it_uses():
    calls = by_key(plan(None, OPEN, told(What.DECLARED, by="U1")))
    opened = f"channel:{REF}"
    assert next(iter(calls)) == opened
    assert calls[opened].method == "open_channel"
    assert references(calls[f"card:{REF}"].args) == {opened}
    assert references(calls[f"invite:{REF}:U1"].args) == {opened}
    assert references(calls[f"pin:{REF}"].args) == {opened, f"card:{REF}"}
    assert {*calls[f"announce:{REF}"].after} | references(calls[f"announce:{REF}"].args) == {opened}
    assert {calls[key].priority for key in (opened, f"card:{REF}", f"announce:{REF}")} == {Priority.DECLARING}
    planned = list(calls)
    for call in calls.values():
        for needed in {*call.after, *references(call.args)}:
            assert planned.index(needed) < planned.index(call.key), "what is needed is planned before"


def test_every_message_bears_its_key_and_messages_of_the_channel_share_a_stream():
    calls = plan(None, OPEN, told(What.DECLARED, by="U1")).calls
    calls += plan(
        OPEN, MOVED_IN, told(What.UPDATED, by="U1", text="x", was="investigating", n=1, capped=None)
    ).calls
    posts = [call for call in calls if call.method == "chat.postMessage"]
    assert len(posts) == 3
    for call in posts:
        assert call.args["metadata"] == {"event_type": "tocsin", "event_payload": {"key": call.key}}
        assert call.stream is not None
    assert {call.stream for call in posts if not call.key.startswith("announce")} == {REF}


def test_once_the_channel_is_there_nothing_waits_for_it():
    facts = {"by": "U1", "text": "x", "was": "investigating", "n": 1, "capped": None}
    calls = by_key(plan(MOVED_IN, replace(MOVED_IN, version=3, updates=1), told(What.UPDATED, **facts)))
    update = calls[f"update:{REF}:1"]
    assert update.args["channel"] == "C1"
    assert references(update.args) == set()


@pytest.mark.parametrize(
    ("changed", "edited"),
    [
        ({"status": Status.IDENTIFIED}, {"card-edit", "announce-edit"}),
        ({"title": "login is down"}, {"card-edit", "announce-edit", "topic"}),
        ({"severity": "P1"}, {"card-edit", "announce-edit", "topic"}),
        ({"services": ("pay",)}, {"card-edit"}),
        ({"update_due_at": AT}, {"card-edit"}),
        ({"summary": "long"}, set()),
        ({"nudge_due_at": AT}, set()),
    ],
)
def test_what_shows_a_field_is_edited_when_it_changes_and_nothing_else(
    changed: dict[str, Any], edited: set[str]
):
    calls = plan(MOVED_IN, replace(MOVED_IN, version=3, **changed)).calls
    assert {call.key.partition(":")[0] for call in calls} == edited
    for call in calls:
        assert call.slot is not None, "edits coalesce"
        assert call.stream is not None, "and are not overtaken"
        assert call.priority is Priority.COSMETIC


def test_a_nudge_is_guarded_and_goes_before_updates():
    facts = {"n": 1, "due": AT, "reminder": 1, "ordinal": "1st", "to": ["U1"], "since": timedelta(minutes=15),
             "anchor": "declaration", "late": None, "former": None, "last": False}  # fmt: skip
    calls = by_key(plan(MOVED_IN, replace(MOVED_IN, nudges=1, live_nudge=1), told(What.NUDGED, **facts)))
    nudge = calls[f"nudge:{REF}:1"]
    assert (nudge.guarded, nudge.priority) == (True, Priority.NUDGE)
    again = by_key(plan(MOVED_IN, MOVED_IN, told(What.NUDGED, **{**facts, "n": 2, "former": 1})))
    assert references(again[f"nudge-past:{REF}:1"].args) == {f"nudge:{REF}:1"}


def test_an_update_withdraws_the_nudge_that_it_answers_and_shrinks_it_where_it_was_said():
    facts = {"by": "U1", "text": "x", "was": "investigating", "n": 1, "capped": None, "answered": 4}
    made = plan(MOVED_IN, replace(MOVED_IN, version=3, live_nudge=None), told(What.UPDATED, **facts))
    assert made.withdraw == (f"nudge:{REF}:4",)
    assert references(by_key(made)[f"nudge-past:{REF}:4"].args) == {f"nudge:{REF}:4"}


def test_free_text_can_not_call_anybody_nor_stand_for_the_channel():
    title = "&lt;!channel&gt; <!here> <#CHANNEL> <@U9> <http://x|bank>"
    calls = plan(None, replace(OPEN, title=title), told(What.DECLARED, by="U1")).calls
    said = str([call.args for call in calls if call.method == "chat.postMessage"])
    for active in ("<!channel", "<!here", "<@U9", "<http://x|bank"):
        assert active not in said


def test_the_summary_of_a_draft_waits_for_its_file():
    facts = {
        "n": 1, "file": "a.md", "title": "t", "format": "sre", "content": "# a", "prompts": 3, "external": False,
        "remarks": (), "canvas": "# a", "trouble": (),
        "files": (MadeFile(name="a.md", title="t", kind="md", content=b"# a"),),
    }  # fmt: skip
    now = replace(MOVED_IN, status=Status.CLOSED, resolved_at=AT, postmortem_due_at=AT, drafts=1)
    calls = by_key(plan(MOVED_IN, now, told(What.DRAFTED, **facts)))
    assert calls[f"draft:{REF}:1"].after == (f"upload:{REF}:1",)
    assert calls[f"upload:{REF}:1"].stream == calls[f"draft:{REF}:1"].stream == REF
    assert f"draft:{REF}:1" in calls[f"draft-dm:{REF}:1"].after
    assert calls[f"canvas:{REF}:1"].after == (), "nothing waits for the canvas but the word about it"
    assert calls[f"draft-canvas:{REF}:1"].after == (f"canvas:{REF}:1",)


def test_a_text_too_long_for_slack_gives_way_and_what_follows_it_stays():
    news = told(What.UPDATED, by="U1", text="&" * 4_000, was="investigating", n=1, capped=None)
    (update,) = [c for c in plan(OPEN, MOVED_IN, news).calls if c.key.startswith("update:")]
    shown = "".join(block["text"]["text"] for block in update.args["blocks"])
    assert len(shown) <= 11_000
    assert "&amp;… (the whole text is on the timeline)" in shown
    assert "Next update due" in shown


def test_an_incident_whose_clock_went_backwards_is_zero_old():
    early = AT - timedelta(seconds=3)
    room = Room(incident=OPEN, policy=policy(), names=Names(), at=early)
    assert room.facts()["age"] == timedelta()


def test_a_role_edits_what_shows_it_and_the_commander_more():
    comms = replace(MOVED_IN, roles={"comms": "U2"})
    assert {call.key.partition(":")[0] for call in plan(MOVED_IN, comms).calls} == {"card-edit"}
    lead = replace(MOVED_IN, roles={"commander": "U2"})
    kinds = {call.key.partition(":")[0] for call in plan(MOVED_IN, lead).calls}
    assert kinds == {"card-edit", "announce-edit", "topic"}
