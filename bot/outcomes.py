"""What Slack's answers change: the channel an incident got, people whom we asked about, and what Slack refused."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import canvases
from bot.announcing import Announcing
from bot.call import Priority, references
from bot.copying import FETCH, Copying
from bot.directory import Directory
from bot.domain import escalation_refused, moving, privacy, reach
from bot.domain.escalation import known_of, target_of
from bot.domain.followup_reminders import KEY
from bot.domain.incident import Incident
from bot.domain.mrkdwn import escaped
from bot.domain.parts import Loss
from bot.domain.recipients import is_group, is_user, named
from bot.reach import Reach
from bot.slack import announce, calendar, handed, mentions
from bot.slack.bounds import SAYS
from bot.slack.news import followup_notices, review
from bot.slack.news.escalations import to_members
from bot.slack.news.moving import keys_of_move
from bot.slack.news.reach import card_again
from bot.slack.room import Room, card, topic
from bot.slack.unsaid import AGAIN, DEAD, EDITS, ELSEWHERE, SAID_ALOUD, TARGETS, UNSAID
from bot.store.outbox import Claimed
from bot.store.store import Tx
from bot.transaction import Transactions

log = logging.getLogger(__name__)
CAME = frozenset({"open_channel", "join_channel", "move_members"})
"""Calls whose answer tells where an incident is, or who is there."""
DIRECTORY = frozenset({"users.info", "users.list", "usergroups.list", "conversations.info"})
NAMED = 20
"""People who could not be invited that are named at most."""
CALENDAR = frozenset({"calendar", "calendar-open", "calendar-group"})
SUBSCRIBER = frozenset({"subscriber", "subscriber-open"})
GONE = frozenset({"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot"})
"""Refusals that say that nobody reads what is sent there."""
NOT_A_SIGN = frozenset({"join", "archive", "archived", "trouble"})
"""Kinds of calls into an incident's channel whose refusal has a meaning of its own."""
KEPT: Mapping[str, tuple[str, ...]] = {
    "open_channel": ("channel",),
    "join_channel": ("channel",),
    "conversations.open": ("channel",),
    "chat.postMessage": ("channel", "ts"),
    "upload": ("file", "picture"),
    "group_members": ("users",),
    "canvas": ("canvas", "said"),
}
"""What of an answer later calls refer to; the rest is not kept."""


class Outcomes:
    """Called by the outbox in the transaction that keeps an answer or a refusal."""

    def __init__(
        self, transactions: Transactions, directory: Directory, reach: Reach, announcing: Announcing
    ) -> None:
        """Work in *transactions*; people go to *directory*, what tells of channels to *reach* and *announcing*."""
        self._announcing = announcing
        self._copying = Copying(transactions)
        self._tx = transactions
        self._reach = reach
        self._directory = directory

    def answered(self, tx: Tx, call: Claimed, answer: dict[str, Any]) -> dict[str, Any]:
        """Slack did it. Gives back what of the answer is kept."""
        if call.method == FETCH:
            self._copying.fetched(tx, call.args, answer)
        if call.method == "canvas":
            canvases.learned(tx, answer["outcome"], self._tx.clock.now())
        if call.method in DIRECTORY:
            self._directory.answered(tx, call.key, answer)
        if call.method in CAME and call.incident:
            self._came(tx, call, call.incident, answer)
        self._some_refused(tx, call, answer.get("refused") or ())
        self._some_unseen(tx, call, str(answer.get("unseen") or ""))
        if call.key.startswith("probe:") and call.incident:
            self._reach.probed(tx, call.incident, answer["channel"])
        if call.key.startswith("announce:"):
            self._announcing.learned(tx, answer["channel"])
        if call.key.startswith("card-again:") and call.incident:
            tx.outbox.answered_anew(self._card_key(tx, call.incident), answer)
        if call.method == "group_members":
            self._to_members(tx, call, answer["users"])
        kept = {name: answer[name] for name in KEPT.get(call.method, ()) if name in answer}
        if call.method == "conversations.open":
            kept = {"channel": {"id": answer["channel"]["id"]}}
        return kept

    def _card_key(self, tx: Tx, ref: str) -> str:
        incident = tx.incident(ref)
        return self._room(tx, incident).card_key if incident is not None else ""

    def _came(self, tx: Tx, call: Claimed, ref: str, answer: Mapping[str, Any]) -> None:
        """The incident has its channel now, or its people are in it: its messages are its log from here on."""
        incident = tx.incident(ref, lock=True)
        if incident is None:
            return
        now, channel = incident, answer.get("channel")
        if incident.private:
            now = privacy.with_members(now, *answer.get("users", ()))
        if call.method == "join_channel" and channel:
            now = replace(now, channel_name=channel["name"])
        elif channel and call.key == self._room(tx, incident).channel_key:
            if incident.out_of_reach:
                log.info("%s is in reach again: it goes on in #%s.", ref, channel["name"])
            now = moving.arrived(now, channel_id=channel["id"], name=channel["name"])
        if now != incident:
            self._tx.show_beside(tx, incident, tx.save_incident(now), ())

    def _some_refused(self, tx: Tx, call: Claimed, refused: Sequence[tuple[str, str]]) -> None:
        """Slack did it in part: people who could not be invited, files that it did not take, with the way by hand."""
        incident = tx.incident(call.incident) if call.incident and refused else None
        if incident is None:
            return
        if call.method == "upload":
            who, kind = ", ".join(name for name, _ in refused), refused[0][0].rpartition(".")[2]
            key, error = f"trouble:{call.key}", refused[0][1]
            self._tell(tx, incident, key, "trouble_upload_part", error=error, who=who, kind=kind)
            return
        gone = tx.directory.gone([user for user, _ in refused])
        left = [(user, error) for user, error in refused if not gone.get(user)]
        if left:  # who is deactivated can be invited by nobody
            who = ", ".join(user for user, _ in left[:NAMED])
            key = f"trouble:members:{incident.ref}:{incident.channels}"
            self._tell(tx, incident, key, "trouble_invite", error=left[0][1], who=who)

    def _some_unseen(self, tx: Tx, call: Claimed, error: str) -> None:
        """Slack did not show who was in the former channel: those who had no part in it are left behind."""
        incident = tx.incident(call.incident) if call.incident and error else None
        if incident is not None:
            what, by_hand = UNSAID["members"]
            key = f"trouble:members-unseen:{incident.ref}:{incident.channels}"
            self._tell(tx, incident, key, "trouble_unsaid", error=error, what=what, by_hand=by_hand)

    def _to_members(self, tx: Tx, call: Claimed, users: Sequence[str]) -> None:
        """Slack has named the members of a target's user group: each is told alone."""
        kind, ref, target = call.key.split(":", 2)
        if kind == "calendar-group":
            told = calendar.alone(f"calendar:{ref}:{target}", users, call.args["message"])
            tx.outbox.plan(told, self._tx.clock.now(), if_new=True)
            return
        incident = tx.incident(ref, lock=True)
        if incident is None:
            return
        if kind == "escalation-group":
            incident = tx.save_incident(escalation_refused.members_named(incident, target, users))
        room = self._room(tx, incident)
        if kind == "digest-group":
            calls = review.to_members(room, target, users)
        elif kind.startswith(KEY):
            calls = followup_notices.to_members(room, kind.removesuffix("-group"), target, users)
        else:
            calls = to_members(room, kind.removesuffix("-group"), target, users)
        tx.outbox.plan(calls, self._tx.clock.now(), if_new=True)

    def refused(self, tx: Tx, call: Claimed, error: str) -> None:
        """Slack refused for good: said where somebody can see it, with what to do by hand.

        Once for each incident and error where it is about something said; nothing follows on a direct message that
        was refused, so that it never goes round in a circle.
        """
        kind = call.key.partition(":")[0]
        if kind in SUBSCRIBER and error in GONE and call.incident:
            tx.subscriptions.drop(call.incident, [call.key.rpartition(":")[2]])
        if call.method in SAYS and self._announcing.renamed(tx, call, error):
            return
        if call.method == FETCH:
            self._copying.refused(tx, call.args, error)
        if kind == "mention":  # Slack does not show it there to that one person
            calls = mentions.alone(call.key, call.args, self._tx.policy.command)
            tx.outbox.plan(calls, self._tx.clock.now(), if_new=True)
        if (file := handed.BY_FILE.get(kind)) is not None:
            said = handed.refused(file, call.key, call.args["channel"], error, self._tx.policy.command)
            tx.outbox.plan([said], self._tx.clock.now(), if_new=True)
        if kind in CALENDAR:
            self._remind_elsewhere(tx, call, error)
        incident = tx.incident(call.incident) if call.incident else None
        if incident is None or self._means_more(tx, incident, call, kind, error):
            return
        if not self._is_lost(tx, incident, call, kind, error):
            self._not_said(tx, incident, call, kind, error)

    def _means_more(self, tx: Tx, incident: Incident, call: Claimed, kind: str, error: str) -> bool:
        """Whether the refusal leads on to something else than words about it."""
        if kind == "archived" and error == "is_archived":
            return True  # people archived it themselves: all is as it should be
        if kind == "reopened" and error == "is_archived" and not call.key.endswith(AGAIN):
            self._unarchive(tx, incident, call)
        elif kind == "probe":
            if error == "channel_not_found":  # any other refusal is not about the channel
                self._reach.probed(tx, incident.ref, None)
        elif kind == "card-edit" and error == "message_not_found":
            tx.outbox.plan(card_again(self._room(tx, incident)), self._tx.clock.now())
        elif kind == "unarchive":
            self._move_on(tx, incident.ref)
        elif kind == "channel" and "why" in call.args:
            self._stay(tx, incident.ref, call, error)
        else:
            return False
        return True

    def _is_lost(self, tx: Tx, incident: Incident, call: Claimed, kind: str, error: str) -> bool:
        """Whether the refusal tells that the incident's channel is out of reach: that is told as a whole."""
        why, channel = reach.REFUSALS.get(error), incident.channel_id
        if why is None or channel is None or kind in ELSEWHERE | TARGETS | NOT_A_SIGN:
            return False
        here = call.stream == incident.ref or call.args.get("channel") == channel
        if why is Loss.ARCHIVED and call.method not in SAYS:
            return False  # it may be taken out of the archive right now: what is said there tells
        if not here and not references(call.args) & tx.said.said_in(incident.ref, channel):
            return False
        locked = tx.incident(incident.ref, lock=True)
        if locked is None:
            return False
        if here and call.method in SAYS:
            tx.unsaid.mark([call.key], self._tx.clock.now())
        if not self._reach.lose(tx, locked, why):
            tx.unsaid.forget([call.key], error)
            return False
        return True

    def _not_said(self, tx: Tx, incident: Incident, call: Claimed, kind: str, error: str) -> None:
        """What people did not get to read is said elsewhere, or named with what to do by hand."""
        dead = error in DEAD and kind not in ELSEWHERE
        if kind in TARGETS:
            self._target_refused(tx, incident, call, error)
        elif kind == "trouble":
            self._said_alone(tx, incident, call, error)
        elif dead and kind in UNSAID:
            self._dead(tx, incident, kind, error)
        elif kind in SAID_ALOUD:
            self._own_sentence(tx, incident, call, kind, error)
        elif kind in UNSAID:
            what, by_hand = UNSAID[kind]
            key = f"trouble:{kind}:{incident.ref}:{error}"
            self._tell(tx, incident, key, "trouble_unsaid", error=error, what=what, by_hand=by_hand)

    def _remind_elsewhere(self, tx: Tx, call: Claimed, error: str) -> None:
        """What the calendar cannot say where the policy wants it stands where incidents are announced, once."""
        again = calendar.elsewhere(call.key, call.args, error, self._tx.policy)
        tx.outbox.plan(again, self._tx.clock.now(), if_new=True)

    def _own_sentence(self, tx: Tx, incident: Incident, call: Claimed, kind: str, error: str) -> None:
        """A refusal that leads to something particular to do by hand."""
        template = SAID_ALOUD[kind]
        if kind == "channel" and incident.private:
            template = "trouble_private"
        elif kind == "channel":
            self._announce_alone(tx, incident, error)
        to = incident.declared_by if incident.channel_id is None or kind == "join" else None
        if kind in ("archive", "archived") or (kind == "upload" and error in DEAD):
            to = incident.commander
        who = str(call.args.get("who") or call.args.get("users") or "")
        key = f"trouble-dm:{call.key}" if to else f"trouble:{call.key}"
        self._tell(tx, incident, key, template, to=to, error=error, who=who)

    def _move_on(self, tx: Tx, ref: str) -> None:
        """Slack keeps the channel of a reopened incident archived: it goes on in another one."""
        incident = tx.incident(ref, lock=True)
        if incident is not None and incident.channel_id is not None:
            self._tx.keep(tx, moving.leave_archived(incident, at=self._tx.clock.now()))

    def _stay(self, tx: Tx, ref: str, call: Claimed, error: str) -> None:
        """Slack refused the new channel: the incident keeps its old one, and may ask for a new one again."""
        incident = tx.incident(ref, lock=True)
        if incident is None or call.key != (room := self._room(tx, incident)).channel_key:
            return
        tx.outbox.forget(keys_of_move(room))
        why = moving.Why(call.args["why"])
        at = self._tx.clock.now()
        self._tx.keep(tx, moving.stayed(incident, why=why, by=call.args["by"], error=error, at=at))

    def _target_refused(self, tx: Tx, incident: Incident, call: Claimed, error: str) -> None:
        """Whom an escalation or the announcement did not reach is said loudly, with the way by hand (DR-25)."""
        kind, ref, name, *person = call.key.split(":")
        target = target_of(self._tx.policy, name)
        asked = kind.startswith("escalation")
        where = person[0] if person else str(call.args.get("who") or call.args["channel"])
        key, failed = f"trouble:{call.key}", False
        if asked and (locked := tx.incident(ref, lock=True)):
            at = self._tx.clock.now()
            change = escalation_refused.refused(locked, target, recipient=where, error=error, at=at)
            incident = self._tx.keep(tx, change).incident
            known = known_of(incident, name)
            key += f":{known.n}" if known and known.earlier else ""
            failed = bool(known and known.failed)
        facts = {
            "label": escaped(target.label),
            "contacts": escaped(target.contacts),
            "target": name if asked else "",
            "again": "yes" if failed else "",
            "some": "yes" if asked and not failed else "",
        }
        shown = where if is_user(where) or is_group(where) else named(where)
        self._tell(tx, incident, key, "trouble_target", error=error, who=shown, **facts)

    def _dead(self, tx: Tx, incident: Incident, kind: str, error: str) -> None:
        """Nothing can be said in the incident's channel any more: its commander is told, once for each error.

        Edits say nothing: what they would have shown was said as a message too.
        """
        if kind not in EDITS:
            to = incident.commander
            key = f"trouble-dm:{incident.ref}:{error}:{to}"
            self._tell(tx, incident, key, "trouble_dead", to=to, error=error, what=UNSAID[kind][0])

    def _said_alone(self, tx: Tx, incident: Incident, call: Claimed, error: str) -> None:
        """Not even the trouble could be said in the channel: the commander hears of it."""
        key = call.key.replace("trouble:", "trouble-dm:", 1)
        said = str(call.args.get("text") or "")
        self._tell(tx, incident, key, "trouble_alone", to=incident.commander, error=error, said=said)

    def _unarchive(self, tx: Tx, incident: Incident, call: Claimed) -> None:
        """An incident was reopened whose channel is archived: it is taken out, and the news said once more."""
        room = self._room(tx, incident)
        version = call.key.removeprefix("reopened:")
        taken_out = f"unarchive:{version}"
        news = {name: call.args[name] for name in ("text", "blocks")}
        calls = [
            room.call(taken_out, "conversations.unarchive", {"channel": room.channel}),
            room.say(f"{call.key}{AGAIN}", news, after=(taken_out,)),
            room.edit(f"card-edit:{version}{AGAIN}", room.card_key, card(room), after=(taken_out,)),
        ]
        if room.has_topic:
            calls.append(topic(room, f"topic:{version}{AGAIN}", after=(taken_out,)))
        tx.outbox.plan(calls, room.at, if_new=True)

    def _room(self, tx: Tx, incident: Incident) -> Room:
        names = self._tx.names_about(tx, incident)
        again, ties = self._tx.recurring(tx, incident), self._tx.ties(tx, incident)
        return Room(
            incident=incident,
            policy=self._tx.policy,
            names=names,
            at=self._tx.clock.now(),
            again=again,
            ties=ties,
        )

    def _tell(
        self, tx: Tx, incident: Incident, key: str, template: str, *, to: str | None = None, **facts: str
    ) -> None:
        """Say *template* in the incident's channel, or to the person *to* alone; under one key only once."""
        room = self._room(tx, incident)
        calls = announce.trouble(
            incident, key=key, template=template, policy=room.policy, names=room.names, at=room.at, to=to, facts=facts,
        )  # fmt: skip
        tx.outbox.plan(calls, room.at, if_new=True)

    def _announce_alone(self, tx: Tx, incident: Incident, error: str) -> None:
        """An incident whose channel cannot be opened is announced all the same, and people are told whom to ask."""
        key = f"announce:{incident.ref}"
        if not tx.outbox.has(key):
            return
        room = self._room(tx, incident)
        message = room.message("announcement_alone", error=error)
        call = room.post(key, room.announce_channel, message, stream=key, priority=Priority.DECLARING)
        tx.outbox.plan_anew(call, room.at)
