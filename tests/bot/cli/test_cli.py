"""The command line as an operator meets it: exit code 0, 1 or 2, one clear line each, no secret, no traceback."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import build
from bot.cli import VERBS
from bot.settings import read_settings
from bot.store.store import Store
from tests.records import REPLAYS, needs_replays

CHECKOUT = Path(__file__).parents[3]
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-CANARY",
    "SLACK_SIGNING_SECRET": "CANARY",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
}


class Told:
    """What a run of the command line left behind."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out = done.returncode, done.stdout
        self.lines = [line for line in done.stderr.splitlines() if line.strip()]
        assert "CANARY" not in done.stdout + done.stderr, "a secret was printed"
        assert "Traceback" not in done.stderr, done.stderr


@pytest.fixture
def tocsin(tmp_path: Path):
    """Run ``python -m bot …`` in an empty folder with an environment of this test's own."""

    def run(*words: str, **environment: str) -> Told:
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "COLUMNS": "200"}
        own |= {"DATABASE_URL": f"sqlite:///{tmp_path}/tocsin.db"}
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words], cwd=tmp_path, env=own | environment, check=False,
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Told(done)

    return run


def test_every_verb_has_help_with_an_example(tocsin) -> None:
    told = tocsin("--help")
    assert told.code == 0
    for verb in VERBS:
        assert verb.name in told.out
        assert verb.example.startswith(verb.name)
    told = tocsin("serve", "--help")
    assert (told.code, "Example: python -m bot serve --host 0.0.0.0" in told.out) == (0, True)


def test_wrong_usage_is_exit_code_2(tocsin) -> None:
    for words in ((), ("fly",), ("postmortem",), ("run", "--fast"), ("postmortem", "INC-1", "--as", "tape")):
        told = tocsin(*words)
        assert told.code == 2, words
        assert told.lines[-1].startswith("python -m bot")
        assert "error:" in told.lines[-1]


@pytest.mark.parametrize("verb", ["run", "serve", "work", "check"])
def test_missing_secrets_are_one_line_each(tocsin, verb: str) -> None:
    told = tocsin(verb)
    assert told.code == 1
    assert [line.split()[0] for line in told.lines] == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]


def test_wrong_settings_are_one_line_each(tocsin) -> None:
    told = tocsin("run", **{**GOOD, "SLACK_BOT_TOKEN": "CANARY"}, PORT="http", LOG_LEVEL="LOUD")
    assert told.code == 1
    assert [line.split()[0] for line in told.lines] == ["SLACK_BOT_TOKEN", "PORT", "LOG_LEVEL"]


def test_a_broken_policy_file_is_one_line_for_each_mistake(tocsin, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    text = '[severity.P0]\nupdate_evry = "15m"\n[channels]\nannounce = 3\n[severity.P1]\nmay_pause = true\n'
    path.write_text(text, encoding="utf-8")
    for verb in ("run", "check", "migrate"):
        told = tocsin(verb, **GOOD, TOCSIN_POLICY=str(path))
        assert told.code == 1
        assert len(told.lines) == 3
        assert "line 2: severity.P0.update_evry is not known; did you mean update_every?" in told.lines[0]
        assert "line 4: channels.announce should be a word in quotes" in told.lines[1]
        assert "line 6: severity.P1.may_pause: P0 and P1 are never paused" in told.lines[2]


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://u:CANARY@h/d", "sqlite:////proc/tocsin.db", "postgresql://u:CANARY@127.0.0.1:9/d"],
)
def test_a_database_that_cannot_be_used_is_one_line(tocsin, url: str) -> None:
    for verb in ("run", "migrate"):
        told = tocsin(verb, **GOOD, DATABASE_URL=url)
        assert told.code == 1
        (line,) = told.lines
        assert "DATABASE_URL" in line


def test_a_database_file_that_may_not_be_written_is_one_line(tocsin, tmp_path: Path) -> None:
    folder = tmp_path / "not-a-database"
    folder.mkdir()
    told = tocsin("migrate", DATABASE_URL=f"sqlite:///{folder}")
    named = (
        f"DATABASE_URL names {folder}: its folder must be there, and this user must be able to write there."
    )
    assert (told.code, told.lines) == (
        1,
        [f"The database cannot be used: unable to open database file. {named}"],
    )
    (tmp_path / "text.db").write_text("this is no database\n" * 500, encoding="utf-8")
    told = tocsin("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/text.db")
    assert (told.code, told.lines) == (
        1, ["The database cannot be used: file is not a database. Check DATABASE_URL."],
    )  # fmt: skip


def test_migrate_needs_no_secret_and_can_be_done_again(tocsin) -> None:
    for said in (["from nothing to"], []):
        told = tocsin("migrate")
        assert told.code == 0
        assert [line.partition("migrated ")[2][:15] for line in told.lines] == said
        assert told.out.startswith("The database is at revision ")


def test_check_says_what_is_missing_and_how_to_mend_it(tocsin) -> None:
    told = tocsin("check", **GOOD)
    assert told.code == 1
    assert "database reached" in told.out  # an empty SQLite file is migrated by the first start
    assert "Slack cannot be reached" in told.out
    assert "SLACK_API_URL" in told.out


def test_an_incident_that_there_is_none_of_is_one_line(tocsin) -> None:
    assert tocsin("migrate").code == 0
    for verb in ("postmortem", "export"):
        told = tocsin(verb, "INC-2020-0101-001")
        assert (told.code, told.lines) == (1, ["There is no incident INC-2020-0101-001."])
    told = tocsin("import", "nowhere.json")
    assert told.code == 1
    assert len(told.lines) == 1
    assert "nowhere.json" in told.lines[0]


def test_settings_are_read_from_a_file_beside(tocsin, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=http\n", encoding="utf-8")
    told = tocsin("migrate")
    assert (told.code, told.lines) == (1, ["PORT should be a number from 0 to 65535, not 'http'."])


def test_a_file_beside_that_cannot_be_read_is_told_of_and_stops_nothing(tocsin, tmp_path: Path) -> None:
    """A service has its variables from elsewhere, and may not be allowed to read the file with the tokens."""
    (tmp_path / ".env").write_bytes(b"PORT=\xff\n")
    told = tocsin("migrate")
    assert told.code == 0
    assert told.lines[0] == (
        f"{tmp_path}/.env is left out (it is not UTF-8 text): what the environment has counts."
    )


def newer(url: str) -> None:
    """The database as a later version of the bot leaves it."""
    store = Store(url)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()


@pytest.mark.parametrize("verb", ["run", "work", "export INC-1"])
def test_code_that_is_older_than_the_database_refuses_it_with_the_way_on(tocsin, database_url, verb) -> None:
    newer(database_url)
    told = tocsin(*verb.split(), **GOOD, DATABASE_URL=database_url)
    assert told.code == 1
    assert "was brought up to date by a newer version of the bot" in told.lines[-1]
    assert told.lines[-1].endswith("Run that version, or restore the backup of before the upgrade.")


def test_check_and_readiness_say_that_the_code_is_older_than_the_database(tocsin, database_url) -> None:
    newer(database_url)
    assert "newer version of the bot" in " ".join(
        tocsin("check", **GOOD, DATABASE_URL=database_url).out.split()
    )
    settings = read_settings({"DATABASE_URL": database_url}, needs_slack=False)
    bot = build(settings)
    assert any("newer version of the bot" in reason for reason in bot.unready())
    bot.store.close()


@needs_replays
def test_a_draft_for_customers_says_beside_it_what_to_look_at(tocsin, tmp_path: Path) -> None:
    """Rule 9: the document on standard output, what people should know on standard error."""
    assert tocsin("import", str(REPLAYS / "api-outage.json")).out.strip() == "INC-2023-0610-001"
    told = tocsin("postmortem", "INC-2023-0610-001", "--audience", "external")
    assert told.code == 0
    assert told.out.startswith("# Service Outage - June 10, 2023\n\n- **Reference:** INC-2023-0610-001\n")
    assert "Escalated" not in told.out
    (remark,) = told.lines
    assert remark.startswith("Before it leaves: It says “outage”, as recorded")
    path = tmp_path / "out.md"
    assert tocsin("postmortem", "INC-2023-0610-001", "--audience", "external", "-o", str(path)).code == 0
    written = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    assert [line for line in written if not line.startswith("<!-- tocsin:")] == [
        *filter(None, told.out.splitlines())
    ]
    assert "full external" in written[0], (
        "what people write into it is kept, and never mixed with an internal draft"
    )
    assert tocsin("postmortem", "INC-2023-0610-001", "-o", str(path)).code == 1
    assert tocsin("postmortem", "INC-2023-0610-001", "--audience", "press").code == 2


@needs_replays
def test_the_record_of_a_customer_becomes_a_customer_escalation(tocsin) -> None:
    """PRODUCT 1.8."""
    assert tocsin("import", str(REPLAYS / "centurion-escalation.json")).code == 0
    told = tocsin("postmortem", "CE1011")
    assert "format `escalation`" in told.out
    assert "- **Escalation:** CE1011" in told.out


@needs_replays
def test_metrics_are_printed_in_four_ways_and_what_is_wrong_is_one_line(tocsin) -> None:
    assert tocsin("import", str(REPLAYS / "techflow-p0.json"), "--stage", "final").code == 0
    table = tocsin("metrics", "2024-Q1")
    assert table.code == 0
    assert "Time to resolve P0 (MTTR)" in table.out
    assert "Left out: private incidents." in table.out
    read = list(csv.DictReader(tocsin("metrics", "2024", "--as", "csv").out.splitlines()))
    (external,) = (row for row in read if row["rule"] == "R-MET-10")
    assert (external["target"], external["value_raw"], external["verdict"]) == ("≤ 10 min", "705", "missed")
    listed = json.loads(tocsin("metrics", "2024", "--as", "json", "--list", "mttr").out)["rows"]
    assert [(row["from_at"], row["to_at"], row["value_raw"]) for row in listed] == [
        ("2024-03-15T16:23:15+00:00", "2024-03-15T18:20:15+00:00", 7020)
    ]
    assert "| R-MET-9 | Alert to team assembled | < 4 min |" in tocsin("metrics", "2024", "--as", "md").out
    for words, said in ((["soon"], "is no period"), (["--list", "nosuch"], "is no metric")):
        told = tocsin("metrics", *words)
        assert (told.code, len(told.lines)) == (1, 1)
        assert said in told.lines[0]


def test_a_metric_without_a_value_says_so(tocsin) -> None:
    for kind in ("table", "md"):
        told = tocsin("metrics", "2024", "--list", "mttr", "--as", kind)
        assert "Time to resolve P0 (MTTR)" in told.out
        assert "In that period no value is recorded for it." in told.out
    assert tocsin("metrics", "2024", "--list", "mttr", "--as", "csv").out == ""


def test_a_digest_of_any_time_and_what_is_no_time_is_one_line(tocsin) -> None:
    assert "on Mon 6 May 2024" in tocsin("digest", "--at", "2024-05-06 09:00").out
    assert "Follow-ups of incidents on" in tocsin("digest", "--at", "2h ago").out
    told = tocsin("digest", "--month", "2024-04", "--at", "2024-05-06 09:00")
    assert "Figures as of 2024-05-06 09:00 UTC." in told.out
    for words in (["--at", "soon"], ["--at", "0001-01-01"], ["--month", "9999-12"], ["--month", "soon"]):
        told = tocsin("digest", *words)
        assert (told.code, told.out, len(told.lines)) == (1, "", 1)
