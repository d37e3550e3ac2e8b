"""Horizons of follow-ups: how people type them, and how documents call them, the nearest first."""

from collections.abc import Mapping

CASE_HORIZONS: Mapping[str, str] = {
    "4h": "Immediate (0-4 hours)", "24h": "Short-term (4-24 hours)", "7d": "Long-term (1-7 days)",
}  # fmt: skip
"""Those of a customer escalation (PRODUCT 3.0, row 10)."""
HORIZONS: Mapping[str, str] = {
    **CASE_HORIZONS, "30d": "Next 30 days", "90d": "Next 90 days", "6mo": "Next 6 months",
}  # fmt: skip
"""Horizons as they are kept, to how documents call them. Any other stands as it was given."""
_SPELLED = {
    **dict.fromkeys(("0-4h", "0-4 h", "0-4 hours", "4 h", "4 hours", "immediate"), "4h"),
    **dict.fromkeys(("4-24h", "4-24 h", "4-24 hours", "24 h", "24 hours", "1d", "short-term"), "24h"),
    **dict.fromkeys(("1-7d", "1-7 d", "1-7 days", "7 d", "7 days", "1w", "week", "long-term"), "7d"),
}


def read_horizon(text: str) -> str:
    """*text* as it is kept: a known horizon in its short form, any other as it was given."""
    said = text.strip()
    plain = said.lower().replace("\u2013", "-")
    return plain if plain in HORIZONS else _SPELLED.get(plain, said)
