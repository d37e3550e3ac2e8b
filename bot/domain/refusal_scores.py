"""What is refused about metrics over many incidents, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class UnknownPeriod(Refusal):
    """'{given}' is no period. Write 30d, quarter, last-quarter, year, 2026-Q1, 2026-03 or 2026-01-01..2026-03-31."""

    next = "/incident metrics 30d"


class PeriodBackwards(Refusal):
    """'{given}' ends before it begins. Write the earlier day first."""

    next = "/incident metrics {first}..{last}"


class UnknownMetric(Refusal):
    """'{given}' is no metric. There are: {known}."""

    next = "/incident metrics list {near}"
    whole = frozenset({"known"})


class NotEntered(Refusal):
    """{name} is computed from incidents and cannot be entered. What can be entered: {known}."""

    next = "/incident metrics set {near} …"
    whole = frozenset({"known"})


class MetricNeedsValue(Refusal):
    """Which value? Write the metric and its number. What can be entered: {known}."""

    next = "/incident metrics set {near} {example}"
    whole = frozenset({"known"})


class NotAMetricValue(Refusal):
    """'{given}' is no number for {name}. Write a number like {example}, or none to take back what was entered."""

    next = "/incident metrics set {key} {example}"


class OutOfRange(Refusal):
    """{name} lies between {least} and {most}: {given} does not."""

    next = "/incident metrics set {key} {example}"


class EnteredAhead(Refusal):
    """'{given}' is still to come: nothing can be known of it yet."""

    next = "/incident metrics set {key} {value} at={today}"


class NothingEntered(Refusal):
    """Nothing was entered for {name} and {days}, so nothing can be taken back."""

    next = "/incident metrics list {key} year"


class NothingToDraw(Refusal):
    """{name} has no values in {called} that a picture could show."""

    next = "/incident metrics list {key} year"


class TrendOfWhat(Refusal):
    """Of which metric? Write its name: {known}."""

    next = "/incident metrics trend {near} year"
    whole = frozenset({"known"})
