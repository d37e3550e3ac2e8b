"""What Slack did not sign is 401 and leaves no trace; what it did sign has its effect once (RELIABILITY S2)."""

import json
import random
from collections.abc import Callable, Iterator

import pytest

from tests.experiments.conftest import Size
from tests.experiments.deliveries import (
    FORM,
    SIGNATURE,
    STAMP,
    Delivery,
    kept,
    rows,
    sealed,
    sent,
    served,
    signed,
)
from tests.world import World

pytestmark = pytest.mark.experiment("S2")
SEED = 20260302
Headers = list[tuple[str, str | bytes]]
BOOKKEEPING = {"audit", "heard"}
"""When the audit last ran, and when anything last came from Slack: rows of table ``meta``."""
WITHIN = 300
"""Seconds for which a signature is good (docs.slack.dev, verifying requests from Slack)."""


def lived(world: World) -> list[Delivery]:
    """Deliveries of every kind, out of a short incident: commands, clicks, forms, events."""
    ana, ben = world.person("ana"), world.person("ben")
    with kept(world) as deliveries:
        ana.commands("/incident declare sev1 checkout is down")
        world.settle()
        room = world.channel()
        ana.channel = ben.channel = room.channel
        ben.joins(room.name)
        ana.commands("/incident note decision: fail over")
        ana.commands("/incident update")
        ana.submits({"text": "the pool is exhausted"})
        ana.commands("/incident lead @ben")
        told = ana.says("finding: the pool is exhausted")
        world.settle()
        ana.edits(told, "finding: the pool is too small")
        ben.reacts(told, "pushpin")
        ben.pins(told)
        gone = ben.says("a message that goes")
        world.forward(seconds=1)
        ben.deletes(gone)
        ben.unpins(told)
        ben.unreacts(told, "pushpin")
        world.tick()
        ana.clicks("Resolve", channel=room.channel)
        ana.submits({"message": "the pool is larger"})
        world.tick()
        ana.clicks("Reopen", channel=room.channel)
        world.tick()
    return deliveries


def kind_of(delivery: Delivery) -> str:
    if delivery.headers["content-type"] == "application/json":
        return str(json.loads(delivery.body)["event"]["type"])
    for word in ("block_actions", "view_submission"):
        if word.encode() in delivery.body:
            return word
    return "command"


def forged(delivery: Delivery, chance: random.Random) -> Iterator[tuple[str, Delivery]]:
    """*delivery* as somebody without the secret could send it."""
    mark, stamp, body = delivery.headers[SIGNATURE], delivery.headers[STAMP], delivery.body
    yield "no signature", delivery.but(signature=None)
    yield "no stamp", delivery.but(stamp=None)
    yield "neither", delivery.but(signature=None, stamp=None)
    yield "empty", delivery.but(signature="")
    yield "another version", delivery.but(signature=mark.replace("v0=", "v1="))
    yield "no version", delivery.but(signature=mark.removeprefix("v0="))
    yield "upper case", delivery.but(signature="v0=" + mark.removeprefix("v0=").upper())
    yield "with a blank", delivery.but(signature=f"{mark} x")
    yield "no ASCII", delivery.but(signature="v0=é" + mark[4:])
    yield "another secret", delivery.but(signature=sealed("another secret", stamp, body))
    yield "an empty secret", delivery.but(signature=sealed("", stamp, body))
    yield "the secret that Bolt is told", delivery.but(signature=sealed("checked-in-dispatch", stamp, body))
    yield "cut", delivery.but(signature=mark[: chance.randrange(len(mark))])
    place = chance.randrange(3, len(mark))
    other = chance.choice([digit for digit in "0123456789abcdef" if digit != mark[place]])
    yield "one digit", delivery.but(signature=mark[:place] + other + mark[place + 1 :])
    yield "another stamp", delivery.but(stamp=str(int(stamp) + chance.choice((-1, 1, 60))))
    yield "a stamp in words", delivery.but(stamp="yesterday")
    yield "a stamp of digits without end", delivery.but(stamp="1" * 5_000)
    yield "no end of a number", delivery.but(stamp="nan")
    place = chance.randrange(len(body))
    flipped = bytes([body[place] ^ (1 << chance.randrange(7))])
    yield "one bit", Delivery(body=body[:place] + flipped + body[place + 1 :], headers=delivery.headers)
    yield "cut body", Delivery(body=body[: chance.randrange(len(body))], headers=delivery.headers)
    yield "longer body", Delivery(body=body + b"&text=close", headers=delivery.headers)
    yield "empty body", Delivery(body=b"", headers=delivery.headers)


def stamped(world: World, delivery: Delivery, seconds: float) -> Delivery:
    """*delivery*, well signed, but so many seconds from now."""
    stamp = int(world.clock.machine() + seconds)
    return signed(world, delivery.body, delivery.headers["content-type"], stamp=stamp)


def test_what_slack_did_not_sign_is_refused_and_leaves_no_trace(
    world: World, size: Size, figures: Callable[..., None]
) -> None:
    print(f"seed {SEED}")  # noqa: T201 - to do it again
    chance, refused = random.Random(SEED), 0  # noqa: S311 - no secret
    deliveries = lived(world)
    assert len({kind_of(each) for each in deliveries}) >= 8
    world.tick()
    before, calls = rows(world.bot), len(world.slack.calls)
    for _ in range(size.of(1, 40)):
        for each in deliveries:
            for how, forgery in forged(each, chance):
                assert sent(world.bot, forgery) == (401, ""), (how, kind_of(each))
                refused += 1
            for seconds in (-WITHIN - 1, WITHIN + 1, -(10**9), 10**9):
                assert sent(world.bot, stamped(world, each, seconds)) == (401, ""), (seconds, kind_of(each))
                refused += 1
    world.tick()
    assert rows(world.bot) == before
    assert len(world.slack.calls) == calls
    figures(seed=str(SEED), kinds=len({kind_of(each) for each in deliveries}), refused=refused)


def test_what_slack_signed_is_good_for_five_minutes(world: World) -> None:
    ana = world.person("ana")
    for n, seconds in enumerate((-WITHIN + 1, 0, WITHIN - 1), 1):
        with kept(world) as deliveries:
            ana.commands("/incident help")
        assert sent(world.bot, stamped(world, deliveries[0], seconds))[0] == 200, n


def test_a_delivery_played_again_has_no_second_effect(
    world: World, size: Size, figures: Callable[..., None]
) -> None:
    print(f"seed {SEED}")  # noqa: T201 - to do it again
    chance, played = random.Random(SEED), 0  # noqa: S311 - no secret
    world.expects_errors("exchanged_trigger_id")  # of forms that were opened already
    deliveries = lived(world)
    world.tick()
    before, said = rows(world.bot), standing(world)
    for again in range(size.of(2, 20)):
        world.clock.seconds += 10
        for each in chance.sample(deliveries, len(deliveries)):
            repeated = each.but(**({"x-slack-retry-num": str(again + 1)} if again % 2 else {}))
            assert sent(world.bot, repeated)[0] == 200, kind_of(each)
            played += 1
        world.settle()
    after = rows(world.bot)
    for known in (before, after):
        known["meta"] = [row for row in known["meta"] if row[0] not in BOOKKEEPING]
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {"watermarks"}, "only how far history was read goes on"
    assert standing(world) == said
    figures(seed=str(SEED), deliveries=len(deliveries), played_again=played, second_effects=0)


def standing(world: World) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Everything that can be seen in Slack."""
    return [
        (channel.name, each.ts, each.words, tuple(pin.message.ts for pin in channel.pins))
        for channel in world.slack.channels
        for each in (*channel.messages, *channel.ephemerals)
        if not each.deleted
    ]


def test_over_http_the_headers_may_come_in_any_case_but_none_can_be_forged(world: World) -> None:
    ana = world.person("ana")
    with kept(world) as deliveries:
        ana.commands("/incident declare sev1 checkout is down")
    world.settle()
    (good,) = [each for each in deliveries if kind_of(each) == "command"]
    stamp, mark = good.headers[STAMP], good.headers[SIGNATURE]
    bad, form = "v0=" + "0" * 64, ("content-type", FORM)
    taken: tuple[Headers, ...] = (
        [form, (STAMP, stamp), (SIGNATURE, mark)],
        [form, (STAMP.upper(), stamp), ("X-Slack-Signature", mark)],
        [form, ("x-SLACK-request-TIMESTAMP", stamp), (SIGNATURE.title(), mark), ("x-slack-retry-num", "1")],
        [form, (STAMP, stamp), (SIGNATURE, mark), ("x-of-somebody", "naïve – 値".encode())],
    )
    refused: tuple[Headers, ...] = (
        [form],
        [form, (STAMP, stamp), (SIGNATURE, bad), (SIGNATURE, mark)],
        [form, (STAMP, str(int(stamp) - 301)), (STAMP, stamp), (SIGNATURE, mark)],
        [form, (STAMP, stamp), (SIGNATURE, f"{mark},{mark}")],
        [form, (STAMP, stamp), (SIGNATURE, "v0=ä".encode())],
        [form, (STAMP, "１７７２".encode()), (SIGNATURE, mark)],
        [form, (STAMP, stamp), ("x-slack_signature", mark)],
    )
    before = rows(world.bot)
    with served(world.bot) as wire:
        for headers in taken:
            status, text = wire.post(good.body, headers)
            assert status == 200, headers
            assert "INC-2026-0302-001" in text
        for headers in refused:
            assert wire.post(good.body, headers) == (401, ""), headers
            assert wire.post(b"", headers) == (401, ""), headers
        empty = signed(world, b"")
        assert 400 <= wire.post(b"", empty.headers.items())[0] < 500
    world.settle()
    assert rows(world.bot) == before
    assert len(world.slack.calls_of("conversations.create")) == 1
