"""Which campaigns are put in.

in: what was asked for; out: `Grid`, with values that make sense; why: the grid of a run is written beside its
result, and is the key by which a run that was done is not done again. Nothing heavy is imported here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from overt.errors import SettingError

__all__ = ["Grid"]

MOST_RUNS = 5000
"""Campaigns in one call; more is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Which campaigns: every combination of sizes, objects and jitters (s), each `repeats` times.

    Campaigns on objects of their own are tried over the jitters only, at the middle size and number.
    """

    sizes: tuple[int, ...] = (10, 25, 50)
    objects: tuple[int, ...] = (6, 12, 30)
    jitters_s: tuple[float, ...] = (20.0, 120.0, 600.0, 3600.0)
    camouflage: float = 0.5
    participation: float = 0.6
    repeats: int = 5
    seed: int = 0

    def checked(self) -> Grid:
        """Itself with values in order and once each; SettingError for values that make no sense."""
        _check("sizes", self.sizes, all(n >= 2 for n in self.sizes), "accounts, at least 2")
        _check("objects", self.objects, all(n >= 1 for n in self.objects), "objects, at least 1")
        fine = all(math.isfinite(s) and s >= 0 for s in self.jitters_s)
        _check("jitters", self.jitters_s, fine, "lengths of time, 0 or more")
        _check("camouflage", self.camouflage, 0 <= self.camouflage <= 1, "a share from 0 to 1")
        _check("participation", self.participation, 0 < self.participation <= 1, "a share above 0, up to 1")
        _check("repeats", self.repeats, self.repeats >= 1, "at least 1")
        _check("seed", self.seed, self.seed >= 0, "0 or more")
        kinds = (len(self.sizes) * len(self.objects) + 1) * len(self.jitters_s)
        _check("repeats", self.repeats, kinds * self.repeats <= MOST_RUNS, f"at most {MOST_RUNS} runs in all")
        return replace(
            self,
            sizes=tuple(sorted(set(self.sizes))),
            objects=tuple(sorted(set(self.objects))),
            jitters_s=tuple(sorted({float(s) for s in self.jitters_s})),
        )

    def quick(self) -> Grid:
        """About a seventh of the work: the middle size, and at most two repeats."""
        sizes = tuple(sorted(set(self.sizes)))
        return replace(self, sizes=sizes[len(sizes) // 2 :][:1], repeats=min(self.repeats, 2))


def _check(name: str, value: object, fine: bool, expected: str) -> None:
    if not fine or value == ():
        found = ", ".join(f"{one}" for one in value) if isinstance(value, tuple) else value
        raise SettingError(
            f"{name}: expected {expected}; found {found or 'nothing'}",
            hint="For example: --sizes 10,25,50 --objects 6,12,30 --jitters 20s,2min,10min,1h",
        )
