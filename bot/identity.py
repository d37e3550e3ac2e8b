"""Who the bot is in Slack, and with which scopes: asked once, and remembered with the database that belongs to it."""

import logging
from collections.abc import Callable
from typing import Any

from bot import granted
from bot.access import REFUSED, Access
from bot.clock import Clock
from bot.outage import Outage
from bot.slack.errors import Ambiguous, Away, Rejected, TryLater
from bot.store.migrate import current_revision
from bot.store.store import Store

SANDBOX_TEAM = "TSANDBOX"
"""What the team id of our small Slack begins with; no real one does."""

log = logging.getLogger(__name__)

WhoAmI = Callable[[], tuple[dict[str, Any], frozenset[str]]]


class Identity:
    """The ids that Slack knows the bot by, and the workspace that its database belongs to."""

    def __init__(self, store: Store, access: Access, who_am_i: WhoAmI, clock: Clock) -> None:
        """Keep in *store*, tell *access* of a token that is refused; *who_am_i* asks Slack."""
        self._store = store
        self._access = access
        self._who_am_i = who_am_i
        self.ids: dict[str, str] = {}
        """``user_id``, ``bot_id``, ``team_id``; empty until Slack has told them."""
        self._scopes: frozenset[str] = frozenset()
        self._asked = False
        self._unknown = Outage(clock.monotonic, again=60)

    def learn(self) -> None:
        """Learn the bot's own ids from Slack, once: by them Bolt leaves out what the bot itself said."""
        if not self.ids and self._asked and self._is_shut_out():
            return
        try:
            self._ask_who()
        except (TryLater, Ambiguous, Away, Rejected) as error:
            self._unknown.met()
            if self._unknown.news() is not None:
                log.error("Slack does not say who the bot is: %s", error)  # noqa: TRY400 - expected

    def _is_shut_out(self) -> bool:
        """Whether Slack refuses the token, as far as is known; now and then it is tried."""
        if current_revision(self._store) is None:
            return False
        self._access.knock()
        return self._access.standing() is not None

    def _ask_who(self, *, starting: bool = False) -> None:
        """Ask Slack for the bot's own ids where they are not known yet. Raises what the client raises.

        *starting*: a refusal ends this process, and says nothing about the token of others.
        """
        if self.ids:
            return
        self._asked = True
        try:
            me, self._scopes = self._who_am_i()
        except Rejected as error:
            if error.error in REFUSED and not starting and current_revision(self._store) is not None:
                with self._store.begin() as tx:
                    self._access.refused(tx, error.error)
            raise
        self.ids = {name: str(me.get(name, "")) for name in ("user_id", "bot_id", "team_id")}
        if current_revision(self._store) is not None:
            self._remember_oneself()

    def learn_scopes(self) -> None:
        """Learn whether an operator gave the app other scopes meanwhile: no restart is needed for them."""
        try:
            _, scopes = self._who_am_i()
        except (TryLater, Ambiguous, Away, Rejected) as error:
            log.debug("Slack does not say which scopes the token has: %s", error)  # others tell of the token
            return
        with self._store.read() as tx:
            if not scopes or tx.known(granted.KNOWN) == sorted(scopes):
                return
        with self._store.begin() as tx:
            granted.learned(tx, scopes)
        log.info("The token has other scopes now; `python -m bot check` says what works with them.")

    def _remember_oneself(self) -> None:
        """Slack took the token: another one than the one that was refused, perhaps with other scopes."""
        with self._store.read() as tx:
            same = not self._scopes or tx.known(granted.KNOWN) == sorted(self._scopes)
            if tx.known("identity") is not None and tx.access.standing() is None and same:
                return
        with self._store.begin() as tx:
            granted.learned(tx, self._scopes)
            if tx.known("identity") is None:
                tx.remember("identity", self.ids)
            tx.access.opened()

    def refused_by_slack(self) -> str | None:
        """A sentence where Slack refuses the token for good; None: it is good, or Slack is away for the moment."""
        try:
            self._ask_who(starting=True)
        except Rejected as error:
            return f"Slack does not accept SLACK_BOT_TOKEN ({error}): copy the Bot User OAuth Token anew."
        except (TryLater, Ambiguous, Away) as error:
            log.warning("Slack cannot be reached at the start, and is tried again: %s", error)
        return None

    def belongs_elsewhere(self) -> str | None:
        """A sentence where the database holds another Slack workspace's incidents; None: all is well."""
        self.learn()
        if current_revision(self._store) is None:
            return None
        with self._store.read() as tx:
            known = tx.known("identity") or self.ids
        if not self.ids or known.get("team_id") == self.ids["team_id"]:
            return None
        return (
            f"The database belongs to Slack workspace {known['team_id']}, the token to {self.ids['team_id']}: "
            "set DATABASE_URL to another database, or use the workspace's own token."
        )

    def settle_in_sandbox(self) -> str | None:
        """Make the database fit for a new sandbox; a sentence where it holds a real workspace's incidents."""
        with self._store.begin() as tx:
            known = tx.known("identity")
            if known is not None and not known["team_id"].startswith(SANDBOX_TEAM):
                return (
                    "This database holds the incidents of a real Slack workspace, and the sandbox would mix in. "
                    "Give it another one: DATABASE_URL=sqlite:///sandbox.db make demo"
                )
            if known is not None:
                tx.forget_workspace()
                tx.remember("identity", None)
        return None
