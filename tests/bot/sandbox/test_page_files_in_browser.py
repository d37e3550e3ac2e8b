"""Files and the canvas in a real browser: shown, unfolded, opened, dropped and pasted."""

import struct
import zlib

from playwright.sync_api import expect

from tests.paging import composer, row, say


def png(side=24):
    """A red square."""
    lines = (b"\0" + b"\xc0\x20\x20" * side) * side

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


GIVE = """([selector, kind, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: "text/plain" }));
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent(kind, { ...options, clipboardData: carried })
    : new DragEvent(kind, { ...options, dataTransfer: carried });
  document.querySelector(selector).dispatchEvent(event);
}"""


def test_a_picture_is_shown_with_its_words(page, ws):
    ws.person("ben").says("look", "general", files=[("graph.png", png())])
    picture = row(page, "look").get_by_role("img", name="graph.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (each) => { await each.decode(); return each.naturalWidth; }") == 24
    with page.expect_popup() as opened:
        picture.click()
    assert opened.value.url.endswith("/graph.png")


def test_a_picture_of_the_app_has_the_words_that_the_app_gave_it(page, ws):
    ws.person("ben").says("look", "general", files=[("graph.png", png())])
    ws.channel("general").messages[-1].files[0].alt = "Errors rise at 03:04"
    ws.touch()
    expect(row(page, "look").get_by_role("img", name="Errors rise at 03:04")).to_be_visible()


def test_a_text_is_unfolded_where_it_stands(page, ws):
    ws.person("ben").says("here", "general", files=[("worker.log", "one <b>line</b>\ntwo")])
    said = row(page, "here")
    said.get_by_text("Show the text here").click()
    expect(said.get_by_label("The text of worker.log")).to_have_text("one <b>line</b>\ntwo")


def test_a_draft_and_the_canvas_open_in_tabs_of_their_own(page, ws):
    ws.person("ben").says("here", "general", files=[("draft.md", "# Checkout is down")])
    with page.expect_popup() as opened:
        page.get_by_role("link", name="draft.md").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Checkout is down")
    ws.person("ben").writes_canvas("# The canvas", "general")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Canvas").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("The canvas")
    assert opened.value.title()


def test_a_file_is_dropped_onto_the_channel_and_sent(page, ws):
    page.evaluate(GIVE, ["#messages", "dragenter", "a.txt", "x"])
    expect(page.locator("#main")).to_have_class("dropping")
    page.evaluate(GIVE, ["#messages", "drop", "worker.log", "it failed"])
    expect(page.locator("#main")).not_to_have_class("dropping")
    expect(page.locator("#composer .chips")).to_contain_text("worker.log")
    say(page, "from the worker")
    expect(row(page, "from the worker")).to_contain_text("worker.log")
    assert ws.channel("general").messages[-1].files[0].content == b"it failed"


def test_a_file_is_pasted_and_can_be_left_out_again(page):
    page.evaluate(GIVE, [".composer textarea", "paste", "note.txt", "x"])
    expect(page.locator("#composer .chips")).to_contain_text("note.txt")
    page.get_by_role("button", name="Leave note.txt out").click()
    expect(page.locator("#composer .chips").get_by_role("listitem")).to_have_count(0)
    say(page, "without")
    expect(row(page, "without").locator(".file")).to_have_count(0)


def test_pasted_text_stays_text(page):
    composer(page).fill("typed ")
    page.evaluate(
        "navigator => { const box = document.querySelector('.composer textarea'); const carried = new DataTransfer();"
        " carried.setData('text/plain', 'x'); const event = new ClipboardEvent('paste', { clipboardData: carried,"
        " bubbles: true, cancelable: true }); box.dispatchEvent(event); window.stopped = event.defaultPrevented; }"
    )
    assert page.evaluate("window.stopped") is False


def test_a_deleted_file_leaves_a_word_in_its_place(page, ws):
    ws.person("ben").says("here", "general", files=[("worker.log", "x")])
    expect(row(page, "here")).to_contain_text("worker.log")
    ws.person("ben").deletes_file("worker.log", "general")
    expect(row(page, "here")).to_contain_text("This file was deleted.")
