"""Postmortem: a draft on demand, its owner, and the table of all that can be done with one (STEPS)."""

from dataclasses import replace

from bot.domain.nearest import nearest
from bot.domain.parts import Audience
from bot.domain.policy import FORMATS
from bot.domain.reach import takes_nothing
from bot.domain.refusal import NobodyNamed, UnknownPostmortemStep
from bot.domain.refusal_customers import UnknownAudience
from bot.domain.topics import is_topic
from bot.domain.words import incident_word, parse, split
from handlers import review, writing, writing_form
from handlers.asking import Asked, incident_asked, person
from handlers.routes import Reply, Request, Routes, Situation, UseCases
from handlers.steps import Step, Steps

routes = Routes()
steps = Steps()
DRAFT = "draft"
"""What is meant where no step is named."""
_OPTIONS = frozenset({"format", "audience", "as"})


@steps.step(DRAFT, usage=f"[format={'|'.join(FORMATS)}] [audience=external] [as=md,html,docx,pdf]")
def draft(asked: Asked, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - it needs no more
    """A draft from the record as it stands now."""
    said = split(asked.text, keys=_OPTIONS)
    if rest := said.text.strip():
        raise UnknownPostmortemStep(given=f"{DRAFT} {rest}", known=_known(), near=DRAFT)
    audience = _audience(said.one("audience"))
    change = use.incidents.want_draft(
        asked.incident.ref, format=said.one("format"), audience=audience, files=said.one("as")
    )
    external = audience is Audience.EXTERNAL
    facts = {
        "ref": asked.incident.ref, "format": change.incident.draft_format, "external": external,
        "shut": takes_nothing(change.incident),
    }  # fmt: skip
    return Reply(template="reply_draft", facts=facts)


def _audience(word: str | None) -> Audience:
    """For whom a draft is wanted; nothing said: for the team's own people. Raises UnknownAudience."""
    known = {each.value: each for each in (Audience.INTERNAL, Audience.EXTERNAL)} | {
        "customers": Audience.EXTERNAL
    }
    if word is not None and word.lower() not in known:
        raise UnknownAudience(given=word)
    return known[word.lower()] if word else Audience.INTERNAL


@steps.step("owner", usage="@name")
def owner(asked: Asked, request: Request, use: UseCases) -> Reply:
    """A new owner."""
    words = asked.text.split()
    if not words:
        raise NobodyNamed(verb="postmortem owner")
    who = person(words[0], request, use)
    use.incidents.own_postmortem(asked.incident.ref, by=request.user, owner=who)
    return Reply(template="reply_owner", facts={"ref": asked.incident.ref, "owner": who})


STEPS = steps + review.steps + writing.steps + writing_form.steps
"""What can be done with a postmortem: the sum of the feature files' steps."""


@routes.verb(
    "postmortem",
    aliases=("pm", "retro"),
    usage=STEPS.usage,
    does="Makes a draft; `add` and `write` put text into it; its review.",
    example="/incident postmortem draft format=report",
    situation=Situation.FINISH,
    often=True,
)
def postmortem(request: Request, use: UseCases) -> Reply:
    """The step that the text names, else a draft."""
    step = _step_in(request.text)
    asked = incident_asked(replace(request, text=_named_first(request.text, step)), use, number=True)
    if step is None:
        return draft(asked, request, use)
    return step.run(replace(asked, text=_without(step, asked.text)), request, use)


def _step_in(text: str) -> Step | None:
    """The step that *text* names before or behind a reference; None where it names none. Raises a refusal."""
    words = [word for word in split(text, keys=_OPTIONS).text.split() if not _is_reference(word)]
    first = next((word for word in words if not word.isdecimal()), "")
    step = STEPS.find(first)
    if first and step is None:
        near = nearest(first, sorted(STEPS.known)) or (f"add {first}" if is_topic(first) else DRAFT)
        raise UnknownPostmortemStep(given=" ".join(words), known=_known(), near=near)
    return step


def _known() -> str:
    *others, last = STEPS.known
    return f"{', '.join(others)} or {last}"


def _is_reference(word: str) -> bool:
    meant = incident_word(word)
    return meant is not None and meant.reference is not None


def _named_first(text: str, step: Step | None) -> str:
    """*text* with the reference that it names at its beginning: no word of a step without free text looks like one."""
    words = text.split(maxsplit=2)
    if step and step.is_text:
        behind = len(words) > 1 and not _is_reference(words[0]) and _is_reference(words[1])
        return " ".join([words[1], words[0], *words[2:]]) if behind else text
    named = [word for word in text.split() if _is_reference(word)]
    return " ".join([*named[:1], *(word for word in text.split() if word not in named[:1])])


def _without(step: Step, text: str) -> str:
    """*text* without the step's own word, which options may stand before."""
    words = parse(text)
    if words.verb == step.name:
        return words.rest
    return " ".join(word for word in text.split() if word.lower() != step.name)
