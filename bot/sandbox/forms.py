"""Buttons and fields: finding them by what is written on them, and the values they hold."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox.state import Impossible, Json, View

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

HOLDS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "overflow": ("selected_option", None),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
"""Kind of field -> where its value stands in the state, and where the app puts a first one."""
Place = tuple[Json, Json]
"""A block, and the element in it."""


def places(blocks: Sequence[Json]) -> Iterator[Place]:
    """Every button and field of *blocks*, in reading order."""
    for block in blocks:
        if block["type"] == "actions":
            yield from ((block, element) for element in block["elements"])
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict) and block[key]["type"] != "image":
                yield block, block[key]


def initial_values(blocks: Sequence[Json]) -> dict[str, dict[str, Json]]:
    """The state of fields that nobody has touched: block id -> action id -> value."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in places(blocks):
        kind = element["type"]
        if kind in HOLDS and kind != "overflow":
            key, first = HOLDS[kind]
            empty: Any = [] if key.endswith("s") else None
            value = element.get(first, empty) if first else empty
            values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": kind, key: value}
    return values


def options_of(element: Json) -> list[Json]:
    """The options of a select, checkboxes and the like, groups unrolled."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def labels(block: Json, element: Json) -> set[str]:
    """What a person (or a test) may call an element by: its label, action id, block id, placeholder."""
    texts = [element.get("text"), element.get("placeholder"), block.get("label")]
    spoken = {text["text"] for text in texts if isinstance(text, dict)}
    return spoken | {str(element.get("action_id")), str(block.get("block_id"))}


def find(blocks: Sequence[Json], wanted: str, value: object = None) -> tuple[Place, object] | None:
    """The first element called *wanted*, or holding an option so called, and the value to give it."""
    for block, element in places(blocks):
        same_value = value is None or element["type"] != "button" or element.get("value") == value
        exact = wanted in (labels(block, element) - {block.get("block_id")})
        if (exact or (wanted == block.get("block_id") and not block.get("elements", ())[1:])) and same_value:
            return (block, element), value
    for block, element in places(blocks):
        for option in options_of(element):
            if wanted in (option["text"]["text"], option["value"]):
                return (block, element), option["value"]
    return None


def entered(ws: "Workspace", element: Json, given: object) -> Json:
    """The state of a field into which *given* was put: a text, an option by its label, a user by name."""
    kind = element["type"]
    if kind not in HOLDS:
        raise Impossible(f"Nothing can be entered into a {kind}.")
    key = HOLDS[kind][0]
    if given is None or given == "":
        return {"type": kind, key: [] if key.endswith("s") else None}
    many = given if isinstance(given, list | tuple) else [given]
    values = [_one(ws, element, key, each) for each in many]
    return {"type": kind, key: values if key.endswith("s") else values[0]}


def _one(ws: "Workspace", element: Json, key: str, given: object) -> object:
    if key.startswith("selected_option"):
        return _option(element, str(given))
    if key.startswith("selected_user"):
        return ws.user(str(given)).id
    if key.startswith(("selected_channel", "selected_conversation")):
        return ws.channel(str(given)).id
    if key == "selected_date_time":
        return int(str(given))
    if key == "rich_text_value":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(given)}]}
        return {"type": "rich_text", "elements": [section]}
    return str(given)


def _option(element: Json, wanted: str) -> Json:
    if element["type"] in ("external_select", "multi_external_select"):
        return {"text": {"type": "plain_text", "text": wanted, "emoji": True}, "value": wanted}
    for option in options_of(element):
        if wanted in (option["text"]["text"], option["value"]):
            return dict(option)
    offered = ", ".join(option["text"]["text"] for option in options_of(element))
    raise Impossible(f"There is no option {wanted!r}; there are: {offered}.")


def fill(ws: "Workspace", view: View, values: dict[str, Any]) -> None:
    """Enter *values* (by label, action id or block id) into the fields of a form. Raises Impossible."""
    for wanted, given in values.items():
        found = [(block, element) for block, element in places(view.body["blocks"])
                 if wanted in labels(block, element) and element["type"] in HOLDS]  # fmt: skip
        if not found:
            raise Impossible(f"The form {view.title!r} has no field {wanted!r}.")
        block, element = found[0]
        view.values.setdefault(block["block_id"], {})[element["action_id"]] = entered(ws, element, given)


def unfilled(view: View) -> dict[str, str]:
    """What Slack's own client refuses before it sends a form: block id -> sentence."""
    found: dict[str, str] = {}
    for block, element in places(view.body["blocks"]):
        if block["type"] != "input":
            continue
        state = view.values[block["block_id"]][element["action_id"]]
        value = state[HOLDS[element["type"]][0]]
        if value in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str) and (why := _length(element, value)):
            found[block["block_id"]] = why
    return found


def _length(element: Json, value: str) -> str | None:
    if len(value) < int(element.get("min_length", 0)):
        return f"Please enter at least {element['min_length']} characters."
    most = int(element.get("max_length", 3000))
    return f"Please enter no more than {most} characters." if len(value) > most else None


def action(block: Json, element: Json, state: Json | None, moment: str) -> Json:
    """One entry of ``actions`` in a block_actions payload."""
    kept = ("type", "action_id", "text", "value", "style", "placeholder", "confirm", "url")
    shown = {key: element[key] for key in kept if key in element}
    shown |= {"block_id": block["block_id"], "action_ts": moment}
    return shown | (state or {})
