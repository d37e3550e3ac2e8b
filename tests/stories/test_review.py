"""The postmortem's life as people see it: from the close to a closed postmortem (AD-8)."""

import pytest

from bot.domain.parts import Stage
from bot.sandbox import Message
from tests.reviews import INC, closed, incident, labels, stage
from tests.world import World, declared, joined, key_of, said


def keys(said_: list[Message], *, since: int = 0) -> list[str]:
    return [key_of(message).split(":")[0] for message in said_[since:]]


def draft(world: World) -> str:
    return world.bot.documents.make(INC).content


# In time


def test_from_close_to_a_closed_postmortem_in_time_with_few_messages(world: World) -> None:
    """AD-8, DR-2: in the channel the draft and the word that it is reviewed; all else below the card, or alone."""
    ana, ben, room = closed(world)
    cem, here, alone = joined(world, "cem"), len(room.messages), len(world.dm(ben))
    world.forward(hours=20)
    ben.clicks("Send to review")
    said(world, ben, "postmortem review @cem")
    cem.clicks("Approve", channel="@tocsin")
    world.settle()
    ben.clicks("Checklist")
    ben.submits({"points": ["1", "2", "3", "4", "5", "6"]})
    world.settle()
    ben.clicks("Mark reviewed", channel="@tocsin")
    world.forward(days=10)
    said(world, ben, f"postmortem status {INC} closed")
    assert stage(world) is Stage.CLOSED
    below = [m for m in room.messages[here:] if m.thread_ts == room.card.ts]
    loud = [m for m in room.messages[here:] if m not in below]
    assert keys(below) == ["review-state", "echo", "echo", "echo"]
    assert keys(loud) == ["review-state", "archived"]
    assert "is reviewed" in loud[0].words
    assert "20 h after the resolve" in loud[0].words
    assert keys(world.dm(ben), since=alone) == ["review-agreed"]
    assert keys(world.dm(cem)) == ["review-ask"]
    assert keys(world.dm(ana)) == []


def test_the_draft_at_close_offers_what_is_next_and_tells_its_state(world: World) -> None:
    _, ben, room = closed(world)
    (shown,) = room.keyed("draft")
    assert labels(shown) == ["Write", "Add a follow-up", "Send to review", "Checklist"]
    assert "- **Status of this document:** Draft\n" in draft(world)
    assert "- **open:** Data collected: the timeline is complete and its times are right\n" in draft(world)
    assert "due <!date" in world.dm(ben).words[-1]


def test_status_shows_state_owner_due_what_is_to_be_written_and_the_checklist(world: World) -> None:
    ana, ben, _ = closed(world)
    said(world, ben, "postmortem checklist done 2")
    shown = said(world, ana, "postmortem status")
    assert "*Postmortem of* `INC-2026-0302-001`: draft since" in shown
    assert f"Owner: <@{ben.id}> · due <!date" in shown
    assert "Still to be written (" in shown
    assert f"Postmortem: draft, owner <@{ben.id}>, due <!date" in said(world, ana, "status")
    assert "root cause" in shown
    assert "Checklist (1 of 6):" in shown
    assert (
        f"2. :white_check_mark: Impact complete: who was affected, how, and for how long · <@{ben.id}>"
        in shown
    )
    assert "1. :white_large_square: Data collected" in shown
    said(world, ana, "set root_cause the pool was too small")
    assert "root cause ·" not in said(world, ana, "postmortem status")


def test_each_step_is_kept_with_who_and_when(world: World) -> None:
    ana, ben, _ = closed(world)
    world.forward(hours=1)
    said(world, ben, "postmortem status in review")
    world.forward(hours=1)
    said(world, ana, "postmortem status draft")
    kept = [e for e in world.bot.lookup.record(INC) if e.data.get("change") == "postmortem_state"]
    assert [(e.text, e.author, f"{e.at:%H:%M}") for e in kept] == [
        ("Postmortem: in review", ben.id, "10:00"),
        ("Postmortem: draft again (it was in review)", ana.id, "11:00"),
    ]
    assert "Postmortem: draft again" in said(world, ana, "timeline")


def test_going_back_is_said_in_the_channel_and_twice_the_same_changes_nothing(world: World) -> None:
    ana, ben, room = closed(world)
    said(world, ben, "postmortem status in-review")
    assert "Nothing was changed" in said(world, ana, "postmortem status in-review")
    said(world, ana, "postmortem status draft")
    assert "is a draft again* (it was in review)" in room.keyed("review-state").words[-1]
    assert room.keyed("review-state")[-1].thread_ts is None


def test_closed_before_it_is_reviewed_is_refused_with_the_way(world: World) -> None:
    ana, _, _ = closed(world)
    answer = said(world, ana, "postmortem status closed")
    assert f"The state of the postmortem of {INC} is draft: it is closed once it is reviewed" in answer
    assert f"/incident postmortem status {INC} reviewed" in answer
    assert "'finshed' is no state of a postmortem" in said(world, ana, "postmortem status finshed")


def test_reviewed_with_points_open_names_them_and_the_way(world: World) -> None:
    ana, ben, room = closed(world)
    said(world, ben, "postmortem checklist done 1, 2, 3 4")
    answer = said(world, ben, "postmortem status reviewed")
    assert "open on the checklist of INC-2026-0302-001: 5. Actions fit; 6. Shared." in answer
    assert f"/incident postmortem status {INC} reviewed --anyway" in answer
    assert stage(world) is Stage.DRAFT
    assert "Why is it reviewed with points open?" in said(world, ben, "postmortem status reviewed --anyway")
    assert "looks like --anyway" in said(world, ben, "postmortem status reviewed --anyways no actions")
    said(world, ben, "postmortem status reviewed --anyway no action is needed")
    assert stage(world) is Stage.REVIEWED
    (told,) = room.keyed("review-state").words
    assert (
        "Open on the checklist: 5. Actions fit; 6. Shared. All the same, because: no action is needed" in told
    )
    ana.commands("/incident postmortem status draft")
    ana.clicks("Checklist", message=room.keyed("draft")[0].ts)
    ana.submits({"points": ["5", "6", "1", "2", "3", "4"]})
    said(world, ana, "postmortem status reviewed")
    assert stage(world) is Stage.REVIEWED, "nothing is open, so nothing is asked"


def test_from_reviewed_on_a_new_draft_says_so(world: World) -> None:
    _, ben, room = closed(world)
    cem = joined(world, "cem")
    said(world, ben, "postmortem review @cem")
    said(world, cem, "postmortem approve")
    said(world, ben, "postmortem checklist done all")
    said(world, ben, "postmortem status reviewed")
    said(world, ben, "postmortem draft")
    assert "The postmortem is reviewed already; this draft was made anew" in room.keyed("draft").words[-1]
    assert "· due" not in room.keyed("draft").words[-1]
    document = draft(world)
    state = "Reviewed, since March 2, 2026, 09:00, by Ben (this copy was made anew after the review)"
    assert f"- **Status of this document:** {state}\n" in document
    assert "- **Reviewers:** Cem (approved March 2, 2026)\n" in document
    assert (
        "- **done:** Impact complete: who was affected, how, and for how long (Ben, March 2, 2026)"
        in document
    )
    assert "**open:**" not in document


# The checklist


def test_two_who_tick_at_the_same_time_keep_each_others_ticks(world: World) -> None:
    """The form changes what was changed in it, not what it showed."""
    ana, ben, _ = closed(world)
    said(world, ana, "postmortem checklist done 3")
    ana.commands("/incident postmortem checklist")
    ben.commands("/incident postmortem checklist")
    ana.submits({"points": ["3", "1"]})
    ben.submits({"points": ["2"]})
    world.settle()
    review = incident(world).review
    assert review is not None
    assert sorted((tick.item.partition(":")[0], tick.by) for tick in review.ticks) == [
        ("Data collected", ana.id), ("Impact complete", ben.id),
    ]  # fmt: skip
    (told,) = [w for w in world.channel().keyed("echo").words if "open again" in w]
    assert told == f"<@{ben.id}>, review checklist: done: Impact complete; open again: Root cause deep enough"


def test_points_by_word_are_those_that_are_there(world: World) -> None:
    ana, _, _ = closed(world)
    assert "'9' is no point of the checklist. It has the points 1 to 6" in said(
        world, ana, "postmortem checklist done 9"
    )
    assert "'tick' is nothing that can be done with the checklist" in said(
        world, ana, "postmortem checklist tick 1"
    )
    assert "2 of 6 points are done" in said(world, ana, "postmortem checklist done #1 2")
    assert "1 of 6 points are done" in said(world, ana, "postmortem checklist open 1")


@pytest.mark.parametrize("policy", ["[postmortem]\nchecklist = []\n"])
def test_without_a_checklist_nothing_is_asked(world: World) -> None:
    ana, _, room = closed(world)
    assert labels(room.keyed("draft")[0]) == ["Write", "Add a follow-up", "Send to review"]
    assert "The policy has no checklist" in said(world, ana, "postmortem checklist")
    said(world, ana, "postmortem status reviewed")
    assert stage(world) is Stage.REVIEWED
    assert "Review checklist" not in draft(world)


# Reviewers


def test_reviewers_are_asked_alone_once_and_may_approve_by_button_or_word(world: World) -> None:
    ana, ben, room = closed(world)
    cem, dan = joined(world, "cem"), joined(world, "dan")
    answer = said(world, ben, "postmortem review @cem and @dan")
    assert f"<@{cem.id}> (not yet), <@{dan.id}> (not yet)" in answer
    assert stage(world) is Stage.IN_REVIEW
    (asked,) = world.dm(cem)
    assert f"<@{ben.id}> asks you to review the postmortem of `{INC}`" in asked.words
    assert f"Draft 1 is in <#{room.id}>" in asked.words
    assert labels(asked) == ["Approve"]
    assert "Nothing was changed" in said(world, ana, "postmortem review @cem")
    assert len(world.dm(cem)) == 1
    dan.clicks("Approve", channel="@tocsin")
    dan.clicks("Approve", channel="@tocsin")
    world.settle()
    assert [e.words for e in dan.hears("@tocsin") if e.ephemeral_for == dan.id] == [
        f"Your approval of the postmortem of `{INC}` is noted.",
        f"You approved the postmortem of `{INC}` already.",
    ]
    assert "You are not asked to review" in said(world, ana, "postmortem approve")
    before = len(world.dm(ben))
    said(world, cem, f"postmortem approve {INC}")
    (next_,) = world.dm(ben)[before:]
    assert "All reviewers approved" in next_.words
    assert labels(next_) == ["Mark reviewed", "Checklist"]
    assert f"<@{cem.id}> approved the postmortem (2 of 2)." in room.keyed("echo").words
    assert "Who should review it?" in said(world, ben, "postmortem review")


# Its due time


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("2026-03-06 the vendor writes", "2026-03-06 17:00:00 UTC"),
        ("tomorrow 12:30 the vendor writes", "2026-03-03 12:30:00 UTC"),
        ("3d the vendor writes", "2026-03-05 09:00:00 UTC"),
        ("2026-03-06T10:00:00+01:00 the vendor writes", "2026-03-06 10:00:00 UTC+01:00 (09:00:00 UTC)"),
    ],
)
def test_a_due_time_is_moved_for_a_reason_and_the_first_one_is_kept(
    world: World, typed: str, due: str
) -> None:
    ana, _, room = closed(world)
    answer = said(world, ana, f"postmortem due {typed}")
    assert f"is due {due} now; at first it was" in answer
    assert "2026-03-04 09:00:00 UTC" in answer
    assert room.keyed("echo").words[-1].endswith(f"says <@{ana.id}>: the vendor writes")
    assert "(at first <!date" in said(world, ana, "postmortem status")


def test_a_due_time_needs_a_time_to_come_and_a_reason(world: World) -> None:
    ana, _, _ = closed(world)
    for line, answer in (
        ("due", "Until when?"),
        ("due soon", "'soon' is not a time to come"),
        ("due 2026-03-01 the vendor", "That time has passed"),
        ("due 2026-03-06", "Why is the postmortem due at another time?"),
    ):
        assert answer in said(world, ana, f"postmortem {line}"), line
    assert f"{incident(world).postmortem_due_at:%d %H:%M}" == "04 09:00"


@pytest.mark.parametrize("policy", ['[postmortem]\ndue = "24h"\n[severity.P0]\npostmortem_due = "8h"\n'])
@pytest.mark.parametrize(("severity", "due"), [("sev1", "2026-03-02 17:00"), ("sev2", "2026-03-03 09:00")])
def test_the_policy_says_when_it_is_due_for_all_or_for_one_severity(
    world: World, severity: str, due: str
) -> None:
    ana, _ = declared(world, severity)
    said(world, ana, "resolve over")
    assert f"{incident(world).postmortem_due_at:%Y-%m-%d %H:%M}" == due


def test_help_names_every_step(world: World) -> None:
    ana, _ = declared(world)
    shown = said(world, ana, "help postmortem")
    for word in (
        "status [draft|in-review|reviewed|closed]",
        "due ",
        "checklist [done",
        "review @name",
        "approve",
    ):
        assert word in shown, word
