"""Entries in Slack's own menus: put a message on the timeline, follow one up, declare from one, declare."""

from dataclasses import replace

from bot.domain.mrkdwn import escaped, plain
from bot.domain.origin import Origin, permalink, proposed_title, quoted
from bot.domain.privacy import may_see
from bot.domain.refusal import NoIncidentHere, shorten
from bot.domain.refusal_shortcuts import OutsideIncident, SlacksOwnLine
from bot.domain.tasks import mentioned
from bot.slack.messages import NOISE, read_message
from handlers.asking import incident_here
from handlers.declare_form import declare_form
from handlers.followup_form import EMPTY, OVER, new_form, shown_of
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
    _check_said(request)
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
    _check_said(request)
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
    link = permalink(request.home, request.channel, said.ts, said.thread_ts)
    if not _is_public(request):
        return title, Origin(link=link)
    return title, Origin(link=link, ts=said.ts, author=said.author or "", quote=quoted(said.text))


def _check_said(request: Request) -> None:
    """Raise SlacksOwnLine where nobody said the message: somebody joined, a topic was set."""
    if request.message.get("subtype") in NOISE:
        raise SlacksOwnLine


def _is_public(request: Request) -> bool:
    """Whether the message stands in a public channel; what Slack does not say is taken for none."""
    return request.channel_name not in PRIVATE and not request.channel_name.startswith(OF_SEVERAL)


@routes.shortcut(
    "add_followup",
    label="Add follow-up",
    does="Opens a form for a follow-up that comes from this message; outside of incidents it asks of which one.",
    place=ShortcutKind.MESSAGE,
    verb="followup",
    changes=False,
)
def add_followup(request: Request, use: UseCases) -> Reply:
    """The form, filled with what the message says: all of it where people of the incident can read it anyway."""
    _check_said(request)
    try:
        incident = incident_here(request, use)
    except NoIncidentHere:
        incident = None
    if incident is not None and incident.status in OVER:
        incident = None
    said = read_message(request.channel, request.message)
    is_open = incident is not None or _is_public(request)
    line, whole = shown_of(said.text, use)
    named = mentioned(said.text)
    owner = named[0] if len(named) == 1 and (incident is None or may_see(incident, named[0])) else ""
    shown = {**EMPTY, "text": line, "action": whole if is_open else "", "owner": owner}
    link = permalink(request.home, request.channel, said.ts, said.thread_ts)
    asked = new_form(incident, request, use, shown=shown, link=link)
    facts = {"link": link, "whole": is_open, "ref": incident.ref if incident else ""}
    return replace(asked, template="form_followup_from", facts=facts)


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
