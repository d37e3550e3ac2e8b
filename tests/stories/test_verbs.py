"""Every verb while an incident runs and ends: its aliases, its effect, its refusals with a next command (DR-16)."""

from datetime import UTC, datetime

import pytest

from bot.sandbox import Person
from tests.world import World, in_channel, said

INC = "INC-2026-0302-001"


# Updates


@pytest.mark.parametrize("verb", ["update", "post"])
def test_an_update_is_posted_with_its_phase_and_the_next_due_time(
    world: World, ana: Person, verb: str
) -> None:
    world.forward(minutes=5)
    answer = said(world, ana, f"{verb} identified Pool is exhausted, raising it next=20m")
    assert "Recorded. The next update is due" in answer
    assert "09:25 UTC" in answer
    (posted,) = world.channel().keyed("update").words
    assert "investigating → *identified*" in posted
    assert "Pool is exhausted, raising it" in posted
    assert f"*Update* by <@{ana.id}>" in posted


def test_next_is_cut_to_twice_the_cadence_and_the_update_says_so(world: World, ana: Person) -> None:
    """Nudges 1."""
    assert "09:30 UTC" in said(world, ana, "update all is known next=3h")
    assert "the longest that this severity allows" in world.channel().keyed("update").words[0]


def test_an_empty_update_opens_a_form_with_what_was_said_last(world: World, ana: Person) -> None:
    said(world, ana, "update identified pool is exhausted")
    ana.commands("/incident update")
    assert ana.modal is not None
    assert "pool is exhausted" in str(ana.modal.body)
    assert ana.submits({"text": "pool raised, watching", "phase": "Monitoring", "next": "20m"}).errors == {}
    world.settle()
    assert "identified → *monitoring*" in world.channel().keyed("update").words[1]


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"text": "fine", "next": "soon"}, "next", "'soon' is not a duration. Write it like 20m"),
        ({"text": "fine", "next": "0m"}, "next", "is not longer than zero"),
        ({"text": "   ", "next": ""}, "text", "An update needs a sentence"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_at_its_field_and_nothing_is_lost(
    world: World, ana: Person, values: dict[str, str], field: str, sentence: str
) -> None:
    ana.commands("/incident update")
    answer = ana.submits(values)
    assert list(answer.errors) == [field]
    assert sentence in answer.errors[field]
    assert ana.modal is not None, "the form stays open"
    assert world.channel().keyed("update") == []
    assert ana.submits({"text": "now it is right", "next": "20m"}).errors == {}
    world.settle()
    assert len(world.channel().keyed("update")) == 1


@pytest.mark.parametrize("text", ["late news that took a while to write", ""])
def test_an_update_after_the_resolve_is_refused_and_given_back(world: World, ana: Person, text: str) -> None:
    """PRODUCT 2.2, update: reopen first, or note."""
    said(world, ana, "resolve over")
    answer = said(world, ana, f"update {text}")
    assert f"{INC} is resolved, so no update was posted" in answer
    assert "/incident note" in answer
    assert f"Next: `/incident reopen {INC}`" in answer
    assert text in answer
    assert f"`{INC}` is open again" in said(world, ana, f"reopen {INC}")


def test_a_form_that_was_open_during_the_resolve_keeps_its_text_and_says_why(
    world: World, ana: Person
) -> None:
    ana.commands("/incident update")
    said(world, world.person("ben"), f"resolve {INC} over")
    answer = ana.submits({"text": "still typing"})
    assert any("is resolved, so no update was posted" in error for error in answer.errors.values())


# Severity


@pytest.mark.parametrize("verb", ["sev", "severity"])
def test_severity_changes_with_its_reason_and_the_due_time_follows(
    world: World, ana: Person, verb: str
) -> None:
    assert "SEV-2 (P1 · High)* — updates every 30 min" in said(world, ana, f"{verb} sev2 impact is 5%")
    shown = in_channel(world)
    assert "SEV-1 (P0 · Critical) → *SEV-2 (P1 · High)*" in shown
    assert "impact is 5%" in shown
    assert "09:30 UTC" in world.channel().card.words


def test_the_same_severity_again_changes_nothing_and_says_so(world: World, ana: Person) -> None:
    before = len(world.channel().messages)
    assert "is SEV-1 (P0 · Critical) already; nothing changed" in said(world, ana, "sev p0")
    assert len(world.channel().messages) == before


@pytest.mark.parametrize(
    ("line", "sentence"), [("sev", "Which severity should"), ("sev sev9 because", "Unknown severity 'sev9'")]
)
def test_a_severity_that_is_none_is_refused_with_a_command_that_changes_this_incident(
    world: World, ana: Person, line: str, sentence: str
) -> None:
    answer = said(world, ana, line)
    assert sentence in answer
    assert "Next: `/incident sev sev2`" in answer
    assert "SEV-2" in said(world, ana, "sev sev2")


# Roles


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("role comms @ben", "comms lead"),
        ("assign communications @ben", "comms lead"),
        ("comms @ben", "comms lead"),
        ("scribe @ben", "scribe"),
        ("ops @ben", "operations lead"),
        ("lead @ben", "incident commander"),
        ("ic @ben", "incident commander"),
        ("role commander @ben", "incident commander"),
    ],
)
def test_whoever_is_given_a_role_is_invited_named_in_the_channel_and_told_what_it_asks(
    world: World, ana: Person, line: str, label: str
) -> None:
    ben = world.person("ben")
    assert f"<@{ben.id}> is now {label}." in said(world, ana, line)
    assert ben.id in world.channel().channel.members
    instead = f" instead of <@{ana.id}>" if label == "incident commander" else ""
    assert f"<@{ben.id}> is now {label}{instead} (assigned by <@{ana.id}>)." in in_channel(world)
    (told,) = world.dm(ben).words
    assert f"You are {label} of `{INC}`" in told
    assert f"<#{world.channel().id}>" in told
    assert told.count("\n") == 1, "the role's instructions"


def test_me_is_whoever_types_it(world: World, ana: Person) -> None:
    ben = world.person("ben")
    assert f"<@{ben.id}> is now incident commander." in said(world, ben, f"lead {INC} me")
    assert f"<@{ben.id}> has that role already" in said(world, ben, f"lead {INC} me")


def test_a_role_can_be_given_in_a_form(world: World, ana: Person) -> None:
    ben = world.person("ben")
    ana.clicks("Take a role")
    assert ana.submits({"Role": "Comms lead", "Who": "ben"}).errors == {}
    world.settle()
    assert f"<@{ben.id}> is now comms lead" in in_channel(world)


def test_roles_are_listed(world: World, ana: Person) -> None:
    said(world, ana, "comms @ben")
    for line in ("roles", "role", f"roles {INC}", "roles 001"):
        answer = said(world, ana, line)
        assert f"comms lead: <@{world.person('ben').id}>" in answer
        assert "scribe: nobody yet" in answer


NO_ROLE = (
    (
        "role typist @ben",
        "Unknown role 'typist'. The roles are: commander, comms, scribe, ops, engineer.",
        "@name`",
    ),
    ("role comsm @ben", "Unknown role 'comsm'", "Next: `/incident role comms @name`"),
    ("role comms", "Who should it be?", "Next: `/incident role comms me`"),
    ("lead", "Who should it be?", "Next: `/incident role commander me`"),
    ("role comms @bne", "@bne", "@ben"),
    ("role comms @zzyzx", "Nobody here is called '@zzyzx'", "Slack's list"),
    ("role comms ben", "'ben' is not a person", "Write @name or me"),
    ("role comms @tocsin", "is a bot or a deactivated account", "Name a person"),
)


def test_a_role_or_person_that_is_unknown_is_refused_with_a_way_on(world: World, ana: Person) -> None:
    for line, sentence, following in NO_ROLE:
        answer = said(world, ana, line)
        assert sentence in answer
        assert following in answer
    assert world.channel().keyed("role-assigned") == []


# Notes, fields, impact


@pytest.mark.parametrize("verb", ["note", "log", "event"])
def test_a_note_goes_on_the_timeline_at_the_time_it_happened(world: World, ana: Person, verb: str) -> None:
    """DR-20: echoed in the card's thread."""
    line = f"{verb} decision: fail over to the secondary at=09:57 link=https://wiki.example/runbook"
    assert "Noted as decision at 09:57:00 CET (08:57:00 UTC)" in said(world, ana, line)
    echo = world.channel().keyed("echo")[0]
    assert "fail over to the secondary" in echo.words
    assert echo.thread_ts == world.channel().card.ts
    listed = said(world, ana, "timeline")
    assert listed.index("09:57:00 [decision] fail over") < listed.index("SEV-1 declared")


def test_a_note_says_which_options_it_took_for_text(world: World, ana: Person) -> None:
    assert "Kept as text: who=me (known: `at=` `link=`)" in said(world, ana, "note who=me restarted it")


NO_NOTE = (
    ("note decision:", "A note needs a sentence about what happened."),
    ("note x at=25:99", "'25:99' is not a time"),
    ("note x at=2030-01-01T10:00", "That time is in the future"),
)


def test_a_note_that_says_nothing_or_lies_in_the_future_is_refused(world: World, ana: Person) -> None:
    for line, sentence in NO_NOTE:
        assert sentence in said(world, ana, line)
    assert world.channel().keyed("echo") == []


def test_a_text_may_begin_with_a_channel_that_is_no_incident(world: World, ana: Person) -> None:
    assert "Noted" in said(world, ana, "note #general has been told")
    assert "#general has been told" in said(world, ana, "timeline")


SETTABLE = {
    "title": ("checkout and login", "checkout and login"),
    "summary": ("Nobody could pay", "Nobody could pay"),
    "service": ("checkout, login", "checkout, login"),
    "impact_start": ("09:50 CET", "09:50:00 CET (08:50:00 UTC)"),
    "detected": ("09:55", "09:55:00 CET (08:55:00 UTC)"),
    "mitigated": ("now", "10:00:00 CET (09:00:00 UTC)"),
    "restored": ("09:59", "09:59:00 CET (08:59:00 UTC)"),
    "root_cause": ("the pool was too small", "the pool was too small"),
    "resolution": ("a bigger pool", "a bigger pool"),
    "classification": ("confidential", "confidential"),
    "tz": ("Europe/Berlin", "Europe/Berlin"),
}


def test_every_field_that_help_names_can_be_set_and_is_echoed(world: World, ana: Person) -> None:
    shown = said(world, ana, "help set")
    for field, (value, echo) in SETTABLE.items():
        assert field in shown
        answer = said(world, ana, f"set {field} {value}")
        assert answer.endswith(f": {echo}"), answer
        assert " is already: " in said(world, ana, f"set {field} {value}")
    incident = world.bot.lookup.here(world.channel().id)
    assert incident is not None
    assert incident.impact_started_at == datetime(2026, 3, 2, 8, 50, tzinfo=UTC)
    assert incident.services == ("checkout", "login")
    assert (incident.root_cause, incident.timezone) == ("the pool was too small", "Europe/Berlin")


NOT_SETTABLE = (
    ("set rootcause x", "'rootcause' cannot be set", "Next: `/incident set root_cause …`"),
    ("set titel x", "'titel' cannot be set", "Next: `/incident set title …`"),
    ('set title ""', "What should 'title' be?", "Next: `/incident set title …`"),
    ("set detected tomorrow", "'tomorrow' is not a time", "09:23"),
    ("set tz Moon/Base", "Unknown time zone 'Moon/Base'", "Europe/Berlin"),
    ("set mitigated 08:00", "would lie before the start of impact", "Next: `/incident set mitigated TIME`"),
)


def test_a_field_that_is_unknown_or_a_value_that_cannot_be_is_refused(world: World, ana: Person) -> None:
    """MD-1: times out of order are errors."""
    said(world, ana, "set impact_start 09:50")
    for line, sentence, following in NOT_SETTABLE:
        answer = said(world, ana, line)
        assert sentence in answer
        assert following in answer


def test_impact_is_recorded_and_echoed(world: World, ana: Person) -> None:
    answer = said(world, ana, "impact customers=1847 pct=100 requests_failed=2.3M tickets=289 data_loss=none")
    for measure in ("customers=1847", "pct=100", "requests_failed=2.3M", "tickets=289", "data_loss=none"):
        assert measure in answer
        assert measure in world.channel().keyed("echo")[0].words


NO_MEASURE = (
    ("impact many people", "Impact is recorded as key=value.", "Next: `/incident impact customers=1847"),
    ("impact custmers=3", "'custmers' is not a measure of impact", "Next: `/incident impact customers=…`"),
    ("impact customers=lots", "'customers' needs a number, not 'lots'", "1847"),
)


def test_impact_without_a_known_key_or_number_is_refused_by_name(world: World, ana: Person) -> None:
    for line, sentence, following in NO_MEASURE:
        answer = said(world, ana, line)
        assert sentence in answer
        assert following in answer


# Snooze


def test_a_snooze_moves_the_reminder_and_an_off_ends_it(world: World, ana: Person) -> None:
    assert "Snoozed until" in said(world, ana, "snooze 25m waiting on the vendor")
    assert "09:25 UTC" in in_channel(world)
    assert "waiting on the vendor" in in_channel(world)
    world.forward(minutes=24)
    assert world.channel().nudges == []
    assert "The snooze is over" in said(world, ana, "snooze off")
    assert len(world.channel().nudges) == 1


def test_a_snooze_longer_than_twice_the_cadence_is_capped_and_says_the_cap(world: World, ana: Person) -> None:
    """DR-5."""
    answer = said(world, ana, "snooze 3h vendor")
    assert "09:30 UTC" in answer
    assert "30 min is the longest that this severity allows" in answer
    said(world, ana, "sev sev3")
    assert "the longest" not in said(world, ana, "snooze 3h vendor")


def test_an_off_without_a_snooze_says_so_and_tells_when_the_next_reminder_comes(
    world: World, ana: Person
) -> None:
    answer = said(world, ana, "snooze off")
    assert "No snooze is running. The next reminder comes" in answer
    assert "09:15 UTC" in answer


def test_an_off_after_the_last_reminder_says_how_they_start_again(world: World, ana: Person) -> None:
    """Nudges 5: a severity has a limit of reminders."""
    said(world, ana, "sev sev3")
    world.forward(hours=14)
    assert "No reminder is to come: post an update with `/incident update`" in said(world, ana, "snooze off")
    world.forward(hours=14)
    assert len(world.channel().nudges) == 10


def test_the_timeline_keeps_how_long_a_snooze_lasts(world: World, ana: Person) -> None:
    """A clock of UTC would stand below a heading in the reader's zone."""
    said(world, ana, "snooze 25m waiting on the vendor")
    assert "Reminders snoozed for 25 min: waiting on the vendor" in said(world, ana, "timeline")
