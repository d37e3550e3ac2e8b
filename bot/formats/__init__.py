"""The documents that a draft can become: FORMATS, name to how it is rendered, and OUTPUTS, the kinds of files.

A new text format is a template, a line here, and the topics that it asks for: HTML, DOCX and PDF are written from its
Markdown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import render
from bot.domain import prompts_escalation
from bot.domain.draft_files import SharedFile
from bot.domain.draft_picture import Picture
from bot.domain.postmortem import Draft

_TOPICS = (
    "summary", "commander", "impact_start", "impact", "data_loss", "root_cause", "factors", "detection",
    "resolution", "gaps", "actions", "well", "poorly", "lucky", "sla", "prepared",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of document; ``topics`` are the prompts that it has a place for."""

    name: str
    title: str
    suffix: str
    topics: frozenset[str]

    def render(self, draft: Draft) -> str:
        """The document: the same draft gives the same text."""
        asked = [prompt for topic, prompt in draft.prompts.items() if topic in self.topics]
        return render.document(f"postmortem/{self.name}.md.j2", {"d": draft, "asked": asked})


_FULL = frozenset(_TOPICS) - {"detection", "well", "poorly", "lucky", "prepared"} | {
    "temporary", "segments", "zones", "business", "technical", "letters", "feedback", "fixes", "prevention", "lessons",
    "targets", "process", "about",
}  # fmt: skip
_SHORT = frozenset(_TOPICS) - {"detection", "well", "poorly", "lucky", "sla", "prepared"} | {
    "temporary",
    "prevention",
}

FORMATS: Mapping[str, Format] = {
    "full": Format(name="full", title="Customer incident postmortem", suffix="md", topics=_FULL),
    "outage": Format(name="outage", title="Outage summary", suffix="md", topics=_SHORT | {"conclusion"}),
    "classic": Format(name="classic", title="Postmortem", suffix="md", topics=_SHORT),
    "escalation": Format(
        name="escalation",
        title="Customer escalation",
        suffix="md",
        topics=frozenset({"summary", "impact", "resolution", "actions", *prompts_escalation.TOPICS}),
    ),
    "report": Format(name="report", title="Incident report", suffix="md", topics=frozenset(_TOPICS)),
    "sre": Format(name="sre", title="Postmortem", suffix="md", topics=frozenset({*_TOPICS, "trigger"})),
}

MARKDOWN, PICTURE = "md", "png"
OUTPUTS: Mapping[str, str] = {
    MARKDOWN: "Markdown", "html": "HTML", "docx": "Word", "pdf": "PDF", PICTURE: "picture of the timeline",
}  # fmt: skip
"""The kinds of files, by the ends of their names; MARKDOWN is text that people edit, the others are to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a file shows besides its text, and what it is dated by."""

    title: str
    ref: str
    author: str
    """The organisation; may be empty."""
    classification: str
    """Who may read it; may be empty."""
    dated: datetime
    paper: str
    """``a4`` or ``us-letter``."""
    picture: Picture | None = None
    files: tuple[SharedFile, ...] = ()


def framed(draft: Draft, paper: str) -> Frame:
    """The frame of a draft for its own people: with the timeline drawn, and the pictures that they shared."""
    return Frame(
        title=draft.title,
        ref=draft.ref,
        author=draft.organisation,
        classification=draft.classification,
        dated=draft.dated,
        paper=paper,
        picture=draft.picture,
        files=draft.files,
    )


def alt_of(frame: Frame) -> str:
    """What the picture of the timeline shows, in words; "" where there is none."""
    if frame.picture is None:
        return ""
    from bot.formats.picture import words  # noqa: PLC0415 - as below

    return words(frame.picture)


def written(kind: str, markdown: str, frame: Frame, *, room: int | None = None) -> bytes:
    """*markdown* as one of OUTPUTS; *room*: bytes for pictures that people shared, None: any. Raises CannotSet."""
    if kind == MARKDOWN:
        return markdown.encode("utf-8", "replace")
    # the libraries for these are read in when the first one is made: the bot starts without them
    from bot.formats.outputs import MAKERS, document, timeline_of  # noqa: PLC0415

    if kind == PICTURE:
        return timeline_of(frame)
    return MAKERS[kind](document(kind, markdown, frame, room=room))
