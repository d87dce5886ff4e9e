"""Charts of cost over size: lines on two logarithmic axes, and bars in parts.

in: costs by size and by tool, seconds by step; out: a whole SVG; why: on two logarithms a power is a straight
line and its exponent the slope, so that a bend is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from benchmarks.measure.svg import COLOURS, SHAPES, label, legend, picture, shape, stroke

__all__ = ["Costs", "in_parts", "log_log", "short"]

WIDTH, HEIGHT, LEFT, TOP = 260, 210, 55, 35


@dataclass(frozen=True, slots=True)
class Costs:
    """A title with its unit, and for each tool all costs at each size (all above 0)."""

    title: str
    of: Mapping[str, Mapping[int, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class _Axis:
    """Whole powers of ten around the values; `place` is 0 at the least and 1 at the greatest."""

    low: int
    high: int

    @classmethod
    def around(cls, values: Sequence[float]) -> _Axis:
        low, high = floor(log10(min(values))), ceil(log10(max(values)))
        return cls(low, max(high, low + 1))

    def place(self, value: float) -> float:
        return (log10(value) - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def short(value: float) -> str:
    """0.1, 10, 100k, 10M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def log_log(panels: Sequence[Costs], about: str) -> str:
    """Side by side: posts from left to right, costs upward; a mark a run, a line through the medians."""
    body: list[str] = []
    names = list(dict.fromkeys(tool for panel in panels for tool in panel.of))
    sizes = _Axis.around([size for panel in panels for costs in panel.of.values() for size in costs])
    for number, panel in enumerate(panels):
        body += _panel(panel, LEFT + number * (WIDTH + LEFT), sizes, names)
    body += legend(names, LEFT, TOP + HEIGHT + 50)
    return picture(LEFT + len(panels) * (WIDTH + LEFT), TOP + HEIGHT + 65, body, about)


def _panel(panel: Costs, left: float, sizes: _Axis, names: Sequence[str]) -> list[str]:
    values = _Axis.around([cost for costs in panel.of.values() for some in costs.values() for cost in some])
    body = [label(left, 18, panel.title, "t")]
    for tick in values.ticks:
        y = TOP + HEIGHT * (1 - values.place(tick))
        body += [stroke(left, y, left + WIDTH, y, "g"), label(left - 6, y + 4, short(tick), "s", "end")]
    for tick in sizes.ticks:
        x = left + WIDTH * sizes.place(tick)
        body += [
            stroke(x, TOP, x, TOP + HEIGHT, "g"),
            label(x, TOP + HEIGHT + 16, short(tick), "s", "middle"),
        ]
    for tool, costs in panel.of.items():
        which = names.index(tool)
        middle = []
        for size in sorted(costs):
            x = left + WIDTH * sizes.place(size)
            ys = sorted(TOP + HEIGHT * (1 - values.place(cost)) for cost in costs[size])
            middle.append(f"{x:.1f},{ys[len(ys) // 2]:.1f}")
            body += [shape(SHAPES[which], x, y, COLOURS[which]) for y in ys]
        body.append(f'<polyline points="{" ".join(middle)}" fill="none" stroke="{COLOURS[which]}"/>')
    return body


def in_parts(title: str, rows: Mapping[str, Mapping[str, float]], about: str) -> str:
    """A bar a row, cut in parts by their share of its sum; the sum in seconds beside it."""
    left, width, row = 90, 420, 28
    parts = list(dict.fromkeys(part for some in rows.values() for part in some))
    body = [label(10, 18, title, "t")]
    for number, (name, some) in enumerate(rows.items()):
        x, y, whole = float(left), 32 + row * number, sum(some.values())
        body.append(label(left - 10, y + 14, name, "", "end"))
        for part, value in some.items():
            size = f'width="{width * value / whole:.1f}" height="{row - 10}"'
            body.append(f'<rect x="{x:.1f}" y="{y}" {size} fill="{COLOURS[parts.index(part)]}"/>')
            x += width * value / whole
        body.append(label(left + width + 6, y + 14, f"{whole:.0f} s", "s"))
    body += legend(parts, left, 32 + row * len(rows) + 16)
    return picture(left + width + 70, 32 + row * len(rows) + 30, body, about)
