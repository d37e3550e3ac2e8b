"""What the policy leaves to some people only (DR-19)."""

from bot.domain.refusal import Refusal


class LeftToOthers(Refusal):
    """'{verb}' is left to {who} by your organisation's policy; nothing was changed. Ask one of them."""

    next = "/incident status"
    whole = frozenset({"who"})


class LeftToNobody(Refusal):
    """'{verb}' is left to nobody by your organisation's policy; nothing was changed."""

    next = "/incident status"
