"""What comes of each error that Slack documents, by method: as ``tests/stories/test_documented_errors.py`` sees it."""

from collections.abc import Mapping

AGAIN, PEOPLE, OPERATOR = "tried again", "people are told", "the log tells"
NOTHING = ""
REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""About the token: all waits for a good one, and the log tells it as an error."""
TEMPORARY = frozenset({
    "fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "service_unavailable",
    "team_added_to_org", "org_login_required",
})  # fmt: skip
"""Slack's word that it could not do it now."""

FOUND: Mapping[str, Mapping[str, str]] = {}


def expected(method: str, error: str) -> str:
    """What comes of *error*, answered to *method*."""
    return FOUND[method].get(error, "?")
