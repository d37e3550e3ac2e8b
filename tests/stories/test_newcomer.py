"""What a newcomer does at `make demo`: the real thing, in a real browser, from the first command to the draft."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import PATIENCE, chromium, looking_at
from tests.paging import say
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


def said(page: Page, words: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=words)


def channel(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Channels").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_newcomer_does_what_readme_says_step_by_step(page: Page) -> None:
    # 1. declare, and go to the channel
    hint = page.get_by_role("region", name="How to begin")
    expect(hint).to_contain_text("every 15 min")
    hint.get_by_role("button", name="/incident declare sev1 checkout is down").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(said(page, "updates every").first).to_contain_text("Only visible to you")
    channel(page, "checkout-is-down")
    card = said(page, "📌 Pinned")
    expect(card).to_contain_text("SEV-1 (P0 · Critical) · checkout is down")
    expect(card).to_contain_text("Commander: @ana")

    # 2. talk, decide, mark
    say(page, "Half of all payments fail since the deploy")
    say(page, "Decision: roll back v2.14")
    expect(said(page, "Decision: roll back")).to_be_visible()
    said(page, "Half of all payments").hover()
    page.get_by_role("toolbar", name="Message actions").get_by_role(
        "button", name="React with pushpin"
    ).click()
    expect(said(page, "Half of all payments")).to_contain_text("📌")

    # 3. +15 min: a reminder and an escalation, once each
    page.get_by_role("button", name="+15 min").click()
    nudge = said(page, re.compile("(status update is due|reminder), @ana"))
    escalation = said(page, "Escalation by duration")
    expect(nudge).to_have_count(1)
    expect(escalation).to_have_count(1)
    expect(escalation).to_contain_text("executives")
    channel(page, "exec-updates")
    expect(said(page, "checkout is down").last).to_be_visible()
    channel(page, "checkout-is-down")
    expect(nudge).to_have_count(1)

    # 4. an update for customers waits for its approval
    say(page, "/incident update identified we are rolling back --external")
    waiting = said(page, "we are rolling back").filter(has=page.get_by_role("button", name="Approve"))
    waiting.get_by_role("button", name="Approve").click()
    channel(page, "status-page")
    expect(said(page, "we are rolling back")).to_be_visible()
    channel(page, "checkout-is-down")
    expect(nudge).to_have_count(0)
    expect(card).to_contain_text("identified")

    # 5. resolve, close, and the draft opens
    say(page, "/incident resolve rolled back, payments are normal")
    expect(said(page, "Resolved by @ana")).to_contain_text("rolled back, payments are normal")
    say(page, "/incident close")
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("postmortem draft")).first.click()
    main = opened.value.locator("main")
    expect(opened.value.get_by_role("heading", name="checkout is down")).to_be_visible()
    for words in (
        "roll back v2.14",
        "Half of all payments fail",
        "Escalated to executives",
        "we are rolling back",
    ):
        expect(main).to_contain_text(words)


def test_what_is_sent_in_the_first_moment_is_sent_once_the_page_knows_by_whom_and_where(page: Page) -> None:
    held: list[Route] = []
    holds = [True]

    def hold(route: Route) -> None:
        if holds:
            held.append(route)
        else:
            route.continue_()

    page.route("**/state?*", hold)
    page.reload()
    say(page, "/incident declare sev1 checkout is down")
    box = page.get_by_role("textbox", name="Message", exact=True)
    expect(box).to_have_value("")
    holds.clear()
    for each in held:
        each.continue_()
    expect(said(page, "updates every").first).to_contain_text("Only visible to you")


def test_a_reminder_can_be_answered_with_its_form(page: Page) -> None:
    say(page, "/incident declare sev1 checkout is down")
    channel(page, "checkout-is-down")
    page.get_by_role("button", name="+15 min").click()
    nudge = said(page, re.compile("(status update is due|reminder), @ana"))
    nudge.last.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Phase").select_option("Identified")
    form.get_by_label("Where things stand").fill("The deploy broke the pool; we roll back")
    form.get_by_role("button", name="Post", exact=True).click()
    expect(form).to_be_hidden()
    expect(said(page, "Update by @ana")).to_contain_text("The deploy broke the pool; we roll back")
    expect(nudge).to_have_count(0)


def test_a_newcomer_watches_an_incident_being_played_in_two_tabs_and_stops_it(page: Page) -> None:
    page.get_by_role("button", name="Play an incident").click()
    bar = page.get_by_role("region", name="Play an incident")
    expect(bar).to_contain_text("about two minutes")
    bar.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "orders-database"
    )  # it goes where it happens
    expect(bar).to_contain_text("Playing: orders database")
    expect(said(page, "Commander: @priya")).to_be_visible()
    expect(page.get_by_role("button", name="+15 min")).to_be_hidden()
    bar.get_by_role("button", name="Pause").click()
    expect(bar).to_contain_text("Paused:")

    other = page.context.new_page()
    other.goto(page.url)
    there = other.get_by_role("region", name="Play an incident")
    expect(there).to_contain_text("Paused:")
    there.get_by_label("Speed").select_option("300×")
    there.get_by_role("button", name="Go on").click()
    expect(bar).to_contain_text("Playing:")
    expect(bar.get_by_label("Speed")).to_have_value("300")
    page.get_by_label("You are").select_option("Leo Fontaine")
    expect(said(page, "Finding: the primary is at 95 % CPU")).to_be_visible()
    page.reload()
    expect(bar).to_contain_text("Playing:")
    bar.get_by_role("button", name="Next step").click()
    bar.get_by_role("button", name="Stop").click()
    expect(there).to_contain_text("Stopped. The incident stays open")
    expect(page.get_by_role("button", name="+15 min")).to_be_visible()
    say(page, "Finding: I go on by hand")
    expect(said(page, "I go on by hand")).to_be_visible()
    bar.get_by_role("button", name="Close this bar").click()
    expect(bar).to_be_hidden()
    other.close()
