"""Two processes on one database, each with several threads: every message once, in its order."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from urllib.parse import parse_qs

from sqlalchemy import text

from bot.app import Bot
from bot.call import Call
from bot.domain.updates import Said
from bot.sandbox import HttpDoor, Person
from tests.waiting import until
from tests.world import Room, World, key_of

INCIDENTS = 40


def side_by_side(world: World, other: Bot, work: Callable[[Bot], object]) -> None:
    """*work*, again and again in two threads of each of both bots, until nothing is left to make."""
    barrier = Barrier(4)
    problems: list[Exception] = []

    def run(bot: Bot) -> None:
        barrier.wait()
        try:
            while True:
                work(bot)
                bot.outbox.deliver()
                with bot.store.read() as tx:
                    if not tx.outbox.unfinished():
                        return
        except Exception as error:  # noqa: BLE001 - the test looks at it
            problems.append(error)

    threads = [Thread(target=run, args=(bot,)) for bot in (world.bot, other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def rooms_of(world: World) -> list[Room]:
    return [Room(world, channel) for channel in world.slack.channels if channel.name.startswith("inc-")]


def test_forty_incidents_of_two_workers_are_each_opened_nudged_and_updated_once(world: World) -> None:
    ana = world.person("ana")
    other = world.another_bot()
    for n in range(INCIDENTS):
        bot = (world.bot, other)[n % 2]
        bot.incidents.declare(by=ana.id, severity="sev1", title=f"service {n} is down")
    side_by_side(world, other, lambda _: None)
    rooms = rooms_of(world)
    assert len(rooms) == INCIDENTS
    announced = [key_of(message) for message in world.channel("incidents").messages]
    assert len(announced) == len(set(announced)) == INCIDENTS

    world.clock.move(world.policy.severity("sev1").update_every)
    side_by_side(world, other, lambda bot: bot.due.fire())
    refs = [incident.ref for incident in world.bot.lookup.listed(open_only=True)]
    for n, ref in enumerate(refs):
        (world.bot, other)[n % 2].updates.post(ref, Said(text="all is being done"), by=ana.id)
    side_by_side(world, other, lambda _: None)

    for room in rooms_of(world):
        ref = room.name[:17].upper()
        said = [key_of(message) for message in room.messages]
        assert said == [f"card:{ref}", f"roles:{ref}:1", f"nudge:{ref}:1", f"update:{ref}:1"]
        assert len(room.channel.pins) == 1
        assert "A status update is due" not in room.nudges[0], "it was answered"
        assert "09:30" in room.card.words, "the update set the clock anew"
    announcements = world.channel("incidents").messages.words
    assert sum("all is being done" in words for words in announcements) == INCIDENTS


def test_a_timer_that_two_workers_see_at_once_is_fired_once(world: World) -> None:
    ana = world.person("ana")
    other = world.another_bot()
    ana.types("/incident declare sev1 checkout is down")
    room = world.channel()
    for n in range(1, 5):
        world.clock.move(world.policy.severity("sev1").update_every)
        side_by_side(world, other, lambda bot: bot.due.fire())
        assert [key_of(m) for m in room.keyed("nudge")] == [
            f"nudge:INC-2026-0302-001:{i}" for i in range(1, n + 1)
        ]


def test_a_click_whose_answer_another_process_plans_just_now_is_taken_and_answered_once(
    world: World, ana: Person
) -> None:
    """The same click came to both, as Slack delivers again what took long: the other one is about to commit."""
    ana.commands("/incident resolve it is over")
    world.settle()
    usual, other = world.slack.door, world.another_bot()
    assert isinstance(usual, HttpDoor)

    def both(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        click = json.loads(parse_qs(body.decode())["payload"][0])
        args = {"url": click["response_url"], "text": "said by the other one"}
        whisper = Call(key=f"whisper:{click['trigger_id']}", method="respond", args=args)
        with ThreadPoolExecutor(1) as pool:
            with other.store.begin() as tx:
                tx.outbox.plan([whisper], world.clock.now())
                answer = pool.submit(usual.post, path, body, headers)
                if other.store.engine.dialect.name == "postgresql":
                    until(lambda: other_waits(tx._connection))  # noqa: SLF001 - nobody else can see it
            return answer.result()

    before = len(ana.hears())
    world.slack.door = HttpDoor(both)
    world.bot.incidents.reopen("INC-2026-0302-001", by=ana.id, reason="")
    answered = ana.clicks("Reopen")  # the card was not edited yet: a refusal
    world.slack.door = usual
    assert answered.ok
    world.settle()
    heard = [message.words for message in ana.hears()[before:] if message.ephemeral_for == ana.id]
    assert heard == ["said by the other one"]


def other_waits(connection: object) -> bool:
    """Whether a transaction waits for a row that this one holds."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    return bool(connection.execute(query).scalar_one())  # type: ignore[attr-defined]
