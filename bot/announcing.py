"""The announce channel comes and goes: incidents go on, and are announced once it takes messages again."""

from dataclasses import replace

from bot.call import Call
from bot.domain.incident import Incident
from bot.slack import announce
from bot.slack.news.opening import announced_first
from bot.slack.room import Room
from bot.store.outbox import Claimed
from bot.store.store import Tx
from bot.transaction import Transactions

KNOWN = "announce"
"""The name under which the channel's id is remembered: the policy may name it, and people may rename it."""
MANY = 1_000


class Announcing:
    """Takes announcements up again; one method is one transaction, or a part of another's."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def again(self) -> int:
        """Announce what Slack refused to take, as things stand now; how many incidents. Asked for now and then."""

        def found(tx: Tx) -> int:
            refs = tx.said.unannounced()
            incidents = (tx.incident(ref, lock=True) for ref in refs)
            return sum(self._again(tx, one) for one in incidents if one is not None)

        with self._tx.read() as tx:
            if not tx.said.unannounced():
                return 0
        return self._tx.until_kept(found)

    def _again(self, tx: Tx, incident: Incident) -> bool:
        at = self._tx.clock.now()
        names = self._tx.names_about(tx, incident)
        room = Room(incident=incident, policy=self._tx.policy, names=names, at=at)
        if not (incident.is_open and room.is_announced):
            return False
        if tx.outbox.gave_up(f"announce:{incident.ref}"):
            tx.outbox.plan_anew(announced_first(room), at)
        else:
            edit = announce.announced(room, room.message("announcement"))
            tx.said.forget_edits(incident.ref)
            tx.outbox.plan([replace(edit, key=f"{edit.key}:{at.timestamp():.0f}")], at, if_new=True)
        return True

    def learned(self, tx: Tx, channel_id: str) -> None:
        """An announcement stands in that channel."""
        known = {"name": self._tx.policy.announce, "id": channel_id}
        if tx.known(KNOWN) != known:
            tx.remember(KNOWN, known)

    def renamed(self, tx: Tx, call: Claimed, error: str) -> bool:
        """Whether *call*, which found no channel of that name, is made once more where announcements went before."""
        known = tx.known(KNOWN) or {}
        name = self._tx.policy.announce
        if error != "channel_not_found" or call.args.get("channel") != name or known.get("name") != name:
            return False
        args = {**call.args, "channel": known["id"]}
        again = Call(key=call.key, method=call.method, args=args, incident=call.incident, stream=call.stream)
        tx.outbox.plan_anew(again, self._tx.clock.now())
        return True
