"""What people wrote for the document: feedback, lessons, fixes, follow-up, and who stands behind it."""

from bot.domain import postmortem
from bot.domain.draft_facts import Group
from tests.records import NAMES, incident, policy


def draft(of=None, **facts):
    return postmortem.draft(of or incident(facts=facts), [], policy=policy(), names=NAMES)


def feedback(*items):
    return draft(
        customer_feedback=[{"kind": kind, "who": who, "text": text} for kind, who, text in items]
    ).feedback


def test_shares_of_themes_that_add_up_to_more_than_all_are_said_to_be_several_answers():
    made = feedback(
        ("theme", None, "Slow (67% of feedback)"), ("theme", None, "Kind (45.5 %)"), ("count", None, "9")
    )
    assert made.themes == ("Slow (67% of feedback)", "Kind (45.5 %)")
    assert made.themes_note.startswith("Several answers were possible")
    assert feedback(("theme", None, "Slow (60%)"), ("theme", None, "Kind (40%)")).themes_note == ""
    assert feedback(("theme", None, "Slow (160%)")).themes_note == ""


def test_a_quote_keeps_its_words_and_its_speaker():
    made = feedback(
        ("quote", "RetailMax", r"The 3-hour outage cost us \$50,000, and \$x"), ("sentiment", None, "calm")
    )
    assert [(quote.name, quote.value) for quote in made.quotes] == [
        ("RetailMax", r"The 3-hour outage cost us $50,000, and \$x")
    ]
    assert [(said.name, said.value) for said in made.sentiments] == [("", "calm")]


def test_lessons_stand_by_group_and_subgroup_in_the_order_in_which_each_came_first():
    lessons = [
        {"group": "Technical", "subgroup": "Data", "title": "Pools", "text": "size them"},
        {"group": "Process", "text": "drill"},
        {"group": "Technical", "subgroup": "App", "text": "break circuits"},
        {"group": "Technical", "subgroup": "Data", "text": "isolate"},
    ]
    first, second = draft(lessons=lessons).lessons_by_group
    assert first.groups == (
        Group(name="Data", items=("Pools: size them", "isolate")), Group(name="App", items=("break circuits",)),
    )  # fmt: skip
    assert (second.name, second.groups) == ("Process", (Group(name="", items=("drill",)),))


def test_what_was_done_while_it_lasted_is_told_apart_from_what_was_done_afterwards():
    fixes = [
        {"group": "g", "text": "restart", "entered": "during"},
        {"group": "g", "text": "limit", "entered": "review"},
    ]
    made = draft(fixes=fixes)
    assert made.fixes_during == (Group(name="g", items=("restart",)),)
    assert made.fixes_after == (Group(name="g", items=("limit",)),)


def test_the_conclusion_is_no_part_of_the_follow_up():
    made = draft(process=[{"group": "Conclusion", "text": "we learned"}, {"group": "Weekly", "text": "look"}])
    assert made.conclusion == ("we learned",)
    assert made.process == (Group(name="Weekly", items=("look",)),)


def test_the_lead_is_who_is_named_as_such_else_the_owner_with_the_role():
    owned = incident(postmortem_owner="U2", roles={"comms": "U2"})
    assert draft(owned).lead == "Bo Chen, comms lead"
    stated = incident(postmortem_owner="U2", header={"stated": {"lead": "Di, director"}})
    assert draft(stated).lead == "Di, director"
    assert draft(document={"lead": "Ed"}).lead == "Ed"
    assert draft().lead == ""


def test_what_is_said_about_the_document_stands_in_one_order_with_what_nobody_foresaw_behind():
    told = draft(
        document={"customer_contact": "CC", "distribution": "all", "prepared_by": "Ana", "empty": ""}
    ).about
    assert [(fact.name, fact.value) for fact in told] == [
        ("Prepared by", "Ana"), ("Distribution", "all"), ("Customer contact", "CC"),
    ]  # fmt: skip
