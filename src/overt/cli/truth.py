"""The groups that were found beside the groups that were planted.

in: who belongs to what, by truth and by finding; out: a line for each planted group, and one for each group
found where none was planted; why: a demo that shows only what it found would show nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Comparison", "Planted", "compare", "read_truth"]

_NOBODY = "organic"
_MEANING = {
    "campaign": "hidden campaign",
    "state": "state accounts, in the open",
    "syndication": "innocent: outlets of one feed",
    "fan_club": "innocent: fans of one star",
    "giveaway": "innocent: a text to paste",
    "scheduler": "innocent: posts on a grid",
    "fast_bot": "innocent: always fast",
    "event_fans": "innocent: one event's public",
    _NOBODY: "nothing was planted",
}
"""What a kind of the truth file is, in words."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A group of the truth: its name and its kind."""

    name: str
    kind: str

    @property
    def meaning(self) -> str:
        """In words."""
        return _MEANING.get(self.kind, "innocent")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One planted group, or one finding where nothing was planted.

    Attributes
    ----------
    groups, audiences: ids of those that hold at least two of its accounts.
    n_found, n_planted: its accounts in these groups, and all its accounts that posted.
    n_others: accounts of these groups that are not its own.
    """

    planted: Planted
    groups: tuple[str, ...]
    n_found: int
    n_planted: int
    n_others: int
    audiences: tuple[str, ...] = ()

    @property
    def found_in(self) -> str:
        """In words; an audience is not flagged, so it counts as no finding."""
        groups = ", ".join(self.groups) or "no group"
        return f"{groups} (audience {', '.join(self.audiences)})" if self.audiences else groups


def read_truth(path: Path, present: Iterable[str]) -> dict[str, Planted]:
    """Account -> what it was planted as, of the accounts that are in the study."""
    known = set(present)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["account_id"] in known]
    return {
        row["account_id"]: Planted(row["name"] or row["kind"].replace("_", " "), row["kind"]) for row in rows
    }


def compare(
    truth: Mapping[str, Planted],
    groups: Mapping[str, Iterable[str]],
    audiences: Mapping[str, Iterable[str]] | None = None,
) -> list[Comparison]:
    """Planted campaigns first, then other planted groups, then findings where nothing was planted."""
    counts, apart = _counted(truth, groups), _counted(truth, audiences or {})
    sizes = Counter(truth.values())
    planted = sorted(
        (p for p in sizes if p.kind != _NOBODY), key=lambda p: (p.kind != "campaign", p.kind, p.name)
    )
    lines = [_line(one, counts, apart, sizes[one]) for one in planted]
    matched = {group for line in lines for group in line.groups}
    chance = Planted("none", _NOBODY)
    strangers = ((group, sum(count.values())) for group, count in counts.items() if group not in matched)
    return lines + [Comparison(chance, (group,), 0, 0, size) for group, size in strangers]


def _counted(
    truth: Mapping[str, Planted], groups: Mapping[str, Iterable[str]]
) -> dict[str, Counter[Planted]]:
    return {group: Counter(truth[account] for account in members) for group, members in groups.items()}


def _line(
    planted: Planted,
    counts: Mapping[str, Counter[Planted]],
    apart: Mapping[str, Counter[Planted]],
    n_planted: int,
) -> Comparison:
    groups = tuple(group for group, count in counts.items() if count[planted] >= 2)
    audiences = tuple(audience for audience, count in apart.items() if count[planted] >= 2)
    n_found = sum(counts[group][planted] for group in groups)
    n_all = sum(sum(counts[group].values()) for group in groups)
    return Comparison(planted, groups, n_found, n_planted, n_all - n_found, audiences)
