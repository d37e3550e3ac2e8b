"""The references are what the code says, and the environment's words are of variables that are read."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import VARIABLES, BadSettings, Settings, read_settings

HOUSE = Path(__file__).parent.parent
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_SIGNING_SECRET": "s",
    "DATABASE_URL": "sqlite:////nowhere.db",
}
FOR_COMPOSE = {"POSTGRES_PASSWORD"}
"""Read by compose.yaml, and not by the bot: see tests/test_deploy.py."""


def test_the_references_are_what_the_code_says():
    """Where this fails: ``make references`` writes them anew."""
    command = [sys.executable, "docs/make_references.py", "--check"]
    done = subprocess.run(command, cwd=HOUSE, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def read(environment: dict[str, str]) -> Settings | list[str]:
    try:
        return read_settings(environment, needs_slack=True)
    except BadSettings as error:
        return error.mistakes


@pytest.mark.parametrize("name", [one.name for one in VARIABLES if one.name not in FOR_COMPOSE])
def test_a_variable_that_is_told_of_is_one_that_is_read(name):
    assert read({**GOOD, name: "error" if name == "LOG_LEVEL" else "1"}) != read(GOOD)


def test_what_the_example_of_an_environment_sets_is_what_holds_without_it():
    set_to = {one.name: one.value for one in VARIABLES if one.value}
    assert read({**GOOD, **set_to}) == read(GOOD)
