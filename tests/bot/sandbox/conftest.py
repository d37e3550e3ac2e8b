import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.sandbox import HttpDoor, Json, SandboxServer, Workspace
from tests.browser import PATIENCE, chromium, looking_at
from tests.paging import Answerer

expect.set_options(timeout=PATIENCE)

BEGIN = 1_700_000_000.0


class Moment:
    """A clock that stands until it is moved; business and machine time apart."""

    def __init__(self) -> None:
        self.business = self.machine = BEGIN

    def forward(self, seconds: float) -> None:
        self.business += seconds
        self.machine += seconds


class App:
    """An app at the other end of signed HTTP: keeps what it gets, answers what it is told to."""

    def __init__(self) -> None:
        self.requests: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[tuple[int, dict[str, str], bytes] | Exception] = []
        self.during: Callable[[], object] | None = None

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        assert path == "/slack/events"
        self.requests.append((body, headers))
        if self.during is not None:
            self.during()
        answer = self.answers.pop(0) if self.answers else (200, {}, b"")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def answer(self, body: Json | str = "", status: int = 200) -> None:
        content = json.dumps(body) if isinstance(body, dict) else body
        self.answers.append((status, {}, content.encode()))

    @property
    def payloads(self) -> list[Json]:
        return [_payload(body) for body, _ in self.requests]

    @property
    def events(self) -> list[Json]:
        return [each["event"] for each in self.payloads if each.get("type") == "event_callback"]

    def of(self, kind: str) -> list[Json]:
        return [each for each in self.events if kind in (each["type"], each.get("subtype"))]


def _payload(body: bytes) -> Json:
    if body.startswith(b"{"):
        return dict(json.loads(body))
    fields = {key: values[0] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    return dict(json.loads(fields["payload"])) if "payload" in fields else dict(fields)


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def ws(moment: Moment, app: App) -> Workspace:
    """Ana and Ben in #general with the app, and an empty #side without it."""
    made = Workspace(time=lambda: moment.business, machine=lambda: moment.machine, seed="TEST")
    made.add_user("ana", tz="Europe/Berlin")
    made.add_user("ben")
    made.add_channel("general", members=["ana", "ben"], bot=True)
    made.add_channel("side", members=["ana"])
    made.door = HttpDoor(app.post)
    return made


@pytest.fixture
def call(ws: Workspace) -> Callable[..., Json]:
    def do(method: str, **args: object) -> Json:
        return ws.call(method, args, ws.bot_token)

    return do


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxServer]:
    server = SandboxServer(Workspace(time=lambda: BEGIN, machine=lambda: BEGIN))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(running: SandboxServer, ws: Workspace) -> SandboxServer:
    """One server for all tests, with this test's workspace in it."""
    running.workspace = ws
    running.clock_control = running.lag = None
    return running


# ---- the page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def answerer(ws: Workspace) -> Answerer:
    answering = Answerer()
    ws.door = answering
    return answering


@pytest.fixture
def page(browser: Browser, server: SandboxServer, answerer: Answerer) -> Iterator[Page]:
    with looking_at(browser, server.url) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("#general")
        yield page
