"""References: of an incident (R-ID-1) and of a customer escalation, which is counted apart (PRODUCT 3.0)."""

import re

INCIDENT = r"INC-\d{4}-\d{4}-\d{3,6}"
CASE = r"CE\d{4,6}"
ANY = rf"(?:{INCIDENT}|{CASE})"
_CASE = re.compile(CASE, re.ASCII)
_ANY = re.compile(ANY, re.ASCII)


def is_case(ref: str) -> bool:
    """Whether *ref* is the reference of a customer escalation, a record of its own: ``CE1012``."""
    return _CASE.fullmatch(ref) is not None


def is_reference(text: str) -> bool:
    """Whether *text* is a reference of ours, written as we write it."""
    return _ANY.fullmatch(text) is not None


def case_reference(n: int) -> str:
    """``CE1012``: four digits at least."""
    return f"CE{n:04}"


def case_number(ref: str) -> int:
    """The number in the reference of a customer escalation."""
    return int(ref[2:])
