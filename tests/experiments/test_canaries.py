"""Secrets, each a canary of its own, through a whole story in real processes: none sings anywhere (RELIABILITY S7)."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from bot.clock import Clock
from bot.sandbox import File, HttpDoor, Workspace, post_to
from bot.sandbox.server import SandboxServer
from bot.store.store import Store
from bot.store.tables import metadata
from tests.documents import seen_pdf
from tests.experiments.conftest import Size
from tests.experiments.deliveries import Wire
from tests.waiting import until

pytestmark = pytest.mark.experiment("S7")
ROOT = Path(__file__).parent.parent.parent
SECONDS = 60.0
ADDRESS = re.compile(r"listening on (http://[\w.:]+)")
BOT, APP = "xoxb-canary-1-robin", "xapp-canary-2-wren"
SIGNING, PASSWORD = "canary3finch5d41402abc4b2a76b9719d91", "canary4-linnet@%!"
PASTED = "xoxp-canary-5-siskin"
"""What somebody pastes into the channel: in the log as said, and nowhere else."""
KINDS = ("429", "500", "timeout", "lost_reply", "internal_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything that the bot let out, by where."""

    logs: dict[str, str]
    answers: dict[str, str]
    kept: dict[str, str]


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    workspace = server.workspace
    workspace.bot_token, workspace.app_token, workspace.signing_secret = BOT, APP, SIGNING
    workspace.auto = True
    workspace.add_channel("incidents", bot=True)
    yield server
    server.stop()


@pytest.fixture
def secret_url(database_url: str) -> str:
    """The database with a password in its address; the tests' PostgreSQL takes any."""
    told = PASSWORD.replace("%", "%25").replace("@", "%40")
    return database_url.replace("postgres@/", f"postgres:{told}@/")


@pytest.fixture
def env(slack: SandboxServer, secret_url: str) -> dict[str, str]:
    """The environment of the bot's processes, which log whatever they can: text over HTTP, JSON over sockets."""
    form, way = ("text", "http") if secret_url.startswith("sqlite") else ("json", "sockets")
    return {
        **os.environ, "SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING, "SLACK_API_URL": slack.api_url,
        "SLACK_APP_TOKEN": APP if way == "sockets" else "", "DATABASE_URL": secret_url, "PORT": "0",
        "LOG_LEVEL": "DEBUG", "LOG_FORMAT": form,
    }  # fmt: skip


def cli(env: dict[str, str], *words: str) -> str:
    """All that a verb of the command line writes."""
    command = [sys.executable, "-m", "bot", *words]
    ended = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return ended.stdout + ended.stderr


def lived(slack: SandboxServer, address: str, database_url: str) -> dict[str, str]:
    """A story with everything that may go wrong in it; what the bot answered meanwhile."""
    workspace, wire, said = slack.workspace, Wire(address), {}
    workspace.add_user("ana")
    ana = workspace.person("ana")
    ana.joins("incidents")
    until(lambda: ana.commands("/incident declare sev1 api down", "incidents").status == 200)
    room = until(lambda: next((c for c in workspace.channels if c.name.startswith("inc-") and c.pins), None))
    ana.joins(room.name)
    ana.channel = room
    ana.says(f"I use {PASTED} for it")
    for n, kind in enumerate(KINDS):
        workspace.faults.add("*", kind, retry_after=1)
        said[f"update in trouble {n}"] = ana.commands(f"/incident update it goes on {n}").text
    until(lambda: sum("it goes on" in m.words for m in room.messages) >= len(KINDS))
    workspace.faults.clear()
    for body in (b"{", b'{"type": "event_callback"}', b"payload=3"):
        said[f"a forgery of {body!r}"] = wire.post(body, [("x-slack-signature", f"v0={SIGNING}")])[1]
    with_a_broken_row(database_url, lambda: said.update(broken=ana.commands("/incident update x").text))
    ana.clicks("Resolve")
    said["a form"] = str(ana.submits({"message": "over"}).body)
    until(lambda: any("*resolved*" in m.words for m in room.messages))
    ana.clicks("Close")
    files = until(lambda: [f for m in room.messages for f in m.files if f.content])
    ana.clicks("Reopen")
    until(lambda: any("*Reopened*" in m.words for m in room.messages))
    said |= {path: wire.get(path)[1] for path in ("/metrics", "/readyz", "/healthz")}
    # last of all: a token that was refused is tried again half a minute later
    workspace.bot_token = "xoxb-another"
    said["with a wrong token"] = ana.commands("/incident update the token is gone").text
    said["while it is refused"] = until(lambda: _if_refused(ana.commands("/incident status").text))
    said["readyz with a wrong token"] = wire.get("/readyz")[1]
    workspace.bot_token = BOT
    said |= {f"message {m.ts}": m.words for c in workspace.channels for m in c.messages if m.bot_id}
    said |= {file.name: _read(file) for file in files}
    return said


def _read(file: File) -> str:
    """What a person reads in a draft."""
    content = file.content or b""
    if file.name.endswith(".png"):
        return content.decode("latin-1") + file.alt
    return seen_pdf(content) if file.name.endswith(".pdf") else content.decode()


def _if_refused(answer: str) -> str | None:
    """*answer*, where it says that Slack refuses the token."""
    return answer if "does not let the bot speak" in answer else None


def with_a_broken_row(url: str, work: Callable[[], object]) -> None:
    """*work* meets an incident of a severity that nobody knows: a bug, logged with its trace."""
    store = Store(url)
    for severity in ("P9", "P0"):
        with store.engine.begin() as connection:
            connection.execute(sql("UPDATE incidents SET severity = :to"), {"to": severity})
        if severity == "P9":
            work()
    store.close()


def dumped(url: str) -> str:
    """Every row of every table."""
    store = Store(url)
    with store.engine.connect() as connection:
        rows = [
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        ]
    store.close()
    return "\n".join(rows)


def test_no_secret_sings_anywhere(
    slack: SandboxServer, env: dict[str, str], tmp_path: Path, size: Size, figures: Callable[..., None]
) -> None:
    told = through_all_of_it(slack, env, tmp_path, whole=size.full)
    secrets = {BOT, APP, SIGNING, PASSWORD, PASSWORD.replace("@", "%40").replace("%", "%25", 1)}
    urls = {f"/response/{one}" for one in slack.workspace.response_urls}
    urls |= {str(call.answer["upload_url"]) for call in slack.workspace.calls if "upload_url" in call.answer}
    assert len(urls) > 3, "some were given out"
    assert sung(told.logs, secrets | urls | {PASTED}) == []
    assert sung(told.answers, secrets | urls) == []
    assert sung(told.kept, secrets | urls) == []
    assert PASTED in told.kept["rows"], "that is the log"
    looked = sum(map(len, (told.logs, told.answers, told.kept)))
    characters = sum(len(text) for part in (told.logs, told.answers, told.kept) for text in part.values())
    figures(canaries=len(secrets | urls) + 1, places=looked, characters=characters, sung=0)


def sung(texts: dict[str, str], canaries: set[str]) -> list[str]:
    """Where a canary can be read, with the words around it."""
    return [
        f"{where}: {canary} in …{text[max(0, text.index(canary) - 150) : text.index(canary) + 60]}"
        for where, text in texts.items() for canary in sorted(canaries) if canary in text
    ]  # fmt: skip


def through_all_of_it(slack: SandboxServer, env: dict[str, str], folder: Path, *, whole: bool) -> Told:
    log, url = folder / "log", env["DATABASE_URL"]
    with log.open("w") as written:
        running = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=env, stderr=written)
    try:
        address = until(lambda: ADDRESS.search(log.read_text()))[1]
        if not env["SLACK_APP_TOKEN"]:
            slack.workspace.door = HttpDoor(post_to(address))
        answers = lived(slack, address, url)
    finally:
        running.terminate()
        assert running.wait(SECONDS) == 0
    assert re.search("Traceback", log.read_text()), "exceptions were logged with their traces"
    assert "DEBUG" in log.read_text()
    ref = re.search(r"INC-\d{4}-\d{4}-\d{3}", next(iter(answers.values()), "") + dumped(url))
    assert ref is not None
    away = env | {"DATABASE_URL": "postgresql://canary:" + PASSWORD.replace("@", "%40") + "@127.0.0.1:1/x"}
    answers |= {"export": cli(env, "export", ref[0]), "no database": cli(away, "check")}
    if whole:
        answers |= {
            "check": cli(env, "check"), "manifest": cli(env, "manifest"),
            "draft": cli(env, "postmortem", ref[0]), "page": cli(env, "postmortem", ref[0], "--as", "html"),
            "export without one": cli(away, "export", ref[0]),
            "run without one": cli(away | {"SLACK_BOT_TOKEN": f"{BOT}x"}, "run"),
            "check with a wrong token": cli(env | {"SLACK_BOT_TOKEN": f"{BOT}-wrong"}, "check"),
        }  # fmt: skip
    assert PASTED in answers["export"]
    kept = {"rows": dumped(url)}
    for file in folder.glob("*.sqlite*"):
        kept[file.name] = re.sub(r"/response/\w+", "", file.read_bytes().decode("latin-1"))
    return Told(logs={"log": log.read_text()}, answers=answers, kept=kept)
