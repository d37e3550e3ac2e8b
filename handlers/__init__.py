"""The doors: one file per feature with its verbs, buttons, forms and events; their sum is ROUTES."""

from handlers import (
    access,
    brief,
    channels,
    closing,
    declare,
    declare_form,
    escalation,
    external,
    fields,
    handoff,
    home,
    lookup,
    merging,
    pace,
    postmortem,
    review,
    roles,
    severity,
    shortcuts,
    sla,
    subscribe,
    tasks,
    timeline,
    undo,
    updates,
    writing_form,
)
from handlers.help import help_for

_FEATURES = (
    declare.routes
    + declare_form.routes
    + shortcuts.routes
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
    + subscribe.routes
    + home.routes
)
ROUTES = _FEATURES + help_for(_FEATURES)
"""Every door in one expression; help, did-you-mean and the manifest come out of it."""
