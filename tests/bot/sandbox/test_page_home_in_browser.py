"""The app's home in a real browser: how people get there, what stands there, and that it keeps up."""

import re

from playwright.sync_api import expect

from tests.paging import field, plain


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def button(label, action, **more):
    return {"type": "button", "text": plain(label), "action_id": action, **more}


SURE = {
    "title": plain("Close it?"),
    "text": plain("It is over."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
HOME = [
    {"type": "header", "text": plain("Open incidents")},
    {"type": "section", "text": mrkdwn("*INC-1* for <@{me}>"), "accessory": button("Post update", "open")},
    {"type": "section", "fields": [mrkdwn("*Since*\n<!date^1700003600^{time}|then>"), mrkdwn("*Lead*\nnobody")]},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("one waits for you")]},
    {
        "type": "actions",
        "elements": [
            button("Close", "close", style="danger", confirm=SURE),
            {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": plain("Situation"),
                "options": [{"text": plain("Running"), "value": "run"}, {"text": plain("Ending"), "value": "end"}],
            },
            {
                "type": "overflow",
                "action_id": "rest",
                "options": [{"text": plain("Snooze"), "value": "s"}, {"text": plain("Help"), "value": "h"}],
            },
        ],
    },
    field("note", "A note", {"type": "plain_text_input"}, dispatch_action=True),
]  # fmt: skip


def app(page):
    return page.get_by_role("navigation", name="Channels").get_by_role("button", name="Tocsin")


def opens(page):
    app(page).click()
    home = page.get_by_role("tabpanel", name="Home")
    expect(home).to_be_visible()
    return home


def clicked(answerer):
    return [each["actions"][0] for each in answerer.of("block_actions")]


def test_the_app_stands_in_the_sidebar_and_opens_at_its_home(page, ws, answerer):
    ws.auto = True
    answerer.home = HOME
    home = opens(page)
    expect(home.get_by_role("heading", name="Open incidents")).to_be_visible()
    expect(home).to_contain_text("one waits for you")
    expect(home.locator("time")).to_have_text("00:13")
    expect(app(page)).to_have_attribute("aria-current", "page")
    (opened,) = [each for each in answerer.got if each.get("event", {}).get("type") == "app_home_opened"]
    assert opened["event"]["user"] == ws.user("ana").id
    ws.auto = False


def test_before_anything_is_published_the_home_says_so(page):
    expect(opens(page)).to_contain_text("nothing here for you yet")


def test_everything_that_a_home_may_have_can_be_used(page, ws, answerer):
    answerer.publishes(ws, ws.user("ana").id, HOME)
    home = opens(page)
    home.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog", name="Post an update")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    home.get_by_role("button", name="Close", exact=True).click()
    sure = page.get_by_role("dialog", name="Close it?")
    sure.get_by_role("button", name="No").click()
    expect(sure).to_have_count(0)
    assert [each["action_id"] for each in clicked(answerer)] == ["open"]
    answerer.form = None
    home.get_by_label("Situation").select_option("Ending")
    home.get_by_label("More actions").select_option("Help")
    home.get_by_label("A note").fill("look at the pool")
    home.get_by_label("A note").press("Tab")
    with page.expect_response(re.compile("/clicks$")):
        home.get_by_role("button", name="Close", exact=True).click()
        sure.get_by_role("button", name="Yes").click()
    got = {each["action_id"]: each for each in clicked(answerer)}
    assert got["pick"]["selected_option"]["value"] == "end"
    assert got["rest"]["selected_option"]["value"] == "h"
    assert got["note"]["value"] == "look at the pool"
    assert got["close"]["block_id"]


def test_a_home_that_is_published_again_is_shown_anew(page, ws, answerer):
    ana = ws.user("ana").id
    answerer.publishes(ws, ana, HOME)
    home = opens(page)
    expect(home).to_contain_text("one waits for you")
    answerer.publishes(ws, ana, [{"type": "section", "text": mrkdwn("nothing is open")}])
    expect(home).to_contain_text("nothing is open")
    expect(home).not_to_contain_text("one waits for you")


def test_the_address_leads_to_the_home_again_and_back_leads_away(page, ws, answerer):
    answerer.publishes(ws, ws.user("ana").id, HOME)
    opens(page)
    page.reload()
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Open incidents")
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_role("tabpanel", name="Home")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("tabpanel", name="Home")).to_be_visible()


def test_each_person_has_a_home_of_their_own(page, ws, answerer):
    for name in ("ana", "ben"):
        answerer.publishes(ws, ws.user(name).id, [{"type": "section", "text": mrkdwn(f"for {name} alone")}])
    home = opens(page)
    expect(home).to_contain_text("for ana alone")
    page.get_by_label("You are").select_option("ben")
    expect(home).to_contain_text("for ben alone")
    expect(page.locator("#zone")).to_contain_text("@ben")


def test_the_tabs_are_walked_with_arrows(page):
    opens(page)
    page.get_by_role("tab", name="Home").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Messages").press("ArrowLeft")
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Tocsin"))
