"""The small Slack on a loopback port: the Web API, Socket Mode, files, and an API for what people do.

For the app::

    POST /api/{method}           the Web API (forms, JSON, multipart; a Bearer token)
    WS   /link/?ticket=…         Socket Mode, at the address that apps.connections.open gives
    POST /response/{id}          a response_url
    POST /upload/{id}            the bytes of an upload
    GET  /private/{id}/{name}    a file's bytes, for the app alone (a Bearer token)
    GET  /files/{id}/{name}      a file, for people

For the page and for replays (JSON; see ``bot.sandbox.people_api``)::

    GET  /people                 [{id, name, real_name, tz, is_bot}]
    POST /people                 {name, real_name?, tz?, email?, is_bot?} -> the new member
    POST /people/{name}/{verb}   a method of Person with its arguments, such as {"text": "/incident help"}
    GET  /state?person=&channel=&thread=&most=&since=&wait=   everything that a person sees
    GET  /clock · POST /clock    {now, speed} · {"now": epoch seconds, "speed": 60} or {"forward": seconds}
    POST /progress               {label, done, total}: shown on the page while a replay plays
    POST /play                   plays an incident, at a speed (``bot.sandbox.playing``)

Nobody is asked for a password, so requests from elsewhere are refused: Host, and Origin where there is one,
must be this machine.
"""

import asyncio
import json
import socket
from asyncio import transports
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.sandbox import api, downloads, payloads
from bot.sandbox.local_only import LocalOnly
from bot.sandbox.people_api import PeopleApi
from bot.sandbox.playing import Player
from bot.sandbox.responding import respond
from bot.sandbox.sockets import Sockets
from bot.sandbox.state import Json
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockControl:
    """How the business clock is read and moved; times are epoch seconds."""

    now: Callable[[], float]
    set: Callable[[float, float], None]
    """(now, speed): make it *now*, running *speed* times as fast as the machine."""
    forward: Callable[[float], None]
    """Move on by so many seconds."""


class SandboxServer:
    """uvicorn in a thread, serving ``workspace``, which may be swapped for another at any time.

    *lag*: seconds before a call of a method is performed, for measurements.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock_control: ClockControl | None = None,
        lag: Callable[[str], float] | None = None,
    ) -> None:
        """Bind nothing yet: ``start()`` does. Port 0: any free one."""
        self.host, self.port = host, port
        self.clock_control, self.lag = clock_control, lag
        self.player: Player | None = None
        """Who plays an incident for the page; settable."""
        self._workspace = workspace
        self._transports: dict[tuple[str, int], transports.BaseTransport] = {}
        self._thread: Thread | None = None
        self._uvicorn: uvicorn.Server | None = None
        self.sockets = Sockets(self)
        self.people = PeopleApi(self)
        self.app = Starlette(routes=self._routes(), middleware=[Middleware(LocalOnly, host=host)])

    @property
    def workspace(self) -> Workspace:
        """What is served now."""
        return self._workspace

    @workspace.setter
    def workspace(self, workspace: Workspace) -> None:
        self._workspace = workspace
        workspace.base_url = self.url

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{self.host}:{self.port}/"

    @property
    def api_url(self) -> str:
        """The base of the Web API: what the app takes for Slack's own."""
        return f"{self.url}api/"

    def start(self) -> None:
        """Serve, in a thread of its own; returns when the port answers. OSError when it is taken."""
        listening = socket.create_server((self.host, self.port))
        self.port = listening.getsockname()[1]
        self.workspace.base_url = self.url
        config = uvicorn.Config(
            self.app,
            http=_droppable(self._transports),
            ws="websockets-sansio",
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = _Server(config)
        self._thread = Thread(
            target=self._uvicorn.run, args=([listening],), name="sandbox-server", daemon=True
        )
        self._thread.start()
        self._uvicorn.ready.wait(timeout=30)

    def stop(self) -> None:
        """Serve no longer; open connections are closed."""
        if self._uvicorn is not None and self._thread is not None:
            self.people.waits = False
            self.workspace.touch()  # pages that wait for something new are answered now
            self._uvicorn.should_exit = True
            self._thread.join(timeout=10)
            self._uvicorn = self._thread = None

    def cut_sockets(self, reason: str | None = "refresh_requested") -> int:
        """End the Socket Mode connections; how many there were.

        ``refresh_requested``: told, then closed. ``warning``: only told. None: cut without a word.
        """
        return self.sockets.cut(reason)

    # ---- routes

    def _routes(self) -> list[BaseRoute]:
        return [
            Route("/api/{method}", self._api, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self.sockets.serve),
            Route("/response/{url_id}", self._response, methods=["POST"]),
            Route("/upload/{file_id}", self._upload, methods=["POST", "PUT"]),
            Route("/private/{file_id}/{name}", self._private),
            Route("/files/{file_id}/{name}", self._file),
            *self.people.routes(),
            *self._page_routes(),
        ]

    def _page_routes(self) -> list[BaseRoute]:
        """The page's, where there is one: ``bot.sandbox.page.page_routes``, a list or made from us."""
        if find_spec("bot.sandbox.page") is None:
            return []
        found: Any = getattr(import_module("bot.sandbox.page"), "page_routes", ())
        return list(found(self) if callable(found) else found)

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        args, token = await arguments(request)
        if self.lag is not None:
            await asyncio.sleep(self.lag(method))
        ws = self.workspace
        reply = api.perform(ws, method, args, token)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        if reply.dropped:
            return self._drop(request)
        headers = {"x-oauth-scopes": ",".join(sorted(ws.scopes)), **reply.headers}
        return Response(json.dumps(reply.body), reply.status, headers, "application/json")

    def _drop(self, request: Request) -> Response:
        client = request.client
        found = self._transports.get((client.host, client.port)) if client else None
        if isinstance(found, transports.Transport):
            found.abort()
        return _Nothing()

    async def _response(self, request: Request) -> Response:
        args, _ = await arguments(request)
        status, body = respond(self.workspace, request.path_params["url_id"], api.decoded(args))
        return JSONResponse(body, status)

    async def _upload(self, request: Request) -> Response:
        found = self.workspace.files.get(request.path_params["file_id"])
        if found is None:
            return Response("no such upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/"):
            parts = [part for part in (await request.form()).values() if isinstance(part, UploadFile)]
            content = await parts[0].read() if parts else b""
        else:
            content = await request.body()
        if len(content) != found.length:
            return Response(f"expected {found.length} bytes, got {len(content)}", 400)
        found.content = content
        return Response(f"OK - {len(content)}")

    async def _private(self, request: Request) -> Response:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        reply = downloads.download(self.workspace, request.path_params["file_id"], bearer)
        await asyncio.sleep(reply.delay)
        if reply.dropped:
            return self._drop(request)
        return Response(reply.content, reply.status, reply.headers, reply.kind)

    async def _file(self, request: Request) -> Response:
        found = self.workspace.files.get(request.path_params["file_id"])
        if found is None or found.content is None:
            return Response("no such file", 404)
        # What people upload must not run in the page's origin.
        headers = {
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        kind = payloads.mime_of(found.name)
        readable = kind.startswith("text/") or kind == "application/json"
        return Response(found.content, 200, headers, "text/plain; charset=utf-8" if readable else kind)


class _Nothing(Response):
    """No answer at all: the connection was cut."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _droppable(known: dict[tuple[str, int], transports.BaseTransport]) -> type[H11Protocol]:
    """An HTTP protocol that keeps its connections in *known*, so that a fault can cut one."""

    class Droppable(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            known[transport.get_extra_info("peername")[:2]] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                known.pop(self.client, None)
            super().connection_lost(exc)

    return Droppable


async def arguments(request: Request) -> tuple[Json, str]:
    """The arguments of a call (address, form, JSON or multipart) and its token (header or argument)."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.body()
        args |= _json_object(body)
    elif kind.startswith("multipart/"):
        args |= {key: part for key, part in (await request.form()).items() if isinstance(part, str)}
    else:
        args |= dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
    given = str(args.pop("token", ""))
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    return args, bearer or given


def _json_object(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
