"""``@tocsin …``: what follows the mention is a command, also in threads, where slash commands do not exist.

What is written to the bot directly is one without the mention. The answer goes to whoever wrote it alone, through the
outbox. Each message is taken care of once; one that was edited,
or that a bot wrote, is never a command.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.call import Call
from bot.domain import addressed
from bot.domain.signs import typed
from bot.domain.words import parse
from bot.slack import mentions
from bot.store.store import StoreAway
from bot.transaction import Transactions
from handlers.help import without_verb
from handlers.routes import Handler, Reply, Request, Routes, UseCases

log = logging.getLogger(__name__)
EVENT = "app_mention"
"""https://docs.slack.dev/reference/events/app_mention: comes beside the ``message`` that is recorded."""
DIRECT = "im"
"""The kind of channel that a direct message is, as events name it (https://docs.slack.dev/reference/events/message.im)."""
Asked = Callable[[Handler, Request, str | None], dict[str, Any]]
"""Does what was asked, once; gives the answer as JSON."""


def asks(event: Mapping[str, Any]) -> bool:
    """Whether an event may ask something of the bot: a mention of it, or what a person wrote to it directly."""
    direct = event["type"] == "message" and event.get("channel_type") == DIRECT
    return event["type"] == EVENT or (direct and "subtype" not in event)


class Mentions:
    """Takes messages that begin with a mention of the bot, and those that are written to it alone."""

    def __init__(self, routes: Routes, use: UseCases, transactions: Transactions, ask: Asked) -> None:
        """Lead to the verbs of *routes*, and have them done by *ask*."""
        self._routes, self._use, self._tx, self._ask = routes, use, transactions, ask

    def take(self, event: Mapping[str, Any]) -> None:
        """One event. Raises StoreAway where it could not be kept, so that Slack delivers it again."""
        me = self._use.lookup.me()
        written = typed(event.get("text") or "")
        text = addressed.to_bot(written, me.id)
        if text is None and written.strip() and event.get("channel_type") == DIRECT:
            text = written.strip()
        if text is None or "user" not in event or event.get("bot_id") or event.get("edited"):
            log.info("a mention that asks nothing of the bot")
            return
        if addressed.is_late(event["ts"], self._use.lookup.now()):
            self._not_done(event, f"@{me.handle}")
            return
        text = addressed.without_command(text, self._use.lookup.policy.command)
        key = addressed.key_of(event["channel"], event["ts"])
        answer = self._answer(text, event, key, f"@{me.handle}")
        if answer.get("away"):
            raise StoreAway("a mention could not be recorded")
        if answer.get("refused"):  # the same delivery again is refused in the same words
            self._tx.once(key, lambda: answer)
        said: dict[str, Any] = {name: answer[name] for name in ("text", "blocks") if name in answer}
        if said:
            self._plan(mentions.answer(event["channel"], event["ts"], event["user"], _thread(event), said))

    def _answer(self, text: str, event: Mapping[str, Any], key: str, called: str) -> dict[str, Any]:
        words = parse(text)
        verb = self._routes.find(words.verb)
        request = Request(
            user=event["user"], channel=event["channel"], text=text, typed=f"{called} {text}", called=called,
        )  # fmt: skip
        if verb is None:
            return self._ask(lambda asked, use: without_verb(asked, use, self._routes), request, None)
        handler = verb.handler

        def work(asked: Request, use: UseCases) -> Reply:
            reply = handler(asked, use)
            return reply if reply.form is None else self._form_by_command(reply.form, request)

        return self._ask(
            work, replace(request, text=words.rest, verb=verb.stands_for), key if verb.changes else None
        )

    def _form_by_command(self, form: Mapping[str, Any], request: Request) -> Reply:
        """A form wants a click or a command: which one to type, and what does the same in one line."""
        instead = self._routes.instead.get(str(form.get("callback_id")), "")
        typed = f"{self._use.lookup.policy.command} {request.text}"
        facts = {"typed": typed, "here": f"{request.called} {instead}" if instead else ""}
        return Reply(template="reply_mention_form", facts=facts)

    def _not_done(self, event: Mapping[str, Any], called: str) -> None:
        names = self._use.lookup.words([event["text"]], [])
        call = mentions.not_done(
            event["channel"], event["ts"], event["user"], _thread(event),
            text=event["text"], command=called, names=names,
        )  # fmt: skip
        self._tx.once(call.key, dict)
        self._plan(call)

    def _plan(self, call: Call) -> None:
        self._tx.until_kept(lambda tx: tx.outbox.plan([call], self._tx.clock.now(), if_new=True))


def _thread(event: Mapping[str, Any]) -> str | None:
    """The thread that the message stands in."""
    thread: str | None = event.get("thread_ts")
    return thread
