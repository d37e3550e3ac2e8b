"""DR-19: everybody may do everything, unless the policy leaves a verb to some; who is refused is told who may."""

from pathlib import Path

import pytest

import bot
from bot.domain.policy_file import read_policy
from bot.sandbox import Person
from handlers import ROUTES
from tests.world import World, in_channel, said

DEFAULT = (Path(bot.__file__).parent / "default_policy.toml").read_text(encoding="utf-8")
LOOKS = {"status", "list", "help", "roles"}
"""Verbs that only look: there is nothing to leave to some."""


@pytest.fixture
def policy() -> str:
    return """
[allow]
close = ["@leads"]
sev = ["@cem"]
snooze = ["@nobody-knows"]
pause = []
"""


@pytest.fixture
def crew(world: World, ana: Person) -> dict[str, Person]:
    """Ben is one of the leads, Cem is named himself, Ana is neither."""
    people = {"ana": ana, "ben": world.person("ben"), "cem": world.person("cem")}
    world.slack.add_group("leads", [people["ben"].id])
    world.restart()
    world.forward(days=1)
    world.bot.directory.refresh()
    world.settle()
    for person in people.values():
        person.joins(ana.channel)
        person.channel = ana.channel
    return people


def test_a_verb_that_is_left_to_a_group_is_refused_to_others_with_who_may(
    world: World, crew: dict[str, Person]
) -> None:
    said(world, crew["ana"], "resolve done")
    refused = said(world, crew["ana"], "close")
    assert "'close' is left to @leads" in refused
    assert "nothing was changed" in refused
    assert "closed" in said(world, crew["ben"], "close")


def test_a_button_stands_for_its_verb(world: World, crew: dict[str, Person]) -> None:
    said(world, crew["ana"], "resolve done")
    crew["ana"].clicks("Close")
    world.tick()
    assert "Closed" not in in_channel(world)
    assert "'close' is left to @leads" in "\n".join(m.words for m in crew["ana"].hears())
    crew["ben"].clicks("Close")
    world.tick()
    assert "Closed" in in_channel(world)


def test_a_person_may_be_named_by_handle(world: World, crew: dict[str, Person]) -> None:
    assert "'sev' is left to @cem" in said(world, crew["ben"], "sev sev2")
    assert "SEV-2" in said(world, crew["cem"], "sev sev2")


def test_what_nobody_may_says_so_and_sends_to_nobody(world: World, crew: dict[str, Person]) -> None:
    answer = said(world, crew["ben"], "pause 1h")
    assert "'pause' is left to nobody by your organisation's policy; nothing was changed." in answer
    assert "Ask one of them" not in answer


def test_a_group_that_slack_does_not_know_holds_nobody(world: World, crew: dict[str, Person]) -> None:
    """Closed when in doubt."""
    assert all("is left to" in said(world, one, "snooze 10m") for one in crew.values())


def test_what_is_left_to_nobody_is_everybodys(world: World, crew: dict[str, Person]) -> None:
    assert all("left to" not in said(world, one, "note decision: go on") for one in crew.values())


def test_a_new_member_of_the_group_may_at_once(world: World, crew: dict[str, Person]) -> None:
    """Slack tells of it by an event; no restart is needed."""
    said(world, crew["ana"], "resolve done")
    (group,) = world.slack.groups
    subteam = {"id": group.id, "handle": "leads", "name": "leads", "users": [crew["ana"].id]}
    world.sends({"type": "subteam_updated", "subteam": subteam})
    assert "closed" in said(world, crew["ana"], "close")
    assert "'close' is left to" in said(world, crew["ben"], "close")


class TestByAnotherName:
    """Whatever it is typed or clicked as: what it does counts."""

    @pytest.fixture
    def policy(self) -> str:
        verbs = ("role", "update", "resolve", "pause", "reopen", "phase", "brief", "declare")
        return "[allow]\n" + "\n".join(f'{verb} = ["@ben"]' for verb in verbs)

    @pytest.fixture
    def ana(self, world: World) -> Person:
        """Ana, who is none of those whom the policy names, in the channel of Ben's incident."""
        ben, ana = world.person("ben"), world.person("ana")
        ben.commands("/incident declare sev3 checkout is slow")
        room = world.channel().channel
        ana.joins(room)
        ben.channel = ana.channel = room
        return ana

    @pytest.mark.parametrize(
        ("line", "verb"),
        [
            ("role comms me", "role"), ("lead me", "role"), ("ic me", "role"), ("comms me", "role"),
            ("scribe me", "role"), ("ops me", "role"), ("handoff ic @cem", "role"),
            ("mitigate traffic runs elsewhere", "update"), ("update all is well", "update"),
            ("resume", "pause"), ("phase identified", "phase"), ("brief exec", "brief"), ("convert sev3", "declare"),
        ],
    )  # fmt: skip
    def test_a_verb_that_does_what_another_does_is_left_to_the_same_people(
        self, world: World, ana: Person, line: str, verb: str
    ) -> None:
        """DR-19."""
        world.person("cem")
        said_before = in_channel(world)
        refused = said(world, ana, line)
        assert f"'{verb}' is left to @ben" in refused
        assert in_channel(world) == said_before
        assert "is left to" not in said(world, world.person("ben"), line)

    def test_what_has_no_other_effect_is_everybodys(self, world: World, ana: Person) -> None:
        """DR-19: without a message nothing is posted."""
        assert "is left to" not in said(world, ana, "mitigate")

    def test_the_button_that_resolves_and_closes_needs_both(self, world: World, ana: Person) -> None:
        """DR-19."""
        said(world, ana, "close")
        ana.clicks("Resolve and close")
        world.settle()
        assert "'resolve' is left to @ben" in ana.hears()[-1].words
        assert "is *investigating*" in in_channel(world)


class TestEffectsBesides:
    @pytest.fixture
    def policy(self) -> str:
        return '[allow]\nreopen = ["@ben"]\nset = ["@ben"]\nimpact = ["@ben"]\n'

    def test_to_take_back_a_resolve_is_to_reopen(self, world: World, ana: Person) -> None:
        """DR-19: the incident stays resolved, and so does its entry on the timeline."""
        said(world, ana, "resolve pool raised")
        assert "'reopen' is left to @ben" in said(world, ana, "undo")
        assert "pool raised" in said(world, ana, "timeline")
        ben = world.person("ben")
        ben.joins(ana.channel)
        ben.channel = ana.channel
        assert "is left to" not in said(world, ben, "reopen it is back")
        said(world, ben, "resolve pool raised again")
        assert "Taken back" in said(world, ben, "undo")

    @pytest.mark.parametrize(("field", "verb"), [("root_cause", "set"), ("data_loss", "impact")])
    def test_what_the_form_sets_besides_needs_its_own_verb(
        self, world: World, ana: Person, field: str, verb: str
    ) -> None:
        """DR-19: nothing of it is kept; without that field it is resolved."""
        ana.clicks("Resolve")
        wanted = {"message": "pool raised", "root_cause": "", "data_loss": "", "restored": ""}
        refused = ana.submits({**wanted, field: "none"})
        assert f"'{verb}' is left to @ben" in str(refused)
        assert "is *resolved*" not in in_channel(world)
        ana.submits(wanted)
        assert "is *resolved*" in in_channel(world)


def test_every_verb_that_changes_something_can_be_left_to_some() -> None:
    """DR-19: a key of [allow] for each, by its own name or by that of the verb for which it stands."""
    changing = {verb.stands_for for verb in ROUTES.verbs.values() if verb.changes}
    used = {*changing, *ROUTES.stands_for.values()} - LOOKS
    keys = "\n".join(f'{verb} = ["@ben"]' for verb in sorted(used))
    assert changing <= used <= set(read_policy(DEFAULT, f"[allow]\n{keys}\n").allow)
