"""The end of a customer escalation: its close asks what the customer said (PRODUCT 3.0, row 13), and forces nothing."""

from bot.domain.drafting import is_unverified
from bot.domain.incident import Incident
from bot.domain.lifecycle import refuse_open
from bot.domain.mrkdwn import plain
from bot.domain.refusal_endings import NotVerified
from bot.slack import blocks
from handlers.asking import incident_here
from handlers.filled import Filled
from handlers.routes import DONE, Reply, Request, Routes, UseCases

routes = Routes()
VERIFIED, FEEDBACK = "verified", "feedback"
MOODS = ("Satisfied", "Mixed", "Dissatisfied", "Not asked")
"""How the customer feels about it on the whole."""


def said_fields() -> list[blocks.Block]:
    """What is asked of a customer's sentiment."""
    return [
        blocks.text_input(
            "said", "What the customer said", multiline=True,
            hint="A line for each point, like: appreciated the quick workaround",
        ),
        blocks.radios("mood", "On the whole", [(mood, mood) for mood in MOODS], initial=MOODS[-1]),
    ]  # fmt: skip


@routes.button("case_close_form", verb="close")
def ask_close(request: Request, use: UseCases) -> Reply:
    """The card's "Close". One that cannot be closed is refused before anything is typed."""
    incident = incident_here(request, use)
    refuse_open(incident)
    fields = said_fields()
    if is_unverified(incident):
        boxes = [(VERIFIED, "The customer has verified that it is resolved")]
        fields += [
            blocks.checkboxes("done", "Verified", boxes),
            blocks.text_input(
                "without", "If not: why it is closed all the same", hint="It stays on the record."
            ),
        ]
    return Reply(
        form=blocks.form("case_close_form", f"Close {incident.ref}", "Close", fields, about=incident.ref)
    )


@routes.form("case_close_form", verb="close", typed="close")
def keep_close(request: Request, use: UseCases) -> Reply:
    """Closed, with what the customer said; all of it or nothing."""
    incident = incident_here(request, use)
    form = Filled(request, use)
    asked = is_unverified(incident) and "done" in request.fields
    verified, without = (VERIFIED in form.chosen("done"), form.line("without")) if asked else (False, "")
    form.check()
    if is_unverified(incident) and not verified and not without:
        refusal = NotVerified(ref=incident.ref, customer=plain(incident.customer or ""))
        refusal.field = "done" if asked else "said"
        raise refusal
    if verified:
        use.lookup.allow("customer", request.user)
        use.cases.verified(incident.ref, by=request.user)
    keep_said(incident, form, request, use)
    use.incidents.close(
        incident.ref, by=request.user, message="" if verified else without, unverified=bool(without)
    )
    return DONE


@routes.button("case_said_form", verb="postmortem")
def ask_said(request: Request, use: UseCases) -> Reply:
    """The button "What the customer said" below the answer to a typed close."""
    incident = incident_here(request, use)
    return Reply(
        form=blocks.form("case_said_form", "What they said", "Save", said_fields(), about=incident.ref)
    )


@routes.form("case_said_form", verb="postmortem", typed="postmortem add sentiment what the customer said")
def keep_case_said(request: Request, use: UseCases) -> Reply:
    """What the customer said, for the document."""
    keep_said(incident_here(request, use), Filled(request, use), request, use)
    return DONE


def keep_said(incident: Incident, form: Filled, request: Request, use: UseCases) -> None:
    """Each line is a point of the customer's sentiment; how they feel on the whole is the last."""
    lines = [line.strip(" •-") for line in form.text("said").splitlines()]
    mood = form.one_of("mood", MOODS)
    lines += [f"Overall sentiment: {mood}"] if mood != MOODS[-1] else []
    told = [line for line in lines if line]
    if told:
        use.lookup.allow("postmortem", request.user)
    for line in told:
        item = {"kind": "sentiment", "who": plain(incident.customer or "") or None, "text": plain(line)}
        use.writing.put(incident.ref, FEEDBACK, item, "", by=request.user)


def said_row(ref: str) -> blocks.Block:
    """The button that asks it, below the answer to a typed close."""
    return blocks.actions(blocks.button("What the customer said", "case_said_form", ref))
