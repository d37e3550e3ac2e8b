"""Each error that Slack documents for a method that the bot calls leads to something: again, people, or an operator.

One world serves all errors of one method: it is answered once, in the middle of what people do. Nothing hangs, nothing
goes round in a circle, no exception escapes, and nothing is lost without a word. What comes of each is in
``tests/slack_errors.py``. With ``--full`` every method meets every error that all methods share.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.checks import check_bot
from bot.sandbox import Person
from bot.sandbox.server import SandboxServer
from tests.slack_errors import AGAIN, NOTHING, OPERATOR, PEOPLE, REFUSED, TEMPORARY, expected
from tests.slack_samples import AT_HAND, MISSING, common_errors, documented, used
from tests.world import StillClock, World

pytestmark = pytest.mark.skipif(not AT_HAND, reason=MISSING)

SAYS_SO = (
    "nothing of the bot's arrives", "the bot could say nothing in its channel", "could not be looked at",
    "could not be opened", "There is no canvas of it", "was left as it is",
)  # fmt: skip
"""How people are told without Slack's word for it."""
OFTEN = 8
"""More calls alike after one error than anything needs: past that they go round in a circle."""
Act = Callable[[World, Person, int], str]

POLICY = """
[severity.P2]
invite = ["@oncall", "cto@example.com"]
nudge_limit = 1
"""


def declares(world: World, ana: Person, n: int) -> str:
    return ana.commands(f"/incident declare sev3 trouble number {n}", world.slack.channel("general")).text


def opened(world: World, ana: Person, n: int) -> None:
    """A new incident, with Ana in its channel."""
    declares(world, ana, n)
    world.settle()
    ana.channel = world.channel().channel


def drafted(world: World, ana: Person, n: int) -> None:
    """A new incident with a draft in its canvas, whatever was said about canvases before."""
    with world.bot.store.begin() as tx:
        tx.remember("canvas", None)
    opened(world, ana, n)
    drafts(world, ana, n)
    world.settle()


def undrafted(world: World, ana: Person, n: int) -> None:
    with world.bot.store.begin() as tx:
        tx.remember("canvas", None)
    opened(world, ana, n)


def resolved(world: World, ana: Person, n: int) -> None:
    """An incident that is over, and whose channel people have archived."""
    opened(world, ana, n)
    ana.commands("/incident resolve")
    world.settle()
    ana.archives()
    world.settle()


def nothing(world: World, ana: Person, n: int) -> None:
    """All is as it was."""


def updates(world: World, ana: Person, n: int) -> str:
    return ana.commands(f"/incident update look number {n}").text


def is_taken(world: World, ana: Person, n: int) -> str:
    """The name of the channel is taken: the bot looks whether it is its own."""
    world.slack.faults.add("conversations.create", "name_taken")
    return declares(world, ana, n)


def is_its_own(world: World, ana: Person, n: int) -> str:
    """The answer to the opening of a channel is lost, and it is found again."""
    world.slack.faults.add("conversations.create", "lost_reply")
    return declares(world, ana, n)


def tells_ben(world: World, ana: Person, n: int) -> str:
    return ana.commands(f"/incident comms @{world.person(f'ben-{n}').name}").text


def is_unknown(world: World, ana: Person, n: int) -> str:
    """Somebody speaks of whom no event told."""
    world.slack.add_user(f"cara-{n}")
    world.slack.deliveries.take()
    cara = world.slack.person(f"cara-{n}")
    cara.joins(ana.channel)
    cara.says("what is up", ana.channel)
    return ""


def a_day_later(world: World, ana: Person, n: int) -> str:
    world.clock.move(timedelta(days=1))
    world.bot.directory.refresh()
    return ""


def looks_back(world: World, ana: Person, n: int) -> str:
    """A thread was said while nobody listened."""
    root = ana.says(f"root {n}")
    ana.says(f"answer {n}", thread=root)
    world.slack.deliveries.take()
    world.bot.backfill.look_everywhere()
    return ""


def goes_private(world: World, ana: Person, n: int) -> str:
    return ana.commands("/incident private").text


def converts(world: World, ana: Person, n: int) -> str:
    ana.channel = ana.creates(f"talk-{n}")
    return ana.commands(f"/incident convert sev3 trouble number {n}").text


def converts_private(world: World, ana: Person, n: int) -> str:
    ana.channel = ana.creates(f"talk-{n}", private=True)
    ana.invites("tocsin")
    return ana.commands(f"/incident convert sev3 trouble number {n}").text


def reopens(world: World, ana: Person, n: int) -> str:
    with world.bot.store.read() as tx:
        ref = tx.incidents(open_only=False, limit=1)[0].ref
    return ana.commands(f"/incident reopen {ref} it is back", world.slack.channel("general")).text


def drafts(world: World, ana: Person, n: int) -> str:
    return ana.commands("/incident postmortem draft").text


def shares(world: World, ana: Person, n: int) -> str:
    """A file whose address leads nowhere any more: Slack is asked what became of it."""
    world.slack.faults.add("files.download", "404")
    ana.says("see", files=[(f"graph-{n}.png", b"\x89PNG")])
    return ""


def clicks(world: World, ana: Person, n: int) -> str:
    return ana.clicks("Post update").text


def comes_home(world: World, ana: Person, n: int) -> str:
    ana.opens_home()
    return ""


def is_checked(world: World, ana: Person, n: int) -> str:
    found = check_bot(world.settings(), world.bot.store, world.bot.slack)
    return "\n".join(each.what for each in found)


def is_said_twice(world: World, ana: Person, n: int) -> str:
    """History lags behind, so that a message whose answer was lost is said twice; the sweep finds it later."""
    world.slack.history_lag = 20.0
    world.slack.faults.add("chat.postMessage", "lost_reply", channel=ana.channel.id)
    return updates(world, ana, n)


ACTS: dict[str, Act] = {
    "auth.test": is_its_own,
    "canvases.edit": drafts,
    "canvases.sections.lookup": drafts,
    "chat.delete": is_said_twice,
    "chat.postMessage": updates,
    "chat.update": updates,
    "conversations.archive": goes_private,
    "conversations.canvases.create": drafts,
    "conversations.create": declares,
    "conversations.history": looks_back,
    "conversations.info": converts_private,
    "conversations.invite": declares,
    "conversations.join": converts,
    "conversations.list": is_checked,
    "conversations.members": goes_private,
    "conversations.open": tells_ben,
    "conversations.replies": looks_back,
    "conversations.setPurpose": declares,
    "conversations.setTopic": declares,
    "conversations.unarchive": reopens,
    "files.completeUploadExternal": drafts,
    "files.getUploadURLExternal": drafts,
    "files.info": shares,
    "pins.add": declares,
    "usergroups.list": declares,
    "usergroups.users.list": declares,
    "users.conversations": is_taken,
    "users.info": is_unknown,
    "users.list": a_day_later,
    "users.lookupByEmail": declares,
    "views.open": clicks,
    "views.publish": comes_home,
}
"""What people do so that the bot calls the method."""
BEFORE: dict[str, Callable[[World, Person, int], None]] = {
    **dict.fromkeys(("canvases.edit", "canvases.sections.lookup"), drafted),
    "conversations.canvases.create": undrafted,
    "conversations.unarchive": resolved,
    **dict.fromkeys(
        (
            "chat.delete", "chat.postMessage", "chat.update", "conversations.archive", "conversations.members",
            "conversations.open", "files.completeUploadExternal", "files.getUploadURLExternal",
            "conversations.history", "conversations.replies",
        ),
        opened,
    ),
}  # fmt: skip
"""How things stand before, where something must."""
ELSEWHERE = {
    "apps.connections.open": "Socket Mode, which has no outbox: tests/handlers/test_socket.py and tests/experiments",
    "chat.postEphemeral": "the bot does not call it: what one person alone reads is the answer to what they did",
    "views.update": "the bot does not call it: a form is changed by the answer to it",
}
"""Methods that the code names and that no story leads to."""


@pytest.fixture
def policy() -> str:
    return POLICY


@pytest.fixture
def world(slack_server: SandboxServer, sqlite_url: str, policy: str) -> Iterator[World]:
    """SQLite alone: what is tried here is what comes of Slack's answers."""
    made = World(slack_server, sqlite_url, policy, clock=StillClock())
    made.slack.add_group("oncall", [made.person("dev").id])
    made.slack.add_user("cto", email="cto@example.com")
    yield made
    made.close()


@pytest.fixture
def ana(world: World) -> Person:
    ana = world.person("ana")
    opened(world, ana, 0)
    drafts(world, ana, 0)
    world.tick()
    return ana


def shared_by(rotating: Sequence[str], n: int, most: int) -> list[str]:
    """Some of errors that are one to our code: over all methods each of them has its turn."""
    return [rotating[(n * most + each) % len(rotating)] for each in range(min(most, len(rotating)))]


def errors_of(method: str, *, every: bool) -> list[str]:
    """The errors of *method*'s own page, and of those common to all methods some of each kind; or *every* one."""
    common = common_errors()
    kinds = [sorted(common & kind) for kind in (REFUSED, TEMPORARY)]
    kinds.append(sorted(common - REFUSED - TEMPORARY))
    turn = sorted(ACTS).index(method)
    some = [error for kind in kinds for error in shared_by(kind, turn, 2)]
    return sorted({*documented(method)["errors"], *(common if every else some), "missing_scope"})


def said(world: World) -> Counter[str]:
    """Everything that the bot has said to anybody so far."""
    rooms = world.slack.channels
    found = (
        m for room in rooms for m in (*room.messages, *room.ephemerals) if m.bot_id == world.slack.bot_id
    )
    return Counter(m.words for m in found)


def given_up(world: World) -> int:
    """How many calls Slack has refused for good so far."""
    with world.bot.store.engine.connect() as connection:
        return int(
            connection.execute(text("select count(*) from outbox where state = 'failed'")).scalar_one()
        )


def came_of(world: World, method: str, error: str, n: int, log: pytest.LogCaptureFixture) -> str:
    """What came of *error*, answered once to *method*."""
    ana = world.person("ana")
    BEFORE.get(method, nothing)(world, ana, n)
    world.tick()
    log.clear()
    before, calls, refused = said(world), len(world.slack.calls), given_up(world)
    world.slack.faults.add(method, error)
    told = ACTS[method](world, ana, n)
    world.tick()
    for _ in range(3):  # the token is tried again each half minute
        world.forward(seconds=31)
        world.bot.outbox.tidy()
    world.tick()
    made = [call for call in world.slack.calls[calls:] if call.method == method]
    struck = next((at for at, call in enumerate(made) if call.fault == error), None)
    assert struck is not None, f"{method} was not called"
    world.slack.faults.clear()
    alike = [call for call in made[struck + 1 :] if call.args == made[struck].args]
    assert len(alike) <= OFTEN, "it goes round in a circle"
    with world.bot.store.read() as tx:
        assert tx.outbox.unfinished() == 0, "calls wait for ever"
    assert [each.getMessage() for each in log.records if each.exc_info] == [], "an exception escaped"
    news, logged = [told, *(said(world) - before)], [each.getMessage() for each in log.records]
    if any(call.answer.get("ok") for call in alike):
        return AGAIN
    if any(word in words for words in news for word in (error, *SAYS_SO)):
        return PEOPLE
    if error in TEMPORARY | REFUSED and given_up(world) == refused:
        return AGAIN
    return OPERATOR if any(error in words for words in logged) else NOTHING


@pytest.mark.parametrize("method", sorted(ACTS))
def test_each_documented_error_leads_to_something(
    world: World, ana: Person, method: str, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    errors = errors_of(method, every=request.config.getoption("--full"))
    found = {error: came_of(world, method, error, n, caplog) for n, error in enumerate(errors, 1)}
    assert {
        error: what for error, what in found.items() if not is_enough(what, expected(method, error))
    } == {}


def is_enough(what: str, wanted: str) -> bool:
    """Whether *what* came of it is what the table tells, or people are told of it where the log would do."""
    return what == wanted or (what, wanted) == (PEOPLE, OPERATOR)


def test_every_method_that_the_code_names_is_led_to() -> None:
    assert used() == {*ACTS, *ELSEWHERE}
    assert all(ELSEWHERE.values())
