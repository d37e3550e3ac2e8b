"""The form in which a follow-up is changed, filled with what is known; what another wrote meanwhile is never lost."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.followup import FollowUp, Priority
from bot.domain.followup_money import print_budget, read_budget
from bot.domain.followup_steps import numbered
from bot.domain.incident import Change, Incident
from bot.domain.reach import takes_nothing
from bot.domain.refusal_followup import RedateNeedsReason, ScopeNeedsReason
from bot.slack import blocks
from handlers.asking import in_button, incident_here
from handlers.filled import Edited, about_known, fits, known_form, known_text, theirs
from handlers.followup_answers import asked_of
from handlers.followup_form import NONE, day_in, details
from handlers.routes import DONE, Fields, Reply, Request, Routes, UseCases

routes = Routes()
LABELS = {
    "scope": "What is to be changed", "owner": "Who sees to it", "due": "Until when", "priority": "Priority",
    "budget": "Budget", "criteria": "Done when", "dependencies": "Depends on", "horizon": "Horizon",
}  # fmt: skip
WORDS = ("criteria", "dependencies", "horizon")


@routes.button("followup_edit_form", verb="followup")
def ask(request: Request, use: UseCases) -> Reply:
    """The button "Edit"."""
    ref, n, _ = in_button(request)
    incident = incident_here(replace(request, value=ref), use)
    return edit_form(incident, numbered(incident, n), request, use)


def edit_form(
    incident: Incident,
    item: FollowUp,
    request: Request,
    use: UseCases,
    clashes: Sequence[tuple[str, str]] = (),
) -> Reply:
    """The form of one, with what it is; *clashes*: what another wrote while it was open."""
    now = _now(item, use)
    shown = {name: text if fits(text) else "" for name, text in now.items()}
    scope = blocks.text_input("scope", LABELS["scope"], initial=shown["scope"], multiline=bool(item.action))
    why = blocks.text_input(
        "why", "Why", hint="Needed for a later date and for another scope, once it was agreed to."
    )  # fmt: skip
    fields = [scope, *details(shown), why]
    form = blocks.form(
        "followup_edit_form", f"Follow-up {item.n}", "Save", fields,
        about=about_known(f"{incident.ref} {item.n}", now),
    )  # fmt: skip
    too_long = [LABELS[name] for name, text in now.items() if not fits(text)]
    return known_form(
        form, too_long=too_long, clashes=clashes, verb="", shows=True, typed=request.fields if clashes else {}
    )


def _now(item: FollowUp, use: UseCases) -> dict[str, str]:
    """Each field as the form shows it."""
    return {
        "scope": known_text(item.action or item.text, use), "owner": item.owner or "",
        "due": item.due_on.isoformat() if item.due_on else "",
        "priority": item.priority.value if item.priority else "",
        "budget": print_budget(item.budget) if item.budget else "",
        **{name: known_text(getattr(item, name), use) for name in WORDS},
    }  # fmt: skip


@routes.form("followup_edit_form", verb="followup", typed="followup due 1 30d why it is later")
def keep(request: Request, use: UseCases) -> Reply:
    """Keep what was changed in it, all of it or nothing; the rest stays as it is by now."""
    ref, n, _ = in_button(request)
    incident = incident_here(replace(request, value=ref), use)
    item = numbered(incident, n)
    fields = Fields({name: "" if value == NONE else value for name, value in request.fields.items()})
    form = Edited(replace(request, fields=fields), use, now := _now(item, use))
    if clashes := form.clashes(LABELS):
        told = [(LABELS[name], theirs(_readable(name, now[name], use))) for name in clashes]
        return edit_form(incident, item, request, use, told)
    names = [name for name in LABELS if form.is_new(name)]
    changes = _changed(incident, item.n, names, form, use=use, by=request.user)
    form.check()
    left = [LABELS[name] for name in form.emptied(LABELS)]
    if not changes and not left:
        return DONE
    last = changes[-1].incident if changes else incident
    facts = {
        "ref": ref, "n": n, "names": [LABELS[name] for name in names] if changes else [], "left": left,
        "shut": bool(changes) and takes_nothing(last),
        "waits": asked_of(last, numbered(last, n), use),
    }  # fmt: skip
    return Reply(template="reply_followup_edited", facts=facts)


def _readable(name: str, text: str, use: UseCases) -> str:
    """A person by name, everything else as it is."""
    return use.lookup.words([], [text]).person(text) if name == "owner" and text else text


def _changed(
    incident: Incident, n: int, names: Sequence[str], form: Edited, *, by: str, use: UseCases
) -> list[Change]:
    """The changes of the fields *names*, in one transaction with each other; refusals stay with *form*."""
    why, made = form.line("why"), list[Change]()
    for name in names:
        with form.about(name):
            try:
                made.append(_one(name, incident, n, form, why=why, by=by, use=use))
            except (RedateNeedsReason, ScopeNeedsReason):
                with form.about("why"):
                    raise
    return [change for change in made if not change.is_nothing]


def _one(name: str, incident: Incident, n: int, form: Edited, *, why: str, by: str, use: UseCases) -> Change:
    """What was written in the field *name* is kept, or asked for. Raises refusals."""
    ref, text = incident.ref, form.text(name)
    match name:
        case "owner":
            return use.followups.give(ref, n, by=by, owner=text)
        case "due":
            return use.followups.redate(ref, n, by=by, day=day_in(text, incident, use), reason=why)
        case "priority":
            priority = Priority(form.one_of(name, {each.value for each in Priority}))
            return use.followups.prioritise(ref, n, by=by, priority=priority)
        case "budget":
            return use.followups.budget(ref, n, by=by, amount=read_budget(text), reason=why)
        case "scope":
            return use.followups.scope(ref, n, by=by, text=text, reason=why)
    return use.followups.word(ref, n, by=by, name=name, text=text)
