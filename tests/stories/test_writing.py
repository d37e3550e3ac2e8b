"""What people write for the postmortem: kept, echoed once in a thread, taken back, and never overwritten by another."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.archive import Archive
from bot.cli.drafts import written
from bot.domain.incident import Incident
from bot.domain.refusal_writing import AnotherDraft, NoDraft
from bot.domain.replay import Stage
from bot.domain.topics import TOPICS
from bot.formats import FORMATS
from bot.sandbox import Person
from bot.sandbox.state import View
from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"
FORM = "Your own text stands below"


def held(world: World, ref: str = INC) -> Incident:
    with world.bot.transactions.read() as tx:
        incident = tx.incident(ref)
    assert incident
    return incident


def facts(world: World, key: str) -> object:
    return held(world).facts.get(key)


def view(person: Person) -> View:
    assert person.modal
    return person.modal


def shown(person: Person) -> dict[str, str]:
    """What stands in the fields of the form that the person sees."""
    return {
        block["block_id"]: block["element"].get("initial_value", "")
        for block in view(person).body["blocks"]
        if block["type"] == "input"
    }


def above(person: Person) -> str:
    """What a form says above its fields."""
    return "\n".join(b["text"]["text"] for b in view(person).body["blocks"] if b["type"] == "section")


def close(world: World, person: Person) -> None:
    said(world, person, "resolve all good")
    said(world, person, "close")


def draft(world: World, name: str = "full") -> str:
    return world.bot.documents.make(INC, name).content


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


# By form


def test_the_draft_offers_a_form_for_each_group_of_topics(world: World) -> None:
    ana, room = declared(world)
    close(world, ana)
    world.tick()
    ana.clicks("Write", message=room.keyed("draft")[-1].ts)
    assert ana.submits({"about": "Lessons and prevention"}).errors == {}
    assert set(shown(ana)) == {"lesson", "prevention"}
    lessons = "What went well:\nThe alert came at once\n\nTechnical / Database:\nPools: size for the worst case\n- Odd:"
    assert ana.submits({"lesson": lessons}).errors == {}
    assert ana.modal is None
    assert [(i["group"], i["subgroup"], i["title"], i["text"]) for i in held(world).facts["lessons"]] == [
        ("What went well", None, None, "The alert came at once"),
        ("Technical", "Database", "Pools", "size for the worst case"),
        ("Technical", "Database", None, "Odd:"),
    ]
    world.settle()
    assert room.keyed("echo")[-1].words.startswith("Lessons 3 written (by")
    assert "The alert came at once" in draft(world)


def test_an_unchanged_form_records_nothing(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "set summary It broke for <https://x.example|us> & you")
    said(world, ana, "postmortem add factor A: a: b")
    said(world, ana, "postmortem add cause A long sentence. Of two: parts")
    version = held(world).version
    said(world, ana, "postmortem write factor")
    assert ana.submits().errors == {}
    assert held(world).version == version
    said(world, ana, "postmortem write factor")
    ana.submits({"factor": "\n\n  A:\n\n- a: b\n\n"})
    assert held(world).version == version, "blank lines and bullets are no change"


def test_items_that_stay_keep_what_is_known_of_them(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "postmortem add factor A: one")
    close(world, ana)
    said(world, ana, "postmortem write causes")
    ana.submits({"factor": "B:\ntwo\nA:\none"})
    assert facts(world, "contributing_factors") == [
        {"group": "B", "text": "two", "entered": "review"},
        {"group": "A", "text": "one", "entered": "during"},
    ]


def test_an_error_stands_beside_its_field_and_nothing_is_kept(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "postmortem write causes")
    answer = ana.submits({"summary": "It broke", "factor": "Monitoring:\nProcess:\nno review"})
    assert set(answer.errors) == {"factor"}
    assert "Nothing stands below the heading 'Monitoring'" in answer.errors["factor"]
    assert held(world).summary is None
    assert ana.submits({"summary": "It broke", "factor": "Process:\nno review"}).errors == {}
    assert held(world).summary == "It broke"


def test_two_who_write_at_once_lose_nothing(world: World) -> None:
    """The field of one clashes, that of the other is kept; both texts stand in the form."""
    ana, _ = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "postmortem write causes")
    said(world, ben, "postmortem write causes")
    ben.submits({"factor": "Ben:\nwhat ben saw", "root": "The pool"})
    answer = ana.submits({"factor": "Ana:\nwhat ana saw", "summary": "It broke"})
    assert answer.errors == {}
    assert held(world).summary == "It broke"
    assert held(world).root_cause == "The pool", "which ana had left empty"
    assert [item["group"] for item in held(world).facts["contributing_factors"]] == ["Ben"]
    assert shown(ana) == {"factor": "Ana:\nwhat ana saw"}
    assert "what ben saw" in above(ana)
    assert FORM in above(ana)
    ana.submits({"factor": "Ben:\nwhat ben saw\nAna:\nwhat ana saw"})
    assert [item["group"] for item in held(world).facts["contributing_factors"]] == ["Ben", "Ana"]
    assert ana.modal is None


def test_a_topic_of_many_lines_takes_several_fields_and_comes_back_whole(world: World) -> None:
    ana, _ = declared(world)
    lines = [f"Lesson number {n}: {'x' * 60}" for n in range(120)]
    said(world, ana, "postmortem write lessons")
    ana.submits({"lesson": "Many:\n" + "\n".join(lines[:30])})
    for end in range(40, 121, 10):
        said(world, ana, "postmortem write lesson")
        fields = [name for name in shown(ana) if name.startswith("lesson")]
        answer = ana.submits(
            {fields[-1]: "\n".join(filter(None, [shown(ana)[fields[-1]], *lines[end - 10 : end]]))}
        )
        assert answer.errors == {}
    assert len(held(world).facts["lessons"]) == 120
    version = held(world).version
    said(world, ana, "postmortem write lesson")
    assert len([name for name in shown(ana) if name.startswith("lesson")]) > 3
    assert all(len(text) <= 3000 for text in shown(ana).values())
    ana.submits()
    assert held(world).version == version


def test_what_is_too_long_for_a_form_is_named_and_never_cut(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, f"postmortem add root {'long ' * 700}")
    answer = said(world, ana, "postmortem write root")
    assert "too long for a form" in answer
    said(world, ana, "postmortem write causes")
    assert "root" not in shown(ana)
    assert "*Root cause* is too long for a form" in above(ana)
    ana.submits({"summary": "It broke"})
    assert held(world).root_cause == ("long " * 700).strip()


def test_evidence_and_mails_are_kept_word_for_word(world: World) -> None:
    ana, _ = declared(world)
    log = "10:00 [WARN] a | b\n    indented\n```\n<!-- tocsin:end head 00000000 -->"
    said(world, ana, "postmortem write log")
    ana.submits({"title": "Pool log", "kind": "log", "content": log, "cut": ["truncated"]})
    said(world, ana, "postmortem write mail")
    wrong = ana.submits(
        {"subject": "We are sorry", "to": "a, b", "audience": "external", "at": "soon", "body": "Dear"}
    )
    assert set(wrong.errors) == {"at"}
    ana.submits(
        {"at": "08:50", "to": "Enterprise customers, Ben", "subject": "We are sorry", "body": "Dear\n\nyou"}
    )
    (kept,) = held(world).facts["artifacts"]
    assert (kept["content"], kept["truncated"], kept["entered"]) == (log, True, "during")
    (mail,) = held(world).facts["communications_sent"]
    assert mail | {"entered": ""} == {
        "id": "c1", "at": "2026-03-02T08:50:00+00:00", "audience": "external", "phase": None, "channel": "email",
        "recipients": ["Enterprise customers", "Ben"], "subject": "We are sorry", "body": "Dear\n\nyou",
        "truncated": False, "entered": "",
    }  # fmt: skip
    assert "    indented" in draft(world)
    version = held(world).version
    said(world, ana, "postmortem write mail 1")
    ana.submits()
    assert held(world).version == version
    said(world, ana, "postmortem write evidence 1")
    said(world, ana, "postmortem drop evidence 1")
    answer = ana.submits({"content": "another"})
    assert "Somebody changed or dropped it meanwhile" in str(answer.errors)
    said(world, ana, "undo")
    assert held(world).facts["artifacts"] == [kept]


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


# Every human sentence is kept


def again(world: World, path: Path, name: str = "full") -> list[str]:
    make = lambda answered: world.bot.documents.make(INC, name, answered=answered)  # noqa: E731
    return written(path, INC, make, force=False)


@contextmanager
def editing(path: Path) -> Iterator[list[str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    yield lines
    path.write_text("\n".join(lines), encoding="utf-8")


def test_close_enter_edit_the_file_and_draft_again_keeps_each_sentence(world: World, tmp_path: Path) -> None:
    """AD-8: by command, by form, by hand in the file; then the record goes on, and the draft is made anew, twice."""
    ana, room = declared(world)
    ana.says("Finding: the pool was full")
    close(world, ana)
    world.tick()
    path = tmp_path / "draft.md"
    assert "still to be written" in again(world, path)[0]
    said(world, ana, "postmortem add factor Monitoring: a factor by command")
    said(world, ana, "postmortem write lessons")
    ana.submits({"lesson": "What went well:\na lesson by form"})
    with editing(path) as lines:
        summary = next(
            n for n, line in enumerate(lines) if line.startswith("_[to write: What happened, to whom")
        )
        lines[summary] = "A summary by hand."
        timeline = next(n for n, line in enumerate(lines) if line.startswith("<!-- tocsin:begin response"))
        lines.insert(timeline, "A remark between sections.\n")
    told = again(world, path)
    assert told[1:] == ["kept as edited: Executive Summary"]
    said(world, ana, "postmortem add prevention Testing: after the edit")
    said(world, ana, "set summary A summary by command")
    told = again(world, path)
    assert told[1].endswith(f"what the record says now stands in {path}.new")
    text = path.read_text(encoding="utf-8")
    for sentence in ("a factor by command", "a lesson by form", "A summary by hand.", "A remark between sections.",
                     "after the edit", "the pool was full"):  # fmt: skip
        assert sentence in text, sentence
    assert "A summary by command" in Path(f"{path}.new").read_text(encoding="utf-8")
    assert "Executive Summary (the record says something else by now)" in text
    again(world, path)
    assert path.read_text(encoding="utf-8") == text
    said(world, ana, "postmortem draft format=full")
    world.tick()
    uploaded = [
        (file.content or b"").decode() for message in room.channel.messages for file in message.files
    ][-1]
    assert "tocsin:begin" not in uploaded, "what is read in Slack has no marks"
    assert "a lesson by form" in uploaded


def test_an_answered_prompt_is_no_longer_counted(world: World, tmp_path: Path) -> None:
    ana, _ = declared(world)
    close(world, ana)
    path = tmp_path / "draft.md"
    first = again(world, path)[0]
    with editing(path) as lines:
        asked = next(n for n, line in enumerate(lines) if line.startswith("_[to write: Root cause"))
        lines[asked] = "It was the pool."
    second = again(world, path)[0]
    count = int(first.rpartition(": ")[2].split()[0])
    assert second == f"{path}: {count - 1} still to be written"
    assert f"**Still to be written ({count - 1}):**" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_untouched_file_is_the_fresh_draft_in_every_format(
    world: World, tmp_path: Path, name: str
) -> None:
    ana, _ = declared(world)
    path, other = tmp_path / "draft.md", tmp_path / "other.md"
    again(world, path, name)
    said(world, ana, "postmortem add lesson Something: new")
    again(world, path, name)
    again(world, other, name)
    assert path.read_text(encoding="utf-8") == other.read_text(encoding="utf-8")


def test_a_file_that_is_no_draft_of_this_incident_and_format_is_left_alone(
    world: World, tmp_path: Path
) -> None:
    declared(world)
    path = tmp_path / "notes.md"
    for content, error in ((b"my notes\n", NoDraft), (b"\xff\xfe", NoDraft)):
        path.write_bytes(content)
        with pytest.raises(error):
            again(world, path)
        assert path.read_bytes() == content
    path.unlink()
    again(world, path, "sre")
    before = path.read_bytes()
    with pytest.raises(AnotherDraft):
        again(world, path, "full")
    assert path.read_bytes() == before
    make = lambda answered: world.bot.documents.make(INC, "full", answered=answered)  # noqa: E731
    written(path, INC, make, force=True)
    assert b"full:" in path.read_bytes()
