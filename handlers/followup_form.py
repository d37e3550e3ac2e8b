"""The form of a follow-up: what, who, until when, at what cost, how to tell that it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.followup import Budget, Priority
from bot.domain.followup_days import read_day
from bot.domain.followup_money import read_budget
from bot.domain.followup_steps import check_day
from bot.domain.horizons import CASE_HORIZONS
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import plain
from bot.domain.refusal import shorten
from bot.domain.refusal_followup import FollowUpNeedsText, NothingToFollowUp
from bot.domain.words import incident_word
from bot.slack import blocks
from handlers.asking import incident_here, incident_meant, readable
from handlers.filled import Filled
from handlers.followup_answers import answer
from handlers.openers import Openers
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
openers = Openers()
NONE = "none"
"""A choice of nothing: Slack's own client has no way to take a choice back."""
HORIZONS = {**CASE_HORIZONS, "30d": "30 days", "90d": "90 days", "6mo": "6 months"}
OFFERED = 100
"""Options that a choice holds (https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element)."""
OVER = frozenset({Status.CANCELLED, Status.MERGED})
"""Nothing is followed up there."""
_TITLE = 60
Values = Mapping[str, str]
EMPTY: Values = dict.fromkeys(
    ("text", "action", "owner", "due", "priority", "budget", "dependencies", "criteria", "horizon"), ""
)
"""What the form asks for, by the names of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A follow-up as it was filled in."""

    text: str
    action: str
    owner: str | None
    due_on: date | None
    priority: Priority | None
    budget: Budget | None
    dependencies: str
    criteria: str
    horizon: str


@openers.opens("followup", label="Add a follow-up: who, until when, at what cost")
def followup_form(incident: Incident, request: Request, use: UseCases) -> Reply:
    """The form of a new one."""
    return new_form(incident, request, use)


def new_form(
    incident: Incident | None, request: Request, use: UseCases, *, shown: Values = EMPTY, link: str = ""
) -> Reply:
    """The form, with what is *shown*; without *incident* it asks of which.

    *link*: the message that it comes from, carried along. Raises NothingToFollowUp where they may see none.
    """
    which = [] if incident is not None else [_which(request, use)]
    about = f"{incident.ref if incident is not None else '-'} {link}".strip()
    form = blocks.form("followup_form", "A follow-up", "Add", [*which, *fields(shown)], about=about)
    return Reply(form=form)


def fields(shown: Values) -> list[blocks.Block]:
    """The fields of a new follow-up, each with what is *shown*."""
    return [
        blocks.text_input(
            "text", "What is to be changed", initial=shown["text"], optional=False,
            hint="One line, like: isolate the analytics load.",
        ),
        *details(shown),
        blocks.text_input("action", "In detail", initial=shown["action"], multiline=True),
    ]  # fmt: skip


def details(shown: Values) -> list[blocks.Block]:
    """All fields but those that say what it is."""
    none = [(NONE, "Not said")]
    priorities = [*none, *((each.value, each.value.capitalize()) for each in Priority)]
    kept = shown["horizon"]
    horizons = [*none, *HORIZONS.items(), *([(kept, kept)] if kept and kept not in HORIZONS else [])]
    return [
        blocks.person_choice(
            "owner", "Who sees to it", initial=shown["owner"] or None, optional=True,
            hint="One person, not a team. Left empty: it stays proposed until somebody has it.",
        ),
        blocks.date_choice(
            "due", "Until when", initial=shown["due"], hint="Left empty: it stays proposed until it has a day."
        ),
        blocks.choice("priority", "Priority", priorities, initial=shown["priority"] or NONE),
        blocks.text_input(
            "budget", "Budget", initial=shown["budget"], hint="Like $12,000, $8,000/month or 4 engineer-weeks."
        ),
        blocks.text_input(
            "criteria", "Done when", initial=shown["criteria"], multiline=True,
            hint="How to tell that it is done. Whoever marks it done is shown this.",
        ),
        blocks.text_input(
            "dependencies", "Depends on", initial=shown["dependencies"],
            hint="Others of this incident by number, like #2, or words; with commas between.",
        ),
        blocks.choice("horizon", "Horizon", horizons, initial=kept or NONE),
    ]  # fmt: skip


def _which(request: Request, use: UseCases) -> blocks.Block:
    """The choice of the incident, the newest first."""
    seen = [one for one in use.lookup.listed(open_only=False, user=request.user) if one.status not in OVER]
    if not seen:
        raise NothingToFollowUp
    options = [(one.ref, shorten(f"{one.ref} {plain(one.title)}".strip(), _TITLE)) for one in seen[:OFFERED]]
    return blocks.choice("incident", "Of which incident", options)


@routes.button("followup_form", verb="followup")
def ask(request: Request, use: UseCases) -> Reply:
    """The button "Add a follow-up": of the incident that it names, else the form asks which."""
    return new_form(incident_here(request, use) if request.value else None, request, use)


@routes.form("followup_form", verb="followup", typed="followup add What is to be changed owner=@name due=30d")
def keep(request: Request, use: UseCases) -> Reply:
    """Add what was filled in."""
    ref, _, link = request.value.partition(" ")
    form = Filled(request, use)
    incident = None
    if ref != "-":
        incident = incident_here(replace(request, value=ref), use)
    else:
        with form.about("incident"):
            incident = incident_meant(incident_word(request.fields["incident"]), request, use)
    agreed = read(form, incident, use)
    form.check()
    if incident is None:
        raise AssertionError("check has raised what was refused")
    change = use.followups.add(
        incident.ref, by=request.user, text=agreed.text, action=agreed.action, owner=agreed.owner,
        due_on=agreed.due_on, priority=agreed.priority, budget=agreed.budget, dependencies=agreed.dependencies,
        criteria=agreed.criteria, horizon=agreed.horizon, link=link,
    )  # fmt: skip
    return answer(change, change.incident.followups[-1].n, use, did="added")


def read(form: Filled, incident: Incident | None, use: UseCases) -> Agreed:
    """What was filled in for *incident*; what is wrong stays with *form*, each at its field."""
    text, owner = form.line("text"), form.text("owner")
    if not text:
        with form.about("text"):
            raise FollowUpNeedsText
    if owner:
        with form.about("owner"):
            use.lookup.reader(owner)
    priority = form.one_of("priority", {NONE, *(each.value for each in Priority)})
    horizon = form.text("horizon")
    return Agreed(
        text=text,
        action=form.text("action"),
        owner=owner or None,
        due_on=form.read("due", lambda text: day_in(text, incident, use)),
        priority=Priority(priority) if priority != NONE else None,
        budget=form.read("budget", read_budget),
        dependencies=form.text("dependencies"),
        criteria=form.text("criteria"),
        horizon="" if horizon == NONE else horizon,
    )


def day_in(text: str, incident: Incident | None, use: UseCases) -> date:
    """The day that was chosen. Raises what is wrong with it, and DayIsPast."""
    day = read_day(text, today=use.followups.today())
    if incident is not None:
        check_day(incident, day, at=use.lookup.now(), policy=use.lookup.policy)
    return day


def shown_of(text: str, use: UseCases) -> tuple[str, str]:
    """Of a message (Slack's encoding) what the fields "What" and "In detail" show: its first line, and all of it."""
    words = readable(text, use).strip()
    line, _, rest = words.partition("\n")
    return line.strip(), words if rest.strip() else ""
