"""The documents that a draft can become: FORMATS, name to how it is rendered, and OUTPUTS, the kinds of files.

A new text format is a template, a line here, and the topics that it asks for: HTML, DOCX and PDF are written from its
Markdown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import render
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

    def made_as(self, output: str, draft: Draft, *, paper: str, markdown: str | None = None) -> bytes:
        """The document as one of OUTPUTS; *markdown*: the text where it is rendered already. Raises CannotSet."""
        text = self.render(draft) if markdown is None else markdown
        if output == MARKDOWN:
            return text.encode("utf-8", "replace")
        # the libraries for these are read in when the first one is made: the bot starts without them
        from bot.formats.outputs import made_as  # noqa: PLC0415

        return made_as(output, draft, text, paper)

    def render(self, draft: Draft) -> str:
        """The document: the same draft gives the same text."""
        asked = [prompt for topic, prompt in draft.prompts.items() if topic in self.topics]
        return render.document(f"postmortem/{self.name}.md.j2", {"d": draft, "asked": asked})


_SHORT = frozenset(_TOPICS) - {"detection", "well", "poorly", "lucky", "sla", "prepared"} | {"temporary"}

FORMATS: Mapping[str, Format] = {
    "outage": Format(name="outage", title="Outage summary", suffix="md", topics=_SHORT | {"conclusion"}),
    "classic": Format(name="classic", title="Postmortem", suffix="md", topics=_SHORT),
    "report": Format(name="report", title="Incident report", suffix="md", topics=frozenset(_TOPICS)),
    "sre": Format(name="sre", title="Postmortem", suffix="md", topics=frozenset({*_TOPICS, "trigger"})),
}

MARKDOWN = "md"
OUTPUTS: Mapping[str, str] = {MARKDOWN: "Markdown", "html": "HTML", "docx": "Word", "pdf": "PDF"}
"""The kinds of files, by the ends of their names; MARKDOWN is text that people edit, the others are to be read."""
