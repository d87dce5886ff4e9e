"""Two pictures of an error rate: p-values against what chance would give, and asked against measured.

in: points and intervals; out: SVG; why: a curve on the diagonal is a promise kept, and it is seen at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Curve", "Measured", "asked_and_measured", "qq"]

_LEFT, _TOP, _WIDE, _HIGH, _FOOT = 46, 12, 300, 240, 40
_BEND = 1.5
"""The axis of what was seen reaches that much further than that of what is expected."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (expected, seen), -log10 p; kind: its class in the style sheet."""

    kind: str
    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured share with its interval, at one asked rate."""

    kind: str
    name: str
    rate: float
    share: float
    low: float
    high: float


def qq(curves: Sequence[Curve], label: str) -> Markup:
    """Expected across, seen upwards; the diagonal is chance. What is off the picture stands at its top."""
    most_x = max([1.0, *(x for curve in curves for x, _ in curve.points)])
    most_y = _BEND * most_x

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + _WIDE * x / most_x, _TOP + _HIGH * (1 - min(max(y, 0.0), most_y) / most_y)

    drawn = Markup("").join(
        Markup('<path class="{}" d="{}"><title>{}</title></path>').format(
            curve.kind,
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in curve.points)),
            curve.name,
        )
        for curve in curves
        if curve.points
    )
    (x0, y0), (x1, y1) = place(0, 0), place(most_x, most_x)
    chance = Markup('<path class="chance" d="M{} {}L{} {}"/>').format(*(f"{v:.1f}" for v in (x0, y0, x1, y1)))
    ticks = Markup("").join(
        [_tick(*place(value, 0), f"{value}", below=True) for value in _whole_steps(most_x)]
        + [_tick(*place(0, value), f"{value}", below=False) for value in _whole_steps(most_y)]
    )
    return _picture(label, [_frame(), chance, drawn, ticks, _names("expected, −log10 p", "seen")])


def asked_and_measured(rows: Sequence[Measured], label: str) -> Markup:
    """One column for each asked rate (a bar at the rate), and in it one mark with its interval per kind."""
    rates = sorted({row.rate for row in rows})
    kinds = list(dict.fromkeys(row.kind for row in rows))
    most = min(1.0, max([0.12, *(1.15 * row.high for row in rows), *(1.15 * rate for rate in rates)]))
    column = _WIDE / max(len(rates), 1)

    def height(share: float) -> float:
        return _TOP + _HIGH * (1 - min(share, most) / most)

    parts = [_frame()]
    for place, rate in enumerate(rates):
        left = _LEFT + column * place
        parts.append(
            Markup('<path class="chance" d="M{} {}h{}"/>').format(
                f"{left + 6:.1f}", f"{height(rate):.1f}", f"{column - 12:.1f}"
            )
        )
        parts.append(_tick(left + column / 2, _TOP + _HIGH, f"{100 * rate:g} %", below=True))
    for row in rows:
        x = _LEFT + column * (rates.index(row.rate) + (kinds.index(row.kind) + 1) / (len(kinds) + 1))
        parts.append(_mark(row, x, height))
    parts += [_tick(_LEFT, height(share), f"{100 * share:g} %", below=False) for share in _share_steps(most)]
    return _picture(label, [*parts, _names("asked for", "measured")])


def _mark(row: Measured, x: float, height: object) -> Markup:
    low, high, at = (height(share) for share in (row.low, row.high, row.share))  # type: ignore[operator]
    return Markup(
        '<g class="{}"><title>{}</title><path d="M{} {}V{}"/><circle cx="{}" cy="{}" r="4"/></g>'
    ).format(
        row.kind,
        f"{row.name}: {100 * row.share:.2g} % ({100 * row.low:.2g} to {100 * row.high:.2g} %)",
        f"{x:.1f}", f"{low:.1f}", f"{high:.1f}", f"{x:.1f}", f"{at:.1f}",
    )  # fmt: skip


def _whole_steps(most: float) -> list[int]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if most / step <= 6)
    return list(range(0, int(most) + 1, step))


def _share_steps(most: float) -> list[float]:
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if most / step <= 6)
    return [round(step * i, 4) for i in range(int(most / step + 1e-9) + 1)]


def _frame() -> Markup:
    return Markup('<path class="frame" d="M{0} {1}V{2}H{3}"/>').format(
        _LEFT, _TOP, _TOP + _HIGH, _LEFT + _WIDE
    )


def _tick(x: float, y: float, label: str, *, below: bool) -> Markup:
    dx, dy, anchor = (0, 16, "middle") if below else (-7, 4, "end")
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        f"{x + dx:.1f}", f"{y + dy:.1f}", anchor, label
    )


def _names(across: str, upwards: str) -> Markup:
    return Markup(
        '<text x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text transform="translate(11 {}) rotate(-90)" text-anchor="middle">{}</text>'
    ).format(_LEFT + _WIDE / 2, _TOP + _HIGH + 34, across, _TOP + _HIGH / 2, upwards)


def _picture(label: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg class="curves" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _LEFT + _WIDE + 14, _TOP + _HIGH + _FOOT, label, Markup("").join(parts)
    )
