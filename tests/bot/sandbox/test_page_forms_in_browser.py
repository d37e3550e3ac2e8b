"""Every field that a form may have, in a real browser: filled, sent, refused, changed, covered, left."""

import pytest
from playwright.sync_api import expect

from bot.sandbox.doors import Outcome
from tests.paging import FORM, Answerer, choices, field, plain, say

FIELDS = [
    field("text", "In a line", {"type": "plain_text_input", "placeholder": plain("What is broken?")}),
    field("long", "At length", {"type": "plain_text_input", "multiline": True}, hint=plain("Slack's marks work.")),
    field("phase", "Phase", {"type": "static_select", "options": choices("identified", "monitoring")}),
    field("areas", "Areas", {"type": "multi_static_select", "options": choices("api", "web", "mail")}),
    field("who", "Lead", {"type": "users_select"}),
    field("all", "Informed", {"type": "multi_users_select", "max_selected_items": 2}),
    field("room", "Room", {"type": "conversations_select"}),
    field("open", "Channel", {"type": "channels_select"}),
    field("marks", "Marks", {"type": "checkboxes", "options": choices("private", "drill")}),
    field("level", "Severity", {"type": "radio_buttons", "options": choices("high", "low")}),
    field("day", "Day", {"type": "datepicker"}),
    field("time", "Time", {"type": "timepicker"}),
    field("moment", "Moment", {"type": "datetimepicker"}),
    field("count", "Customers", {"type": "number_input", "is_decimal_allowed": False, "min_value": "0"}),
    field("mail", "Mail", {"type": "email_text_input"}),
    field("link", "Link", {"type": "url_text_input"}),
]  # fmt: skip


class Forms(Answerer):
    """Answers each form with what the test wants next, else closes it."""

    def __init__(self):
        super().__init__()
        self.next = []

    def submitted(self, values):
        self.entered = values
        body = self.next.pop(0) if self.next else None
        return Outcome(ok=True, status=200, body=body)


@pytest.fixture
def answerer(ws):
    ws.door = Forms()
    return ws.door


@pytest.fixture
def opened(page, answerer):
    """Opens a form with these blocks."""

    def do(blocks, **more):
        answerer.form = {**FORM, "blocks": blocks, **more}
        say(page, "/incident declare")
        page.get_by_role("button", name="Post update").last.click()
        form = page.get_by_role("dialog", name="Post an update")
        expect(form).to_be_visible()
        return form

    return do


def value(answerer, name):
    (state,) = answerer.entered[name].values()
    return {key: each for key, each in state.items() if key != "type"}


def test_every_kind_of_field_hands_over_what_was_entered(page, ws, opened, answerer):
    form = opened(FIELDS)
    expect(form.get_by_label("In a line")).to_be_focused()
    expect(form.get_by_label("In a line")).to_have_attribute("placeholder", "What is broken?")
    expect(form.get_by_label("At length")).to_have_accessible_description("Slack's marks work.")
    form.get_by_label("In a line").fill("checkout")
    form.get_by_label("At length").fill("two\nlines")
    form.get_by_label("Phase").select_option("Monitoring")
    form.get_by_role("group", name="Areas").get_by_label("Api").check()
    form.get_by_role("group", name="Areas").get_by_label("Mail").check()
    form.get_by_label("Lead").select_option("Ben")
    form.get_by_role("group", name="Informed").get_by_label("Ana").check()
    form.get_by_label("Room").select_option("#side")
    form.get_by_label("Channel").select_option("#general")
    form.get_by_label("Drill").check()
    form.get_by_role("radiogroup", name="Severity").get_by_label("High").check()
    form.get_by_label("Day").fill("2026-03-10")
    form.get_by_label("Time").fill("03:04")
    form.get_by_label("Moment").fill("2026-03-10T03:04")
    form.get_by_label("Customers").fill("1847")
    form.get_by_label("Mail", exact=True).last.fill("a@example.com")
    form.get_by_label("Link").fill("https://example.com")
    form.get_by_role("button", name="Post").click()
    expect(form).to_be_hidden()
    assert value(answerer, "text") == {"value": "checkout"}
    assert value(answerer, "long") == {"value": "two\nlines"}
    assert value(answerer, "phase")["selected_option"]["value"] == "monitoring"
    assert [each["value"] for each in value(answerer, "areas")["selected_options"]] == ["api", "mail"]
    assert value(answerer, "who") == {"selected_user": ws.user("ben").id}
    assert value(answerer, "all") == {"selected_users": [ws.user("ana").id]}
    assert value(answerer, "room") == {"selected_conversation": ws.channel("side").id}
    assert value(answerer, "open") == {"selected_channel": ws.channel("general").id}
    assert [each["value"] for each in value(answerer, "marks")["selected_options"]] == ["drill"]
    assert value(answerer, "level")["selected_option"]["value"] == "high"
    assert value(answerer, "day") == {"selected_date": "2026-03-10"}
    assert value(answerer, "time") == {"selected_time": "03:04"}
    assert value(answerer, "moment") == {"selected_date_time": 1773108240}  # 02:04 UTC: ana is in Berlin
    assert value(answerer, "count") == {"value": "1847"}
    assert value(answerer, "mail") == {"value": "a@example.com"}
    assert value(answerer, "link") == {"value": "https://example.com"}


def test_what_the_app_filled_in_stands_there(page, ws, opened):
    form = opened(
        [
            field("text", "Title", {"type": "plain_text_input", "initial_value": "checkout"}),
            field("who", "Lead", {"type": "users_select", "initial_user": ws.user("ben").id}),
            field("when", "Moment", {"type": "datetimepicker", "initial_date_time": 1773108240}),
            field("all", "All", {"type": "multi_users_select", "initial_users": [ws.user("ana").id]}),
        ]
    )
    expect(form.get_by_label("Title")).to_have_value("checkout")
    expect(form.get_by_label("Lead")).to_have_value(ws.user("ben").id)
    expect(form.get_by_label("Moment")).to_have_value("2026-03-10T03:04")
    expect(form.get_by_role("group", name="All").get_by_label("Ana")).to_be_checked()


def test_what_is_wrong_is_announced_and_stands_at_its_field(page, opened):
    form = opened(FIELDS[:3])
    form.get_by_role("button", name="Post").click()
    expect(form.get_by_role("alert")).to_have_text("3 fields need another look: In a line, At length, Phase.")
    first = form.get_by_label("In a line")
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first).to_have_accessible_description("Please complete this required field.")
    first.fill("x")
    form.get_by_label("At length").fill("y")
    form.get_by_label("Phase").select_option("Monitoring")
    form.get_by_role("button", name="Post").click()
    expect(form).to_be_hidden()


def test_control_and_enter_submits_and_escape_cancels(page, ws, opened, answerer):
    form = opened(FIELDS[:1])
    form.get_by_label("In a line").fill("checkout")
    page.keyboard.press("Control+Enter")
    expect(form).to_be_hidden()
    assert value(answerer, "text") == {"value": "checkout"}
    opened(FIELDS[:1])
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    assert ws.person("ana").modal is None


def test_a_form_is_covered_by_another_and_comes_back_as_it_was(page, opened, answerer):
    second = {**FORM, "title": plain("Are you sure?"), "blocks": FIELDS[1:2]}
    answerer.next = [{"response_action": "push", "view": second}]
    form = opened(FIELDS[:1])
    form.get_by_label("In a line").fill("checkout")
    form.get_by_role("button", name="Post").click()
    upper = page.get_by_role("dialog", name="Are you sure?")
    expect(upper.get_by_label("At length")).to_be_focused()
    upper.get_by_role("button", name="Back to the form before").click()
    expect(form.get_by_label("In a line")).to_have_value("checkout")


def test_a_form_that_the_app_changes_keeps_what_was_entered(page, ws, opened, answerer):
    kept = [FIELDS[0], FIELDS[3], FIELDS[8], FIELDS[9]]
    form = opened(kept)
    form.get_by_label("In a line").fill("checkout")
    form.get_by_role("group", name="Areas").get_by_label("Web").check()
    form.get_by_label("Drill").check()
    form.get_by_label("Low").check()
    view = ws.person("ana").modal
    changed = {**FORM, "blocks": [*kept, field("more", "And more", {"type": "plain_text_input"})]}
    asked = {"view_id": view.id, "view": changed}
    assert ws.call("views.update", asked, ws.bot_token)["ok"]
    expect(form.get_by_label("And more")).to_be_visible()
    expect(form.get_by_label("In a line")).to_have_value("checkout")
    for choice in ("Web", "Drill", "Low"):
        expect(form.get_by_label(choice)).to_be_checked()


def test_no_more_is_chosen_than_may_be(page, opened, ws):
    ws.add_user("chiyo", real_name="Chiyo")
    form = opened([FIELDS[5]])
    informed = form.get_by_role("group", name="Informed")
    informed.get_by_label("Ana").check()
    informed.get_by_label("Ben").check()
    expect(informed.get_by_label("Chiyo")).to_be_disabled()
    informed.get_by_label("Ben").uncheck()
    expect(informed.get_by_label("Chiyo")).to_be_enabled()


def test_a_long_list_is_sifted_by_a_few_letters(page, opened, ws):
    for number in range(12):
        ws.add_user(f"dev{number}", real_name=f"Developer {number}")
    form = opened([FIELDS[5]])
    informed = form.get_by_role("group", name="Informed")
    informed.get_by_label("Developer 3").check()
    informed.get_by_role("searchbox").fill("developer 11")
    expect(informed.get_by_label("Developer 11")).to_be_visible()
    expect(informed.get_by_label("Developer 4")).to_be_hidden()
    expect(informed.get_by_label("Developer 3")).to_be_visible()


def test_the_focus_stays_in_the_form_and_returns_to_where_it_was(page, opened):
    form = opened(FIELDS[:1])
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = page.evaluate("!document.activeElement.closest('#room, #sidebar, #bar')")
        assert inside
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(page.get_by_role("button", name="Post update").last).to_be_focused()


def test_what_is_wrong_with_a_field_is_in_sight(page, opened, answerer):
    names = [f"Field {letter}" for letter in "ABCDEFGHIJKL"]
    form = opened([field(name, name, {"type": "plain_text_input"}, optional=True) for name in names])

    def bottom(place):
        box = place.bounding_box()
        return box["y"] + box["height"]

    end = bottom(form.locator(".fields"))
    last = [name for name in names if bottom(form.get_by_label(name)) <= end][-1]
    wrong = "That is not a time. " * 12
    answerer.next = [{"response_action": "errors", "errors": {last: wrong}}]
    form.get_by_role("button", name="Post", exact=True).click()
    expect(form.get_by_label(last)).to_be_focused()
    assert bottom(form.get_by_text("That is not")) <= end
