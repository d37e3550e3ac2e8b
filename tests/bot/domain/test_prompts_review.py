"""Questions of the review: asked while nobody wrote the answer, each with what helps to write it."""

import pytest

from bot.domain import postmortem
from bot.domain.timeline import Kind
from tests.records import NAMES, entry, incident, policy, told

ENTRIES = (
    entry(1, "customers complain in 12 tickets", Kind.IMPACT),
    entry(2, "pool at 100% of 800", Kind.FINDING),
    entry(3, "it is slow", Kind.FINDING),
    entry(4, "the pool leaks", Kind.ROOT_CAUSE),
    entry(5, "restarted it", Kind.SOLUTION),
    entry(6, "a customer wants a refund of $50", Kind.NOTE),
)
TOPICS = (
    "segments", "zones", "business", "technical", "letters", "feedback", "fixes", "prevention", "targets", "process",
    "about",
)  # fmt: skip


def asked(of=None, entries=ENTRIES):
    return postmortem.draft(of or incident(), list(entries), policy=policy(), names=NAMES).prompts


@pytest.mark.parametrize(
    ("topic", "words", "others"),
    [
        ("business", ["refund of $50"], ["tickets", "pool"]),
        ("technical", ["100% of 800"], ["it is slow", "refund"]),
        ("feedback", ["12 tickets", "wants a refund"], ["pool"]),
        ("fixes", ["restarted it"], ["pool"]),
        ("prevention", ["the pool leaks"], ["restarted", "refund"]),
        ("targets", ["Detected in this incident: 2 minutes"], ["tickets"]),
    ],
)
def test_a_question_offers_what_the_record_has_for_it(topic, words, others):  # question 15
    candidates = "\n".join(asked()[topic].candidates)
    assert [word for word in words if word not in candidates] == []
    assert [word for word in others if word in candidates] == []


def test_people_who_are_near_to_customers_are_named_as_those_to_ask():
    people = [
        {"id": "U2", "name": "Bo Chen", "role": "VP Customer Success"},
        {"id": "U9", "name": "Cy", "role": "DBA"},
    ]
    candidates = asked(incident(header={"people": people}))["feedback"].candidates
    assert candidates[0] == "to ask: Bo Chen, VP Customer Success"
    assert not [candidate for candidate in candidates if "Cy" in candidate]


def test_measures_taken_while_it_lasted_are_offered_where_permanent_ones_are_asked_for():
    fixes = [{"group": "g", "text": "raised the limit", "entered": "during"}]
    assert asked(incident(facts={"fixes": fixes}))["fixes"].candidates[0] == "“raised the limit”"


def test_where_readers_live_is_asked_about_until_somebody_said_what_it_meant_there():
    of = incident(header={"timezone": {"viewers": ["Asia/Tokyo"]}})
    assert asked(of)["zones"].candidates == (
        "UTC: 14:02 to 16:02 UTC", "Tokyo: March 9, 2026, 23:02 to March 10, 2026, 01:02 JST",
    )  # fmt: skip
    assert "zones" not in asked()


def test_a_letter_is_asked_for_only_where_the_severity_owes_one():  # R-CUS-1
    assert "letters" in asked()
    assert "letters" not in asked(incident(severity="P2"))


def test_nothing_is_asked_for_that_somebody_wrote():  # question 14
    full = asked(incident(facts=told("x")))
    assert [topic for topic in TOPICS if topic in full] == []
    bare = asked(incident(header={"timezone": {"viewers": ["Asia/Tokyo"]}}))
    assert [topic for topic in TOPICS if topic not in bare] == []
