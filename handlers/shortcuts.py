"""Entries in Slack's own menus: put a message on the timeline, declare from one, declare."""

from dataclasses import replace

from bot.domain.mrkdwn import escaped, plain
from bot.domain.origin import Origin, proposed_title, quoted
from bot.domain.refusal import NoIncidentHere, shorten
from bot.domain.refusal_shortcuts import OutsideIncident, SlacksOwnLine
from bot.slack.messages import NOISE, read_message
from handlers.asking import incident_here
from handlers.declare_form import declare_form
from handlers.routes import Reply, Request, Routes, ShortcutKind, UseCases

routes = Routes()
SHOWN = 150
"""Characters of a message that the answer repeats."""
PRIVATE = frozenset({"", "privategroup", "directmessage"})
"""How Slack calls what is no public channel; without a name it is taken for none either."""
OF_SEVERAL = "mpdm-"


@routes.shortcut(
    "add_to_timeline",
    label="Add to timeline",
    does="Puts this message on the incident's timeline, at the time it was said.",
    place=ShortcutKind.MESSAGE,
    verb="note",
)
def add_to_timeline(request: Request, use: UseCases) -> Reply:
    """Put the message on the timeline of its channel's incident, also an answer in a thread."""
    if request.message.get("subtype") in NOISE:
        raise SlacksOwnLine
    try:
        incident = incident_here(request, use)
    except NoIncidentHere as error:
        seen = use.lookup.listed(open_only=True, user=request.user)
        raise OutsideIncident(ref=seen[0].ref if len(seen) == 1 else "INC-…") from error
    said = read_message(request.channel, request.message)
    kept = use.record.curated(incident.ref, said, user=request.user)
    names = use.lookup.words([kept.entry.text], [])
    text = plain(kept.entry.text, names) or ", ".join(file["name"] for file in kept.entry.files)
    facts = {
        "ref": incident.ref, "repeated": not kept.is_new, "at": kept.entry.at, "text": escaped(shorten(text, SHOWN)),
    }  # fmt: skip
    return Reply(template="reply_curated", facts=facts)


@routes.shortcut(
    "declare_from_message",
    label="Declare from message",
    does="Declares an incident; its title is proposed from this message, which is linked on the timeline.",
    place=ShortcutKind.MESSAGE,
    verb="declare",
    changes=False,
)
def declare_from_message(request: Request, use: UseCases) -> Reply:
    """The form, filled with what the message says."""
    if request.message.get("subtype") in NOISE:
        raise SlacksOwnLine
    title, origin = _origin_of(request, use)
    asked = declare_form(use, request, title=title, about=origin.packed())
    return replace(asked, template="form_declare_from", facts={"quoted": bool(origin.ts)})


def _origin_of(request: Request, use: UseCases) -> tuple[str, Origin]:
    """The title to propose, in Slack's encoding, and what is kept of the message once the form is sent.

    Of a message that is not public no words are kept: the title is seen by whoever sends the form, and by nobody
    else before (DR-28).
    """
    said = read_message(request.channel, request.message)
    title = proposed_title(said.text, use.lookup.words([said.text], []))
    link = _link(request.home, request.channel, said.ts, said.thread_ts)
    if request.channel_name in PRIVATE or request.channel_name.startswith(OF_SEVERAL):
        return title, Origin(link=link)
    return title, Origin(link=link, ts=said.ts, author=said.author or "", quote=quoted(said.text))


def _link(home: str, channel: str, ts: str, thread: str | None) -> str:
    """The address of a message, as chat.getPermalink gives it: asking for it would take of the form's 3 seconds."""
    host = f"{home}.slack.com" if home else "slack.com"
    link = f"https://{host}/archives/{channel}/p{ts.replace('.', '')}"
    return link if thread in (None, ts) else f"{link}?thread_ts={thread}&cid={channel}"


@routes.shortcut(
    "declare_incident",
    label="Declare an incident",
    does="Opens an incident: channel, status card, announcement. Only the severity is needed.",
    place=ShortcutKind.GLOBAL,
    verb="declare",
    changes=False,
)
def declare_incident(request: Request, use: UseCases) -> Reply:
    """The form, empty."""
    return declare_form(use, request)
