"""Warnings about action items and wording, and ordinary talk that is no reason for one."""

from dataclasses import replace

import pytest

from bot.domain import postmortem
from bot.domain.timeline import Kind
from tests.linted import EVENTS, MEASURED, PEOPLE, calm, told
from tests.records import NAMES, entry, policy

# Action items


def item(n, **fields):
    whole = {
        "n": n,
        "title": f"item {n}",
        "owner": "Ana",
        "due": "2026-04-01",
        "success_criteria": "a test",
        "status": "open",
    }
    return {**whole, "status": "open", **fields}


def test_items_that_lack_something_are_listed_together():  # LINT-10
    items = [item(1), item(2, owner=None), item(3, owner=None), item(4, due=None, success_criteria=None)]
    assert told(facts={"action_items": items})["LINT-10"] == [
        "2 of 4 items lack an owner: 2, 3.",
        "1 of 4 items lack a due date and a way to tell that they are done: 4.",
    ]
    assert told(facts={"action_items": [item(1), item(2)]}) == {}


def test_due_dates_beyond_their_group():  # layout, section 1 row 17
    items = [
        item(1, horizon="Next 30 Days", due="2026-04-08"),
        item(2, horizon="Next 30 Days", due="2026-04-09"),
    ]
    (text,) = told(facts={"action_items": items})["LINT-10"]
    assert text == "“Next 30 Days”: 2 is due after 31 days. Move the date or the item."
    half = [item(1, horizon="6mo", due="2026-09-09"), item(2, horizon="6mo", due="2026-09-10")]
    assert "2 is due after 185 days" in told(facts={"action_items": half})["LINT-10"][0]


@pytest.mark.parametrize("horizon", ["9999 years", "999999 months", "99999999999 days", "99999999999 weeks"])
def test_a_group_that_ends_later_than_any_date_ends_after_every_item(horizon):
    items = [item(1, horizon=horizon, due="2026-04-08")]
    assert told(facts={"action_items": items}) == {}


def test_planned_against_done():
    items = [item(1, status="done"), item(2, status="unknown")]
    (text,) = told(facts={"action_items": items})["LINT-10"]
    assert text == "1 of 2 planned items are done; of 1 the status is not recorded: 2."


# Wording


@pytest.mark.parametrize(
    "said",
    [
        "Incorrectly assumed a DNS problem", "We should have seen it", "human error", "whose fault of all",
        "why did you restart it", "the team failed to notice", "Ana Alvarez missed the alert", "He forgot the flag",
    ],
)  # fmt: skip
def test_words_that_judge_are_kept_and_pointed_at(said):  # BL-2
    made = told([*EVENTS, entry(15, said)], names=PEOPLE)
    assert "kept word for word" in made["BL-2"][0]


@pytest.mark.parametrize(
    "said",
    [
        "[ERROR] Failed to connect", "git blame says release 41", "just restarted the pods", "simply reload the page",
        "the payment service failed to start", "Ana Alvarez restarts the pods", "blameless review at 10:00",
    ],
)  # fmt: skip
def test_ordinary_talk_is_no_judgement(said):
    assert told([*EVENTS, entry(15, said)], names=PEOPLE) == {}


def test_small_words_judge_in_a_review_only():  # BL-2
    lesson = {"group": "Process", "text": "Somebody simply restarted it.", "title": None}
    assert "“simply”" in told(facts={"lessons": [lesson]})["BL-2"][0]
    fine = {**lesson, "text": "Test emergencies, not just normal days."}
    assert told(facts={"lessons": [fine]}) == {}


def test_a_neutral_wording_is_offered_for_an_assumption_and_never_applied():  # BL-3, R-SIMPLE-1
    said = "Incorrectly assumed a database bottleneck and initiated a failover"
    made = postmortem.draft(calm(), [*EVENTS, entry(15, said)], policy=policy(), names=NAMES)
    (text,) = next(group.texts for group in made.warnings if group.rule == "BL-2")
    assert "“The working hypothesis was a database bottleneck; the evidence at the time pointed to it" in text
    assert said in [row.text for block in made.timeline.blocks for row in block.rows]


def test_a_name_in_a_section_of_causes_is_offered_its_role():  # BL-1
    (text,) = told(root_cause="Ana Alvarez deployed release 41.")["BL-1"]
    assert "names Ana Alvarez" in text
    assert "“the incident commander”" in text
    assert told(summary="Ana Alvarez led the response.") == {}


def test_outage_in_what_customers_read_is_pointed_at_where_not_all_was_down():  # BL-5
    sent = entry(20, "An outage of checkout", Kind.COMMS_EXTERNAL, data={"comm": {"template": "c1"}})
    assert "share of customers affected is not recorded" in told([*EVENTS, sent])["BL-5"][0]
    share = {
        **MEASURED,
        "name": "Share of Customers Affected",
        "unit": "percent",
        "value": 100,
        "text": "100",
    }
    assert "BL-5" not in told([*EVENTS, sent], facts={"impact_metrics": [MEASURED, share]})


def test_of_many_warnings_of_one_kind_some_are_written_out_and_all_are_counted():
    many = [entry(n, f"we should have seen sign {n}") for n in range(10, 40)]
    made = postmortem.draft(calm(), many, policy=policy(), names=NAMES)
    (group,) = [group for group in made.warnings if group.rule == "BL-2"]
    assert (len(group.texts), group.more, group.count) == (8, 22, 30)


@pytest.mark.parametrize(
    ("how", "who"),
    [("names", "Ana Alvarez, incident commander"), ("roles", "Incident commander"), ("none", "")],
)
def test_the_policy_says_whether_names_roles_or_neither_stand_in_the_timeline(how, who):  # BL-1
    wanted = replace(policy(), postmortem_names=how)
    made = postmortem.draft(calm(), [*EVENTS, entry(55, "hm", author="U9")], policy=wanted, names=NAMES)
    shown = [row.who for row in [row for part in made.timeline.blocks for row in part.rows] if row.text]
    assert shown[0] == who
    assert shown[-1] == {"names": "U9", "roles": "A responder", "none": ""}[how]
    assert ("Ana" in repr(made.timeline)) is (how == "names")
