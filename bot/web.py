"""The HTTP doors: Slack's deliveries, health, readiness, metrics. Bolt is synchronous: it runs in the thread pool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
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
class Doors:
    """What the HTTP doors lead to."""

    dispatch: Callable[[bytes, Mapping[str, str]], tuple[int, dict[str, str], str]]
    """A delivery of Slack's: status, headers and body of the answer."""
    is_healthy: Callable[[], bool]
    unready: Callable[[], list[str]]
    """What keeps this process from being ready, one sentence each."""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)


def make_web(doors: Doors) -> Starlette:
    """The web application around *doors*."""

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
        text = await run_in_threadpool(generate_latest, doors.registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
    )


def serve(app: Starlette, host: str, port: int) -> None:
    """Serve *app* until the process is told to stop (SIGTERM, SIGINT); what is under way gets five seconds."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    uvicorn.Server(config).run()
