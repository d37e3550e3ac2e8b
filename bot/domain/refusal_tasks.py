"""What is refused about tasks, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class UnknownTaskStep(Refusal):
    """'{given}' is nothing that can be done with tasks. Write add, list, done or give."""

    next = "/incident task {instead}"
    whole = frozenset({"instead"})


class TaskNeedsText(Refusal):
    """What is to be done? Write it after add."""

    next = "/incident task add restart the app servers @name in=10m"


class TaskGoesOnElsewhere(Refusal):
    """{ref} is merged and goes on in {into}, so a task belongs there; nothing was added."""

    next = "/incident task {into} add …"


class WhichTask(Refusal):
    """Which task? Write its number."""

    next = "/incident task list {ref}"


class NoSuchTask(Refusal):
    """{ref} has no task {given}."""

    next = "/incident task list {ref}"


class TaskForWhom(Refusal):
    """Who should have task {n}? Write @name or me after its number."""

    next = "/incident task give {n} me"


class TaskIsDone(Refusal):
    """Task {n} of {ref} is done: {by} said so {ago} ago."""

    next = "/incident task list {ref}"


class TaskMoved(Refusal):
    """Task {n} of {ref} goes on as task {m} of {into}."""

    next = "/incident task {into} list"
