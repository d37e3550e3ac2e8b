"""A real incident, played into the real sandbox from the command line, gives the draft that its seed wants."""

import os
import subprocess
import sys
from pathlib import Path

from tests.records import REPLAYS, needs_replays
from tests.sandboxes import CHECKOUT, sandbox


def tocsin(database: Path, *arguments: str | Path) -> str:
    """What ``python -m bot`` prints, once it has ended well."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_replays
def test_a_replayed_incident_has_every_entry_at_its_time_and_every_computed_span(tmp_path: Path) -> None:
    database, draft = tmp_path / "sandbox.db", tmp_path / "draft.md"
    with sandbox(database) as address:
        tocsin(database, "replay", REPLAYS / "db-sev1.json", "--speed", "20000", "--url", address)
        draft.write_text(tocsin(database, "postmortem", "INC-2025-1108-001", "--format", "report"))
    checked = subprocess.run(
        [sys.executable, REPLAYS / "check_draft.py", "-v", REPLAYS / "db-sev1.json", draft],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout.strip()) == (
        0, "{'computed': '11/11', 'recorded': '29/29', 'human': '14/14'}",
    )  # fmt: skip
