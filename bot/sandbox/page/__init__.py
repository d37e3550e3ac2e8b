"""The page of the small Slack: what a person sees in a browser. Plain HTML, CSS and ES modules, no build step.

    GET /                        the page
    GET /page/{name}             its scripts and styles
    GET /hint                    {workspace, archives, hint, commands, shortcuts, marks}: what the app has to offer
    GET /read/{file_id}/{name}   a Markdown file, set to be read
    GET /canvas/{canvas_id}      a canvas, with the pictures whose addresses stand in it

Everything else that it needs is in the people API (``bot.sandbox.server``). It loads nothing from elsewhere, and
its Content-Security-Policy says so.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox import payloads
from bot.sandbox.page.reading import readable

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer
    from bot.sandbox.workspace import Workspace

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
OWN_ONLY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PICTURES_TOO = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
NO_SCRIPT = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_routes(server: "SandboxServer") -> list[BaseRoute]:
    """The page's routes, for what *server* serves; its workspace's ``hint`` and ``commands`` are asked each time."""

    async def hint(_: Request) -> Response:
        commands = [{"text": text, "about": about} for text, about in server.workspace.commands.items()]
        told = {
            "workspace": server.workspace.name,
            "archives": payloads.archives(server.workspace),
            "hint": server.workspace.hint,
            "commands": commands,
            "shortcuts": [asdict(each) for each in server.workspace.shortcuts],
            "marks": [{"name": name, "about": about} for name, about in server.workspace.marks.items()],
        }
        return JSONResponse(told, headers={"cache-control": "no-store"})

    async def read(request: Request) -> Response:
        found = server.workspace.files.get(request.path_params["file_id"])
        if found is None or found.content is None:
            return PlainTextResponse("There is no such file.", 404)
        if not found.name.lower().endswith((".md", ".markdown")):
            return RedirectResponse(f"/files/{found.id}/{request.path_params['name']}")
        text = found.content.decode("utf-8", "replace")
        theme = request.query_params.get("theme", "")
        return _shown(readable(found.name, text, theme=theme), KINDS[".html"], NO_SCRIPT)

    async def canvas(request: Request) -> Response:
        found = server.workspace.canvases.get(request.path_params["canvas_id"])
        if found is None:
            return PlainTextResponse("There is no such canvas.", 404)
        shown, theme = _pictures(server.workspace), request.query_params.get("theme", "")
        return _shown(readable(found.title, found.markdown, shown, theme), KINDS[".html"], PICTURES_TOO)

    return [
        Route("/", _index),
        Route("/page/{name}", _static),
        Route("/hint", hint),
        Route("/read/{file_id}/{name}", read),
        Route("/canvas/{canvas_id}", canvas),
    ]


def _pictures(ws: "Workspace") -> dict[str, tuple[str, str]]:
    """The addresses at which Slack has a picture, to where the page finds it, and its words."""
    shared = [each for each in ws.files.values() if each.completed and not each.deleted]
    return {
        payloads.file(ws, each)["permalink"]: (f"/files/{each.id}/{each.name}", each.alt)
        for each in shared
        if payloads.mime_of(each.name).startswith("image/")
    }


def _shown(content: str | bytes, kind: str, policy: str = OWN_ONLY) -> Response:
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
    return Response(content, 200, headers, kind)


async def _index(_: Request) -> Response:
    return _shown((STATIC / "index.html").read_bytes(), KINDS[".html"])


async def _static(request: Request) -> Response:
    wanted = {each.name: each for each in STATIC.iterdir()}.get(request.path_params["name"])
    if wanted is None:
        return PlainTextResponse("There is no such part of the page.", 404)
    return _shown(wanted.read_bytes(), KINDS[wanted.suffix])
