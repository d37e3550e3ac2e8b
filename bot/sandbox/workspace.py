"""A workspace of the small Slack: its people and channels, and everything that can be asked of it."""

from collections.abc import Callable, Iterable
from threading import Condition, RLock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox import (
    api,
    channels,
    methods_canvases,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_history,
    methods_items,
    methods_users,
    methods_views,
    payloads,
)
from bot.sandbox.canvases import Canvas
from bot.sandbox.delivery import Deliveries
from bot.sandbox.doors import ANSWER_WITHIN
from bot.sandbox.faults import Faults, Limits
from bot.sandbox.scopes import ALL_SCOPES, is_sent
from bot.sandbox.state import (
    ApiCall,
    Channel,
    File,
    Group,
    Impossible,
    Json,
    ResponseUrl,
    Shortcut,
    Trigger,
    User,
    View,
)

if TYPE_CHECKING:
    from bot.sandbox.doors import Door
    from bot.sandbox.person import Person

METHODS = (
    methods_canvases,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_history,
    methods_items,
    methods_users,
    methods_views,
)
"""The modules that fill ``api.METHODS``."""
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Impossible(f"There is no time zone {name}.") from None


class Workspace:
    """One Slack workspace with one app in it. Thread-safe: each change is made under ``lock``.

    *time* is business time in epoch seconds and makes every ``ts``; *machine* is for trigger ids,
    response_urls, redelivery, signatures and rate limits. Ids bear *seed*, so that two runs do not share any;
    the same seed gives the same ids (by default it comes from *machine*).
    """

    def __init__(
        self,
        *,
        time: Callable[[], float],
        machine: Callable[[], float],
        seed: str | None = None,
        name: str = "Sandbox",
    ) -> None:
        """Make a workspace that holds the app's bot user and no channel."""
        self.time, self.machine, self.name = time, machine, name
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self.version = 0
        self._seed = (seed or _base36(int(machine()))[-5:]).upper()
        self._count = 0
        self.base_url = "http://sandbox.invalid/"
        self.bot_token, self.app_token = "xoxb-sandbox-bot", "xapp-sandbox-app"
        self.signing_secret = "sandbox-signing-secret"  # noqa: S105 - opens nothing but this
        self.team_id, self.app_id, self.team_domain = "TSANDBOX1", "ASANDBOX1", "sandbox"
        self.bot_id, self.bot_user_id = "BSANDBOX1", "USANDBOX1"
        self.scopes: set[str] = set(ALL_SCOPES)
        self.token_refused = ""
        """The error with which the bot's token is refused: revoked, or the app uninstalled. Empty: it is good."""
        self.calls: list[ApiCall] = []
        self.responses: list[Json] = []
        """What was posted to a response_url, as it was sent."""
        self.faults, self.limits, self.limits_enforced = Faults(), Limits(), False
        self.slow_history = False
        """True: history as for apps distributed outside the Marketplace (1 request a minute, 15 messages)."""
        self.history_lag = 0.0
        """Seconds of machine time before a new message is seen by conversations.history and .replies."""
        self.app_within = 0.0
        """Seconds of machine time that commands and clicks wait for an app which has not connected yet; then they fail,
        as at Slack. Events wait for as long as it takes."""
        self.answer_within = ANSWER_WITHIN
        """Seconds of machine time in which an app on Socket Mode must answer."""
        self.write_public = False
        """True: the app has chat:write.public and posts into public channels without being a member."""
        self.hint = ""
        """What the page tells a newcomer, in mrkdwn; a command between backticks can be clicked."""
        self.shortcuts: list[Shortcut] = []
        """What the app has in the menus of messages and beside the composer."""
        self.marks: dict[str, str] = {}
        """The reactions that the page offers first: an emoji's name -> what it does."""
        self.reads: dict[str, dict[str, str]] = {}
        """How far people have read: user id -> channel id -> the ts of the last message that they saw."""
        self._users: dict[str, User] = {}
        self._channels: dict[str, Channel] = {}
        self.groups: list[Group] = []
        self.files: dict[str, File] = {}
        self.canvases: dict[str, Canvas] = {}
        self.canvas_refused = ""
        """The error with which apps' canvases are refused: ``team_tier_cannot_create_channel_canvases`` on the free
        plan, ``canvas_disabled_user_team`` or ``restricted_action`` by an admin. Empty: they are allowed."""
        self._open_nothing()
        self._people: dict[str, Person] = {}
        self.deliveries = Deliveries(self)
        self.door: Door | None = None
        self._users[self.bot_user_id] = User(
            id=self.bot_user_id, name="tocsin", real_name="Tocsin", is_bot=True, bot_id=self.bot_id
        )

    def _open_nothing(self) -> None:
        """Nobody has a form or the app's home before them, and nothing was handed out or told yet."""
        self.commands: dict[str, str] = {}
        """What the page's composer offers after a slash: what to type -> what it does."""
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.tickets: set[str] = set()
        """Addresses of Socket Mode connections that were given out and not used yet."""

    # ---- what is there

    @property
    def bot(self) -> User:
        """The app's own bot user."""
        return self._users[self.bot_user_id]

    @property
    def users(self) -> list[User]:
        """Everybody, bots included."""
        return list(self._users.values())

    @property
    def channels(self) -> list[Channel]:
        """Every channel and direct message, archived ones too, oldest first."""
        return list(self._channels.values())

    def user(self, name_or_id: str) -> User:
        """A user by id, name or ``@name``. Raises Impossible."""
        found = self.find_user(name_or_id)
        if found is None:
            raise Impossible(f"There is nobody called {name_or_id} in this workspace.")
        return found

    def channel(self, name_or_id: str) -> Channel:
        """A channel by id, name or ``#name``. Raises Impossible."""
        found = self.find_channel(name_or_id)
        if found is None:
            raise Impossible(f"There is no channel {name_or_id} in this workspace.")
        return found

    def find_user(self, name_or_id: str) -> User | None:
        """As ``user``, None instead of the exception."""
        if name_or_id in self._users:
            return self._users[name_or_id]
        name = name_or_id.removeprefix("@")
        return next((user for user in self._users.values() if user.name == name), None)

    def find_channel(self, name_or_id: str) -> Channel | None:
        """As ``channel``, None instead of the exception."""
        if name_or_id in self._channels:
            return self._channels[name_or_id]
        name = name_or_id.removeprefix("#")
        return next((each for each in self._channels.values() if each.name == name and not each.is_im), None)

    def direct(self, user: str) -> Channel:
        """The direct message between the app and *user* (an id); made when there is none."""
        with self.lock:
            for each in self._channels.values():
                if each.is_im and user in each.members:
                    return each
            return channels.make(self, name=user, creator=user, is_im=True, members=[self.bot_user_id, user])

    # ---- setting it up

    def add_user(
        self,
        name: str,
        *,
        real_name: str | None = None,
        tz: str = "Etc/UTC",
        email: str | None = None,
        is_bot: bool = False,
    ) -> User:
        """A new member; *name* is the handle, unique. Raises Impossible. A connected app hears of it."""
        with self.lock:
            if self.find_user(name) is not None:
                raise Impossible(f"There is somebody called {name} already.")
            _check_zone(tz)
            user = User(
                id=self.new_id("U"),
                name=name,
                real_name=real_name or name.replace(".", " ").replace("-", " ").title(),
                tz=tz,
                email=email or (None if is_bot else f"{name}@example.com"),
                is_bot=is_bot,
                bot_id=self.new_id("B") if is_bot else None,
                updated=int(self.time()),
            )
            self._users[user.id] = user
            if self.door is not None:
                self.emit({"type": "team_join", "user": payloads.user(self, user)})
            self.touch()
            return user

    def change_user(self, name_or_id: str, *, real_name: str | None = None, tz: str | None = None) -> User:
        """Change somebody's name or zone; the app hears ``user_change``."""
        with self.lock:
            user = self.user(name_or_id)
            _check_zone(tz or user.tz)
            user.real_name, user.tz, user.updated = (
                real_name or user.real_name,
                tz or user.tz,
                int(self.time()),
            )
            self.emit(
                {"type": "user_change", "user": payloads.user(self, user), "cache_ts": int(self.time())}
            )
            self.touch()
            return user

    def deactivate(self, name_or_id: str) -> User:
        """Deactivate somebody's account; the app hears ``user_change``."""
        with self.lock:
            user = self.user(name_or_id)
            user.deleted = True
            return self.change_user(user.id)

    def reactivate(self, name_or_id: str) -> User:
        """Take a deactivation back; the app hears ``user_change``."""
        with self.lock:
            user = self.user(name_or_id)
            user.deleted = False
            return self.change_user(user.id)

    def revoke_token(self) -> None:
        """An admin revokes the bot's token; the app hears ``tokens_revoked``."""
        with self.lock:
            self.token_refused = "token_revoked"  # noqa: S105 - Slack's word
            self.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user_id]}})

    def uninstall(self) -> None:
        """An admin uninstalls the app: it hears so, and its token is good for nothing."""
        with self.lock:
            self.token_refused = "account_inactive"  # noqa: S105 - Slack's word
            self.emit({"type": "app_uninstalled"})

    def install_again(self, token: str = "") -> None:
        """The app is installed again, with the token that it had or with another one."""
        with self.lock:
            self.token_refused, self.bot_token = "", token or self.bot_token

    def change_channel_id(self, name_or_id: str) -> str:
        """Give a channel another id, as Slack does where it becomes shared; the new id."""
        with self.lock:
            return channels.change_id(self, self.channel(name_or_id))

    def add_channel(
        self, name: str, *, private: bool = False, members: Iterable[str] = (), bot: bool = False
    ) -> Channel:
        """A channel that was there before the app: *members* are names or ids. No event is sent for it."""
        with self.lock:
            ids = [self.user(each).id for each in members]
            if bot:
                ids.append(self.bot_user_id)
            creator = ids[0] if ids else "USLACKBOT"
            return channels.make(self, name=name, creator=creator, is_private=private, members=ids)

    def add_group(self, handle: str, users: Iterable[str]) -> Group:
        """A user group of names or ids; *handle* with or without ``@``."""
        with self.lock:
            group = Group(
                id=self.new_id("S"),
                handle=handle.removeprefix("@"),
                users=[self.user(each).id for each in users],
            )
            self.groups.append(group)
            return group

    def keep_channel(self, channel: Channel) -> Channel:
        """Put a new channel into the workspace."""
        self._channels[channel.id] = channel
        self.touch()
        return channel

    def drop_channel(self, channel: Channel) -> None:
        """Take a channel out of the workspace."""
        del self._channels[channel.id]
        self.touch()

    # ---- the app's side

    def call(self, method: str, args: Json, token: str) -> Json:
        """The whole Web API as a function: Slack's answer, errors as ``{"ok": false, "error": …}``.

        A planned fault that drops the connection raises TimeoutError.
        """
        reply = api.perform(self, method, args, token)
        if reply.dropped:
            raise TimeoutError(f"{method}: the connection was dropped")
        return reply.body

    def calls_of(self, method: str) -> list[ApiCall]:
        """The journal's lines for one method."""
        return [call for call in self.calls if call.method == method]

    def emit(self, event: Json) -> None:
        """Queue an event that the app's scopes let it hear; that its bot is in the channel is the caller's business."""
        if is_sent(self, event):
            self.deliveries.queue(event)

    def pump(self) -> int:
        """Deliver all queued events that are due now, in order; how many the app took."""
        return self.deliveries.pump()

    @property
    def auto(self) -> bool:
        """Whether a thread of its own delivers events (the sandbox); False: only ``pump()`` does (tests)."""
        return self.deliveries.running

    @auto.setter
    def auto(self, on: bool) -> None:
        self.deliveries.run(on=on)

    def person(self, name: str) -> "Person":
        """Somebody who can type and click; always the same object for one name. Raises Impossible."""
        from bot.sandbox.person import Person  # noqa: PLC0415 - a person needs the workspace

        with self.lock:
            user = self.user(name)
            if user.id not in self._people:
                self._people[user.id] = Person(self, user)
            return self._people[user.id]

    # ---- ids, and who must be told

    def new_id(self, letter: str) -> str:
        """A new id, such as ``C1A2B30001``."""
        return f"{letter}{self._seed}{_base36(self.count()):0>4}"

    def count(self) -> int:
        """The next number of the workspace."""
        with self.lock:
            self._count += 1
            return self._count

    def touch(self) -> None:
        """Say that something changed: whoever waits for it wakes up."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def wait_for_change(self, since: int, seconds: float) -> int:
        """Wait until the version is no longer *since*, at most *seconds* of machine time; the version then."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != since, timeout=seconds)
            return self.version
