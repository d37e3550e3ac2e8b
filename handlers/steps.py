"""Steps: what the second word of a verb leads to (``postmortem draft``); one table per feature file, and their sum."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.asking import Asked
from handlers.routes import Reply, Request, UseCases

StepHandler = Callable[[Asked, Request, UseCases], Reply]
"""Gets the incident with the text after the step's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One word after a verb, with what help says about it."""

    name: str
    run: StepHandler
    usage: str
    """What may follow the word; empty: nothing."""
    is_text: bool
    """True where free text follows: a reference is then looked for before and right behind the step's word only."""


class Steps:
    """The steps of one feature, or the sum of several."""

    def __init__(self) -> None:
        """Begin with none."""
        self.known: dict[str, Step] = {}

    def step(
        self, name: str, *, usage: str = "", is_text: bool = False
    ) -> Callable[[StepHandler], StepHandler]:
        """Lead the word *name* to the decorated function."""

        def lead(run: StepHandler) -> StepHandler:
            self.known[name] = Step(name=name, run=run, usage=usage, is_text=is_text)
            return run

        return lead

    def __add__(self, other: "Steps") -> "Steps":
        """Both; a name in both is a mistake of ours and raises ValueError."""
        if twice := self.known.keys() & other.known.keys():
            raise ValueError(f"two features share steps: {sorted(twice)}")
        both = Steps()
        both.known = self.known | other.known
        return both

    def find(self, word: str) -> Step | None:
        """The step of that name."""
        return self.known.get(word.lower())

    @property
    def usage(self) -> str:
        """All steps with what may follow them, a line each, for help."""
        return "\n".join(f"{step.name} {step.usage}".strip() for step in self.known.values())
