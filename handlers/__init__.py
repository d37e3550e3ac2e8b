"""The doors: one file per feature with its verbs, buttons, forms and events; their sum is ROUTES."""

from handlers import (
    access,
    brief,
    channels,
    closing,
    declare,
    escalation,
    external,
    fields,
    handoff,
    lookup,
    merging,
    pace,
    playbook,
    postmortem,
    review,
    roles,
    severity,
    sla,
    tasks,
    timeline,
    undo,
    updates,
    writing_form,
)
from handlers.help import help_for

_FEATURES = (
    declare.routes
    + updates.routes
    + external.routes
    + brief.routes
    + sla.routes
    + pace.routes
    + severity.routes
    + escalation.routes
    + roles.routes
    + handoff.routes
    + tasks.routes
    + playbook.routes
    + timeline.routes
    + fields.routes
    + undo.routes
    + channels.routes
    + access.routes
    + closing.routes
    + merging.routes
    + postmortem.routes
    + writing_form.routes
    + review.routes
    + lookup.routes
)
ROUTES = _FEATURES + help_for(_FEATURES)
"""Every door in one expression; help, did-you-mean and the manifest come out of it."""
