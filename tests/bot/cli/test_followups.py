"""``python -m bot followups``: the list for spreadsheets and pages, on both databases; private ones if named."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.followup import FollowUp, State
from bot.domain.incident import Incident
from bot.store.store import Store

CHECKOUT = Path(__file__).parents[3]
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


def incident(n: int, **fields: object) -> Incident:
    item = FollowUp(
        n=1, text=f"raise limit {n} | now", added_at=AT, state=State.OPEN, due_on=date(2026, 4, n)
    )
    made = Incident(
        ref=f"INC-2026-0302-{n:03}", severity="P0", declared_by="U1", declared_at=AT, followups=(item,)
    )
    return replace(made, title=f"outage {n}", **fields)  # type: ignore[arg-type]


@pytest.fixture
def tocsin(database_url: str, tmp_path: Path) -> Run:
    """Run the verb on a database with four incidents: a later one, a private one, and one without follow-ups."""
    store = Store(database_url)
    with store.begin() as tx:
        tx.add_incident(incident(2, declared_at=AT + timedelta(days=3)))
        tx.add_incident(incident(1))
        tx.add_incident(incident(3, private=True, members=("U1",)))
        tx.add_incident(incident(4, followups=()))
    store.close()
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "DATABASE_URL": database_url}

    def run(*words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "followups", *words], cwd=tmp_path, env=own, check=False,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


def listed(text: str) -> list[str]:
    return [row["incident"] for row in csv.DictReader(text.splitlines())]


def test_it_goes_to_standard_output_without_private_ones_unless_one_is_named(tocsin: Run) -> None:
    """DR-28."""
    code, out, _ = tocsin()
    assert (code, listed(out)) == (0, ["INC-2026-0302-001", "INC-2026-0302-002"])
    assert tocsin()[1] == out
    assert listed(tocsin("inc-2026-0302-003")[1]) == ["INC-2026-0302-003"]
    assert listed(tocsin("--since", "2026-03-03")[1]) == ["INC-2026-0302-002"]
    assert listed(tocsin("INC-2026-0302-001", "--since", "2026-03-03")[1]) == ["INC-2026-0302-001"]
    for day in ("2026-13-01", "0001-01-01", "9999-12-31"):
        code, out, err = tocsin("--since", day)
        assert (code, out) == (2, "")
        assert err.endswith(f"argument --since: '{day}' is no day. Write it like 2026-01-31.\n")
    code, out, err = tocsin("INC-2026-0302-009")
    assert (code, out, err.strip()) == (1, "", "There is no incident INC-2026-0302-009.")


def test_markdown_is_a_table_for_each_incident_and_horizon(tocsin: Run) -> None:
    _, out, _ = tocsin("--format", "md")
    assert out.startswith(
        "# Follow-ups\n\n## INC-2026-0302-001 · outage 1\n\n### Without a horizon\n\n| # | What |"
    )
    assert "| 1 | raise limit 1 \\| now | nobody | 2026-04-01 | – | open | – | – | – |" in out
    assert "private" not in out


def test_a_file_takes_the_place_of_a_former_list_and_of_nothing_else(tocsin: Run, tmp_path: Path) -> None:
    for _ in range(2):
        assert tocsin("-o", "list.md")[::2] == (0, "list.md: 2 follow-ups\n")
    assert (tmp_path / "list.md").read_text(encoding="utf-8").startswith("# Follow-ups\n")
    assert tocsin("-o", ".")[::2] == (0, "followups.csv: 2 follow-ups\n")
    (tmp_path / "mine.csv").write_text("what,I,wrote\n", encoding="utf-8")
    code, _, err = tocsin("-o", "mine.csv")
    assert (code, err.strip()) == (
        1, "mine.csv cannot be used: something else stands there, and is not written over.",
    )  # fmt: skip
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "what,I,wrote\n"
