"""Charts as SVG text: dots with intervals, lines with intervals, bars.

in: numbers; out: a whole SVG; why: a figure is a few hundred bytes of text that anyone can diff, and needs
no plotting package. Text carries every name and number, so nothing depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure.svg import COLOURS, SHAPES, label, legend, picture, shape, stroke

__all__ = ["Mark", "Panel", "Series", "bars", "dots", "lines"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval, all in [0, 1]."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """A name and a mark (or None) at each place of an axis."""

    name: str
    marks: Sequence[Mark | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A title, the names of the places, and the series over them."""

    title: str
    places: Sequence[str]
    series: Sequence[Series]


def dots(panel: Panel, nominal: float, about: str) -> str:
    """One row a place, a mark a series; the nominal rate as a broken line. Axis from 0 to 100 %."""
    left, width, row = 130, 460, 26
    height = 50 + row * len(panel.places)
    body = [label(10, 18, panel.title, "t")]
    for tick in (0, 25, 50, 75, 100):
        x = left + width * tick / 100
        body += [stroke(x, 30, x, height, "g"), label(x, height + 16, f"{tick} %", "s", "middle")]
    x = left + width * nominal
    body.append(stroke(x, 30, x, height, "n"))
    for number, place in enumerate(panel.places):
        middle = 45 + row * number
        body.append(label(left - 10, middle + 4, place, "", "end"))
        for which, series in enumerate(panel.series):
            mark = series.marks[number]
            if mark:
                y = middle + 7 * (which - (len(panel.series) - 1) / 2)
                body.append(
                    stroke(left + width * mark.low, y, left + width * mark.high, y, "e", COLOURS[which])
                )
                body.append(shape(SHAPES[which], left + width * mark.value, y, COLOURS[which]))
    body += legend([series.name for series in panel.series], left, height + 36)
    return picture(left + width + 40, height + 50, body, about)


def lines(panels: Sequence[Panel], about: str) -> str:
    """Side by side: places from left to right, values from 0 to 100 % upward."""
    width, height, left = 190, 180, 45
    body = []
    for number, panel in enumerate(panels):
        x0 = left + number * (width + 35)
        body.append(label(x0, 18, panel.title, "t"))
        for tick in (0, 25, 50, 75, 100):
            y = 35 + height * (1 - tick / 100)
            body.append(stroke(x0, y, x0 + width, y, "g"))
            body += [] if number else [label(x0 - 6, y + 4, f"{tick} %", "s", "end")]
        xs = [x0 + width * (i + 0.5) / len(panel.places) for i in range(len(panel.places))]
        body += [label(x, 52 + height, name, "s", "middle") for x, name in zip(xs, panel.places, strict=True)]
        for which, series in enumerate(panel.series):
            body += _curve(series, [x + 5 * (which - 1) for x in xs], which, height)
    body += legend([series.name for series in panels[0].series], left, height + 75)
    return picture(left + len(panels) * (width + 35), height + 90, body, about)


def _curve(series: Series, xs: Sequence[float], which: int, height: float) -> list[str]:
    colour = COLOURS[which]
    points = [(x, mark) for x, mark in zip(xs, series.marks, strict=True) if mark]
    line = " ".join(f"{x:.1f},{35 + height * (1 - mark.value):.1f}" for x, mark in points)
    body = [f'<polyline points="{line}" fill="none" stroke="{colour}"/>']
    for x, mark in points:
        top, bottom = 35 + height * (1 - mark.high), 35 + height * (1 - mark.low)
        body.append(stroke(x, top, x, bottom, "e", colour))
        body.append(shape(SHAPES[which], x, 35 + height * (1 - mark.value), colour))
    return body


def bars(panel: Panel, about: str) -> str:
    """A group of bars a place, one a series, with the share written beside it."""
    left, width, bar = 150, 380, 13
    row = bar * len(panel.series) + 12
    body = [label(10, 18, panel.title, "t")]
    for number, place in enumerate(panel.places):
        top = 32 + row * number
        body.append(label(left - 10, top + row / 2, place, "", "end"))
        for which, series in enumerate(panel.series):
            mark = series.marks[number]
            if mark:
                y, length = top + bar * which, max(1.0, width * mark.value)
                size = f'width="{length:.1f}" height="{bar - 2}"'
                body.append(f'<rect x="{left}" y="{y}" {size} fill="{COLOURS[which]}"/>')
                body.append(label(left + length + 5, y + 10, f"{100 * mark.value:.0f} %", "s"))
    height = 32 + row * len(panel.places)
    body += legend([series.name for series in panel.series], left, height + 16)
    return picture(left + width + 60, height + 30, body, about)
