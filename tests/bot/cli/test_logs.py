"""The log: what each line is about, and no secret in it, in either form."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr

import pytest

from bot.cli.logs import Blank, secrets_of, start_logging
from bot.context import about, tell
from bot.domain.policy_file import read_policy
from bot.settings import DEFAULT_POLICY, Settings

log = logging.getLogger("bot.tests")
PASSWORD = "p@ss/w?rd&1"


@pytest.fixture(params=["text", "json"])
def written(request) -> Iterator[Callable[[], str]]:
    """What is logged in the test, in either form."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    with redirect_stderr(stream):
        start_logging("INFO", request.param, secrets=("0123456789abcdef0123456789abcdef", PASSWORD))
    (own,) = root.handlers
    root.handlers[:] = [*before, own]
    yield stream.getvalue
    root.removeHandler(own)
    root.setLevel(level)


def test_a_line_says_what_it_is_about(written, request):
    with about(delivery="command"):
        tell(incident="INC-2026-0302-001", outcome="kept")
        with about(call="nudge:INC-2026-0302-001:1"):
            log.info("inside")
        log.info("outside")
    log.info("nothing")
    text = written()
    assert len(text.splitlines()) == 3, text
    inside, outside, nothing = text.splitlines()
    if inside.startswith("{"):
        assert json.loads(inside).items() >= {
            "incident": "INC-2026-0302-001", "delivery": "command", "call": "nudge:INC-2026-0302-001:1",
        }.items()  # fmt: skip
        assert "call" not in json.loads(outside)
        assert json.loads(nothing).keys() == {"at", "level", "logger", "message"}
    else:
        assert inside.endswith(
            "inside [incident=INC-2026-0302-001 delivery=command call=nudge:INC-2026-0302-001:1]"
        )
        assert outside.endswith("outside [incident=INC-2026-0302-001 delivery=command]")
        assert nothing.endswith("nothing")


def test_what_people_write_makes_no_line_of_its_own(written):
    log.info("said: %s", "a\n2026-01-01 CRITICAL bot: forged")
    assert len(written().splitlines()) == 1


def fail(why: str) -> None:
    raise ValueError(why)


SECRETS = (
    "xoxb-1-abcDEF", "xoxp-1-abc", "xoxe.xoxp-1-Mi0yLTEx", "xoxe-1-My0xLTEx", "xapp-1-A1-2-abc",
    "0123456789abcdef0123456789abcdef", PASSWORD, "p%40ss%2Fw%3Frd%261",
)  # fmt: skip
INSIDE = (
    ("postgresql://tocsin:{}@db.example.com/tocsin", "sesame1"),
    ("postgresql://tocsin:{}@db.example.com/tocsin", "ses@me1"),
    ("host=db password={} dbname=tocsin", "sesame1"),
    ("https://hooks.slack.com/{}", "commands/T1/2/secretsecret"),
    ("https://hooks.slack.com/{}", "services/T1/B2/secretsecret"),
    ("https://hooks.slack.com/{}", "actions/T1/2/secretsecret"),
    ("wss://wss-primary.slack.com/link/?ticket={}&app_id=1", "1a2b3c"),
    ("Authorization: Bearer {}", "abc.def-123"),
    ("{{'Authorization': 'Bearer {}'}}", "abc.def-123"),
    ("Authorization: Basic {}", "dXNlcjpzZXNhbWUx"),
    ("token={}&channel=C1", "sesame1"),
    ("x-slack-signature: v0={}", "ab" * 32),
)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_in_a_message_nor_in_a_trace(written, secret):
    log.info("it is %s", secret)
    log.info("it is %r", {"value": [secret]})
    try:
        fail(f"bad {secret}")
    except ValueError:
        log.exception("failed")
    text = written()
    assert secret not in text
    assert secret not in text.replace("\\\\", "\\")
    assert text.count("[secret]") >= 3


@pytest.mark.parametrize(("shape", "secret"), INSIDE)
def test_what_has_the_form_of_a_secret_is_blanked_wherever_it_comes_from(written, shape, secret):
    log.info("%s", shape.format(secret))
    try:
        fail(shape.format(secret))
    except ValueError:
        log.exception("failed")
    assert secret not in written()


def test_what_is_no_secret_stays():
    said = "https://example.com/a:b@c INC-2026-0302-001 nudge:INC-2026-0302-001:1 oxox-boxes 12:30@noon"
    assert Blank(["short", ""])(said) == said


def test_the_secrets_of_the_settings_are_known():
    settings = Settings(
        bot_token="xoxb-1", signing_secret="sign", app_token="xapp-1", slack_api_url="", host="", port=0,
        database_url="postgresql://u:p%40ss@h/d", log_level="INFO", log_format="text",
        policy=read_policy(DEFAULT_POLICY.read_text()),
    )  # fmt: skip
    assert set(secrets_of(settings)) == {"xoxb-1", "sign", "xapp-1", "p%40ss", "p@ss"}
