"""What is refused where people write the parts of a postmortem, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class UnknownTopic(Refusal):
    """'{given}' is no part of a postmortem. There are: {known}."""

    next = "/incident postmortem {step} {near}"
    whole = frozenset({"known"})


class WhichTopic(Refusal):
    """Which part of the postmortem? There are: {known}."""

    next = "/incident postmortem {step} {example}"
    whole = frozenset({"known", "example"})


class WriteWhat(Refusal):
    """What is to be written? Put it behind {topic}."""

    next = "/incident postmortem {step} {example}"
    whole = frozenset({"example"})


class WhichItem(Refusal):
    """Which of them? Write the number that the list shows."""

    next = "/incident postmortem list {topic}"


class NoSuchItem(Refusal):
    """There is no {topic} {given}: {there}."""

    next = "/incident postmortem list {topic}"


class NothingThere(Refusal):
    """Nothing is written under {topic} yet."""

    next = "/incident postmortem add {example}"
    whole = frozenset({"example"})


class NameFirst(Refusal):
    """'{given}' lacks a name. Write the name, a colon, and what is to be said of it."""

    next = "/incident postmortem add {example}"
    whole = frozenset({"example"})


class NothingBelow(Refusal):
    """Nothing stands below the heading '{heading}'. Write an item on a line of its own below it, or leave it out."""


class UnknownDocumentField(Refusal):
    """'{given}' is no field of the document. There are: {known}."""

    next = "/incident postmortem add {near} …"
    whole = frozenset({"known"})


class ByForm(Refusal):
    """{topic} is written in a form, for it has several fields."""

    next = "/incident postmortem write {topic}"


class ChangedMeanwhile(Refusal):
    """Somebody changed or dropped it meanwhile, and nothing was overwritten. Copy your text and open it once more."""

    next = "/incident postmortem list {topic}"


class TooLongForAForm(Refusal):
    """{label} is too long for a form of Slack's: it has {length} characters, or a line of more than 2,900."""

    next = "/incident postmortem list {topic}"


class NoDraft(Refusal):
    """{file} was left alone: no line of it says of which incident it is the draft. Name another file, or add --force.

    Also where a person took that line away.
    """

    whole = frozenset({"file"})


class AnotherDraft(Refusal):
    """{file} was left alone: it is the draft of {other}, not of {this}. Name another file, or add --force."""

    whole = frozenset({"file", "other", "this"})


class NothingWritten(Refusal):
    """{what} is missing."""
