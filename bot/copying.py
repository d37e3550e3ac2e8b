"""Files that people share are copied as their messages are recorded, and go as these go (DR-9, DR-11).

The message is kept at once; the bytes are a planned call like any other, so that a restart loses none of them.
"""

from collections.abc import Mapping
from typing import Any

from bot.call import Call, Priority
from bot.domain import copies
from bot.domain.copies import Copy, State
from bot.domain.timeline import Entry
from bot.store.store import Tx
from bot.transaction import Transactions

FETCH = "fetch_file"
"""The method of the call that fetches a file's bytes."""


class Copying:
    """Follows what the log's entries show. Whoever calls is inside the transaction that keeps them."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*, by their policy."""
        self._tx = transactions

    def follow(self, tx: Tx, before: Entry | None, now: Entry) -> None:
        """*now* is kept in place of *before*: what it shows anew is asked for, what nobody shows any more goes."""
        had, has = copies.files_of(before) if before else {}, copies.files_of(now)
        if had.keys() == has.keys():
            return
        known = tx.files.known(now.incident, had.keys() | has.keys())
        for file in has.keys() - had.keys():
            copy = known.get(file)
            if self._tx.policy.files.copy and (copy is None or copy.state is State.GONE):
                self._ask(tx, now.incident, has[file], copy)
        lost = [known[file] for file in had.keys() - has.keys() if file in known]
        if lost:
            still = copies.shown_by(tx.entries_with_files(now.incident))
            self._forget(tx, [copy for copy in lost if copy.file not in still], "its message was deleted")

    def _ask(self, tx: Tx, ref: str, file: Mapping[str, str], before: Copy | None) -> None:
        taken = tx.files.taken(ref, without=file["id"])
        copy = copies.asked(file, incident=ref, rules=self._tx.policy.files, taken=taken, before=before)
        tx.files.keep(copy)
        if copy.state is State.WAITING:
            # of no incident: what hushes one, or counts what it has not said, does not mean its copies
            args = {
                "incident": ref, "file": copy.file, "url": file.get("bytes", ""), "size": copy.size,
                "mime": copy.mime, "largest": self._tx.policy.files.largest, "asked": copy.asked,
            }  # fmt: skip
            key = f"file:{ref}:{copy.file}:{copy.asked}"
            call = Call(key=key, method=FETCH, args=args, priority=Priority.COSMETIC)
            tx.outbox.plan([call], self._tx.clock.now(), if_new=True)

    def _forget(self, tx: Tx, lost: list[Copy], why: str) -> None:
        for copy in lost:
            tx.files.keep(copies.gone(copy, why))
        keys = [
            f"file:{copy.incident}:{copy.file}:{copy.asked}" for copy in lost if copy.state is State.WAITING
        ]
        tx.outbox.withdraw(keys, why)

    def deleted(self, file: str) -> bool:
        """Somebody deleted a file in Slack: its copies go, whatever messages showed it. False: there are none."""

        def forgotten(tx: Tx) -> bool:
            found = [copy for copy in tx.files.of_file(file) if copy.state is not State.GONE]
            self._forget(tx, found, "it was deleted in Slack")
            return bool(found)

        return self._tx.until_kept(forgotten)

    def fetched(self, tx: Tx, args: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Slack gave the bytes, or told why there are none. What was deleted meanwhile stays gone."""
        copy = self._awaited(tx, args)
        if copy is None:
            return
        if answer.get("content") is None:
            made = copies.ended(copy, State(answer["state"]), answer["why"], answer.get("size"))
        else:
            taken = tx.files.taken(copy.incident, without=copy.file)
            made = copies.fetched(
                copy, answer["content"], rules=self._tx.policy.files, taken=taken, at=self._tx.clock.now()
            )
        tx.files.keep(made)

    def refused(self, tx: Tx, args: Mapping[str, Any], error: str) -> None:
        """Slack refused the file for good."""
        copy = self._awaited(tx, args)
        if copy is not None:
            tx.files.keep(copies.ended(copy, State.FAILED, error))

    @staticmethod
    def _awaited(tx: Tx, args: Mapping[str, Any]) -> Copy | None:
        """The copy that a call of these arguments is about; None: it is waited for no longer."""
        copy = tx.files.known(args["incident"], [args["file"]]).get(args["file"])
        waits = copy is not None and copy.state is State.WAITING and copy.asked == args["asked"]
        return copy if waits else None
