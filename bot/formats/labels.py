"""Labels that do not overlap: each gets the first line on which there is room for it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

SIZE, SMALL = 12, 11
_LINE = 15
_SMALL_LINE = 13
_SPACE = 5
_ASIDE = 4
"""How far a label stands from its own line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words that belong to the place *x*; ``lane`` and ``shift`` say where they stand."""

    x: float
    text: str
    top: float
    size: float
    centred: bool = False
    lane: int = 0
    flipped: bool = False
    """True: they stand left of their place, and end there."""
    shift: float = 0

    @property
    def width(self) -> float:
        """How wide, at most, the words are."""
        return width_of(self.text, self.size)

    @property
    def left(self) -> float:
        """Where they begin."""
        if self.centred:
            return self.x - self.width / 2 + self.shift
        return self.x - self.width - _ASIDE if self.flipped else self.x + _ASIDE

    @property
    def anchor(self) -> str:
        """Which part of them the drawing sets at ``text_x``."""
        return "middle" if self.centred else "end" if self.flipped else "start"

    @property
    def text_x(self) -> float:
        """Where the drawing sets them: their middle, end or beginning, as ``anchor`` says."""
        share = {"middle": 0.5, "end": 1.0, "start": 0.0}[self.anchor]
        return round(self.left + self.width * share, 1)

    @property
    def y(self) -> float:
        """Their base line."""
        return self.top + (self.lane + 1) * (_LINE if self.size == SIZE else _SMALL_LINE) - 3


def width_of(text: str, size: float) -> float:
    """How wide *text* is at most: letters differ between machines, so it is a wide guess."""
    return round(sum(_share(sign) for sign in text) * size, 1)


def _share(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if sign in "ilj.,:;'|!()[] ":
        return 0.34
    return 0.72 if sign.isupper() or sign in "mw" else 0.56


def fits(text: str, room: float, size: float) -> bool:
    """Whether *text* stands well within *room*."""
    return width_of(text, size) + _SPACE <= room


def packed(labels: Sequence[Label], left: float, right: float) -> list[Label]:
    """*labels* in their order, on as few lines as it takes, none outside *left* and *right* where it has room."""
    lanes: list[list[tuple[float, float]]] = []
    placed = []
    for label in labels:
        turned = _within(label, left, right)
        extent = (turned.left - _SPACE, turned.left + turned.width + _SPACE)
        lane = next((n for n, taken in enumerate(lanes) if _is_free(extent, taken)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(extent)
        placed.append(replace(turned, lane=lane))
    return placed


def _is_free(extent: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return all(extent[1] <= start or extent[0] >= end for start, end in taken)


def _within(label: Label, left: float, right: float) -> Label:
    """*label* moved, or turned to the other side of its place, so that it stays in the drawing."""
    over = label.left + label.width - right
    if label.centred:
        under = left - label.left
        return replace(label, shift=-over if over > 0 else max(0, under))
    return replace(label, flipped=True) if over > 0 and label.x - label.width - _ASIDE >= 0 else label
