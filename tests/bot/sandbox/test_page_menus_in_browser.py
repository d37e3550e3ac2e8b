"""The menus of messages and of the composer, by pointer, by keyboard and by touch."""

import pytest
from playwright.sync_api import expect

from bot.sandbox import Shortcut
from tests.browser import looking_at
from tests.paging import act, choose, composer, row, say


@pytest.fixture(autouse=True)
def offers(ws):
    """What the app has in the menus, and the reaction that means something to it."""
    ws.shortcuts = [
        Shortcut(name="Add to timeline", callback_id="add_to_timeline", kind="message"),
        Shortcut(name="Declare from message", callback_id="declare_from", kind="message"),
        Shortcut(name="Declare an incident", callback_id="declare_incident", kind="global"),
    ]
    ws.marks = {"fire": "puts it on the timeline"}


@pytest.fixture
def copied(page):
    """What the page has copied."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return lambda: page.evaluate("navigator.clipboard.readText()")


def test_the_emoji_of_the_policy_stands_first_and_says_what_it_does(page):
    say(page, "the pool is full")
    row(page, "the pool").hover()
    bar = row(page, "the pool").get_by_role("toolbar", name="Message actions")
    first = bar.get_by_role("button").first
    expect(first).to_have_accessible_name("React with fire: puts it on the timeline")
    first.click()
    expect(row(page, "the pool").get_by_role("button", name="fire, 1")).to_be_visible()


def test_any_emoji_is_found_by_its_name(page):
    say(page, "the pool is full")
    act(page, "the pool", "Add reaction")
    find = page.get_by_role("searchbox", name="Find an emoji")
    expect(find).to_be_focused()
    find.fill("turtle")
    find.press("Enter")
    expect(row(page, "the pool").get_by_role("button", name="turtle, 1")).to_be_visible()
    expect(find).to_be_hidden()


def test_a_shortcut_of_a_message_reaches_the_app_with_that_message(page, answerer):
    say(page, "the pool is full")
    choose(page, "the pool", "Add to timeline")
    expect(page.get_by_role("dialog", name="Post an update")).to_be_visible()
    (used,) = answerer.of("message_action")
    assert (used["callback_id"], used["message"]["text"]) == ("add_to_timeline", "the pool is full")


def test_a_global_shortcut_stands_beside_the_composer(page, answerer):
    page.get_by_role("button", name="Files and shortcuts").click()
    menu = page.get_by_role("menu", name="Files and shortcuts")
    expect(menu.get_by_role("menuitem", name="Add to timeline")).to_have_count(0)
    menu.get_by_role("menuitem", name="Declare an incident").click()
    expect(page.get_by_role("dialog", name="Post an update")).to_be_visible()
    assert [each["callback_id"] for each in answerer.of("shortcut")] == ["declare_incident"]


def test_a_shortcut_that_the_app_does_not_take_is_said_to_have_failed(page, ws):
    say(page, "the pool is full")
    ws.door = None
    choose(page, "the pool", "Add to timeline")
    expect(page.get_by_role("alert").filter(has_text="Tocsin did not take that")).to_be_visible()


def test_link_and_text_of_a_message_are_copied_and_the_link_leads_back(page, copied):
    say(page, "the *pool* is full, @ben")
    choose(page, "is full", "Copy text")
    expect(page.get_by_role("status").filter(has_text="The text is copied")).to_be_visible()
    assert copied() == "the *pool* is full, @ben"
    choose(page, "is full", "Copy link")
    expect(page.get_by_role("status").filter(has_text="The link is copied")).to_be_visible()
    link = copied()
    page.get_by_role("button", name="side", exact=True).click()
    page.get_by_role("button", name="general", exact=True).click()
    say(page, f"see {link}")
    row(page, "see #general").get_by_role("button", name="#general").click()
    expect(row(page, "is full")).to_be_focused()


def test_only_what_is_mine_can_be_edited_and_deleted(page, ws):
    ws.person("ben").says("from ben", "general")
    act(page, "from ben", "More actions")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Pin to channel")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    expect(menu.get_by_role("menuitem", name="Delete message")).to_have_count(0)


def test_a_pin_is_taken_off_where_it_was_put_on(page):
    say(page, "the pool is full")
    choose(page, "the pool", "Pin to channel")
    expect(page.get_by_text("📌 1 pinned")).to_be_visible()
    choose(page, "the pool", "Unpin from channel")
    expect(page.get_by_text("📌 1 pinned")).to_be_hidden()


def test_a_menu_is_walked_with_arrows_and_letters_and_escape_gives_the_focus_back(page):
    say(page, "the pool is full")
    act(page, "the pool", "More actions")
    more = row(page, "the pool").get_by_role("button", name="More actions")
    entry = page.get_by_role("menu").get_by_role
    expect(entry("menuitem", name="Reply in thread")).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(entry("menuitem", name="Declare from message")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(entry("menuitem", name="Copy link")).to_be_focused()
    page.keyboard.press("p")
    expect(entry("menuitem", name="Pin to channel")).to_be_focused()
    page.keyboard.press("Home")
    expect(entry("menuitem", name="Reply in thread")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")


def test_from_the_message_box_one_step_back_leads_to_the_newest_message(page, answerer):
    say(page, "/incident declare")
    card = row(page, "Checkout")
    card.get_by_role("button", name="Post update").focus()
    page.keyboard.press("ArrowUp")
    expect(card).to_be_focused()
    say(page, "the pool is full")
    expect(row(page, "the pool")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(row(page, "the pool")).to_be_focused()


def test_a_message_has_keys_of_its_own(page, answerer):
    for text in ("one", "two"):
        say(page, text)
        expect(row(page, text)).to_be_visible()
    row(page, "two").focus()
    page.keyboard.press("ArrowUp")
    expect(row(page, "one")).to_be_focused()
    page.keyboard.press("p")
    expect(row(page, "one")).to_contain_text("Pinned")
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Post an update")).to_be_visible()
    assert answerer.of("message_action")[0]["message"]["text"] == "one"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    row(page, "one").focus()
    page.keyboard.press("t")
    page.keyboard.type("in the thread")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log", name="Thread")).to_contain_text("in the thread")
    row(page, "two").focus()
    page.keyboard.press("e")
    page.keyboard.type(" and a half")
    page.keyboard.press("Enter")
    expect(row(page, "two and a half")).to_contain_text("(edited)")


def test_a_click_elsewhere_closes_a_menu(page):
    say(page, "the pool is full")
    act(page, "the pool", "More actions")
    composer(page).click()
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(composer(page)).to_be_focused()


def test_by_touch_a_tap_on_a_message_shows_what_can_be_done(browser, server, answerer, ws):
    ws.person("ben").says("from ben", "general")
    with looking_at(browser, server.url, viewport={"width": 390, "height": 800}, has_touch=True) as page:
        row(page, "from ben").tap()
        row(page, "from ben").get_by_role("button", name="More actions").tap()
        page.get_by_role("menu").get_by_role("menuitem", name="Add to timeline").tap()
        expect(page.get_by_role("dialog", name="Post an update")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
