"""Which scopes the bot's token has, as Slack last said: what cannot work is refused beforehand, with the reason.

Where Slack has not said it (yet), everything is tried. ``bot.checks`` tells operators what is missing.
"""

from collections.abc import Collection

from bot.store.store import Tx

KNOWN = "scopes"
"""Under which name they are remembered, for all processes on one database."""
GROUPS = "usergroups:read"
CANVASES = ("canvases:write", "canvases:read")
PRIVATE = "groups:write"
"""Without it no private channel can be opened, and nobody be invited into one."""
SEES_PRIVATE = "groups:read"
"""Without it the bot does not see a private channel that people made."""


def learned(tx: Tx, scopes: Collection[str]) -> bool:
    """Keep what Slack says the token may do; whether that is news. Empty: Slack did not say."""
    told = sorted(scopes)
    if not told or tx.known(KNOWN) == told:
        return False
    tx.remember(KNOWN, told)
    return True


def lacking(tx: Tx, *scopes: str) -> tuple[str, ...]:
    """Which of *scopes* the token does not have, as far as Slack has said."""
    known = tx.known(KNOWN)
    return tuple(scope for scope in scopes if known and scope not in known)
