"""The HTTP door: what Slack did not sign is 401, what nobody can read 4xx; a replay has no second effect (S2)."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.sandbox import HttpDoor
from bot.web import LARGEST, Web
from tests.world import World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def signed(
    world: World, body: bytes, kind: str = JSON, *, stamp: float | str | None = None
) -> dict[str, str]:
    """The headers that Slack would send with *body*."""
    stamp = int(world.clock.machine()) if stamp is None else stamp
    stamp = str(stamp)
    secret = world.slack.signing_secret.encode()
    mark = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mark}"}


def declare(world: World, trigger: str = "1.2.abc") -> bytes:
    """A slash command as Slack sends it."""
    ana = world.person("ana")
    return urlencode(
        {
            "command": "/incident", "text": "declare sev1 checkout is down", "user_id": ana.id,
            "channel_id": ana.channel.id, "trigger_id": trigger, "team_id": world.slack.team_id,
        }
    ).encode()  # fmt: skip


def incidents(world: World) -> int:
    return len(world.bot.lookup.listed(open_only=False))


def test_a_good_request_is_taken(world: World) -> None:
    body = declare(world)
    status, _, text = world.bot.dispatch(body, signed(world, body, FORM))
    assert status == 200
    assert "INC-2026-0302-001" in json.loads(text)["text"]


def test_what_slack_did_not_sign_is_refused_and_leaves_no_trace(world: World) -> None:
    """S2. Stamps older or newer than five minutes are refused."""
    body, now = declare(world), int(world.clock.machine())
    good = signed(world, body, FORM)
    forgeries: dict[str, tuple[bytes, dict[str, str]]] = {
        "no headers": (body, {"content-type": FORM}),
        "no signature": (body, {k: v for k, v in good.items() if k != "x-slack-signature"}),
        "no stamp": (body, {k: v for k, v in good.items() if k != "x-slack-request-timestamp"}),
        "another secret": (body, good | {"x-slack-signature": "v0=" + "0" * 64}),
        "cut signature": (body, good | {"x-slack-signature": good["x-slack-signature"][:-1]}),
        "empty signature": (body, good | {"x-slack-signature": ""}),
        "signature that is no text": (body, good | {"x-slack-signature": "v0=é"}),
        "changed body": (body.replace(b"sev1", b"sev4"), good),
        "another stamp": (body, good | {"x-slack-request-timestamp": str(now + 1)}),
        "301 s old": (body, signed(world, body, FORM, stamp=now - 301)),
        "301 s ahead": (body, signed(world, body, FORM, stamp=now + 301)),
        "a stamp that is no number": (body, signed(world, body, FORM, stamp="yesterday")),
        "a body that is no text": (b"\xff\xfe", signed(world, b"\xff\xfe", FORM)),
    }
    for name, (content, headers) in forgeries.items():
        assert world.bot.dispatch(content, headers) == (401, {}, ""), name
    assert incidents(world) == 0
    assert world.bot.dispatch(body, signed(world, body, FORM, stamp=now - 299))[0] == 200


def test_a_valid_request_played_again_gets_the_same_answer_and_has_no_second_effect(world: World) -> None:
    body = declare(world)
    headers = signed(world, body, FORM)
    first = world.bot.dispatch(body, headers)
    assert world.bot.dispatch(body, headers) == first
    world.clock.seconds += 100
    assert world.bot.dispatch(body, headers) == first
    world.settle()
    assert incidents(world) == 1
    assert len(world.slack.calls_of("conversations.create")) == 1


def test_a_click_and_a_form_played_again_have_no_second_effect(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    ana.channel = world.channel().channel
    sent: list[tuple[bytes, dict[str, str]]] = []

    def kept(_: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        sent.append((body, headers))
        status, answered, text = world.bot.dispatch(body, headers)
        return status, answered, text.encode()

    world.slack.door = HttpDoor(kept)
    ana.commands("/incident update")
    ana.submits({"text": "pool is exhausted"})
    ana.clicks("Resolve", channel=ana.channel)
    ana.submits({"message": "over"})
    world.settle()
    ana.clicks("Reopen", channel=ana.channel)
    world.settle()
    before = [message.words for message in world.channel().messages]
    world.expects_errors("exchanged_trigger_id")
    for body, headers in sent:
        if b"event_callback" not in body:
            assert world.bot.dispatch(body, headers)[0] == 200
    world.settle()
    assert [message.words for message in world.channel().messages] == before


UNREADABLE = (
    (b"{not json", JSON),
    (b"[]", JSON),
    (b"3", JSON),
    (b"null", JSON),
    (b"", JSON),
    (b'{"type": "of tomorrow"}', JSON),
    (b'{"type": "event_callback"}', JSON),
    (b'{"type": "event_callback", "event": null}', JSON),
    (b'{"type": "event_callback", "event": "message"}', JSON),
    (b"payload={bad", FORM),
    (b"payload=[]", FORM),
    (b"payload=" + b'{"type":"of_tomorrow"}', FORM),
    (b"hello=1", FORM),
)


def test_what_nobody_can_read_is_4xx_without_a_word_more(world: World) -> None:
    for body, kind in UNREADABLE:
        status, _, text = world.bot.dispatch(body, signed(world, body, kind))
        assert 400 <= status < 500, body
        assert text == ""


def test_slacks_own_checks_are_answered(world: World) -> None:
    """https://docs.slack.dev/reference/events/url_verification"""
    body = b'{"type": "url_verification", "challenge": "abc"}'
    status, _, text = world.bot.dispatch(body, signed(world, body))
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})


def test_events_and_buttons_that_nobody_knows_do_no_harm(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    channel = world.channel().channel
    world.sends({"type": "of_tomorrow", "channel": channel.id})
    world.sends({"type": "message", "subtype": "of_tomorrow", "channel": channel.id, "ts": "1.000001"})
    click = {
        "type": "block_actions", "user": {"id": ana.id}, "team": {"id": world.slack.team_id}, "trigger_id": "9.9.z",
        "channel": {"id": channel.id}, "actions": [{"action_id": "of_tomorrow", "block_id": "b", "type": "button"}],
    }  # fmt: skip
    body = urlencode({"payload": json.dumps(click)}).encode()
    assert world.bot.dispatch(body, signed(world, body, FORM))[0] == 200
    ana.channel = channel
    assert "is *investigating*" in ana.commands("/incident status").text


def test_a_form_that_nobody_knows_stays_open_and_says_so(world: World) -> None:
    view = {
        "id": "V1", "hash": "1.a", "type": "modal", "callback_id": "of_tomorrow", "private_metadata": "",
        "state": {"values": {"text": {"text": {"type": "plain_text_input", "value": "two hours of writing"}}}},
    }  # fmt: skip
    payload = {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": view}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    status, _, text = world.bot.dispatch(body, signed(world, body, FORM))
    assert status == 200
    assert "from an older version" in json.loads(text)["errors"]["text"]


class Browser:
    """Asks an ASGI application without a network. A body may come in pieces; ``taken`` counts those it read."""

    def __init__(self, app: Web) -> None:
        self.app, self.taken = app, 0

    def asks(
        self, method: str, path: str, body: Iterable[bytes] = (b"",), headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Status and text of the answer."""
        pieces, self.taken = iter(body), 0
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            self.taken += 1
            piece = next(pieces, None)
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
            "query_string": b"", "root_path": "", "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
        }  # fmt: skip

        async def ask() -> None:
            await self.app(scope, receive, send)

        asyncio.run(ask())
        return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


def pieces(size: int, of: int = 100_000) -> Iterator[bytes]:
    yield from (b"x" * of for _ in range(size // of))


def test_a_body_over_a_megabyte_is_413_before_it_is_read_whole(world: World) -> None:
    """S10."""
    browser = Browser(world.bot.web())
    assert browser.asks("POST", "/slack/events", [b"x" * (LARGEST + 1)]) == (413, "too large")
    assert browser.asks("POST", "/slack/events", pieces(100_000_000)) == (413, "too large")
    assert browser.taken == 11, "reading ends with the piece that is too much"
    just = b"x" * LARGEST
    assert browser.asks("POST", "/slack/events", [just], signed(world, just))[0] == 400


def test_the_web_doors_hand_on_what_the_bot_answers(world: World) -> None:
    body, browser = declare(world), Browser(world.bot.web())
    status, text = browser.asks("POST", "/slack/events", [body], signed(world, body, FORM))
    assert status == 200
    assert "INC-2026-0302-001" in json.loads(text)["text"]
    assert browser.asks("POST", "/slack/events", [body])[0] == 401
    assert browser.asks("GET", "/slack/events")[0] == 405
    assert browser.asks("GET", "/nothing/here")[0] == 404
    assert json.loads(browser.asks("GET", "/readyz")[1]) == {"ready": True, "reasons": []}
    assert browser.asks("GET", "/metrics")[0] == 200


def test_no_secret_gets_into_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """S7."""
    caplog.set_level(logging.DEBUG)
    body = declare(world)
    world.bot.dispatch(body, signed(world, body, FORM))
    world.bot.dispatch(body, signed(world, body, FORM, stamp=0))
    world.settle()
    assert world.slack.bot_token not in caplog.text
    assert world.slack.signing_secret not in caplog.text
