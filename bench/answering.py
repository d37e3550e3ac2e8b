"""P1 and P2: how much it costs to keep what Slack delivers before Slack has its answer."""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from bench.measure import Ratio, alternating, ratios
from bench.place import Place, declared, place
from bot.sandbox import sign

EVENTS, COMMANDS = 300, 60
"""How many make one turn."""
Delivery = tuple[bytes, dict[str, str]]


def event_and_command() -> Iterator[Ratio]:
    """P1 and P2."""
    with place() as here:
        channel = declared(here).id
        yield _event(here, channel)
        yield _command(here, channel, "note we see errors", "P2", goal=10.0, hoped=4.0)


def _signed(here: Place, body: bytes, content_type: str) -> Delivery:
    stamp = int(here.bot.clock.machine())
    return body, {
        "content-type": content_type,
        "x-slack-request-timestamp": str(stamp),
        "x-slack-signature": sign(here.slack.signing_secret, stamp, body),
    }


def _event(here: Place, channel: str) -> Ratio:
    """A message: signed, kept in the log, answered; against the least that any bot would have to do."""
    numbers = count()

    def bodies() -> list[Delivery]:
        return [_message(here, channel, next(numbers)) for _ in range(EVENTS)]

    def ours() -> None:
        for body, headers in waiting_here.pop():
            assert here.bot.dispatch(body, headers)[0] == 200

    def least() -> None:
        for body, headers in waiting_there.pop():
            keep(body, headers)

    keep = _least(here, here.folder / "least.db")
    waiting_here = [bodies() for _ in range(9)]
    waiting_there = [bodies() for _ in range(9)]
    mine, theirs = alternating(ours, least)
    micros = 1e6 * sorted(mine)[len(mine) // 2] / EVENTS
    return Ratio(
        number="P1", what="a message kept, then 200, SQLite FULL ÷ signature + JSON + one raw insert of the row",
        values=ratios(mine, theirs), goal=2.0, hoped=1.4, note=f"{micros:.0f} µs a message",
    )  # fmt: skip


def _message(here: Place, channel: str, number: int) -> Delivery:
    ana = here.slack.user("ana").id
    ts = f"{here.bot.clock.machine() - 100_000 + number:.6f}"
    event = {
        "type": "message", "channel": channel, "user": ana, "text": f"looking at {number}: errors & latency",
        "ts": ts, "event_ts": ts, "channel_type": "channel", "team": here.slack.team_id,
    }  # fmt: skip
    payload = {
        "type": "event_callback", "team_id": here.slack.team_id, "api_app_id": here.slack.app_id, "event": event,
        "event_id": f"Ev{number:09}", "event_time": int(float(ts)), "authorizations": [],
    }  # fmt: skip
    return _signed(here, json.dumps(payload).encode(), "application/json")


def _least(here: Place, file: Path) -> Callable[[bytes, dict[str, str]], None]:
    """The yardstick: check the signature, read the JSON, insert the same row into the same table durably."""
    with sqlite3.connect(here.folder / "bench.db") as ours:
        ours.execute("VACUUM INTO ?", [str(file)])
        names = [column[1] for column in ours.execute("PRAGMA table_info(entries)") if column[1] != "id"]
        quoted = ", ".join(f'"{name}"' for name in names)
        pattern = ours.execute(f"SELECT {quoted} FROM entries LIMIT 1").fetchone()  # noqa: S608 - names of columns
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    insert = f"INSERT INTO entries ({quoted}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names of columns
    row = dict(zip(names, pattern, strict=True))
    secret = here.slack.signing_secret.encode()

    def keep(body: bytes, headers: dict[str, str]) -> None:
        base = f"v0:{headers['x-slack-request-timestamp']}:".encode() + body
        good = "v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(good, headers["x-slack-signature"])
        event = json.loads(body)["event"]
        said = {
            "channel_id": event["channel"],
            "ts": event["ts"],
            "author": event["user"],
            "text": event["text"],
        }
        raw.execute(insert, tuple((row | said).values()))

    return keep


def _command(here: Place, channel: str, text: str, number: str, *, goal: float, hoped: float) -> Ratio:
    """A command that is kept and answered, against Bolt alone with a listener that does nothing."""
    numbers = count()

    def commands() -> list[Delivery]:
        return [_typed(here, channel, text, next(numbers)) for _ in range(COMMANDS)]

    def ours() -> None:
        for body, headers in waiting_here.pop():
            status, _, answer = here.bot.dispatch(body, headers)
            assert status == 200, answer

    def bolt() -> None:
        for body, headers in waiting_there.pop():
            asked = BoltRequest(
                body=body.decode(), headers={name: [value] for name, value in headers.items()}
            )
            assert nothing.dispatch(asked).status == 200

    nothing = _nothing(here)
    waiting_here = [commands() for _ in range(9)]
    waiting_there = [commands() for _ in range(9)]
    mine, theirs = alternating(ours, bolt)
    millis = 1e3 * sorted(mine)[len(mine) // 2] / COMMANDS
    return Ratio(
        number=number, what=f"/incident {text.split(maxsplit=1)[0]} kept and answered ÷ Bolt that does nothing",
        values=ratios(mine, theirs), goal=goal, hoped=hoped, note=f"{millis:.2f} ms a command",
    )  # fmt: skip


def _typed(here: Place, channel: str, text: str, number: int) -> Delivery:
    ana = here.slack.user("ana")
    fields = {
        "command": "/incident", "text": f"{text} {number}", "user_id": ana.id, "user_name": ana.name,
        "channel_id": channel, "channel_name": "inc", "team_id": here.slack.team_id, "api_app_id": here.slack.app_id,
        "trigger_id": f"{text}.{number}", "response_url": f"{here.server.url}response/none",
    }  # fmt: skip
    return _signed(here, urlencode(fields).encode(), "application/x-www-form-urlencoded")


def _nothing(here: Place) -> App:
    """Bolt as we use it, with a command that only acknowledges."""
    app = App(
        signing_secret=here.slack.signing_secret,
        process_before_response=True,
        authorize=lambda **_: AuthorizeResult(
            enterprise_id=None,
            team_id=here.slack.team_id,
            bot_token=here.slack.bot_token,
            bot_id=here.slack.bot_id,
            bot_user_id=here.slack.bot_user_id,
        ),
        client=here.bot.slack.without_token(),
    )

    def done(ack: Ack) -> None:
        ack()

    app.command("/incident")(done)
    return app
