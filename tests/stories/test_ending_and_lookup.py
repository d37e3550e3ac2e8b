"""Resolve, close, reopen, postmortem; list, status, help, and words that are no verb (PRODUCT 2.2)."""

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.world import World, in_channel, said

INC = "INC-2026-0302-001"


def test_a_resolve_stops_the_reminders_and_asks_without_forcing(world: World, ana: Person) -> None:
    """DR-1, DR-18: root cause and impact are asked for and block nothing."""
    answer = said(world, ana, "resolved all services are normal")
    assert "is resolved; reminders have stopped" in answer
    assert "`/incident close`" in answer
    assert "all services are normal" in in_channel(world)
    assert "/incident set root_cause" in in_channel(world)
    world.forward(hours=3)
    assert world.channel().nudges == []


def test_a_resolve_can_tell_when_it_really_ended(world: World, ana: Person) -> None:
    world.forward(minutes=30)
    answer = said(world, ana, "resolve pool raised at=10:20")
    assert "as of 10:20:00 CET (09:20:00 UTC)" in answer
    assert "after 20 min" in world.channel().card.words


def test_a_resolve_before_the_declaration_is_refused_with_one_that_works(world: World, ana: Person) -> None:
    """MD-1."""
    answer = said(world, ana, "resolve pool raised at=09:30")
    assert (
        "Nothing was resolved: the resolve (2026-03-02 08:30:00 UTC) would lie before the declaration"
        in answer
    )
    assert "Next: `/incident resolve`" in answer
    assert "is resolved" in said(world, ana, "resolve")


def test_closing_an_open_incident_offers_both_in_one_button(world: World, ana: Person) -> None:
    answer = ana.commands("/incident close")
    assert f"`{INC}` is still investigating" in answer.text
    ana.clicks("Resolve and close")
    world.tick()
    assert "is *closed*" in world.channel().card.words
    assert len(world.channel().keyed("draft")) == 1
    assert not any("still investigating" in message.words for message in ana.hears())


@pytest.mark.parametrize("verb", ["close", "end"])
def test_a_close_is_followed_by_the_draft(world: World, ana: Person, verb: str) -> None:
    """AD-1."""
    said(world, ana, "resolve pool raised")
    assert "The postmortem draft comes" in said(world, ana, f"{verb} all checked")
    assert f"*Closed* by <@{ana.id}>: all checked" in in_channel(world)
    (draft,) = world.channel().keyed("draft").words
    assert f"Owner: <@{ana.id}>" in draft
    files = [file.name for message in world.channel().channel.messages for file in message.files]
    assert files == [f"{INC}-full-draft-1.md"]


@pytest.mark.parametrize("verb", ["reopen", "restart"])
def test_a_reopen_starts_the_clock_again(world: World, ana: Person, verb: str) -> None:
    """Nudges 6."""
    said(world, ana, "resolve pool raised")
    world.forward(hours=1)
    assert "is open again" in said(world, ana, f"{verb} errors are back")
    assert "*Reopened*" in in_channel(world)
    assert "errors are back" in in_channel(world)
    world.forward(minutes=15)
    assert len(world.channel().nudges) == 1


def test_what_has_happened_already_is_said_with_the_step_that_follows(world: World, ana: Person) -> None:
    """DR-16."""
    assert f"{INC} is open: it is investigating." in said(world, ana, "reopen")
    said(world, ana, "resolve over")
    answer = said(world, ana, "resolve over")
    assert f"{INC} is resolved already; nothing was changed." in answer
    assert f"Next: `/incident close {INC}`" in answer
    said(world, world.person("ben"), f"close {INC}")  # the step works, from anywhere
    answer = said(world, ana, "close")
    assert f"{INC} is closed already; nothing was changed." in answer
    assert f"Next: `/incident status {INC}`" in answer
    assert f"Next: `/incident reopen {INC}`" in said(world, ana, "snooze 20m")
    assert len(world.channel().keyed("resolved")) == len(world.channel().keyed("closed")) == 1


def test_a_draft_can_be_made_at_any_time_and_handed_to_an_owner(world: World, ana: Person) -> None:
    assert "(format sre) comes" in said(world, ana, "postmortem draft format=sre")
    assert "(format full) comes" in said(world, ana, "pm")
    assert len(world.channel().keyed("draft")) == 2
    ben = world.person("ben")
    assert f"<@{ben.id}> owns the postmortem of `{INC}` now." in said(world, ana, "retro owner @ben")
    assert "Nobody" not in said(world, ana, "postmortem owner me")


def test_a_postmortem_step_or_format_that_there_is_none_of_is_refused(world: World, ana: Person) -> None:
    for line, sentence, following in (
        ("postmortem drat", "'drat' is nothing that can be done", "Next: `/incident postmortem draft`"),
        (
            "postmortem draft format=pdf",
            "'pdf' is not a postmortem format",
            "Next: `/incident postmortem draft",
        ),
        ("postmortem owner", "Who should it be?", "Next: `/incident postmortem owner me`"),
    ):
        answer = said(world, ana, line)
        assert sentence in answer
        assert following in answer
    assert world.channel().keyed("draft") == []


# Looking up


def test_list_tells_the_open_the_callers_own_all_and_one_severity(world: World, ana: Person) -> None:
    ben = world.person("ben")
    said(world, ben, "declare sev2 login is slow")
    said(world, ben, "declare sev3 old thing")
    said(world, ben, "resolve INC-2026-0302-003 over")
    lists = {
        "list": {"001", "002"},
        "list open": {"001", "002"},
        "list mine": {"002"},
        "list all": {"001", "002", "003"},
        "list sev=sev2": {"002"},
        "list sev1": {"001"},
        "list all sev=p2": {"003"},
    }
    for line, expected in lists.items():
        text = said(world, ben, line)
        assert {
            number for number in ("001", "002", "003") if f"INC-2026-0302-{number}" in text
        } == expected, line
    newest_first = said(world, ben, "list all")
    assert newest_first.index("-003") < newest_first.index("-002") < newest_first.index("-001")


def test_list_shows_ten_and_says_how_many_more(world: World, ana: Person) -> None:
    for number in range(11):
        ana.commands(f"/incident declare sev4 number {number}")
    text = said(world, ana, "list")
    assert text.count("INC-2026-0302-") == 10
    assert "And 2 more. To narrow it down: `/incident list mine` or `/incident list sev1`" in text


def test_list_refuses_what_is_nothing_to_list(world: World, ana: Person) -> None:
    for line in ("list yesterday", "list sev=sev9"):
        answer = said(world, ana, line)
        assert "is nothing to list. Write open, mine, all, or a severity" in answer
        assert "Next: `/incident list all`" in answer


def test_status_says_how_things_stand(world: World, ana: Person) -> None:
    said(world, ana, "update identified pool is exhausted")
    world.forward(minutes=5)
    text = said(world, ana, "status")
    assert {said(world, ana, verb) for verb in ("info", "summary", "catchup")} == {text}
    for part in (
        "SEV-1 (P0 · Critical)", "checkout is down", INC, "*identified*", f"commander <@{ana.id}>", "open for 5 min",
        "Last update 5 min ago: pool is exhausted", "Next update due", "09:15 UTC", "every 15 min",
    ):  # fmt: skip
        assert part in text
    world.forward(minutes=11)
    assert "*overdue*" in said(world, ana, "status")


def test_status_finds_an_incident_by_reference_number_or_channel_from_anywhere(
    world: World, ana: Person
) -> None:
    ben = world.person("ben")
    name = world.channel().name
    for word in (INC, INC.lower(), "001", "1", f"#{name}"):
        assert f"`{INC}` is *investigating*" in said(world, ben, f"status {word}"), word
    assert f"· commander <@{ana.id}>\nDeclared " in said(world, ben, "status 1")
    for word, sentence in {
        "INC-2020-0101-001": "There is no incident INC-2020-0101-001.",
        "007": "There is no incident INC-2026-0302-007.",
        "#general": "There is no incident #general.",
        "everything": "'everything' is not an incident.",
    }.items():
        answer = said(world, ben, f"status {word}")
        assert sentence in answer
        assert "Next: `/incident list" in answer


def test_outside_of_an_incidents_channel_status_lists_and_other_verbs_say_where(
    world: World, ana: Person
) -> None:
    """DR-16: with exactly one open incident, that one is offered."""
    ben = world.person("ben")
    assert INC in said(world, ben, "status")
    answer = said(world, ben, "update all is well again")
    assert "No incident belongs to this channel." in answer
    assert f"Next: `/incident update {INC} all is well again`" in answer
    assert "You typed: /incident update all is well again" in answer
    assert "Recorded" in said(world, ben, f"update {INC} all is well again")
    assert f"Next: `/incident update {INC} all is well`" in said(
        world, ben, f"update all is well {INC.lower()}"
    )
    assert f"Next: `/incident lead {INC} me`" in said(world, ben, "lead me")
    assert f"Next: `/incident comms {INC} @ana`" in said(world, ben, "comms @ana")
    assert f"Next: `/incident timeline {INC}`" in said(world, ben, "timeline")
    assert f"Next: `/incident note {INC} …`" in said(world, ben, "note " + "long " * 200)
    said(world, ben, "declare sev4 another")
    assert "Next: `/incident list`" in said(world, ben, "update all is well again")


# Help, and words that are no verb


def test_a_mistyped_verb_is_asked_back_with_all_that_was_typed(world: World, ana: Person) -> None:
    """DR-21."""
    answer = said(world, ana, "updte identified pool is exhausted")
    assert "There is no `updte`. Did you mean `/incident update identified pool is exhausted`?" in answer
    assert "You typed: updte identified pool is exhausted" in answer
    answer = said(world, ana, "we are failing over to the secondary now")
    assert "You typed: we are failing over to the secondary now" in answer
    assert "`/incident note …`" in answer


def test_free_text_outside_of_an_incident_is_offered_as_a_title(world: World) -> None:
    ana = world.person("ana")
    answer = ana.commands("/incident payments are failing in Europe")
    assert "Declare an incident “payments are failing in Europe”?" in answer.text
    ana.clicks("SEV-3 Medium")
    assert "payments are failing in Europe" in world.channel().card.words
    assert "SEV-3" in world.channel().card.words


def test_the_bare_command_shows_how_things_stand_with_buttons(world: World, ana: Person) -> None:
    ben = world.person("ben")
    inside = ana.commands("/incident")
    assert f"`{INC}` is *investigating*" in inside.text
    assert [each["text"]["text"] for each in inside.blocks[-1]["elements"]] == [
        "Post update", "Take a role", "Resolve", "More", "Subscribe", "Help",
    ]  # fmt: skip
    outside = ben.commands("/incident")
    assert INC in outside.text
    ben.clicks("List all")
    world.settle()
    assert INC in ben.hears("general")[-1].words
    ben.commands("/incident   ")
    ben.clicks("Declare an incident")
    assert ben.submits({"severity": "SEV-4 (P3 · Low) - updates every 4 h"}).errors == {}
    world.settle()
    assert "SEV-4 (P3 · Low)" in world.channel().card.words


def test_words_may_be_parted_by_any_blank_and_typed_on_any_keyboard(world: World, ana: Person) -> None:
    """PRODUCT 2.1: curly quotes, dashes, and whatever phones put between words."""
    assert "Noted" in said(world, ana, "note\u00a0decision: fail over")
    assert "Noted" in said(world, ana, "note\nhypothesis: two\nlines")
    assert "sees “curly quotes”" in said(world, ana, "set summary sees “curly quotes”")
    assert "Timeline of" in said(world, ana, "timeline —all")


def test_an_empty_list_names_the_severity_that_was_asked_for(world: World, ana: Person) -> None:
    for line, sentence in {
        "list sev4": "No incident of severity SEV-4 (P3 · Low) is open.",
        "list all sev=sev4": "No incident of severity SEV-4 (P3 · Low) was ever declared here.",
        "list mine sev=sev4": "None of the open incidents of severity SEV-4 (P3 · Low) is yours.",
    }.items():
        assert sentence in said(world, ana, line), line


def test_a_clock_that_went_back_some_seconds_stops_no_verb(world: World, ana: Person) -> None:
    world.clock.at -= timedelta(seconds=3)
    assert "open for 0 min" in said(world, ana, "status")
    assert "open for 0 min" in said(world, ana, "list")
    assert "is now *SEV-2" in said(world, ana, "sev sev2")
    assert "Recorded" in said(world, ana, "update fine")
    assert "is resolved" in said(world, ana, "resolve over")
    assert "is closed" in said(world, ana, "close")
    assert "resolved after 0 min" in said(world, ana, "status")


def test_a_resolve_before_the_reopening_is_refused(world: World, ana: Person) -> None:
    """MD-1: the spans since the reopening would be negative."""
    world.forward(minutes=30)
    said(world, ana, "resolve pool raised")
    world.forward(minutes=30)
    said(world, ana, "reopen errors are back")
    world.forward(minutes=30)
    answer = said(world, ana, "resolve really over at=10:45")
    assert "would lie before the reopening (2026-03-02 10:00:00 UTC)" in answer
    assert "as of 11:10:00 CET" in said(world, ana, "resolve really over at=11:10")


def test_three_digits_alone_are_todays_number_for_the_verbs_that_end(world: World, ana: Person) -> None:
    said(world, ana, "declare sev2 another")
    second = "INC-2026-0302-002"
    for line, sentence in {
        "resolve 002": f"`{second}` is resolved",
        "close 002": f"`{second}` is closed",
        "reopen 002": f"`{second}` is open again",
        "close 007": "There is no incident INC-2026-0302-007.",
    }.items():
        assert sentence in said(world, ana, line), line
    assert f"`{INC}` is *investigating*" in said(world, ana, "status")


def test_the_words_of_a_close_that_comes_too_early_go_on_with_its_button(world: World, ana: Person) -> None:
    answer = ana.commands("/incident close pool raised, a < b")
    assert f"`/incident resolve {INC} pool raised, a &lt; b`" in answer.text
    ana.clicks("Resolve and close")
    world.tick()
    assert "pool raised, a &lt; b" in world.channel().keyed("resolved").words[0]
    assert "is *closed*" in world.channel().card.words


def test_the_words_of_a_close_that_no_button_can_hold_are_given_back(world: World, ana: Person) -> None:
    long = "checked " * 300
    answer = ana.commands(f"/incident close {long}")
    assert "(too long for a button)" in answer.text
    assert answer.text.count("checked") == 300
    assert answer.blocks == []


def test_a_timeline_can_begin_at_a_time(world: World, ana: Person) -> None:
    world.forward(hours=2)
    said(world, ana, "note failed over")
    for line in ("timeline --since=1h", "timeline since=11:30", "timeline since=-10m"):
        answer = said(world, ana, line)
        assert "failed over" in answer, line
        assert "SEV-1 declared" not in answer, line
    assert "since 10:00:00 CET" in said(world, ana, "timeline since=2h")
    assert "'soon' is not a time" in said(world, ana, "timeline since=soon")
    world.forward(minutes=5)
    assert f"Nothing is on the timeline of `{INC}` since" in said(world, ana, "timeline since=1m")


def test_a_postmortem_step_finds_its_reference_anywhere(world: World, ana: Person) -> None:
    ben = world.person("ben")
    for line in (f"postmortem draft format=sre {INC}", f"postmortem {INC.lower()} draft format=sre"):
        assert f"A draft of `{INC}` (format sre) comes" in said(world, ben, line), line
    assert f"<@{ben.id}> owns the postmortem of `{INC}` now." in said(
        world, ben, f"postmortem owner me {INC}"
    )
