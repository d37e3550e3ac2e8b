"""The page in a real browser, on the small Slack alone: a fake app answers, people click and type."""

import re

from playwright.sync_api import expect

from bot.sandbox import ClockControl, Shortcut
from tests.browser import looking_at
from tests.paging import FORM, act, choose, composer, field, plain, row, say

HOSTILE = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>"\'><b>&amp; x'


def test_what_is_typed_stands_there_drawn_as_people_know_it(page):
    say(page, "it is *down* since `v2`, @ben: see https://example.com/a?b=1 :eyes: ~no~ _yes_")
    said = row(page, "it is down since")
    expect(said.locator("strong")).to_have_text("down")
    expect(said.locator("code")).to_have_text("v2")
    expect(said.locator(".mention")).to_have_text("@ben")
    expect(said.get_by_role("link")).to_have_attribute("href", "https://example.com/a?b=1")
    expect(said.get_by_role("img")).to_have_text("👀")
    expect(said.locator("s")).to_have_text("no")
    expect(said.locator("em")).to_have_text("yes")


def test_what_is_typed_at_once_goes_into_the_message_box(page):
    expect(composer(page)).to_have_attribute("placeholder", "Message #general")
    page.keyboard.type("/incident help ?")
    expect(composer(page)).to_have_value("/incident help ?")


def test_several_lines_are_sent_as_one_message(page):
    composer(page).fill("first")
    composer(page).press("Shift+Enter")
    composer(page).press_sequentially("> second")
    composer(page).press("Enter")
    expect(row(page, "first").locator("blockquote")).to_have_text("second")


def test_somebody_elses_message_comes_without_being_asked_for(page, ws):
    ws.person("ben").says("I am here", "general")
    expect(row(page, "I am here")).to_contain_text("Ben")


def test_a_message_elsewhere_marks_its_channel(page, ws):
    side = page.get_by_role("button", name="side")
    expect(side).to_be_visible()
    ws.person("ben").joins("side")
    ws.person("ben").says("look here", "side")
    expect(side).to_have_accessible_name("side, 1 unread")
    side.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#side")
    expect(side).to_have_accessible_name("side")


def test_a_command_completes_and_its_answer_is_for_one_person_alone(page, ws):
    composer(page).press_sequentially("/inc")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("/incident")
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("/incident ")
    composer(page).press_sequentially("declare it")
    composer(page).press("Enter")
    expect(row(page, "Understood: declare it")).to_contain_text("Only visible to you")
    card = row(page, "Checkout")
    expect(card.get_by_role("heading")).to_have_text("Checkout")
    expect(card.get_by_role("listitem")).to_have_text(["one", "two"])
    expect(card.locator(".context time")).to_have_text("00:13")  # in Berlin, where ana is
    page.get_by_label("You are").select_option("ben")
    expect(row(page, "Checkout").locator(".context time")).to_have_text("23:13")
    expect(row(page, "Understood")).to_have_count(0)


def test_a_form_says_what_is_wrong_at_its_field_and_hands_over_what_was_entered(page, answerer):
    say(page, "/incident declare")
    page.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog", name="Post an update")
    form.get_by_role("button", name="Post").click()
    expect(form.locator(".problem:visible")).to_have_count(2)
    form.get_by_label("Phase").select_option("Monitoring")
    form.get_by_label("Where things stand").fill("bad")
    form.get_by_label("Who (optional)").select_option("Ben")
    form.get_by_label("Urgent").check()
    form.get_by_role("button", name="Post").click()
    expect(form.locator(".problem:visible")).to_have_text(["Say a little more."])
    expect(form.get_by_label("Where things stand")).to_be_focused()
    form.get_by_label("Where things stand").fill("two\nlines")
    form.get_by_role("button", name="Post").click()
    expect(form).to_be_hidden()
    assert answerer.entered["phase"]["phase"]["selected_option"]["value"] == "monitoring"
    assert answerer.entered["text"]["text"]["value"] == "two\nlines"
    assert answerer.entered["who"]["who"]["selected_user"].startswith("U")
    assert [each["value"] for each in answerer.entered["marks"]["marks"]["selected_options"]] == ["urgent"]


def test_escape_closes_a_form(page, ws):
    say(page, "/incident declare")
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert ws.person("ana").modal is None


def test_a_message_is_marked_pinned_edited_and_deleted(page):
    say(page, "Decision: roll back")
    act(page, "roll back", "React with pushpin")
    expect(row(page, "roll back").get_by_role("button", name="pushpin, 1")).to_be_visible()
    choose(page, "roll back", "Pin to channel")
    expect(page.get_by_text("📌 1 pinned")).to_be_visible()
    choose(page, "roll back", "Edit message")
    box = page.get_by_role("textbox", name="Edit your message")
    expect(box).to_have_value("Decision: roll back")
    box.fill("Decision: roll forward")
    box.press("Enter")
    expect(row(page, "roll forward")).to_contain_text("(edited)")
    choose(page, "roll forward", "Delete message")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row(page, "roll forward")).to_have_count(0)


def test_a_thread_opens_beside_the_channel(page):
    say(page, "what is known?")
    act(page, "what is known", "Reply in thread")
    reply = page.get_by_role("textbox", name="Reply in the thread")
    reply.fill("the pool is full")
    reply.press("Enter")
    expect(page.get_by_role("log", name="Thread")).to_contain_text("the pool is full")
    expect(row(page, "what is known").get_by_role("button", name="1 reply")).to_be_visible()
    expect(row(page, "the pool is full")).to_have_count(0)
    page.get_by_role("button", name="Close the thread").click()
    expect(reply).to_be_hidden()


def test_a_reader_of_older_messages_keeps_their_place(page, ws):
    ben = ws.person("ben")
    for number in range(60):
        ben.says(f"line {number}", "general")
    expect(row(page, "line 59")).to_be_in_viewport()
    row(page, "line 5").first.scroll_into_view_if_needed()
    ben.says("the newest", "general")
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    expect(row(page, "line 5").first).to_be_in_viewport()
    page.get_by_role("button", name="New messages").click()
    expect(row(page, "the newest")).to_be_in_viewport()


def test_the_clock_moves_on_by_a_button(browser, server, moment, answerer):
    server.clock_control = ClockControl(
        now=lambda: moment.business, set=lambda now, speed: None, forward=moment.forward
    )
    with looking_at(browser, server.url) as page:
        expect(page.locator("#time")).to_have_text(re.compile("^23:13:2"))
        page.get_by_role("button", name="+15 min").click()
        expect(page.locator("#time")).to_have_text(re.compile("^23:28:2"))


def test_a_replay_shows_how_far_it_is(page, server):
    page.request.post(f"{server.url}progress", data={"label": "db-sev1", "done": 12, "total": 48})
    expect(page.get_by_role("progressbar", name="db-sev1: 12 of 48")).to_be_visible()
    page.request.post(f"{server.url}progress", data={})
    expect(page.locator("#progress")).to_be_hidden()


def test_a_draft_opens_in_a_tab_of_its_own(page, ws):
    ws.person("ben").says("here", "general", files=[("draft.md", "# Checkout is down")])
    with page.expect_popup() as opened:
        page.get_by_role("link", name="draft.md").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Checkout is down")


def test_a_canvas_opens_in_a_tab_of_its_own(page, ws):
    link = page.get_by_role("link", name="Canvas")
    expect(link).to_be_hidden()
    ws.person("ben").writes_canvas("# Checkout is down\n\n<script>alert(1)</script>", "general")
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Checkout is down")
    expect(opened.value.get_by_text("<script>alert(1)</script>")).to_be_visible()


def test_a_hint_is_shown_until_it_is_dismissed(browser, server, ws, answerer):
    ws.hint = "Type `/incident declare sev1 checkout is down`"
    with looking_at(browser, server.url) as page:
        page.get_by_role("button", name="/incident declare sev1").click()
        expect(composer(page)).to_have_value("/incident declare sev1 checkout is down")
        page.get_by_role("button", name="Dismiss this card").click()
        expect(page.get_by_role("region", name="How to begin")).to_be_hidden()
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("#general")
        expect(page.get_by_role("region", name="How to begin")).to_be_hidden()


def test_what_is_refused_is_said_and_what_was_typed_comes_back(page):
    say(page, "/join #nowhere")
    expect(page.get_by_role("alert").filter(has_text="There is no channel nowhere")).to_be_visible()
    expect(composer(page)).to_have_value("/join #nowhere")


def test_hostile_text_stays_text_wherever_it_stands(page, ws, answerer):
    option = {"text": plain(HOSTILE[:75]), "value": "x"}
    answerer.form = {
        **FORM,
        "title": plain("<b>A form</b>"),
        "blocks": [
            field(
                "text", HOSTILE, {"type": "plain_text_input", "initial_value": HOSTILE}, hint=plain(HOSTILE)
            ),
            field("one", "One", {"type": "radio_buttons", "options": [option]}),
        ],
    }
    mallory = ws.add_user("mallory", real_name=HOSTILE)
    person = ws.person("mallory")
    person.joins("general")
    person.says(HOSTILE + " <javascript:window.broken=1|click> :<b>:", "general", raw=True)
    person.says(HOSTILE, "general", files=[(f"{HOSTILE[:60]}.md", HOSTILE)])
    person.sets_topic(HOSTILE, "general")
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"{HOSTILE} <javascript:x|press> ```{HOSTILE}```"}},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": HOSTILE},
            {"type": "link", "url": "javascript:window.broken=1", "text": "follow"}]}]},
        {"type": "actions", "elements": [
            {"type": "button", "text": plain("<i>Go</i>"), "action_id": "go", "url": "javascript:window.broken=1"}]},
    ]  # fmt: skip
    said = {"channel": "general", "text": HOSTILE, "blocks": blocks}
    assert ws.call("chat.postMessage", said, ws.bot_token)["ok"]
    page.get_by_role("button", name="<i>Go</i>").click()
    expect(page.get_by_role("dialog", name="<b>A form</b>").get_by_role("textbox")).to_have_value(HOSTILE)
    expect(page.locator("#topic")).to_have_text(HOSTILE)
    expect(row(page, "click")).to_contain_text(HOSTILE[:60])
    assert page.locator("#messages").locator("img, script, b:not(.byline b, .file b)").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("window.broken") is None
    assert mallory.real_name == HOSTILE


def test_a_narrow_page_has_the_channels_behind_a_button(browser, server, answerer):
    with looking_at(browser, server.url, viewport={"width": 400, "height": 760}) as page:
        menu = page.get_by_role("button", name="Channels and people")
        expect(page.get_by_role("button", name="side")).to_be_hidden()
        menu.click()
        page.get_by_role("button", name="side").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("#side")
        expect(page.get_by_role("button", name="side")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_of_a_long_channel_the_newest_messages_are_drawn_and_the_others_when_asked_for(page, ws):
    ben = ws.person("ben")
    first = ben.says("the very first", "general")
    for number in range(450):
        ben.says(f"line {number}", "general")
    ws.touch()
    articles = page.get_by_role("log", name="Messages").get_by_role("article")
    expect(row(page, "line 449")).to_be_in_viewport()
    expect(articles).to_have_count(200)
    earlier = page.get_by_role("button", name="Earlier messages")
    row(page, "line 260").scroll_into_view_if_needed()
    earlier.click()
    expect(articles).to_have_count(400)
    expect(row(page, "line 251")).to_be_in_viewport()  # where the reader was
    link = f"https://sandbox.slack.com/archives/{ws.channel('general').id}/p{first.replace('.', '')}"
    say(page, f"see {link}")
    row(page, "see #general").get_by_role("button", name="#general").click()
    expect(row(page, "the very first")).to_be_focused()
    expect(earlier).to_have_count(0)


def test_an_old_thread_and_an_old_pin_are_there_though_their_messages_are_not_drawn(page, ws):
    ben = ws.person("ben")
    first = ben.says("the very first", "general")
    ben.says("an answer to it", "general", thread=first)
    ben.pins(first, "general")
    for number in range(250):
        ben.says(f"line {number}", "general")
    expect(row(page, "line 249")).to_be_in_viewport()
    expect(row(page, "the very first")).to_have_count(0)
    page.get_by_text("📌 1 pinned").click()
    page.get_by_role("list", name="Pinned messages").get_by_role("button").click()
    expect(row(page, "the very first")).to_be_focused()
    page.keyboard.press("t")
    expect(page.get_by_role("log", name="Thread")).to_contain_text("an answer to it")


def test_hostile_names_stay_text_in_lists_menus_and_the_home(page, ws, answerer):
    ws.add_user("mallory", real_name=HOSTILE)
    ws.person("mallory").joins("general")
    ws.shortcuts = [Shortcut(name=HOSTILE, callback_id="x", kind="message")]
    ws.marks = {"pushpin": HOSTILE}
    answerer.publishes(
        ws,
        ws.user("ana").id,
        [{"type": "section", "text": {"type": "mrkdwn", "text": f"{HOSTILE} <javascript:x|press>"}}],
    )
    page.reload()
    say(page, "the pool is full")
    act(page, "the pool", "More actions")
    expect(page.get_by_role("menu")).to_contain_text(HOSTILE)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="4 members").click()
    expect(page.get_by_role("dialog", name="Members")).to_contain_text(HOSTILE)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("listbox")).to_contain_text(HOSTILE)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Tocsin", exact=True).click()
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text('onerror="window.broken=1"')
    assert page.locator("body").locator("script, img:not([src='/page/icon.svg'])").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("window.broken") is None


def test_an_address_that_says_nothing_leads_to_the_first_channel_for_whoever_looks(page):
    page.get_by_label("You are").select_option("ben")
    expect(page.locator("#zone")).to_contain_text("@ben")
    for address in ("#ben", ""):
        page.evaluate("told => { location.hash = told }", address)
        expect(page).to_have_url(re.compile("#ben/"))  # it went there: what is typed stays typed
        expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    say(page, "still ben")
    expect(row(page, "still ben")).to_contain_text("Ben")


def test_a_command_in_a_thread_is_told_how_the_app_is_spoken_to_there(page):
    say(page, "what is known?")
    act(page, "what is known", "Reply in thread")
    reply = page.get_by_role("textbox", name="Reply in the thread")
    reply.fill("/incident note the pool is full")
    told = page.get_by_role("status").filter(has_text="no slash commands in threads")
    expect(told).to_contain_text(re.compile(r"Write @\w+ note the pool is full here"))


def test_a_thread_has_as_many_replies_as_the_channel_says(page, ws):
    ana = ws.person("ana")
    parent = ana.says("what is known?", "general")
    ana.says("the pool is full", "general", thread=parent)
    ask = {"channel": ws.channel("general").id, "user": ws.user("ana").id, "thread_ts": parent}
    assert ws.call("chat.postEphemeral", {**ask, "text": "Noted."}, ws.bot_token)["ok"]
    row(page, "what is known").get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("log", name="Thread")
    expect(thread).to_contain_text("Noted.")
    expect(thread.get_by_role("separator")).to_contain_text(["Today", "1 reply"])


def test_a_button_beside_a_long_text_stays_whole(page, ws):
    def section(text):
        button = {"type": "button", "action_id": text[:4], "text": plain("Done")}
        return {"type": "section", "text": plain(text), "accessory": button}

    blocks = [section("short"), section("long: " + "a text that takes the whole line and more, " * 6)]
    ask = {"channel": ws.channel("general").id, "text": "steps", "blocks": blocks}
    assert ws.call("chat.postMessage", ask, ws.bot_token)["ok"]
    buttons = row(page, "short").get_by_role("button", name="Done")
    expect(buttons).to_have_count(2)
    short, long = (each.bounding_box() for each in buttons.all())
    assert (long["width"], long["height"]) == (short["width"], short["height"])
