"""The real sandbox, as a newcomer starts it: a process of ``python -m bot sandbox`` on a port of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
SECONDS_TO_END = 30


@contextmanager
def sandbox(database: Path) -> Iterator[str]:
    """The sandbox on *database*, a SQLite file: the address that it prints. It must end well when told to."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "bot", "sandbox", "--port", "0"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield next(found[0] for line in process.stdout if (found := ADDRESS.search(line)))
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=SECONDS_TO_END)
    assert process.returncode == 0
