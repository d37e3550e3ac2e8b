import pytest

from bot.sandbox.blockkit import faults_of, view_faults


def plain(text):
    return {"type": "plain_text", "text": text}


def button(**more):
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def option(text="One", value="1"):
    return {"text": plain(text), "value": value}


GOOD = [
    {"type": "header", "text": plain("x" * 150)},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}, "accessory": button()},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}] * 10},
    actions(button(style="danger", value="x" * 2000), {"type": "overflow", "options": [option()]}),
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"},
    {"type": "input", "label": plain("Title"), "element": {"type": "plain_text_input", "action_id": "t"}},
]


def test_slack_takes_what_is_within_its_limits():
    assert faults_of(GOOD, "message") == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"type": "poem"}, "unsupported type: poem [json-pointer:/blocks/0/type]"),
        (
            {"type": "header", "text": plain("x" * 151)},
            "less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "expected plain_text"),
        ({"type": "section"}, "missing required field: text or fields"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}, "less than 3001"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": ""}}, "more than 0 characters"),
        ({"type": "section", "text": plain("x"), "colour": "red"}, "invalid additional property: colour"),
        ({"type": "section", "fields": [plain("x")] * 11}, "no more than 10 items"),
        ({"type": "section", "fields": [plain("x" * 2001)]}, "less than 2001"),
        ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items"),
        ({"type": "context", "elements": [button()]}, "unsupported type"),
        (actions(), "at least 1 items"),
        (actions(*[button(action_id=str(n)) for n in range(26)]), "no more than 25 items"),
        (actions(button(), button()), "action_id go is used twice"),
        (actions(button(text=plain("x" * 76))), "less than 76"),
        (actions(button(value="x" * 2001)), "less than 2001"),
        (actions(button(style="red")), "unsupported value: red"),
        (actions(button(action_id="x" * 256)), "less than 256"),
        (actions({"type": "plain_text_input", "action_id": "t"}), "unsupported type: plain_text_input"),
        (actions({"type": "static_select", "options": []}), "at least 1 items"),
        (actions({"type": "static_select", "options": [option("x" * 76)]}), "less than 76"),
        (actions({"type": "static_select", "options": [option(value="x" * 151)]}), "less than 151"),
        (
            actions({"type": "static_select", "options": [option()], "initial_option": option("Two", "2")}),
            "initial_option is not among the options",
        ),
        (actions(button(confirm={"title": plain("x" * 101)})), "less than 101"),
        (actions(button(confirm={"title": plain("x")})), "json-pointer:/blocks/0/elements/0/confirm/deny"),
        (actions(button(text={**plain("Go"), "verbatim": True})), "verbatim is not for plain_text"),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
            "emoji is not for mrkdwn",
        ),
        (actions({"type": "static_select"}), "missing required field: options or option_groups"),
        (
            actions(
                {
                    "type": "static_select",
                    "option_groups": [{"label": plain("x" * 76), "options": [option()]}],
                }
            ),
            "less than 76",
        ),
        (
            actions({"type": "checkboxes", "options": [option()], "initial_options": [option("Two", "2")]}),
            "initial_option is not among the options",
        ),
        (actions({"type": "datepicker", "initial_date": "2.3.2026"}), "unsupported value: 2.3.2026"),
        (actions({"type": "timepicker", "initial_time": "9:00"}), "unsupported value: 9:00"),
        (
            {"type": "input", "label": plain("How many"), "element": {"type": "number_input"}},
            "missing required field: is_decimal_allowed",
        ),
        ({"type": "image", "alt_text": "a"}, "missing required field: image_url or slack_file"),
        ({"type": "image", "image_url": "https://x.example/a.png"}, "missing required field: alt_text"),
        ({"type": "divider", "block_id": "x" * 256}, "less than 256"),
    ],
)
def test_slack_says_where_a_block_is_wrong(block, said):
    assert any(said in line for line in faults_of([block], "message"))


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred():
    assert faults_of([{"type": "divider"}] * 50, "message") == []
    assert faults_of([{"type": "divider"}] * 51, "message")
    assert faults_of([{"type": "divider"}] * 100, "modal") == []
    assert faults_of([{"type": "divider"}] * 101, "modal")


def test_a_block_id_is_used_once():
    assert faults_of([{"type": "divider", "block_id": "b"}] * 2, "message")


def modal(**more):
    return {"type": "modal", "title": plain("Declare"), "blocks": [], **more}


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (modal(title=plain("x" * 25)), "less than 25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="x" * 3001), "less than 3001"),
        (modal(callback_id="x" * 256), "less than 256"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "modal", "title": plain("x")}, "missing required field: blocks"),
        (modal(blocks=[GOOD[-1]]), "missing required field: submit"),
        (modal(blocks=[{"type": "header", "text": plain("")}]), "json-pointer:/view/blocks/0/text"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
        (modal(colour="red"), "invalid additional property: colour"),
        ({"type": "home", "blocks": [], "submit": plain("Go")}, "invalid additional property: submit"),
        ("{", "unsupported type"),
    ],
)
def test_slack_says_where_a_view_is_wrong(view, said):
    assert any(said in line for line in view_faults(view))


def test_slack_takes_a_view_with_a_field_and_a_submit():
    assert view_faults(modal(submit=plain("Go"), blocks=GOOD)) == []


def test_wrong_blocks_are_refused_with_the_place(call):
    answer = call("chat.postMessage", channel="general", text="x", blocks=[{"type": "header"}])
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] missing required field: text [json-pointer:/blocks/0]"
    ]
