"""The picture of a group: accounts as dots, significant pairs as lines.

in: places 0 to 1, sizes, names, and pairs with weights; out: one SVG; why: a clique, a star and two
groups that touch look different at a glance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from overt.publish.visible import shortened, visible

__all__ = ["Dot", "network"]

_SIZE, _EDGE = 420, 46
_LINES = ("thin", "middle", "thick")


@dataclass(frozen=True, slots=True)
class Dot:
    """An account in the picture; x and y from 0 to 1, `weight` from 0 to 1 sets its size."""

    name: str
    x: float
    y: float
    weight: float


def network(
    dots: Sequence[Dot], lines: Sequence[tuple[int, int, float]], title: str, labels: int = 8
) -> Markup:
    """Dots and lines; a line is (index, index, weight 0..1); `labels` dots, the first ones, are named."""
    places = _places(dots)
    paths: dict[str, list[str]] = {name: [] for name in _LINES}
    for a, b, weight in lines:
        (xa, ya), (xb, yb) = places[a], places[b]
        paths[_LINES[min(2, int(weight * 3))]].append(f"M{xa:.0f} {ya:.0f}L{xb:.0f} {yb:.0f}")
    drawn = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(name, "".join(path))
        for name, path in paths.items()
        if path
    )
    circles = Markup("").join(
        Markup('<circle cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
            f"{x:.1f}", f"{y:.1f}", f"{4 + 5 * dot.weight:.1f}", visible(dot.name, 60)
        )
        for dot, (x, y) in zip(dots, places, strict=True)
    )
    return Markup(
        '<svg class="net" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<g class="lines">{2}</g><g class="dots">{3}</g><g class="names">{4}</g></svg>'
    ).format(_SIZE, title, drawn, circles, _names(dots[:labels], places))


def _places(dots: Sequence[Dot]) -> list[tuple[float, float]]:
    """Stretched to fill the square; missing or broken places stand in the middle."""
    xs = [dot.x if 0 <= dot.x <= 1 else 0.5 for dot in dots]
    ys = [dot.y if 0 <= dot.y <= 1 else 0.5 for dot in dots]
    return list(zip(_stretched(xs), _stretched(ys), strict=True))


def _stretched(values: list[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = _SIZE - 2 * _EDGE
    return [_EDGE + room * ((v - low) / (high - low) if high > low else 0.5) for v in values]


def _names(dots: Sequence[Dot], places: list[tuple[float, float]]) -> Markup:
    """Names beside the dots, left out where they would lie on an earlier one."""
    out: list[Markup] = []
    taken: list[tuple[float, float, float, float]] = []
    for dot, (x, y) in zip(dots, places, strict=False):
        left = x > _SIZE / 2
        name = shortened(dot.name)
        start = x - 10 - 7 * len(name) if left else x + 10
        box = (start, start + 7 * len(name), y - 8, y + 8)
        if any(box[0] < o[1] and o[0] < box[1] and box[2] < o[3] and o[2] < box[3] for o in taken):
            continue
        taken.append(box)
        out.append(
            Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
                f"{x - 10 if left else x + 10:.0f}", f"{y + 4:.0f}", "end" if left else "start", name
            )
        )
    return Markup("").join(out)
