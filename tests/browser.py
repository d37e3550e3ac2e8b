"""The machine's own Chromium, driven by Playwright: for the tests that look at the sandbox's page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
LACKING = "no Chromium on this machine, so the page is not looked at (Debian: apt-get install chromium)"
PATIENCE = 20_000
"""Milliseconds until something that should appear is given up."""
REFUSED = "status of 400"
"""How Chromium notes that the sandbox refused something; the page tells the person why."""


def path() -> str:
    """Where Chromium is. Without one the test is left out, and fails where CI is set: there it has to be."""
    found = next((found for name in NAMES if (found := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(LACKING)
    if found is None:
        pytest.skip(LACKING)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window, until the end of the block."""
    executable = path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def looking_at(browser: Browser, url: str, **options: object) -> Iterator[Page]:
    """A new page on *url*; at the end it must have asked nobody else, and have made no mistake."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    wrong: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        page.goto(url)
        yield page
    finally:
        context.close()
    assert [each for each in asked if not each.startswith(url)] == []
    assert [each for each in wrong if REFUSED not in each] == []
