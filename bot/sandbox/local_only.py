"""Only this machine may talk to the small Slack: its people API asks nobody for a password."""

from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL = {"127.0.0.1", "localhost", "::1"}


class LocalOnly:
    """Refuses a Host or an Origin from elsewhere (a page on the internet, a rebound name)."""

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        """*host* is where the server listens, allowed too."""
        self.app = app
        self.allowed = LOCAL | {host}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 403."""
        if scope["type"] not in ("http", "websocket") or self._local(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("The sandbox answers this machine only.", 403)(scope, receive, send)

    def _local(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        host = _name("//" + headers.get(b"host", b"").decode("latin-1"))
        origin = headers.get(b"origin", b"").decode("latin-1")
        return host in self.allowed and (not origin or _name(origin) in self.allowed)


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
