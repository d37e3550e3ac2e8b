"""A file's bytes, from Slack's own hosts and from nowhere else: the token goes along.

https://docs.slack.dev/messaging/working-with-files says: GET ``url_private_download`` with the token as a bearer.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import IO, Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from bot.crash import crash
from bot.slack.compound import TIMEOUT, Ask
from bot.slack.errors import Away, Rejected, TryLater, wait_of

METHOD = "files.download"
"""What Slack's limits and our metrics know a fetch by; no method of the Web API."""
HOSTS = ("slack.com", "slack-gov.com")
"""Slack's own: these and what lies below them, by HTTPS."""
PIECE = 256 * 1024
LONGEST = 60.0
"""Seconds that one file may take."""
HOPS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
ABSENT = frozenset({403, 404, 410})
"""Answers after which Slack is asked what became of the file."""
WRITTEN = "%/:=&?~#+!$,;'@()*[]"
"""Signs of an address that stay as they are; letters of other scripts, blanks and so on are written with ``%``."""
DELETED = frozenset({"file_deleted", "file_not_found"})


class _Stays(urllib.request.HTTPRedirectHandler):
    """urllib would follow a redirect to anywhere, the token with it."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """No request: the answer itself is given back."""


class Fetcher:
    """Fetches files with one token."""

    def __init__(self, token: str, base_url: str, now: Callable[[], float], tls: Any = None) -> None:
        """*base_url*: the Web API's; its origin gets the token too. *now*: monotonic seconds."""
        self._token = token
        self._own = _origin(urlsplit(base_url))
        self._now = now
        self._open = urllib.request.build_opener(_Stays, urllib.request.HTTPSHandler(context=tls)).open

    def fetch(self, ask: Ask, step: Callable[[], None], args: Mapping[str, Any]) -> dict[str, Any]:
        """The ``content`` of a file, or ``state`` and ``why`` where there is none to be had.

        *step* comes before each request and each piece: it holds the lease, and obeys Slack's limits. Raises what
        it and *ask* raise, TryLater, Away, Rejected.
        """
        told = dict(args) if args["url"] else self._asked_about(ask, args)  # Slack Connect tells the id alone
        found = told if "state" in told else self._read(step, told)
        if found.get("status") in ABSENT:
            now = self._asked_about(ask, args)
            if "state" in now:
                found = now
            elif now["url"] != told["url"]:
                found = self._read(step, now)
        if "status" in found:
            return {"state": "failed", "why": f"http_{found['status']}"}
        return found

    def _asked_about(self, ask: Ask, told: Mapping[str, Any]) -> dict[str, Any]:
        """What Slack knows of the file."""
        try:
            file = ask("files.info", file=told["file"])["file"]
        except Rejected as error:
            if error.error not in DELETED:
                raise
            return {"state": "gone", "why": error.error}
        size, url = file.get("size") or 0, file.get("url_private_download") or file.get("url_private") or ""
        if size > told["largest"]:
            return {"state": "too large", "why": "largest", "size": size}
        return {**told, "url": url, "size": size, "mime": file.get("mimetype") or ""}

    def _read(self, step: Callable[[], None], told: Mapping[str, Any]) -> dict[str, Any]:
        """One file's bytes as ``content``, or why there are none; or the HTTP ``status`` that came instead."""
        begun, url = self._now(), str(told["url"])
        for _ in range(HOPS):
            if not self.is_slacks(url):
                return {"state": "not allowed", "why": "not at Slack's own address"}
            step()
            try:
                with self._opened(url) as reply:
                    return self._content(step, reply, told, begun)
            except urllib.error.HTTPError as error:
                moved = error.headers.get("Location") if error.code in MOVED else None
                error.close()
                if moved is None:
                    return _status(error)
                url = self._followed(url, moved)
            except (OSError, http.client.HTTPException) as error:
                raise Away(f"{type(error).__name__}: {error}") from error
        return {"state": "failed", "why": "too many redirects"}

    def _opened(self, url: str) -> Any:
        plain = quote(url, safe=WRITTEN)
        request = urllib.request.Request(plain, headers={"Authorization": f"Bearer {self._token}"})  # noqa: S310 - checked
        return self._open(request, timeout=TIMEOUT)

    def _followed(self, url: str, moved: str) -> str:
        """Where a redirect leads, if it is the same place: a token is for nobody else."""
        there = urljoin(url, moved)
        return there if _origin(urlsplit(there)) == _origin(urlsplit(url)) else ""

    def _content(
        self, step: Callable[[], None], reply: IO[bytes], told: Mapping[str, Any], begun: float
    ) -> dict[str, Any]:
        """What is read, up to the cap; a page that asks to log in is no file."""
        headers: Any = getattr(reply, "headers", {})
        if headers.get("Content-Type", "").startswith("text/html") and told["mime"] != "text/html":
            return {"state": "failed", "why": "a page came in its place: is the scope files:read there?"}
        largest, pieces, size = int(told["largest"]), list[bytes](), 0
        while piece := reply.read(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > largest:
                return {"state": "too large", "why": "largest", "size": max(size, int(told["size"]))}
            if self._now() - begun > LONGEST:
                raise Away(f"a file took longer than {LONGEST:g} s")
            step()
        promised = headers.get("Content-Length", "")
        if promised.isdigit() and size < int(promised):
            raise Away(f"{size} of {promised} bytes came")
        crash("file fetched")
        return {"content": b"".join(pieces)}

    def is_slacks(self, url: str) -> bool:
        """Whether the token may go there: Slack's own hosts by HTTPS, or where the Web API is."""
        try:
            at = urlsplit(url)
            origin = _origin(at)
        except ValueError:
            return False
        if at.username is not None or at.password is not None:
            return False
        host = origin[1]
        slacks = any(host == own or host.endswith(f".{own}") for own in HOSTS)
        return origin == self._own or (slacks and origin[0] == "https" and origin[2] == 443)  # noqa: PLR2004 - HTTPS


def _origin(at: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port. Raises ValueError for a port that is none."""
    return (
        at.scheme.lower(),
        (at.hostname or "").lower(),
        at.port or {"https": 443, "http": 80}.get(at.scheme.lower(), 0),
    )


def _status(error: urllib.error.HTTPError) -> dict[str, Any]:
    """An answer that is no file. Raises TryLater and Away where there may be one later."""
    if error.code == 429:  # noqa: PLR2004 - HTTP
        raise TryLater(wait_of(error.headers), METHOD)
    if error.code >= 500 or error.code == 408:  # noqa: PLR2004 - HTTP
        raise Away(f"http_{error.code}")
    return {"status": error.code}
