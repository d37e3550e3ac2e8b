"""What Slack sends, kept and sent again as a test likes: signed, forged, over HTTP; and what stands in the database."""

import hashlib
import hmac
import http.client
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from bot.app import Bot
from bot.sandbox import HttpDoor
from bot.store.tables import metadata
from bot.web import WebServer
from tests.world import World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
STAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
Answer = tuple[int, str]
"""Status and body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request of Slack's."""

    body: bytes
    headers: dict[str, str]

    def but(self, **headers: str | None) -> "Delivery":
        """The same with other headers (``stamp=``, ``signature=`` …); None leaves one out."""
        known = {"stamp": STAMP, "signature": SIGNATURE}
        told = self.headers | {known.get(name, name): value for name, value in headers.items()}
        return replace(self, headers={name: value for name, value in told.items() if value is not None})


def sealed(secret: str, stamp: str, body: bytes) -> str:
    """Slack's signature, computed without any code of the bot's."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def signed(world: World, body: bytes, kind: str = JSON, *, stamp: float | str | None = None) -> Delivery:
    """*body* as Slack would send it, now or at another time."""
    told = str(int(world.clock.machine()) if stamp is None else stamp)
    mark = sealed(world.slack.signing_secret, told, body)
    return Delivery(body=body, headers={"content-type": kind, STAMP: told, SIGNATURE: mark})


def sent(bot: Bot, delivery: Delivery) -> Answer:
    """What *bot* answers."""
    status, _, text = bot.dispatch(delivery.body, delivery.headers)
    return status, text


@contextmanager
def kept(world: World) -> Iterator[list[Delivery]]:
    """Everything that Slack sends to the bot inside, in order; it arrives as always."""
    deliveries: list[Delivery] = []

    def post(_: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        deliveries.append(Delivery(body=body, headers=headers))
        status, answered, text = world.bot.dispatch(body, headers)
        return status, answered, text.encode()

    usual, world.slack.door = world.slack.door, HttpDoor(post)
    yield deliveries
    world.slack.door = usual


class Wire:
    """The bot's own web server, spoken to byte by byte."""

    def __init__(self, address: str) -> None:
        self._address = urlsplit(address).netloc

    def post(
        self, body: bytes, headers: Iterable[tuple[str, str | bytes]], *, path: str = "/slack/events"
    ) -> Answer:
        """One POST with exactly these headers, also the same twice."""
        connection = http.client.HTTPConnection(self._address, timeout=10)
        try:
            connection.putrequest("POST", path, skip_accept_encoding=True)
            for name, value in (*headers, ("content-length", str(len(body)))):
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        connection = http.client.HTTPConnection(self._address, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def served(bot: Bot) -> Iterator[Wire]:
    """*bot* over HTTP, on a port of its own."""
    server = WebServer(bot.web(), "127.0.0.1", 0)
    address = server.start()
    try:
        yield Wire(address)
    finally:
        server.stop()


def rows(bot: Bot) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order that says nothing."""
    with bot.store.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
