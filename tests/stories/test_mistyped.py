"""A mistyped flag never makes public what was to be private, and never keeps customers from hearing (DR-28, DR-16)."""

import pytest

from tests.world import Room, World, said


@pytest.fixture
def policy() -> str:
    return '[channels]\nstatus = "status"\n'


@pytest.mark.parametrize("typo", ["--privat", "-private", "--priv"])
def test_a_mistyped_private_declares_nothing(world: World, typo: str) -> None:
    """DR-28."""
    ana = world.person("ana")
    ana.says("hello")
    answer = said(world, ana, f"declare sev2 salaries leak {typo} lead=@ana")
    assert f"Nothing was done: '{typo}' looks like --private." in answer
    assert "Next: `/incident declare sev2 salaries leak --private lead=@Ana`" in answer
    assert world.channel("incidents").messages == []
    assert world.bot.use.lookup.listed(open_only=False, user=ana.id) == []
    asked = said(world, ana, f"declare salaries leak {typo}")
    assert "Next: `/incident declare salaries leak --private`" in asked
    assert "It is private" in said(world, ana, "declare sev2 salaries leak --private")


def test_another_unknown_flag_stays_text_and_the_known_ones_are_named(world: World) -> None:
    """DR-16."""
    answer = said(world, world.person("ana"), "declare sev2 tool fails with --verbose")
    assert (
        "Kept as part of the title: --verbose (known: `lead=` `service=` `at=` `detected=` `resolved=` `--private` "
        "`--drill` `--triage` `--backfill`)." in answer
    )


@pytest.mark.parametrize(("typo", "flag"), [("--extern", "external"), ("--exce", "exec")])
def test_a_mistyped_audience_posts_nothing(world: World, typo: str, flag: str) -> None:
    """DR-16: inside it would look as if customers had heard."""
    status = Room(world, world.slack.add_channel("status", bot=True))
    ana = world.person("ana")
    said(world, ana, "declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    for verb in ("update", "phase"):
        answer = said(world, ana, f"{verb} identified the pool {typo}")
        assert f"Next: `/incident {verb} identified the pool --{flag}`" in answer
    assert room.keyed("update") == []
    assert status.messages == []
    assert "Recorded." in said(world, ana, f'update identified it says "{typo} unknown"')
