"""What happened, as data: whoever tells people about it finds the words by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """What happened, for whoever tells people about it; the value names the template."""

    DECLARED = "declared"
    DECLARED_FROM = "declared_from"
    UPDATED = "updated"
    SEVERITY = "severity_changed"
    ROLE = "role_assigned"
    NOTED = "noted"
    CORRECTED = "corrected"
    RECURS = "recurs"
    FIELD = "field_set"
    IMPACT = "impact_recorded"
    WRITTEN = "written"
    SNOOZED = "snoozed"
    NUDGED = "nudged"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    DRAFTED = "drafted"
    REVIEW = "review"
    REVIEW_WANTED = "review_wanted"
    # phases, customers and executives
    PHASE = "phase_changed"
    EXTERNAL = "external_published"
    PREVIEW = "external_preview"
    PREVIEW_SETTLED = "external_settled"
    EXECUTIVES = "executives_updated"
    SLA = "sla_approved"
    MAIL_DUE = "mail_due"
    MAIL_OVERDUE = "mail_overdue"
    CUSTOMERS_TOLD = "customers_told"
    # the pace: bot/slack/news/pace.py
    PAUSED = "paused"
    RESUMED = "resumed"
    LONG = "long_pace"
    STALE = "stale"
    STILL = "still_going_on"
    ARCHIVED = "archived"
    ROLES_WANTED = "roles_wanted"
    # customer escalations: bot/slack/news/cases.py
    CASE_LEVEL = "case_level"
    CASE_TIED = "case_tied"
    CASE_UNTIED = "case_untied"
    OFFERED = "handoff_offered"
    OFFER_ENDED = "handoff_ended"
    DECLINED = "handoff_declined"
    TASK_ADDED = "task_added"
    TASK_DONE = "task_done"
    TASK_ASKED = "task_asked"
    TASK_LATER = "task_later"
    TASK_GONE = "task_gone"
    TASK_MOVED = "task_moved"
    FOLLOWUP_NOTICE = "followup_notice"
    FOLLOWUP = "followup_changed"
    PLAYBOOK = "playbook"
    UNDONE = "undone"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    SKIPPED = "escalation_skipped"
    # The life cycle: its ends, its channels
    MITIGATED = "mitigated"
    CANCELLED = "cancelled"
    MERGED = "merged"
    ABSORBED = "absorbed"
    MOVED = "moved"
    STAYED = "stayed"
    OUT_OF_REACH = "out_of_reach"
    REACH_CHECKED = "reach_checked"
    IN_REACH = "in_reach"
    ABSENT = "absent"
    GAP = "gap"
    GAP_CLOSED = "gap_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that happened, and the facts that its sentence needs."""

    what: What
    facts: Mapping[str, Any] = field(default_factory=dict)
