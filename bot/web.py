"""The HTTP doors: Slack's deliveries, health, readiness, metrics. Bolt is synchronous: it runs in the thread pool."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.meters import TEXT_FORMAT

Web = Starlette
"""What ``make_web`` makes."""
LARGEST = 1_000_000
"""Bytes of one delivery; Slack's own stay far below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the HTTP doors lead to."""

    dispatch: Callable[[bytes, Mapping[str, str]], tuple[int, dict[str, str], str]]
    """A delivery of Slack's: status, headers and body of the answer."""
    is_healthy: Callable[[], bool]
    unready: Callable[[], list[str]]
    """What keeps this process from being ready, one sentence each."""
    metrics: Callable[[], bytes]
    """What ``/metrics`` tells, in Prometheus' text format."""


def make_web(doors: Doors, *, deliveries: bool = True) -> Starlette:
    """The web application around *doors*; without *deliveries* it only tells how the process is."""

    async def events(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return Response("too large", 413)
        status, headers, text = await run_in_threadpool(doors.dispatch, bytes(body), dict(request.headers))
        kept = {name: value for name, value in headers.items() if name.lower() == "content-type"}
        return Response(text, status, kept)

    async def healthz(_: Request) -> Response:
        healthy = doors.is_healthy()
        return JSONResponse({"healthy": healthy}, 200 if healthy else 503)

    async def readyz(_: Request) -> Response:
        reasons = await run_in_threadpool(doors.unready)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def metrics(_: Request) -> Response:
        return Response(await run_in_threadpool(doors.metrics), media_type=TEXT_FORMAT)

    slack = [Route("/slack/events", events, methods=["POST"])] if deliveries else []
    return Starlette(
        routes=[
            *slack,
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
    )


class WebServer:
    """Serves an application from a thread, so that signals stay with the main one."""

    def __init__(self, app: Web, host: str, port: int) -> None:
        """Serve *app* at *host* and *port* (0: any free port) once started."""
        self._address = (host, port)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Listen; the address. OSError, with a sentence, where that is impossible."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        try:
            listening = socket.create_server(self._address, family=family)
        except OSError as error:
            reason = (
                os.strerror(error.errno) if error.errno and error.errno > 0 else "no address of this machine"
            )
            host, port = self._address
            raise OSError(
                f"cannot listen on {host}:{port} ({reason}): set HOST and PORT to what is free"
            ) from error
        host, port = listening.getsockname()[:2]
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="web", daemon=True)
        self._thread.start()
        return f"http://{host}:{port}"

    def stop(self) -> None:
        """Answer what is under way (five seconds at most), then end."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
