"""Whose hour it is: daily rhythm, sessions, scheduler grids, and the source's clock.

in: times in seconds since the world's start, per post; out: the times when they are posted; why: the
rhythm must not make bursts of its own.

The rhythm is a change of clock, not a filter: an account's own time runs at rate
1 + rhythm*cos(2 pi (local hour - 20)/24), and latencies are measured in that time. A post of the night
slides smoothly into the morning; nothing piles up at a wake-up hour, and density over the day varies by
the factor 1 + rhythm at most.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["DAY", "any_time", "later", "on_grid", "to_clock", "to_own_time", "to_resolution", "to_sessions"]

DAY = 86400.0
PEAK = 20 * 3600.0
GRID_DELAY_S = 3.0
"""Schedulers send within three seconds after the grid point."""

SESSION_S = 600.0
MAX_SESSIONS = 5

Floats = npt.NDArray[np.float64]


def _table(rhythm: float) -> tuple[Floats, Floats]:
    """Local second of the day and own time passed since midnight, each 0 to `DAY`."""
    second = np.linspace(0.0, DAY, 1441)
    turn = 2 * np.pi / DAY
    own = second + rhythm / turn * (np.sin(turn * (second - PEAK)) + np.sin(turn * PEAK))
    own[-1] = DAY  # against rounding: both ends must meet from day to day
    return second, own


def to_own_time(at: Floats, zone_s: Floats, rhythm: float) -> Floats:
    """Own time of accounts in zone `zone_s` (seconds east) at world seconds `at`."""
    second, own = _table(rhythm)
    local = at + zone_s
    day = np.floor(local / DAY) * DAY
    return day + np.interp(local - day, second, own)


def to_clock(own_time: Floats, zone_s: Floats, rhythm: float) -> Floats:
    """The inverse of `to_own_time`: world seconds."""
    second, own = _table(rhythm)
    day = np.floor(own_time / DAY) * DAY
    return day + np.interp(own_time - day, own, second) - zone_s


def later(at: Floats, latency_s: Floats, zone_s: Floats, rhythm: float) -> Floats:
    """World seconds when `latency_s` of own time have passed since `at`; never before `at`."""
    moved = to_clock(to_own_time(at, zone_s, rhythm) + latency_s, zone_s, rhythm)
    return np.maximum(moved, at)


def any_time(rng: np.random.Generator, zone_s: Floats, days: float, rhythm: float) -> Floats:
    """A world second of the days for each zone given: uniform in own time, so by the daily rhythm."""
    first = to_own_time(np.zeros_like(zone_s), zone_s, rhythm)
    last = to_own_time(np.full_like(zone_s, days * DAY), zone_s, rhythm)
    return to_clock(rng.uniform(first, last), zone_s, rhythm)


def on_grid(rng: np.random.Generator, at: Floats, grid_s: float) -> Floats:
    """The next point of the grid, plus the little that a scheduler needs to send."""
    return np.ceil(at / grid_s) * grid_s + rng.uniform(0.0, GRID_DELAY_S, len(at))


def to_sessions(
    rng: np.random.Generator, at: Floats, account: npt.NDArray[np.int64], n_accounts: int, days: float
) -> Floats:
    """Each post waits for its account's next session; sessions last ten minutes.

    A day is cut into one to five equal slots, by account, with one session at a random point of each.
    """
    n_slots = rng.integers(1, MAX_SESSIONS + 1, n_accounts)[account]
    point = rng.random((n_accounts, (int(days) + 3) * MAX_SESSIONS))
    slot = np.maximum(np.floor(at / DAY * n_slots), 0).astype(np.int64)
    last = point.shape[1] - 1
    here = (slot + point[account, np.minimum(slot, last)]) * DAY / n_slots
    after = (slot + 1 + point[account, np.minimum(slot + 1, last)]) * DAY / n_slots
    start: Floats = np.where(here >= at, here, after)
    return start + rng.uniform(0.0, SESSION_S, len(at))


def to_resolution(at: Floats, resolution_s: float) -> npt.NDArray[np.int64]:
    """World seconds floored to the source's clock, as ms since the world's start."""
    step = max(1, round(resolution_s * 1000))
    return np.floor(at * 1000 / step).astype(np.int64) * step
