"""Records in and out: ``import``, ``export``, ``postmortem``."""

import argparse
import sys
from functools import partial
from pathlib import Path

from bot.app import Bot, build
from bot.archive import Archive
from bot.cli.drafts import source, written, written_whole
from bot.cli.operate import settings
from bot.cli.verb import Verb
from bot.domain.filenames import file_name
from bot.domain.parts import Audience
from bot.domain.refusal import NoSuchFile
from bot.domain.refusal_documents import MarkdownAlready, NotForTerminals, NotMade
from bot.domain.replay import Stage
from bot.formats import FORMATS, MARKDOWN, OUTPUTS
from bot.store.migrate import ready


def _bot() -> Bot:
    bot = build(settings(needs_slack=False))
    ready(bot.store)
    return bot


def read_file(path: str) -> str:
    """The text of a file that an operator named. Raises NoSuchFile."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSuchFile(
            given=path, reason=getattr(error, "strerror", None) or "it is not UTF-8 text"
        ) from error


def _import(asked: argparse.Namespace) -> int:
    text = read_file(asked.file)
    ref = Archive(_bot().transactions).import_replay(text, stage=Stage(asked.stage))
    print(ref)
    return 0


def _export(asked: argparse.Namespace) -> int:
    sys.stdout.write(Archive(_bot().transactions).export(asked.ref.upper()))
    return 0


def _postmortem(asked: argparse.Namespace) -> int:
    ref, kind = asked.ref.upper(), asked.kind or _kind_of(asked.output)
    _check_output(asked.output, ref, kind)
    make = partial(
        _bot().documents.make, ref, asked.format, Audience(asked.audience), kinds=(kind,), sent=False,
        text=_source(asked, ref, kind),
    )  # fmt: skip
    made = make()
    for trouble in made.trouble:
        raise NotMade(kind=trouble.name, why=trouble.why, ref=ref)
    for remark in made.remarks:
        print(f"Before it leaves: {remark}", file=sys.stderr)
    (file,) = made.files
    if asked.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(file.content)
        return 0
    path = _place(asked.output, file.name)
    if kind == MARKDOWN:
        again = lambda answered: make(answered=answered) if answered else made  # noqa: E731
        told = written(path, ref, again, force=asked.force)
    else:
        told = written_whole(path, made, force=asked.force)
    for line in told:
        print(line, file=sys.stderr)
    return 0


def _source(asked: argparse.Namespace, ref: str, kind: str) -> str | None:
    """The Markdown that people edited, where a file is to be made from it. Raises MarkdownAlready, and its refusals."""
    if not asked.source:
        return None
    if kind == MARKDOWN:
        raise MarkdownAlready(file=asked.source)
    text = read_file(asked.source)
    return text if asked.force else source(text, asked.source, ref, Audience(asked.audience))


def _check_output(output: str | None, ref: str, kind: str) -> None:
    """Before anything is made. Raises NotForTerminals, NoSuchFile."""
    if output is not None:
        _place(output, "")
    elif kind != MARKDOWN and sys.stdout.isatty():
        raise NotForTerminals(kind=OUTPUTS[kind], file=file_name(ref, suffix=kind))


def _kind_of(output: str | None) -> str:
    """The kind of file that the name of *output* means; Markdown where it means none of ours."""
    suffix = Path(output).suffix.lower().lstrip(".") if output else ""
    return suffix if suffix in OUTPUTS else MARKDOWN


def _place(output: str, name: str) -> Path:
    """Where the operator wants it: the path as given; in a folder that is there, under our *name*.

    Raises NoSuchFile for a device or a pipe, which would be replaced by a file.
    """
    path = Path(output)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise NoSuchFile(given=output, reason="it is no file. Without -o, the draft goes to standard output")
    return path / name if path.is_dir() else path


REF = (("ref",), {"metavar": "REF", "help": "the incident's reference, like INC-2025-1108-001"})
RECORDS = (
    Verb(
        name="import",
        does="Records a past incident from a replay file; prints its reference. Posts nothing, starts no timer.",
        example="import incident.json",
        run=_import,
        arguments=(
            (("file",), {"metavar": "FILE", "help": "a replay file (JSON)"}),
            (("--stage",), {
                "choices": [stage.value for stage in Stage], "default": Stage.CLOSE.value,
                "help": "close (default) leaves out facts that were entered in the review",
            }),
        ),
    ),
    Verb(
        name="export",
        does="Prints the incident as a replay file: every message of the log once, and the changes of state.",
        example="export INC-2025-1108-001 > incident.json",
        run=_export,
        arguments=(REF,),
    ),
    Verb(
        name="postmortem",
        does="Writes the postmortem draft: Markdown, HTML, Word (docx) or PDF.",
        example="postmortem INC-2025-1108-001 --format report -o draft.pdf",
        run=_postmortem,
        arguments=(
            REF,
            (("--format",), {
                "choices": sorted(FORMATS), "help": "the default is that of the severity, or of a customer escalation",
            }),
            (("--audience",), {
                "choices": [Audience.INTERNAL.value, Audience.EXTERNAL.value], "default": Audience.INTERNAL.value,
                "help": "external: built from what customers may read; it is yours to read over before it leaves",
            }),
            (("--as",), {
                "dest": "kind", "choices": list(OUTPUTS),
                "help": "the kind of file; the default is what the name behind -o ends in, else md",
            }),
            (("--from",), {
                "dest": "source", "metavar": "DRAFT.md",
                "help": "write it from this Markdown, in which people have written since, and not from the record",
            }),
            (("-o", "--output"), {
                "metavar": "FILE",
                "help": "write there, or into that folder, instead of standard output; what people wrote into an "
                "earlier draft there is kept, in Markdown",
            }),
            (("--force",), {"action": "store_true", "help": "overwrite FILE, and take DRAFT.md, whatever they are"}),
        ),
    ),
)  # fmt: skip
