"""A file's bytes come from Slack's own hosts alone, and nobody else ever sees the token."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.clock import Clock
from bot.slack.errors import Away, Rejected, TryLater
from bot.slack.fetching import Fetcher

TOKEN = "xoxb-of-the-bot"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 300_000


class Host:
    """An HTTP server on a port of its own that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.status, self.headers, self.content = 200, {"Content-Type": "image/png"}, PNG
        self.promised: int | None = None
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append((self.path, self.headers.get("Authorization")))
                self.send_response(host.status)
                for name, value in host.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(host.promised or len(host.content)))
                self.end_headers()
                self.wfile.write(host.content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def slack() -> Iterator[Host]:
    host = Host()
    yield host
    host.stop()


@pytest.fixture
def foreign() -> Iterator[Host]:
    host = Host()
    yield host
    host.stop()


@pytest.fixture
def fetcher(slack: Host) -> Fetcher:
    return Fetcher(TOKEN, f"{slack.url}/api/", Clock().monotonic)


def ask(method: str, /, **args: Any) -> dict[str, Any]:
    raise Rejected("file_not_found")


def fetched(fetcher: Fetcher, url: str, *, about: Any = ask, **more: Any) -> dict[str, Any]:
    args = {"file": "F1", "url": url, "size": len(PNG), "mime": "image/png", "largest": 1_000_000, **more}
    return fetcher.fetch(about, lambda: None, args)


def test_the_bytes_come_with_the_token_as_a_bearer(fetcher: Fetcher, slack: Host) -> None:
    assert fetched(fetcher, f"{slack.url}/private/F1/a.png") == {"content": PNG}
    assert slack.asked == [("/private/F1/a.png", f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com.evil.example/a.png", "https://evilslack.com/a.png", "http://files.slack.com/a.png",
        "https://files.slack.com:8443/a.png", "https://files.slack.com@127.0.0.1/a.png", "file:///etc/passwd",
        "ftp://files.slack.com/a.png", "//files.slack.com/a.png", "http://127.0.0.1:1/a.png", "http://[::1/a.png",
        "https://files.slack.com:x/a.png", "data:text/plain,x", "https://slack.com%2eevil.example/a.png",
    ],
)  # fmt: skip
def test_an_address_that_is_not_slacks_is_not_asked(fetcher: Fetcher, url: str) -> None:
    assert not fetcher.is_slacks(url)
    assert fetched(fetcher, url) == {"state": "not allowed", "why": "not at Slack's own address"}


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/a.png",
        "https://acme.slack.com/x",
        "https://FILES.slack.com:443/x",
    ],
)
def test_slacks_own_hosts_are(fetcher: Fetcher, url: str) -> None:
    assert fetcher.is_slacks(url)


def test_another_port_of_the_same_machine_is_somebody_else(
    fetcher: Fetcher, slack: Host, foreign: Host
) -> None:
    assert fetched(fetcher, f"{foreign.url}/a.png")["state"] == "not allowed"
    assert (slack.asked, foreign.asked) == ([], [])


def test_no_redirect_leads_to_another_host(fetcher: Fetcher, slack: Host, foreign: Host) -> None:
    slack.status, slack.headers = 302, {"Location": f"{foreign.url}/stolen"}
    assert fetched(fetcher, f"{slack.url}/a.png")["state"] == "not allowed"
    assert len(slack.asked) == 1
    assert foreign.asked == []


def test_a_redirect_to_slacks_other_host_is_not_followed_either(fetcher: Fetcher, slack: Host) -> None:
    slack.status, slack.headers = 302, {"Location": "https://files.slack.com/a.png"}
    assert fetched(fetcher, f"{slack.url}/a.png")["state"] == "not allowed"


def test_a_redirect_that_goes_round_ends(fetcher: Fetcher, slack: Host) -> None:
    slack.status, slack.headers = 307, {"Location": "/a.png"}
    assert fetched(fetcher, f"{slack.url}/a.png") == {"state": "failed", "why": "too many redirects"}
    assert len(slack.asked) == 3


def test_no_more_is_read_than_the_cap(fetcher: Fetcher, slack: Host) -> None:
    assert fetched(fetcher, f"{slack.url}/a.png", largest=1_000)["state"] == "too large"


def test_half_a_file_is_none(fetcher: Fetcher, slack: Host) -> None:
    slack.promised = len(PNG) + 1
    with pytest.raises(Away):
        fetched(fetcher, f"{slack.url}/a.png")


def test_a_page_is_no_file_unless_one_was_shared(fetcher: Fetcher, slack: Host) -> None:
    slack.headers, slack.content = {"Content-Type": "text/html; charset=utf-8"}, b"<h1>log in</h1>"
    assert fetched(fetcher, f"{slack.url}/a.png")["state"] == "failed"
    assert fetched(fetcher, f"{slack.url}/a.html", mime="text/html") == {"content": b"<h1>log in</h1>"}


@pytest.mark.parametrize(("status", "error"), [(500, Away), (503, Away), (408, Away), (429, TryLater)])
def test_trouble_is_tried_again(fetcher: Fetcher, slack: Host, status: int, error: type[Exception]) -> None:
    slack.status = status
    with pytest.raises(error):
        fetched(fetcher, f"{slack.url}/a.png")


def test_a_host_that_is_away_is_tried_again(fetcher: Fetcher, slack: Host) -> None:
    url = slack.url
    slack.stop()
    with pytest.raises(Away):
        fetched(fetcher, f"{url}/a.png")


def test_of_a_file_that_is_not_there_slack_says_what_became_of_it(fetcher: Fetcher, slack: Host) -> None:
    slack.status = 404
    assert fetched(fetcher, f"{slack.url}/a.png") == {"state": "gone", "why": "file_not_found"}


def test_a_file_that_moved_is_fetched_where_it_is_now(fetcher: Fetcher, slack: Host) -> None:
    """Also one of which the message told no more than the id (Slack Connect)."""

    def moved(method: str, /, **args: Any) -> dict[str, Any]:
        assert (method, args) == ("files.info", {"file": "F1"})
        return {
            "file": {"url_private_download": f"{slack.url}/b.png", "size": len(PNG), "mimetype": "image/png"}
        }

    assert fetched(fetcher, "", about=moved) == {"content": PNG}
    assert fetched(fetcher, "", about=moved, largest=10) == {
        "state": "too large", "why": "largest", "size": len(PNG),
    }  # fmt: skip
    slack.status = 404
    assert fetched(fetcher, f"{slack.url}/a.png", about=moved) == {"state": "failed", "why": "http_404"}
    assert [path for path, _ in slack.asked] == ["/b.png", "/a.png", "/b.png"]


def test_the_step_between_pieces_can_end_it(fetcher: Fetcher, slack: Host) -> None:
    """It holds the lease: whoever lost it reads no further."""
    steps: list[int] = []

    def step() -> None:
        steps.append(1)
        if len(steps) > 1:
            raise TryLater(1)

    args = {"file": "F1", "url": f"{slack.url}/a.png", "size": 0, "mime": "image/png", "largest": 10**9}
    with pytest.raises(TryLater):
        fetcher.fetch(ask, step, args)
