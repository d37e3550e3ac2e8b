"""A draft as a page in the machine's own Chromium: on a desk, on a phone, in the dark and on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.domain import postmortem
from bot.domain.mrkdwn import Names, escaped
from bot.domain.timeline import Kind
from bot.formats import FORMATS, framed, written
from tests.browser import chromium, looking_at
from tests.documents import HEADS, bare, pdf_of, seen_pdf, told
from tests.records import NAMES, entry, incident, needs_replays, policy, record

SIZES = {"desk": (1280, 800), "tablet": (820, 1180), "phone": (360, 740)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    of, entries = record("techflow-p0")
    draft = postmortem.draft(of, list(entries), policy=policy(), names=Names())
    return kept(tmp_path_factory.mktemp("page") / "draft.html", draft)


def kept(path: Path, draft: postmortem.Draft) -> str:
    path.write_bytes(written("html", FORMATS["report"].render(draft), framed(draft, "a4")))
    return path.as_uri()


@needs_replays
@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_is_wider_than_the_window_and_nothing_is_missing_there(browser, page_url, size):
    width, height = SIZES[size]
    with looking_at(browser, page_url, viewport={"width": width, "height": height}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").is_visible()
        assert page.locator(".drawing svg").is_visible()
        page.locator("summary").click()
        row = page.locator("table.lines tbody tr").nth(20)
        assert row.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".prompt").first.is_visible()


@needs_replays
def test_in_the_dark_letters_are_light(browser, page_url):
    with looking_at(browser, page_url, color_scheme="dark") as page:
        colours = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        light, dark = (int(colour.partition("(")[2].split(",")[0]) for colour in colours)
        assert light > 200
        assert dark < 60


@needs_replays
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_on_paper_the_folded_timeline_is_open_and_its_head_stands_on_each_page(browser, page_url, paper):
    of, entries = record("techflow-p0")
    text = FORMATS["report"].render(postmortem.draft(of, list(entries), policy=policy(), names=Names()))
    with looking_at(browser, page_url) as page:
        assert not page.locator("table.lines tbody tr").first.is_visible()
        printed = page.pdf(format=paper)
    seen = bare(seen_pdf(printed))
    assert [line for line in told(text) if bare(line) not in seen] == []
    pages = [bare(each.extract_text()) for each in pdf_of(printed).pages]
    assert len([each for each in pages if HEADS[0] in each]) >= 3


def test_hostile_texts_do_nothing(browser, tmp_path):
    texts = (
        "<script>document.title='gone'</script>", "<img src=http://evil.example/x.png onerror=alert(1)>",
        "<svg onload=alert(1)>", "<a href=javascript:alert(1)>x</a>", "<style>*{display:none}</style>",
        "<meta http-equiv=refresh content=0;url=http://evil.example/>", "</main></body></html><h1>x</h1>",
    )  # fmt: skip
    of = incident(title=escaped(" ".join(texts)))
    entries = [entry(n, escaped(text), Kind.DECISION) for n, text in enumerate(texts)]
    draft = postmortem.draft(of, entries, policy=policy(), names=NAMES)
    with looking_at(browser, kept(tmp_path / "hostile.html", draft)) as page:
        assert page.title().startswith("<script>")
        assert page.locator("script, img, iframe, a[href^=javascript]").count() == 0
        assert page.locator("main > h1").count() == 1
        assert page.get_by_text("display:none").first.is_visible()
