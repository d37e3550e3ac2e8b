"""Ctrl-C in the first second, while Python still imports: one line, and no traceback."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_ctrl_c_while_everything_is_imported_ends_with_one_line(tmp_path: Path) -> None:
    """The signal comes in the middle of the imports: a library of that name is met first, and sends it."""
    (tmp_path / "dotenv.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "sandbox"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Stopped by hand.\n")
