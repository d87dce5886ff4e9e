"""How fine the clock of a file is.

in: its times, block by block; out: 1, 1000, 60000, 3600000 or 86400000 ms; why: two posts in one minute
are not two posts in one second, and the null model must know which of the two a file can say.
"""

from __future__ import annotations

import numpy as np

from overt.detect.sources.moments import DAY_MS, MINUTE_MS

__all__ = ["Clock"]

_FINEST_DISTINCT = 20
_UNITS = (DAY_MS, 3_600_000, MINUTE_MS, 1_000)


class Clock:
    """Measures how fine a file's clock is, block by block.

    The coarsest unit that divides every time, when there are at least 20 distinct times; with fewer,
    how they are written decides, and seconds are assumed of whole seconds.
    """

    def __init__(self) -> None:
        self._coarse = dict.fromkeys(_UNITS, True)
        self._distinct: set[int] = set()
        self._written: int | None = None

    def see(self, ms: np.ndarray, written_ms: int) -> None:
        """Take the times (ms, int64) of some rows."""
        if not len(ms):
            return
        self._written = written_ms if self._written is None else min(self._written, written_ms)
        for unit, still in self._coarse.items():
            self._coarse[unit] = still and not (ms % unit).any()
        if len(self._distinct) < _FINEST_DISTINCT:
            self._distinct.update(np.unique(ms)[:_FINEST_DISTINCT].tolist())

    def add(self, other: Clock) -> None:
        """Take what another clock has seen of the same file."""
        self._coarse = {unit: still and other._coarse[unit] for unit, still in self._coarse.items()}
        self._distinct |= other._distinct
        written = [clock._written for clock in (self, other) if clock._written is not None]
        self._written = min(written, default=None)

    @property
    def resolution_ms(self) -> int:
        """1, 1000, 60000, 3600000 or 86400000."""
        measured = next((unit for unit in _UNITS if self._coarse[unit]), 1)
        if len(self._distinct) < _FINEST_DISTINCT:
            measured = min(measured, 1_000)
        return max(measured, self._written or 1)
