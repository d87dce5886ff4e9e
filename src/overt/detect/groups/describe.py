"""A group in one or two plain sentences.

in: the figures of a group; out: `why`; why: a table of numbers is not an explanation, and the sentence must
say no more than the numbers do: that the accounts act together, not who they are or what they want.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GroupFigures", "duration", "why"]

NOUNS = {
    "link": "links",
    "domain": "linked sites",
    "hashtag": "hashtags",
    "hashtag_sequence": "hashtag sequences",
    "sound": "sounds",
    "repost": "reposted posts",
    "reply": "answered posts",
    "mention": "mentioned accounts",
    "text": "texts",
    "object": "objects",
}


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What the sentence is made of: see the columns of `groups`; gap_median_s None when unknown."""

    n_accounts: int
    n_objects: int
    traces: Sequence[str]
    gap_median_s: float | None
    n_close: float
    expected: float
    n_pairs: int
    n_beyond_habits: int
    n_two_traces: int = 0


def why(figures: GroupFigures) -> str:
    """For example: `25 accounts acted on 12 of the same texts close together in time, typically 21 s ...`"""
    kinds = _listed([NOUNS.get(trace, trace) for trace in figures.traces[:3]])
    shared = f"{figures.n_objects} of the same {kinds}" if figures.n_objects else f"the same {kinds}"
    gap = "" if figures.gap_median_s is None else f", in the middle {duration(figures.gap_median_s)} apart"
    return (
        f"{figures.n_accounts} accounts acted on {shared} close together in time{gap}. A pair of them met "
        f"{_number(figures.n_close)} times, on average; {_number(figures.expected)} would be expected from "
        f"how these things spread and how fast each account usually is. {_habits(figures)}"
        f"{_two_traces(figures)}"
    )


def _two_traces(figures: GroupFigures) -> str:
    """How much of it a second kind of trace says too, in other posts."""
    if not figures.n_two_traces:
        return ""
    n = figures.n_pairs
    some = "All of its pairs" if figures.n_two_traces == n else f"{figures.n_two_traces} of its {n} pairs"
    return f" {some} stand in two kinds of trace, each by posts of its own."


def _habits(figures: GroupFigures) -> str:
    """How much of the finding is more than two accounts with the same working hours."""
    n, beyond = figures.n_pairs, figures.n_beyond_habits
    if beyond == n:
        return "That both keep the same hours does not explain it."
    some = f"{n - beyond} of its {n} significant pairs" if beyond else "All of it"
    return (
        f"{some} could also come from accounts that post the same things in the same hours of the same days."
    )


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def duration(seconds: float) -> str:
    """`8 s`, `3 min`, `2.5 h`, `4 days`."""
    for unit, size in (("days", 86_400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * size:
            return f"{_number(seconds / size)} {unit}"
    return f"{_number(seconds)} s"


def _number(value: float) -> str:
    if value >= 10 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"
