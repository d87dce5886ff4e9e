"""The share of a campaign that would have been found, as one small table of shades for each size.

in: shares by number of objects and jitter; out: SVG pictures; why: where the dark ends is what the search can
and cannot see, and it is seen at a glance. Every cell says its number as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Panel", "panels", "percent"]

_LEFT, _TOP, _WIDE, _HIGH, _GAP = 34, 40, 66, 34, 2
_LIGHT_FROM = 0.65
"""Above this shade the number is written in the colour of the paper."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture.

    cells: per row (shown from top to bottom), per column: (share from 0 to 1, what a pointer is told).
    """

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[tuple[float, str]]]


def percent(share: float) -> str:
    """`94 %`; 0 and 100 % are said of none and all alone."""
    return f"{round(100 * share) if share in (0.0, 1.0) else min(max(round(100 * share), 1), 99)} %"


def panels(pictures: Sequence[Panel], rows_are: str, columns_are: str) -> Markup:
    """The pictures side by side; they wrap where there is no room."""
    drawn = Markup("").join(
        Markup("<div><h4>{}</h4>{}</div>").format(panel.title, _panel(panel, rows_are, columns_are))
        for panel in pictures
    )
    return Markup('<div class="heat">{}</div>').format(drawn)


def _panel(panel: Panel, rows_are: str, columns_are: str) -> Markup:
    width = _LEFT + _WIDE * len(panel.columns)
    height = _TOP + _HIGH * len(panel.rows)
    heads = Markup("").join(
        _text(_LEFT + _WIDE * (j + 0.5), _TOP - 7, "middle", "head", label)
        for j, label in enumerate(panel.columns)
    )
    names = Markup("").join(
        _text(_LEFT - 8, _TOP + _HIGH * (i + 0.5) + 5, "end", "head", label)
        for i, label in enumerate(panel.rows)
    )
    cells = Markup("").join(
        _cell(i, j, share, told) for i, row in enumerate(panel.cells) for j, (share, told) in enumerate(row)
    )
    axes = _text(_LEFT, 12, "start", "axis-name", f"{rows_are} \u2193   {columns_are} \u2192")
    return Markup(
        '<svg viewBox="0 0 {0} {1}" width="{0}" role="img" aria-label="{2}">{3}{4}{5}{6}</svg>'
    ).format(width, height, f"{panel.title}: share of the members found", axes, heads, names, cells)


def _cell(i: int, j: int, share: float, told: str) -> Markup:
    share = min(max(share, 0.0), 1.0)
    x, y = _LEFT + _WIDE * j, _TOP + _HIGH * i
    label = _text(
        x + _WIDE / 2, y + _HIGH / 2 + 5, "middle", "light" if share > _LIGHT_FROM else "dark",
        percent(share),
    )  # fmt: skip
    return Markup(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" fill-opacity="{}"/>{}</g>'
    ).format(
        told, x + _GAP / 2, y + _GAP / 2, _WIDE - _GAP, _HIGH - _GAP, f"{0.07 + 0.93 * share:.2f}", label
    )


def _text(x: float, y: float, anchor: str, kind: str, text: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>').format(
        f"{x:g}", f"{y:g}", anchor, kind, text
    )
