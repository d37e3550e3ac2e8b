"""What is refused about customer escalations, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class UnknownCustomerStep(Refusal):
    """'{given}' is no step of customer escalations. Write add, list, show, level, tie, untie or verified."""

    next = "/incident customer {instead}"
    whole = frozenset({"instead"})


class WhichCustomer(Refusal):
    """Which customer is it? Write the name first, in quotes where it has spaces, then what is wrong."""

    next = '/incident customer add "Acme Corp" slow queries'


class QuoteNotClosed(Refusal):
    """The customer's name begins with a quote that never ends, so nobody can tell where the name does."""

    next = '/incident customer add "Acme Corp" slow queries'


class UnknownPriority(Refusal):
    """'{given}' is no priority. Write high, medium or low."""

    next = "/incident customer add {customer} {title} p=medium"


class UnknownLevel(Refusal):
    """'{given}' is no level of escalation. Write a number from 1 to 9."""

    next = "/incident customer level {ref} 2"


class NoCase(Refusal):
    """{ref} is no customer escalation: it has no customer."""

    next = '/incident customer add "Acme Corp" slow queries'


class WhichCase(Refusal):
    """Which customer escalation? Write its reference, like CE1012, or type it in its channel."""

    next = "/incident customer list"


class TieToWhat(Refusal):
    """To which incident does {ref} belong? Write its reference, or its channel."""

    next = "/incident customer tie {ref} INC-2026-0302-001"


class TieToCase(Refusal):
    """{other} is a customer escalation too. One belongs to an incident, or stands alone."""

    next = "/incident customer list"


class TieToGone(Refusal):
    """{other} goes on in another incident by now."""

    next = "/incident customer tie {ref} {into}"


class TieAcross(Refusal):
    """{ref} and {other} are not seen by the same people: one of them is private, or has other members."""

    next = "/incident customer show {ref}"


class TieDrill(Refusal):
    """One of {ref} and {other} is a drill, and nothing leaves a drill's channel."""

    next = "/incident customer show {ref}"


class NotTied(Refusal):
    """{ref} belongs to no incident."""

    next = "/incident customer tie {ref} INC-2026-0302-001"


class CaseIntoIncident(Refusal):
    """A customer escalation and an incident are two records, and are never merged: {case} can belong to {incident}."""

    next = "/incident customer tie {case} {incident}"


class VerifiedAlready(Refusal):
    """The customer verified {ref} already, {at}."""

    next = "/incident close {ref}"
