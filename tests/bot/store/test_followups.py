"""Which incidents a home reads for somebody: those with something left to them, and of former years no others."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.followup import FollowUp, State
from bot.domain.incident import Incident, Status
from bot.domain.parts import Review
from bot.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def incident(n: int, *items: FollowUp, **fields: object) -> Incident:
    made = Incident(
        ref=f"INC-2026-0302-{n:03}", severity="P0", declared_by="U9", declared_at=AT, followups=items
    )
    return replace(made, **{"status": Status.CLOSED, **fields})  # type: ignore[arg-type]


def item(n: int, owner: str | None, state: State, **fields: object) -> FollowUp:
    return replace(FollowUp(n=n, text="raise it", added_at=AT, owner=owner, state=state), **fields)  # type: ignore[arg-type]


def test_only_incidents_with_something_left_to_the_person_are_read(store: Store) -> None:
    with store.begin() as tx:
        for each in (
            incident(1, item(1, "U1", State.OPEN)),
            incident(2, item(1, "U1", State.DONE), item(2, "U2", State.OPEN)),
            incident(3, item(1, "U2", State.AWAITING)),
            incident(4, item(1, "U1", State.BLOCKED), item(2, "U1", State.NOT_DOING)),
            incident(5, item(1, "U1", State.OPEN), status=Status.MERGED),
            incident(6, item(1, None, State.PROPOSED)),
            incident(7),
            incident(8, postmortem_due_at=AT, review=Review(at=AT), postmortem_owner="U1"),
            incident(9, postmortem_due_at=AT, review=Review(at=AT), postmortem_owner="U2"),
            incident(10, postmortem_due_at=AT, review=Review(at=AT), roles={"commander": "U1"}),
            incident(11, status=Status.IDENTIFIED),
        ):
            tx.add_incident(each)
    with store.read() as tx:
        found = sorted(one.ref[-2:] for one in tx.homes.concerned("U1", limit=99))
        assert found == ["01", "03", "04", "08", "10", "11"]
        assert [one.ref[-2:] for one in tx.homes.concerned("U1", limit=2)] == ["11", "10"]
