"""Has type set, in a process of its own: what goes wrong there (a crash, no end, no memory) stays there."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from bot import render

PATIENCE = 25
"""Seconds: a draft stands in the channel within 30 of the close (AD-1)."""
SETTER = Path(__file__).with_name("typesetter.py")
_KEPT = (
    "PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "XDG_DATA_HOME",
    "FONTCONFIG_PATH",
)
"""What of our environment the process gets: it needs fonts and libraries, and none of our secrets."""
_TOLD = 400


class CannotSet(Exception):
    """A document could not be made; the text says why."""


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    form: Literal["pdf", "png"],
    timestamp: int = 0,
    ppi: float = 144,
    tags: bool = True,
    files: Mapping[str, bytes] | None = None,
    system_fonts: bool = True,
) -> bytes:
    """*template* (a path below ``templates/``) set with *data*, which it finds as JSON in ``sys.inputs.data``.

    *timestamp*, in seconds since 1970, dates a PDF; *files* are what it may read, by name. Raises CannotSet.
    """
    asked = {
        "source": (render.TEMPLATES / template).read_text(encoding="utf-8"),
        "data": json.dumps(data, ensure_ascii=True), "format": form, "ppi": ppi, "timestamp": timestamp,
        "tags": tags, "system_fonts": system_fonts,
        "files": {name: b64encode(content).decode() for name, content in (files or {}).items()},
    }  # fmt: skip
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and what people wrote is data
            [sys.executable, "-I", SETTER], input=json.dumps(asked).encode(), env=environment,
            capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CannotSet(f"it took longer than {PATIENCE} seconds") from error
    except OSError as error:
        raise CannotSet(f"no process for it: {error.strerror}") from error
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CannotSet(f"the typesetter ended with {done.returncode}: {' '.join(said[-1:])[:_TOLD]}")
    return done.stdout
