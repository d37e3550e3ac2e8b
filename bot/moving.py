"""Where an incident is and who is there: made private, its people come and go."""

from collections.abc import Callable

from bot import granted
from bot.domain import moving, privacy
from bot.domain.incident import Change, Incident
from bot.domain.refusal_scopes import StaysPublic
from bot.slack import bounds
from bot.slack.news.opening import adopted, joining
from bot.slack.room import Room
from bot.store.store import Tx
from bot.transaction import Transactions


class Moving:
    """One method is one transaction."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def go_private(self, ref: str, *, by: str) -> Change:
        """It goes on in a private channel (DR-28). Raises StaysPublic where the token's scopes rule that out."""
        with self._tx.read() as tx:
            for scope in granted.lacking(tx, granted.PRIVATE):
                raise StaysPublic(ref=ref, scope=scope)
        return self._tx.change(ref, lambda incident, at: moving.go_private(incident, by=by, at=at))

    def joined(self, channel_id: str, user: str) -> None:
        """*user* came into that channel: a private incident's member from now on. The bot itself begins to work."""

        def came(tx: Tx, incident: Incident) -> None:
            if user == (tx.known("identity") or {}).get("user_id"):
                tx.watermarks.want(channel_id, tx.machine(self._tx.clock))
                self._let_in(tx, incident)
            elif incident.private:
                self._save(tx, incident, privacy.with_members(incident, user))

        self._in(channel_id, came)

    def left(self, channel_id: str, user: str) -> None:
        """*user* left that channel, or was taken out of it."""

        def went(tx: Tx, incident: Incident) -> None:
            self._save(tx, incident, privacy.without_member(incident, user))

        self._in(channel_id, went)

    def _in(self, channel_id: str, work: Callable[[Tx, Incident], None]) -> None:
        def done(tx: Tx) -> None:
            here = tx.incident_of_channel(channel_id)
            incident = tx.incident(here.ref, lock=True) if here else None
            if incident is not None:
                work(tx, incident)

        self._tx.until_kept(done)

    def _save(self, tx: Tx, incident: Incident, now: Incident) -> None:
        if now != incident:
            tx.save_incident(now)

    def _let_in(self, tx: Tx, incident: Incident) -> None:
        """The bot was invited into a channel that it could not join by itself (``convert``): now all of it comes."""
        names, at = self._tx.names_about(tx, incident), self._tx.clock.now()
        again = self._tx.recurring(tx, incident)
        room = Room(incident=incident, policy=self._tx.policy, names=names, at=at, again=again)
        if incident.channels > 1 or not tx.outbox.gave_up(joining(room).key):
            return
        for call in bounds.within(room, adopted(room)):
            if tx.outbox.gave_up(call.key):
                tx.outbox.plan_anew(call, room.at)
