"""One transaction around one decision; the same delivery again, and others in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest

from bot.clock import Clock
from bot.documents import Documents
from bot.domain.incident import Change, Incident
from bot.domain.refusal import NoSuchIncident, Refusal
from bot.domain.updates import Said
from bot.incidents import Incidents
from bot.lookup import Lookup
from bot.store.store import Store
from bot.transaction import Transactions
from bot.updates import Updates
from tests.records import policy


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture
def transactions(store: Store) -> Transactions:
    return Transactions(store, Clock(), policy())


@pytest.fixture
def incidents(transactions: Transactions) -> Incidents:
    return Incidents(transactions, Documents(transactions), Lookup(transactions))


@pytest.fixture
def lookup(transactions: Transactions) -> Lookup:
    return Lookup(transactions)


def at_once(count: int, work: Any) -> list[Any]:
    barrier = Barrier(count)
    results: list[Any] = [None] * count

    def run(n: int) -> None:
        barrier.wait()
        try:
            results[n] = work(n)
        except Refusal as refusal:
            results[n] = refusal

    threads = [Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def declare(incidents: Incidents, title: str) -> dict[str, Any]:
    return {"ref": incidents.declare(by="U1", severity="sev1", title=title).incident.ref}


def test_the_same_delivery_at_the_same_time_has_one_effect_and_one_reply(
    incidents: Incidents, lookup: Lookup
):
    answers = at_once(6, lambda n: incidents.once("command:1", lambda: declare(incidents, f"title {n}")))
    assert answers == [answers[0]] * 6
    assert len(lookup.listed(open_only=True)) == 1


def test_a_decision_that_can_be_made_once_is_answered_alike_for_the_same_delivery(incidents: Incidents):
    """A second resolve is refused; the same resolve delivered twice is not."""
    ref = declare(incidents, "down")["ref"]

    def resolve(_: int) -> dict[str, Any]:
        return incidents.once(
            "click:1", lambda: {"n": incidents.resolve(ref, by="U1", message="").incident.version}
        )

    answers = at_once(4, resolve)
    assert answers == [answers[0]] * 4
    assert not isinstance(answers[0], Refusal)
    with pytest.raises(Refusal):
        incidents.once("click:2", lambda: {"n": incidents.resolve(ref, by="U1", message="").incident.version})


def test_a_refused_delivery_may_come_again_and_be_done(incidents: Incidents, lookup: Lookup):
    def refused() -> dict[str, Any]:
        declare(incidents, "never kept")
        raise NoSuchIncident(given="x")

    with pytest.raises(NoSuchIncident):
        incidents.once("command:1", refused)
    assert lookup.listed(open_only=False) == []
    assert incidents.once("command:1", lambda: declare(incidents, "kept")) == {
        "ref": lookup.listed(open_only=True)[0].ref
    }


def test_two_who_declare_the_same_words_at_once_declare_one_incident(incidents: Incidents):
    answers = at_once(5, lambda n: incidents.once(f"command:{n}", lambda: declare(incidents, "down")))
    assert answers == [answers[0]] * 5


def test_ten_who_declare_at_once_get_ten_references_without_a_gap(incidents: Incidents):
    answers = at_once(10, lambda n: incidents.once(f"command:{n}", lambda: declare(incidents, f"down {n}")))
    assert sorted(int(answer["ref"][-3:]) for answer in answers) == list(range(1, 11))


def test_changes_of_one_incident_at_once_are_all_kept(
    transactions: Transactions, incidents: Incidents, lookup: Lookup
):
    ref = declare(incidents, "down")["ref"]
    updates = Updates(transactions, lookup)
    at_once(8, lambda n: updates.post(ref, Said(text=f"update {n}"), by="U1"))
    assert lookup.listed(open_only=True)[0].updates == 8


def test_a_stale_decision_is_made_again_on_what_stands_now(transactions: Transactions, incidents: Incidents):
    """Somebody saves the incident between the reading and the keeping."""
    ref = declare(incidents, "down")["ref"]
    seen: list[int] = []

    def work() -> dict[str, Any]:
        with transactions.begin() as tx:
            one = tx.incident(ref)
            assert one is not None
            seen.append(one.version)
            stale = replace(one, version=0) if len(seen) == 1 else one
            return {"version": tx.save_incident(replace(stale, title="mine")).version}

    assert incidents.once("command:1", work) == {"version": 2}
    assert seen == [1, 1]


def test_a_decision_that_changes_nothing_keeps_nothing(transactions: Transactions, incidents: Incidents):
    ref = declare(incidents, "down")["ref"]

    def nothing(incident: Incident, _: datetime) -> Change:
        return Change(before=incident, incident=incident)

    assert transactions.change(ref, nothing).incident.version == 1
    with pytest.raises(NoSuchIncident):
        transactions.change("INC-1999-0101-001", nothing)
