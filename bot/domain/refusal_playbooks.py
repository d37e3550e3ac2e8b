"""What is refused about playbooks, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class NoPlaybooks(Refusal):
    """The policy names no folder of playbooks, or it is empty. Whoever runs the bot can add one."""

    next = "/incident help"


class UnknownPlaybook(Refusal):
    """There is no playbook '{given}'."""

    next = "/incident playbook {near}"


class NotPosted(Refusal):
    """Which playbook? None of that name stands in the channel of {ref}, or several do."""

    next = "/incident playbook {ref}"


class PlaybookGone(Refusal):
    """That playbook was taken back: its steps count no more."""

    next = "/incident playbook {ref}"


class NoSuchStep(Refusal):
    """'{title}' has no step {given}; it has {most}."""

    next = "/incident playbook {ref}"


class TooManyPlaybooks(Refusal):
    """{ref} has {most} playbooks already, and no more fit."""

    next = "/incident playbook {ref}"
