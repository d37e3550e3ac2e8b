"""Whether what a story sent is Slack's: calls by its documentation, messages by its limits and rules for readers.

``World.finish`` asks. A story that forges what Slack sends says so (``Journal.forged``).
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox import Workspace
from bot.sandbox.blockkit import faults_of, view_faults
from bot.sandbox.state import ApiCall
from tests.slack_samples import AT_HAND, documented, known_shape, strange

_TS = re.compile(r"\d{10}\.\d{6}")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{6,}")
_USER = re.compile(r"[UW][A-Z0-9]+")
_TYPES = {"public_channel", "private_channel", "mpim", "im"}


def _ids(value: Any, kind: re.Pattern[str], most: int) -> bool:
    parts = str(value).split(",")
    return isinstance(value, str) and len(parts) <= most and all(kind.fullmatch(each) for each in parts)


FORMATS: Mapping[str, Callable[[str, Any], bool]] = {
    "ts": lambda _, value: isinstance(value, str) and bool(_TS.fullmatch(value)),
    "thread_ts": lambda _, value: isinstance(value, str) and bool(_TS.fullmatch(value)),
    "timestamp": lambda _, value: isinstance(value, str) and bool(_TS.fullmatch(value)),
    "oldest": lambda _, value: isinstance(value, str) and bool(re.fullmatch(r"\d+(\.\d{1,6})?", value)),
    "latest": lambda _, value: isinstance(value, str) and bool(re.fullmatch(r"\d+(\.\d{1,6})?", value)),
    "channel": lambda method, value: (
        method == "chat.postMessage" or (isinstance(value, str) and bool(_CHANNEL.fullmatch(value)))
    ),
    "channel_id": lambda _, value: isinstance(value, str) and bool(_CHANNEL.fullmatch(value)),
    "user": lambda _, value: isinstance(value, str) and bool(_USER.fullmatch(value)),
    "user_id": lambda _, value: isinstance(value, str) and bool(_USER.fullmatch(value)),
    # a handle of the policy's that nobody has is left to Slack's refusal, which is told with the way by hand (DR-25)
    "users": lambda method, value: (
        str(value).startswith("@") or _ids(value, _USER, 100 if method == "conversations.invite" else 8)
    ),
    "usergroup": lambda _, value: bool(re.fullmatch(r"S[A-Z0-9]{6,}", str(value))),
    "file": lambda _, value: bool(re.fullmatch(r"F[A-Z0-9]{6,}", str(value))),
    "limit": lambda _, value: str(value).isdigit() and 0 < int(value) <= 999,
    "types": lambda _, value: isinstance(value, str) and set(value.split(",")) <= _TYPES,
    "topic": lambda _, value: isinstance(value, str) and len(value) <= 250,
    "purpose": lambda _, value: isinstance(value, str) and len(value) <= 250,
    "name": lambda method, value: (
        method != "conversations.create"
        or (bool(re.fullmatch(r"[\w-]{1,80}", value)) and value == value.lower())
    ),
    "trigger_id": lambda _, value: isinstance(value, str) and bool(value),
    "blocks": lambda _, value: isinstance(value, list),
    "metadata": lambda _, value: isinstance(value, dict) and {"event_type", "event_payload"} == set(value),
    "view": lambda _, value: isinstance(value, dict),
    "changes": lambda _, value: isinstance(value, list) and len(value) == 1,
    "criteria": lambda _, value: isinstance(value, dict),
    "document_content": lambda _, value: isinstance(value, dict) and set(value) == {"type", "markdown"},
    "files": lambda _, value: isinstance(value, list) and all(set(each) <= {"id", "title"} for each in value),
}
"""What the descriptions tell of an argument's form, by its name: structures come as JSON, a ts as a string."""
KINDS: Mapping[str | None, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool) or str(value).lower() in ("true", "false", "0", "1"),
    "integer": lambda value: not isinstance(value, bool) and str(value).isdigit(),
    "number": lambda value: not isinstance(value, bool) and str(value).isdigit(),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    None: lambda _: True,
}
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "chat.postMessage": (("text", "blocks", "attachments", "markdown_text"),),
    "chat.postEphemeral": (("text", "blocks", "attachments", "markdown_text"),),
    "chat.update": (("text", "blocks", "attachments", "markdown_text"),),
    "conversations.open": (("users", "channel"),),
    "views.open": (("trigger_id", "interactivity_pointer"),),
    "views.push": (("trigger_id", "interactivity_pointer"),),
    "views.update": (("view_id", "external_id"),),
    "pins.add": (("timestamp",),),
}
"""Of each group one argument must be there: that stands in descriptions alone."""
DOWNLOAD = "files.download"
"""Our small Slack's name for the bytes of a file, which are no method of the Web API."""
RESPONSE = {
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "attachments",
}
"""What may be posted to a response_url (https://docs.slack.dev/interactivity/handling-user-interaction)."""


def faults_of_call(call: ApiCall) -> Iterator[str]:
    """What of a call is not as Slack documents the method; nothing without the documentation."""
    if not AT_HAND or call.method == DOWNLOAD:
        return
    page = documented(call.method)
    if page is None:
        yield f"{call.method} is not documented"
        return
    known: Mapping[str, Any] = page["args"]
    for name, value in call.args.items():
        if name not in known:
            yield f"{call.method} has no argument {name}"
        elif not (KINDS[known[name].get("type")](value) and FORMATS.get(name, _any)(call.method, value)):
            yield f"{call.method}: {name} is {value!r:.80}"
    needed = {name for name, about in known.items() if about["required"]}
    yield from (f"{call.method} needs {name}" for name in sorted(needed - set(call.args)))
    for names in ONE_OF.get(call.method, ()):
        if not any(call.args.get(name) for name in names):
            yield f"{call.method} needs one of {', '.join(names)}"


def _any(_method: str, _value: Any) -> bool:
    return True


def faults_of_payload(payload: dict[str, Any]) -> list[str]:
    """Where what the small Slack sends has another shape than Slack's own."""
    known = known_shape(payload) if AT_HAND else None
    return sorted(set(strange(payload, known))) if known is not None else []


# What people read

CUT = 2_900
"""A fallback of so many characters or more is cut somewhere: its blocks go on where it ends."""
BEGINS = 2_000
EXPLAINS = re.compile(
    r"Write (it )?like|Write −?-?\d|Write -10m|Use a name like|is an offset|no stretch of time"
)
"""Lines that say how a time is written: those times are nobody's."""

_TOKEN = re.compile(r"<!date\^\d+\^[^|>]*\|[^>]*UTC>")
_DATE = re.compile(r"<!date[^>]*>")
_LINK = re.compile(r"<([@#!])[^>|]*(?:\|([^>]*))?>|<[^>|]*\|([^>]*)>")
_EMOJI = re.compile(r":[a-z0-9_+-]*[a-z][a-z0-9_+-]*:|[\u2300-\u23ff\u2600-\u27bf\U0001f000-\U0001faff]")
_ZONE = re.compile(r"\b(UTC|GMT|[A-Z]{1,4}T)\b|(?<![\w-])[+−-]\d{2}(:?\d{2})?\b(?![-\d])")
"""A zone's name or offset behind a time; not the hyphen of ``SEV-1`` or of a reference."""
_TWICE = re.compile(r"UTC\)? \([^()]*UTC\)")
_CLOCK = re.compile(r"(?<![\d:.+−-])([01]?\d|2[0-3]):[0-5]\d(?![\d:])")


def _dense(text: str) -> str:
    """*text* without blanks: between two sections the one at which it was cut is left out."""
    return "".join(text.split())


def faults_of_message(said: Mapping[str, Any], typed: str = "") -> Iterator[str]:
    """What keeps somebody from reading a message: *typed* is all that people wrote, which is theirs."""
    text, blocks = str(said.get("text") or ""), said.get("blocks") or []
    if blocks and not text.strip():
        yield "a message with blocks has no text for screen readers and notifications"
    if isinstance(blocks, list):
        yield from faults_of(blocks, "message")
    whole, shown = _flat(text), _flat("".join(texts_in(blocks)))
    if len(text) >= CUT and not _dense(shown).startswith(_dense(whole[:BEGINS])):
        yield f"a long fallback begins differently than its blocks: {text[:120]!r}"
    for words in texts_in(blocks) if len(text) < CUT else ():
        if _flat(words) not in whole:
            yield f"the fallback does not say what a block says: {words[:120]!r}"
    yield from faults_of_words((text, *texts_in(blocks)), typed)


def faults_of_words(texts: Iterable[str], typed: str = "") -> Iterator[str]:
    """Emoji that stand for words (DR-2), times that nobody knows the zone of (DR-6)."""
    for line in (line for words in texts for line in words.splitlines()):
        if _EMOJI.search(line) and not re.search(r"\w", _EMOJI.sub("", line)):
            yield f"an emoji stands alone: {line!r}"
        yield from _times(line, typed)


def faults_of_answer(body: Mapping[str, Any], typed: str = "") -> Iterator[str]:
    """What is wrong with the answer to a submitted form: a view in its place is one as good as any."""
    view = body.get("view")
    if body.get("response_action") not in ("errors", "update", "push", "clear"):
        yield f"response_action is {body.get('response_action')}"
    if isinstance(view, dict):
        yield from view_faults(view)
        yield from faults_of_words(texts_in(view.get("blocks", ())), typed)


def _times(line: str, typed: str) -> Iterator[str]:
    for token in _DATE.finditer(line):
        if not _TOKEN.fullmatch(token[0]):
            yield f"a time has no fallback in UTC: {token[0]}"
        elif "UTC" not in line[token.end() :]:
            yield f"a time has no UTC beside it: {line[token.start() :][:120]}"
    rest = re.sub(r"`[^`]*`", "", _DATE.sub("", line))
    if twice := _TWICE.search(rest):
        yield f"a time says UTC twice: {twice[0]}"
    for time in () if EXPLAINS.search(line) else _CLOCK.finditer(rest):
        if not _ZONE.search(rest, time.end()) and time[0] not in typed:
            yield f"a time without a zone: {line[:160]}"


def texts_in(blocks: Iterable[Any]) -> Iterator[str]:
    """The texts of sections, headers and context lines: what a reader of the blocks alone would read."""
    for block in blocks:
        inside = [block.get("text"), *(block.get("fields") or ())]
        inside += block.get("elements", ()) if block.get("type") == "context" else []
        yield from (str(each["text"]) for each in inside if isinstance(each, dict) and each.get("text"))


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def faults_of_response(body: Mapping[str, Any], typed: str = "") -> Iterator[str]:
    """What is wrong with an answer to a command or a click."""
    for name in sorted(set(body) - RESPONSE):
        yield f"an answer has no {name}"
    if body.get("response_type") not in (None, "ephemeral", "in_channel"):
        yield f"response_type is {body['response_type']}"
    if not body.get("delete_original"):
        yield from faults_of_message(body, typed)


def written(sent: Mapping[str, Any], bot: str) -> str:
    """What of a delivery people wrote: not what a click or an event carries along of what *bot* had said."""
    event = sent.get("event") or {}
    own = (event.get("message") or event).get("bot_id") == bot
    told = {
        "text": sent.get("text"),
        "event": None if own or event.get("type") in SHOW_OURS else event,
        "actions": sent.get("actions"),
        "state": sent.get("state"),
        "entered": (sent.get("view") or {}).get("state"),
        "message": sent.get("message") if sent.get("type") == "message_action" else None,
    }
    return json.dumps(told, ensure_ascii=False)


SHOW_OURS = frozenset({"app_home_opened", "pin_added", "pin_removed"})
"""Events that show a view or a message, which may be the bot's."""


class Journal:
    """What went over the wire in a story beside the calls: deliveries, and what the bot answered to them."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self.delivered: list[bytes] = []
        self.answered: list[tuple[bytes, bytes]] = []
        self.made_up: set[str] = set()
        """Ids of events that a test made by hand."""
        self.forged = False
        """True: this story sends what Slack never would."""
        self.wild = False
        """True: people type anything here, past this journal: times without a zone and bare emoji are theirs."""

    def keep(self, body: bytes, answer: bytes) -> None:
        """One delivery, as it was sent, and the *answer* to it."""
        self.delivered.append(body)
        if answer.startswith(b"{"):
            self.answered.append((body, answer))

    def faults(self, slack: Workspace) -> list[str]:
        """All that is not as it should be, each with how often; empty in a sound story."""
        sent = [_read(body) for body in self.delivered]
        typed = "\n".join(written(each, slack.bot_id) for each in sent)
        found = [fault for call in slack.calls for fault in faults_of_call(call)]
        found += [
            fault
            for call in slack.calls
            if call.method in SAYS
            for fault in faults_of_message(call.args, typed)
        ]
        found += [fault for body in slack.responses for fault in faults_of_response(body, typed)]
        for body, answer in self.answered:
            asked, said = _read(body), json.loads(answer)
            found += faults_of_response(said, typed) if "command" in asked else ()
            found += faults_of_answer(said, typed) if asked.get("type") == "view_submission" else ()
        shown = [call.args["view"] for call in slack.calls if isinstance(call.args.get("view"), dict)]
        found += [
            fault for view in shown for fault in faults_of_words(texts_in(view.get("blocks", ())), typed)
        ]
        if not self.forged:
            known = [payload for payload in sent if payload.get("event_id") not in self.made_up]
            found += [fault for payload in known for fault in faults_of_payload(payload)]
        if self.wild:
            found = [fault for fault in found if not fault.startswith(THEIRS)]
        return [f"{fault} ({n} times)" if n > 1 else fault for fault, n in Counter(found).items()]


THEIRS = ("a time without a zone", "an emoji stands alone")
"""Faults that anybody can type."""
SAYS = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update"})


def _read(body: bytes) -> dict[str, Any]:
    """A delivery as it was before it was sent: an event is JSON, a click JSON in a form, a command a form."""
    if body.startswith(b"{"):
        return dict(json.loads(body))
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return dict(json.loads(fields["payload"])) if "payload" in fields else fields
