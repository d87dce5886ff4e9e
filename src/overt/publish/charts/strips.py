"""Pictures of time: one row an account or a kind of account, one mark an action.

in: moments, ms UTC; out: SVG that stretches to the width of the page, with HTML beside it; why: that
accounts act at the same moments is seen at once when their rows stand below each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from overt.publish.charts.axis import Axis, Tick, ticks_markup

__all__ = ["Marks", "Strip", "strip"]

_ROW, _WIDTH, _PLACES = 10, 1000, 400

Kind = Literal["post", "hit", "other"]


@dataclass(frozen=True, slots=True)
class Marks:
    """Moments drawn alike in one row."""

    kind: Kind
    at: Sequence[float]


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows on one axis.

    names: what stands beside each row, escaped; rows: the marks of each; bands: stretches of time
    shaded over all rows; label: what the picture shows, for those who do not see it.
    """

    axis: Axis
    names: Sequence[Markup]
    rows: Sequence[Sequence[Marks]]
    ticks: Sequence[Tick]
    label: str
    bands: Sequence[tuple[float, float]] = ()


def strip(picture: Strip) -> Markup:
    """The picture with its names and axis."""
    height = len(picture.rows) * _ROW
    bands = Markup("").join(_band(picture.axis, band, height) for band in picture.bands)
    guides = "".join(f"M{share * 10:.1f} 0v{height}" for share, _ in picture.ticks)
    marks = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(marks.kind, _ticks(picture.axis, marks.at, row))
        for row, both in enumerate(picture.rows)
        for marks in both
        if len(marks.at)
    )
    svg = Markup(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" style="height:{}rem" role="img" aria-label="{}">'
        '{}<path class="guide" d="{}"/>{}</svg>'
    ).format(_WIDTH, height, f"{len(picture.rows) * 1.25:.2f}", picture.label, bands, guides, marks)
    names = Markup("").join(Markup("<span>{}</span>").format(name) for name in picture.names)
    return Markup(
        '<div class="strip"><div class="strip-names" aria-hidden="true">{}</div>'
        '<div class="strip-plot">{}{}</div></div>'
    ).format(names, svg, ticks_markup(list(picture.ticks)))


def _band(axis: Axis, band: tuple[float, float], height: int) -> Markup:
    x, end = axis.place(band[0]), axis.place(band[1])
    width = max(end - x, 6.0)  # a moment stays visible
    x = max(0.0, min(x - (width - (end - x)) / 2, _WIDTH - width))
    return Markup('<rect class="band" x="{}" y="0" width="{}" height="{}"/>').format(
        f"{x:.1f}", f"{width:.1f}", height
    )


def _ticks(axis: Axis, at: Iterable[float], row: int) -> str:
    """Marks as one path, moments that fall on one place drawn once: bounded, whatever the data."""
    places = sorted({round(axis.place(moment, _PLACES)) for moment in at})
    scale = _WIDTH / _PLACES
    return "".join(f"M{place * scale:g} {row * _ROW + 2}v{_ROW - 4}" for place in places)
