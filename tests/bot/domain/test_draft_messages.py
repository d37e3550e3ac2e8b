"""What was told to whom: blocks of messages inside, updates for customers once each, letters word for word."""

from bot.domain import postmortem
from bot.domain.timeline import Kind
from tests.records import NAMES, entry, incident, minutes, policy, state

COMM = {"channel": "phone", "recipients": ["CEO", "CTO"], "audience": "internal"}


def messages(*entries, **facts):
    of = incident(services=("checkout",), facts=facts)
    return postmortem.draft(of, list(entries), policy=policy(), names=NAMES).messages


def told(message):
    return message.name, [(fact.name, fact.value) for fact in message.facts]


def sent(**fields):
    return {
        "id": "c1",
        "audience": "external",
        "channel": "status page",
        "body": "We look into it.",
        **fields,
    }


def test_what_was_recorded_behind_a_message_in_its_block_belongs_to_it():
    block = {"group": "Executives told"}
    made = messages(
        entry(8, "phones work", Kind.NOTE, label="Check", **block),
        entry(8, "the impact", Kind.COMMS_INTERNAL, label="Content", data={"comm": COMM}, **block),
        entry(8, "go on", Kind.DECISION, label="Decision", **block),
        entry(8, "another thing", Kind.NOTE, label="Note"),
        entry(8, "all told", Kind.COMMS_INTERNAL, label="Message", **block),
        entry(9, "later", Kind.NOTE, label="Later", **block),
    )
    assert [told(each) for each in made.inside] == [
        ("Executives told", [("Channel", "phone"), ("Recipients", "CEO, CTO"), ("Content", "the impact"),
                             ("Decision", "go on")]),
        ("Executives told", [("Message", "all told")]),
    ]  # fmt: skip


def test_updates_inside_and_escalations_with_the_first_answer_stand_in_order():
    made = messages(
        state(9, "update", "we look into it", phase="investigating"),
        state(12, "escalated", "Executives were told", target="executives"),
        state(13, "acknowledged", "Board: seen", target="board"),
        state(14, "acknowledged", "Acknowledged: executives", target="executives", author="U2"),
        state(15, "escalated", "The board was told", target="board"),
        state(16, "update", "we are sorry", audience="external", phase="identified"),
    )
    assert [told(each) for each in made.inside] == [
        ("Update", [("Message", "we look into it")]),
        ("Escalation: executives", [("Message", "Executives were told"),
                                    ("Response", "Acknowledged: executives (Ana Alvarez, 14:16)")]),
        ("Escalation: the board", [("Message", "The board was told"), ("Response", "not recorded")]),
    ]  # fmt: skip


def test_an_update_that_is_in_the_timeline_and_in_the_list_of_messages_stands_once():
    item = sent(
        at=minutes(12).isoformat(), phase="investigating", subject="First update", services=["checkout"]
    )
    kept = entry(
        12, "We look …", Kind.COMMS_EXTERNAL, data={"comm": {"template": "c1", "phase": "investigating"}}
    )
    other = sent(id="c2", at=minutes(125).isoformat(), phase="resolved", subject="Over", services=[])
    hearsay = entry(4, "status page updated", Kind.COMMS_EXTERNAL, label="Customers")
    made = messages(kept, hearsay, communications_sent=[item, other])
    assert [(each.clock, each.name, each.kept, each.text) for each in made.published] == [
        ("14:06", "Customers", False, "status page updated"),
        ("14:14", "First update", True, "We look into it."),
        ("16:07", "Over", True, "We look into it."),
    ]
    assert made.count == 2
    assert [(fact.name, fact.value) for fact in made.published[1].facts] == [
        ("Status", "Investigating"), ("Services Affected", "checkout"), ("Last Updated", "March 9, 2026 14:14 UTC"),
    ]  # fmt: skip


def test_how_long_it_took_is_computed_and_said_with_the_last_update_only():  # R-TPL-3
    items = [
        sent(id=phase, at=minutes(n).isoformat(), phase=phase)
        for n, phase in ((90, "monitoring"), (121, "resolved"))
    ]
    first, last = messages(communications_sent=items).published
    assert "Incident Duration" not in {fact.name for fact in first.facts}
    (took,) = (fact for fact in last.facts if fact.name == "Incident Duration")
    assert (took.value, took.note) == ("2 hours", "computed, start of impact to resolve")


def test_an_update_that_the_bot_published_names_the_services_of_the_incident():
    (made,) = messages(state(16, "update", "we are sorry", audience="external", phase="identified")).published
    assert ("Services Affected", "checkout") in {(fact.name, fact.value) for fact in made.facts}


def test_letters_keep_their_lines_and_what_is_cut_off_is_not_completed():
    mail = sent(at=None, phase=None, subject="Sorry", body="Dear you,\n\nwe lost T", truncated=True)
    brief = sent(at=None, phase=None, audience="internal", subject="Brief", body=r"at risk: \$5, cost \$x")
    made = messages(communications_sent=[mail, brief])
    assert [(each.subject, each.lines, each.cut) for each in made.letters] == [
        ("Sorry", ("Dear you,", "", "we lost T"), True)
    ]
    assert [each.lines for each in made.briefings] == [(r"at risk: $5, cost \$x",)]
    assert [fact.value for fact in made.letters[0].facts] == ["time not recorded", "status page"]
