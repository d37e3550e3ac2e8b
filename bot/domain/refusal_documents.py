"""What cannot be made of a record, and what can."""

from bot.domain.refusal import Refusal


class UnknownOutput(Refusal):
    """'{given}' is no kind of file that a draft is made as. The kinds are: {known}."""

    next = "/incident postmortem draft as={near}"
    whole = frozenset({"known"})


class NotForTerminals(Refusal):
    """A {kind} file cannot be read in a terminal. Name a file for it: `-o {file}`"""


class MarkdownAlready(Refusal):
    """{file} is Markdown already. Say what it should become: `--as pdf`"""

    whole = frozenset({"file"})


class NotMade(Refusal):
    """The {kind} file could not be made: {why}. The Markdown holds the same: `python -m bot postmortem {ref}`"""

    whole = frozenset({"why"})


class MayBeEdited(Refusal):
    """{file} is there already, and somebody may have written into it. Name another file, or overwrite it: `--force`"""

    whole = frozenset({"file"})


class OfAnother(Refusal):
    """{file} is the draft of {other}, and not of {this}. Name a draft of {this}, or write it all the same: `--force`"""

    whole = frozenset({"file"})


class NotForCustomers(Refusal):
    """{file} does not say that it is for customers. Begin with {next}, or say that they may read it all: `--force`"""

    whole = frozenset({"file", "next"})
