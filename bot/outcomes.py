"""What Slack's answers change: the channel an incident got, people whom we asked about, and what Slack refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.call import Priority
from bot.directory import Directory
from bot.domain.incident import Incident
from bot.slack import announce
from bot.store.outbox import Claimed
from bot.store.store import Tx
from bot.transaction import Transactions

PEOPLE = frozenset({"users.info", "users.list", "usergroups.list"})
KEPT: Mapping[str, tuple[str, ...]] = {
    "open_channel": ("channel",),
    "conversations.open": ("channel",),
    "chat.postMessage": ("channel", "ts"),
    "upload": ("file",),
}
"""What of an answer later calls refer to; the rest is not kept."""
SAID_ALOUD: Mapping[str, str] = {
    "channel": "trouble_channel",
    "announce": "trouble_announce",
    "invite": "trouble_invite",
    "upload": "trouble_upload",
    "pin": "trouble_pin",
}
"""Which refusals people are told of, by the kind of key (DR-14); the others are only logged."""


class Outcomes:
    """Called by the outbox in the transaction that keeps an answer or a refusal."""

    def __init__(self, transactions: Transactions, directory: Directory) -> None:
        """Work in *transactions*; people go to *directory*."""
        self._tx = transactions
        self._directory = directory

    def answered(self, tx: Tx, call: Claimed, answer: dict[str, Any]) -> dict[str, Any]:
        """Slack did it. Gives back what of the answer is kept."""
        if call.method in PEOPLE:
            self._directory.answered(tx, call.key, answer)
        if call.method == "open_channel" and call.incident:
            self._moved_in(tx, call.incident, answer["channel"])
        kept = {name: answer[name] for name in KEPT.get(call.method, ()) if name in answer}
        if call.method == "conversations.open":
            kept = {"channel": {"id": answer["channel"]["id"]}}
        return kept

    def _moved_in(self, tx: Tx, ref: str, channel: Mapping[str, str]) -> None:
        """The incident has its channel now: its messages are its log from here on."""
        incident = tx.incident(ref, lock=True)
        if incident is None or incident.channel_id == channel["id"]:
            return
        tx.save_incident(replace(incident, channel_id=channel["id"], channel_name=channel["name"]))

    def refused(self, tx: Tx, call: Claimed, error: str) -> None:
        """Slack refused for good: said where somebody can see it, with what to do by hand."""
        kind = call.key.partition(":")[0]
        template = SAID_ALOUD.get(kind)
        incident = tx.incident(call.incident) if call.incident else None
        if template is None or incident is None:
            return
        if kind == "channel":
            self._announce_alone(tx, incident, error)
        to = incident.declared_by if incident.channel_id is None else None
        facts = {"error": error, "who": str(call.args.get("who") or call.args.get("users") or "")}
        names = self._tx.names(tx, [incident.title])
        at = self._tx.clock.now()
        calls = announce.trouble(
            incident, key=f"trouble:{call.key}", template=template, policy=self._tx.policy, names=names, at=at, to=to,
            facts=facts,
        )  # fmt: skip
        tx.outbox.plan(calls, at)

    def _announce_alone(self, tx: Tx, incident: Incident, error: str) -> None:
        """An incident whose channel cannot be opened is announced all the same, and people are told whom to ask."""
        key = f"announce:{incident.ref}"
        if not tx.outbox.has(key):
            return
        at = self._tx.clock.now()
        names = self._tx.names(tx, [incident.title])
        room = announce.Room(incident=incident, policy=self._tx.policy, names=names, at=at)
        message = room.message("announcement_alone", error=error)
        call = room.post(key, room.policy.announce, message, stream=key, priority=Priority.DECLARING)
        tx.outbox.plan_anew(call, at)
