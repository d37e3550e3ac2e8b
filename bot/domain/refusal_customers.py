"""What can be refused about texts for customers, who approves them, and who approves credit amounts."""

from bot.domain.refusal import NotPossible, Refusal


class UnknownPhase(Refusal):
    """'{given}' is not a phase. Write investigating, identified, monitoring or resolved."""

    next = "/incident phase monitoring"


class WhichPhase(Refusal):
    """Which phase? Write investigating, identified, monitoring or resolved."""

    next = "/incident phase identified"


class OnlyResolvedOutside(Refusal):
    """{ref} is {status}, so customers can only be told that it is resolved; nothing was published."""

    next = "/incident update {ref} resolved --external"


class AmountsNotApproved(Refusal):
    """A text for customers may not name credit amounts before legal and finance approve, and this one says {found}; nothing was published. Still to approve: {missing}."""  # noqa: E501 - one sentence

    next = "/incident sla {ref}"


class NamesInside(Refusal):
    """A text for customers names no colleagues, channels or references of ours, and this one says {found}; nothing was published. Say it without."""  # noqa: E501 - one sentence


class TooLongOutside(Refusal):
    """A text for customers may have {most} characters, services counted, and this one has {length}; nothing was published."""  # noqa: E501 - one sentence


class NotAnApprover(Refusal):
    """Only {who} may approve a text for customers; nothing was published."""

    next = "/incident roles {ref}"
    whole = frozenset({"who"})


class NotYoursToDiscard(Refusal):
    """Only whoever wrote it, or {who}, may withdraw a text for customers; it still waits."""

    next = "/incident roles {ref}"
    whole = frozenset({"who"})


class PublishedAlready(Refusal):
    """That text for customers was published already, approved by {who}; nothing was done twice."""


class WaitsNoMore(Refusal):
    """That text for customers waits no more: it was withdrawn, or a newer one took its place."""

    next = "/incident update {ref} --external"


class OutOfPhase(Refusal):
    """That text says {phase}, and {ref} is {status} by now; it was not published. Discard it and write a new one."""

    next = "/incident update {ref} {status} --external"


class UnknownSide(Refusal):
    """'{given}' cannot approve credit amounts. Write legal or finance."""

    next = "/incident sla status"


class NobodyMayApprove(Refusal):
    """The policy names nobody who may approve credit amounts for {side}, so nobody may. Your operators fill in [sla] {side} in the policy file."""  # noqa: E501 - one sentence

    next = "/incident sla status"


class NotThatSide(Refusal):
    """Only those whom the policy names under [sla] {side} may approve credit amounts for {side}: {who}. Nothing was approved."""  # noqa: E501 - one sentence

    next = "/incident sla status"
    whole = frozenset({"who"})


class BothSides(Refusal):
    """Credit amounts need two people, and you approved for {other} already; for {side} somebody else must. Nothing was approved."""  # noqa: E501 - one sentence

    next = "/incident sla status"


class UnknownBrief(Refusal):
    """'{given}' is not a brief. Write exec, customer and a name, or sent once the mail is out."""

    next = "/incident brief exec"


class ToldTooEarly(NotPossible):
    """{ref} is {status}: the mail to customers says how it ended, and is told of after that. Nothing was recorded."""

    next = "/incident {instead} {ref}"


class DrillStaysInside(Refusal):
    """{ref} is a drill, and nothing of a drill is for customers. The draft for your own people can be had."""

    next = "/incident postmortem {ref} draft"


class PrivateStaysInside(Refusal):
    """{ref} is private, and no draft for customers is made of it: what leaves is written by hand by those who may see it."""  # noqa: E501 - one sentence

    next = "/incident postmortem {ref} draft"


class UnknownAudience(Refusal):
    """'{given}' is no audience. Write internal, or external for customers."""

    next = "/incident postmortem draft audience=external"
