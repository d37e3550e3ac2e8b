"""Replies become what Slack shows: text, blocks, a form, errors at a form's fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import render
from bot.domain.cutting import fitting
from bot.domain.mrkdwn import escaped, plain
from bot.domain.refusal import Refusal, shorten
from bot.domain.signs import typed
from bot.slack import blocks
from handlers.routes import Reply

NOWHERE: Mapping[str, Any] = {"out_of_reach": "", "aside": ""}
"""How things stand where an answer is about no incident."""


def below(answer: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """*answer* with another one below it."""
    both = {**line, **answer, "text": "\n".join(filter(None, (answer.get("text"), line["text"])))}
    if answer.get("blocks"):
        both["blocks"] = [*answer["blocks"], *blocks.sections(line["text"])]
    return both


def worded(
    reply: Reply, command: str, now: datetime | None = None, stands: Mapping[str, Any] = NOWHERE
) -> dict[str, Any]:
    """The reply as JSON; times that are far from *now* are said with their date.

    *command*: what the slash command is called.
    *stands*: how it stands with the incident that it is about (``Lookup.standing``).
    """
    answer: dict[str, Any] = {}
    text = ""
    if reply.template is not None:
        text = render.slack(reply.template, {"now": now, **stands, **reply.facts}, command)
        answer = {"text": fitting(text, 3_000), "response_type": "ephemeral"}
        if reply.blocks or reply.beside or len(text) > blocks.SECTION_LIMIT:
            said = blocks.beside(text, reply.beside) if reply.beside else blocks.sections(text)
            answer["blocks"] = [*said, *reply.blocks]
    if reply.form is None:
        return answer
    said = blocks.sections(text) if reply.template else []
    return {"form": {**reply.form, "blocks": [*said, *reply.form["blocks"]]}}


def says_all(refusal: Refusal, text: str) -> bool:
    """Whether the sentence repeats the whole *text*: then it need not be given back once more."""
    return not text.strip() or any(fact == text == shorten(text) for fact in refusal.facts.values())


def errors(fields: Mapping[str, str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """*answer* shown in the form, at the field that it is about, else at the first; others at their own."""
    about = answer.get("field")
    where = about if about in fields else next(iter(fields), "")
    texts = {**(answer.get("more") or {}), where: answer["text"]}
    said = {name: fitting(plain(text), 2_000) for name, text in texts.items() if name in {where, *fields}}
    return {"response_action": "errors", "errors": said}


def value_of(state: Mapping[str, Any]) -> str:
    """The value of a form's field: text, choice, several choices as words, person, or day (ISO).

    What is typed into a form comes as it was typed; commands come encoded, and so every text of ours is kept.
    """
    element: Mapping[str, Any] = next(iter(state.values()), {})
    chosen = element.get("selected_option") or {}
    several = " ".join(option["value"] for option in element.get("selected_options") or ())
    written = escaped(typed(element.get("value") or ""))
    picked = element.get("selected_user") or element.get("selected_date")
    return str(written or chosen.get("value") or picked or several)
