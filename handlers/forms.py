"""Which verb has which form. A verb typed with nothing after it opens its form, unless the bare verb does something."""

from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    "declare": "declare_form",
    "update": "update_form",
    "note": "note_form",
    "impact": "impact_form",
    "task": "task_form",
    "handoff": "handoff_form",
    "role": "role_form",
    "escalate": "escalation_form",
    "set": "set_which",
    "customer": "case_form",
    "mitigate": "mitigate_form",
    "resolve": "resolve_form",
    "postmortem": "write_which",
    "followup": "followup_form",
}
"""Verb to the callback of its form: every verb that takes more than two fields, and some with fewer."""
BARE: Mapping[str, str] = {
    "declare": "asks for the severity by four buttons, beside which stands “Fill in a form”",
    "task": "lists the tasks, with “Add a task” below; `task add` alone opens the form",
    "customer": "lists them, with “Open a customer escalation” below; `customer add` alone opens the form",
    "role": "lists who has which role, with a button for each that is free; the card has “Take a role”",
    "escalate": "lists who was told, with “With a reason” below",
    "mitigate": "is done at once, at 3 a.m. with one word; “More” on the card has the form",
    "resolve": "is done at once, at 3 a.m. with one word; “Resolve” on the card has the form",
    "followup": "lists the follow-ups, with “Add a follow-up” below; `followup add` alone opens the form",
    "postmortem": "shows how the postmortem stands; `postmortem write` and “Write” below the draft open the forms",
}
"""Verbs with a form whose bare word has a meaning of its own, and how one comes to their form."""
WITHOUT: Mapping[str, str] = {
    "playbook": "a name, a step and its numbers; what it posts has a button for each step",
    "merge": "two fields, for `into` is only a filling word, and the second is optional",
}
"""Verbs whose usage looks like more than two fields, and why they have no form."""
