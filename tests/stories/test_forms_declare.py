"""Declaring by a form: nothing but the severity is asked for, and whoever declares is told where it is."""

import pytest

from bot.sandbox import Person
from tests.world import World

SEVERITY = "SEV-2 (P1 · High) - updates every 30 min"
INC = "INC-2026-0302-001"


@pytest.fixture
def ana(world: World) -> Person:
    """Ana, somewhere, with the form open."""
    ana = world.person("ana", tz="Europe/Madrid")
    ana.commands("/incident declare")
    ana.clicks("Fill in a form")
    return ana


def texts(person: Person) -> list[str]:
    """What stands where *person* is, also what only they see."""
    return [message.words for message in person.hears()]


def test_the_severity_is_all_that_is_required(world: World, ana: Person):
    assert ana.submits({}).errors == {"severity": "Please complete this required field."}
    assert ana.submits({"severity": SEVERITY}).errors == {}
    assert ana.modal is None
    world.settle()
    assert world.channel().name.startswith("inc-2026-0302-001")
    assert ana.id in world.channel().channel.members


def test_whoever_declares_is_told_where_it_is_in_the_place_of_the_buttons(world: World, ana: Person):
    ana.submits({"severity": SEVERITY, "title": "checkout is <down> & out"})
    world.settle()
    (answer,) = [text for text in texts(ana) if "Declared" in text]
    assert (
        f"Declared *SEV-2 (P1 · High)* — updates every 30 min.\n`{INC}` checkout is &lt;down&gt; &amp; out"
        in answer
    )
    assert not [text for text in texts(ana) if "How severe is it?" in text], "the buttons made way"


def test_everything_that_a_command_can_say_can_be_filled_in(world: World, ana: Person):
    world.person("ben")
    ana.submits({
        "severity": "SEV-3 (P2 · Medium) - updates every 1 h", "title": "checkout is slow", "lead": "ben",
        "service": "checkout, payments", "at": "09:45", "detected": "-5m", "flags": ["triage", "private"],
    })  # fmt: skip
    world.settle()
    (incident,) = world.bot.use.lookup.listed(open_only=True, user=ana.id)
    assert (incident.severity, incident.title, incident.services) == (
        "P2",
        "checkout is slow",
        ("checkout", "payments"),
    )
    assert f"{incident.impact_started_at:%H:%M}" == "08:45", "09:45 is read in Madrid"
    assert f"{incident.detected_at:%H:%M}" == "08:55"
    assert incident.roles["commander"] == world.person("ben").id
    assert incident.private
    assert incident.status.value == "triage"


def test_what_is_wrong_is_said_at_each_field_at_once_and_nothing_typed_is_lost(world: World, ana: Person):
    filled = {
        "severity": SEVERITY,
        "title": "checkout is down",
        "at": "soonish",
        "detected": "23:59:59 tomorrow",
    }
    errors = ana.submits(filled).errors
    assert errors["at"].startswith("'soonish' is not a time. Write -10m, 09:23")
    assert set(errors) == {"at", "detected"}
    assert ana.modal is not None
    assert ana.modal.values["title"]["title"]["value"] == "checkout is down"
    assert ana.submits({"at": "-10m", "detected": ""}).errors == {}


def test_times_in_the_wrong_order_are_refused_at_the_later_one(world: World, ana: Person):
    errors = ana.submits({"severity": SEVERITY, "at": "-5m", "detected": "-10m"}).errors
    assert list(errors) == ["detected"]
    assert (
        "Nothing was declared: the detection (2026-03-02 08:50:00 UTC) would lie before" in errors["detected"]
    )
    assert world.bot.use.lookup.listed(open_only=True) == []


def test_a_lead_who_reads_nothing_is_refused_at_that_field(world: World, ana: Person):
    world.slack.add_user("robot", real_name="Robot", is_bot=True)
    world.settle()
    assert list(ana.submits({"severity": SEVERITY, "lead": "robot"}).errors) == ["lead"]


def test_the_same_submission_twice_declares_once(world: World, ana: Person):
    view = ana.modal
    assert view is not None
    ana.submits({"severity": SEVERITY, "title": "checkout is down"})
    world.slack.modals[ana.id] = [view]  # Slack's answer was lost, and the person presses the button again
    ana.submits()
    world.settle()
    assert len(world.bot.use.lookup.listed(open_only=True)) == 1
    assert len([text for text in texts(ana) if "Declared" in text]) == 1


def test_what_was_typed_before_the_button_stands_in_the_form(world: World):
    ben, ana = world.person("ben"), world.person("ana")
    ana.commands("/incident declare checkout &amp; mail down lead=@ben service=mail at=-10m --drill")
    ana.clicks("Fill in a form")
    assert ana.modal is not None
    held = {name: next(iter(state.values())) for name, state in ana.modal.values.items()}
    assert held["title"]["value"] == "checkout &amp; mail down"
    assert held["lead"]["selected_user"] == ben.id
    assert held["service"]["value"] == "mail"
    assert held["at"]["value"] == "-10m"
    assert [each["value"] for each in held["flags"]["selected_options"]] == ["drill"]


def test_hints_name_the_zone_in_which_times_are_read(world: World, ana: Person):
    assert ana.modal is not None
    hints = {block["block_id"]: block.get("hint", {}).get("text") for block in ana.modal.body["blocks"]}
    assert hints["at"] == "Like 09:23 or -10m, in Europe/Madrid time."


def test_without_its_database_the_form_stays_and_says_that_nothing_was_recorded(world: World, ana: Person):
    with world.without_database():
        errors = ana.submits({"severity": SEVERITY, "title": "checkout is down"}).errors
    assert "nothing was recorded" in errors["severity"]
    assert ana.submits().errors == {}
    assert [one.title for one in world.bot.use.lookup.listed(open_only=True)] == ["checkout is down"]


def test_a_form_that_was_open_for_long_is_answered_directly(world: World, ana: Person):
    world.forward(minutes=40)
    ana.submits({"severity": SEVERITY, "title": "checkout is down"})
    world.settle()
    assert any(INC in said.words and "Declared" in said.words for said in world.dm(ana))


def test_a_form_that_slack_does_not_open_names_the_command(world: World):
    ana = world.person("ana")
    ana.commands("/incident declare")
    world.slack.faults.add("views.open", "expired_trigger_id")
    world.expects_errors("expired_trigger_id")
    ana.clicks("Fill in a form")
    world.settle()
    assert "Type it instead: `/incident declare sev1 What is wrong`" in texts(ana)[-1]


def test_the_words_of_another_are_a_title_and_set_nothing(world: World):
    ana, ben = world.person("ana"), world.person("ben")
    ts = ben.says("checkout fails since the deploy --drill lead=@ben at=-10m")
    ana.shortcut("declare_from_message", ts=ts)
    assert ana.modal is not None
    held = {name: next(iter(state.values())) for name, state in ana.modal.values.items()}
    assert held["title"]["value"] == "checkout fails since the deploy --drill lead=@Ben at=-10m"
    assert not held["flags"]["selected_options"]
    assert held["lead"]["selected_user"] is None
    ana.submits({"severity": SEVERITY})
    world.settle()
    assert any("Declared *SEV-2" in text for text in texts(ana)), "where the message stands"


def test_a_form_opened_from_nowhere_is_answered_directly(world: World):
    ana = world.person("ana")
    ana.shortcut("declare_incident")
    ana.submits({"severity": SEVERITY, "title": "checkout is down"})
    world.settle()
    (told,) = [message.words for message in world.dm(ana) if "Declared" in message.words]
    assert INC in told
    assert "opens now, and you are invited to it." in told
