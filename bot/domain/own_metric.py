"""Metrics whose values people enter: what the policy says about each, and how their numbers are written."""

import re
from dataclasses import dataclass
from decimal import Decimal

PERCENT = "percent"
_SIGNS = {"<=": "≤", ">=": "≥"}
_TARGET = re.compile(r"(<=|>=|[<>≤≥])\s*(-?\d{1,12}(?:\.\d{1,6})?)\s*%?", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%?", re.ASCII)
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMetric:
    """One metric that people enter (R-MET-4 to 8, and the organisation's own)."""

    key: str
    """As people type it."""
    label: str
    unit: str = ""
    """``percent``, or what stands behind the number, like ``ms``; empty: nothing."""
    sign: str = ""
    """``<``, ``≤``, ``>`` or ``≥``; empty: no target."""
    target: Decimal | None = None
    definition: str = ""


def read_target(written: str) -> tuple[str, Decimal] | None:
    """``> 8.0`` as sign and number; None for anything else."""
    found = _TARGET.fullmatch(written.strip())
    return (_SIGNS.get(found[1], found[1]), Decimal(found[2])) if found else None


def read_share(written: str) -> Decimal | None:
    """``99.95 %`` as a number from 0 to 100; None for anything else."""
    found = _SHARE.fullmatch(written.strip())
    share = Decimal(found[1]) if found else None
    return share if share is not None and share <= _WHOLE else None
