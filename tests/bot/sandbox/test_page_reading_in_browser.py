"""What is unread, who sees what and when, colours, and keys: the page as somebody uses it for an hour."""

import re

import pytest
from playwright.sync_api import expect

from bot.sandbox import ClockControl
from tests.browser import looking_at
from tests.paging import composer, row, say


def channel(page, name):
    return page.get_by_role("navigation", name="Channels").get_by_role("button", name=re.compile(f"^{name}"))


def becomes(page, person):
    page.get_by_label("You are").select_option(person)
    expect(page.locator("#zone")).to_contain_text(f"@{person}")


# ---- unread


def test_what_is_unread_is_counted_and_what_names_me_stands_out(page, ws):
    ben = ws.person("ben")
    ben.joins("side")
    expect(channel(page, "side")).to_have_accessible_name("side")
    ben.says("one", "side")
    expect(channel(page, "side")).to_have_accessible_name("side, 1 unread")
    ben.says("two, @ana", "side")
    expect(channel(page, "side")).to_have_accessible_name("side, 2 unread, 1 for you")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    channel(page, "side").click()
    expect(row(page, "two")).to_be_visible()
    channel(page, "general").click()
    expect(channel(page, "side")).to_have_accessible_name("side")


def test_every_person_has_read_what_that_person_has_seen(page, ws):
    ws.person("ben").joins("side")
    ws.person("ben").says("one", "side")
    channel(page, "side").click()
    expect(row(page, "one")).to_be_visible()
    say(page, "an answer")
    expect(row(page, "an answer")).to_be_visible()
    channel(page, "general").click()
    becomes(page, "ben")
    expect(channel(page, "side")).to_have_accessible_name("side, 1 unread")
    becomes(page, "ana")
    expect(channel(page, "side")).to_have_accessible_name("side")


def test_a_line_shows_where_the_new_begins_and_escape_takes_it_away(page, ws):
    say(page, "old")
    expect(row(page, "old")).to_be_visible()
    channel(page, "side").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#side")
    ws.person("ben").says("new", "general")
    expect(channel(page, "general")).to_have_accessible_name("general, 1 unread")
    channel(page, "general").click()
    line = page.get_by_role("separator").filter(has_text="New")
    expect(line).to_be_visible()
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)


def test_a_message_of_the_app_marks_the_app(page, ws):
    app = channel(page, "Tocsin")
    ws.call("chat.postMessage", {"channel": ws.user("ana").id, "text": "you are asked"}, ws.bot_token)
    expect(app).to_have_accessible_name("Tocsin, 1 unread, 1 for you")
    app.click()
    expect(row(page, "you are asked")).to_be_visible()
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    channel(page, "general").click()
    expect(app).to_have_accessible_name("Tocsin")


# ---- people and their time


def test_people_stand_there_with_their_time_and_one_of_them_can_be_chosen(page, ws):
    ws.add_user("chiyo", real_name="Chiyo", tz="Asia/Tokyo")
    ws.add_user("dev", real_name="Dev", tz="Asia/Kolkata")
    people = page.get_by_role("region", name="People, and their time")
    expect(people.get_by_role("button", name="Chiyo")).to_contain_text("07:13")
    expect(people.get_by_role("button", name="Dev")).to_contain_text("3:43 AM")
    people.get_by_role("button", name="Chiyo").click()
    expect(page.locator("#zone")).to_have_text("@chiyo · Asia/Tokyo · 07:13")
    expect(people.get_by_role("button", name="Chiyo")).to_have_attribute("aria-pressed", "true")


def test_the_same_message_stands_there_at_each_readers_time(page, ws):
    ws.change_user("ben", tz="America/New_York")
    say(page, "see <!date^1700003600^{time}|then>")
    ws.person("ben").says("at <!date^1700003600^{time}|then> or so", "general", raw=True)
    expect(row(page, "or so")).to_contain_text("at 00:13 or so")
    expect(row(page, "or so").locator("time").first).to_have_text("23:13")
    becomes(page, "ben")
    expect(row(page, "or so")).to_contain_text("at 6:13 PM or so")
    expect(row(page, "or so").locator("time").first).to_have_text("5:13 PM")


def test_a_clock_of_12_hours_can_be_chosen_and_is_kept_for_that_person(page, ws):
    ws.person("ben").says("at <!date^1700003600^{time}|then> or so", "general", raw=True)
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("menuitemradio", name=re.compile("12 hours")).click()
    expect(row(page, "or so")).to_contain_text("at 12:13 AM or so")
    page.reload()
    expect(row(page, "or so")).to_contain_text("at 12:13 AM or so")
    becomes(page, "ben")
    expect(row(page, "or so")).to_contain_text("at 23:13 or so")


def test_pointing_at_a_name_tells_what_time_it_is_there(page, ws, moment):
    ws.change_user("ben", tz="America/New_York")
    ws.person("ben").says("ask @ana", "general")
    said = row(page, "ask @ana")
    said.locator(".mention").hover()
    expect(said.locator(".mention")).to_have_attribute("title", "Ana (@ana), 23:13 there, Europe/Berlin")
    moment.forward(3600)
    ws.touch()
    expect(page.locator("#zone")).to_contain_text("00:13")
    said.get_by_text("Ben", exact=True).hover()
    expect(said.get_by_text("Ben", exact=True)).to_have_attribute(
        "title", "Ben (@ben), 6:13 PM there, America/New_York"
    )


def test_members_of_a_channel_are_listed_with_their_time(page):
    page.get_by_role("button", name="3 members").click()
    members = page.get_by_role("dialog", name="Members")
    expect(members.get_by_role("listitem")).to_have_count(3)
    expect(members.get_by_role("listitem").filter(has_text="@ana")).to_contain_text("23:13")
    expect(members.get_by_role("listitem").filter(has_text="@tocsin")).to_contain_text("app")
    expect(members.get_by_role("list")).to_be_focused()
    page.keyboard.press("Escape")
    expect(members).to_have_count(0)
    expect(page.get_by_role("button", name="3 members")).to_be_focused()


# ---- light and dark


@pytest.mark.parametrize(("wished", "chosen"), [("light", "Dark"), ("dark", "Light")])
def test_colours_are_chosen_against_the_systems_wish_and_kept(browser, server, answerer, wished, chosen):
    with looking_at(browser, server.url, color_scheme=wished) as page:
        page.get_by_role("button", name="Preferences").click()
        expect(page.get_by_role("menuitemradio", name="As the system wishes")).to_have_attribute(
            "aria-checked", "true"
        )
        before = background(page)
        page.get_by_role("menuitemradio", name=chosen).click()
        after = background(page)
        assert before != after
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("#general")
        assert background(page) == after
        page.get_by_role("button", name="Preferences").click()
        page.get_by_role("menuitemradio", name="As the system wishes").click()
        assert background(page) == before


def test_what_opens_in_a_tab_has_the_colours_that_were_chosen(page, ws):
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    ws.person("ben").writes_canvas("# Checkout is down", "general")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Canvas").click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    expect(opened.value.locator("body")).to_have_css("background-color", background(page))


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


# ---- keys


def test_a_few_letters_lead_to_a_channel_to_the_app_and_to_a_person(page):
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Jump to").press_sequentially("sid")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("#side")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Jump to").press_sequentially("toc")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Jump to").press_sequentially("ben")
    page.keyboard.press("Enter")
    expect(page.locator("#zone")).to_contain_text("@ben")


def test_escape_leaves_the_jump(page):
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Jump to").press_sequentially("sid")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Jump to")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")


def test_alt_and_arrows_walk_through_the_channels(page, ws):
    ws.add_channel("third", members=["ana", "ben"])
    expect(channel(page, "third")).to_be_visible()
    ws.person("ben").says("look", "third")
    expect(channel(page, "third")).to_have_accessible_name("third, 1 unread")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_role("heading", level=1)).to_have_text("#side")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page.get_by_role("heading", level=1)).to_have_text("#third")


def test_a_question_mark_lists_the_keys_and_is_a_letter_in_the_message_box(page):
    composer(page).press("?")
    expect(composer(page)).to_have_value("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Preferences").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Jump to a channel")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_arrow_up_in_an_empty_box_edits_ones_last_message(page):
    for text in ("first", "secnd"):
        say(page, text)
        expect(row(page, text)).to_be_visible()
    composer(page).press("ArrowUp")
    box = page.get_by_role("textbox", name="Edit your message")
    expect(box).to_be_focused()
    expect(box).to_have_value("secnd")
    box.fill("second")
    box.press("Enter")
    expect(row(page, "second")).to_contain_text("(edited)")


def test_an_emoji_is_completed_by_its_name(page):
    composer(page).press_sequentially("done :white_che")
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("done :white_check_mark: ")


# ---- the clock


def test_what_the_moved_clock_brought_is_said_with_a_way_there(browser, server, ws, moment, answerer):
    server.clock_control = ClockControl(
        now=lambda: moment.business, set=lambda now, speed: None, forward=moment.forward
    )
    with looking_at(browser, server.url) as page:
        note = page.get_by_role("status").filter(has_text="The clock moved on")
        page.get_by_role("button", name="+15 min").click()
        expect(note).to_contain_text("The clock moved on by 15 min")
        ws.person("ben").joins("side")
        page.get_by_role("button", name="+5 min").click()
        expect(note).to_contain_text("The clock moved on by 20 min")
        note.get_by_role("button", name="#side").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("#side")
        page.get_by_role("button", name="Dismiss this note").click()
        expect(note).to_have_count(0)


def test_what_people_do_themselves_is_not_said_to_come_of_the_moved_clock(
    browser, server, ws, moment, answerer
):
    server.clock_control = ClockControl(
        now=lambda: moment.business, set=lambda now, speed: None, forward=moment.forward
    )
    with looking_at(browser, server.url) as page:
        note = page.get_by_role("status").filter(has_text="The clock moved on")
        page.get_by_role("button", name="+15 min").click()
        expect(note).to_be_visible()
        say(page, "I look into it")
        expect(row(page, "I look into it")).to_be_visible()
        expect(note).to_have_count(0)
