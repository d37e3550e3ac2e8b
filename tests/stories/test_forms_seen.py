"""The forms in a real browser: each element is drawn, each field has a name, and the keyboard is enough."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import PATIENCE, chromium, looking_at
from tests.paging import say
from tests.sandboxes import sandbox

expect.set_options(timeout=PATIENCE)
NAMELESS = """form => [...form.querySelectorAll('input, textarea, select')]
    .filter(each => !each.labels?.length && !each.getAttribute('aria-label')).map(each => each.outerHTML)"""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with (
        chromium() as browser,
        sandbox(tmp_path / "forms.sqlite") as address,
        looking_at(browser, address) as page,
    ):
        yield page


def looked_at(form: Locator, title: str) -> Locator:
    """The open form: all of it is drawn, and all of it has a name."""
    expect(form.get_by_role("heading", name=title)).to_be_visible()
    expect(form.locator(".unknown")).to_have_count(0)
    assert form.evaluate(NAMELESS) == []
    return form


def test_forms_are_drawn_named_and_filled_in_by_keyboard(page: Page) -> None:
    form = page.get_by_role("dialog")
    say(page, "/incident declare checkout is down")
    page.get_by_role("button", name="Fill in a form").click()
    looked_at(form, "Declare an incident")
    form.get_by_role("button", name="Declare", exact=True).click()
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    form.get_by_label("SEV-2").focus()
    page.keyboard.press("Space")
    form.get_by_label("When the impact began").fill("soonish")
    page.keyboard.press("Control+Enter")
    expect(form.get_by_text("'soonish' is not a time.")).to_be_visible()
    expect(form.get_by_label("What is wrong")).to_have_value("checkout is down")
    form.get_by_label("When the impact began").fill("-10m")
    page.keyboard.press("Control+Enter")
    expect(form).to_be_hidden()
    said = page.get_by_role("log", name="Messages").get_by_role("article")
    expect(said.filter(has_text="Declared SEV-2 (P1 · High)")).to_contain_text("Only visible to you")

    page.get_by_role("navigation", name="Channels").get_by_role("button", name="checkout-is-down").click()
    for option, title in (
        ("Put something on the timeline", "On the timeline"), ("Record the impact", "Impact"),
        ("Give somebody a task", "A task"), ("Say that the impact is contained", "Mitigated"),
        ("Hand a role over", "Hand a role over"), ("Tell executives or others", "Escalate"),
        ("Set a field", "Set a field"),
    ):  # fmt: skip
        said.get_by_role("button", name="More", exact=True).click()
        looked_at(form, "INC-").get_by_label(option).check()
        form.get_by_role("button", name="Next").click()
        looked_at(form, title).get_by_role("button", name="Cancel").click()
        expect(form).to_be_hidden()
