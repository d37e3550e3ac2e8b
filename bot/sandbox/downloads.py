"""A file's bytes as Slack's file host gives them to an app: by its token, else a page that asks to log in."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.faults import Fault
from bot.sandbox.state import ApiCall, File

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

METHOD = "files.download"
"""What the journal and the faults call it; it is no method of the Web API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What goes over the wire, after *delay* seconds; *dropped*: the connection ends without an answer."""

    content: bytes = b""
    status: int = 200
    kind: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    delay: float = 0.0
    error: str = ""
    """What the journal calls it where no file was given."""


PAGE = Download(
    content=b"<!DOCTYPE html><title>Sign in</title><p>Sign in to your workspace.</p>",
    kind="text/html; charset=utf-8",
    error="page",
)
"""What whoever has no right to a file gets: no error, but a page."""


def download(ws: "Workspace", file_id: str, token: str) -> Download:
    """The answer to a GET of ``url_private_download``; kept in the journal."""
    with ws.lock:
        fault = ws.faults.strike(METHOD, None)
        found = ws.files.get(file_id)
        plain = _plain(ws, found, token)
        reply = _faulty(fault, plain) if fault else plain
        told = {"error": reply.error} if reply.error else {}
        ws.calls.append(
            ApiCall(
                method=METHOD,
                args={"file": file_id, "authorised": token == ws.bot_token},
                at=ws.machine(),
                answer={"ok": not told, **told},
                fault=fault.kind if fault else None,
            )
        )
        return reply


def _plain(ws: "Workspace", found: File | None, token: str) -> Download:
    if token != ws.bot_token or ws.token_refused or "files:read" not in ws.scopes:
        return PAGE
    if found is None or found.content is None or found.deleted:
        return Download(status=404, content=b"not found", error="http_404")
    return Download(content=found.content, kind=payloads.mime_of(found.name))


def _faulty(fault: Fault, plain: Download) -> Download:
    """*fault* as the host plays it. ``page``: one that asks to log in; ``moved:URL``: a redirect; ``slow``: late."""
    if fault.kind == "slow":
        return replace(plain, delay=fault.seconds)
    if fault.kind == "page":
        return PAGE
    if fault.kind.startswith("moved:"):
        return Download(status=302, headers={"Location": fault.kind.removeprefix("moved:")}, error="moved")
    if fault.kind in ("timeout", "lost_reply"):
        return Download(dropped=True, delay=fault.seconds, error=fault.kind)
    status = int(fault.kind) if fault.kind.isdigit() else 500
    wait = {"Retry-After": str(fault.retry_after)} if fault.kind == "429" else {}
    return Download(status=status, headers=wait, content=b"trouble", error=f"http_{status}")
