"""What people are told of when Slack refuses a call for good, by the kind of its key (DR-14, DR-15).

The command stands here as in templates: it is named where these texts are said.
"""

from collections.abc import Mapping

DEAD = frozenset({"is_archived", "channel_not_found", "not_in_channel"})
"""Refusals after which nothing more can be said in a channel."""
SAID_ALOUD: Mapping[str, str] = {
    "channel": "trouble_channel",
    "announce": "trouble_announce",
    "invite": "trouble_invite",
    "upload": "trouble_upload",
    "pin": "trouble_pin",
    "external": "trouble_external",
    "exec": "trouble_executives",
    "archive": "trouble_archive",
    "archived": "trouble_archive",
    "join": "trouble_join",
}
"""Refusals with a sentence of their own, each said (DR-14), by the kind of key."""
BY_HAND = "Say it by hand."
FOLLOWUP_ALONE = tuple(
    f"followup-{what}{step}" for what in ("due", "lacks", "scope") for step in ("", "-open")
)
FOLLOWUP_TARGETS = tuple(
    f"followup-{what}{step}" for what in ("blocked", "budget", "late") for step in ("", "-open", "-group")
)
UNSAID: Mapping[str, tuple[str, str]] = {
    "update": ("a status update", "It is recorded: `/incident timeline` shows it. Say it here by hand."),
    "nudge": ("a reminder that a status update is due", "Post one: `/incident update` and how things stand."),
    "card": ("the status card", "How things stand: `/incident status`"),
    "card-edit": ("a change of the status card", "It is out of date. How things stand: `/incident status`"),
    "announce-edit": ("a change of the announcement", "It is out of date. Tell people there by hand."),
    "draft": ("the line about the postmortem draft", "The file is there: tell its owner by hand."),
    "severity-changed": ("the news of a new severity", BY_HAND),
    "role-assigned": ("the news of a role", BY_HAND),
    "roles": ("the question who takes which role", "Ask by hand; `/incident roles` shows who has which."),
    "offer": ("the offer of a role", "Ask them by hand; it is given by `/incident role`."),
    "handoff-declined": ("the news that a role was declined", BY_HAND),
    "playbook": ("a playbook", "Post it once more: `/incident playbook`"),
    "playbook-page": ("a part of a playbook", "Its steps are ticked by `/incident playbook NAME done 3`"),
    "playbook-edit": ("that a step of a playbook is done", "It is recorded: `/incident timeline` shows it."),
    "case": ("the news of a customer escalation", "How it stands: `/incident customer list`"),
    "case-incident": ("the news of the incident that it belongs to", BY_HAND),
    "case-level": ("the news of its level of escalation", BY_HAND),
    "case-tied": ("the news that it belongs to an incident", BY_HAND),
    "case-untied": ("the news that it stands alone", BY_HAND),
    "undone": ("the news that something was taken back", BY_HAND),
    "snoozed": ("the news that reminders are snoozed", BY_HAND),
    "paused": ("the news that reminders are paused", BY_HAND),
    "resumed": ("the news that a pause is over", BY_HAND),
    "long-pace": ("the news of the long pace", BY_HAND),
    "stale": ("the question whether it is still going on", "Post an update, resolve it, or close it."),
    "resolved": ("the news that it is resolved", BY_HAND),
    "closed": ("the news that it is closed", BY_HAND),
    "reopened": ("the news that it is open again", BY_HAND),
    "external": (
        "an update for customers",
        "It is recorded: `/incident timeline` shows it. Publish it by hand.",
    ),
    "exec": ("an update for the executives", "Tell them by hand."),
    "preview": (
        "a text for customers that waits for approval",
        "Write it once more: `/incident update … --external`",
    ),
    "preview-past": ("a change of a text for customers", "What its buttons offer was decided already."),
    "phase-changed": ("the news of a new phase", BY_HAND),
    "mail-overdue": ("that the mail to customers is overdue", "A draft: `/incident brief customer NAME`"),
    "mitigated": ("the news that it is mitigated", BY_HAND),
    "cancelled": ("the news that it is cancelled", BY_HAND),
    "merged": ("the news that it is merged into another incident", BY_HAND),
    "absorbed": ("the news that another incident was merged into this one", BY_HAND),
    "moved": ("the line that says where the former channel is", BY_HAND),
    "stayed": ("the news that no new channel could be made", BY_HAND),
    "members": ("the invitations of its people", "Invite them by hand: type `/invite` here."),
    "farewell": (
        "the farewell in its former channel",
        "Tell people there by hand, not what it is about.",
    ),
    "archive-former": (
        "the archiving of its former channel",
        "Archive that channel by hand, so that nobody goes on there.",
    ),
    **dict.fromkeys(
        ("review", "review-open"),
        ("a reminder of the postmortem to its owner", "How it stands: `/incident postmortem status`"),
    ),
    "review-overdue": ("that the postmortem is overdue", "How it stands: `/incident postmortem status`"),
    "review-state": ("the news of the postmortem", "How it stands: `/incident postmortem status`"),
    "review-ask": ("what a reviewer of the postmortem is asked", "Ask them by hand."),
    "review-agreed": ("that all reviewers agree", "How it stands: `/incident postmortem status`"),
    "review-owner": ("that the postmortem has another owner", BY_HAND),
    "digest": ("the line about an overdue postmortem to those whom the policy names", "Tell them by hand."),
    **dict.fromkeys(
        FOLLOWUP_ALONE,
        ("a reminder of follow-ups", "Which they are: `/incident followup list`"),
    ),
    **dict.fromkeys(
        FOLLOWUP_TARGETS, ("what a target of the policy hears of follow-ups", "Tell them by hand.")
    ),
    "gap": ("that the log may be incomplete", "A postmortem draft says what may be missing."),
    "gap-closed": ("that the log is complete again", BY_HAND),
    "echo": ("a line below the status card", "It is recorded: `/incident timeline` shows it."),
    "recurs": ("that something recurs", "The card names it: `/incident status`"),
    "rungs": ("the news of an escalation", "Whom it is about, and how it stands: `/incident escalate list`"),
    "escalation-skipped": ("the news that an escalation is skipped", BY_HAND),
    "invite": ("an invitation", BY_HAND),
    "absent": ("that somebody is no longer there", "Hand over what they had: `/incident roles`"),
    "reach": ("that its channel is out of reach", "Tell people there by hand."),
    "in-reach": ("that the bot is back", BY_HAND),
    "card-again": ("the status card", "How things stand: `/incident status`"),
    "pin": ("the pin of the status card", BY_HAND),
}
"""What is named as not said, and what to do by hand; once for each incident and error."""
ELSEWHERE = frozenset({
    "announce", "announce-edit", "external", "exec", "members", "farewell", "archive-former", "reach", "review",
    "review-open", "review-ask", "review-agreed", "digest", "subscriber", "subscriber-open",
    *FOLLOWUP_ALONE, *FOLLOWUP_TARGETS,
})  # fmt: skip
"""Said in a channel that is not the incident's."""
TARGETS = frozenset({"escalation", "escalation-open", "escalation-group", "fyi", "fyi-open", "fyi-group"})
"""Said to the target of an escalation: a refusal is said in the incident's channel, with the way by hand (DR-25)."""
EDITS = frozenset({"card-edit", "announce-edit", "preview-past", "playbook-edit", "followup-edit"})
AGAIN = ":again"
