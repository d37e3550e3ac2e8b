"""A backup is made while the bot works and put back, by the very commands of docs/backup.md; and what it is worth."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from sqlalchemy import text

from bot.sandbox import Person
from bot.store.migrate import newest_revision, upgrade_to
from bot.store.store import Store
from tests.migrations.test_migrations import OLD_INCIDENT
from tests.postgres import Postgres
from tests.stories.test_files import PNG, copies
from tests.world import Room, World, declared

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs/backup.md").read_text()
SUDO = '#!/bin/sh\n[ "$1" = -u ] && shift 2\nexec "$@"\n'
SYSTEMCTL = '#!/bin/sh\necho "$@" >> "$TOLD"\n'
RESTORED = "tocsin_restored"


def commands(heading: str) -> list[str]:
    """The shell lines of the page below *heading* and its two parts: backing up, and putting one back."""
    below = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [
        token.content for token in MarkdownIt().parse(below) if token.type == "fence" and token.info == "sh"
    ]


class Machine:
    """An operator's machine: its folders are of this test, its services do nothing, ``sudo`` asks nobody."""

    def __init__(self, folder: Path, environment: Mapping[str, str], tools: Path | None) -> None:
        self.folder, self.told = folder, folder / "told"
        for name in ("bin", "var/lib/tocsin", "var/backups/tocsin"):
            (folder / name).mkdir(parents=True)
        for name, script in (("sudo", SUDO), ("systemctl", SYSTEMCTL)):
            (folder / "bin" / name).write_text(script)
            (folder / "bin" / name).chmod(0o755)
        path = os.pathsep.join(map(str, filter(None, (folder / "bin", tools, os.environ["PATH"]))))
        self.environment = {"PATH": path, "PYTHONPATH": str(HOUSE), "TOLD": str(self.told), **environment}

    def types(self, lines: str) -> str:
        """All *lines*, as they stand on the page but for the folders; each must succeed."""
        here = re.sub(r"/var/(lib|backups)/", rf"{self.folder}/var/\1/", lines)
        here = here.replace(".venv/bin/python", sys.executable)
        done = subprocess.run(
            ["/bin/sh", "-e", "-c", here], cwd=self.folder, env=self.environment, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


class Kept:
    """The bot's database, with the commands of the page for its kind."""

    def __init__(self, machine: Machine, heading: str, url: str, restored: str) -> None:
        self.machine, self.url, self.restored = machine, url, restored
        self.back_up, self.put_back = commands(heading)

    def backs_up(self) -> None:
        self.machine.types(self.back_up)

    def puts_back(self, world: World, *, doubting: bool = True) -> None:
        """Stop the bot, type the commands, start it on what was put back. Without *doubting*: nobody says so."""
        world.bot.store.close()
        lines = self.put_back.splitlines()
        said = self.machine.types("\n".join(each for each in lines if doubting or "bot restored" not in each))
        assert ("looked for in Slack" in said) is doubting
        assert self.machine.told.read_text().split() == ["stop", "tocsin", "start", "tocsin"]
        world.database_url = self.restored
        world.start()


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Kept:
    url = f"sqlite:///{tmp_path}/machine/var/lib/tocsin/tocsin.db"
    machine = Machine(tmp_path / "machine", {"DATABASE_URL": url}, tools=None)
    shutil.copy(sqlite_template, url.removeprefix("sqlite:///"))
    return Kept(machine, "SQLite", url, url)


@pytest.fixture
def on_postgres(postgres: Postgres, postgres_url: str, tmp_path: Path):
    """Its tools are those of the very server; the restored database is dropped afterwards."""
    folder = postgres.admin.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
    assert folder is not None
    made: Callable[[str], object] = postgres.admin.execute
    if postgres.admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'tocsin'").fetchone() is None:
        made("CREATE ROLE tocsin LOGIN")
    restored = postgres.url(RESTORED).replace("postgres@", "tocsin@")
    environment = {
        "DATABASE_URL": postgres_url, "RESTORED_URL": restored, "PGHOST": str(postgres.socket), "PGUSER": "postgres",
    }  # fmt: skip
    yield Kept(
        Machine(tmp_path / "machine", environment, Path(folder[0])), "PostgreSQL", postgres_url, restored
    )
    made(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest) -> Kept:
    found: Kept = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture
def database_url(kept: Kept) -> str:
    """The database of this file's stories: where the page's commands look for it."""
    return kept.url


def begun(world: World) -> tuple[Person, Room]:
    """An incident with words, a file and an update; and one more message that was planned and not sent."""
    ana, room = declared(world)
    world.forward(minutes=2)
    ana.says("Finding: the pool is exhausted", files=[("graph.png", PNG)])
    ana.commands("/incident update identified we raise the pool")
    world.tick()
    ana.commands("/incident note fact planned, and not sent")
    return ana, room


def test_a_backup_that_is_put_back_goes_on_where_it_was(world: World, kept: Kept) -> None:
    ana, room = begun(world)
    assert room.keyed("echo") == []
    kept.backs_up()
    before = room.messages.words
    kept.puts_back(world)
    world.forward(minutes=1)
    (echo,) = room.keyed("echo").words
    assert "planned, and not sent" in echo
    assert [words for words in room.messages.words if words not in before] == [echo]
    assert "the pool is exhausted" in ana.commands("/incident timeline").text
    assert copies(world)["graph.png"].content == PNG
    world.forward(minutes=13)
    assert room.nudges == []
    world.forward(minutes=2)
    assert len(room.nudges) == 1


def test_after_an_older_backup_nothing_is_said_twice_and_what_was_said_since_is_read(
    world: World, kept: Kept
) -> None:
    ana, room = begun(world)
    kept.backs_up()
    world.tick()
    world.forward(minutes=1)
    ana.says("Decision: fail over")
    ana.commands("/incident resolve it is over")
    world.tick()
    assert len(room.keyed("echo")) == 1
    kept.puts_back(world)
    world.forward(minutes=1)
    assert len(room.keyed("echo")) == 1
    timeline = ana.commands("/incident timeline").text
    assert "fail over" in timeline
    assert "it is over" not in timeline
    assert "*identified*" in ana.commands("/incident status").text


def test_without_a_word_to_the_bot_what_waited_may_be_said_twice(world: World, kept: Kept) -> None:
    """What ``restored`` is for: this is how it is without."""
    _, room = begun(world)
    kept.backs_up()
    world.tick()
    kept.puts_back(world, doubting=False)
    world.tick()
    echoes = [words for words in room.messages.words if "planned, and not sent" in words]
    assert len(echoes) == 2
    next(m for m in room.channel.messages if m.words == echoes[1]).deleted = True  # as a person would


def test_an_incident_that_the_backup_does_not_know_is_made_one_again_in_its_channel(
    world: World, kept: Kept
) -> None:
    ana, _ = begun(world)
    kept.backs_up()
    world.tick()
    ana.commands("/incident declare sev2 the report is late")
    world.tick()
    lost = world.channel()
    ana.says("Finding: the queue is full", lost.name)
    world.tick()
    # the card and the announcement of before have the keys of those to come, which no story's end would let pass
    for message in [*lost.channel.messages, *world.channel("incidents").channel.messages]:
        message.metadata = None if "report is late" in message.words else message.metadata
    kept.puts_back(world)
    world.tick()
    assert "INC-2026-0302-002" not in ana.commands("/incident list all").text
    assert ana.commands("/incident convert sev2 the report is late", lost.name).ok
    world.forward(minutes=2)
    answer = ana.commands("/incident timeline", lost.name).text
    assert "Timeline of `INC-2026-0302-002`" in answer
    assert "the queue is full" in answer
    assert lost.name.startswith("inc-2026-0302-002")


# An upgrade


def test_the_commands_of_an_upgrade_bring_an_older_database_up_to_date(
    empty_database_url: str, tmp_path: Path
) -> None:
    store = Store(empty_database_url)
    with store.engine.begin() as connection:
        upgrade_to(connection, "0007")
        connection.execute(text(OLD_INCIDENT))
    page = (HOUSE / "docs/upgrade.md").read_text()
    (lines,) = [t.content for t in MarkdownIt().parse(page) if t.type == "fence" and t.info == "sh"]
    machine = Machine(tmp_path / "machine", {"DATABASE_URL": empty_database_url}, tools=None)
    said = machine.types(lines)
    assert f"The database is at revision {newest_revision()}." in said
    assert machine.told.read_text().split() == ["stop", "tocsin", "start", "tocsin"]
    with store.read() as tx:
        assert [each.title for each in tx.incidents(open_only=True, limit=9)] == ["checkout"]
    store.close()


# The verb


def backup(folder: Path, url: str, target: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "backup", target], cwd=folder, check=False, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE), "DATABASE_URL": url},
    )  # fmt: skip


def test_a_folder_gets_a_file_named_by_the_time_that_only_its_owner_reads(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "all").mkdir()
    done = backup(tmp_path, sqlite_url, "all")
    (made,) = (tmp_path / "all").iterdir()
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"tocsin-\d{8}-\d{6}\.db", made.name)
    assert made.stat().st_mode & 0o777 == 0o600
    assert done.stdout.startswith(f"all/{made.name}: ")
    Store(f"sqlite:///{made}").close()


@pytest.mark.parametrize(
    ("url", "target", "sentence"),
    [
        ("{url}", "there.db", "No backup was made: there.db: File exists."),
        ("{url}", "nowhere/b.db", "No backup was made: nowhere/b.db: No such file or directory."),
        ("sqlite:///none.db", "b.db", "No backup was made: b.db: there is no database none.db."),
        (
            "postgresql://u:p@127.0.0.1/d", "b.db",
            'PostgreSQL is backed up by its own tool: pg_dump --format=custom --file=tocsin.dump "$DATABASE_URL".',
        ),
    ],
)  # fmt: skip
def test_where_no_backup_is_made_one_line_says_why(
    sqlite_url: str, tmp_path: Path, url: str, target: str, sentence: str
) -> None:
    (tmp_path / "there.db").write_text("somebody's")
    done = backup(tmp_path, url.format(url=sqlite_url), target)
    assert (done.returncode, done.stderr.strip()) == (1, sentence)
    assert (tmp_path / "there.db").read_text() == "somebody's"
    assert list(tmp_path.glob(".*")) == []


def test_a_database_that_is_damaged_gives_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 20] = b"\xff" * 4096 * 17
    file.write_bytes(content)
    done = backup(tmp_path, sqlite_url, "b.db")
    assert done.returncode == 1
    assert done.stderr.startswith("No backup was made: b.db: ")
    assert not (tmp_path / "b.db").exists()
