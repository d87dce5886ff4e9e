"""Numbers in words: counts, durations, times, rates of error, kinds of traces.

in: numbers of the tables; out: short plain text, not yet escaped; why: the report, the exports and
`overt explain` must say the same number in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite

__all__ = [
    "clock",
    "conflict_note",
    "count",
    "decimal",
    "duration",
    "gap",
    "joined",
    "object_kind",
    "plural",
    "q_sentence",
    "q_words",
    "rate",
    "trace_name",
    "when",
]

_NAMES = {
    "link": ("links", "the link"),
    "domain": ("websites", "the website"),
    "hashtag": ("hashtags", "the hashtag"),
    "hashtag_sequence": ("hashtags in the same order", "the hashtags, in this order,"),
    "sound": ("sounds", "the sound"),
    "repost": ("reposts", "the reposted post"),
    "reply": ("reply targets", "the post replied to"),
    "mention": ("mentions", "the mentioned account"),
    "text": ("matching texts", "the text"),
    "object": ("objects named by the source", "the object"),
    "synchrony": ("moments of posting", "the moment of posting"),
    "fused": ("all traces together", "the object"),
}
_UNITS = ((86_400.0, "day"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))
_FLOORS = (
    (1e-6, "fewer than 1 in 1,000,000"),
    (1e-5, "fewer than 1 in 100,000"),
    (1e-4, "fewer than 1 in 10,000"),
    (1e-3, "fewer than 1 in 1,000"),
    (1e-2, "fewer than 1 in 100"),
)
_MS_FIRST, _MS_LAST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 and 9999


def count(n: float | None) -> str:
    """A whole number with thousands separators; `unknown` for None."""
    return "unknown" if n is None else f"{round(n):,}"


def plural(n: int, one: str, many: str | None = None) -> str:
    """`1 account`, `2,000 accounts`; `many` for words that do not just take an s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; empty for none."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def decimal(x: float | None) -> str:
    """A figure with about two digits that count: `0.4`, `12`, `less than 0.01`; `unknown` for None."""
    if x is None or not isfinite(x):
        return "unknown"
    if 0 < x < 0.01:
        return "less than 0.01"
    if abs(x) >= 10:
        return f"{x:,.0f}"
    text = f"{x:.2f}" if abs(x) < 0.1 else f"{x:.1f}"
    return text.removesuffix(".0").removesuffix(".00")


def duration(seconds: float | None) -> str:
    """A length of time in at most two units: `41 s`, `2 min 5 s`, `3 days 4 h`."""
    if seconds is None or not isfinite(seconds):
        return "unknown"
    if abs(seconds) < 10 and seconds != round(seconds):
        return f"{seconds:.1f} s" if abs(seconds) >= 0.1 else "under 0.1 s"
    left = round(abs(seconds))
    for place, (size, _) in enumerate(_UNITS):
        if left >= size:
            return _two_units(left, place)
    return "0 s"


def _two_units(seconds: int, place: int) -> str:
    """`seconds` in the unit at `place` and, below 100 of it, the next smaller one."""
    size = int(_UNITS[place][0])
    if place + 1 == len(_UNITS):
        return _unit(seconds, place)
    small = int(_UNITS[place + 1][0])
    seconds = round(seconds / small) * small  # rounded first, so that 60 of a unit never shows
    if place and seconds >= _UNITS[place - 1][0]:
        return _two_units(seconds, place - 1)
    whole, rest = divmod(seconds, size)
    if not rest or whole >= 100:
        return _unit(whole, place)
    return f"{_unit(whole, place)} {_unit(rest // small, place + 1)}"


def _unit(n: int, place: int) -> str:
    name = _UNITS[place][1]
    return f"{n:,} {name}s" if name == "day" and n != 1 else f"{n:,} {name}"


def gap(seconds: float, resolution_ms: int | None = None) -> str:
    """The time to the previous action; within one tick of the source's clock it is said so."""
    if resolution_ms is None or abs(seconds) * 1000 >= max(resolution_ms, 1):
        return duration(seconds)
    tick = {1000: "second", 60_000: "minute", 3_600_000: "hour", 86_400_000: "day"}.get(resolution_ms)
    return f"same {tick}" if tick else "same instant"


def when(at: int | None, resolution_ms: int | None = None) -> str:
    """A moment as `2024-03-05 14:02:11` (UTC is said by the table's head), no finer than the clock."""
    if at is None or not _MS_FIRST <= at <= _MS_LAST:
        return "unknown" if at is None else f"{at} ms"
    moment = datetime.fromtimestamp(at // 1000, UTC)
    day = f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"
    tick = resolution_ms or 1000
    if tick >= 86_400_000:
        return day
    return f"{day} {moment:%H:%M}" if tick >= 60_000 else f"{day} {moment:%H:%M:%S}"


def clock(resolution_ms: int | None) -> str:
    """How fine a source's clock is, in words."""
    names = {
        1: "to the millisecond",
        1000: "to the second",
        60_000: "to the minute",
        3_600_000: "to the hour",
        86_400_000: "to the day",
    }
    if resolution_ms is None:
        return "unknown"
    return names.get(resolution_ms, f"to {duration(resolution_ms / 1000)}")


def conflict_note(n: int) -> str:
    """What it means that records repeat a post's id with other content, and what to do."""
    first = (
        "1 record repeats the id of another post but says"
        if n == 1
        else f"{n:,} records repeat the id of another post but say"
    )
    return (
        f"{first} something else; of each post one version was kept, the later collected or else the first. "
        "Where ids restart in each file, posts were lost: read the files into a new study with "
        "--map post=none."
    )


def q_words(q: float | None) -> str:
    """A q-value as a rate: 0.03 is `about 3 in 100`, 0.0003 `fewer than 1 in 1,000`."""
    if q is None or not isfinite(q):
        return "not known"
    for floor, words in _FLOORS:
        if q < floor:
            return words
    return rate(q)


def rate(q: float) -> str:
    """A share as `about 5 in 100`, or `about 5 in 1,000` where hundredths are too coarse."""
    hundredths = q * 100
    if q >= 0.095 or abs(hundredths - round(hundredths)) < 1e-9:
        return f"about {round(hundredths)} in 100"
    return f"about {round(q * 1000)} in 1,000"


def q_sentence(q: float | None) -> str:
    """What the q-value of a group says, which is that of its third strongest member, as one sentence."""
    if q is None or not isfinite(q):
        return "How often accounts flagged this strongly are chance is not known."
    return f"Of accounts flagged as strongly as these, {q_words(q)} are expected to be chance."


def trace_name(trace: str) -> str:
    """A trace in the plural as readers know it: `links`, `matching texts`."""
    return _NAMES[trace][0] if trace in _NAMES else trace.replace("_", " ")


def object_kind(trace: str) -> str:
    """What one object of a trace is: `the link`."""
    return _NAMES[trace][1] if trace in _NAMES else f"the {trace.replace('_', ' ')}"
