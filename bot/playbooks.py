"""The use cases of playbooks: post one, tick its steps. One method is one transaction."""

from collections.abc import Iterator, Sequence

from bot.domain import playbooks
from bot.domain.incident import Change
from bot.domain.parts import Line
from bot.domain.playbook_file import Playbook
from bot.transaction import Transactions


class Playbooks:
    """Checklists and texts that people wrote before, for the night when they are needed."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*; the playbooks are those of the policy."""
        self._tx = transactions

    def post(self, ref: str, book: Playbook, *, by: str, again: bool = False) -> Change:
        """Post *book* in the channel of *ref*; posted already, nothing changes. Raises refusals."""
        lines = tuple(_lines(book))
        return self._tx.change(
            ref,
            lambda incident, at: playbooks.post(incident, book, lines=lines, by=by, at=at, again=again),
        )

    def tick(self, ref: str, n: int, numbers: Sequence[int], *, by: str, done: bool) -> Change:
        """Steps *numbers* of the *n*-th playbook of *ref* are done, or not after all. Raises refusals."""
        return self._tx.change(
            ref, lambda incident, at: playbooks.tick(incident, n, numbers, done=done, by=by, at=at)
        )


def _lines(book: Playbook) -> Iterator[Line]:
    """The title and the pieces of *book*, in Slack's encoding."""
    # the library for Markdown is read in when the first playbook is posted: the bot starts without it
    from bot.formats.slack_text import slack_line, slack_text  # noqa: PLC0415

    yield Line(text=slack_line(book.title), heading=True)
    for piece in book.pieces:
        if piece.heading or piece.step:
            yield Line(text=slack_line(piece.text), heading=piece.heading, step=int(piece.step))
        elif text := slack_text(piece.text):
            yield Line(text=text)
