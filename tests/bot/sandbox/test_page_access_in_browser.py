"""Names, roles and contrast of everything on the page, as axe-core finds them, in both colour schemes.

https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.sandbox import Shortcut
from tests.browser import looking_at
from tests.paging import FORM, act, choices, field, plain, row, say

FIELDS = [
    field("text", "Text", {"type": "plain_text_input"}, hint=plain("A hint.")),
    field("who", "Who", {"type": "multi_users_select"}),
    field("phase", "Phase", {"type": "static_select", "options": choices("identified", "monitoring")}),
    field("level", "Severity", {"type": "radio_buttons", "options": choices("high", "low")}),
    field("moment", "Moment", {"type": "datetimepicker"}, optional=True),
]
SCHEMES = ["light", "dark"]


def faults(page):
    """What axe-core finds: the rule, and the first element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in found]


@pytest.fixture(params=SCHEMES)
def page(browser, server, answerer, ws, request):
    ws.shortcuts = [
        Shortcut(name="Add to timeline", callback_id="add", kind="message"),
        Shortcut(name="Declare an incident", callback_id="declare", kind="global"),
    ]
    with looking_at(browser, server.url, color_scheme=request.param, reduced_motion="reduce") as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("#general")
        yield page


def test_a_channel_with_everything_in_it(page, ws):
    ben = ws.person("ben")
    ben.says("first, @ana and #side: `code`, *bold*, https://example.com", "general")
    ben.says("a file", "general", files=[("worker.log", "x"), ("draft.md", "# y")])
    say(page, "/incident declare it")
    expect(row(page, "Understood")).to_be_visible()
    root = ws.channel("general").messages[0].ts
    ben.pins(root, "general")
    ben.reacts(root, "eyes", "general")
    ben.says("an answer", "general", thread=root)
    ben.joins("side")
    ben.says("look here, @ana", "side")
    ben.writes_canvas("# The canvas", "general")
    row(page, "first,").get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("log", name="Thread")).to_contain_text("an answer")
    row(page, "a file").hover()
    assert faults(page) == []


def test_menus_and_lists_that_open(page):
    say(page, "the pool is full")
    act(page, "the pool", "More actions")
    assert faults(page) == []
    page.keyboard.press("Escape")
    act(page, "the pool", "Add reaction")
    assert faults(page) == []
    page.keyboard.press("Escape")
    for button in ("Files and shortcuts", "Preferences", "3 members"):
        page.get_by_role("button", name=button).click()
        assert faults(page) == []
        page.keyboard.press("Escape")
    for keys in ("Control+k", "Control+/"):
        page.keyboard.press(keys)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_form_with_mistakes_in_it(page, ws, answerer):
    for number in range(10):
        ws.add_user(f"dev{number}", real_name=f"Developer {number}")
    answerer.form = {**FORM, "blocks": FIELDS}
    say(page, "/incident declare")
    page.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog", name="Post an update")
    form.get_by_role("button", name="Post").click()
    expect(form.get_by_role("alert")).to_contain_text("4 fields need another look")
    assert faults(page) == []


def test_the_home_of_the_app(page, ws, answerer):
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*INC-1* is open"}}
    button = {"type": "button", "text": plain("Post update"), "action_id": "open", "style": "primary"}
    blocks = [
        {"type": "header", "text": plain("Open")},
        section,
        {"type": "actions", "elements": [button]},
    ]
    answerer.publishes(ws, ws.user("ana").id, blocks)
    page.get_by_role("button", name="Tocsin").click()
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("INC-1")
    assert faults(page) == []


def test_a_narrow_page_with_its_channels_open(browser, server, answerer):
    with looking_at(browser, server.url, viewport={"width": 390, "height": 800}) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("#general")
        page.get_by_role("button", name="Channels and people").click()
        expect(page.get_by_role("button", name="side")).to_be_visible()
        assert faults(page) == []
