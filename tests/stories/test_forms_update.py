"""The forms of update and resolve: filled with what is known, and true to what happened while they were open."""

import pytest

from bot.sandbox import Person
from tests.stories.test_forms_run import answers, held, top
from tests.world import World, changed, declared, in_channel, joined, said

INC = "INC-2026-0302-001"


@pytest.fixture
def ana(world: World) -> Person:
    """Ana in Madrid, in the channel of the incident that she declared."""
    world.person("ana", tz="Europe/Madrid")
    return declared(world)[0]


class TestUpdate:
    def test_it_shows_the_last_values_as_people_read_them(self, world: World, ana: Person):
        joined(world, "ben")
        said(world, ana, "update identified @ben found it: a < b & c")
        ana.commands("/incident update next=20m --exec")
        now = held(ana)
        assert now["text"] == "@Ben found it: a < b & c"
        assert now["phase"]["value"] == "identified"
        assert now["next"] == "20m"

    def test_several_mistakes_are_said_at_once(self, world: World, ana: Person):
        ana.commands("/incident update")
        errors = ana.submits({"text": "", "next": "soon"}).errors
        assert errors["next"].startswith("'soon' is not a duration.")
        assert list(ana.submits({"text": "", "next": "20m"}).errors) == ["text"]
        assert ana.submits({"text": "the pool is raised"}).errors == {}

    def test_a_phase_that_was_not_touched_takes_back_no_step_of_another(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident update")
        said(world, ben, "update monitoring the fix is out")
        ana.submits({"text": "the pool is raised"})
        world.tick()
        assert f"`{INC}` is *monitoring*" in said(world, ana, "status")
        assert "the pool is raised" in in_channel(world)

    def test_a_phase_that_was_chosen_counts(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident update")
        said(world, ben, "update monitoring the fix is out")
        ana.submits({"text": "it is back", "phase": "Identified"})
        assert f"`{INC}` is *identified*" in said(world, ana, "status")

    def test_a_severity_that_changed_meanwhile_is_said_with_the_answer(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident update")
        said(world, ben, "sev sev2")
        ana.submits({"text": "down to one in ten"})
        assert "It became *SEV-2 (P1 · High)* while your form was open." in answers(world, ana)

    def test_one_that_was_resolved_meanwhile_is_refused_with_the_text_kept(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident update")
        said(world, ben, "resolve")
        errors = ana.submits({"text": "we go on"}).errors
        assert f"{INC} is resolved, so no update was posted." in errors["text"]
        assert held(ana)["text"] == "we go on"

    def test_a_last_update_that_no_form_holds_is_not_cut(self, world: World, ana: Person):
        said(world, ana, "update " + "long words " * 300)
        ana.commands("/incident update")
        assert held(ana)["text"] is None
        assert "The last update is longer than a form holds: it stands in the channel." in top(ana)

    def test_customers_are_told_of_in_the_answer(self, world: World, ana: Person):
        ana.commands("/incident update")
        ana.submits({"text": "We are on it.", "audiences": ["external"]})
        assert "The text for customers is shown in the channel and waits" in answers(world, ana)

    def test_a_form_of_an_earlier_version_still_posts(self, world: World, ana: Person):
        ana.commands("/incident update")
        assert ana.modal is not None
        ana.modal.body["private_metadata"] = INC
        assert ana.submits({"text": "the pool is raised"}).errors == {}
        world.tick()
        assert "the pool is raised" in in_channel(world)


class TestResolve:
    def test_nothing_is_forced(self, world: World, ana: Person):
        ana.clicks("Resolve")
        assert ana.submits({}).errors == {}
        assert f"`{INC}` is resolved; reminders have stopped." in answers(world, ana)

    def test_the_end_can_lie_in_the_past(self, world: World, ana: Person):
        world.forward(minutes=30)
        ana.clicks("Resolve")
        ana.submits({"message": "pool raised", "at": "-10m", "restored": "10:15"})
        assert f"`{INC}` is resolved as of 10:20:00 CET (09:20:00 UTC)" in answers(world, ana)
        (incident,) = world.bot.use.lookup.listed(open_only=False)
        assert f"{incident.restored_at:%H:%M} {incident.resolved_at:%H:%M}" == "09:15 09:20"

    def test_times_that_cannot_be_are_said_at_their_fields(self, world: World, ana: Person):
        ana.clicks("Resolve")
        assert set(ana.submits({"at": "soon", "restored": "99:99"}).errors) == {"at", "restored"}
        errors = ana.submits({"at": "-10m", "restored": ""}).errors
        assert "Nothing was resolved: the resolve" in errors["at"]
        said(world, ana, "set impact_start -1m")
        assert "would lie before" in ana.submits({"at": "", "restored": "-10m"}).errors["restored"]

    def test_one_that_is_over_already_is_refused_before_anything_is_typed(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident")
        said(world, ben, "resolve")
        ana.clicks("Resolve")
        assert ana.modal is None
        assert f"{INC} is resolved already; nothing was changed." in answers(world, ana)

    def test_one_that_was_resolved_meanwhile_keeps_what_was_typed(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.clicks("Resolve")
        said(world, ben, "resolve")
        errors = ana.submits({"message": "pool raised", "root_cause": "the pool"}).errors
        assert errors == {
            "message": f"{INC} is resolved already; nothing was changed.\nNext: `/incident close {INC}`"
        }
        assert held(ana)["root_cause"] == "the pool"

    def test_a_cause_that_another_wrote_meanwhile_is_shown_before_it_is_replaced(
        self, world: World, ana: Person
    ):
        ben = joined(world, "ben")
        ana.clicks("Resolve")
        said(world, ben, "set root_cause the new limit")
        ana.submits({"message": "pool raised", "root_cause": "the pool"})
        assert "*Root cause* was changed by somebody else while your form was open." in top(ana)
        assert "It says now: the new limit" in top(ana)
        assert f"`{INC}` is *investigating*" in said(world, ana, "status"), "nothing was resolved yet"
        assert held(ana)["root_cause"] == "the pool"
        ana.submits()
        world.tick()
        (incident,) = world.bot.use.lookup.listed(open_only=False)
        assert (incident.root_cause, incident.status.value) == ("the pool", "resolved")

    def test_what_was_left_as_shown_is_not_recorded_again_and_what_was_emptied_stays(
        self, world: World, ana: Person
    ):
        said(world, ana, "set root_cause the pool")
        said(world, ana, "impact data_loss=none")
        ana.clicks("Resolve")
        assert "What you leave as it is, or empty, stays as it was." in top(ana)
        ana.submits({"root_cause": ""})
        assert "Left as it was: Root cause." in answers(world, ana)
        (incident,) = world.bot.use.lookup.listed(open_only=False)
        assert incident.root_cause == "the pool"
        assert in_channel(world).count("Impact recorded by") == 1

    def test_a_cause_that_no_form_holds_is_left_out_and_never_cut(self, world: World, ana: Person):
        changed(world, root_cause="a long story " * 300)
        ana.clicks("Resolve")
        assert "root_cause" not in held(ana)
        assert (
            "*Root cause* is longer than a form holds. It stays as it is: `/incident set root_cause …` writes it anew."
            in top(ana)
        )
        assert ana.submits({"message": "pool raised"}).errors == {}
        (incident,) = world.bot.use.lookup.listed(open_only=False)
        assert incident.root_cause == "a long story " * 300
