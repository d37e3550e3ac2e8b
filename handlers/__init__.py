"""The doors: one file per feature with its verbs, buttons, forms and events; their sum is ROUTES."""

from handlers import (
    brief,
    closing,
    declare,
    escalation,
    external,
    fields,
    lookup,
    pace,
    postmortem,
    roles,
    severity,
    sla,
    timeline,
    updates,
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
    + timeline.routes
    + fields.routes
    + closing.routes
    + postmortem.routes
    + lookup.routes
)
ROUTES = _FEATURES + help_for(_FEATURES)
"""Every door in one expression; help, did-you-mean and the manifest come out of it."""
