"""Where the marks of a time axis stand and what they say.

in: the two ends of an axis; out: ticks as (share of the width in percent, label), and their markup;
why: the labels are HTML, so they keep their size when a picture is squeezed onto a phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from overt.publish.text import duration, when

__all__ = ["Axis", "date_ticks", "lapse_ticks", "ticks_markup"]

_STEPS_S = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5,
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    172_800, 345_600, 604_800, 864_000, 1_209_600, 2_592_000, 7_776_000, 15_552_000, 31_536_000,
)  # fmt: skip
_STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 30_000)
_DAY_MS = 86_400_000
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # the years 1 and 9999

Tick = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time from `start` to `end`, ms UTC; `end` is made later than `start`."""

    start: float
    end: float

    def place(self, at: float, width: float = 1000.0) -> float:
        """Where a moment stands on a picture of this width; outside moments are put at the ends."""
        span = max(self.end - self.start, 1.0)
        return min(max((at - self.start) / span, 0.0), 1.0) * width


def date_ticks(axis: Axis, most: int = 4) -> list[Tick]:
    """At most `most` + 1 ticks on whole hours, days, months or years of UTC."""
    span = max(axis.end - axis.start, 1.0)
    if span > most * 31 * _DAY_MS:
        return _month_ticks(axis, most)
    step = next(s for s in _STEPS_S if s >= 1 and span / 1000 / s <= most) * 1000
    first = -(-int(axis.start) // int(step)) * int(step)
    moments = range(first, int(axis.end) + 1, int(step))
    resolution = _DAY_MS if step >= _DAY_MS else 60_000 if step >= 60_000 else 1000
    labels = [when(at, resolution) for at in moments]
    return [(axis.place(at, 100), label) for at, label in zip(moments, _shorter(labels), strict=True)]


def _shorter(labels: list[str]) -> list[str]:
    """A label says the date only where it changes: `2024-03-05 12:00`, `18:00`, `2024-03-06 00:00`."""
    out, day = [], ""
    for label in labels:
        date, _, clock = label.partition(" ")
        out.append(clock if clock and date == day else label)
        day = date
    return out


def _month_ticks(axis: Axis, most: int) -> list[Tick]:
    start, end = (_moment(at) for at in (axis.start, axis.end))
    months = (end.year - start.year) * 12 + end.month - start.month
    step = next(s for s in _STEPS_MONTHS if months / s <= most)
    number = start.year * 12 + start.month - 1
    ticks = []
    for at in range(-(-number // step) * step, number + months + 1, step):
        year, month = divmod(at, 12)
        if not 1 <= year <= 9999:
            continue
        moment = datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000
        if axis.start <= moment <= axis.end:
            ticks.append((axis.place(moment, 100), f"{year}" if step >= 12 else f"{year}-{month + 1:02d}"))
    return ticks


def _moment(at: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=min(max(at, _FIRST_MS), _LAST_MS))


def lapse_ticks(axis: Axis, zero: float, most: int = 4) -> list[Tick]:
    """Ticks that say the time since `zero`: `0`, `+20 s`, `+40 s`."""
    span = max(axis.end - axis.start, 1.0) / 1000
    step = next((s for s in _STEPS_S if span / s <= most), span)
    first = -(-(axis.start - zero) // (step * 1000))
    ticks = []
    for i in range(int(first), int(first) + most + 2):
        at = zero + i * step * 1000
        if axis.start <= at <= axis.end:
            sign = "" if i == 0 else "+" if i > 0 else "\u2212"
            ticks.append((axis.place(at, 100), f"{sign}{duration(abs(i) * step)}"))
    return ticks


def ticks_markup(ticks: list[Tick]) -> Markup:
    """The row of labels under a picture; those at the ends are turned inward."""
    spans = Markup("").join(
        Markup('<span class="{}" style="left:{}%">{}</span>').format(
            "first" if place < 12 else "last" if place > 88 else "mid", f"{place:.2f}", label
        )
        for place, label in ticks
    )
    crowded = " crowded" if len(ticks) > 2 and max(len(label) for _, label in ticks) >= 10 else ""
    return Markup('<div class="axis{}" aria-hidden="true">{}</div>').format(crowded, spans)
