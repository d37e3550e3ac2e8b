"""Undo: one's own last command is taken back within five minutes where that is possible (DR-16, DR-20)."""

from datetime import timedelta

import pytest

from bot.sandbox import HttpDoor, Person
from tests.world import World, declared, said

INC = "INC-2026-0302-001"


def joins(world: World, name: str) -> Person:
    """Somebody who stands in the newest incident's channel."""
    person = world.person(name)
    person.joins(world.channel().channel)
    person.channel = world.channel().channel
    return person


def shown(world: World) -> tuple[str, str]:
    """What card and announcement say, but for the time at which they were written."""
    card = world.channel().card.words.split("\n")
    lines = [line.partition(", open for")[0] for line in card]
    return "\n".join(lines), world.channel("incidents").messages.words[-1]


ECHOED = (
    ("set title login is down", "Title: login is down"),
    ("set root_cause the pool", "Root cause: the pool"),
    ("impact customers=12", "Impact recorded: customers=12"),
    ("postmortem owner @ben", "Postmortem owner: @Ben"),
    ("note decision: fail over", "a note (decision)"),
    ("task add restart @ben in=10m", "Task 1: restart (@Ben)"),
)
TOLD = (
    ("sev sev3 only some", "Severity SEV-1 (P0 · Critical) → SEV-3 (P2 · Medium): only some"),
    ("snooze 20m vendor", "Reminders snoozed for 20 min: vendor"),
    ("comms @ben", "Comms lead: @Ben"),
    ("lead @ben", "Incident commander: @Ben"),
    ("handoff ic @ben", "Incident commander offered to @Ben"),
    ("resolve all is well", "Resolved: all is well"),
)


@pytest.mark.parametrize(("line", "what"), [*ECHOED, *TOLD])
def test_what_is_taken_back_is_as_if_it_had_not_been(world: World, line: str, what: str) -> None:
    """DR-2, DR-20: told where it was told, in one line; its entry leaves the timeline, and one says so."""
    ana, room = declared(world)
    joins(world, "ben")
    before, listed = shown(world), said(world, ana, "timeline")
    said(world, ana, line)
    world.forward(minutes=2)
    assert f"Taken back: {what}" in said(world, ana, "undo")
    assert shown(world) == before
    echoed = line in dict(ECHOED)
    (told,) = room.keyed("echo" if echoed else "undone")[-1:]
    assert told.words.startswith(f"<@{ana.id}> took back: {what}")
    assert (told.thread_ts == room.card.ts) is echoed
    after = said(world, ana, "timeline")
    assert after.startswith(listed)
    (row,) = after.removeprefix(listed).strip().splitlines()
    assert row.partition(". ")[2] == f"09:02:00 [note] Taken back: {what} — Ana"  # entries keep their numbers


def test_a_note_that_was_wrong_is_out_of_the_draft_and_kept_for_audit(world: World) -> None:
    """DR-9."""
    ana, _ = declared(world)
    said(world, ana, "note the password is hunter2")
    said(world, ana, "undo")
    record = world.bot.lookup.record(INC)
    (kept,) = [entry for entry in record if "hunter2" in entry.text]
    assert kept.deleted_at is not None
    said(world, ana, "resolve over")
    said(world, ana, "close")
    world.tick()
    (upload,) = [file.content for file in world.slack.files.values() if file.content is not None]
    assert b"a note" in upload
    assert b"hunter2" not in upload


def test_a_resolve_that_was_none_goes_on_and_counts_as_no_reopening(world: World) -> None:
    """Nudges 6, MD-3."""
    ana, room = declared(world)
    world.forward(minutes=12)
    said(world, ana, "resolve all is well")
    world.forward(minutes=2)
    answer = said(world, ana, "undo")
    assert "Taken back: Resolved: all is well. The next update is due" in answer
    assert "09:15 UTC" in answer
    world.forward(minutes=1)
    assert len(room.nudges) == 1
    incident = world.bot.lookup.here(room.id)
    assert incident is not None
    assert (incident.resolved_at, incident.reopened_at, incident.shut_seconds) == (None, None, 0)


def test_a_reminder_that_was_due_meanwhile_comes_two_minutes_later(world: World) -> None:
    ana, room = declared(world)
    world.forward(minutes=14)
    said(world, ana, "resolve all is well")
    world.forward(minutes=4)
    assert "An update is overdue since" in said(world, ana, "undo")
    world.forward(minutes=2, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1


def test_a_reminder_answered_by_what_is_taken_back_says_so(world: World) -> None:
    ana, room = declared(world)
    world.forward(minutes=15)
    said(world, ana, "sev sev3")
    said(world, ana, "undo")
    world.forward(minutes=2)
    assert len(room.nudges) == 2
    said(world, ana, "sev sev1")
    said(world, ana, "sev sev3")
    assert "the severity changed" in room.nudges[-1]


def test_a_role_taken_back_is_asked_for_again_by_its_button(world: World) -> None:
    ana, room = declared(world)
    world.forward(minutes=5)
    ana.clicks("I am comms lead")
    world.tick()
    assert "comms lead is" not in room.keyed("roles")[0].words
    said(world, ana, "undo")
    assert "nobody is comms lead or scribe yet" in room.keyed("roles")[0].words


def test_an_accepted_hand_off_can_be_taken_back_by_who_accepted_it(world: World) -> None:
    ana, _ = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "comms me")
    said(world, ana, "handoff comms @ben")
    said(world, ben, "handoff accept")
    assert "Taken back: Comms lead: @Ben" in said(world, ben, "undo")
    assert f"comms lead: <@{ana.id}>" in said(world, ana, "roles")
    assert "Nothing was taken back: the offer of" in said(world, ana, "undo")
    said(world, ana, "handoff comms @ben")
    said(world, ben, "handoff decline")
    assert "A hand-off that was declined stays declined." in said(world, ben, "undo")


def test_an_offer_taken_back_can_not_be_accepted(world: World) -> None:
    ana, room = declared(world)
    ben = joins(world, "ben")
    said(world, ana, "handoff comms @ben")
    said(world, ana, "undo")
    assert room.keyed("offer").words == ["The role of comms lead was offered here; the offer was taken back."]
    assert "No role of" in said(world, ben, "handoff accept")


def test_a_task_taken_back_is_not_asked_about_and_its_number_is_not_used_again(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "task add wrong me in=1m")
    world.forward(minutes=2)
    said(world, ana, "undo")
    said(world, ana, "task add right me in=1m")
    world.forward(minutes=2)
    gone, asked = world.dm(ana).words
    assert gone.startswith("Task 1 was taken back by")
    assert asked.startswith("You said 1 min for “right”")
    assert "2. right" in said(world, ana, "task")
    assert "wrong" not in said(world, ana, "task")
    assert "has no task 1" in said(world, ana, "task done 1")


# What stays


STAYS = (
    ((), "A declaration stays in the record.", f"Next: `/incident cancel {INC}"),
    (("update all is known",), "An update was read already, and stays.", "Next: `/incident update …`"),
    (("resolve x", "close"), "That it ended cannot be taken back", f"Next: `/incident reopen {INC}`"),
    (("resolve x", "reopen"), "A reopening was announced, and stays.", f"Next: `/incident resolve {INC}`"),
)


@pytest.mark.parametrize(("lines", "sentence", "following"), STAYS)
def test_what_can_not_be_taken_back_says_what_to_do_instead(
    world: World, lines: tuple[str, ...], sentence: str, following: str
) -> None:
    """DR-16."""
    ana, room = declared(world)
    for line in lines:
        said(world, ana, line)
    answer = said(world, ana, "undo")
    assert sentence in answer
    assert following in answer
    assert room.keyed("undone") == []


def test_five_minutes_is_how_far_it_reaches(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "sev sev2")
    world.forward(minutes=6)
    answer = said(world, ana, "undo")
    assert f"Your last command in {INC} (Severity SEV-1" in answer
    assert "is 6 min old; undo reaches back 5 min." in answer
    assert "SEV-2" in world.channel().card.words


def test_everybody_takes_back_their_own_and_nothing_that_somebody_changed_since(world: World) -> None:
    ana, _ = declared(world)
    ben = joins(world, "ben")
    assert f"There is nothing of yours in {INC}" in said(world, ben, "undo")
    said(world, ana, "sev sev2")
    said(world, ben, "set summary Nobody could pay")
    said(world, ben, "sev sev3")
    answer = said(world, ana, "undo")
    assert f"Nothing was taken back: the severity of {INC} changed again since your command." in answer
    assert f"Next: `/incident status {INC}`" in answer
    assert "Taken back: Severity SEV-2" in said(world, ben, "undo")
    assert "Taken back: Severity SEV-1" in said(world, ana, "undo"), "now it stands as ana left it"


def test_a_second_undo_says_that_there_is_nothing_more(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "sev sev2")
    said(world, ana, "sev sev3")
    said(world, ana, "undo")
    assert "There is nothing more to take back" in said(world, ana, "undo")
    assert "SEV-2" in world.channel().card.words
    assert len(room.keyed("undone")) == 1
    said(world, ana, "sev sev4")
    assert "Taken back" in said(world, ana, f"undo {INC}")


def test_the_same_undo_delivered_again_has_no_second_effect(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "comms me")
    said(world, ana, "scribe me")
    sent: list[tuple[bytes, dict[str, str]]] = []

    def kept(_: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        sent.append((body, headers))
        status, answered, text = world.bot.dispatch(body, headers)
        return status, answered, text.encode()

    world.slack.door = HttpDoor(kept)
    answer = said(world, ana, "undo")
    body, headers = next(each for each in sent if b"undo" in each[0])
    assert "Taken back: Scribe" in world.bot.dispatch(body, headers)[2]
    assert "Taken back: Scribe" in answer
    world.settle()
    assert f"comms lead: <@{ana.id}>" in said(world, ana, "roles")
    assert len(room.keyed("undone")) == 1


def test_an_undo_after_a_restart_still_knows(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "impact customers=12")
    said(world, ana, "set mitigated now")
    world.restart(after=timedelta(minutes=3))
    assert "Taken back: Mitigated" in said(world, ana, "undo")
    incident = world.bot.lookup.here(world.channel().id)
    assert incident is not None
    assert incident.mitigated_at is None
    assert incident.facts["impact_metrics"]


def test_a_task_taken_back_asks_for_no_answer_and_stands_in_no_brief(world: World) -> None:
    """R-CUS-2 and DR-2: the question that its owner got is one line then, without buttons."""
    ana, _ = declared(world)
    ben = world.person("ben")
    said(world, ana, "task add call the wrong bank @ben in=2m")
    world.forward(minutes=3)
    assert "call the wrong bank" in world.dm(ben).words[-1]
    said(world, ana, "undo")
    assert world.dm(ben).words[-1].startswith("Task 1 was taken back by")
    assert "wrong bank" not in said(world, ana, "brief exec")


def test_a_resolve_after_one_that_was_taken_back_owes_customers_their_mail_anew(world: World) -> None:
    """R-CUS-1."""
    ana, room = declared(world)
    ben = world.person("ben")
    ben.joins(room.name)
    ben.channel = room.channel
    said(world, ana, "resolve too early")
    said(world, ben, "brief sent")
    said(world, ana, "undo")
    world.forward(minutes=1)
    said(world, ana, "resolve over now")
    before = len(world.dm(ana))
    world.forward(minutes=90)
    assert "mail to the affected customers" in " ".join(world.dm(ana).words[before:])
