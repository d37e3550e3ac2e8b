"""The buttons of follow-ups, wherever one is shown, and the forms that they open: done, blocked, another day, a no."""

from dataclasses import replace

from bot.domain.followup import FollowUp
from bot.domain.followup_decisions import REFUSED
from bot.domain.followup_steps import numbered
from bot.domain.incident import Incident
from bot.domain.refusal_followup import BlockNeedsReason, CriteriaUnconfirmed, DayUnnamed
from bot.domain.topic_fields import fingerprint
from bot.slack import blocks
from handlers.asking import at_field, in_button, incident_here, readable
from handlers.filled import Filled
from handlers.followup_answers import answer
from handlers.followup_form import day_in
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
MET = "met"
"""The box that says: the success criteria are met (R-AI-8)."""


# At once


@routes.button("followup_start", verb="followup")
def start(request: Request, use: UseCases) -> Reply:
    """Somebody works on it."""
    ref, n, _ = in_button(request)
    return answer(use.followups.start(ref, n, by=request.user), n, use, did="started")


@routes.button("followup_accept", verb="followup")
def accept(request: Request, use: UseCases) -> Reply:
    """It is agreed that it will be done."""
    ref, n, _ = in_button(request)
    return answer(use.followups.accept(ref, n, by=request.user), n, use, did="accepted")


@routes.button("followup_unblock", verb="followup")
def unblock(request: Request, use: UseCases) -> Reply:
    """It can go on."""
    ref, n, _ = in_button(request)
    return answer(use.followups.unblock(ref, n, by=request.user), n, use, did="unblocked")


# By a form


def _about(request: Request, use: UseCases) -> tuple[Incident, FollowUp, str]:
    """The incident and the follow-up of a button or form, and what else it carries."""
    ref, n, rest = in_button(request)
    incident = incident_here(replace(request, value=ref), use)
    return incident, numbered(incident, n), rest


def _form(callback: str, title: str, submit: str, about: str, item: FollowUp, *fields: blocks.Block) -> Reply:
    """A small form about *item*, whose line stands above the *fields*."""
    form = blocks.form(callback, title, submit, fields, about=about)
    return Reply(template="form_followup", facts={"n": item.n, "text": item.text}, form=form)


@routes.button("followup_done_form", verb="followup")
def ask_done(request: Request, use: UseCases) -> Reply:
    """Done: the criteria are shown, and whoever closes it says that they are met (R-AI-8)."""
    incident, item, _ = _about(request, use)
    fields = [blocks.text_input("result", "What came of it", multiline=True)]
    read = fingerprint(item.criteria) if item.criteria else "-"
    about = f"{incident.ref} {item.n} {read}"
    if not item.criteria:
        return _form("followup_done_form", f"Follow-up {item.n}", "Done", about, item, *fields)
    box = blocks.checkboxes("met", "Is that so?", [(MET, "Yes, I have checked")]) | {"optional": False}
    form = blocks.form("followup_done_form", f"Follow-up {item.n}", "Done", [box, *fields], about=about)
    facts = {"n": item.n, "text": item.text, "criteria": item.criteria}
    return Reply(template="form_followup_done", facts=facts, form=form)


@routes.form("followup_done_form", verb="followup", typed="followup done 1 confirmed what came of it")
def keep_done(request: Request, use: UseCases) -> Reply:
    """It is done; where its criteria were changed since they were shown, they are shown anew."""
    incident, item, read = _about(request, use)
    form = Filled(request, use)
    result = form.text("result")
    is_met = MET in request.fields.get("met", "").split()
    form.check()
    try:
        change = use.followups.done(
            incident.ref, item.n, by=request.user, result=result, confirmed=read if is_met else ""
        )
    except CriteriaUnconfirmed as unconfirmed:
        if is_met:  # others were shown than those that hold now
            return ask_done(request, use)
        unconfirmed.field = "met"
        raise
    return answer(change, item.n, use, did="done")


@routes.button("followup_block_form", verb="followup")
def ask_block(request: Request, use: UseCases) -> Reply:
    """Blocked: by what."""
    incident, item, _ = _about(request, use)
    field = blocks.text_input(
        "reason", "What keeps it from going on", initial=readable(item.blocked_by, use), optional=False,
        hint="Whoever reads of it should know whom to ask. After seven days it goes further up.",
    )  # fmt: skip
    return _form(
        "followup_block_form", f"Follow-up {item.n}", "Block", f"{incident.ref} {item.n}", item, field
    )


@routes.form("followup_block_form", verb="followup", typed="followup block 1 what keeps it from going on")
def keep_block(request: Request, use: UseCases) -> Reply:
    """It cannot go on."""
    incident, item, _ = _about(request, use)
    form = Filled(request, use)
    reason = form.line("reason")
    if not reason:
        with form.about("reason"):
            raise BlockNeedsReason(ref=incident.ref, n=item.n)
    form.check()
    return answer(
        use.followups.block(incident.ref, item.n, by=request.user, reason=reason), item.n, use, did="blocked"
    )


@routes.button("followup_due_form", verb="followup")
def ask_day(request: Request, use: UseCases) -> Reply:
    """Another day: which, and why."""
    incident, item, _ = _about(request, use)
    due = item.due_on.isoformat() if item.due_on else ""
    fields = [
        blocks.date_choice(
            "due", "Until when", initial=due, hint="The first date is kept beside the new one."
        ),
        blocks.text_input("reason", "Why", hint="Needed where it is later, once it was agreed to."),
    ]
    return _form(
        "followup_due_form", f"Follow-up {item.n}", "Save", f"{incident.ref} {item.n}", item, *fields
    )


@routes.form("followup_due_form", verb="followup", typed="followup due 1 30d why it is later")
def keep_day(request: Request, use: UseCases) -> Reply:
    """It is due on another day."""
    incident, item, _ = _about(request, use)
    form = Filled(request, use)
    day, reason = form.read("due", lambda text: day_in(text, incident, use)), form.line("reason")
    form.check()
    if day is None:
        with at_field("due"):
            raise DayUnnamed(ref=incident.ref, n=item.n)
    with at_field("reason"):
        change = use.followups.redate(incident.ref, item.n, by=request.user, day=day, reason=reason)
    return answer(change, item.n, use, did="due")


@routes.button("followup_refuse_form", verb="followup")
def ask_refusal(request: Request, use: UseCases) -> Reply:
    """A change is not wanted: why."""
    incident, item, rest = _about(request, use)
    field = blocks.text_input("reason", "Why not", hint="Whoever asked reads it.")
    about = f"{incident.ref} {item.n} {rest}".strip()
    return _form("followup_refuse_form", f"Follow-up {item.n}", "Refuse", about, item, field)


@routes.form("followup_refuse_form", verb="followup", typed="followup refuse 1 why not")
def keep_refusal(request: Request, use: UseCases) -> Reply:
    """The change that waited stays away."""
    incident, item, rest = _about(request, use)
    form = Filled(request, use)
    reason = form.line("reason")
    form.check()
    asked = int(rest) if rest.isascii() and rest.isdigit() else None
    change = use.followups.decide(
        incident.ref, item.n, by=request.user, outcome=REFUSED, request=asked, reason=reason
    )
    return answer(change, item.n, use, did=REFUSED)
