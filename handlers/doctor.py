"""``doctor``: what is missing and how to mend it, told to whoever asks alone (DR-19)."""

from datetime import timedelta

from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
LATE = timedelta(minutes=1)
"""So long a call waits for Slack until that is worth a line."""


@routes.verb(
    "doctor",
    does="Says what is missing for the bot to work, and how to mend it: scopes, channels, groups.",
    example="/incident doctor",
    situation=Situation.START,
    changes=False,
)
def doctor(request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - it is the same for everybody
    """What was found last, with its time; the outbox as it stands now."""
    found = use.doctor.asked()
    facts = {
        "at": found.at, "fresh": found.fresh, "waiting": found.waiting, "late": found.late,
        "behind": found.waiting > 0 and found.late >= LATE,
        "bad": [{"what": each.what, "mend": each.mend, "stops": each.stops} for each in found.bad],
    }  # fmt: skip
    return Reply(template="reply_doctor", facts=facts)
