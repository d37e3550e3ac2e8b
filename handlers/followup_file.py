"""``followup export``: the follow-ups of one incident, or of all, as a file for whoever asks."""

from dataclasses import replace

from bot.domain.refusal_followup import UnknownListFile
from bot.domain.words import incident_word
from handlers.asking import Asked, incident_asked
from handlers.routes import Reply, Request, Routes, UseCases
from handlers.steps import Steps

routes = Routes()
steps = Steps()
KINDS = {"csv": "csv", "md": "md", "markdown": "md"}
"""What may be typed, to the kind of file."""
ALL = "all"


@steps.step("export", usage="[csv | md] [all]")
def export(asked: Asked, request: Request, use: UseCases) -> Reply:
    """Those of the incident that was named, or whose channel it is."""
    return _sent(_kind(asked.text.split()), asked.incident.ref, request, use)


def exported(text: str, request: Request, use: UseCases) -> Reply | None:
    """Those of all incidents: ``all`` was typed, or no incident can be meant; None: one is."""
    words = text.lower().split()
    named = any(meant.reference or meant.channel for word in words if (meant := incident_word(word)))
    if ALL in words and not named:
        return _sent(_kind([word for word in words if word != ALL]), None, request, use)
    if named or use.lookup.here(request.channel, request.user) is not None:
        return None
    return _sent(_kind(words), None, request, use)


def in_order(text: str) -> str:
    """*text* with the reference in front, wherever it was typed: ``csv INC-…`` as well as ``INC-… csv``."""
    words = [word for word in text.split() if word.lower() != ALL]
    found = [word for word in words if (meant := incident_word(word)) and (meant.reference or meant.channel)]
    return " ".join([*found, *(word for word in words if word not in found)])


def _kind(words: list[str]) -> str:
    """The kind of file that *words* name; CSV where they name none. Raises UnknownListFile."""
    wrong = next((word for word in words if word.lower() not in KINDS), None)
    if wrong is not None or len(words) > 1:
        raise UnknownListFile(given=wrong or " ".join(words))
    return KINDS[words[0].lower()] if words else "csv"


def _sent(kind: str, ref: str | None, request: Request, use: UseCases) -> Reply:
    made = use.followups.send(kind, user=request.user, channel=request.channel, ref=ref)
    return Reply(
        template="reply_followup_export", facts={"count": made.count, "ref": ref or "", "kind": made.words}
    )


@routes.button("followup_export", verb="followup")
def by_button(request: Request, use: UseCases) -> Reply:
    """The button "As a file": of the incident that it names, else of all."""
    asked = incident_asked(replace(request, text=request.value), use) if request.value else None
    return _sent("csv", asked.incident.ref if asked else None, request, use)
