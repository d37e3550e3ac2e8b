"""Two incidents that are one: ``merge`` (PRODUCT 2.2)."""

from threading import Barrier, Thread

import pytest

from bot.domain.incident import Status
from bot.domain.refusal import Refusal
from bot.sandbox import Person
from tests.world import Room, World, heads, said

FIRST, SECOND = "INC-2026-0302-001", "INC-2026-0302-002"


@pytest.fixture
def rooms(world: World, ana: Person) -> tuple[Room, Room]:
    """The channels of two incidents; Ana stands in that of the second."""
    first = world.channel()
    said(world, ana, "declare sev2 login is slow")
    second = world.channel()
    ana.channel = second.channel
    return first, second


def statuses(world: World) -> list[tuple[Status, str | None]]:
    with world.bot.store.read() as tx:
        found = [tx.incident(ref) for ref in (FIRST, SECOND)]
    return [(one.status, one.merged_into) for one in found if one]


@pytest.mark.parametrize("verb", ["merge into", "dup", "duplicate"])
def test_a_merged_incident_is_silent_and_both_name_each_other(
    world: World, ana: Person, rooms: tuple[Room, Room], verb: str
) -> None:
    """DR-1."""
    first, second = rooms
    world.forward(minutes=31)
    assert len(second.nudges) == 1
    answer = said(world, ana, f"{verb} {FIRST} same database")
    assert f"`{SECOND}` is merged into `{FIRST}`: it goes on in <#{first.id}>" in answer
    assert statuses(world) == [(Status.INVESTIGATING, None), (Status.MERGED, FIRST)]
    (merged,) = second.keyed("merged").words
    assert f"*Merged* by <@{ana.id}> into `{FIRST}` (checkout is down): same database" in merged
    assert f"<#{first.id}>" in merged
    (absorbed,) = first.keyed("absorbed").words
    assert (
        f"`{SECOND}` (login is slow) was merged into this incident by <@{ana.id}>: same database" in absorbed
    )
    assert f"<#{second.id}>" in absorbed
    assert heads(second) == ["A status update was due here; no longer needed, the incident is merged."]
    assert f"It goes on in `{FIRST}`" in second.card.words
    announced = world.channel("incidents").keyed("announce").words
    assert any(f"It goes on in `{FIRST}`" in words for words in announced)
    before = len(first.nudges)
    world.forward(hours=2)
    assert len(second.nudges) == 1
    assert len(first.nudges) > before
    assert f"Merged into {FIRST}: same database" in said(world, ana, f"timeline {SECOND}")
    assert f"{SECOND} was merged into this one" in said(world, ana, f"timeline {FIRST}")


def test_whoever_writes_into_a_merged_incident_is_led_to_where_it_goes_on(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    """Not to ``reopen``, which would make two of it again (DR-1)."""
    ana.clicks("Post update")
    said(world, ana, f"merge {FIRST}")
    answer = said(world, ana, "update pool raised")
    assert f"{SECOND} is merged and goes on in {FIRST}, so no update was posted." in answer
    assert f"Next: `/incident update {FIRST} …`" in answer
    assert f"`/incident update {FIRST} …`" in ana.submits({"text": "pool raised"}).errors["text"]
    ana.closes_modal()
    for verb in ("sev sev1", "resolve", "mitigate", "escalate executives", "close"):
        answer = said(world, ana, verb)
        assert f"goes on in {FIRST}, so '{verb.split()[0]}' is not possible in it" in answer
        assert f"Next: `/incident status {FIRST}`" in answer
    assert "is open again" in said(world, ana, "reopen")


def test_a_merge_can_be_typed_anywhere_with_both_named(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    ben = world.person("ben")
    assert "is merged into" in said(world, ben, f"merge {SECOND} into #{rooms[0].name}")
    assert statuses(world)[1] == (Status.MERGED, FIRST)


def test_a_merged_incident_can_be_reopened(world: World, ana: Person, rooms: tuple[Room, Room]) -> None:
    _, second = rooms
    said(world, ana, f"merge {FIRST}")
    assert "is open again" in said(world, ana, "reopen they are two")
    assert statuses(world)[1] == (Status.INVESTIGATING, None)
    assert "is *investigating*" in second.card.words
    assert "It goes on in" not in second.card.words
    world.forward(minutes=30)
    assert len(second.nudges) == 1
    assert "is merged into" in said(world, ana, f"merge {FIRST}")


def test_what_cannot_be_merged_is_refused_with_a_way_on(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    """DR-16."""
    for line, sentence, following in (
        ("merge", "Into which incident?", f"/incident merge {SECOND} into {FIRST}"),
        ("merge into", "Into which incident?", f"/incident merge {SECOND} into {FIRST}"),
        (f"merge into {SECOND}", f"{SECOND} cannot be merged into itself", "/incident list"),
        ("merge into INC-2020-0101-001", "There is no incident INC-2020-0101-001.", "/incident list all"),
    ):
        answer = said(world, ana, line)
        assert sentence in answer, line
        assert f"Next: `{following}`" in answer, line
    assert statuses(world) == [(Status.INVESTIGATING, None)] * 2


def test_a_merge_without_target_offers_only_what_the_asker_may_see_and_it_could_go_on_in(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    """DR-16, DR-28."""
    ben = world.person("ben")
    ben.commands("/incident declare sev2 salaries --private")
    ben.commands("/incident declare sev2 practice --drill")
    world.tick()
    assert f"Next: `/incident merge {SECOND} into {FIRST}`" in said(world, ana, "merge")
    said(world, ana, f"cancel {FIRST} false alarm")
    assert "Next: `/incident list`" in said(world, ana, "merge")


def test_nothing_is_merged_into_what_is_over(world: World, ana: Person, rooms: tuple[Room, Room]) -> None:
    said(world, ana, f"cancel {FIRST} false alarm")
    answer = said(world, ana, f"merge into {FIRST}")
    assert f"{FIRST} is cancelled, so nothing can be merged into it." in answer
    assert f"Next: `/incident reopen {FIRST}`" in answer
    said(world, ana, f"reopen {FIRST}")
    said(world, ana, f"resolve {FIRST}")
    said(world, ana, f"close {FIRST}")
    assert f"{FIRST} is closed, so nothing" in said(world, ana, f"merge into {FIRST}")


def test_a_merged_target_names_where_it_goes_on(world: World, ana: Person, rooms: tuple[Room, Room]) -> None:
    said(world, ana, f"merge into {FIRST}")
    answer = said(world, ana, f"merge into {FIRST}")
    assert f"{SECOND} is merged into {FIRST} already; nothing was changed." in answer
    said(world, ana, "declare sev3 login pages time out")
    third = "INC-2026-0302-003"
    answer = said(world, ana, f"merge {third} into {SECOND}")
    assert f"{SECOND} was itself merged into {FIRST}. Merge into that one." in answer
    assert f"Next: `/incident merge {third} into {FIRST}`" in answer
    back = said(world, ana, f"merge {FIRST} into {SECOND}")
    assert f"{SECOND} was itself merged into another incident." in back


def test_two_that_are_merged_into_each_other_at_once_do_not_lock_each_other_out(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    """They are locked in the order of their references: one is merged, the other way round is refused."""
    barrier, refused, problems = Barrier(2), list[Refusal](), list[Exception]()

    def run(ref: str, into: str) -> None:
        barrier.wait()
        try:
            world.bot.use.endings.merge(ref, into=into, by=ana.id, reason="")
        except Refusal as refusal:
            refused.append(refusal)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            problems.append(error)

    for _ in range(5):
        threads = [Thread(target=run, args=pair) for pair in ((FIRST, SECOND), (SECOND, FIRST))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stand = zip((FIRST, SECOND), statuses(world), strict=True)
        merged = [ref for ref, (status, _) in stand if status is Status.MERGED]
        assert problems == []
        assert (len(refused), len(merged)) == (1, 1)
        refused.clear()
        world.bot.incidents.reopen(merged[0], by=ana.id, reason="")
    world.tick()


# What waits


def test_open_tasks_go_on_in_the_target_with_owner_and_time(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    """DR-16: nothing to be done is stranded in a channel that nobody reads."""
    first, second = rooms
    ben = world.person("ben")
    said(world, ana, f"task {FIRST} add drain the pool")
    said(world, ana, "task add done already")
    said(world, ana, "task done 1")
    said(world, ana, "task add restart the login servers @ben in=10m")
    said(world, ana, "task add call the vendor")
    said(world, ana, f"merge {FIRST}")
    (absorbed,) = first.keyed("absorbed").words
    assert "Its open tasks go on here:" in absorbed
    assert f"2. restart the login servers · <@{ben.id}> · due" in absorbed
    assert "3. call the vendor · *nobody's*" in absorbed
    assert "done already" not in absorbed
    assert "Its open tasks (2) go on there too." in second.keyed("merged").words[0]
    assert "Open tasks: 3" in first.card.words
    assert "Open tasks" not in second.card.words
    answer = said(world, ana, f"task {SECOND} done 2")
    assert f"Task 2 of {SECOND} goes on as task 2 of {FIRST}." in answer
    assert f"Next: `/incident task {FIRST} list`" in answer
    assert "call the vendor" in said(world, ana, f"task {FIRST} list")
    assert "Task 3: call the vendor" in said(world, ana, f"timeline {FIRST}")
    world.forward(minutes=10)
    (asked,) = world.dm(ben).words
    assert f"`{FIRST}`" in asked
    ben.clicks("Done", channel="@tocsin")
    world.tick()
    assert "Open tasks: 2" in first.card.words


def test_a_question_about_a_task_that_moved_shrinks_and_is_asked_where_it_goes_on(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    ben = world.person("ben")
    said(world, ana, "task add restart the login servers @ben in=10m")
    world.forward(minutes=11)
    said(world, ana, f"merge {FIRST}")
    past, asked = world.dm(ben).words
    assert past == f"Task 1 goes on as task 1 of `{FIRST}`: restart the login servers"
    assert f"`{FIRST}`" in asked
    assert "late" not in asked


@pytest.mark.parametrize("line", [f"merge {FIRST}", "cancel false alarm"])
def test_hand_offs_and_texts_that_wait_are_withdrawn(
    world: World, ana: Person, rooms: tuple[Room, Room], line: str
) -> None:
    """DR-1, DR-26, R-TPL-2."""
    second = rooms[1]
    said(world, ana, "handoff comms @ben")
    said(world, ana, "update investigating we look into it --external")
    said(world, ana, line)
    (offer,), (preview,) = second.keyed("offer").words, second.keyed("preview").words
    status = "merged" if line.startswith("merge") else "cancelled"
    assert offer.endswith(f"was offered here; no longer needed, the incident is {status}.")
    assert (
        preview == f"A text for customers (investigating) was withdrawn by <@{ana.id}>; it was not published."
    )


def test_a_task_for_a_merged_incident_is_refused_with_the_way_to_where_it_goes_on(
    world: World, ana: Person, rooms: tuple[Room, Room]
) -> None:
    said(world, ana, f"merge into {FIRST}")
    answer = said(world, ana, "task add restart the pods")
    assert f"{SECOND} is merged and goes on in {FIRST}, so a task belongs there; nothing was added." in answer
    assert f"Next: `/incident task {FIRST} add …`" in answer
    message = ana.says("call the vendor")
    ana.reacts(message, "star")
    world.settle()
    with world.bot.store.read() as tx:
        assert [one.tasks for one in map(tx.incident, (FIRST, SECOND)) if one] == [(), ()]
    said(world, ana, f"task {FIRST} add restart the pods")
    with world.bot.store.read() as tx:
        going_on = tx.incident(FIRST)
    assert going_on is not None
    assert [task.text for task in going_on.tasks] == ["restart the pods"]
