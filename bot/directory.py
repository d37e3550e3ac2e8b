"""Who is who: people and groups as Slack tells them, kept so that names and zones are there when they are needed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import granted
from bot.call import Call
from bot.domain import absence
from bot.domain.directory import Channel, Group, Person
from bot.domain.incident import Incident
from bot.store.store import Tx
from bot.transaction import Transactions

PAGE = 200
MANY = 1_000
"""More open incidents than there ever are."""
PAGES = 50
"""At most this many pages of people are read at a start; others are met when they speak."""


class Directory:
    """Learns people and groups."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def refresh(self) -> None:
        """Plan to read all people and groups once a day, so that names and zones are known beforehand.

        Groups are left out where the token's scopes do not show them.
        """
        day = f"{self._tx.clock.now():%Y-%m-%d}"
        groups = Call(key=f"groups:{day}", method="usergroups.list", args={"include_users": True})
        with self._tx.read() as tx:
            calls = [_page(day, 1, ""), *([] if granted.lacking(tx, granted.GROUPS) else [groups])]
            if all(tx.outbox.has(call.key) for call in calls):
                return
        self._tx.until_kept(lambda tx: tx.outbox.plan(calls, self._tx.clock.now(), if_new=True))

    def met(self, users: Sequence[Mapping[str, Any]]) -> None:
        """Slack told about *users* in an event."""
        self._tx.until_kept(lambda tx: self._keep(tx, users))

    def met_group(self, group: Mapping[str, Any]) -> None:
        """Slack told about a user group in an event: its name or its members are new."""
        self._tx.until_kept(lambda tx: tx.directory.keep_groups([_group(group)]))

    def answered(self, tx: Tx, key: str, answer: Mapping[str, Any]) -> None:
        """Slack answered a call of ours about people, groups or channels."""
        if "user" in answer:
            self._keep(tx, [answer["user"]])
        self._keep(tx, answer.get("members", ()))
        if answer.get("channel", {}).get("name"):
            tx.directory.keep_channels([Channel(id=answer["channel"]["id"], name=answer["channel"]["name"])])
        if "usergroups" in answer:
            tx.directory.keep_groups([_group(group) for group in answer["usergroups"]])
        cursor = answer.get("response_metadata", {}).get("next_cursor")
        if cursor and "members" in answer:
            _, day, number = key.split(":")
            following = int(number) + 1
            if following <= PAGES:
                tx.outbox.plan([_page(day, following, cursor)], self._tx.clock.now(), if_new=True)

    def _keep(self, tx: Tx, users: Sequence[Mapping[str, Any]]) -> None:
        at = self._tx.clock.now()
        self._notice(tx, users)
        tx.directory.keep(
            [
                Person(
                    id=user["id"],
                    name=_name(user),
                    handle=str(user.get("name", "")).lower(),
                    zone=_zone(user.get("tz")),
                    is_bot=bool(user.get("is_bot")),
                    gone=bool(user.get("deleted")),
                    seen_at=at,
                )
                for user in users
            ]
        )

    def _notice(self, tx: Tx, users: Sequence[Mapping[str, Any]]) -> None:
        """Tell incidents in which somebody has a part who was deactivated, or came back.

        Those that are open, and those whose postmortem is to be written.
        """
        deactivated = {str(user["id"]): bool(user.get("deleted")) for user in users}
        if not deactivated:
            return
        known = tx.directory.gone(sorted(deactivated))
        changed = {user for user, gone in deactivated.items() if gone != known.get(user, False)}
        for each in self._of_note(tx) if changed else ():
            for user in sorted(changed & absence.taking_part(each)):
                incident = tx.incident(each.ref, lock=True)
                if incident is None:
                    continue
                gone = deactivated[user]
                at = self._tx.clock.now()
                self._tx.keep(
                    tx, absence.gone(incident, user, at=at) if gone else absence.back(incident, user)
                )

    @staticmethod
    def _of_note(tx: Tx) -> Collection[Incident]:
        """Open incidents, and closed ones that somebody is still to be reminded of."""
        some = (*tx.incidents(open_only=True, limit=MANY), *tx.to_be_written(), *tx.followups.timed())
        return {one.ref: one for one in some}.values()


def _page(day: str, number: int, cursor: str) -> Call:
    args = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
    return Call(key=f"directory:{day}:{number}", method="users.list", args=args)


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    known = (user.get("real_name"), profile.get("real_name"), profile.get("display_name"), user.get("name"))
    return next((str(name) for name in known if name), user["id"])


def _zone(name: Any) -> str | None:
    """*name* where it is a zone that we know; Slack may know newer ones."""
    try:
        return ZoneInfo(str(name)).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _group(group: Mapping[str, Any]) -> Group:
    name = group.get("name") or group["handle"]
    return Group(id=group["id"], handle=group["handle"], name=name, users=tuple(group.get("users") or ()))
