"""A metric over months as a picture: SVG, and PNG of the same for Slack and files.

It stands on white, whatever colours are around it; shapes and words tell everything, colour nothing alone.
"""

from collections.abc import Iterator
from html import escape

from bot.domain.trend import Trend
from bot.domain.trend_picture import Dot, Level, Month, TrendPicture, trend_picture
from bot.formats.labels import SIZE, SMALL, width_of
from bot.formats.picture import WIDTH, png_of
from bot.formats.tree import printable

LEFT, RIGHT, TOP = 84, 150, 58
_HEIGHT = 230
_LINE = 15
_CROWD = 150
"""More points than these are drawn smaller."""
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
    'role="img" aria-labelledby="trend-title trend-words" '
    'font-family="Libertinus Serif, system-ui, sans-serif" font-size="{size}" fill="#000">'
    '<title id="trend-title">{title}</title><desc id="trend-words">{words}</desc>'
    '<rect width="{width}" height="{height}" fill="#fff"/>'
)


def png(trend: Trend) -> bytes:
    """The picture of *trend* as PNG, 1,920 pixels wide, the same bytes each time; b"" where nothing lies in its period.

    Raises CannotSet.
    """
    made = trend_picture(trend)
    return png_of(drawn(made)) if made else b""


def words(trend: Trend) -> str:
    """What the picture shows, in words: for who cannot see it; "" where there is none."""
    made = trend_picture(trend)
    return made.words if made else ""


def drawn(picture: TrendPicture) -> str:
    """*picture* as SVG."""
    lines = [line for note in picture.notes for line in _folded(note)]
    low = TOP + _HEIGHT
    height = low + 44 + _LINE * len(lines)
    parts = [
        _text(4, 20, picture.title, size=16, more=' font-weight="bold"'),
        _text(4, 38, picture.about, size=SMALL),
        *(part for tick in picture.ticks for part in _tick(tick)),
        *(part for month in picture.months for part in _month(month, low)),
        _text(4, low + 32, picture.of.capitalize(), size=SMALL),
        *(_dot(dot, _radius(picture)) for dot in picture.dots),
        *(_middle(month) for month in picture.months if month.median is not None),
        *_levels(picture),
        *(_text(4, low + 52 + _LINE * n, line, size=SMALL) for n, line in enumerate(lines)),
    ]
    head = _HEAD.format(
        width=WIDTH, height=height, size=SIZE, title=escape(printable(picture.title)),
        words=escape(printable(picture.words)),
    )  # fmt: skip
    return "\n".join([head, *parts, "</svg>"])


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * _HEIGHT, 1)


def _text(x: float, y: float, text: str, *, size: float = SIZE, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}"{more}>{escape(printable(text))}</text>'


def _line(x: float, y: float, to_x: float, to_y: float, look: str) -> str:
    return f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" {look}/>'


def _tick(tick: Level) -> Iterator[str]:
    y = _y(tick.y)
    yield _line(LEFT, y, WIDTH - RIGHT, y, 'stroke="#ddd" stroke-width="1"')
    yield _text(LEFT - 6, y + 4, tick.words, size=SMALL, more=' text-anchor="end"')


def _month(month: Month, low: float) -> Iterator[str]:
    """Its stretch of the axis, its name, and how many points it has."""
    left, right = _x(month.left), _x(month.right)
    middle = (left + right) / 2
    yield _line(left, TOP, left, low + 4, 'stroke="#ccc" stroke-width="1"')
    yield _text(middle, low + 16, month.label, size=SMALL, more=' text-anchor="middle"')
    yield _text(middle, low + 32, f"{month.count:,}", size=SMALL, more=' text-anchor="middle"')


def _middle(month: Month) -> str:
    """The median of a month, on white, so that it is seen among its points."""
    left, right, y = _x(month.left) + 3, _x(month.right) - 3, _y(month.median or 0)
    on_white = _line(left, y, right, y, 'stroke="#fff" stroke-width="6"')
    return on_white + _line(left, y, right, y, 'stroke="#000" stroke-width="4"')


def _radius(picture: TrendPicture) -> float:
    return 4 if len(picture.dots) <= _CROWD else 2.5


def _dot(dot: Dot, radius: float) -> str:
    x, y = _x(dot.x), _y(dot.y)
    if dot.is_above:
        return f'<path d="M{x:g} {y - 7:g}l5 9h-10z" fill="#fff" stroke="#000" stroke-width="1.2"/>'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="#2f6690" stroke="#fff" stroke-width="0.8"/>'


def _levels(picture: TrendPicture) -> Iterator[str]:
    """Median and target across all months, each with its words at the right; these never overlap."""
    levels = [(picture.median, 'stroke="#000" stroke-width="1.6"')]
    if picture.target:
        levels.append((picture.target, 'stroke="#9a3412" stroke-width="1.6" stroke-dasharray="7 4"'))
    levels.sort(key=lambda each: -each[0].y)
    last = float("-inf")
    for level, look in levels:
        y, end = _y(level.y), WIDTH - RIGHT
        words_at = max(y + 4, last + _LINE)
        last = words_at
        yield _line(LEFT, y, end, y, look)
        yield _line(end, y, end + 10, words_at - 4, look)
        yield _text(end + 14, words_at, level.words, size=SMALL)


def _folded(text: str) -> Iterator[str]:
    """*text* in lines that fit below the picture."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, SMALL) > WIDTH - 8:
            yield line
            longer = word
        line = longer
    yield line
