"""The play button's incident in the real sandbox: whole, steered, twice, and beside what people do themselves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.times import parse_iso
from tests.sandboxes import sandbox
from tests.waiting import until

PATIENCE = 60.0
SPAN = (parse_iso("2026-02-11T12:10:30-05:00") - parse_iso("2026-02-11T09:27:30-05:00")).total_seconds()
"""From the declaration to the close, in the record."""


class Looker:
    """Somebody who looks at the sandbox through the API of its page."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=PATIENCE)

    def sees(self, person: str = "ana", channel: str = "") -> Any:
        return self.http.get("state", params={"person": person, "channel": channel}).json()

    @property
    def play(self) -> Any:
        return self.sees()["play"]

    def asks(self, **what: object) -> httpx.Response:
        return self.http.post("play", json=what)

    def types(self, text: str, channel: str = "incidents", person: str = "ana") -> Any:
        return self.http.post(f"people/{person}/types", json={"text": text, "channel": channel}).json()

    def starts(self, speed: float) -> None:
        until(lambda: self.play)  # the bot is there a moment after the page
        assert self.asks(do="start", speed=speed).status_code == 200

    def stops(self) -> None:
        assert self.asks(do="stop").json()["play"]["playing"] is False

    def channels(self) -> list[str]:
        return [each["name"] for each in self.sees()["channels"] if each["name"].startswith("inc-")]

    def texts(self, channel: str, person: str = "ana") -> list[str]:
        seen = self.sees(person, channel)["channel"]
        return [each["text"] for each in seen["messages"]] if seen else []


@pytest.fixture
def looker(tmp_path: Path) -> Iterator[Looker]:
    with sandbox(tmp_path / "demo.sqlite") as address:
        found = Looker(address)
        with found.http:
            yield found


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400
    return str(answer.json()["error"])


def test_it_is_steered_and_a_second_start_and_the_clock_are_refused_meanwhile(looker: Looker) -> None:
    looker.types("/incident declare sev3 search is slow")
    looker.starts(3600)
    assert "played already" in refusal(looker.asks(do="start", speed=60))
    assert "moves the clock" in refusal(looker.http.post("clock", json={"forward": 900}))
    until(lambda: looker.play["channel"])
    assert looker.asks(do="pause").json()["play"]["paused"] is True
    held = until(lambda: (now := looker.sees())["clock"]["speed"] == 0 and looker.play == now["play"] and now)
    looker.asks(do="step")
    until(lambda: looker.play["done"] == held["play"]["done"] + 1)
    assert looker.asks(do="speed", speed=300).json()["play"]["speed"] == 300
    assert "from 1 to 3600" in refusal(looker.asks(do="speed", speed=0))
    assert "one of start" in refusal(looker.asks(do="dance"))
    assert looker.play["doing"]
    looker.stops()
    now = looker.sees()
    assert now["clock"]["speed"] == 1
    assert now["play"]["ended"].startswith("Stopped.")
    assert "Nothing is being played" in refusal(looker.asks(do="pause"))
    assert looker.http.post("clock", json={"forward": 60}).status_code == 200
    assert looker.types("/incident list")["answer"]["ok"]


def test_played_again_it_is_another_incident_up_to_the_draft_and_nothing_is_refused(looker: Looker) -> None:
    looker.starts(3600)
    until(looker.channels)
    looker.stops()
    before = looker.channels()
    begun = looker.sees()["clock"]["now"]
    looker.starts(3600)
    until(lambda: not looker.play["playing"])
    assert looker.play["ended"].startswith("Played to the end")
    (channel,) = set(looker.channels()) - set(before)
    assert re.fullmatch(r"inc-\d{4}-\d{4}-002-orders-database-.*", channel)
    until(lambda: any("*Postmortem draft*" in text for text in looker.texts(channel)))
    for person in ("tomas", "priya", "leo", "hana", "maya", "iris", "ruth"):
        for place in (channel, "general"):
            assert [
                text for text in looker.texts(place, person) if "Next:" in text or "went wrong" in text
            ] == []
    said = looker.texts(channel)
    assert sum("Postmortem draft" in text for text in said) == 1
    assert sum(text.startswith("*Escalation by duration*") for text in said) == 1
    assert [text for text in said if "late by" in text] == []
    assert [text for text in said if "(said at" in text] == []
    (accepted,) = [text for text in said if text.startswith("Accepted by")]
    assert accepted.endswith("follow-ups 1, 2")
    assert 0 <= looker.sees()["clock"]["now"] - begun - SPAN < 180
