"""The form of ``update``: opened by the bare verb, by the card, by reminders."""

from dataclasses import replace

from bot.domain.arguments import Arguments
from bot.domain.incident import Incident, Status, severity_of
from bot.domain.times import parse_duration
from bot.domain.updates import EXECUTIVES, WORDS, Said, over
from bot.slack import blocks
from handlers.asking import incident_here
from handlers.filled import Filled, fits, known_text
from handlers.posting import post
from handlers.routes import DONE, Reply, Request, Routes, UseCases

routes = Routes()
OUTSIDE, TO_EXECUTIVES = "external", "exec"
"""What can be chosen in the form besides the incident's channel."""


def update_form(
    incident: Incident, use: UseCases, *, phase: Status | None = None, taken: Arguments | None = None
) -> Reply:
    """The form, filled in with what is known and what was typed already."""
    shown = phase.value if phase else _phase(incident)
    last = known_text(incident.last_update, use)
    fields = [
        blocks.choice("phase", "Phase", [(word, word.capitalize()) for word in WORDS], initial=shown),
        blocks.text_input(
            "text", "Where things stand", initial=last if fits(last) else "", multiline=True,
            hint="Left empty, and for customers: the approved text of the phase.",
        ),
        blocks.text_input(
            "next", "Next update in", initial=(taken.one("next") or "") if taken else "",
            hint=f"Left empty: in {severity_of(incident, use.lookup.policy).cadence}. Like 20m or 1h.",
        ),
        blocks.checkboxes("audiences", "Tell also", _audiences(use), initial=taken.flags if taken else ()),
    ]  # fmt: skip
    about = f"{incident.ref} {_phase(incident)} {incident.severity}"
    form = blocks.form("update_form", "Post an update", "Post", fields, about=about)
    return Reply(form=form) if fits(last) else Reply(template="form_last_update", form=form)


def _phase(incident: Incident) -> str:
    """The phase that the form shows of itself: one in triage is under investigation once an update says so."""
    return incident.status.value if incident.status.value in WORDS else Status.INVESTIGATING.value


def _audiences(use: UseCases) -> list[tuple[str, str]]:
    target = use.lookup.policy.targets.get(EXECUTIVES)
    outside = [(OUTSIDE, "Customers (an edited text waits for approval)")]
    told = target is not None and target.channel
    return [*outside, (TO_EXECUTIVES, f"Executives (#{target.channel})")] if target and told else outside


@routes.button("update_form", verb="update")
def ask_update(request: Request, use: UseCases) -> Reply:
    """The buttons "Post update" on the card and on nudges."""
    incident = incident_here(request, use)
    if not incident.is_open:
        raise over(incident)
    return update_form(incident, use)


@routes.form("update_form", verb="update", typed="update Where things stand")
def keep_update(request: Request, use: UseCases) -> Reply:
    """An update written into the form. A phase that was left as shown does not take back another's step."""
    ref, shown, severity = (*request.value.split(" "), "", "")[:3]
    incident = incident_here(replace(request, value=ref), use)
    form = Filled(request, use)
    chosen, audiences = form.one_of("phase", WORDS), form.chosen("audiences")
    text, promised = form.text("text"), form.read("next", parse_duration)
    form.check()
    phase = None if chosen == shown != _phase(incident) else WORDS[chosen]
    said = Said(
        text=text, phase=phase, promised=promised, outside=OUTSIDE in audiences,
        executives=TO_EXECUTIVES in audiences,
    )  # fmt: skip
    reply = post(request, use, incident, said)
    another = severity_of(incident, use.lookup.policy) if severity not in ("", incident.severity) else None
    told = {**reply.facts, "severity_now": another.spelled if another else ""}
    is_more = said.outside or said.executives or reply.facts["promised_in_vain"] or another
    return replace(reply, facts=told) if is_more else DONE
