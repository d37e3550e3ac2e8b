"""Nothing that people write calls anybody or breaks a document, in whatever argument it stands (RELIABILITY S3)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot.sandbox import Person
from handlers import ROUTES
from tests.experiments.conftest import Size
from tests.stories.test_bad_input import assert_calls_nobody, raw
from tests.world import World

pytestmark = pytest.mark.experiment("S3")
SPECIALS = (
    "<!channel>", "<!here>", "<!everyone>", "<@U0VICTIM>", "<!subteam^S0ALL>", "<http://x|bank>",
    "<!channel|x> &lt;!here&gt; <<!channel>> <!subteam^S0ALL|@all>", "`code` ``` fence", "\u202eright to left\u202c",
    "zero\u200bwidth\u2060 \ufeff", "| a | b |\n|---|---|", "# head\n- item\n> quote\n\n---",
    "[bank](http://evil) <b>x</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "*bold* _it_ ~gone~ \\", "1. one", "<!date^1^{date}|now>",
)  # fmt: skip
LONG = "&lt;!here&gt; <!channel> " * 420
"""10,000 characters and some."""
SHOWS = (
    "chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.setTopic", "conversations.setPurpose",
    "views.open", "conversations.create", "files.completeUploadExternal",
)  # fmt: skip
ENDS = {"cancel", "merge", "close", "resolve", "private", "reopen", "mitigate"}
"""Verbs that end something: they come last, and what they ended is opened again."""


def lines() -> Iterator[str]:
    """Every verb, with the hostile text in each place of its example in which there are words; new verbs too."""
    verbs = sorted(ROUTES.verbs.values(), key=lambda verb: verb.name in ENDS)
    for verb in verbs:
        words = verb.example.removeprefix("/incident ").split()
        yield f"{verb.name} {{}}"
        yield f"{' '.join(words)} {{}}"
        for place in range(1, len(words)):
            name, equals, _ = words[place].partition("=")
            changed = f'{name}="{{}}"' if equals else "{}"
            yield " ".join([*words[:place], changed, *words[place + 1 :]])


UNSEEN = frozenset({"metadata", "value", "private_metadata", "initial_value"})
"""What machines alone read: a button carries on what was typed. In a field to type in nothing is active."""


def shown_of(value: Any) -> Any:
    """JSON without what nobody sees."""
    if isinstance(value, dict):
        return {name: shown_of(each) for name, each in value.items() if name not in UNSEEN}
    return [shown_of(each) for each in value] if isinstance(value, list) else value


def told(world: World, since: int) -> list[dict[str, Any]]:
    """What the bot showed to anybody, without what machines alone read."""
    return [
        shown_of(call.args)
        for call in world.slack.calls[since:] if call.method in SHOWS
    ]  # fmt: skip


@pytest.fixture
def ana(world: World) -> Person:
    world.person("ben")
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    ana.channel = world.channel().channel
    return ana


def test_no_argument_of_any_verb_and_no_field_of_any_form_calls_anybody(
    world: World, ana: Person, size: Size, figures: Callable[..., None]
) -> None:
    world.expects_errors("invalid_trigger_id")  # of forms, which these commands cannot open
    # a mention alone, where a person belongs, names that person: Slack escapes one that was only typed
    alone = [each for each in SPECIALS if each != "<@U0VICTIM>"]
    hostile = [" ".join(SPECIALS), *((LONG, *alone) if size.full else ())]
    typed = 0
    for text in hostile:
        for line in lines():
            since = len(world.slack.calls)
            status, answer = raw(world, ana, line.format(text))
            typed += 1
            assert status == 200, line
            assert "on our side" not in str(answer), line
            for shown in (shown_of(answer), *told(world, since)):
                assert_calls_nobody(world, shown)
            if world.bot.lookup.here(ana.channel.id) is not None:
                raw(world, ana, "reopen")
    forms = filled_in(world, ana, " ".join(SPECIALS))
    said_by_themselves(world, ana)
    figures(verbs=len(ROUTES.verbs), commands=typed, forms=forms, called=0)


def filled_in(world: World, ana: Person, text: str) -> int:
    """Each form that the bot has, with hostile text in every field for text; how many there are."""
    raw(world, ana, "reopen")
    submitted, since = set(), len(world.slack.calls)
    for label in ("Add title", "Post update", "Take a role", "Resolve"):
        try:
            ana.clicks(label, channel=ana.channel)
        except ValueError:
            continue  # the card has a title already
        view = ana.modal
        if view is None:
            continue
        submitted.add(view.body["callback_id"])
        fields = [
            block
            for block in view.body["blocks"]
            if block.get("element", {}).get("type") == "plain_text_input"
        ]
        answer = ana.submits({block["block_id"]: text[:2_900] for block in fields})
        assert "on our side" not in str(answer.errors)  # plain text: nothing in it is active
        world.settle()
        if ana.modal is not None:
            ana.closes_modal()
    for shown in told(world, since):
        assert_calls_nobody(world, shown)
    return len(submitted)


def said_by_themselves(world: World, ana: Person) -> None:
    """What comes without a command: messages reach cards, nudges, escalations, direct messages."""
    raw(world, ana, "reopen")
    since = len(world.slack.calls)
    for text in (*SPECIALS, LONG):
        ana.says(f"decision: {text}", raw=True)
    world.forward(hours=5)
    for shown in told(world, since):
        assert_calls_nobody(world, shown)


def drafted(world: World, words: list[str]) -> str:
    """The draft of an incident in which *words* were said in every way."""
    ana = world.person("ana")
    ana.commands("/incident declare sev3 checkout is down")
    ana.channel = world.channel().channel
    raw(world, ana, f"set title {words[0]}")
    for n, text in enumerate(words):
        world.forward(minutes=1)
        ana.says(f"{('decision: ', 'finding: ', '')[n % 3]}{text}", raw=True)
        raw(world, ana, f"note action: {text}")
        raw(world, ana, f"update {text}")
        if n == 0:  # a mention alone would be its owner
            raw(world, ana, f"task add {text}")
    raw(world, ana, f"set root_cause {words[1]}")
    raw(world, ana, f"resolve {words[2]}")
    raw(world, ana, "close")
    world.tick()
    (file,) = [f for m in world.channel().channel.messages for f in m.files]
    return (file.content or b"").decode()


INLINE = frozenset({"inline"})


def structure(markdown: str) -> list[tuple[str, str]]:
    """Headings, tables, rows, cells, lists of a document, without any words."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [(token.type, token.tag) for token in tokens if token.type not in INLINE]


@pytest.mark.parametrize("number", range(3))
def test_a_draft_keeps_the_structure_of_its_harmless_twin(
    slack_server: Any, database_url: str, number: int, figures: Callable[..., None]
) -> None:
    """Texts in one line, so that both have as many lines; marks, tables, links and tags stay words."""
    some = [" ".join(text.split()) for text in SPECIALS[number * 5 : number * 5 + 6]]
    made = World(slack_server, database_url)
    hostile = drafted(made, some)
    twin = drafted(
        made, [f"word {n}" + (" ``` code" if "```" in text else "") for n, text in enumerate(some)]
    )
    made.finish()
    made.close()
    assert structure(hostile) == structure(twin)
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(hostile)
    assert not re.search(r"<(script|b|a)\b", shown), "no tag and no link of people's"
    figures(blocks=len(structure(hostile)), differences=0)
