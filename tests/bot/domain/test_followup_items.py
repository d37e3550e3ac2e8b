"""Follow-ups in a replay file's words: out of a file and back, what people changed since, and what a draft says."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.domain import followup_items, postmortem
from bot.domain.followup import Budget, FollowUp, Priority, Redate, Request, State
from bot.domain.mrkdwn import Names
from bot.domain.replay import BrokenReplay, Stage, read
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from tests.records import NAMES, incident, minutes, policy, state

ITEM = {
    "n": 2, "title": "Isolate <analytics> & co", "owner": "Maria Santos", "email": "maria@example.com",
    "due": "2026-04-30", "due_written": "30 April", "priority": "High Priority", "horizon": "Immediate (Next 30 Days)",
    "action": "Reads of their own", "budget": "$8,000/month additional cost", "dependencies": "A database",
    "success_criteria": "No lock in a week", "status": "open", "entered": "review",
}  # fmt: skip
ASKED = Request(
    n=1, what="budget", by="U1", at=minutes(3000), reason="prices rose", before="$8,000/month", after="$9,000/month",
    outcome="approved", decided_by="U2", decided_at=minutes(4500),
)  # fmt: skip
OWN = FollowUp(
    n=1, text="Ask <@U2> &amp; co", action="Write it down", by="U1", added_at=minutes(150), state=State.BLOCKED,
    since=minutes(2000), owner="U2", due_on=date(2026, 4, 20), first_due_on=date(2026, 4, 1), priority=Priority.HIGH,
    redates=(Redate(before=date(2026, 4, 1), after=date(2026, 4, 20), by="U2", at=minutes(900), reason="a week off"),),
    horizon="30d", budget=Budget(amount=Decimal(8000), unit="USD/month"),
    forecast=Budget(amount=Decimal("8800.50"), unit="USD/month"), dependencies="the vendor", criteria="it is there",
    blocked_at=minutes(2000), blocked_by="the vendor is asleep", resumes_as=State.OPEN,
    accepted_at=minutes(160), accepted_by="U1", requests=(ASKED,),
)  # fmt: skip


def imported(*items):
    return followup_items.imported(items, at=minutes(130))


def plan(*followups, **rules):
    of = incident(followups=followups)
    return postmortem.draft(of, [], policy=replace(policy(), **rules), names=NAMES).plan


def facts(one, **rules):
    (horizon,) = plan(one, **rules).horizons
    (item,) = horizon.items
    return item, {fact.name: (fact.value, fact.note) for fact in item.facts}


def written(of, entries=()):
    return print_replay(
        export(of, [state(6, "declared", "SEV-1 declared"), *entries], NAMES, policy=policy())
    )


def again(text, stage=Stage.FINAL):
    return to_record(read(text), policy=policy(), stage=stage)


def test_an_item_of_a_file_is_a_follow_up_and_the_same_item_again():
    (one,) = imported(ITEM)
    assert (one.n, one.text, one.owner) == (2, "Isolate &lt;analytics&gt; &amp; co", None)
    assert (one.state, one.due_on, one.first_due_on) == (State.OPEN, date(2026, 4, 30), date(2026, 4, 30))
    assert (one.priority, one.budget) == (Priority.HIGH, Budget(amount=Decimal(8000), unit="USD/month"))
    assert followup_items.items(incident(followups=(one,))) == [ITEM]
    states = [
        each.state for each in imported({"title": "a", "status": "done"}, {"title": "b", "status": "unknown"})
    ]
    assert states == [State.DONE, State.PROPOSED]


def test_numbers_are_those_of_the_file_where_they_can_be():
    told = imported({"title": "a", "n": 7}, {"title": "b", "n": 7}, {"title": "c"}, {"title": "d", "n": 0})
    assert [one.n for one in told] == [7, 8, 9, 10]


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("$12,000/month additional cost", "12000", "USD/month"), ("$12,000 a month", "12000", "USD/month"),
        ("€1,250.50", "1250.50", "EUR"), ("4 engineer-weeks of development time", "4", "engineer-weeks"),
    ],
)  # fmt: skip
def test_a_budget_that_begins_with_one_number_is_one(words, amount, unit):
    assert followup_items.budget_in(words) == Budget(amount=Decimal(amount), unit=unit)


@pytest.mark.parametrize("words", [None, "", "$5K", "about $3", "two weeks"])
def test_other_words_are_no_budget_and_are_kept(words):
    assert followup_items.budget_in(words) is None
    (one,) = imported({"title": "a", "budget": words})
    assert followup_items.items(incident(followups=(one,)))[0].get("budget") == (words or None)


def test_what_people_set_since_stands_in_place_of_the_words_of_the_record():
    (one,) = imported(ITEM)
    cheaper = Budget(amount=Decimal(7000), unit="USD/month")
    changed = replace(
        one, owner="U2", due_on=date(2026, 5, 2), priority=Priority.LOW, budget=cheaper, state=State.NOT_DOING
    )
    (item,) = followup_items.items(incident(followups=(changed,)), NAMES)
    assert (item["owner"], item.get("email"), item["due"]) == ("Bo Chen", None, "2026-05-02")
    assert "due_written" not in item
    assert (item["priority"], item["budget"], item["status"]) == ("Low priority", "$7,000/month", "unknown")


@pytest.mark.parametrize("private", [False, True])
def test_an_export_carries_all_of_a_follow_up_and_reads_it_back(private):
    gone = replace(OWN, n=3, taken_back=True, requests=(), redates=())
    (known,) = imported({**ITEM, "n": 4})
    touched = replace(known, n=5, state=State.DONE, done_at=minutes(9000), done_by="U1", result="3 &lt; 4")
    of = incident(followups=(OWN, gone, known, touched), private=private)
    text = written(of)
    back, entries = again(text)
    by_number = {one.n: one for one in back.followups}
    assert (by_number[1], by_number[3], by_number[5]) == (OWN, gone, touched)
    assert print_replay(export(back, list(entries), NAMES, policy=policy())) == text
    told = json.loads(text)
    assert [item["n"] for item in told["facts"]["action_items"]] == [1, 4, 5]
    assert {item["status"] for item in told["facts"]["action_items"]} == {"open", "done"}
    assert not any(key.startswith("followup 4 ") for key in told["incident"]["stated"]), (
        "its item says it all"
    )


def test_at_close_what_the_review_added_is_not_known_yet():
    of = incident(followups=(OWN, replace(OWN, n=2, added_at=minutes(100))))
    assert [one.n for one in again(written(of), Stage.CLOSE)[0].followups] == [2]
    assert [one.n for one in again(written(of))[0].followups] == [1, 2]


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("title", None, "must be a text"), ("due", "soon", "'soon' is not a day"), ("owner", 3, "must be a text"),
    ],
)  # fmt: skip
def test_an_item_that_can_be_no_follow_up_is_refused_with_its_place(key, value, problem):
    told = json.loads(written(incident()))
    told["facts"]["action_items"] = [{"n": 1, "title": "a", key: value}]
    with pytest.raises(BrokenReplay, match=problem) as refused:
        read(json.dumps(told))
    assert f"/facts/action_items/0/{key}" in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("state", "lost"), ("due_on", "soon"), ("colour", "red"), ("redates.one", "x"), ("n.x", "1")],
)
def test_what_a_header_states_of_a_follow_up_must_make_one(key, value):
    told = json.loads(written(incident(followups=(OWN,))))
    told["incident"]["stated"][f"followup 1 {key}"] = value
    with pytest.raises(BrokenReplay, match="follow-up 1"):
        again(json.dumps(told))


# Drafts


def test_a_draft_says_where_an_item_stands_with_its_first_date_and_its_costs():  # R-AI-2, R-AI-3
    item, told = facts(OWN)
    assert item.status == "blocked since March 10, 2026: the vendor is asleep"
    assert told["Owner"] == ("Bo Chen", "")
    value, note = told["Due"]
    assert (value, note.partition("; ")[0]) == ("April 20, 2026", "first due April 1, 2026, moved once")
    assert note.endswith("; 42 days after the incident, later than “Next 30 days” says")
    assert told["Budget"] == ("$8,000/month", "by now $8,800.50/month")
    assert told["Changes asked for"] == (
        "budget, $8,000/month to $9,000/month (prices rose), March 11, 2026: approved March 12, 2026", ""
    )  # fmt: skip
    assert "Not recorded" not in told


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": State.PROPOSED}, "proposed"), ({"state": State.OPEN}, "open"),
        ({"state": State.IN_PROGRESS}, "in progress"), ({"state": State.AWAITING}, "awaiting approval"),
        ({"state": State.BLOCKED, "blocked_by": "them"}, "blocked: them"),
        ({"state": State.DONE, "done_at": minutes(3000)}, "done on March 11, 2026"), ({"state": State.DONE}, "done"),
        ({"state": State.NOT_DOING, "result": "too dear"}, "not doing: too dear"),
    ],
)  # fmt: skip
def test_each_state_has_its_words(fields, words):
    item, _ = facts(FollowUp(n=1, text="a", added_at=minutes(3), **fields))
    assert item.status == words


def test_states_are_counted_and_horizons_and_priorities_of_ours_are_sorted():
    def one(n, **fields):
        return FollowUp(n=n, text=f"item {n}", added_at=minutes(3), **fields)

    made = plan(
        one(1, horizon="6mo"), one(2, horizon="30d", priority=Priority.LOW, state=State.DONE),
        one(3, horizon="30d", priority=Priority.HIGH), one(4), one(5, moved_to="INC-2026-0309-002"),
        one(6, taken_back=True),
    )  # fmt: skip
    assert made.count == "4 action items: 3 proposed, 1 done."
    told = [(each.name, each.priority, [item.number for item in each.items]) for each in made.horizons]
    assert told == [
        ("Next 30 days", "High priority", [3]), ("", "Low priority", [2]), ("Next 6 months", "", [1]), ("", "", [4]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "owner"), [("names", "Bo Chen"), ("roles", "comms lead"), ("none", "named in the record")]
)
def test_an_owner_is_named_as_the_document_names_people(rule, owner):  # BL-1
    of = incident(followups=(OWN,), roles={"comms": "U2"})
    made = postmortem.draft(of, [], policy=replace(policy(), postmortem_names=rule), names=NAMES)
    (item,) = made.plan.horizons[0].items
    assert {fact.name: fact.value for fact in item.facts}["Owner"] == owner
    (known,) = imported(ITEM)
    assert facts(known, postmortem_names=rule)[1]["Owner"][0] == {
        "names": "Maria Santos (maria@example.com)"
    }.get(rule, "named in the record")  # fmt: skip


def test_nothing_is_missing_of_what_is_not_done():  # LINT-10
    none = FollowUp(n=1, text="a", added_at=minutes(3), state=State.NOT_DOING, result="no use")
    made = postmortem.draft(incident(followups=(none,)), [], policy=policy(), names=Names())
    assert "LINT-10" not in {group.rule for group in made.warnings}
