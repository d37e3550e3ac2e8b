"""What people do, over HTTP: for the page, and for replays. Documented in ``bot.sandbox.server``.

``POST /people/{name}/{verb}`` answers ``{"ok": true, …}`` with what the method of Person returned: ``ts`` of
a message, ``answer`` (status, ok, text, blocks, response_type, errors, words) of a command, click or form,
``channel``, ``view`` or ``messages``. What Slack would not let the person do is a 400 with
``{"ok": false, "error": "a sentence"}``; an unknown person or verb a 404.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox import picture
from bot.sandbox.person import Person
from bot.sandbox.playing import steer
from bot.sandbox.state import Answer, Channel, Impossible, Json, Message, User, View

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer
    from bot.sandbox.workspace import Workspace

VERBS: tuple[Callable[..., Any], ...] = (
    Person.types,
    Person.commands,
    Person.says,
    Person.mentions,
    Person.edits,
    Person.deletes,
    Person.deletes_file,
    Person.writes_canvas,
    Person.edits_canvas,
    Person.reacts,
    Person.unreacts,
    Person.pins,
    Person.unpins,
    Person.joins,
    Person.leaves,
    Person.invites,
    Person.removes,
    Person.creates,
    Person.renames,
    Person.archives,
    Person.unarchives,
    Person.deletes_channel,
    Person.sets_topic,
    Person.clicks,
    Person.submits,
    Person.closes_modal,
    Person.shortcut,
    Person.opens_home,
    Person.reads,
    Person.hears,
)
_VERBS = {verb.__name__: verb for verb in VERBS}
LONGEST_WAIT = 30.0


class PeopleApi:
    """The routes under /people, /state, /clock, /progress and /play."""

    def __init__(self, server: "SandboxServer") -> None:
        """Serve the workspace that *server* serves."""
        self._server = server
        self._speed = 1.0
        self.progress: Json | None = None
        self.waits = True
        """False once the server stops: nobody is kept waiting for something new."""

    @property
    def _ws(self) -> "Workspace":
        return self._server.workspace

    def routes(self) -> list[BaseRoute]:
        """Everything."""
        return [
            Route("/people", self._everybody),
            Route("/people", self._add, methods=["POST"]),
            Route("/people/{name}/{verb}", self._do, methods=["POST"]),
            Route("/state", self._state),
            Route("/clock", self._clock),
            Route("/clock", self._move_clock, methods=["POST"]),
            Route("/progress", self._progress, methods=["POST"]),
            Route("/play", self._play, methods=["POST"]),
        ]

    async def _everybody(self, _: Request) -> Response:
        return JSONResponse(
            [picture.person(user) for user in self._ws.users if user.id != self._ws.bot_user_id]
        )

    async def _add(self, request: Request) -> Response:
        return await self._answer(request, lambda given: picture.person(_called(self._ws.add_user, given)))

    async def _do(self, request: Request) -> Response:
        name, verb = request.path_params["name"], request.path_params["verb"]
        user = self._ws.find_user(name)
        if user is None or verb not in _VERBS:
            what = (
                f"nobody called {name}" if user is None else f"no verb {verb}; there are: {', '.join(_VERBS)}"
            )
            return _refused(f"There is {what}.", 404)
        person = self._ws.person(user.id)
        return await self._answer(request, lambda given: self._shown(_called(getattr(person, verb), given)))

    async def _answer(self, request: Request, do: Callable[[Json], Json]) -> Response:
        try:
            given = await request.json() if await request.body() else {}
        except ValueError:
            return _refused("That is not JSON.", 400)
        if not isinstance(given, dict):
            return _refused("An object with the arguments is wanted.", 400)
        try:
            return JSONResponse({"ok": True, **await run_in_threadpool(do, given)})
        except Impossible as error:
            return _refused(str(error), 400)

    def _shown(self, result: object) -> Json:
        ws = self._ws
        if isinstance(result, str):
            return {"ts": result}
        if isinstance(result, Answer):
            return {"answer": picture.answer(result)}
        if isinstance(result, Channel):
            return {"channel": picture.channel(ws, result, None)}
        if isinstance(result, View):
            return {"view": picture.view(ws, result)}
        if isinstance(result, list):
            return {"messages": [picture.message(ws, each) for each in result if isinstance(each, Message)]}
        return {}

    async def _state(self, request: Request) -> Response:
        asked = request.query_params
        ws = self._ws
        try:
            since = int(asked["since"]) if asked.get("since") else -1
            wait = min(float(asked.get("wait") or 0), LONGEST_WAIT)
            user = _whom(ws, asked.get("person"))
            most = int(asked["most"]) if asked.get("most") else None
        except (ValueError, Impossible) as error:
            return _refused(str(error), 400)
        if wait > 0 and since >= 0 and self.waits:
            await run_in_threadpool(ws.wait_for_change, since, wait)
        if since >= 0 and ws.version == since:
            return JSONResponse({"ok": True, "version": since, "changed": False})
        thread = asked.get("thread", "")
        shown = await run_in_threadpool(
            picture.state, ws, user, asked.get("channel"), thread=thread, most=most
        )
        player = self._server.player
        play = player.state() if player else None
        return JSONResponse({**shown, "clock": self._time(), "progress": self.progress, "play": play})

    def _time(self) -> Json:
        control = self._server.clock_control
        now = control.now() if control else self._ws.time()
        return {"now": now, "speed": self._speed, "movable": control is not None}

    async def _clock(self, _: Request) -> Response:
        return JSONResponse({"ok": True, **self._time()})

    async def _move_clock(self, request: Request) -> Response:
        return await self._answer(request, self._moved)

    def _moved(self, given: Json) -> Json:
        control, player = self._server.clock_control, self._server.player
        if control is None:
            raise Impossible("This sandbox's clock cannot be moved.")
        if player is not None and player.is_playing:
            raise Impossible("An incident is being played, and moves the clock. Stop it first.")
        try:
            if "forward" in given:
                control.forward(float(given["forward"]))
            else:
                speed = float(given.get("speed", self._speed))
                control.set(float(given.get("now", control.now())), speed)
                self._speed = speed
        except (TypeError, ValueError):
            raise Impossible(
                "now, speed and forward are numbers (epoch seconds, a factor, seconds)."
            ) from None
        self._ws.touch()
        return self._time()

    def runs_at(self, speed: float) -> None:
        """Say that the clock was set to run *speed* times as fast: pages hear of it."""
        self._speed = speed
        self._ws.touch()

    async def _play(self, request: Request) -> Response:
        return await self._answer(request, lambda given: steer(self._server.player, given))

    async def _progress(self, request: Request) -> Response:
        return await self._answer(request, self._progressed)

    def _progressed(self, given: Json) -> Json:
        self.progress = {key: given[key] for key in ("label", "done", "total") if key in given} or None
        self._ws.touch()
        return {"progress": self.progress}


def _whom(ws: "Workspace", name: str | None) -> User | None:
    return ws.user(name) if name else None


def _called(do: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call *do* with JSON arguments; wrong ones are the caller's mistake, an Impossible."""
    try:
        inspect.signature(do).bind(**given)
    except TypeError as error:
        raise Impossible(f"{getattr(do, '__name__', 'this')}: {error}.") from None
    return do(**given)


def _refused(sentence: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": sentence}, status)
