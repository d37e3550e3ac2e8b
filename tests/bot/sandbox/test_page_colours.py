"""Contrast of the page's colours, computed from the table in its CSS: 4.5:1 for text, light and dark.

https://www.w3.org/TR/WCAG21/#contrast-minimum
"""

import re

import pytest

from bot.sandbox.page import STATIC

LEAST = 4.5
LEAST_OF_MARKS = 3.0
"""For what is no text: the frame of what has the focus (https://www.w3.org/TR/WCAG21/#non-text-contrast)."""
SHEETS = ("page.css", "reading.css")
PAIRS = {
    "page.css": [
        *(("--text", on) for on in ("--back", "--soft", "--softer", "--warm", "--accent-soft", "--line")),
        *(("--quiet", on) for on in ("--back", "--soft", "--softer", "--accent-soft")),
        *(("--link", on) for on in ("--back", "--soft", "--softer", "--accent-soft")),
        *(("--danger", on) for on in ("--back", "--soft", "--danger-soft")),
        ("--accent-text", "--accent"),
        ("--back", "--text"),
        *(("--side-text", on) for on in ("--side", "--side-hover")),
        *(("--side-quiet", on) for on in ("--side", "--side-hover")),
        *(("#ffffff", on) for on in ("--side-now", "--side-hover", "--side")),
        ("--side-plate-text", "--side-plate"),
    ],
    "reading.css": [(ink, on) for ink in ("--text", "--quiet", "--link") for on in ("--back", "--soft")],
}
CASES = [
    (sheet, scheme, ink, on)
    for sheet, pairs in PAIRS.items()
    for ink, on in pairs
    for scheme in ("light", "dark")
]


def colours(sheet: str, scheme: str) -> dict[str, str]:
    text = (STATIC / sheet).read_text()
    one = dict(re.findall(r"^\s+(--[\w-]+): (#[0-9a-f]{6});", text, re.MULTILINE))
    two = re.findall(r"^\s+(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", text, re.MULTILINE)
    return one | {name: light if scheme == "light" else dark for name, light, dark in two}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("sheet", "scheme", "ink", "on"), CASES, ids=str)
def test_text_can_be_read_in_both_schemes(sheet, scheme, ink, on):
    known = colours(sheet, scheme)
    assert contrast(known.get(ink, ink), known.get(on, on)) >= LEAST


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_of_what_has_the_focus_can_be_seen(scheme):
    known = colours("page.css", scheme)
    assert contrast(known["--accent"], known["--back"]) >= LEAST_OF_MARKS


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_colour_of_the_table_that_is_ink_is_looked_at(sheet):
    """A new ink cannot be forgotten: each variable that some rule writes with stands in a pair."""
    rules = "\n".join((STATIC / each).read_text() for each in _sheets(sheet))
    inks = set(re.findall(r"[{;\s]color: var\((--[\w-]+)\)", rules))
    assert inks - {ink for ink, _ in PAIRS[sheet]} == set()


def test_avatars_can_be_read():
    css = (STATIC / "messages.css").read_text()
    hues = re.findall(r"\.(?:hue-\d|avatar\.app) \{ background: (#[0-9a-f]{6}); \}", css)
    assert len(hues) == 9
    assert {hue: contrast("#ffffff", hue) >= LEAST for hue in hues} == dict.fromkeys(hues, True)


def _sheets(sheet: str) -> list[str]:
    if sheet == "reading.css":
        return [sheet]
    return [each.name for each in STATIC.iterdir() if each.suffix == ".css" and each.name != "reading.css"]
