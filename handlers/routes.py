"""Which verb, button, form, shortcut or event leads where.

Knows neither Slack's library nor Bolt; help and manifest come out of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.access import Access
from bot.announcing import Announcing
from bot.briefs import Briefs
from bot.calendar import Calendar
from bot.cases import Cases
from bot.correcting import Correcting
from bot.directory import Directory
from bot.doctor import Doctor
from bot.domain.refusal import OutOfDate
from bot.endings import Endings
from bot.escalations import Escalations
from bot.followups import FollowUps
from bot.home import Home
from bot.incidents import Incidents
from bot.lookup import Lookup
from bot.moving import Moving
from bot.pacing import Pacing
from bot.playbooks import Playbooks
from bot.reach import Reach
from bot.record import Record
from bot.review import Reviews
from bot.roles import Roles
from bot.scorecard import Scorecard
from bot.subscriptions import Subscriptions
from bot.tasks import Tasks
from bot.undo import Undo
from bot.updates import Updates
from bot.writing import Writing


class Fields(dict[str, str]):
    """The values of a form. Asking for one that it does not have raises OutOfDate."""

    def __missing__(self, name: str) -> str:
        """A form that was opened before the bot was brought up to date."""
        raise OutOfDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person did, unwrapped from Slack's envelope. Texts are in Slack's encoding."""

    user: str
    channel: str
    """Id of the channel where it was done; empty where Slack does not say."""
    channel_name: str = ""
    """Its name as commands tell it: ``privategroup`` and ``directmessage`` stand for those that Slack hides."""
    verb: str = ""
    """The verb that is meant, by the name under which the policy leaves it to some, also by a button or a form."""
    text: str = ""
    """What was typed after the verb."""
    typed: str = ""
    """All that was typed, the verb too: given back with a refusal, so that nothing is lost."""
    value: str = ""
    """A button's value, or what a form is about: usually the incident's reference."""
    fields: Mapping[str, str] = field(default_factory=Fields)
    """The values of a form."""
    event: Mapping[str, Any] = field(default_factory=dict)
    """An event as Slack sent it."""
    message: Mapping[str, Any] = field(default_factory=dict)
    """The message on which a shortcut was used, as Slack shows it; empty for a global one."""
    called: str = ""
    """How the bot was called in a message (``@tocsin``), where slash commands may not exist; "": by no message."""
    answer_to: Mapping[str, str] = field(default_factory=dict)
    """Where Slack takes a further answer (``url``, ``thread_ts``), seen by nobody else; empty: nowhere."""
    home: str = ""
    """The workspace's part of Slack's addresses (``example`` of example.slack.com); empty where Slack does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to the person who asked, seen by nobody else. Its sentences are in ``templates/slack``."""

    template: str | None = None
    """None: nothing needs to be said; what happened shows in the channel."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[Mapping[str, Any], ...] = ()
    """Blocks below the text: buttons."""
    beside: tuple[Mapping[str, Any] | None, ...] = ()
    """Buttons beside the text's paragraphs, one each; None: that one has none."""
    form: Mapping[str, Any] | None = None
    """A form to open, or to show in the place of the one that was submitted; what is said stands above its fields."""


DONE = Reply()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """What handlers may ask for."""

    lookup: Lookup
    incidents: Incidents
    updates: Updates
    briefs: Briefs
    calendar: Calendar
    pacing: Pacing
    endings: Endings
    moving: Moving
    reach: Reach
    access: Access
    announcing: Announcing
    record: Record
    directory: Directory
    roles: Roles
    tasks: Tasks
    cases: Cases
    followups: FollowUps
    playbooks: Playbooks
    undo: Undo
    correcting: Correcting
    writing: Writing
    escalations: Escalations
    reviews: Reviews
    home: Home
    subscriptions: Subscriptions
    doctor: Doctor
    scorecard: Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Who wants to know whether Slack's events reach us (RELIABILITY section 2, "Back-fill")."""

    heard: Callable[[], None]
    """An event was taken."""
    lost: Callable[[], object]
    """Slack says that it dropped some."""


Handler = Callable[[Request, UseCases], Reply]
EventHandler = Callable[[Mapping[str, Any], UseCases], None]


class Situation(StrEnum):
    """When one needs a verb: help is grouped by it."""

    START = "start"
    RUN = "run"
    FINISH = "finish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A word after the command, with what help says about it; its usage may be several lines, of which one is meant."""

    name: str
    handler: Handler
    aliases: tuple[str, ...]
    usage: str
    does: str
    example: str
    situation: Situation
    changes: bool
    """True where a repeated delivery must not do it again."""
    listed: bool = True
    """False: a short form, which the list of all verbs leaves out."""
    often: bool = False
    """True: one of the few that help shows first, each with a line of its own; of the others it tells the names."""
    stands_for: str
    """The verb under which the policy leaves it to some (DR-19): usually its own name."""

    @property
    def gist(self) -> str:
        """The first sentence of what it does."""
        return self.does.partition(". ")[0].removesuffix(".")


class ShortcutKind(StrEnum):
    """Where a shortcut stands, in the manifest's words (https://docs.slack.dev/interactivity/implementing-shortcuts)."""

    MESSAGE = "message"
    """In the menu of each message; it has a channel and a response_url."""
    GLOBAL = "global"
    """In the search and beside the composer; it has neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """An entry in Slack's own menus."""

    callback: str
    label: str
    """At most 24 characters."""
    does: str
    """At most 150 characters."""
    place: ShortcutKind
    handler: Handler
    changes: bool
    """True where a repeated delivery must not do it again; False: it opens a form."""
    stands_for: str
    """The verb under which the policy leaves it to some (DR-19)."""


def button_name(action: str) -> str:
    """The name of a button's route: what follows a colon in an action id tells like buttons in one row apart."""
    return action.partition(":")[0]


class Routes:
    """The routes of one feature, or the sum of several."""

    def __init__(self) -> None:
        """Begin with none."""
        self.verbs: dict[str, Verb] = {}
        self.buttons: dict[str, Handler] = {}
        self.forms: dict[str, Handler] = {}
        self.events: dict[str, EventHandler] = {}
        self.shortcuts: dict[str, Shortcut] = {}
        self.stands_for: dict[str, str] = {}
        """The verb that a button or form stands for: whoever may not use it may not click it either (DR-19)."""
        self.instead: dict[str, str] = {}
        """What can be typed in the place of a form, without the command's name."""

    def verb(
        self,
        name: str,
        *,
        does: str,
        example: str,
        situation: Situation,
        usage: str = "",
        aliases: tuple[str, ...] = (),
        changes: bool = True,
        listed: bool = True,
        often: bool = False,
        stands_for: str = "",
    ) -> Callable[[Handler], Handler]:
        """Lead ``/incident name`` to the decorated function; *stands_for*: the verb that it does the same as."""

        def lead(handler: Handler) -> Handler:
            self.verbs[name] = Verb(
                name=name, handler=handler, aliases=aliases, usage=usage, does=does, example=example,
                situation=situation, changes=changes, listed=listed, often=often, stands_for=stands_for or name,
            )  # fmt: skip
            return handler

        return lead

    def button(self, *actions: str, verb: str) -> Callable[[Handler], Handler]:
        """Lead clicks on buttons with these action ids, which stand for *verb*, to the decorated function."""

        def lead(handler: Handler) -> Handler:
            self.stands_for.update(dict.fromkeys(actions, verb))
            self.buttons.update(dict.fromkeys(actions, handler))
            return handler

        return lead

    def form(self, callback: str, *, verb: str, typed: str) -> Callable[[Handler], Handler]:
        """Lead the submission of a form, which stands for *verb*, to the decorated function.

        *typed*: what does the same by command, for whoever Slack does not open the form.
        """

        def lead(handler: Handler) -> Handler:
            self.stands_for[callback] = verb
            self.forms[callback] = handler
            self.instead[callback] = typed
            return handler

        return lead

    def shortcut(
        self, callback: str, *, label: str, does: str, place: ShortcutKind, verb: str, changes: bool = True
    ) -> Callable[[Handler], Handler]:
        """Lead the shortcut *label*, which stands for *verb*, to the decorated function; the manifest lists it."""

        def lead(handler: Handler) -> Handler:
            self.shortcuts[callback] = Shortcut(
                callback=callback, label=label, does=does, place=place, handler=handler, changes=changes,
                stands_for=verb,
            )  # fmt: skip
            return handler

        return lead

    def event(self, *kinds: str) -> Callable[[EventHandler], EventHandler]:
        """Lead events of these types to the decorated function."""

        def lead(handler: EventHandler) -> EventHandler:
            self.events.update(dict.fromkeys(kinds, handler))
            return handler

        return lead

    def __add__(self, other: "Routes") -> "Routes":
        """Both; a name in both is a mistake of ours and raises ValueError."""
        both = Routes()
        for part in ("verbs", "buttons", "forms", "events", "shortcuts"):
            mine, theirs = getattr(self, part), getattr(other, part)
            if twice := mine.keys() & theirs.keys():
                raise ValueError(f"two features share {part}: {sorted(twice)}")
            setattr(both, part, mine | theirs)
        both.stands_for = self.stands_for | other.stands_for
        both.instead = self.instead | other.instead
        return both

    def find(self, word: str) -> Verb | None:
        """The verb of that name or alias."""
        found = self.verbs.get(word)
        if found is not None:
            return found
        return next((verb for verb in self.verbs.values() if word in verb.aliases), None)

    @property
    def words(self) -> list[str]:
        """Every name and alias, for did-you-mean."""
        return sorted({word for verb in self.verbs.values() for word in (verb.name, *verb.aliases)})
