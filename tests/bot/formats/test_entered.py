"""What people entered stands in the document: all of it in a long one, and what it leaves out a short one names."""

import re

import pytest
from markdown_it import MarkdownIt

from bot.domain import followup_items, parts, postmortem
from bot.domain.mrkdwn import Names
from bot.domain.replay import Stage
from bot.formats import FORMATS
from tests.records import FILES, NAMES, incident, minutes, needs_replays, policy, record

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LONG = ("full", "report", "sre")
SHORT = ("outage", "classic")
NO_WORDS = {
    "entered", "unit", "kind", "id", "audience", "phase", "value", "at", "due", "status", "n", "count", "percent",
    "total", "approx", "confidential", "truncated",
}  # fmt: skip
"""Fields of facts whose values are no words of people."""
NOT_IN_SHORT = {
    "sla", "communications_sent", "customer_feedback", "success_metrics", "document", "process", "named", "timezones",
    "email", "budget", "dependencies", "horizon", "priority", "subgroup",
}  # fmt: skip


def words(facts, left_out=frozenset()):
    """All that people wrote into *facts*, without the fields *left_out*."""
    if isinstance(facts, str):
        yield facts
    elif isinstance(facts, dict):
        for key, value in facts.items():
            if key not in NO_WORDS | left_out:
                yield from words(value, left_out)
    elif isinstance(facts, list | tuple):
        for value in facts:
            yield from words(value, left_out)


def entered(of):
    """What people entered, follow-ups among it."""
    return {**of.facts, "action_items": followup_items.items(of)}


def once(facts):
    """*facts* without what was entered twice, word for word: it stands once, with the agreements or as an action."""
    agreements = {item["text"] for item in facts["sla"]}
    actions = {item["title"] for item in facts.get("action_items", ())}
    business = [i for i in facts["business_impact"] if f"{i['name']}: {i['text']}" not in agreements]
    prevention = [item for item in facts["prevention"] if item["text"] not in actions]
    return {**facts, "business_impact": business, "prevention": prevention}


def document(name, of, entries=(), names=NAMES):
    return FORMATS[name].render(postmortem.draft(of, list(entries), policy=policy(), names=names))


def read(text):
    """What a reader of the rendered document sees, without white space."""
    tokens = READER.parse(text)
    seen = [token.content for token in tokens if token.type in ("fence", "code_block")]
    seen += [child.content for token in tokens for child in token.children or ()]
    return squash("".join(seen))


def squash(text):
    return re.sub(r"[\s*`\u2068\u2069]|\\(?=\$\d)", "", text)


@needs_replays
@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("file", FILES)
def test_all_that_people_entered_stands_in_a_long_document(name, file):
    of, entries = record(file, Stage.FINAL)
    seen = read(document(name, of, entries, Names()))
    assert [said for said in words(once(entered(of))) if squash(said) not in seen] == []


@needs_replays
@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("file", FILES)
def test_a_short_document_shows_what_happened_why_and_what_will_be_done(name, file):
    of, entries = record(file, Stage.FINAL)
    seen = read(document(name, of, entries, Names()))
    assert [said for said in words(once(entered(of)), NOT_IN_SHORT) if squash(said) not in seen] == []


@needs_replays
@pytest.mark.parametrize("name", SHORT)
def test_a_short_document_names_what_it_leaves_out(name):
    text = document(name, *record("techflow-p0", Stage.FINAL), Names())
    assert (
        "Also in the record, and in the formats `full`, `report` and `sre`: agreements (2), messages sent (6), "
        "customer feedback (11), success metrics (12), named customers (5), impact by time zone (4), follow-up (8), "
        "costs of the action items (11), about the document (5)."
    ) in text
    assert "RetailMax" not in text
    assert "Also in the record" not in document(name, incident())


@needs_replays
def test_a_conclusion_is_no_follow_up_that_a_short_document_leaves_out():
    text = document("outage", *record("api-outage", Stage.FINAL), Names())
    assert "In conclusion, the June 10, 2023" in text
    assert "follow-up (" not in text


@pytest.mark.parametrize("name", [*LONG, *SHORT])
def test_a_document_says_how_far_its_review_is_and_what_of_the_checklist_is_open(name):  # AD-8
    bo = parts.Reviewer(user="U2", by="U1", at=minutes(140))
    review = parts.Review(stage=parts.Stage.IN_REVIEW, at=minutes(140), reviewers=(bo,))
    text = document(name, incident(review=review))
    assert "**Status of this document:** In review, since March 9, 2026, 16:22" in text
    assert "**Reviewers:** Bo Chen (not yet approved)" in text
    assert [point for point in policy().reviews.checklist if f"**open:** {point}" not in text] == []
