"""The timeline as a picture: SVG for HTML and PDF, PNG of the same for DOCX and Slack.

Shapes and words tell everything, colour nothing alone: it is read in black and white print too.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from bot.domain.draft_picture import Bar, Lane, Mark, Picture, Sort, Spot
from bot.domain.postmortem import Draft
from bot.formats.labels import SIZE, SMALL, Label, fits, packed, width_of
from bot.formats.tree import printable
from bot.formats.typeset import typeset

WIDTH = 720
"""Units of the drawing; on A4 a letter of 12 is printed as one of 8 points."""
LEFT, RIGHT = 94, 10
_LINE = 15
_BAR = 20
_GAP = 11
_CLOCKED = 12
"""So many updates of a lane have their times written below; more would be a grey stripe."""
_PPI = 192
_SHADES = (("#6b1d14", "#fff"), ("#a8552a", "#fff"), ("#e0b25a", "#000"), ("#f1e6cc", "#000"))
"""By rank, from dark to light: fill, and letters on it."""
_IMPACT, _PLAIN = ("#3b4049", "#fff"), ("#e3e9f2", "#000")
_LEGEND = {
    Sort.ON_TIME: "on time", Sort.SENT: "sent", Sort.LATE: "late, with a line from when it was due",
    Sort.MISSING: "due, and never came", Sort.ESCALATED: "escalated",
}  # fmt: skip
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
    'role="img" aria-labelledby="timeline-title timeline-words" '
    'font-family="Libertinus Serif, system-ui, sans-serif" font-size="{size}" fill="#000">'
    '<title id="timeline-title">{title}</title><desc id="timeline-words">{words}</desc>'
    '<rect width="{width}" height="{height}" fill="#fff"/>'
)


def svg(draft: Draft) -> str:
    """The picture of *draft* as SVG; "" where it has none."""
    return drawn(draft.picture) if draft.picture else ""


def png(draft: Draft) -> bytes:
    """The same as PNG, 1,920 pixels wide; b"" where there is none. Raises CannotSet."""
    return png_of(svg(draft)) if draft.picture else b""


def png_of(drawing: str) -> bytes:
    """An SVG of ours as PNG: the same bytes each time, with the letters that come with the typesetter."""
    return typeset("postmortem/picture.typ", {"svg": drawing}, form="png", ppi=_PPI)


def words(picture: Picture) -> str:
    """What the picture shows, in words: for who cannot see it."""
    told = [f"{picture.title}. {picture.zone}."]
    told += [f"{mark.words}: {mark.clock}." for mark in picture.marks]
    for lane in picture.lanes:
        bars = [f"{bar.name} {bar.clocks}" for bar in lane.bars]
        spots = [" ".join(part for part in (spot.sort, spot.name, spot.clock) if part) for spot in lane.spots]
        told.append(f"{lane.name}: {'; '.join([*bars, *spots])}.")
    return " ".join([*told, *(f"{line}." for line in picture.beyond)])


def drawn(picture: Picture) -> str:
    """*picture* as SVG."""
    marks = packed([_mark(mark) for mark in picture.marks], LEFT, WIDTH - RIGHT)
    top: float = 26 + _LINE * max((label.lane + 1 for label in marks), default=0) + 4
    y: float = top + 6
    lanes: list[str] = []
    for lane in picture.lanes:
        made, height = _lane(lane, y)
        lanes += made
        y += height + _GAP
    axis, low = _axis(picture, top, y), y + 22
    legend, height = _legend(picture, low)
    lines = [_mark_line(mark, label, y) for mark, label in zip(picture.marks, marks, strict=True)]
    title = _text(LEFT, 14, picture.zone, size=SMALL)
    parts = [*axis, *lines, *lanes, title, *map(_label, marks), *legend]
    head = _HEAD.format(
        width=WIDTH,
        height=height,
        size=SIZE,
        title=escape(picture.title),
        words=escape(printable(words(picture))),
    )
    return "\n".join([head, *parts, "</svg>"])


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _text(x: float, y: float, text: str, *, size: float = SIZE, fill: str = "#000", more: str = "") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{more}>{escape(printable(text))}</text>'
    )


def _line(x: float, y: float, to_x: float, to_y: float, look: str) -> str:
    return f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" {look}/>'


def _mark(mark: Mark) -> Label:
    return Label(x=_x(mark.at), text=f"{mark.words} {mark.clock}", top=26, size=SIZE)


def _mark_line(mark: Mark, label: Label, bottom: float) -> str:
    x = _x(mark.at)
    return _line(x, label.y - 10, x, bottom, 'stroke="#333" stroke-width="1" stroke-dasharray="4 2"')


def _label(label: Label) -> str:
    """A label on white, so that no line runs through it."""
    left = label.left - 1
    box = f'<rect x="{left:g}" y="{label.y - 10:g}" width="{label.width + 2:g}" height="13" fill="#fff"/>'
    anchor = f' text-anchor="{label.anchor}"' if label.anchor != "start" else ""
    return box + _text(label.text_x, label.y, label.text, size=label.size, more=anchor)


def _axis(picture: Picture, top: float, bottom: float) -> Iterator[str]:
    for tick in picture.ticks:
        x = _x(tick.at)
        look = 'stroke="#888" stroke-width="1"' if tick.is_day else 'stroke="#ddd" stroke-width="1"'
        yield _line(x, top, x, bottom + 4, look)
        weight = ' font-weight="bold"' if tick.is_day else ""
        yield _text(x, bottom + 16, tick.label, size=SMALL, more=f' text-anchor="middle"{weight}')
    yield _line(LEFT, bottom, WIDTH - RIGHT, bottom, 'stroke="#000" stroke-width="1.2"')


def _lane(lane: Lane, y: float) -> tuple[list[str], float]:
    """A lane from *y* on: its parts and its height."""
    parts = [_text(4, y + 14, lane.name)]
    below: list[Label] = []
    for bar in lane.bars:
        made, label = _bar(bar, y, _IMPACT if lane.name == "Impact" else _PLAIN)
        parts.append(made)
        below += [label] if label else []
    for spot in sorted(lane.spots, key=lambda spot: spot.at):
        parts.append(_spot(spot, _x(spot.at), y + _BAR / 2))
        if len(lane.spots) <= _CLOCKED or spot.name:
            told = f"{spot.name} {spot.clock}".strip()
            below.append(Label(x=_x(spot.at), text=told, top=y + _BAR + 2, size=SMALL, centred=True))
    placed = packed(below, LEFT, WIDTH - RIGHT)
    parts += [_line(each.x, y + _BAR, each.x, each.y - 9, 'stroke="#888"') for each in placed if each.lane]
    parts += map(_label, placed)
    return parts, _BAR + 13 * max((each.lane + 1 for each in placed), default=0)


def _bar(bar: Bar, y: float, plain: tuple[str, str]) -> tuple[str, Label | None]:
    """A bar with as much of its words as it holds; what it cannot hold stands below."""
    left, width = _x(bar.left), max(_x(bar.right) - _x(bar.left), 1.5)
    fill, ink = plain if bar.rank is None else _SHADES[min(bar.rank, len(_SHADES) - 1)]
    box = (
        f'<rect x="{left:g}" y="{y:g}" width="{width:g}" height="{_BAR}" fill="{fill}" '
        'stroke="#000" stroke-width="0.7"/>'
    )
    length = bar.clocks.rpartition(", ")[2]
    held = next((told for told in (f"{bar.name}, {length}", bar.name) if fits(told, width, SMALL)), None)
    if held is None:
        label = Label(x=left + width / 2, text=bar.name, top=y + _BAR + 2, size=SMALL, centred=True)
        return box, label
    text = _text(left + width / 2, y + 14, held, size=SMALL, fill=ink, more=' text-anchor="middle"')
    return box + text, None


def _spot(spot: Spot, x: float, y: float) -> str:
    made = _shape(spot.sort, x, y)
    if spot.due is None:
        return made
    due = _x(spot.due)
    late = _line(due, y, x, y, 'stroke="#000" stroke-width="1.2"')
    return late + _line(due, y - 5, due, y + 5, 'stroke="#000" stroke-width="1.2"') + made


def _shape(sort: Sort, x: float, y: float) -> str:
    """Each sort has a shape of its own."""
    match sort:
        case Sort.LATE:
            return f'<path d="M{x:g} {y - 6:g}l6 11h-12z" fill="#c25a00" stroke="#000" stroke-width="0.7"/>'
        case Sort.MISSING:
            return f'<path d="M{x - 5:g} {y - 5:g}l10 10m0 -10l-10 10" fill="none" stroke="#000" stroke-width="2"/>'
        case Sort.ESCALATED:
            return f'<path d="M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z" fill="#5a3e8c" stroke="#000" stroke-width="0.7"/>'
        case Sort.ON_TIME:
            return f'<circle cx="{x:g}" cy="{y:g}" r="4.5" fill="#1f6f43" stroke="#000" stroke-width="0.7"/>'
        case Sort.SENT:
            return f'<circle cx="{x:g}" cy="{y:g}" r="4.5" fill="#fff" stroke="#000" stroke-width="1.4"/>'


def _legend(picture: Picture, y: float) -> tuple[list[str], float]:
    """What the shapes mean, with how many there are; and what lies outside. Gives its end too."""
    spots = [spot.sort for lane in picture.lanes for spot in lane.spots]
    told = [(sort, f"{_LEGEND[sort]} ({spots.count(sort)})") for sort in Sort if sort in spots]
    parts: list[str] = []
    x = float(LEFT)
    y += 12 if told else 0
    for sort, text in told:
        if x > LEFT and x + 14 + width_of(text, SMALL) > WIDTH - RIGHT:
            x, y = float(LEFT), y + _LINE
        parts += [_shape(sort, x + 6, y - 4), _text(x + 16, y, text, size=SMALL)]
        x += 34 + width_of(text, SMALL)
    for line in _wrapped(picture.beyond):
        y += _LINE
        parts.append(_text(LEFT, y, line, size=SMALL))
    return parts, y + 8


def _wrapped(beyond: Sequence[str]) -> Iterable[str]:
    return [f"Outside the picture: {line}" for line in beyond]
