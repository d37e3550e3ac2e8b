"""A file's bytes as Slack's file host gives them to an app: by its token, else a page that asks to log in."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.faults import Fault
from bot.sandbox.state import ApiCall, File, Json

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

METHOD = "files.download"
"""What the journal and the faults call it; it is no method of the Web API."""
LOGIN = b"<!DOCTYPE html><title>Sign in</title><p>Sign in to your workspace.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What goes over the wire, after *delay* seconds; *dropped*: the connection ends without an answer."""

    content: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    delay: float = 0.0


def download(ws: "Workspace", file_id: str, token: str) -> Download:
    """The answer to a GET of ``url_private_download``; kept in the journal."""
    with ws.lock:
        fault = ws.faults.strike(METHOD, None)
        found = ws.files.get(file_id)
        reply = _faulty(fault) if fault else _plain(ws, found, token)
        if fault and fault.kind == "slow":
            plain = _plain(ws, found, token)
            reply = Download(content=plain.content, status=plain.status, kind=plain.kind, delay=fault.seconds)
        answer: Json = {"ok": reply.kind != LOGIN_KIND and reply.status == OK and not reply.dropped}
        answer |= {} if answer["ok"] else {"error": f"http_{reply.status}"}
        given = {"file": file_id, "authorised": token == ws.bot_token}
        kind = fault.kind if fault else None
        ws.calls.append(ApiCall(method=METHOD, args=given, at=ws.machine(), answer=answer, fault=kind))
        return reply


OK = 200
LOGIN_KIND = Download().kind


def _plain(ws: "Workspace", found: File | None, token: str) -> Download:
    if token != ws.bot_token or ws.token_refused or "files:read" not in ws.scopes:
        return Download(content=LOGIN)
    if found is None or found.content is None or found.deleted:
        return Download(status=404, content=b"not found", kind="text/plain")
    return Download(content=found.content, kind=payloads.mime_of(found.name))


def _faulty(fault: Fault) -> Download:
    """*fault* as the host plays it; ``page``: a page that asks to log in, ``moved:URL``: a redirect there."""
    if fault.kind == "429":
        return Download(status=429, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind == "page":
        return Download(content=LOGIN)
    if fault.kind.startswith("moved:"):
        return Download(status=302, headers={"Location": fault.kind.removeprefix("moved:")})
    if fault.kind in ("timeout", "lost_reply"):
        return Download(dropped=True, delay=fault.seconds)
    return Download(status=int(fault.kind) if fault.kind.isdigit() else 500, content=b"trouble")
