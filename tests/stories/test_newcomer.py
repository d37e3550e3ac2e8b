"""What a newcomer does at `make demo`: the real thing, in a real browser, from the first command to the draft."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import PATIENCE, chromium, looking_at
from tests.sandboxes import sandbox

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with (
        chromium() as browser,
        sandbox(tmp_path / "demo.sqlite") as address,
        looking_at(browser, address) as page,
    ):
        yield page


def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message", exact=True)
    box.fill(text)
    box.press("Enter")


def said(page: Page, words: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=words)


def test_a_newcomer_declares_is_reminded_posts_an_update_and_reads_the_draft(page: Page) -> None:
    hint = page.get_by_role("region", name="How to begin")
    expect(hint).to_contain_text("every 1 min here")
    hint.get_by_role("button", name="/incident declare sev1 checkout is down").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(said(page, "updates every").first).to_contain_text("Only visible to you")

    page.get_by_role("navigation", name="Channels").get_by_role("button", name="checkout-is-down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"#inc-\d{4}-\d{4}-001-checkout-is-down")
    )
    card = said(page, "📌 Pinned")
    expect(card).to_contain_text("SEV-1 (P0 · Critical) · checkout is down")
    expect(card).to_contain_text("Commander: @ana")
    say(page, "Half of all payments fail since the deploy")
    say(page, "Decision: roll back v2.14")
    expect(said(page, "Decision: roll back")).to_be_visible()

    page.get_by_role("button", name="+1 min").click()
    nudge = said(page, re.compile("(status update is due|reminder), @ana"))
    nudge.last.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Phase").select_option("Identified")
    form.get_by_label("Where things stand").fill("The deploy broke the pool; we roll back")
    form.get_by_role("button", name="Post", exact=True).click()
    expect(form).to_be_hidden()
    expect(said(page, "Update by @ana")).to_contain_text("The deploy broke the pool; we roll back")
    expect(card).to_contain_text("identified")
    expect(nudge).to_have_count(0)

    say(page, "/incident resolve rolled back, payments are normal")
    expect(said(page, "Resolved by @ana")).to_contain_text("rolled back, payments are normal")
    say(page, "/incident close")
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("postmortem draft")).first.click()
    draft = opened.value
    expect(draft.get_by_role("heading", name="checkout is down")).to_be_visible()
    expect(draft.locator("main")).to_contain_text("roll back v2.14")
