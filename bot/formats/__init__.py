"""The documents that a draft can become: FORMATS, name to how it is rendered.

A new text format is a template, a line here, and the topics that it asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import render
from bot.domain import prompts_escalation
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
_SHORT = frozenset(_TOPICS) - {"detection", "well", "poorly", "lucky", "sla", "prepared"} | {"temporary"}

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
