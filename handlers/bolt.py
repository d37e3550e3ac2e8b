"""The doorkeeper: unwraps what Slack sends, leads it to its route, and answers. The home of Bolt.

Bolt runs with ``process_before_response=True``: Slack gets its 200 only after the decision is committed, so that a
crash before that means that Slack delivers again (DESIGN section 3). Every kind of request has one listener here;
ROUTES decides the rest.
"""

import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from bot.access import ShutOut
from bot.call import Call
from bot.context import tell, told
from bot.domain import references
from bot.domain.mrkdwn import NOBODY, Names, quiet
from bot.domain.refusal import NoSuchIncident, Refusal
from bot.domain.signs import typed
from bot.domain.words import parse
from bot.slack import blocks
from bot.slack.client import Ambiguous, Away, Rejected, SlackClient, TryLater
from bot.store.store import Collision, PerhapsKept, StoreAway
from bot.transaction import Transactions
from handlers import mentions
from handlers.answers import below, errors, says_all, value_of, worded
from handlers.help import without_verb
from handlers.mentions import Mentions
from handlers.places import HOME, answering, apart, carrying, is_home, place_of
from handlers.routes import Fields, Handler, Hearing, Reply, Request, Routes, UseCases, button_name
from handlers.unwrapped import by_click, by_shortcut

log = logging.getLogger(__name__)
ANYTHING = re.compile(r".*", re.DOTALL)
LIMITED = "app_rate_limited"
"""Slack drops events past 30,000 an hour, and says so (https://docs.slack.dev/reference/events/app_rate_limited)."""
_REFERENCE = re.compile(rf"{references.ANY}(?!\d)", re.IGNORECASE | re.ASCII)


class Doorkeeper:
    """Turns deliveries into use cases and their replies into answers."""

    def __init__(
        self, routes: Routes, use: UseCases, transactions: Transactions, slack: SlackClient, hearing: Hearing
    ) -> None:
        """Lead to *routes*, work in *transactions*, open forms through *slack*, tell *hearing* of events."""
        self._routes = routes
        self._hearing = hearing
        self._use = use
        self._tx = transactions
        self._slack = slack
        self._mentions = Mentions(routes, use, transactions, lambda *asked: self._warned(self._reply(*asked)))
        self.answering = transactions.store.answering

    # One method for each kind of delivery

    def command(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A slash command; gives what to answer in the same breath."""
        text = typed(body.get("text") or "").strip()
        words = parse(text)
        verb = self._routes.find(words.verb)
        asked = Request(
            user=body["user_id"], channel=body["channel_id"], channel_name=body.get("channel_name") or "",
            text=words.rest, typed=f"{body['command']} {text}",
            answer_to={"url": body["response_url"]} if body.get("response_url") else {},
        )  # fmt: skip
        if verb is None:
            whole = replace(asked, text=text)
            work: Handler = lambda asked, use: without_verb(asked, use, self._routes)  # noqa: E731
            return self._warned(self._answered(self._reply(work, whole, None), body))
        key = f"command:{body['trigger_id']}" if verb.changes and body.get("trigger_id") else None
        answer = self._reply(verb.handler, replace(asked, verb=verb.stands_for), key=key)
        return self._warned(self._answered(answer, body))

    def click(self, body: Mapping[str, Any]) -> None:
        """A click on a button. What must be said about it goes to the person alone, through the outbox."""
        action = body["actions"][0]
        name = button_name(action["action_id"])
        handler = self._routes.buttons.get(name)
        if handler is None:
            log.info("a click on %s, which leads nowhere", action["action_id"])
            return
        request = by_click(body, self._routes.stands_for[name])
        opens = name.endswith("_form")
        key = None if opens else f"click:{body['trigger_id']}"
        reply = self._reply(handler, request, key=key)
        done, away = key is not None and not reply.get("refused"), bool(reply.get("away"))
        answer = self._answered(reply, body)
        if is_home(body):
            self._use.home.answered(request.user, answer, near=action.get("block_id", ""), away=away)
        else:
            self._whisper(answer, body, done=done, away=away)

    def shortcut(self, body: Mapping[str, Any]) -> None:
        """A shortcut. One of a message is answered by its response_url, a global one, which has none, in a form."""
        found = self._routes.shortcuts.get(body["callback_id"])
        if found is None:
            log.warning("a shortcut %s, which leads nowhere", body["callback_id"])
            return
        request = by_shortcut(body, found.stands_for)
        answer = self._reply(
            found.handler, request, key=f"shortcut:{body['trigger_id']}" if found.changes else None
        )
        away = bool(answer.get("away"))
        if not body.get("response_url") and answer.get("text"):
            answer = {"form": blocks.notice(found.label, answer["text"])}
        said = self._answered(answer, body)
        in_thread = request.message.get("thread_ts")
        thread = {"thread_ts": in_thread} if in_thread and said else {}
        self._whisper({**said, **thread}, body, done=False, away=away)

    def form(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A submitted form: closes it, shows another in its place, or says at the field what is wrong."""
        view = body["view"]
        fields = Fields({name: value_of(state) for name, state in view["state"]["values"].items()})
        handler = self._routes.forms.get(view["callback_id"])
        if handler is None:
            log.warning("a form %s was submitted, which leads nowhere", view["callback_id"])
            return errors(fields, self._worded(Reply(template="reply_old_form")))
        about, place = apart(view.get("private_metadata", ""))
        request = Request(
            user=body["user"]["id"],
            channel=HOME if place.is_home else "",
            value=about,
            fields=fields,
            verb=self._routes.stands_for[view["callback_id"]],
            answer_to=place.address(self._use.lookup.now()),
        )
        key = f"view:{view['id']}:{view.get('hash', '')}"
        answer = self._reply(handler, request, key=key)
        if form := answer.get("form"):
            return {"response_action": "update", "view": carrying(form, place)}
        if answer.get("refused"):
            return errors(fields, answer)
        if place.is_home:
            self._use.home.answered(request.user, answer, near="", away=False)
            return {}
        if answer.get("text"):
            now = self._use.lookup.now()
            self._say(answering(answer, place, user=request.user, key=key, now=now))
        self._use.home.glanced(request.user)
        return {}

    def event(self, body: Mapping[str, Any]) -> None:
        """An event. Raises where it could not be kept, so that Slack delivers it again."""
        event = body["event"]
        if event["type"] == LIMITED:
            self.limited()
        if mentions.asks(event):
            self._mentions.take(event)
        handler = self._routes.events.get(event["type"])
        if handler is not None:
            handler(event, self._use)
        self._hearing.heard()

    def limited(self) -> None:
        """Slack dropped events of a minute, for there were more than it delivers: they are read from history."""
        log.warning("Slack dropped events: more came than it delivers to an app")
        self._hearing.lost()

    # Work and words

    def _reply(self, handler: Handler, request: Request, key: str | None) -> dict[str, Any]:
        """The reply as JSON: ``text``, ``blocks``, ``form``, ``refused``. With a key it is done only once."""

        def work() -> dict[str, Any]:
            self._check_sight(request)
            self._use.lookup.allow(request.verb, request.user)
            reply = handler(request, self._use)
            now = self._use.lookup.now()
            stands = self._use.lookup.standing(told().get("incident"), request.channel)
            answer = self._worded(reply, now, stands, request=request)
            if key and stands["out_of_reach"] and reply.form is None:
                lost = self._worded(Reply(template="reply_out_of_reach"), now, stands, request=request)
                return below(answer, lost)
            return answer

        try:
            return self._tx.once(key, work) if key else work()
        except Refusal as refusal:
            tell(outcome="refused")
            return self._refused(refusal, request)
        except StoreAway as error:
            tell(outcome="failed")
            log.warning("a request of %s could not be recorded: the database is away", request.user)
            facts = {"text": request.typed, "perhaps": isinstance(error, PerhapsKept), "asks": key is None}
            unkept = self._worded(Reply(template="reply_not_recorded", facts=facts), request=request)
            return {**unkept, "refused": True, "away": True}
        except Exception:
            tell(outcome="failed")
            reference = secrets.token_hex(4)
            log.exception("bug %s, met by %s", reference, request.user)
            facts = {"reference": reference, "text": request.typed}
            bug = self._worded(Reply(template="reply_bug", facts=facts), request=request)
            return {**bug, "refused": True}

    def _check_sight(self, request: Request) -> None:
        """Raise NoSuchIncident where a button or form is about a private incident that is none of theirs (DR-28).

        Whatever is behind it: an old message, a forged request. Texts that a button carries on are only texts.
        """
        about, action = _REFERENCE.match(request.value), str(request.event.get("action_id", ""))
        if about is None or action.startswith(("declare_", "convert_")):
            return
        ref, answers = about[0].upper(), action == "escalation_ack"
        if self._use.lookup.is_hidden(ref, request.user, request.channel, answers=answers):
            raise NoSuchIncident(given=ref)

    def _refused(self, refusal: Refusal, request: Request) -> dict[str, Any]:
        """The refusal's sentence, the next command, and what was typed, so that nothing of it is lost."""
        sentence, next_step = refusal.in_words(self._command(request))
        names = self._names(sentence, next_step, request.typed)
        facts = {
            "names": names,
            "sentence": quiet(sentence, names),
            "next": quiet(next_step, names),
            "typed": "" if says_all(refusal, request.text) else request.typed,
        }
        answer = self._worded(Reply(template="reply_refused", facts=facts), request=request)
        more = {str(each.field): self._refused(each, request)["text"] for each in refusal.also}
        return {**answer, "refused": True, "field": refusal.field, "more": more}

    def _names(self, *texts: str) -> Names:
        """What the ids in *texts* are called, so that a next command is one that can be typed."""
        try:
            return self._use.lookup.words(list(texts), [])
        except StoreAway:  # the refusal itself needs no database
            return NOBODY

    def _answered(self, answer: dict[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer for Slack; a form is opened now, within the 3 seconds of its trigger (DESIGN 3.3)."""
        form = answer.pop("form", None)
        if form is not None:
            view = carrying(form, place_of(body, self._use.lookup.now()))
            try:
                self._slack.perform("views.open", {"trigger_id": _trigger(body), "view": view})
            except (TryLater, Ambiguous, Away, Rejected) as error:
                if str(error) == "exchanged_trigger_id":  # the same delivery again: the form is open
                    return {}
                log.warning("a form could not be opened: %s", error)
                typed = self._routes.instead.get(form.get("callback_id", ""), "help")
                return self._worded(Reply(template="reply_no_form", facts={"typed": typed}))
        return {name: answer[name] for name in answer if name not in {"refused", "field", "more", "away"}}

    def _worded(self, reply: Reply, *facts: Any, request: Request | None = None) -> dict[str, Any]:
        return worded(reply, self._command(request), *facts)

    def _command(self, request: Request | None) -> str:
        """What a person types before a verb, where they typed last."""
        return (request.called if request else "") or self._use.lookup.policy.command

    def _warned(self, answer: dict[str, Any]) -> dict[str, Any]:
        """*answer* with a line below it while Slack refuses the bot's token, or takes what it says late."""
        try:
            trouble = self._use.access.lately()
        except StoreAway:  # the answer says so
            trouble = None
        if trouble is None:
            return answer
        template = "reply_shut_out" if isinstance(trouble, ShutOut) else "reply_behind"
        warning = self._worded(Reply(template=template, facts=asdict(trouble)), self._use.lookup.now())
        return below(answer, warning)

    def _whisper(self, answer: Mapping[str, Any], body: Mapping[str, Any], *, done: bool, away: bool) -> None:
        """Answer a click by its response_url, which also works where the bot is no member.

        A message that only this person sees makes way for the answer once its button has done its work.
        *away*: the database is, so the outbox is too, and a click without a word is worse.
        """
        own = done and bool((body.get("container") or {}).get("is_ephemeral"))
        said = {**answer, "replace_original": own} if answer.get("text") else {"delete_original": own}
        if not body.get("response_url") or said == {"delete_original": False}:
            return
        args = {"url": body["response_url"], **said}
        self._say((Call(key=f"whisper:{body['trigger_id']}", method="respond", args=args),), away=away)

    def _say(self, calls: Sequence[Call], *, away: bool = False) -> None:
        """Have *calls* made by the outbox. *away*: the database is, and so an answer is given without it."""
        if not away and self._planned(calls):
            return
        for call in calls:
            if call.method == "respond":
                try:
                    self._slack.perform("respond", call.args)
                except (TryLater, Ambiguous, Away, Rejected) as error:
                    log.warning("a click or form could not be answered: %s", type(error).__name__)

    def _planned(self, answer: Sequence[Call]) -> bool:
        """Whether the outbox has the answer to a click, whichever process planned it; False: nobody knows."""
        for _ in range(2):
            try:
                self._tx.until_kept(lambda tx: tx.outbox.plan(answer, self._tx.clock.now(), if_new=True))
            except PerhapsKept:
                continue  # it is planned once more, unless it is there
            except (StoreAway, Collision):
                return False
            return True
        return False


def _trigger(body: Mapping[str, Any]) -> str:
    """What lets a form open; without it Slack need not be asked. Raises Rejected."""
    if not body.get("trigger_id"):
        raise Rejected("invalid_trigger_id")
    return str(body["trigger_id"])


def make_app(doorkeeper: Doorkeeper, slack: SlackClient, *, identity: Callable[[], Mapping[str, str]]) -> App:
    """Bolt with one listener for each kind of delivery. *identity*: the bot's own ids, as far as they are known."""

    def authorize(**_: Any) -> AuthorizeResult:
        me = identity()
        return AuthorizeResult(
            enterprise_id=None, team_id=me.get("team_id"), bot_token=slack.web.token or "",
            bot_id=me.get("bot_id"), bot_user_id=me.get("user_id"),
        )  # fmt: skip

    # Signatures are checked in ``dispatch``, against the injected clock.
    app = App(
        name="tocsin",  # without one Bolt looks for its caller's file, for a twentieth of a second
        signing_secret="checked-in-dispatch",  # noqa: S106 - Bolt wants one; it is never used
        request_verification_enabled=False,
        attaching_function_token_enabled=False,  # for workflow steps and assistants, which we have none of
        attaching_conversation_kwargs_enabled=False,
        process_before_response=True,
        authorize=authorize,
        client=slack.without_token(),
        raise_error_for_unhandled_request=True,
    )

    def on_limited(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt's word
        """What Slack says about the app itself comes without the envelope of an event."""
        if body.get("type") != LIMITED:
            return next()
        doorkeeper.limited()
        return BoltResponse(status=200, body="")

    def on_command(ack: Ack, body: dict[str, Any]) -> None:
        with doorkeeper.answering():
            ack(**doorkeeper.command(body))

    def on_click(ack: Ack, body: dict[str, Any]) -> None:
        with doorkeeper.answering():
            doorkeeper.click(body)
        ack()

    def on_form(ack: Ack, body: dict[str, Any]) -> None:
        with doorkeeper.answering():
            ack(**doorkeeper.form(body))

    def on_shortcut(ack: Ack, body: dict[str, Any]) -> None:
        with doorkeeper.answering():
            doorkeeper.shortcut(body)
        ack()

    def on_event(body: dict[str, Any]) -> None:
        with doorkeeper.answering():
            doorkeeper.event(body)

    app.use(on_limited)
    # Bolt tries them in this order: what comes most often stands first
    app.event(ANYTHING)(on_event)
    app.command(ANYTHING)(on_command)
    app.action(ANYTHING)(on_click)
    app.view(ANYTHING)(on_form)
    app.shortcut(ANYTHING)(on_shortcut)
    app.error(_on_error)
    return app


def _on_error(error: Exception) -> BoltResponse:
    """What no listener wanted is 404; what could not be kept is 500, and Slack delivers it again."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=404, body="")
    if isinstance(error, StoreAway):  # the store has said it; Slack delivers each of them up to four times
        log.debug("a delivery could not be kept: %s", error)
    else:
        log.error("a delivery could not be kept: %s", error, exc_info=error)
    return BoltResponse(status=500, body="")
