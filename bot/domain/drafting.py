"""Which draft an incident gets: in which format, for whom, and whether one for customers may be made of it at all."""

from bot.domain.incident import Incident
from bot.domain.parts import Audience
from bot.domain.policy import Policy
from bot.domain.refusal_customers import DrillStaysInside, PrivateStaysInside

ESCALATION = "escalation"
"""The format of a customer escalation, whatever its severity (PRODUCT 1.8)."""


def default_format(incident: Incident, policy: Policy) -> str:
    """The format of its document where nobody asks for another one (PRODUCT 1.8)."""
    return ESCALATION if incident.customer else policy.severities[incident.severity].format


def is_unverified(incident: Incident) -> bool:
    """Whether a customer has not yet found it resolved: it is not closed before, but for a reason (R-ESC-1)."""
    return incident.customer is not None and incident.verified_at is None


def draft_for(incident: Incident) -> Audience:
    """For whom the next draft is: internal first. What became private since is for its own people alone (DR-28)."""
    outside = incident.draft_audience is Audience.EXTERNAL and not (incident.private or incident.drill)
    return Audience.EXTERNAL if outside else Audience.INTERNAL


def check_external(incident: Incident) -> None:
    """Raise the refusal of a draft for customers: nothing of a drill or a private incident leaves (R-DRL-2, DR-28)."""
    if incident.drill:
        raise DrillStaysInside(ref=incident.ref)
    if incident.private:
        raise PrivateStaysInside(ref=incident.ref)
