"""A proxy between the bot and something that it talks to, which can stop forwarding without closing anything."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Mode = Literal["open", "silent", "refused", "failing"]
"""Forward; keep everything open and say nothing; let nobody in; answer 503 to whatever HTTP request comes."""
FAILED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n"
    b"Content-Length: 9\r\nConnection: close\r\n\r\nno answer"
)


@dataclass(slots=True, eq=False)
class Line:
    """One connection through the proxy. A dead one never carries anything again, and is not closed either."""

    client: asyncio.StreamWriter
    dead: bool = False


class Proxy:
    """Listens at ``port`` of this host, and forwards to *target* there."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.mode: Mode = "open"
        self._lines: set[Line] = set()
        self._kept: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None] | None] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = self._do(self._listen(0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def _do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", port)

    def turn(self, mode: Mode) -> None:
        """From now on; what is open when it falls silent stays dead for ever, as after a firewall forgot it."""
        self._do(self._turn(mode))

    async def _turn(self, mode: Mode) -> None:
        if mode == "refused":
            self._server.close()
        elif self.mode == "refused":
            self._server = await self._listen(self.port)
        for line in self._lines:
            if mode == "silent":
                line.dead = True
            elif mode != "open":
                line.client.close()
        self.mode = mode

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, task = Line(writer, dead=self.mode == "silent"), asyncio.current_task()
        self._tasks.add(task)  # the loop itself holds on to no task
        try:
            if self.mode == "failing":
                await self._fail(reader, writer)
            elif line.dead:
                await self._swallow(reader)
            else:
                await self._forward(reader, writer, line)
        except (OSError, EOFError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _fail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = [
            line.partition(b":")[2]
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        ]
        await reader.readexactly(int(length[0]) if length else 0)
        writer.write(FAILED)
        await writer.drain()

    async def _swallow(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(65_536):
            pass

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
        there, to = await asyncio.open_connection("127.0.0.1", self._target)
        self._lines.add(line)
        back = asyncio.ensure_future(self._pump(there, writer, line))
        try:
            await self._pump(reader, to, line)
        finally:
            self._lines.discard(line)
            if line.dead:
                self._kept.append(to)  # the other side does not hear that this one is gone
            else:
                to.close()
                await back

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
        try:
            while data := await reader.read(65_536):
                if not line.dead:
                    writer.write(data)
                    await writer.drain()
        except OSError:
            pass
        if not line.dead:
            writer.close()

    def stop(self) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for writer in self._kept:
            writer.close()
        mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    made = Proxy(target)
    try:
        yield made
    finally:
        made.stop()
