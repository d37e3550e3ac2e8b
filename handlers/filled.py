"""What came back in a form, read field by field; whatever is wrong in it is said at once, each at its field."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from bot.domain.mrkdwn import escaped, plain
from bot.domain.refusal import OutOfDate, Refusal, shorten
from bot.domain.times import Moment
from bot.domain.topic_fields import fingerprint
from handlers.asking import fitting, moment, readable
from handlers.routes import Reply, Request, UseCases

T = TypeVar("T")
LONGEST_FIELD = 3_000
"""Characters that a form's field holds."""
SHOWN_OF_THEIRS = 500


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


# Forms that show what is known already


def known_text(text: str | None, use: UseCases) -> str:
    """A kept text as a form shows it, without blank ends."""
    return readable(text, use).strip()


def theirs(text: str) -> str:
    """What somebody else wrote meanwhile, as a form repeats it."""
    return escaped(shorten(text, SHOWN_OF_THEIRS))


def fits(text: str) -> bool:
    """Whether a form's field holds it; what is longer is never cut, but left to a command."""
    return len(text) <= LONGEST_FIELD


def known_form(
    form: Mapping[str, Any],
    *,
    too_long: Sequence[str],
    clashes: Sequence[tuple[str, str]],
    verb: str,
    shows: bool,
    typed: Mapping[str, str],
) -> Reply:
    """*form*, with what must be said above its fields.

    *too_long*: the labels of what it does not show; *verb* changes that, or, where there is none, what is written into
    the form. *clashes*: labels, and what another wrote meanwhile: the form stands again then, with all that was
    *typed*. *shows*: it is filled with something.
    """
    if not (too_long or clashes or shows):
        return Reply(form=form)
    facts = {"too_long": too_long, "clashes": clashes, "verb": verb, "shows": shows}
    return Reply(template="form_known", facts=facts, form=_refilled(form, typed) if clashes else form)


def _refilled(form: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """*form* with what was typed in its fields, whatever Slack itself keeps of it."""
    return {**form, "blocks": [_with_typed(block, typed) for block in form["blocks"]]}


_INITIAL = {
    "plain_text_input": "initial_value", "users_select": "initial_user", "datepicker": "initial_date",
    "static_select": "initial_option",
}  # fmt: skip
"""Kinds of fields, and where each shows what stands in it when the form opens."""


def _with_typed(block: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    name = _INITIAL.get((block.get("element") or {}).get("type", ""))
    if block.get("block_id") not in typed or name is None:
        return dict(block)
    element = {key: value for key, value in block["element"].items() if key != name}
    text = plain(typed[block["block_id"]])
    options = element.get("options")
    shown = text if options is None else next((each for each in options if each["value"] == text), None)
    return {**block, "element": element | ({name: shown} if shown else {})}


def about_known(ref: str, shown: Mapping[str, str]) -> str:
    """What a form carries along: the incident, and what each field showed when it was opened."""
    return " ".join([ref, *(f"{name}={_mark(text)}" for name, text in shown.items())])


def _mark(text: str) -> str:
    """A few characters that tell one text from another, however lines end."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return fingerprint(lines) if lines else "-"


class Edited(Filled):
    """A form that showed what was known: what is left as it was shown, or emptied, stays as it is."""

    def __init__(self, request: Request, use: UseCases, now: Mapping[str, str]) -> None:
        """*now*: what each field would show if the form were opened again."""
        super().__init__(request, use)
        _, *marks = request.value.split(" ")
        self._shown = {name: mark for name, is_one, mark in (each.partition("=") for each in marks) if is_one}
        self._now = now

    def is_new(self, name: str) -> bool:
        """Whether something was written there that was not shown. A field that was not there has nothing new."""
        typed = _mark(plain(self._request.fields.get(name, "")))
        return typed not in ("-", self._shown.get(name), _mark(self._now.get(name, "")))

    def emptied(self, names: Iterable[str]) -> list[str]:
        """Those of *names* that showed something, and were emptied."""
        return [
            name
            for name in names
            if not self._request.fields.get(name, "").strip() and self._shown.get(name, "-") != "-"
        ]

    def clashes(self, names: Iterable[str]) -> list[str]:
        """Those of *names* in which something new was written, and that somebody else changed meanwhile."""
        return [
            name
            for name in names
            if self.is_new(name)
            and name in self._shown
            and self._shown[name] != _mark(self._now.get(name, ""))
        ]
