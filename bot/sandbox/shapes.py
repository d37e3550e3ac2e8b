"""Block Kit's blocks and elements (docs.slack.dev/reference/block-kit): what each may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PLAIN, EITHER = ("plain_text",), ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a block or an element may hold: texts and strings with their length, lists with their size."""

    texts: Mapping[str, tuple[tuple[str, ...], int]] = field(default_factory=dict)
    strings: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ("message", "modal", "home")


_PICK = {"placeholder": (PLAIN, 150)}
_FOCUS = ("confirm", "focus_on_load")
_SELECT = Shape(
    texts=_PICK,
    strings={"action_id": 255},
    lists={"options": (1, 100), "option_groups": (1, 100)},
    also=(*_FOCUS, "initial_option", "initial_options", "max_selected_items"),
)
_WHO = Shape(
    texts=_PICK,
    strings={"action_id": 255},
    also=(
        *_FOCUS,
        "initial_user",
        "initial_users",
        "initial_channel",
        "initial_channels",
        "initial_conversation",
        "initial_conversations",
        "default_to_current_conversation",
        "filter",
        "response_url_enabled",
        "max_selected_items",
        "min_query_length",
        "initial_option",
        "initial_options",
    ),
)
_CHOICE = Shape(
    strings={"action_id": 255},
    lists={"options": (1, 10)},
    needs=("options",),
    also=(*_FOCUS, "initial_option", "initial_options"),
)
_INPUT = Shape(
    texts=_PICK,
    strings={"action_id": 255, "initial_value": 3000},
    also=(
        "multiline",
        "min_length",
        "max_length",
        "dispatch_action_config",
        "focus_on_load",
        "is_decimal_allowed",
        "min_value",
        "max_value",
    ),
)
_WHEN = Shape(
    texts=_PICK,
    strings={"action_id": 255},
    also=(*_FOCUS, "initial_date", "initial_time", "initial_date_time", "timezone"),
)

BLOCKS = {
    "section": Shape(texts={"text": (EITHER, 3000)}, lists={"fields": (1, 10)}, also=("accessory", "expand")),
    "header": Shape(texts={"text": (PLAIN, 150)}, needs=("text",), also=("level",)),
    "divider": Shape(),
    "context": Shape(lists={"elements": (1, 10)}, needs=("elements",)),
    "actions": Shape(lists={"elements": (1, 25)}, needs=("elements",)),
    "input": Shape(
        texts={"label": (PLAIN, 2000), "hint": (PLAIN, 2000)},
        needs=("label", "element"),
        also=("element", "dispatch_action", "optional"),
    ),
    "image": Shape(
        texts={"title": (PLAIN, 2000)},
        strings={"alt_text": 2000, "image_url": 3000},
        needs=("alt_text",),
        also=("slack_file",),
    ),
    "markdown": Shape(strings={"text": 12_000}, needs=("text",), surfaces=("message",)),
    "rich_text": Shape(needs=("elements",), also=("elements",)),
    "table": Shape(
        lists={"rows": (1, 100)}, needs=("rows",), also=("column_settings",), surfaces=("message",)
    ),
    "video": Shape(
        texts={"title": (PLAIN, 200), "description": (PLAIN, 200)},
        needs=("alt_text", "title"),
        also=(
            "alt_text",
            "video_url",
            "thumbnail_url",
            "title_url",
            "author_name",
            "provider_name",
            "provider_icon_url",
        ),
    ),
    "file": Shape(needs=("external_id", "source"), also=("external_id", "source"), surfaces=("message",)),
}

ELEMENTS = {
    "button": Shape(
        texts={"text": (PLAIN, 75)},
        strings={"action_id": 255, "value": 2000, "url": 3000, "accessibility_label": 75},
        needs=("text",),
        also=("style", "confirm"),
    ),
    "overflow": Shape(
        strings={"action_id": 255}, lists={"options": (1, 5)}, needs=("options",), also=("confirm",)
    ),
    "checkboxes": _CHOICE,
    "radio_buttons": _CHOICE,
    "static_select": _SELECT,
    "multi_static_select": _SELECT,
    "plain_text_input": _INPUT,
    "number_input": replace(_INPUT, needs=("is_decimal_allowed",)),
    "email_text_input": _INPUT,
    "url_text_input": _INPUT,
    "datepicker": _WHEN,
    "timepicker": _WHEN,
    "datetimepicker": _WHEN,
    "image": Shape(strings={"alt_text": 2000, "image_url": 3000}, needs=("alt_text",), also=("slack_file",)),
    **{
        f"{many}{kind}_select": _WHO
        for many in ("", "multi_")
        for kind in ("users", "channels", "conversations", "external")
    },
    "rich_text_input": Shape(
        texts=_PICK,
        strings={"action_id": 255},
        also=("initial_value", "dispatch_action_config", "focus_on_load"),
    ),
}

_FIELDS = tuple(kind for kind in ELEMENTS if kind not in ("button", "overflow", "image"))
_ACTIONS = (
    "button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    *(kind for kind in ELEMENTS if kind.endswith("_select") and not kind.startswith("multi_")),
)
HOLDS = {
    "input": tuple(kind for kind in _FIELDS),
    "actions": _ACTIONS,
    "section": tuple(kind for kind in ELEMENTS if "input" not in kind),
}
"""Which elements stand in which block."""
