"""What a delivery of Slack's must hold, as tables: what is signed but cannot be read is refused at the door.

https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/reference/events. Only what is read
stands here. A null counts as missing (``tidied``).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]
"""Whether a value has the shape."""

_STAMP = re.compile(r"\d{1,11}\.\d{1,6}", re.ASCII)
LONGEST_ID = 40
LONGEST_HANDLE = 80
LONGEST_KEY = 200
"""Characters of what becomes part of a key of ours."""


def text(value: Any) -> bool:
    """Any text."""
    return isinstance(value, str)


def up_to(longest: int) -> Check:
    """A text that is there, of at most so many characters."""
    return lambda value: isinstance(value, str) and 0 < len(value) <= longest


def stamp(value: Any) -> bool:
    """A message's ``ts``: seconds since the epoch with decimals, as a text."""
    return isinstance(value, str) and _STAMP.fullmatch(value) is not None


def anything(_: Any) -> bool:
    """Whatever it is."""
    return True


def flat(value: Any) -> bool:
    """No structure."""
    return not isinstance(value, dict | list)


class Maybe:
    """A shape that need not be there."""

    def __init__(self, check: Check) -> None:
        """Where it is there, *check* holds."""
        self.check = check


def each(check: Check) -> Check:
    """A list of such."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def some(check: Check) -> Check:
    """A list with such in it."""
    return lambda value: isinstance(value, list) and bool(value) and all(map(check, value))


def values(check: Check) -> Check:
    """An object whose values are such, whatever their names, and at least one."""
    return lambda value: isinstance(value, dict) and bool(value) and all(map(check, value.values()))


def has(**parts: Check | Maybe) -> Check:
    """An object with these parts; others do not matter."""

    def check(value: Any) -> bool:
        return isinstance(value, dict) and all(_fits(value, name, part) for name, part in parts.items())

    return check


def _fits(value: Mapping[str, Any], name: str, part: Check | Maybe) -> bool:
    if isinstance(part, Maybe):
        return name not in value or part.check(value[name])
    return name in value and part(value[name])


ident, key, an_object = up_to(LONGEST_ID), up_to(LONGEST_KEY), has()
_channel = has(id=Maybe(ident), name=Maybe(text))
_option = has(value=text)

COMMAND = has(
    command=text,
    user_id=ident,
    channel_id=ident,
    text=Maybe(text),
    channel_name=Maybe(text),
    trigger_id=Maybe(key),
)
CLICK = has(
    user=has(id=ident), actions=some(has(action_id=text, value=Maybe(text))), trigger_id=key,
    channel=Maybe(_channel), container=Maybe(an_object), response_url=Maybe(text),
)  # fmt: skip
_field = has(
    value=Maybe(text), selected_option=Maybe(_option), selected_options=Maybe(each(_option)),
    selected_user=Maybe(ident),
)  # fmt: skip
FORM = has(
    user=has(id=ident),
    view=has(
        id=key, type=text, callback_id=text, hash=Maybe(key), private_metadata=Maybe(text),
        state=has(values=values(values(_field))),
    ),
)  # fmt: skip

_piece = has(type=Maybe(text), fields=Maybe(each(anything)), elements=Maybe(each(anything)))
_attachment = has(
    title=Maybe(text), title_link=Maybe(text), pretext=Maybe(text), text=Maybe(text), fallback=Maybe(text),
    fields=Maybe(each(has(title=Maybe(flat), value=Maybe(flat)))), blocks=Maybe(each(_piece)),
)  # fmt: skip
_file = has(
    mode=Maybe(text), id=Maybe(text), title=Maybe(text), name=Maybe(text), permalink=Maybe(text),
    url_private=Maybe(text),
)  # fmt: skip
_words: dict[str, Check | Maybe] = {
    "text": Maybe(text), "user": Maybe(ident), "bot_id": Maybe(ident), "username": Maybe(text),
    "bot_profile": Maybe(has(name=Maybe(text))), "thread_ts": Maybe(stamp), "edited": Maybe(has(ts=Maybe(stamp))),
    "files": Maybe(each(_file)), "attachments": Maybe(each(_attachment)), "blocks": Maybe(each(_piece)),
    "subtype": Maybe(text),
}  # fmt: skip
_message, _former = has(ts=stamp, **_words), has(**_words)
_changed = has(
    channel=ident, ts=Maybe(stamp), event_ts=Maybe(stamp), message=_message, previous_message=Maybe(_former)
)
MESSAGES: Mapping[str, Check] = {
    "message_deleted": has(channel=ident, deleted_ts=stamp, previous_message=Maybe(_former)),
    "message_changed": lambda event: _changed(event) and ("ts" in event or "event_ts" in event),
}
"""Messages that tell of another one; all others are one themselves."""
_said = has(channel=ident, ts=stamp, **_words)
_item = has(type=Maybe(text), channel=Maybe(ident), ts=Maybe(stamp), message=Maybe(has(ts=Maybe(stamp))))


def _is_message(event: Any) -> bool:
    kind = event.get("subtype", "")
    return isinstance(kind, str) and MESSAGES.get(kind, _said)(event)


def _is_pin(event: Any) -> bool:
    """The channel stands beside the item or in it, where there is a message at all."""
    item = event.get("item")
    return has(item=_item, channel_id=Maybe(ident))(event) and ("channel_id" in event or "channel" in item)


def _is_reaction(event: Any) -> bool:
    """A reaction to a message says where that is; to files and what may come, it does not matter."""
    on_message = has(item=has(channel=ident, ts=stamp), reaction=text, user=ident)
    return has(item=_item)(event) and (event["item"].get("type") != "message" or on_message(event))


_moves = has(channel=ident, user=ident)
_group = has(subteam=has(id=ident, handle=up_to(LONGEST_HANDLE), name=Maybe(text), users=Maybe(each(ident))))
_person = has(
    user=has(
        id=ident,
        name=Maybe(up_to(LONGEST_HANDLE)),
        real_name=Maybe(text),
        tz=Maybe(text),
        profile=Maybe(an_object),
    )
)
EVENTS: Mapping[str, Check] = {
    "message": _is_message,
    "reaction_added": _is_reaction, "reaction_removed": _is_reaction,
    "pin_added": _is_pin, "pin_removed": _is_pin,
    "member_joined_channel": _moves, "member_left_channel": _moves,
    "subteam_created": _group, "subteam_updated": _group,
    "user_change": _person, "team_join": _person,
}  # fmt: skip
"""By type of event; types that nobody reads may look as they like."""

KINDS: Mapping[str, tuple[str, Check]] = {
    "block_actions": ("click", CLICK),
    "view_submission": ("form", FORM),
    "event_callback": ("event", has(event=has(type=up_to(LONGEST_KEY)))),
}


def kind_of(body: Mapping[str, Any]) -> str:
    """``command``, ``click``, ``form``, ``event``, or ``other``: what the answer is counted as."""
    kind = body.get("type")
    if kind is None and "command" in body:
        return "command"
    return KINDS[kind][0] if isinstance(kind, str) and kind in KINDS else "other"


def is_readable(body: Mapping[str, Any]) -> bool:
    """Whether *body*, tidied, holds what its kind must hold. What is no kind of ours is not looked at."""
    kind = kind_of(body)
    if kind in {"command", "other"}:
        return kind == "other" or COMMAND(body)
    if not KINDS[body["type"]][1](body):
        return False
    return kind != "event" or EVENTS.get(body["event"]["type"], anything)(body["event"])


def tidied(value: Any) -> Any:
    """*value* without nulls, and its texts without NUL and half character pairs, which no database can keep."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: tidied(item) for name, item in value.items() if item is not None}
    return [tidied(item) for item in value if item is not None] if isinstance(value, list) else value


def clean(said: str) -> str:
    """*said* without NUL and half character pairs."""
    if said.isascii() and "\x00" not in said:
        return said
    return said.replace("\x00", "").encode("utf-8", "replace").decode()
