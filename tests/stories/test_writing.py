"""What people write for the postmortem by command: kept, echoed once in a thread, taken back."""

import json
from functools import partial

import pytest

from bot.archive import Archive
from bot.domain.replay import Stage
from bot.domain.topics import TOPICS
from tests.world import World, at_once, declared, joined, said
from tests.writing import INC, close, draft, facts, held

# By command


def test_an_item_is_kept_with_its_heading_and_echoed_in_one_line_below_the_card(world: World) -> None:
    """DR-20, DR-2."""
    ana, room = declared(world)
    before = len(room.messages)
    answer = said(world, ana, "postmortem add factor Monitoring gaps: no alert on <pool> use & more")
    assert "Factor 1 added: Monitoring gaps: no alert on &lt;pool&gt; use &amp; more" in answer
    assert facts(world, "contributing_factors") == [
        {"group": "Monitoring gaps", "text": "no alert on <pool> use & more", "entered": "during"}
    ]
    (echo,) = room.keyed("echo")
    assert echo.thread_ts == room.card.ts
    assert len(room.messages) == before + 1
    assert "no alert on" not in said(world, ana, "timeline"), "it is no event"


def test_what_is_written_after_the_close_is_of_the_review(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "postmortem add fix during: raised the pool")
    said(world, ana, "impact customers=12")
    close(world, ana)
    said(world, ana, "postmortem add fix after: made the limit a setting")
    said(world, ana, "impact tickets=30")
    assert facts(world, "fixes") == [
        {"group": "During the incident", "text": "raised the pool", "entered": "during"},
        {"group": "After the incident", "text": "made the limit a setting", "entered": "review"},
    ]
    assert [measure["entered"] for measure in held(world).facts["impact_metrics"]] == ["during", "review"]


def test_items_are_listed_changed_moved_dropped_and_the_last_is_taken_back(world: World) -> None:
    ana, _ = declared(world)
    for text in ("A: one", "A: two", "B: three"):
        said(world, ana, f"postmortem add prevention {text}")
    assert "3. B: three" in said(world, ana, "pm list prevention")
    assert "Prevention 2 changed: A: zwei" in said(world, ana, "pm edit prevention 2 A: zwei")
    assert "nothing was changed" in said(world, ana, "pm edit prevention 2 A: zwei")
    said(world, ana, "pm move prevention 3 1")
    assert "Prevention 3 dropped: A: zwei" in said(world, ana, "pm drop prevention 3")
    said(world, ana, "undo")
    listed = said(world, ana, "postmortem list prevention").splitlines()
    assert listed[1:4] == ["1. B: three", "2. A: one", "3. A: zwei"]
    assert "`prevention` Prevention: 3" in said(world, ana, "postmortem list")


@pytest.mark.parametrize(
    ("first", "then", "now"),
    [
        ("factor Monitoring: no alert", "factor 1 none at all", "Monitoring: none at all"),
        ("factor Monitoring: no alert", "factor 1 Process: none at all", "Process: none at all"),
        ("lesson A / B: Pools: size it", "lesson 1 measure it", "A / B: Pools: measure it"),
        ("lesson A / B: Pools: size it", "lesson 1 pools: measure it", "A / B: Pools: measure it"),
        ("quote Jo: it cost us a day", "feedback 1 it cost us two", "Quote Jo: it cost us two"),
        ("segment Enterprise: 127 customers", "segment 1 130 customers", "Enterprise: 130 customers"),
        ("cause Slow query", "cause 1 A slow query", "A slow query"),
        ("cause Slow query: held connections", "cause 1 held them long", "Slow query: held them long"),
        ("sla public: a credit", "sla 1 another credit", "Public: another credit"),
        ("reviewed_by Jo", "document 1 Jo Park", "reviewed_by: Jo Park"),
    ],
)
def test_a_heading_or_a_name_that_an_edit_leaves_out_stays(
    world: World, first: str, then: str, now: str
) -> None:
    ana, _ = declared(world)
    said(world, ana, f"postmortem add {first}")
    said(world, ana, f"postmortem edit {then}")
    listed = said(world, ana, f"postmortem list {then.split(maxsplit=1)[0]}").splitlines()
    assert listed[1] == f"1. {now}"
    assert not listed[2].startswith("2."), "nothing was added"


def test_a_text_is_added_to_changed_and_dropped(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "postmortem add root The pool was too small")
    said(world, ana, "postmortem add root_cause and nobody saw it")
    assert held(world).root_cause == "The pool was too small\nand nobody saw it"
    said(world, ana, "postmortem edit root A limit of <100>")
    assert held(world).root_cause == "A limit of &lt;100&gt;"
    assert "A limit of &lt;100&gt;" in said(world, ana, "postmortem list root")
    said(world, ana, "postmortem drop root")
    assert held(world).root_cause is None
    said(world, ana, "undo")
    assert held(world).root_cause == "A limit of &lt;100&gt;"


@pytest.mark.parametrize(
    ("line", "sentence", "following"),
    [
        ("add", "Which part of the postmortem?", "postmortem add factor"),
        ("add fator x", "'fator' is no part of a postmortem", "postmortem add factor"),
        ("add factor", "What is to be written?", "postmortem add factor Monitoring gaps: no alert on pool use"),
        ("edit factor two things", "Which of them?", "postmortem list factor"),
        ("edit factor 7 B: b", "There is no factor 7: there is one.", "postmortem list factor"),
        ("drop factor", "Which of them?", "postmortem list factor"),
        ("drop lesson 1", "Nothing is written under lesson yet.", "postmortem add lesson Technical / Database"),
        ("move factor 1", "Which of them?", "postmortem list factor"),
        ("add document colour: red", "'colour' is no field of the document.", "postmortem add"),
        ("add measure about 12", "lacks a name", "postmortem add measure Failed logins: about 1,200"),
        ("add evidence some log", "is written in a form", "postmortem write evidence"),
        ("write lesons", "'lesons' is no part of a postmortem", "postmortem write lesson"),
        ("write evidence 3", "Nothing is written under evidence yet.", "postmortem add evidence"),
        ("well it was fast", "'well it was fast' is nothing that can be done", "postmortem add well"),
        ("lst", "'lst' is nothing that can be done with a postmortem.", "postmortem list"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence_with_the_next_command(
    world: World, line: str, sentence: str, following: str
) -> None:
    """DR-16."""
    ana, _ = declared(world)
    said(world, ana, "postmortem add factor A: a")
    answer = said(world, ana, f"postmortem {line}")
    assert sentence in answer
    assert f"Next: `/incident {following}" in answer


def test_impact_is_told_by_segment_region_product_zone_and_customer(world: World) -> None:
    ana, room = declared(world)
    answer = said(
        world, ana,
        'impact customers=1847 segment="Enterprise: 127 customers (annual contracts $50K+)" segment=“Small: 1,300” '
        'region="Europe: 312 customers (17%)" product="Mobile Apps: offline mode" timezone="Eastern: mid-day" '
        'customer="RetailMax: $180K ARR - 2h down"',
    )  # fmt: skip
    assert "segment=Enterprise: 127 customers" in answer
    known = held(world).facts["affected_customers"]
    assert [(each["name"], each["count"]) for each in known["segments"]] == [
        ("Enterprise", 127),
        ("Small", 1300),
    ]
    assert known["regions"] == [
        {"name": "Europe", "text": "312 customers (17%)", "count": 312, "percent": 17}
    ]
    assert known["timezones"] == [{"name": "Eastern", "text": "mid-day"}]
    assert known["named"][0]["arr"] == "$180K"
    assert held(world).services == ("Mobile Apps",)
    assert len(room.keyed("echo")) == 1
    said(world, ana, 'impact segment="enterprise: 128 customers"')
    assert [each["text"] for each in held(world).facts["affected_customers"]["segments"]] == [
        "128 customers",
        "1,300",
    ]
    said(world, ana, "undo")
    assert "127 customers (annual contracts $50K+)" in draft(world)
    assert "segment" in said(world, ana, "impact segmnt=x")


def test_amounts_are_read_out_of_the_words(world: World) -> None:
    ana, _ = declared(world)
    for text in ("Revenue: Direct loss: $47,000 (pro-rated)", "Credits: $127,000 - $185,000", "Mood: worse"):
        said(world, ana, f"postmortem add business {text}")
    found = [(i["group"], i["name"], i["value"], i["unit"]) for i in held(world).facts["business_impact"]]
    assert found == [
        ("Revenue", "Direct loss", 47000, "USD"),
        ("Business impact", "Credits", [127000, 185000], "USD"),
        ("Business impact", "Mood", None, "text"),
    ]


def test_words_about_credits_are_confidential_and_not_repeated_in_the_channel(world: World) -> None:
    """R-SLA-1: internal only unless somebody says that it is not."""
    ana, room = declared(world)
    said(world, ana, "postmortem add sla Enterprise tier: eligible for a 10% credit")
    said(world, ana, "postmortem add sla public: credit comes with the next invoice")
    assert [item["confidential"] for item in held(world).facts["sla"]] == [True, False]
    assert not any("10%" in words for words in room.messages.words)
    assert "eligible for a 10% credit" in draft(world, "report")


def test_other_words_for_a_topic_bring_their_heading(world: World) -> None:
    ana, _ = declared(world)
    for line in ("quote Jo at RetailMax: it cost us a day", "theme Timing: 67%", "lucky it was a Sunday",
                 "conclusion In short: the pool was too small", "reviewed_by Jo Park (CTO)"):  # fmt: skip
        said(world, ana, f"postmortem add {line}")
    known = held(world).facts
    assert known["customer_feedback"] == [
        {"kind": "quote", "who": "Jo at RetailMax", "text": "it cost us a day", "entered": "during"},
        {"kind": "theme", "who": None, "text": "Timing: 67%", "entered": "during"},
    ]
    assert known["lessons"][0]["group"] == "Where we got lucky"
    assert known["process"][0] == {
        "group": "Conclusion", "text": "In short: the pool was too small", "entered": "during",
    }  # fmt: skip
    assert known["document"] == {"reviewed_by": "Jo Park (CTO)"}


def test_a_reference_stands_before_or_behind_the_step_and_never_is_taken_out_of_a_text(world: World) -> None:
    ana, _ = declared(world)
    ana.channel = world.channel("incidents").channel
    said(world, ana, f"postmortem {INC} add factor Like INC-2024-0101-001: the same pool")
    said(world, ana, f"postmortem add {INC} factor Second: one")
    assert [item["group"] for item in held(world).facts["contributing_factors"]] == [
        "Like INC-2024-0101-001", "Second",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("list factor {}", "1. A: one"),
        ("list factor {} 2", "2. B: two"),
        ("drop factor 1 {}", "Factor 1 dropped: A: one"),
        ("move factor 2 1 {}", "Factor 2 moved to 1: B: two"),
        ("checklist done 1 {}", "1 of 6 points are done"),
        ("write sumary {}", "'sumary' is no part of a postmortem"),
    ],
)
def test_where_no_text_follows_the_reference_may_stand_at_the_end(
    world: World, line: str, answer: str
) -> None:
    ana, _ = declared(world)
    said(world, ana, "postmortem add factor A: one")
    said(world, ana, "postmortem add factor B: two")
    close(world, ana)
    ana.channel = world.channel("general").channel
    assert answer in said(world, ana, f"postmortem {line.format(INC)}")


def test_a_list_from_a_number_that_is_not_there_says_how_many_there_are(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "postmortem add factor A: one")
    assert "there is one" in said(world, ana, "postmortem list factor 9")


POLICY = '[allow]\npostmortem = ["U-nobody"]'


@pytest.mark.parametrize("policy", [POLICY])
def test_who_may_not_use_the_verb_may_not_write_either(world: World) -> None:
    """DR-19: by command, by button."""
    ana, _ = declared(world)
    assert "Factor" not in said(world, ana, "postmortem add factor x")
    said(world, ana, "postmortem write causes")
    assert ana.modal is None
    assert facts(world, "contributing_factors") is None


def test_in_a_private_incident_it_stays_inside(world: World) -> None:
    """DR-28."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 --private a secret")
    ana.channel = world.channel().channel
    said(world, ana, "postmortem add factor Secret: word")
    ben = world.person("ben")
    ben.channel = world.channel("incidents").channel
    assert "Secret" not in said(world, ben, f"postmortem {INC} list factor")
    assert not any("Secret" in words for words in world.channel("incidents").messages.words)


def test_two_who_add_at_the_same_moment_are_both_kept(world: World) -> None:
    ana, _ = declared(world)
    ben = joined(world, "ben")
    lines = [partial(who.commands, f"/incident postmortem add factor A: {who.name}") for who in (ana, ben)]
    at_once(lines)
    found = facts(world, "contributing_factors")
    assert isinstance(found, list)
    assert {item["text"] for item in found} == {"ana", "ben"}


def test_after_the_channel_is_archived_people_go_on_writing(world: World) -> None:
    """From any channel, by the reference; nothing is said where nobody reads it."""
    ana, room = declared(world)
    close(world, ana)
    world.forward(days=8)
    assert room.channel.is_archived
    ana.channel = world.channel("incidents").channel
    echoes = len(room.keyed("echo"))
    assert "Factor 1 added" in said(world, ana, f"postmortem {INC} add factor A: late")
    assert "1. A: late" in said(world, ana, f"postmortem {INC} list factor")
    assert len(room.keyed("echo")) == echoes


def test_a_field_that_is_set_says_when_it_was_entered_too(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "set summary It broke")
    close(world, ana)
    said(world, ana, "set root_cause The pool")
    told = json.loads(Archive(world.bot.transactions).export(INC))["facts"]
    assert (told["summary"]["entered"], told["root_cause"]["entered"]) == ("during", "review")
    assert "Taken back" in said(world, ana, "undo")
    assert json.loads(Archive(world.bot.transactions).export(INC))["facts"]["root_cause"]["text"] is None


# It outlives export and import


def test_all_of_it_goes_through_export_and_import(world: World) -> None:
    ana, _ = declared(world)
    for topic in TOPICS.values():
        if not topic.is_form:
            said(world, ana, f"postmortem add {topic.name} {topic.example}")
    close(world, ana)
    said(world, ana, "postmortem add lesson Later: Title: of the review")
    exported = Archive(world.bot.transactions).export(INC)
    told = json.loads(exported)["facts"]
    for stage, last in ((Stage.FINAL, "Later"), (Stage.CLOSE, "Technical")):
        ref = Archive(world.bot.transactions).import_replay(exported, stage=stage)
        assert held(world, ref).facts["lessons"][-1]["group"] == last
        again = json.loads(Archive(world.bot.transactions).export(ref))["facts"]
        if stage is Stage.FINAL:
            assert again == told
