"""Makes the five drafts of ``docs/drafts`` out of recorded incidents: ``python docs/make_drafts.py FOLDER``.

FOLDER holds replay files. Each is imported as it stood at its close into a database of its own, and drawn up in the
format that the record names; ``docs/drafts/README.md`` says beside each what a person still has to write.
"""  # noqa: INP001 - a script, no package

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
DRAFTS = HOUSE / "docs" / "drafts"
INCIDENTS = {
    "techflow-p0": ("full", "A database fails over for three hours, and everybody is told"),
    "db-sev1": ("report", "A cluster goes down after routine maintenance"),
    "api-outage": ("outage", "An API rejects requests for an afternoon"),
    "payment-degradation": ("classic", "Payments slow down behind a load balancer"),
    "centurion-escalation": ("escalation", "A customer's connections break off, known by dates only"),
}
"""The replay's name, its format, and what it is about in our words."""
LEFT = re.compile(r"\*\*Still to be written \((\d+)\)[:.]\*\*(?: (.*))?")
PAGE = """# Five drafts

Each of these was made from a recorded incident as it stood at its close, by `python -m bot import` and
`python -m bot postmortem`, and nobody touched it afterwards. The words in them are those of the records. What the
record does not hold stands there as a prompt, with candidates beside it; the last column is the list of these.

| Incident | Format | Draft | What a person still had to write |
|---|---|---|---|
{rows}
The same incident can be drawn up in any of the formats, and for customers with `--audience external`. Made by
`docs/make_drafts.py`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One draft, and the list of prompts at its top."""

    name: str
    text: str

    @property
    def left(self) -> str:
        """``5: summary, root cause …``."""
        found = LEFT.search(self.text)
        if found is None:
            raise RuntimeError(f"{self.name}: the draft does not say what is left")
        listed = (found[2] or "").rstrip(".").replace(" · ", ", ")
        return f"{found[1]}: {listed}" if listed else "nothing"


def run(env: dict[str, str], *arguments: str) -> str:
    """What ``python -m bot`` prints."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=HOUSE, env=env, check=True, capture_output=True, text=True).stdout  # noqa: S603


def drawn(folder: Path, name: str, format: str) -> Drawn:  # noqa: A002 - the field's word
    """The draft of the replay *name* in *folder*."""
    with tempfile.TemporaryDirectory() as place:
        env = {**os.environ, "DATABASE_URL": f"sqlite:///{place}/tocsin.db"}
        ref = run(env, "import", str((folder / f"{name}.json").resolve())).split()[-1]
        return Drawn(name=name, text=run(env, "postmortem", ref, "--format", format))


def main(folder: Path) -> None:
    """Make all of them, and the page about them."""
    DRAFTS.mkdir(exist_ok=True)
    rows = ""
    for name, (format_, about) in INCIDENTS.items():
        made = drawn(folder, name, format_)
        (DRAFTS / f"{name}.md").write_text(made.text, encoding="utf-8")
        rows += f"| {about} | `{format_}` | [{name}.md]({name}.md) | {made.left} |\n"
    (DRAFTS / "README.md").write_text(PAGE.format(rows=rows), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the folder
        sys.exit("Which folder holds the replay files? python docs/make_drafts.py FOLDER")
    main(Path(sys.argv[1]))
