"""What comes of each error that Slack documents, by method, as ``tests/stories/test_documented_errors.py`` sees it.

What is temporary, and what is about the token, is done again; the log tells of a refused token. Anything else is the
method's rule, with what differs from that.
"""

from collections.abc import Mapping

AGAIN = "tried again"
PEOPLE = "people are told"
OPERATOR = "the log tells"
NOTHING = ""
"""It is as it should be, or comes right by itself: each has its reason below."""
REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""About the token: all waits for a good one, and the log tells it as an error."""
TEMPORARY = frozenset({
    "fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "service_unavailable",
    "team_added_to_org", "org_login_required",
})  # fmt: skip
"""Slack's word that it could not do it now."""

RULE: Mapping[str, str] = {
    # what somebody should read or see, and the way by hand where there is one
    **dict.fromkeys(
        (
            "auth.test", "chat.postMessage", "chat.update",
            "conversations.archive", "conversations.create", "conversations.info",
            "conversations.invite", "conversations.join", "conversations.list", "conversations.members",
            "conversations.replies", "files.completeUploadExternal", "files.getUploadURLExternal", "pins.add",
            "usergroups.list", "usergroups.users.list", "users.conversations", "users.lookupByEmail", "views.open",
        ),
        PEOPLE,
    ),
    # what nobody waits for: a name, a topic, a double, a copy; what a direct message says stands in the channel too.
    # Of a canvas, beside which the file stands, people are told where it was to be expected.
    **dict.fromkeys(
        (
            "canvases.edit", "canvases.sections.lookup", "conversations.canvases.create", "views.publish",
            "chat.delete", "conversations.history", "conversations.open", "conversations.setPurpose",
            "conversations.setTopic", "conversations.unarchive", "files.info", "users.info", "users.list",
        ),
        OPERATOR,
    ),
}  # fmt: skip
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "canvases.edit": {"canvas_editing_failed": NOTHING},  # done once more, without tables
    "conversations.canvases.create": {"channel_canvas_already_exists": PEOPLE}
    | dict.fromkeys(
        ("canvas_creation_failed", "channel_canvas_creation_failed"),
        NOTHING,  # done once more, without tables
    ),
    "chat.delete": {
        "message_not_found": NOTHING,  # another process was faster
        "channel_not_found": NOTHING,  # the sweep comes again when the bot is let in
        "missing_scope": NOTHING,  # the same
    },
    "chat.update": {
        "message_not_found": OPERATOR,  # the card is posted anew
        "channel_not_found": AGAIN,  # the channel is looked at, and is there
    },
    "conversations.archive": {"already_archived": NOTHING},
    "conversations.create": {"name_taken": NOTHING},  # the next name is taken
    "conversations.history": {
        "channel_not_found": AGAIN,  # the channel is looked at, and is there
        "invalid_cursor": AGAIN,
        "not_in_channel": PEOPLE,
    },
    "conversations.invite": {
        "already_in_channel": NOTHING,
        "cant_invite_self": NOTHING,
        "is_archived": OPERATOR,  # what is said there tells it as a whole
    },
    "conversations.members": {"channel_not_found": NOTHING},  # of a deleted channel: it has nobody
    "conversations.replies": {
        "channel_not_found": OPERATOR,
        "invalid_cursor": AGAIN,
        "thread_not_found": NOTHING,  # a thread that is gone is none
    },
    "files.info": {"file_deleted": NOTHING, "file_not_found": NOTHING},  # there is nothing to copy
    "pins.add": {"already_pinned": NOTHING},
    "views.open": {"exchanged_trigger_id": NOTHING},  # the same delivery again: the form is open
    # what is looked at for a person who waits is not done again
    "conversations.list": dict.fromkeys(TEMPORARY | REFUSED, PEOPLE),
}


def expected(method: str, error: str) -> str:
    """What comes of *error*, answered to *method*."""
    if error in (known := OTHERWISE.get(method, {})):
        return known[error]
    if error in TEMPORARY | REFUSED and method != "views.open":
        return AGAIN
    return RULE[method]
