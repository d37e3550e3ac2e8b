"""Forms while an incident runs: note, impact, task, hand-off, escalate, set, mitigate; and the way to them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.sandbox import Person
from tests.world import World, changed, declared, in_channel, joined, said

INC = "INC-2026-0302-001"


@pytest.fixture
def ana(world: World) -> Person:
    """Ana in Madrid, in the channel of the incident that she declared."""
    world.person("ana", tz="Europe/Madrid")
    return declared(world)[0]


def opens(person: Person, option: str) -> None:
    """Open a form over the card's "More"."""
    person.clicks("More")
    assert person.submits({"verb": option}).errors == {}


def held(person: Person) -> dict[str, Any]:
    """What stands in the open form, by field."""
    assert person.modal is not None
    states = {name: next(iter(state.values())) for name, state in person.modal.values.items()}
    return {name: next((v for k, v in state.items() if k != "type"), None) for name, state in states.items()}


def top(person: Person) -> str:
    """What stands above the fields of the open form."""
    assert person.modal is not None
    return "\n".join(
        each["text"]["text"] for each in person.modal.body["blocks"] if each["type"] == "section"
    )


def answers(world: World, person: Person) -> str:
    """What only *person* was told in the channel."""
    world.tick()
    return "\n".join(m.words for m in person.hears() if m.ephemeral_for == person.id)


class TestNote:
    def test_a_bare_note_opens_the_form_and_what_was_written_stands_on_the_timeline(
        self, world: World, ana: Person
    ):
        ana.commands("/incident note")
        ana.submits(
            {
                "text": "fail over to <b> & wait",
                "kind": "Decision",
                "at": "09:50",
                "link": "https://a.example/1",
            }
        )
        assert "Noted as decision at 09:50:00 CET (08:50:00 UTC)." in answers(world, ana)
        shown = said(world, ana, "timeline")
        assert "fail over to &lt;b&gt; &amp; wait" in shown
        assert "decision" in shown

    def test_wrong_times_are_said_at_the_field_and_nothing_is_recorded(self, world: World, ana: Person):
        ana.commands("/incident note")
        errors = ana.submits({"text": "fail over", "at": "13:99"}).errors
        assert list(errors) == ["at"]
        assert held(ana)["text"] == "fail over"
        assert "fail over" not in said(world, ana, "timeline")

    def test_a_hypothesis_can_be_rejected_by_form(self, world: World, ana: Person):
        ana.commands("/incident note")
        ana.submits({"text": "the cache", "kind": "Hypothesis", "outcome": "rejected"})
        assert "the cache (rejected)" in said(world, ana, "timeline")


class TestImpact:
    def test_an_empty_form_says_nothing_above_its_fields(self, world: World, ana: Person):
        ana.commands("/incident impact")
        assert top(ana) == ""
        assert ana.modal is not None
        assert {each["type"] for each in ana.modal.body["blocks"]} == {"input"}

    def test_every_measure_has_a_field_filled_with_what_is_recorded(self, world: World, ana: Person):
        said(world, ana, "impact level=High customers=~1,900 data_loss=none")
        ana.commands("/incident impact")
        now = held(ana)
        assert (now["level"], now["customers"], now["data_loss"]) == ("High", "~1,900", "none")
        assert "What you leave as it is, or empty, stays as it was." in top(ana)

    def test_only_what_is_new_is_recorded(self, world: World, ana: Person):
        said(world, ana, "impact customers=1847 pct=12")
        ana.commands("/incident impact")
        ana.submits({"pct": "15", "requests_failed": "2.3M", "detail": "one in three failed\nretries helped"})
        told = answers(world, ana)
        assert "pct=15; requests_failed=2.3M; detail=one in three failed; detail=retries helped" in told
        assert "customers=" not in told.rpartition("Impact recorded: pct")[2]

    def test_numbers_that_are_none_are_said_at_their_fields_together(self, world: World, ana: Person):
        ana.commands("/incident impact")
        errors = ana.submits({"customers": "many", "pct": "a lot", "window": "noon", "tickets": "289"}).errors
        assert set(errors) == {"customers", "pct", "window"}
        assert errors["customers"].startswith("'Affected Customers' needs a number, not 'many'.")
        assert ana.submits({"customers": "~1,900", "pct": "", "window": "08:02-08:30"}).errors == {}
        assert "window=2026-03-02 07:02 to 07:30 UTC" in answers(world, ana)

    def test_an_emptied_field_stays_as_it_was_and_the_answer_says_so(self, world: World, ana: Person):
        said(world, ana, "impact customers=1847")
        ana.commands("/incident impact")
        ana.submits({"customers": ""})
        assert "Nothing new was recorded. Left as it was: Affected Customers." in answers(world, ana)
        ana.commands("/incident impact")
        assert held(ana)["customers"] == "1847"

    def test_what_another_recorded_meanwhile_is_shown_before_it_is_replaced(self, world: World, ana: Person):
        ben = joined(world, "ben")
        said(world, ana, "impact customers=100")
        ana.commands("/incident impact")
        said(world, ben, "impact customers=250")
        ana.submits({"customers": "300", "tickets": "7"})
        assert "*Affected Customers* was changed by somebody else while your form was open." in top(ana)
        assert "It says now: 250\nNothing was recorded yet" in top(ana), "each thing on a line of its own"
        assert held(ana)["customers"] == "300", "nothing typed is lost"
        assert ana.modal is not None
        given = {
            each["block_id"]: each["element"].get("initial_value") for each in ana.modal.body["blocks"][1:]
        }
        assert (given["customers"], given["tickets"]) == ("300", "7"), "whatever Slack itself keeps"
        assert "tickets" not in in_channel(world), "nothing is recorded by halves"
        ana.submits()
        assert "customers=300; tickets=7" in answers(world, ana)

    def test_whom_it_hit_can_be_filled_in(self, world: World, ana: Person):
        ana.commands("/incident impact")
        ana.submits(
            {"segment": "Enterprise: 127 customers\nFree: 1,720 customers", "region": "Europe: 312 customers"}
        )
        assert "segment=Enterprise: 127 customers; segment=Free: 1,720 customers" in answers(world, ana)


class TestTask:
    def test_the_list_has_a_button_for_one_more(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident task")
        ana.clicks("Add a task")
        ana.submits({"text": "restart the app servers", "owner": "ben", "in": "10m"})
        assert f"Task 1 is added for <@{ben.id}>, who is asked about it" in answers(world, ana)

    def test_add_alone_opens_the_form_and_a_wrong_span_is_said_at_its_field(self, world: World, ana: Person):
        ana.commands("/incident task add")
        errors = ana.submits({"text": "restart", "in": "soon"}).errors
        assert list(errors) == ["in"]
        assert "Write it like 20m" in errors["in"]


class TestHandoff:
    def test_a_bare_handoff_opens_the_form_with_ones_own_role(self, world: World, ana: Person):
        joined(world, "ben")
        said(world, ana, "comms me")
        ana.commands("/incident handoff")
        assert held(ana)["role"]["value"] == "commander"
        ana.submits({"role": "Comms lead", "person": "ben", "note": "the vendor calls at 18:30"})
        assert "Comms lead is offered to" in answers(world, ana)
        assert "the vendor calls at 18:30" in in_channel(world)

    def test_one_who_reads_nothing_is_refused_at_the_field(self, world: World, ana: Person):
        world.slack.add_user("robot", real_name="Robot", is_bot=True)
        world.settle()
        ana.commands("/incident handoff")
        assert list(ana.submits({"person": "robot"}).errors) == ["person"]


class TestSet:
    def test_the_field_is_chosen_and_shows_what_it_is(self, world: World, ana: Person):
        said(world, ana, "set service checkout, mail")
        ana.commands("/incident set")
        ana.submits({"field": "Services"})
        assert held(ana)["value"] == "checkout, mail"
        ana.submits({"value": "checkout"})
        assert "Services: checkout" in answers(world, ana)

    def test_a_field_alone_opens_its_form(self, world: World, ana: Person):
        said(world, ana, "set root_cause the new limit")
        ana.commands("/incident set root_cause")
        assert held(ana)["value"] == "the new limit"
        before = answers(world, ana)
        assert ana.submits().errors == {}
        assert answers(world, ana) == before, "nothing was changed, and nothing is said"

    def test_a_value_that_no_form_holds_is_not_shown_in_part(self, world: World, ana: Person):
        changed(world, summary="a long story " * 300)
        ana.commands("/incident set summary")
        assert held(ana)["value"] is None
        assert "*Summary* is longer than a form holds. What you write below takes its place." in top(ana)

    def test_what_another_set_meanwhile_is_shown_before_it_is_replaced(self, world: World, ana: Person):
        ben = joined(world, "ben")
        ana.commands("/incident set summary")
        said(world, ben, "set summary half of it fails")
        ana.submits({"value": "all of it fails"})
        assert "It says now: half of it fails" in top(ana)
        ana.submits()
        assert "Summary: all of it fails" in answers(world, ana)

    def test_a_wrong_time_is_said_at_the_field(self, world: World, ana: Person):
        ana.commands("/incident set")
        ana.submits({"field": "Detected"})
        assert "is not a time" in ana.submits({"value": "soonish"}).errors["value"]
        said(world, ana, "set impact_start 09:50")
        assert "would lie before" in ana.submits({"value": "09:40"}).errors["value"]
        assert ana.submits({"value": "-5m"}).errors == {}


class TestMore:
    def test_the_card_leads_to_every_form_and_mitigating_tells_the_channel(self, world: World, ana: Person):
        opens(ana, "Say that the impact is contained")
        ana.submits({"message": "traffic runs over the secondary", "at": "-5m"})
        assert f"`{INC}` is mitigated as of" in answers(world, ana)
        assert "traffic runs over the secondary" in in_channel(world)

    def test_escalating_with_a_reason(self, world: World, ana: Person):
        opens(ana, "Tell executives or others")
        ana.submits({"reason": "we need a decision on the failover"})
        world.tick()
        assert "we need a decision on the failover" in in_channel(world)

    def test_only_what_is_possible_is_offered(self, world: World, ana: Person):
        said(world, ana, "resolve")
        ana.clicks("More")
        assert ana.modal is not None
        (field,) = ana.modal.body["blocks"]
        offered = {option["value"] for option in field["element"]["options"]}
        assert offered == {"note", "impact", "task", "set", "customer", "followup"}

    def test_a_form_that_came_too_late_says_what_is_the_matter_and_keeps_what_was_typed(
        self, world: World, ana: Person
    ):
        opens(ana, "Say that the impact is contained")
        said(world, ana, "resolve")
        errors = ana.submits({"message": "over the secondary"}).errors
        assert f"{INC} is resolved, so 'mitigate' is not possible now." in errors["message"]
        assert held(ana)["message"] == "over the secondary"


WAYS: Mapping[str, Callable[[Person], object]] = {
    "update": lambda person: person.commands("/incident update"),
    "note": lambda person: person.commands("/incident note"),
    "impact": lambda person: person.commands("/incident impact"),
    "handoff": lambda person: person.commands("/incident handoff"),
    "set": lambda person: person.commands("/incident set"),
    "task": lambda person: person.commands("/incident task add"),
    "resolve": lambda person: person.clicks("Resolve"),
    "role": lambda person: person.clicks("Take a role"),
    "more": lambda person: person.clicks("More"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_form_is_opened_by_the_first_call_that_is_made(world: World, ana: Person, way: str):
    """Slack's trigger lasts 3 seconds: nothing else is asked of Slack before."""
    before = len(world.slack.calls)
    WAYS[way](ana)
    assert [call.method for call in world.slack.calls[before:]] == ["views.open"]
    assert ana.modal is not None


@pytest.mark.parametrize("way", WAYS)
def test_a_form_whose_trigger_ran_out_names_a_command_that_does_the_same(world: World, ana: Person, way: str):
    world.slack.faults.add("views.open", "expired_trigger_id")
    world.expects_errors("expired_trigger_id")
    WAYS[way](ana)
    told = answers(world, ana)
    verb = "help" if way == "more" else way
    assert f"The form could not be opened. Type it instead: `/incident {verb}" in told
    assert ana.modal is None


class TestAllowed:
    @pytest.fixture
    def policy(self) -> str:
        return '[allow]\nimpact = ["@ben"]\nset = ["@ben"]\n'

    def test_what_is_left_to_others_is_neither_offered_nor_opened_nor_taken(self, world: World, ana: Person):
        ana.clicks("More")
        assert ana.modal is not None
        offered = [option["value"] for option in ana.modal.body["blocks"][0]["element"]["options"]]
        assert "note" in offered
        assert "impact" not in offered
        ana.modal.body["blocks"][0]["element"]["options"].append(
            {"text": {"type": "plain_text", "text": "Impact"}, "value": "impact"}
        )
        assert "impact" in ana.submits({"verb": "impact"}).errors["verb"]
        assert "is left to" in ana.commands("/incident impact").text


def test_a_private_incident_has_no_forms_for_those_outside(world: World, ana: Person):
    world.expects_errors("name_taken")
    ben = world.person("ben")
    ben.commands(f"/incident note {INC}")
    said(world, ana, "private")
    errors = ben.submits({"text": "what I saw"}).errors
    assert errors == {"text": f"There is no incident {INC}.\nNext: `/incident list all`"}
    assert "what I saw" not in said(world, ana, f"timeline {INC}")


def test_the_list_of_escalations_has_a_button_for_a_reason(world: World, ana: Person):
    ana.commands("/incident escalate")
    ana.clicks("With a reason")
    assert held(ana)["target"]["value"] == "executives"
    ana.submits({"target": "board", "reason": "the data centre burns"})
    world.tick()
    assert "the data centre burns" in in_channel(world)


def test_where_its_channel_is_out_of_reach_the_answer_says_so(world: World, ana: Person):
    ben = joined(world, "ben")
    ben.removes("tocsin", world.channel().channel)
    world.tick()
    ana.commands(f"/incident note {INC}", channel="general")
    ana.submits({"text": "fail over"})
    world.tick()
    told = ana.hears("general")[-1].words
    assert told.startswith("Noted")
    assert "is out of reach since" in told
