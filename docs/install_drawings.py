"""What the pictures of docs/install.md are drawn of: a screen of a terminal, and a sketch of a settings page, as SVG.

A sketch shows where to click, in the words of Slack's documentation; it is no picture of Slack's pages.
"""  # noqa: INP001 - part of a script, no package

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

SANS = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
WIDTH = 880
CHARACTER, LINE = 7.85, 18
LONGEST = 107
"""Characters of a line that a terminal shows."""
INK, PAPER, FAINT, MARK, GO = "#1f2328", "#fffdf6", "#8a8578", "#b42318", "#0b6e4f"
DASHED = f'stroke="{FAINT}" stroke-width="1.5" stroke-dasharray="7 4"'


def svg(height: float, label: str, parts: Iterable[str], *, ground: str) -> str:
    """A picture with its text alternative."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        f'role="img" aria-label="{escape(label)}">\n<title>{escape(label)}</title>\n'
        f'<rect width="{WIDTH}" height="{height:g}" rx="8" fill="{ground}"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def words(x: float, y: float, text: str, **looks: str | int) -> str:
    """One line of text; *looks* are attributes, ``_`` for ``-``."""
    given = {"fill": INK, "font-size": 14, "font-family": SANS, "xml:space": "preserve"}
    given |= {name.replace("_", "-"): value for name, value in looks.items()}
    attributes = " ".join(f'{name}="{escape(str(value))}"' for name, value in given.items())
    return f'<text x="{x:g}" y="{y:g}" {attributes}>{escape(text)}</text>'


def terminal(label: str, lines: Sequence[str]) -> str:
    """A screen with *lines*; one that begins with ``$`` was typed."""
    parts = ['<circle cx="20" cy="18" r="5" fill="#5b6470"/><circle cx="38" cy="18" r="5" fill="#5b6470"/>']
    for number, whole in enumerate(lines):
        line = whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"
        typed = line.startswith("$ ")
        parts.append(
            words(
                16, 52 + number * LINE, line, font_family=MONO, font_size=13, fill="#ffffff" if typed else "#c9d1d9",
                font_weight=700 if typed else 400, textLength=f"{len(line) * CHARACTER:g}", lengthAdjust="spacing",
            )
        )  # fmt: skip
    return svg(60 + len(lines) * LINE, label, parts, ground="#161b22")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing on a sketch. *step*: the number of the click; 0: nothing to do there."""

    kind: str
    """``heading``, ``text``, ``button``, ``field``, ``box``."""
    text: str
    step: int = 0
    note: str = ""
    """What to do there, beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One page of the settings: what stands at the left, and what is in the middle."""

    address: str
    sidebar: tuple[tuple[str, int], ...]
    """Each entry with the number of the click; 0: none."""
    parts: tuple[Part, ...]


HEIGHTS = {"heading": 40, "text": 26, "button": 46, "field": 44, "box": 74}


def sketch(label: str, pages: Sequence[Sketch]) -> str:
    """A drawing of *pages*, one below the other."""
    parts, y = [], 16.0
    for page in pages:
        drawn, y = _page(page, y)
        parts += drawn
    parts.append(
        words(24, y + 12, "A drawing of where to click, not a picture of Slack: its pages look otherwise.", fill=FAINT,
              font_size=12, font_style="italic")
    )  # fmt: skip
    return svg(y + 28, label, parts, ground=PAPER)


def _page(page: Sketch, top: float) -> tuple[list[str], float]:
    inner = sum(HEIGHTS[part.kind] for part in page.parts) + 24
    height = max(inner, len(page.sidebar) * 30 + 24)
    parts = [
        f'<rect x="16" y="{top:g}" width="{WIDTH - 32}" height="{height + 36:g}" rx="10" fill="none" {DASHED}/>',
        words(32, top + 24, page.address, fill=FAINT, font_size=13, font_family=MONO),
        f'<path d="M16 {top + 36:g} H{WIDTH - 16}" {DASHED}/>',
    ]
    left = 40.0
    if page.sidebar:
        left = 272.0
        parts.append(f'<path d="M248 {top + 36:g} V{top + height + 36:g}" {DASHED}/>')
        for number, (text, step) in enumerate(page.sidebar):
            y = top + 66 + number * 30
            parts.append(words(60, y, text, font_weight=700 if step else 400, fill=INK if step else FAINT))
            parts += [_badge(40, y - 5, step)] if step else []
    y = top + 48
    for part in page.parts:
        parts += _part(part, left, y)
        y += HEIGHTS[part.kind]
    return parts, top + height + 36 + 20


def _badge(x: float, y: float, step: int) -> str:
    """The number of a click."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="11" fill="{MARK}"/>' + words(
        x, y + 4.5, str(step), fill="#ffffff", font_size=13, font_weight=700, text_anchor="middle"
    )


def _part(part: Part, x: float, y: float) -> list[str]:
    if part.kind == "heading":
        return [words(x, y + 24, part.text, font_size=18, font_weight=700)]
    if part.kind == "text":
        return [words(x, y + 18, part.text, fill=FAINT)]
    drawn, wide = _framed(part, x + (30 if part.step else 0), y)
    if part.step:
        drawn.append(_badge(x + 11, y + 17, part.step))
    if part.note:
        drawn.append(words(x + wide + 48, y + 22, part.note, fill=MARK, font_size=13))
    return drawn


def _framed(part: Part, x: float, y: float) -> tuple[list[str], float]:
    """A button, a field or a box, and how wide it is."""
    if part.kind == "button":
        wide = len(part.text) * 8.2 + 32
        frame = f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="34" rx="6" fill="{GO}"/>'
        text = words(x + wide / 2, y + 22, part.text, fill="#ffffff", font_weight=700, text_anchor="middle")
        return [frame, text], wide
    wide = 330.0
    tall = HEIGHTS[part.kind] - 12
    frame = (
        f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{tall}" rx="4" fill="#ffffff" stroke="{INK}"/>'
    )
    lines = part.text.split("\n")
    text = [
        words(x + 10, y + 21 + n * 16, line, font_family=MONO, font_size=13) for n, line in enumerate(lines)
    ]
    return [frame, *text], wide
