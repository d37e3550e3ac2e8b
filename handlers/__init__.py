"""The doors: one file per feature with its verbs, buttons, forms and events; their sum is ROUTES."""

from handlers import (
    channels,
    closing,
    declare,
    escalation,
    fields,
    lookup,
    merging,
    postmortem,
    roles,
    severity,
    timeline,
    updates,
)
from handlers.help import help_for

_FEATURES = (
    declare.routes
    + updates.routes
    + severity.routes
    + escalation.routes
    + roles.routes
    + timeline.routes
    + fields.routes
    + channels.routes
    + closing.routes
    + merging.routes
    + postmortem.routes
    + lookup.routes
)
ROUTES = _FEATURES + help_for(_FEATURES)
"""Every door in one expression; help, did-you-mean and the manifest come out of it."""
