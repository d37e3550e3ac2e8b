"""Puts the parts together: the only module that knows all of them."""

import gc
import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.access import Access, sentence
from bot.announcing import Announcing
from bot.audit import Audit
from bot.backfill import DOOR, Backfill
from bot.briefs import Briefs
from bot.calendar import Calendar
from bot.cases import Cases
from bot.checks import check_bot
from bot.clock import Clock
from bot.correcting import Correcting
from bot.directory import Directory
from bot.doctor import Doctor
from bot.documents import Documents
from bot.due import Due
from bot.endings import Endings
from bot.escalations import Escalations
from bot.figures import Figures
from bot.findings import Finding
from bot.followups import FollowUps
from bot.gaps import Gaps
from bot.heartbeat import Heartbeat, Tick
from bot.home import Home
from bot.identity import Identity
from bot.incidents import Incidents
from bot.lookup import Lookup
from bot.meters import Meters
from bot.moving import Moving
from bot.outbox import Hooks, Outbox
from bot.outcomes import Outcomes
from bot.pacing import Pacing
from bot.playbooks import Playbooks
from bot.reach import Reach
from bot.record import Record
from bot.review import Reviews
from bot.roles import Roles
from bot.scorecard import Scorecard
from bot.settings import BadSettings, Settings
from bot.slack.client import Signature, SlackClient
from bot.store.migrate import NEWER, current_revision, is_newer, newest_revision
from bot.store.store import Store, StoreAway
from bot.subscriptions import Subscriptions
from bot.tasks import Tasks
from bot.transaction import Transactions
from bot.undo import Undo
from bot.updates import Updates
from bot.web import Doors, Web, make_web
from bot.writing import Writing
from handlers import ROUTES
from handlers.bolt import Doorkeeper, make_app
from handlers.door import Door
from handlers.help import guide
from handlers.mentions import EVENT as MENTION
from handlers.routes import Hearing, UseCases
from handlers.socket import CannotConnect, Socket

if TYPE_CHECKING:
    from bot.store.listening import Listener

EVENTS = tuple(sorted({*ROUTES.events, MENTION}))
"""The events that the bot asks Slack for."""
SHORTCUTS = tuple(ROUTES.shortcuts.values())
"""What the app has in Slack's menus: for the manifest, and for the sandbox's page."""

log = logging.getLogger(__name__)


def commands(name: str) -> dict[str, str]:
    """What can be typed where the slash command is called *name*, and what it does: for the sandbox's composer."""
    return {name: "How things stand here."} | {
        f"{name} {verb.name}": verb.does for verb in ROUTES.verbs.values()
    }


class Bot:
    """A bot, put together. Nothing runs before ``start``."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Build from *settings*, with the time of *clock*."""
        self.settings = settings
        self.clock = clock
        self.meters = Meters()
        self.store = Store(settings.database_url, settings.database_connections, clock)
        self.transactions = transactions = Transactions(self.store, clock, settings.policy)
        self.documents = Documents(transactions)
        self.directory = Directory(transactions)
        self.lookup = Lookup(transactions)
        self.incidents = Incidents(transactions, self.documents, self.lookup)
        self.updates = Updates(transactions, self.lookup)
        self.briefs = Briefs(transactions)
        gaps = Gaps(transactions)
        self.due = Due(transactions, self.documents, gaps)
        self.audit = Audit(transactions)
        self.calendar = Calendar(transactions)
        self.doctor = Doctor(transactions)
        self.scorecard = Scorecard(transactions)
        self.slack = SlackClient(settings.bot_token, settings.slack_api_url, self.meters, clock)
        self.access = Access(self.store, clock, self.slack.who_am_i)
        self.reach = Reach(transactions)
        self.backfill = Backfill(transactions, self.slack, gaps=gaps, reach=self.reach, meters=self.meters)
        self.announcing = Announcing(transactions)
        outcomes = Outcomes(transactions, self.directory, self.reach, self.announcing)
        wanted = self.incidents.is_wanted
        hooks = Hooks(
            answered=outcomes.answered, refused=outcomes.refused, is_wanted=wanted, access=self.access
        )
        self.outbox = Outbox(self.store, clock, self.slack, hooks, self.meters)
        self.use = UseCases(
            lookup=self.lookup,
            incidents=self.incidents,
            updates=self.updates,
            briefs=self.briefs,
            calendar=self.calendar,
            pacing=Pacing(transactions),
            endings=Endings(transactions),
            moving=Moving(transactions),
            reach=self.reach,
            access=self.access,
            announcing=self.announcing,
            record=Record(transactions),
            directory=self.directory,
            roles=Roles(transactions, self.lookup),
            tasks=Tasks(transactions, self.lookup),
            cases=Cases(transactions, self.lookup),
            followups=FollowUps(transactions, self.lookup),
            playbooks=Playbooks(transactions),
            writing=Writing(transactions),
            undo=Undo(transactions, self.lookup),
            correcting=Correcting(transactions),
            escalations=Escalations(transactions),
            reviews=Reviews(transactions, self.lookup),
            home=Home(transactions, self.slack, guide(ROUTES)),
            subscriptions=Subscriptions(transactions),
            doctor=self.doctor,
            scorecard=self.scorecard,
        )
        hearing = Hearing(heard=self.backfill.heard, lost=self.backfill.look_everywhere)
        doorkeeper = Doorkeeper(ROUTES, self.use, transactions, self.slack, hearing)
        self.identity = Identity(self.store, self.access, self.slack.who_am_i, clock)
        bolt = make_app(doorkeeper, self.slack, identity=lambda: self.identity.ids)
        self._door = Door(bolt, Signature(settings.signing_secret, clock.machine), self.meters, clock)
        others = {"outbox": self._outbox_lives, "socket": self._socket_lives}
        self.heartbeat = Heartbeat(clock, self._ticks(), others)
        self._ending = False
        self._worker: threading.Thread | None = None
        self._listener: Listener | None = None
        self._socket: Socket | None = None
        self.meters.watch(Figures(self.store, clock, self._connections).gauges)

    def _ticks(self) -> tuple[Tick, ...]:
        return (
            Tick(name="timers", every=1.0, work=self.due.fire, soon=self.due.soon),
            Tick(name="outbox", every=1.0, work=self.outbox.wake),
            Tick(name="backfill", every=1.0, work=self._back_fill),
            Tick(name="identity", every=5.0, work=self.identity.learn),
            Tick(name="scopes", every=300.0, work=self.identity.learn_scopes),
            Tick(name="findings", every=5.0, work=self.look_again),
            Tick(name="audit", every=60.0, work=self.audit.check),
            Tick(name="calendar", every=60.0, work=self.calendar.remind),
            Tick(name="scorecard", every=300.0, work=self.scorecard.refresh),
            Tick(name="announcements", every=3600.0, work=self.announcing.again),
            Tick(name="people", every=3600.0, work=self.directory.refresh),
            Tick(name="deliveries", every=3600.0, work=self.incidents.forget_deliveries),
        )

    def _connections(self) -> int:
        """Connections of Socket Mode that this process holds."""
        return self._socket.connections if self._socket is not None else 0

    def _back_fill(self) -> None:
        """Read what no event told of."""
        if self._socket is not None:
            self.backfill.connected(on=self._socket.connections > 0)
        self.backfill.read()

    def web(self, *, deliveries: bool = True) -> Web:
        """The HTTP doors; without *deliveries* those alone that tell how the process is."""
        healthy, metrics = self.heartbeat.is_healthy, self.meters.text
        doors = Doors(dispatch=self.dispatch, is_healthy=healthy, unready=self.unready, metrics=metrics)
        return make_web(doors, deliveries=deliveries)

    def dispatch(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        """One delivery of Slack's over HTTP."""
        return self._door.http(body, headers)

    def look(self) -> list[Finding]:
        """Look at everything that can be missing, and keep it for whoever asks. Raises StoreAway."""
        found = check_bot(self.settings, self.store, self.slack, events=EVENTS)
        if current_revision(self.store) is not None:
            self.doctor.keep(found)
        return found

    def look_again(self) -> None:
        """Look once it is time, or somebody asked: a tick of whoever works."""
        if self.doctor.is_due():
            self.look()

    def unready(self) -> list[str]:
        """What keeps this process from being ready: database, migrations, token."""
        reasons = []
        try:
            self.store.reach()
            if (current := current_revision(self.store)) != newest_revision():
                need = NEWER if is_newer(current) else "needs migrating: python -m bot migrate"
                reasons.append(f"the database: {need}")
        except StoreAway as error:
            reasons.append(f"the database cannot be reached: {error}")
            return reasons
        self.identity.learn()
        if (shut := self.access.standing() if not reasons else None) is not None:
            reasons.append(sentence(shut.error))
        elif not self.identity.ids:
            reasons.append("Slack does not accept the token, or cannot be reached")
        return reasons

    def start(self) -> None:
        """Begin to tick and to deliver, and to read what was said while nobody listened."""
        self.identity.learn()
        self.backfill.begin()
        self._worker = threading.Thread(target=self.outbox.run, name="outbox", daemon=True)
        self._worker.start()
        self._listener = self.store.listen(self.outbox.wake)
        self.heartbeat.start()

    def heartbeat_only(self) -> None:
        """Begin to tick for a process that only serves: health is watched, nothing is fired or delivered."""
        self.identity.learn()
        self.backfill.begin(DOOR)  # what nobody took while the door was shut is asked for; a worker reads it
        ticks = (
            Tick(name="identity", every=1.0, work=self.identity.learn),
            Tick(name="awake", every=30.0, work=lambda: self.backfill.awake(DOOR)),
        )
        self.heartbeat = Heartbeat(self.clock, ticks)
        self.heartbeat.start()

    def socket_address(self) -> str:
        """Where Socket Mode is to connect: Slack tells whoever has the app's token. Raises what the client raises."""
        app = SlackClient(self.settings.app_token, self.settings.slack_api_url, self.meters, self.clock)
        return str(app.perform("apps.connections.open", {})["url"])

    def connect(self) -> None:
        """Open Socket Mode, where there is an app token."""
        if self.settings.app_token:
            many, lost, take = self.settings.socket_connections, self.backfill.lost, self._door.envelope
            self._socket = Socket(take, self.socket_address, self.clock, connections=many, on_lost=lost)
            self._socket.open()

    def is_at_rest(self) -> bool:
        """Whether nothing waits to be said."""
        with self.store.read() as tx:
            return bool(tx.outbox.unfinished() == 0)

    def _outbox_lives(self) -> bool:
        return self._ending or self._worker is None or (self._worker.is_alive() and self.outbox.is_moving())

    def _socket_lives(self) -> bool:
        return self._socket is None or self._socket.is_kept()

    def stop(self) -> None:
        """End: nothing new is begun; what is in hand (deliveries, ticks, calls) is finished. May take a while."""
        self._ending = True
        self.outbox.stop()
        if self._socket is not None:
            self._socket.close()
        self.heartbeat.stop()
        if self._listener is not None:
            self._listener.stop()
        if self._worker is not None:
            self._worker.join()
        self.store.close()


def build(settings: Settings, clock: Clock | None = None) -> Bot:
    """A bot from *settings*; with a *clock* whose time can be moved, in tests and in the sandbox."""
    bot = Bot(settings, clock or Clock())
    if mistakes := bot.documents.check_policy():
        raise BadSettings(mistakes)
    return bot


def settle_memory() -> None:
    """What a process has imported and built stays for its life: the collector need not look at it again and again.

    Each full round over it would hold up whoever is being answered (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.collect()
    gc.freeze()


__all__ = ["Bot", "CannotConnect", "build", "settle_memory"]
