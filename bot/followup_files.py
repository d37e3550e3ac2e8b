"""Follow-ups as a file, CSV or Markdown: for whoever asks in Slack, and for the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import render
from bot.domain import followup_export
from bot.domain.filenames import file_name
from bot.domain.followup_export import Row
from bot.domain.refusal import NoSuchIncident
from bot.slack import handed
from bot.store.store import Tx
from bot.transaction import Transactions

CSV, MARKDOWN = "csv", "md"
KINDS: Mapping[str, str] = {CSV: "CSV", MARKDOWN: "Markdown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """A list of follow-ups as a file."""

    name: str
    content: str
    count: int
    words: str
    """What that kind of file is called."""


class FollowUpFiles:
    """Makes lists of follow-ups. No incident is changed by that."""

    def __init__(self, transactions: Transactions) -> None:
        """Read in *transactions*."""
        self._tx = transactions

    def made(
        self,
        kind: str,
        *,
        user: str | None = None,
        channel: str = "",
        ref: str | None = None,
        since: datetime | None = None,
    ) -> ListFile:
        """The follow-ups of *ref*, else of all incidents that *user*, who asks in *channel*, may see.

        *user*: None is whoever runs the bot. *since*: only of incidents that were declared from then on. A private
        incident is left out of a list of many unless it is one of *user*'s (DR-28). Raises NoSuchIncident.
        """
        with self._tx.read() as tx:
            found = tx.followups.sources(ref=ref, since=since)
            seen = followup_export.exported(found, user=user, named=ref is not None, channel=channel)
            if ref is not None and not seen:
                raise NoSuchIncident(given=ref)
            texts = [text for one in seen for text in followup_export.texts(one)]
            people = {who for one in seen for who in followup_export.people(one)}
            names = self._tx.names(tx, texts, people)
        rows = followup_export.rows(seen, names)
        return ListFile(
            name=file_name("followups", ref or "", suffix=kind), content=_MADE[kind](rows), count=len(rows),
            words=KINDS[kind],
        )  # fmt: skip

    def send(self, kind: str, *, user: str, channel: str, ref: str | None) -> ListFile:
        """Have the file of ``made`` brought to *user* alone; nothing is sent where it would be empty."""
        made = self.made(kind, user=user, channel=channel, ref=ref)
        if made.count:
            self._tx.until_kept(lambda tx: self._plan(tx, made, kind, user, ref))
        return made

    def _plan(self, tx: Tx, made: ListFile, kind: str, user: str, ref: str | None) -> None:
        policy, about = self._tx.policy, f"{ref or user}:{tx.next_number('followup-export')}"
        facts = {
            "ref": ref or "", "kind": made.words, "count": made.count, "csv": kind == CSV, "zone": policy.timezone,
        }  # fmt: skip
        file = {"name": made.name, "title": made.name, "content": made.content}
        said = render.slack("followup_export", facts, policy.command)
        tx.outbox.plan(handed.sent(handed.FOLLOWUPS, about, user, file, said=said), self._tx.clock.now())


def markdown(rows: list[Row]) -> str:
    """*rows* as tables of Markdown, by incident and horizon."""
    return render.document("followups.md.j2", {"groups": followup_export.groups(rows)})


_MADE = {CSV: followup_export.csv_text, MARKDOWN: markdown}
