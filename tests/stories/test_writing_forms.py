"""What people write for the postmortem in forms: nothing is cut, and nobody overwrites another."""

from tests.world import World, declared, joined, said
from tests.writing import above, close, draft, facts, held, shown

FORM = "Your own text stands below"

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


def test_its_owner_may_write_from_the_direct_message_too(world: World) -> None:
    ana, _ = declared(world)
    close(world, ana)
    world.tick()
    told = next(message for message in world.dm(ana) if "You own the postmortem" in message.words)
    ana.clicks("Write", message=told.ts, channel=world.slack.direct(ana.id))
    assert ana.submits({"about": "What happened, and why"}).errors == {}
    assert ana.submits({"summary": "It broke"}).errors == {}
    assert held(world).summary == "It broke"


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
