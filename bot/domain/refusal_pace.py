"""What cannot be done about the pace of an incident: pauses, the long pace, questions that came too late."""

from bot.domain.refusal import Refusal, UnknownTime


class TooSevereToPause(Refusal):
    """Reminders of {severity} cannot be paused. If it has calmed down, lower the severity first."""

    next = "/incident sev {ref} {lower} {reason}"


class NeverPaused(Refusal):
    """Reminders of {severity} cannot be paused, nor those of any other severity here: the policy allows none."""

    next = "/incident snooze {ref} 20m"


class PauseNeedsEnd(Refusal):
    """Until when should {ref} be paused? Write a duration or a time, and why."""

    next = "/incident pause {ref} 2h waiting for the vendor"


class PauseNeedsReason(Refusal):
    """Why should {ref} be paused? People will ask, so it is written down."""

    next = "/incident pause {ref} {until} waiting for the vendor"


class PausedAlready(Refusal):
    """{ref} is paused until {until}: no reminder comes before that."""

    next = "/incident resume {ref}"


class UnknownTimeAhead(UnknownTime):
    """'{given}' is not a time to come. Write 2h, 14:00, 14:00 UTC, tomorrow 09:00 or 2024-03-15 09:00."""


class TimeIsPast(Refusal):
    """That time has passed: {clock}. Now it is {now}. Write a time that is to come, or a duration like 2h."""


class NotForLong(Refusal):
    """The long pace is for sev1 and sev2. {severity} wants an update every {cadence} as it is."""

    next = "/incident status {ref}"


class TooEarlyForLong(Refusal):
    """{ref} has not been open for {after} yet. From {since} on it can go over to an update every {slower}."""

    next = "/incident status {ref}"


class OverMeanwhile(Refusal):
    """{ref} is {status} by now; nothing was changed."""

    next = "/incident status {ref}"
