"""The doors: one file per feature with its verbs, buttons, forms and events; their sum is ROUTES."""

from handlers import (
    access,
    brief,
    channels,
    closing,
    closing_form,
    customer,
    customer_close,
    customer_form,
    declare,
    declare_form,
    digest,
    doctor,
    escalation,
    external,
    fields,
    followup,
    followup_buttons,
    followup_edit,
    followup_file,
    followup_form,
    followup_later,
    followup_requests,
    followup_show,
    handoff,
    home,
    impact_form,
    lookup,
    merging,
    metrics,
    more,
    note_form,
    pace,
    playbook,
    postmortem,
    review,
    roles,
    set_form,
    severity,
    shortcuts,
    sla,
    subscribe,
    tasks,
    timeline,
    undo,
    update_form,
    updates,
    writing_form,
)
from handlers.help import help_for

_FEATURES = (
    declare.routes
    + declare_form.routes
    + shortcuts.routes
    + note_form.routes
    + set_form.routes
    + impact_form.routes
    + update_form.routes
    + closing_form.routes
    + updates.routes
    + external.routes
    + brief.routes
    + sla.routes
    + pace.routes
    + severity.routes
    + escalation.routes
    + roles.routes
    + customer.routes
    + customer_form.routes
    + customer_close.routes
    + handoff.routes
    + tasks.routes
    + followup.routes
    + followup_later.routes
    + followup_form.routes
    + followup_buttons.routes
    + followup_edit.routes
    + followup_file.routes
    + followup_requests.routes
    + followup_show.routes
    + playbook.routes
    + timeline.routes
    + fields.routes
    + undo.routes
    + channels.routes
    + access.routes
    + closing.routes
    + merging.routes
    + more.routes
    + postmortem.routes
    + writing_form.routes
    + review.routes
    + lookup.routes
    + metrics.routes
    + digest.routes
    + doctor.routes
    + subscribe.routes
    + home.routes
)
ROUTES = _FEATURES + help_for(_FEATURES)
"""Every door in one expression; help, did-you-mean and the manifest come out of it."""
