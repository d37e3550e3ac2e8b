"""Socket Mode's side of the server: connections, envelopes out, acknowledgements in."""

import asyncio
import json
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.doors import SocketDoor
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer
    from bot.sandbox.workspace import Workspace

SEND_WITHIN = 3.0
MOST = 10
"""Connections of one app."""


class Link:
    """One connection; ``send`` may be called from any thread but the server's own."""

    def __init__(self, socket: WebSocket) -> None:
        """Belong to the running event loop."""
        self.socket = socket
        self._loop = asyncio.get_running_loop()

    def send(self, message: Json) -> None:
        """Send one message. OSError when the connection is gone."""
        self._run(self.socket.send_text(json.dumps(message)))

    def close(self, code: int = 1000) -> None:
        """Close it."""
        self._run(self.socket.close(code))

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=SEND_WITHIN)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError("the connection is closed") from error


class Sockets:
    """The Socket Mode connections of a server; each belongs to the workspace served when it was opened."""

    def __init__(self, server: "SandboxServer") -> None:
        """Serve whatever *server* serves."""
        self._server = server

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from hello to its end.

        The first one makes the workspace's door, if it has none, and only once it can carry something: what people
        did before waits for it, and meets no door without a connection.
        """
        ws = self._server.workspace
        ticket = socket.query_params.get("ticket", "")
        many = _many(ws)
        if ticket not in ws.tickets or many is None or many >= MOST:
            await socket.close(1008)
            return
        ws.tickets.discard(ticket)
        await socket.accept()
        link = Link(socket)
        hello = {"type": "hello", "num_connections": many + 1}
        await socket.send_text(json.dumps({**hello, **_about(ws)}))
        door = _joined(ws, link)
        ws.touch()
        ws.deliveries.wake()
        try:
            await _listen(socket, door)
        finally:
            door.left(link)

    def cut(self, reason: str | None) -> int:
        """As ``SandboxServer.cut_sockets``."""
        door = self._server.workspace.door
        links = (
            [each for each in door.connections if isinstance(each, Link)]
            if isinstance(door, SocketDoor)
            else []
        )
        for link in links:
            if reason is not None:
                link.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if reason != "warning":
                link.close(1000 if reason else 1011)
        return len(links)


def _many(ws: "Workspace") -> int | None:
    """How many connections there are; None where the app is reached by another way."""
    door = ws.door
    if door is None:
        return 0
    return len(door.connections) if isinstance(door, SocketDoor) else None


def _joined(ws: "Workspace", link: Link) -> SocketDoor:
    """The door, with *link* in it."""
    with ws.lock:
        door = ws.door if isinstance(ws.door, SocketDoor) else SocketDoor(ws.answer_within)
        door.joined(link)
        ws.door = door
    return door


def _about(ws: "Workspace") -> Json:
    debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 3600}
    return {"debug_info": debug, "connection_info": {"app_id": ws.app_id}}


async def _listen(socket: WebSocket, door: SocketDoor) -> None:
    while True:
        try:
            said = json.loads(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            return
        except ValueError:
            continue
        if isinstance(said, dict) and "envelope_id" in said:
            door.acknowledge(str(said["envelope_id"]), said.get("payload"))
