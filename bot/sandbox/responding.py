"""What the app may do to answer a person: an answer to a command, and the response_url."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.sandbox import messages
from bot.sandbox.doors import Outcome
from bot.sandbox.methods_chat import checked_text
from bot.sandbox.state import Answer, Channel, Json, Message, ResponseUrl, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

USES, LASTS = 5, 1800.0
"""Times, and seconds of machine time."""


def new_url(ws: "Workspace", user: str, channel: str, source: Message | None = None) -> str:
    """A response_url for something that *user* did in *channel* (ids)."""
    made = ws.new_id("R")
    with ws.lock:
        ws.response_urls[made] = ResponseUrl(user=user, channel=channel, made=ws.machine(), source=source)
    return f"{ws.base_url}response/{made}"


def respond(ws: "Workspace", url_id: str, body: Json) -> tuple[int, Json]:
    """The app uses a response_url: HTTP status and answer."""
    with ws.lock:
        ws.responses.append(body)
        url = ws.response_urls.get(url_id)
        if url is None or ws.machine() - url.made > LASTS:
            return 404, {"ok": False, "error": "expired_url"}
        if url.uses >= USES:
            return 404, {"ok": False, "error": "used_url"}
        try:
            _apply(ws, url, body)
        except SlackError as error:
            return 400, error.answer()
        url.uses += 1
        return 200, {"ok": True}


def _apply(ws: "Workspace", url: ResponseUrl, body: Json) -> None:
    channel, source = ws.channel(url.channel), url.source
    if body.get("delete_original") and source is not None:
        if not source.deleted:
            messages.delete(ws, channel, source)
    elif body.get("replace_original") and source is not None:
        text, blocks = checked_text(body)
        messages.edit(ws, channel, source, by=ws.bot_user_id, text=text, blocks=blocks)
    else:
        say(ws, channel, url.user, body)


def say(ws: "Workspace", channel: Channel, user: str, body: Json) -> Message:
    """Show an answer: to *user* alone, or (``in_channel``) to everybody. Raises SlackError."""
    text, blocks = checked_text(body)
    thread = body.get("thread_ts")
    if body.get("response_type") == "in_channel":
        return messages.post(
            ws, channel, text=text, blocks=blocks, user=ws.bot_user_id, bot_id=ws.bot_id, thread_ts=thread
        )
    return messages.post_ephemeral(ws, channel, user, text=text, blocks=blocks, thread_ts=thread)


def answered(ws: "Workspace", channel: Channel, user: str, command: str, outcome: Outcome) -> Answer:
    """What a person sees of the app's immediate answer to a *command*."""
    body: Json = outcome.body if isinstance(outcome.body, dict) else {"text": outcome.body or ""}
    with ws.lock:
        if not outcome.ok:
            why = "operation_timeout" if outcome.status == HTTPStatus.GATEWAY_TIMEOUT else "dispatch_failed"
            return _failed(ws, channel, user, f'{command} failed with the error "{why}"', outcome.status)
        if not (body.get("text") or body.get("blocks")):
            return Answer(status=outcome.status)
        try:
            shown = say(ws, channel, user, body)
        except SlackError as error:
            return _failed(ws, channel, user, f'{command} failed with the error "{error.error}"', 500)
    kind = str(body.get("response_type") or "ephemeral")
    as_json = outcome.body if isinstance(outcome.body, dict) else None
    return Answer(
        status=outcome.status, text=shown.text, blocks=shown.blocks, response_type=kind, body=as_json
    )


def _failed(ws: "Workspace", channel: Channel, user: str, words: str, status: int) -> Answer:
    note = messages.post_ephemeral(ws, channel, user, text=words)
    note.user, note.bot_id = "USLACKBOT", None
    return Answer(status=status, text=words, response_type="ephemeral")
