"""Block Kit's limits (docs.slack.dev/reference/block-kit) as tables: what Slack calls ``invalid_blocks``."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.sandbox.shapes import BLOCKS, EITHER, ELEMENTS, HOLDS, PLAIN, Shape
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

SURFACES = {"message": 50, "modal": 100, "home": 100}
"""How many blocks each holds."""
LONGEST_MESSAGE = 13_200
"""Characters in the blocks of one message; more is ``msg_blocks_too_long``. Measured, not documented."""
LONGEST_ID, LONGEST_OPTION = 255, 150
VIEW_LIMITS = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
VIEW_TITLES = {"title": 24, "submit": 24, "close": 24}
VIEW_KEYS = {
    "modal": {
        "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
        "notify_on_close", "external_id", "submit_disabled",
    },
    "home": {"type", "blocks", "private_metadata", "callback_id", "external_id"},
}  # fmt: skip
TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
FORMATS = {
    "initial_date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "initial_time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "initial_date_time": re.compile(r"\d{10}"),
    "min_length": re.compile(r"\d{1,4}"),
    "max_length": re.compile(r"[1-9]\d{0,3}"),
}
"""How what is chosen beforehand is written."""
EITHER_OF = {
    "image": ("image_url", "slack_file"),
    "static_select": ("options", "option_groups"),
    "multi_static_select": ("options", "option_groups"),
}
"""What needs one of two."""


def faults_of(blocks: object, surface: str) -> list[str]:
    """What Slack would say against *blocks* on a ``message``, ``modal`` or ``home``; empty: nothing."""
    if not isinstance(blocks, list):
        return ["[ERROR] must provide an array [json-pointer:/blocks]"]
    found: list[str] = []
    if len(blocks) > SURFACES[surface]:
        found.append(f"[ERROR] no more than {SURFACES[surface]} items allowed [json-pointer:/blocks]")
    for index, block in enumerate(blocks):
        found += _block(block, surface, f"/blocks/{index}")
    given = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    found += [f"[ERROR] block_id {name} is used twice [json-pointer:/blocks]" for name in _twice(given)]
    return found


def length_of(blocks: object) -> int:
    """Characters of all texts in *blocks*, as they are counted for ``msg_blocks_too_long``."""
    if isinstance(blocks, list):
        return sum(length_of(each) for each in blocks)
    if not isinstance(blocks, dict):
        return 0
    return sum(
        len(each) if key == "text" and isinstance(each, str) else length_of(each)
        for key, each in blocks.items()
    )


def view_faults(view: object) -> list[str]:
    """What Slack would say against a modal or home view."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["[ERROR] unsupported type [json-pointer:/view/type]"]
    found = [
        f"[ERROR] must be less than {limit + 1} characters [json-pointer:/view/{key}]"
        for key, limit in VIEW_LIMITS.items()
        if len(str(view.get(key) or "")) > limit
    ]
    for key, limit in VIEW_TITLES.items():
        if view.get(key):
            found += _text(view[key], PLAIN, limit, f"/view/{key}")
    for key in sorted(view.keys() - VIEW_KEYS[view["type"]]):
        found.append(f"[ERROR] invalid additional property: {key} [json-pointer:/view]")
    if "blocks" not in view:
        found.append("[ERROR] missing required field: blocks [json-pointer:/view]")
    if view["type"] == "modal":
        found += _modal_faults(view)
    inside = faults_of(view.get("blocks", []), view["type"])
    return found + [each.replace("json-pointer:/blocks", "json-pointer:/view/blocks") for each in inside]


def _modal_faults(view: Json) -> Iterator[str]:
    if not view.get("title"):
        yield "[ERROR] missing required field: title [json-pointer:/view]"
    inputs = any(isinstance(each, dict) and each.get("type") == "input" for each in view.get("blocks") or ())
    if inputs and not view.get("submit"):
        yield "[ERROR] missing required field: submit [json-pointer:/view]"


def _twice(names: Sequence[object]) -> list[object]:
    return sorted({name for name in names if names.count(name) > 1}, key=str)


def _block(block: object, surface: str, at: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield f"[ERROR] must provide an object [json-pointer:{at}]"
        return
    kind = str(block.get("type"))
    shape = BLOCKS.get(kind)
    if shape is None or surface not in shape.surfaces:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if len(str(block.get("block_id") or "")) > LONGEST_ID:
        yield f"[ERROR] must be less than 256 characters [json-pointer:{at}/block_id]"
    yield from _shaped(block, shape, ("type", "block_id"), at)
    yield from _either(block, kind, at)
    if kind in _INSIDE:
        yield from _INSIDE[kind](block, at)


def _in_section(block: Json, at: str) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield f"[ERROR] missing required field: text or fields [json-pointer:{at}]"
    for index, text in enumerate(_listed(block, "fields")):
        yield from _text(text, EITHER, 2000, f"{at}/fields/{index}")
    if "accessory" in block:
        yield from _element(block["accessory"], HOLDS["section"], f"{at}/accessory")


def _in_actions(block: Json, at: str) -> Iterator[str]:
    elements = _listed(block, "elements")
    for index, element in enumerate(elements):
        yield from _element(element, HOLDS["actions"], f"{at}/elements/{index}")
    given = [each.get("action_id") for each in elements if isinstance(each, dict) and each.get("action_id")]
    for name in _twice(given):
        yield f"[ERROR] action_id {name} is used twice [json-pointer:{at}/elements]"


def _in_context(block: Json, at: str) -> Iterator[str]:
    for index, element in enumerate(_listed(block, "elements")):
        where = f"{at}/elements/{index}"
        picture = isinstance(element, dict) and element.get("type") == "image"
        yield from _element(element, ("image",), where) if picture else _text(element, EITHER, 2000, where)


def _in_input(block: Json, at: str) -> Iterator[str]:
    if "element" in block:
        yield from _element(block["element"], HOLDS["input"], f"{at}/element")


_INSIDE: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "section": _in_section,
    "actions": _in_actions,
    "context": _in_context,
    "input": _in_input,
}


def _listed(block: Json, key: str) -> list[object]:
    value = block.get(key)
    return value if isinstance(value, list) else []


def _element(element: object, allowed: Sequence[str], at: str) -> Iterator[str]:
    kind = str(element.get("type")) if isinstance(element, dict) else "none"
    if not isinstance(element, dict) or kind not in ELEMENTS or kind not in allowed:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _shaped(element, ELEMENTS[kind], ("type",), at)
    yield from _either(element, kind, at)
    for key in element.keys() & FORMATS.keys():
        if not FORMATS[key].fullmatch(str(element[key])):
            yield f"[ERROR] unsupported value: {element[key]} [json-pointer:{at}/{key}]"
    if kind == "button" and element.get("style") not in (None, "primary", "danger"):
        yield f"[ERROR] unsupported value: {element['style']} [json-pointer:{at}/style]"
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")
    for group in _listed(element, "option_groups"):
        if isinstance(group, dict):
            yield from _text(group.get("label"), PLAIN, 75, f"{at}/option_groups/label")
            yield from _options(group, kind, f"{at}/option_groups")
    yield from _options(element, kind, at)


def _confirm(confirm: object, at: str) -> Iterator[str]:
    if not isinstance(confirm, dict):
        yield f"[ERROR] must provide an object [json-pointer:{at}]"
        return
    for key, kinds, limit in (
        ("title", PLAIN, 100),
        ("text", EITHER, 300),
        ("confirm", PLAIN, 30),
        ("deny", PLAIN, 30),
    ):
        yield from _text(confirm.get(key), kinds, limit, f"{at}/{key}")


def _options(element: Json, kind: str, at: str) -> Iterator[str]:
    kinds = EITHER if kind in ("checkboxes", "radio_buttons") else PLAIN
    options = _listed(element, "options")
    for index, option in enumerate(options):
        where = f"{at}/options/{index}"
        if not isinstance(option, dict) or not isinstance(option.get("value"), str):
            yield f"[ERROR] missing required field: value [json-pointer:{where}]"
            continue
        yield from _text(option.get("text"), kinds, 75, f"{where}/text")
        if len(option["value"]) > LONGEST_OPTION:
            yield f"[ERROR] must be less than 151 characters [json-pointer:{where}/value]"
        if option.get("description"):
            yield from _text(option["description"], kinds, 75, f"{where}/description")
    initial = element.get("initial_option")
    grouped = [option for group in _listed(element, "option_groups") if isinstance(group, dict)
               for option in _listed(group, "options")]  # fmt: skip
    for one in [initial, *_listed(element, "initial_options")] if options or grouped else ():
        if one and one not in options and one not in grouped:
            yield f"[ERROR] initial_option is not among the options [json-pointer:{at}/initial_option]"


def _either(node: Json, kind: str, at: str) -> Iterator[str]:
    names = EITHER_OF.get(kind, ())
    if names and not any(node.get(name) for name in names):
        yield f"[ERROR] missing required field: {' or '.join(names)} [json-pointer:{at}]"


def _shaped(node: Json, shape: Shape, common: tuple[str, ...], at: str) -> Iterator[str]:
    known = {*common, *shape.texts, *shape.strings, *shape.lists, *shape.needs, *shape.also}
    for key in node:
        if key not in known:
            yield f"[ERROR] invalid additional property: {key} [json-pointer:{at}]"
    for key in shape.needs:
        if key not in node:
            yield f"[ERROR] missing required field: {key} [json-pointer:{at}]"
    for key in node.keys() & shape.texts.keys():
        yield from _text(node[key], *shape.texts[key], f"{at}/{key}")
    for key in node.keys() & shape.strings.keys():
        yield from _string(node[key], shape.strings[key], f"{at}/{key}")
    for key in node.keys() & shape.lists.keys():
        yield from _list(node[key], *shape.lists[key], f"{at}/{key}")


def _list(value: object, least: int, most: int, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"[ERROR] must provide an array [json-pointer:{at}]"
    elif len(value) < least:
        yield f"[ERROR] must contain at least {least} items [json-pointer:{at}]"
    elif len(value) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}]"


def _string(value: object, limit: int, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"[ERROR] must be a string [json-pointer:{at}]"
    elif len(value) > limit:
        yield f"[ERROR] must be less than {limit + 1} characters [json-pointer:{at}]"


def _text(value: object, kinds: Sequence[str], limit: int, at: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"[ERROR] unsupported type, expected {' or '.join(kinds)} [json-pointer:{at}/type]"
        return
    text = value.get("text")
    if not isinstance(text, str):
        yield f"[ERROR] missing required field: text [json-pointer:{at}]"
    elif not text:
        yield f"[ERROR] must be more than 0 characters [json-pointer:{at}/text]"
    elif len(text) > limit:
        yield f"[ERROR] must be less than {limit + 1} characters [json-pointer:{at}/text]"
    for key in sorted(value.keys() - TEXT_KEYS[value["type"]]):
        yield f"[ERROR] {key} is not for {value['type']} [json-pointer:{at}]"


def with_ids(ws: "Workspace", blocks: Sequence[Json]) -> list[Json]:
    """*blocks* with the block and action ids that Slack makes up where the app gave none."""
    return [_with_ids(ws, block) for block in blocks]


def _with_ids(ws: "Workspace", block: Json) -> Json:
    made = dict(block)
    if not made.get("block_id"):
        made["block_id"] = ws.new_id("b")
    if isinstance(made.get("elements"), list) and made["type"] == "actions":
        made["elements"] = [_acting(ws, each) for each in made["elements"]]
    for key in ("accessory", "element"):
        if isinstance(made.get(key), dict):
            made[key] = _acting(ws, made[key])
    return made


def _acting(ws: "Workspace", element: Json) -> Json:
    if element.get("type") == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": ws.new_id("a")}
