"""What could have been found, as a table.

in: how many members of each campaign were flagged; out: `Power`, plain values that go through JSON and back;
why: the command line, the report and the page show the same rows. Nothing heavy is imported here.

The interval is Wilson's (1927) over all members of all repeats. Members of one campaign stand or fall
together, so that with few repeats the truth may lie outside it more often than one time in twenty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["FIRST", "INSIDE", "Power", "Row", "wilson"]

INSIDE, FIRST = "inside", "first"
"""Placements: at a random moment of the ordinary spread of an object that the data has; or on objects that
nobody else shares, so that the members are their origin and timing says little."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of campaign and what the search made of it.

    Attributes
    ----------
    size, n_objects, jitter_s, camouflage, placement: as in `Campaign`.
    found: members flagged, per repeat. others: accounts flagged that are no members and that the search of
        the data as they are does not flag, per repeat.
    share, low, high: of all members of all repeats, the share that was flagged, and its 95 % interval.
    """

    size: int
    n_objects: int
    jitter_s: float
    camouflage: float
    placement: str
    found: tuple[int, ...]
    others: tuple[int, ...]
    share: float
    low: float
    high: float

    @property
    def n_found(self) -> int:
        return sum(self.found)

    @property
    def n_members(self) -> int:
        return self.size * len(self.found)


@dataclass(frozen=True, slots=True)
class Power:
    """What could have been found.

    Attributes
    ----------
    trace: the trace whose objects the campaigns shared; traces: all that decide; fdr: the search's rate.
    participation, repeats, seed: as in `Grid`.
    n_accounts, n_objects: how many the campaigns could choose from.
    rows: by placement, size, number of objects, jitter. notes: what was left out, in sentences.
    """

    trace: str
    traces: tuple[str, ...]
    fdr: float
    participation: float
    repeats: int
    seed: int
    n_accounts: int
    n_objects: int
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as in power.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Power:
        """The same from what `as_dict` gave, also after a way through JSON."""
        rows = tuple(
            Row(**{**row, "found": tuple(row["found"]), "others": tuple(row["others"])})
            for row in values["rows"]
        )
        lists = {name: tuple(values[name]) for name in ("traces", "notes")}
        return cls(**{**values, **lists, "rows": rows})


def wilson(k: int, n: int, z: float = 1.959964) -> tuple[float, float, float]:
    """Share k / n and Wilson's interval around it, 95 % by default; n is at least 1."""
    share = k / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return share, max(0.0, centre - half) if k else 0.0, min(1.0, centre + half) if k < n else 1.0
