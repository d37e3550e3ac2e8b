"""What cannot be taken back, and what to do instead (DR-16)."""

from bot.domain.refusal import Refusal


class NothingToTakeBack(Refusal):
    """There is nothing of yours in {ref} that could be taken back."""

    next = "/incident timeline {ref}"


class TakenBackAlready(Refusal):
    """There is nothing more to take back: your last command in {ref} was an undo."""

    next = "/incident timeline {ref}"


class TooLateToTakeBack(Refusal):
    """Your last command in {ref} ({what}) is {age} old; undo reaches back {reach}."""

    next = "/incident status {ref}"


class ChangedSince(Refusal):
    """Nothing was taken back: {what} of {ref} changed again since your command."""

    next = "/incident status {ref}"


class Stays(Refusal):
    """That cannot be taken back. If it was wrong, say so for the record."""

    next = "/incident note correction: …"


class DeclarationStays(Stays):
    """A declaration stays in the record. A false alarm is cancelled."""

    next = "/incident cancel {ref} false alarm"


class UpdateStays(Stays):
    """An update was read already, and stays. Post another that puts it right."""

    next = "/incident update …"


class ToldStays(Stays):
    """People were told, which cannot be taken back. Tell them again, or note what was wrong."""

    next = "/incident note correction: …"


class EndStays(Stays):
    """That it ended cannot be taken back, but it can be opened again."""

    next = "/incident reopen {ref}"


class ReopeningStays(Stays):
    """A reopening was announced, and stays. If it is over after all, resolve it again."""

    next = "/incident resolve {ref}"


class ChannelStays(Stays):
    """A channel that was opened or left cannot be turned back."""

    next = "/incident status {ref}"


class AnswerStays(Stays):
    """A hand-off that was declined stays declined. It can be offered again."""

    next = "/incident roles {ref}"
