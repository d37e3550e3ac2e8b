"""What came back in a form, read field by field; whatever is wrong in it is said at once, each at its field."""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.domain.refusal import OutOfDate, Refusal
from bot.domain.times import Moment
from handlers.asking import fitting, moment
from handlers.routes import Request, UseCases

T = TypeVar("T")


class Filled:
    """The values of a submitted form. Texts are in Slack's encoding, as everywhere."""

    def __init__(self, request: Request, use: UseCases) -> None:
        """Read *request*'s fields; times in the zone of whoever filled them in."""
        self._request, self._use = request, use
        self._refused: list[Refusal] = []

    def text(self, name: str) -> str:
        """What was written there; "" where nothing was. A field that the form does not have raises OutOfDate."""
        return self.read(name, fitting) or ""

    def line(self, name: str) -> str:
        """The same on one line."""
        return " ".join(self.text(name).split())

    def time(self, name: str) -> Moment | None:
        """The time that was written there, as after ``at=``; None where none was."""
        return self.read(name, lambda text: moment(text, self._request, self._use))

    def one_of(self, name: str, known: Container[str]) -> str:
        """What was chosen there. A choice that is not *known* is one of another version: raises OutOfDate."""
        chosen = self._request.fields[name]
        if chosen not in known:
            raise OutOfDate
        return chosen

    def chosen(self, name: str) -> frozenset[str]:
        """The boxes that were ticked."""
        return frozenset(self._request.fields[name].split())

    def read(self, name: str, read: Callable[[str], T]) -> T | None:
        """What *read* makes of the field; None where it is empty, or where *read* refuses it, which is kept."""
        value = self._request.fields[name].strip()
        if not value:
            return None
        try:
            return read(value)
        except Refusal as refusal:
            self._keep(name, refusal)
            return None

    @contextmanager
    def about(self, name: str) -> Iterator[None]:
        """A refusal inside is about the field *name*, and is kept for ``check``."""
        try:
            yield
        except Refusal as refusal:
            self._keep(name, refusal)

    def _keep(self, name: str, refusal: Refusal) -> None:
        refusal.field = name
        self._refused.append(refusal)

    def check(self) -> None:
        """Raise the first of what was refused, which brings along the others."""
        if self._refused:
            first, *others = self._refused
            first.also = tuple(others)
            raise first


def in_zone(example: str, request: Request, use: UseCases) -> str:
    """*example* of a time, with the zone in which times are read: the one of the person's profile."""
    return f"{example}, in {use.lookup.zone_of(request.user).key} time."
