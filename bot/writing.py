"""The use cases of writing: what people enter for the postmortem by command or form. One method is one transaction."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import filling, single, writing
from bot.domain.filling import Filled, Given
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import Names, plain
from bot.domain.topic_items import Item
from bot.domain.topics import Meant
from bot.transaction import Transactions


class Writing:
    """What a document may hold beside the timeline, as people write it. Texts come in Slack's encoding."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def add(self, ref: str, meant: Meant, text: str, *, by: str) -> Change:
        """One more item. Raises refusals."""
        readable = self._readable(text)
        return self._tx.change(ref, lambda incident, at: writing.add(incident, meant, readable, by=by, at=at))

    def edit(self, ref: str, meant: Meant, n: int | None, text: str, *, by: str) -> Change:
        """Item *n*, or the one text, is *text* from now on. Raises refusals."""
        readable = self._readable(text)
        return self._tx.change(
            ref, lambda incident, at: writing.edit(incident, meant, n, readable, by=by, at=at)
        )

    def drop(self, ref: str, meant: Meant, n: int | None, *, by: str) -> Change:
        """Item *n*, or the one text, goes. Raises refusals."""
        return self._tx.change(ref, lambda incident, at: writing.drop(incident, meant, n, by=by, at=at))

    def move(self, ref: str, meant: Meant, n: int | None, to: int | None, *, by: str) -> Change:
        """Item *n* stands at place *to* from now on. Raises refusals."""
        return self._tx.change(ref, lambda incident, at: writing.move(incident, meant, n, to, by=by, at=at))

    def fill(self, ref: str, given: Mapping[str, Given], *, by: str) -> Filled:
        """A form about several topics; their texts are readable. Raises refusals about a field."""
        filled: list[Filled] = []

        def decide(incident: Incident, at: datetime) -> Change:
            with self._tx.begin() as tx:
                names = self._tx.names(tx, texts(incident))
            filled.append(filling.fill(incident, given, by=by, at=at, names=names))
            return filled[-1].change

        change = self._tx.change(ref, decide)
        return Filled(change=change, clashes=filled[-1].clashes)

    def put(self, ref: str, topic: str, item: Item, former: str, *, by: str) -> Change:
        """One item with several fields, new or in the place of the one that was *former*. Raises ChangedMeanwhile."""
        return self._tx.change(
            ref, lambda incident, at: single.put(incident, topic, item, former, by=by, at=at)
        )

    def names(self, incident: Incident) -> Names:
        """What the ids in its texts are called."""
        with self._tx.read() as tx:
            return self._tx.names(tx, texts(incident))

    def _readable(self, text: str) -> str:
        """Documents are plain text: people and channels are named."""
        with self._tx.read() as tx:
            return plain(text, self._tx.names(tx, [text]))


def texts(incident: Incident) -> list[str]:
    """Its texts in Slack's encoding: who and what they mention is named in forms."""
    return [incident.summary or "", incident.root_cause or "", incident.resolution or ""]
