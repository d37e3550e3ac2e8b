"""Forms that can be opened about an incident: one table per feature file, and their sum."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.incident import Incident
from handlers.routes import Reply, Request, UseCases

Opening = Callable[[Incident, Request, UseCases], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """One form, with what is said of it where it is chosen."""

    verb: str
    """The verb whose fields it has: it is offered where that is possible, to whom the policy lets use it."""
    label: str
    open: Opening


class Openers:
    """The forms of one feature, or the sum of several."""

    def __init__(self) -> None:
        """Begin with none."""
        self.known: dict[str, Opener] = {}

    def opens(self, verb: str, *, label: str) -> Callable[[Opening], Opening]:
        """The decorated function gives the form of *verb*."""

        def lead(opening: Opening) -> Opening:
            self.known[verb] = Opener(verb=verb, label=label, open=opening)
            return opening

        return lead

    def __add__(self, other: "Openers") -> "Openers":
        """Both; a verb in both is a mistake of ours and raises ValueError."""
        if twice := self.known.keys() & other.known.keys():
            raise ValueError(f"two features share forms: {sorted(twice)}")
        both = Openers()
        both.known = self.known | other.known
        return both
