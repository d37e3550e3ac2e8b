"""The use cases of a postmortem's life: its stage, due time, checklist and reviewers. One method is one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import review, review_reminders, stages
from bot.domain.draft_record import read_record
from bot.domain.drafting import default_format
from bot.domain.incident import Change, Incident
from bot.domain.parts import Review, Stage
from bot.domain.prompts import prompts
from bot.formats import FORMATS
from bot.lookup import Lookup
from bot.transaction import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with a postmortem."""

    incident: Incident
    review: Review
    owner: str
    """Slack user id of who sees to it; empty: nobody is there."""
    to_write: tuple[str, ...]
    """What people still have to write, by the titles of the prompts."""
    open: tuple[str, ...]
    """Points of the checklist that nobody has ticked."""


class Reviews:
    """What people do about the postmortem of a closed incident."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; people and records come from *lookup*."""
        self._tx = transactions
        self._lookup = lookup

    def standing(self, incident: Incident) -> Standing:
        """How the postmortem of *incident* stands. Raises ReviewNotBegun.

        What is to be written is told from what was marked: talk adds candidates to a prompt, and no prompt.
        """
        policy, stands = self._tx.policy, stages.current(incident)
        names = self._lookup.words(
            [], [user for user in (incident.commander, incident.postmortem_owner) if user]
        )
        entries = self._lookup.record(incident.ref, talk=False)
        asked = prompts(read_record(incident, entries, policy=policy, names=names))
        chosen = incident.draft_format or default_format(incident, policy)
        topics = FORMATS[chosen].topics if chosen in FORMATS else asked.keys()
        return Standing(
            incident=incident,
            review=stands,
            owner=stages.owner_of(incident),
            to_write=tuple(prompt.title for topic, prompt in asked.items() if topic in topics),
            open=review.open_points(stands, policy),
        )

    def move(self, ref: str, to: Stage, *, by: str, anyway: str | None = None) -> Change:
        """Bring it to a stage. Raises refusals."""
        policy = self._tx.policy
        return self._tx.change(
            ref, lambda one, at: review.move(one, to, by=by, at=at, policy=policy, anyway=anyway)
        )

    def move_due(self, ref: str, due: datetime, *, by: str, reason: str) -> Change:
        """It is due at another time. Raises refusals."""
        policy = self._tx.policy
        return self._tx.change(
            ref, lambda one, at: review.move_due(one, due, reason=reason, by=by, at=at, policy=policy)
        )

    def tick(self, ref: str, *, by: str, on: Collection[str] = (), off: Collection[str] = ()) -> Change:
        """Points of the checklist are done, or open again. Raises refusals."""
        return self._tx.change(ref, lambda one, at: review.tick(one, on=on, off=off, by=by, at=at))

    def ask(self, ref: str, users: Sequence[str], *, by: str) -> Change:
        """These people are to review it. Raises refusals, NobodyThere too."""
        for user in users:
            self._lookup.reader(user)
        return self._tx.change(ref, lambda one, at: review.ask(one, users, by=by, at=at))

    def approve(self, ref: str, *, by: str) -> Change:
        """One of its reviewers agrees. Raises refusals."""
        return self._tx.change(ref, lambda one, at: review.approve(one, by=by, at=at))

    def put_off(self, ref: str, *, by: str) -> Change:
        """The next reminder comes tomorrow. Raises refusals."""
        policy = self._tx.policy
        return self._tx.change(
            ref, lambda one, at: review_reminders.put_off(one, by=by, at=at, policy=policy)
        )
