"""Looking things up for whoever asks: which incident is meant, which person, in which zone, under which names."""

import logging
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.context import tell
from bot.domain import references
from bot.domain.directory import Person
from bot.domain.duplicates import looks_like
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names
from bot.domain.nearest import nearest
from bot.domain.policy import Policy
from bot.domain.privacy import may_see
from bot.domain.refusal import (
    NameNearby,
    NobodyCalled,
    NobodyThere,
    NoIncidentHere,
    NoSuchIncident,
    SeveralCalled,
    UnknownPerson,
)
from bot.domain.refusal_allow import LeftToNobody, LeftToOthers
from bot.domain.timeline import Entry
from bot.domain.words import ChannelWord, IncidentWord, UserWord
from bot.store.store import Tx
from bot.transaction import Transactions

log = logging.getLogger(__name__)

BOT = "tocsin"
"""What the manifest calls it."""
LONGEST_OFFER = 500
"""Characters of a text that a refusal repeats in the command that it offers."""


class Lookup:
    """Answers questions; changes nothing."""

    def __init__(self, transactions: Transactions) -> None:
        """Read in *transactions*."""
        self._tx = transactions

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._tx.policy

    def now(self) -> datetime:
        """Business time."""
        return self._tx.clock.now()

    def find(
        self, word: IncidentWord | None, channel_id: str, *, user: str = "", typed: str = ""
    ) -> Incident:
        """The incident that *user* means: named, else the one whose channel it is. Raises a refusal.

        A private one that *user* may not see is unknown (DR-28). Where none is meant and exactly one is open, the
        refusal offers *typed*, the command, about that one.
        """
        found = self._find(word, channel_id, user=user, typed=typed)
        tell(incident=found.ref)
        return found

    def _find(self, word: IncidentWord | None, channel_id: str, *, user: str, typed: str) -> Incident:
        with self._tx.read() as tx:
            if word is not None:
                return self._named(word, channel_id, user)
            here = _here(tx, channel_id, user)
            if here is None:
                open_ones = self._seen(tx, user, open_only=True)
                only = open_ones[0].ref if len(open_ones) == 1 else None
                command = self.policy.command
                about = _about(only, _handled(tx, typed), command) if only else f"{command} list"
                raise NoIncidentHere(instead=about)
            return here

    def _named(self, word: IncidentWord, channel_id: str, user: str) -> Incident:
        with self._tx.read() as tx:
            if word.channel is not None:
                found = _of_channel(tx, word.channel)
                if found is None or not may_see(found, user, channel_id):
                    raise NoSuchIncident(given=f"#{word.channel.name or word.channel.id}")
                return found
            today = f"{self.now().astimezone(self.policy.zone):%Y-%m%d}"
            ref = word.reference or f"INC-{today}-{word.number:03}"
            found = tx.incident(ref.upper())
            if found is None or not may_see(found, user, channel_id):
                raise NoSuchIncident(given=ref.upper())
            return found

    def is_hidden(self, ref: str, user: str, channel_id: str, *, answers: bool) -> bool:
        """Whether *ref* is a private incident of which *user*, who acts in that channel, must not know (DR-28).

        *answers*: it is only answered that an escalation was seen; that can be done wherever one was sent.
        """
        with self._tx.read() as tx:
            found = tx.incident(ref)
            if found is None or may_see(found, user, channel_id):
                return False
            told = tx.said.said_in(ref, channel_id) if answers else ()
        return not any(key.startswith("escalation:") for key in told)

    def here(self, channel_id: str, user: str = "") -> Incident | None:
        """The incident whose channel it is, for *user*."""
        with self._tx.read() as tx:
            return _here(tx, channel_id, user)

    def standing(self, ref: str | None, channel_id: str) -> dict[str, Any]:
        """What an answer about *ref* that is given in that channel depends on.

        ``out_of_reach``: why nothing of it is said in its own channel; ``aside``: what the next command must name.
        """
        with self._tx.read() as tx:
            found = tx.incident(ref) if ref else None
        if found is None:
            return {"out_of_reach": "", "aside": ""}
        lost = found.out_of_reach if found.channel_id else None
        return {
            "out_of_reach": lost.value if lost else "", "out_of_reach_since": found.out_of_reach_since,
            "aside": "" if channel_id in (found.channel_id, "") else f" {found.ref}", "ref": found.ref,
            "channel": f"<#{found.channel_id}>", "open": found.is_open, "private": found.private, "drill": found.drill,
        }  # fmt: skip

    def listed(
        self,
        *,
        open_only: bool,
        user: str = "",
        mine: bool = False,
        severity: str | None = None,
        cases: bool | None = None,
    ) -> list[Incident]:
        """Incidents that *user* may see, newest first; *mine*: declared by them, or with a role of theirs.

        *cases*: customer escalations alone, or none of them; None: both.
        """
        with self._tx.read() as tx:
            found = self._seen(tx, user, open_only=open_only, severity=severity, cases=cases)
        return [one for one in found if not mine or user in {one.declared_by, *one.roles.values()}]

    def _seen(
        self, tx: Tx, user: str, *, open_only: bool, severity: str | None = None, cases: bool | None = None
    ) -> list[Incident]:
        found = tx.incidents(open_only=open_only, limit=200, severity=severity, cases=cases)
        return [one for one in found if may_see(one, user)]

    def alike(self, incident: Incident, user: str) -> Incident | None:
        """An open incident that *user* may see and that looks like the new *incident*: newest first."""
        with self._tx.read() as tx:
            return looks_like(incident, self._seen(tx, user, open_only=True, cases=False))

    def record(self, ref: str, *, talk: bool = True) -> list[Entry]:
        """The whole record of an incident, or all but the *talk* that nobody marked: of a long one that is little."""
        with self._tx.read() as tx:
            return tx.entries(ref, talk=talk)

    def timeline(
        self, ref: str, *, limit: int, since: datetime | None, talk: bool
    ) -> tuple[int, list[Entry]]:
        """How many entries its timeline (with *talk* its log) has from *since* on, and the last *limit* of them."""
        with self._tx.read() as tx:
            return tx.timeline(ref, limit=limit, since=since, talk=talk)

    def words(self, texts: list[str], people: list[str]) -> Names:
        """What the ids in *texts* and of *people* are called."""
        with self._tx.read() as tx:
            return self._tx.names(tx, texts, people)

    def person(self, word: UserWord | None, *, given: str, caller: str) -> str:
        """The Slack user id that a person's word means. Raises UnknownPerson."""
        if word is not None and word.me:
            return caller
        with self._tx.read() as tx:
            if word is not None and word.id:
                return _able(word.id, tx.directory.person(word.id), given)
            if word is None or not word.name:
                raise UnknownPerson(given=given)
            found = _meant(tx.directory.called(word.name), word.name)
            if len(found) == 1:
                return _able(found[0].id, found[0], given)
            if found:
                raise SeveralCalled(given=given, handles=", ".join(f"@{one.handle}" for one in found))
            near = nearest(word.name.lower(), tx.directory.handles())
        if near is not None:
            raise NameNearby(given=given, near=near)
        raise NobodyCalled(given=given)

    def me(self) -> Person:
        """The bot itself, as people call it; without id where Slack has not told it yet."""
        with self._tx.read() as tx:
            own = (tx.known("identity") or {}).get("user_id", "")
            known = tx.directory.person(own) if own else None
        return known or Person(id=own, name=BOT, handle=BOT, zone=None, is_bot=True, seen_at=self.now())

    def is_group(self, word: str) -> bool:
        """Whether ``@word`` is the handle of a user group, and of nobody."""
        name = word.strip().removeprefix("@").lower()
        with self._tx.read() as tx:
            groups = {group.handle.lower() for group in tx.directory.groups()}
            return name in groups and not tx.directory.called(name)

    def reader(self, user: str) -> None:
        """Raise NobodyThere where it is known that *user* reads nothing, whichever way it was chosen."""
        with self._tx.read() as tx:
            _able(user, tx.directory.person(user), "That")

    def allow(self, verb: str, user: str) -> None:
        """Raise LeftToOthers where the policy leaves *verb* to people of whom *user* is none (DR-19), or LeftToNobody.

        A group whose members Slack has not told yet has none: closed when in doubt.
        """
        allowed = self.policy.allow.get(verb, ())
        if not self.may(verb, user):
            log.warning("%s may not use %s, which is left to %s", user, verb, ", ".join(allowed))
            raise LeftToOthers(verb=verb, who=", ".join(allowed)) if allowed else LeftToNobody(verb=verb)

    def may(self, verb: str, user: str) -> bool:
        """Whether the policy lets *user* use *verb*; closed when in doubt."""
        allowed = self.policy.allow.get(verb)
        return allowed is None or not self.known_as(user).isdisjoint(allowed)

    def known_as(self, user: str) -> set[str]:
        """What a policy may call *user*: the id, ``@handle``, and the ``@handle`` of each group they are in."""
        with self._tx.read() as tx:
            return tx.directory.known_as(user)

    def zone_of(self, user: str) -> ZoneInfo:
        """The zone of a person's Slack profile; the organisation's until Slack has told it."""
        with self._tx.read() as tx:
            person = tx.directory.person(user)
        return ZoneInfo(person.zone) if person is not None and person.zone else self.policy.zone


def _about(ref: str, typed: str, name: str) -> str:
    """The command *typed* about the incident *ref*; where there is none, or it is long, one to begin with.

    *name*: what the command is called.
    """
    command, verb, rest = (*typed.split(maxsplit=2), "", "", "")[:3]
    if not verb:
        return f"{name} status {ref}"
    words = (word for word in rest.split() if word.upper() != ref)  # named once is enough
    return f"{command} {verb} {ref} {' '.join(words) if len(rest) <= LONGEST_OFFER else '…'}".rstrip()


def _handled(tx: Tx, typed: str) -> str:
    """*typed* with mentions as ``@handle``, which can be typed again."""

    def handle(mention: re.Match[str]) -> str:
        known = tx.directory.person(mention[1])
        return f"@{known.handle}" if known and known.handle else mention[0]

    return re.sub(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>", handle, typed)


def _here(tx: Tx, channel_id: str, user: str) -> Incident | None:
    """The incident whose channel it is, or that is on its way out of it: of a private one its members alone know."""
    found = tx.incident_recording(channel_id)
    return found if found is not None and may_see(found, user, channel_id) else None


def _of_channel(tx: Tx, word: ChannelWord) -> Incident | None:
    """The incident of a channel; one typed by name alone is known by the reference that the name bears."""
    if word.id:
        return tx.incident_recording(word.id)
    named = re.match(references.ANY, (word.name or "").upper())
    return tx.incident(named[0]) if named else None


def _meant(found: list[Person], name: str) -> list[Person]:
    """Whom of those called *name* it means: the one of that very handle, else all of them."""
    return [one for one in found if one.handle == name.lower()] or found


def _able(user: str, known: Person | None, given: str) -> str:
    """*user*, unless it is known that nobody reads what is sent there. Raises NobodyThere."""
    if known is not None and (known.gone or known.is_bot):
        raise NobodyThere(given=f"@{known.name}" if known.name else given)
    return user
