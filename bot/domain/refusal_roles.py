"""What is refused about roles and hand-offs, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal, UnknownRole


class RoleTaken(Refusal):
    """{holder} is {label} already. They can hand it over to you."""

    next = "/incident handoff {role} {by}"


class UnknownRoleToHandOver(UnknownRole):
    """Unknown role '{given}'. The roles are: {known}."""

    next = "/incident handoff {near} @name"


class HandoffToWhom(Refusal):
    """To whom is {label} handed over? Write @name after the role."""

    next = "/incident handoff {role} @name"


class HandoffToOneself(Refusal):
    """A role is not offered to oneself. To take it over at once, take it."""

    next = "/incident role {role} me"


class HoldsItAlready(Refusal):
    """{holder} is {label} already; nothing was offered."""

    next = "/incident roles {ref}"


class OfferForAnother(Refusal):
    """{label} was offered to {to}: only they can accept or decline."""

    next = "/incident roles {ref}"


class OfferGone(Refusal):
    """That offer of {label} no longer waits for an answer: {holder} has the role."""

    next = "/incident roles {ref}"


class NothingOffered(Refusal):
    """No role of {ref} is offered to you."""

    next = "/incident roles {ref}"


class WhichOffer(Refusal):
    """Several roles are offered to you: {roles}. Say which one."""

    next = "/incident handoff {answer} {first}"
    whole = frozenset({"roles"})
