"""The HTTP doors: Slack's deliveries, health, readiness, metrics. Bolt is synchronous: it runs in the thread pool."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Web = Starlette
"""What ``make_web`` makes."""
LARGEST = 1_000_000
"""Bytes of one delivery; Slack's own stay far below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One figure for ``/metrics``, named after Prometheus' conventions."""

    name: str
    does: str
    value: float


class _Gauges(Collector):
    def __init__(self, read: Callable[[], Sequence[Gauge]]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the figures now."""
        for gauge in self._read():
            yield GaugeMetricFamily(gauge.name, gauge.does, value=gauge.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the HTTP doors lead to."""

    dispatch: Callable[[bytes, Mapping[str, str]], tuple[int, dict[str, str], str]]
    """A delivery of Slack's: status, headers and body of the answer."""
    is_healthy: Callable[[], bool]
    unready: Callable[[], list[str]]
    """What keeps this process from being ready, one sentence each."""
    gauges: Callable[[], Sequence[Gauge]]
    """What ``/metrics`` tells, read anew at each request."""


def make_web(doors: Doors) -> Starlette:
    """The web application around *doors*."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges(doors.gauges))

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
        text = await run_in_threadpool(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
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
        """Listen; the address. OSError where the port is taken."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        listening = socket.create_server(self._address, family=family)
        host, port = listening.getsockname()[:2]
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="web", daemon=True)
        self._thread.start()
        return f"http://{host}:{port}"

    def stop(self) -> None:
        """Answer what is under way (five seconds at most), then end."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
