"""Declaring: ``declare``, ``convert``, the four severity buttons, the title that is asked for later."""

import re
from dataclasses import dataclass
from typing import Any

from bot.domain import mistyped
from bot.domain.incident import Change, Status, severity_of
from bot.domain.mrkdwn import escaped, plain
from bot.domain.opening import Adopted
from bot.domain.origin import Origin
from bot.domain.playbooks import suggested
from bot.domain.policy import Policy, Severity
from bot.domain.refusal import DeclareOutOfOrder, OutOfOrder, SeverityFirst, UnknownSeverity
from bot.domain.refusal_moving import AnnounceChannel, NotAChannel, NotByMention, UnknownConvertSeverity
from bot.domain.refusal_opening import BackfillOutOfOrder
from bot.domain.times import Moment
from bot.domain.words import parse, split
from bot.slack import blocks
from handlers.asking import at_field, fitting, incident_here, moment, person, readable, shown
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
KEYS = frozenset({"lead", "service"})
TIMES = frozenset({"at", "detected", "resolved"})
FLAGS = frozenset({"private", "drill", "triage", "backfill"})
KNOWN = (
    *(f"{key}=" for key in ("lead", "service", "at", "detected", "resolved")),
    *(f"--{flag}" for flag in ("private", "drill", "triage", "backfill")),
)
"""The same as people are told of them, in the order of the usage."""
DIRECT, OF_SEVERAL, PRIVATE = "directmessage", "mpdm-", "privategroup"
"""How commands tell the names of what is no channel, and of private ones."""
BUTTON_VALUE = 1_900
_SEVERITY_LIKE = re.compile(r"(?:(?:sev|s|p)[-_]?)?\d")


@routes.verb(
    "declare",
    aliases=("new", "create", "start", "open"),
    usage="<sev> [title…] [lead=@name] [service=a,b] [at=time] [detected=time] [--private] [--drill] [--triage] "
    "[--backfill at=time resolved=time]",
    does="Opens an incident: channel, status card, announcement. No title is needed.",
    example="/incident declare sev1 checkout is down lead=@sarah at=09:23",
    situation=Situation.START,
    often=True,
)
def declare(request: Request, use: UseCases) -> Reply:
    """Declare at once; a missing severity is asked for by four buttons, a wrong one is refused."""
    words = parse(request.text)
    policy = use.lookup.policy
    if not words.verb:
        return which_severity("", policy)
    mistyped.check(split(request.text, keys=KEYS, time_keys=TIMES, flags=FLAGS), request.typed, FLAGS)
    try:
        severity = policy.severity(words.verb)
    except UnknownSeverity:
        if _looks_like_severity(words.verb):
            raise
        return which_severity(request.text, policy)
    return _declare(request, use, severity=severity.spellings[0], rest=words.rest)


def _looks_like_severity(word: str) -> bool:
    """A severity that was meant and is none: ``sev9``, ``p-7``, ``5``. Names of things (``p99``) are titles."""
    return _SEVERITY_LIKE.fullmatch(word) is not None


def which_severity(text: str, policy: Policy, *, verb: str = "declare") -> Reply:
    """Ask for the severity; what was typed goes on as the title. Raises SeverityFirst where it is too long for that."""
    if len(text) > BUTTON_VALUE:
        raise SeverityFirst(length=f"{len(plain(text)):,}")
    row = [
        blocks.button(f"{severity.name} {severity.label}", f"{verb}_{severity.level}", text)
        for severity in policy.severities.values()
    ]
    if verb == "declare":
        row.append(blocks.button("Fill in a form", "declare_form", text))
    return Reply(
        template="reply_which_severity", facts={"title": text, "verb": verb}, blocks=(blocks.actions(*row),)
    )


def severity_alone(severity: Severity, title: str, *, here: bool) -> Reply:
    """A severity was typed where a verb belongs: one button declares. *here*: this channel has an incident already."""
    word = severity.spellings[0]
    fits = len(title) <= BUTTON_VALUE
    facts = {"word": word, "title": title, "severity": severity.spelled, "here": here, "fits": fits}
    row = [blocks.button(f"Declare {severity.name} {severity.label}", f"declare_{severity.level}", title)]
    made = (blocks.actions(*row),) if fits and not here else ()
    return Reply(template="reply_severity_alone", facts=facts, blocks=made)


@routes.button("declare_which", verb="declare")
def ask_severity(request: Request, use: UseCases) -> Reply:
    """The button "Declare an incident" below the list of open ones."""
    return which_severity(request.value, use.lookup.policy)


@routes.button("declare_P0", "declare_P1", "declare_P2", "declare_P3", verb="declare")
def declare_by_button(request: Request, use: UseCases) -> Reply:
    """One of the four severity buttons."""
    level = request.event["action_id"].removeprefix("declare_")
    return _declare(request, use, severity=level, rest=request.value)


@routes.verb(
    "convert",
    usage="<sev> [title…]",
    does="Makes the channel where it is typed the channel of a new incident.",
    example="/incident convert sev2 checkout is slow",
    situation=Situation.START,
)
def convert(request: Request, use: UseCases) -> Reply:
    """Adopt the channel; a missing severity is asked for by four buttons, a wrong one is refused."""
    words = parse(request.text)
    try:
        severity = use.lookup.policy.severity(words.verb)
    except UnknownSeverity as error:
        if _looks_like_severity(words.verb):
            title = words.rest if len(words.rest) <= mistyped.LONGEST_OFFER else "…"
            raise UnknownConvertSeverity(given=words.verb, title=" ".join(title.split()) or "…") from error
        _adopted(request, use, "sev1")
        return which_severity(request.text, use.lookup.policy, verb="convert")
    return _convert(request, use, severity=severity.spellings[0], rest=words.rest)


@routes.button("convert_P0", "convert_P1", "convert_P2", "convert_P3", verb="convert")
def convert_by_button(request: Request, use: UseCases) -> Reply:
    """One of the four severity buttons, in the channel that is meant."""
    level = use.lookup.policy.severity(request.event["action_id"].removeprefix("convert_"))
    return _convert(request, use, severity=level.spellings[0], rest=request.value)


def _convert(request: Request, use: UseCases, *, severity: str, rest: str) -> Reply:
    use.lookup.allow("declare", request.user)
    channel = _adopted(request, use, severity)
    return _declare(request, use, severity=severity, rest=rest, channel=channel)


def _adopted(request: Request, use: UseCases, severity: str) -> Adopted:
    """The channel where it is typed: it keeps its name, and a private one stays private. Raises refusals."""
    name = request.channel_name
    if not name:  # a message that mentions the bot does not tell whether its channel is private
        raise NotByMention(command=use.lookup.policy.command, severity=severity)
    if name == DIRECT or name.startswith(OF_SEVERAL):
        raise NotAChannel(severity=severity)
    if use.lookup.policy.announce.removeprefix("#") in (name, request.channel):
        raise AnnounceChannel(severity=severity)
    private = name == PRIVATE
    return Adopted(id=request.channel, name="" if private else name, private=private)


def _declare(
    request: Request, use: UseCases, *, severity: str, rest: str, channel: Adopted | None = None
) -> Reply:
    said = split(rest, keys=KEYS, time_keys=TIMES, flags=FLAGS)
    mistyped.check(
        said, request.typed or f"{use.lookup.policy.command} {request.verb} {severity} {rest}", FLAGS
    )
    lead = said.one("lead")
    declaration = Declaration(
        severity=severity,
        title=" ".join(fitting(said.text).split()),
        lead=person(lead, request, use) if lead else None,
        services=named_services(said.one("service") or ""),
        started=moment(said.one("at"), request, use),
        detected=moment(said.one("detected"), request, use),
        over=moment(said.one("resolved"), request, use),
        flags=said.flags,
        unknown=said.unknown,
    )
    return declared(declaration, request, use, channel=channel)


def named_services(text: str) -> tuple[str, ...]:
    """The services that are named with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What somebody declares, by command or form."""

    severity: str
    """In any spelling of the policy."""
    title: str
    """In Slack's encoding, on one line."""
    lead: str | None = None
    services: tuple[str, ...] = ()
    started: Moment | None = None
    """The start of impact."""
    detected: Moment | None = None
    over: Moment | None = None
    """When it was over, of one that is only written down."""
    flags: frozenset[str] = frozenset()
    """Those of FLAGS that are meant."""
    unknown: tuple[str, ...] = ()
    """What looked like an option and is part of the title."""
    origin: Origin | None = None
    """The message that it was declared from."""


def declared(
    wanted: Declaration, request: Request, use: UseCases, *, channel: Adopted | None = None
) -> Reply:
    """Declare it, and answer with where it is. Raises refusals."""
    started, detected, over = wanted.started, wanted.detected, wanted.over
    try:
        change = use.incidents.declare(
            by=request.user,
            severity=wanted.severity,
            title=wanted.title,
            lead=wanted.lead,
            services=wanted.services,
            impact_started_at=started.at if started else None,
            detected_at=detected.at if detected else None,
            resolved_at=over.at if over else None,
            channel=channel,
            origin=wanted.origin,
            answer_to=request.answer_to,
            **{flag: flag in wanted.flags for flag in FLAGS},
        )
    except OutOfOrder as error:
        refusal = BackfillOutOfOrder if "backfill" in wanted.flags else DeclareOutOfOrder
        raise refusal(**error.facts, severity=wanted.severity, title=wanted.title) from error
    times = {"started": shown(started, use), "detected": shown(detected, use), "resolved": shown(over, use)}
    facts = {**_facts(change, request, use), **times, "unknown": wanted.unknown, "known": KNOWN}
    fit = [(each.name, each.title) for each in suggested(change.incident, use.lookup.policy.playbooks)]
    facts |= {"playbooks": [(name, escaped(title)) for name, title in fit]}
    rows = (blocks.playbook_row(change.incident.ref, fit),) if fit else ()
    return Reply(template="reply_declared", facts=facts, blocks=rows)


def _facts(change: Change, request: Request, use: UseCases) -> dict[str, Any]:
    """What the answer says of the new incident, and of one that it looks like."""
    incident = change.incident
    known = severity_of(incident, use.lookup.policy)
    alike = None if change.is_nothing else use.lookup.alike(incident, request.user)
    return {
        "ref": incident.ref,
        "title": incident.shown_title(known),
        "severity": known.spelled,
        "cadence": known.cadence,
        "repeated": change.is_nothing,
        "channel_id": incident.channel_id,
        "channel_name": incident.called,
        "private": incident.private,
        "drill": incident.drill,
        "triage": incident.status is Status.TRIAGE,
        "backfilled": incident.backfilled,
        "alike": alike.ref if alike and incident.is_open else "",
        "alike_title": alike.shown_title(severity_of(alike, use.lookup.policy)) if alike else "",
    }


@routes.button("title_form", verb="set")
def ask_title(request: Request, use: UseCases) -> Reply:
    """The card's "Add title"."""
    incident = incident_here(request, use)
    known = readable(incident.title, use)
    title = blocks.text_input("title", "What is wrong, in one line", initial=known, optional=False)
    return Reply(form=blocks.form("title_form", "Title", "Save", [title], about=incident.ref))


@routes.form("title_form", verb="set", typed="set title What is wrong")
def keep_title(request: Request, use: UseCases) -> Reply:
    """The title that was written into the form."""
    title = " ".join(request.fields["title"].split())
    with at_field("title"):
        use.incidents.set_field(
            request.value, by=request.user, field="title", value=fitting(title), echo=title
        )
    return DONE
