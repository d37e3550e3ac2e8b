"""What ``check`` tells an operator with a Slack that answers: each thing that is missing, in words, with the way on."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.sandbox import Workspace
from bot.sandbox.server import SandboxServer

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    server.workspace.auto = True
    server.workspace.add_user("ana", real_name="Ana Alvarez", tz="Europe/Madrid")
    server.workspace.add_channel("incidents", bot=True)
    yield server
    server.stop()


@pytest.fixture
def checked(slack: SandboxServer, tmp_path: Path):
    """Run a verb, ``check`` where none is named; the exit code, what it prints in one line, and what it logs."""

    def run(*words: str, policy: str = "", **environment: str) -> tuple[int, str, str]:
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "COLUMNS": "400", "PORT": "0"}
        own |= {"SLACK_BOT_TOKEN": slack.workspace.bot_token, "SLACK_APP_TOKEN": slack.workspace.app_token}
        own |= {"SLACK_API_URL": slack.api_url, "DATABASE_URL": f"sqlite:///{tmp_path}/tocsin.db"}
        if policy:
            (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
            own["TOCSIN_POLICY"] = str(tmp_path / "policy.toml")
        done = subprocess.run(
            [sys.executable, "-m", "bot", *(words or ("check",))], cwd=tmp_path, env=own | environment, check=False,
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.returncode, " ".join(done.stdout.split()), done.stderr

    return run


def test_an_app_token_that_slack_refuses_stops_the_bot_and_check_says_so(checked) -> None:
    code, said, _ = checked()
    assert (code, "events come by Socket Mode" in said) == (0, True)
    code, said, _ = checked(SLACK_APP_TOKEN="xapp-wrong")
    assert code == 1
    assert "WRONG Slack does not accept SLACK_APP_TOKEN (invalid_auth)" in said
    assert "one with connections:write; Socket Mode must be on" in said


def test_a_bot_token_that_slack_refuses_is_said_once(checked) -> None:
    code, said, logged = checked(SLACK_BOT_TOKEN="xoxb-wrong")
    assert (code, logged) == (1, "")
    assert "WRONG Slack does not accept SLACK_BOT_TOKEN (invalid_auth)" in said


@pytest.mark.parametrize(("id_", "name"), [("C0NOWHERE", "#C0NOWHERE"), ("nowhere", "#nowhere")])
def test_an_announce_channel_that_is_not_there_stops_by_name_and_by_id(checked, id_: str, name: str) -> None:
    code, said, _ = checked(policy=f'[channels]\nannounce = "{id_}"\n')
    assert code == 1
    assert f"WRONG announce channel {name} is not there" in said


def test_an_announce_channel_that_is_archived_stops(checked, slack: SandboxServer) -> None:
    slack.workspace.person("ana").joins("incidents")
    slack.workspace.channel("incidents").is_archived = True
    code, said, _ = checked()
    assert code == 1
    assert "WRONG announce channel #incidents is archived unarchive it, or name another" in said


def test_with_the_database_away_the_rest_is_looked_at_all_the_same(checked, tmp_path: Path) -> None:
    code, said, logged = checked(DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/tocsin.db")
    assert (code, logged) == (1, "")
    assert "WRONG database not reached: unable to open database file" in said
    assert f"{tmp_path}/nowhere/tocsin.db: its folder must be there" in said
    assert "announcements go to #incidents" in said


def test_an_older_database_is_not_called_an_empty_one(checked, tmp_path: Path) -> None:
    assert "its tables are made at the next start" in checked()[1]
    assert checked("migrate")[0] == 0
    with sqlite3.connect(tmp_path / "tocsin.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0003'")
    code, said, _ = checked()
    assert (code, "it is brought up to date at the next start" in said) == (0, True)


def test_handles_that_nobody_has_are_named_where_they_shut_everybody_out(
    checked, slack: SandboxServer
) -> None:
    slack.workspace.add_group("leads", [slack.workspace.user("ana").id])
    policy = '[allow]\nclose = ["@leads", "@ana"]\ncancel = ["@leeds"]\n[sla]\nlegal = ["@lena"]\n'
    code, said, _ = checked(policy=policy)
    assert code == 0
    assert "warning [allow] cancel: nobody whom the bot can see is called @leeds" in said
    assert "warning [sla] legal: nobody whom the bot can see is called @lena" in said
    assert "called @leads" not in said
    assert "called @ana" not in said
    slack.workspace.scopes.discard("usergroups:read")
    assert "[allow] close: nobody whom the bot can see is called @leads" in checked(policy=policy)[1]


def test_a_port_that_is_taken_is_said_with_the_way_on(checked, slack: SandboxServer) -> None:
    port = slack.api_url.split(":")[2].split("/")[0]
    code, _, logged = checked("serve", PORT=port, SLACK_SIGNING_SECRET="x" * 32)
    assert code == 1
    assert (
        f"cannot listen on 127.0.0.1:{port} (Address already in use): set HOST and PORT to what is free"
        in logged
    )


@pytest.mark.parametrize(
    "url", ["bot.example.com", "http://bot.example.com/slack/events", "https://bot.example.com"]
)
def test_a_manifest_for_an_address_that_slack_would_not_reach_is_wrong_usage(checked, url: str) -> None:
    code, said, told = checked("manifest", "--url", url)
    assert (code, said) == (2, "")
    assert "should be like https://bot.example.com/slack/events" in told


def test_restored_on_an_empty_database_says_that_nothing_was_put_back(checked, tmp_path: Path) -> None:
    code, said, told = checked("restored")
    assert (code, said) == (1, "")
    assert told.startswith("The database is empty, so no backup was put back there: does DATABASE_URL")
