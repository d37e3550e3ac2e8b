"""Whether this workspace has canvases for the bot: once it says no, it is not asked again for some days."""

from datetime import datetime, timedelta

from bot import granted
from bot.slack.canvas import RESTS
from bot.store.store import Tx

KEY = "canvas:"
"""What the keys of calls begin with that write into one."""
_KNOWN = "canvas"


def learned(tx: Tx, outcome: str, at: datetime) -> None:
    """What came of the last one."""
    known = tx.known(_KNOWN)
    rests = RESTS.get(outcome)
    if rests is not None:
        tx.remember(_KNOWN, {"outcome": outcome, "until": (at + timedelta(days=rests)).isoformat()})
    elif known is not None:
        tx.remember(_KNOWN, None)


def may_be_asked(tx: Tx, at: datetime) -> bool:
    """Whether a canvas may be asked for: the token has the scopes, and Slack has not just said no."""
    if granted.lacking(tx, *granted.CANVASES):
        return False
    known = tx.known(_KNOWN)
    return not known or datetime.fromisoformat(known["until"]) <= at
