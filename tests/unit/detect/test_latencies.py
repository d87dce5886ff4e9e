"""Latencies count from the origin, or from the event that revived an old object."""

from __future__ import annotations

import numpy as np

from overt.detect.edges.actions import UNKNOWN
from overt.detect.edges.latencies import latencies

HOUR = 3_600_000


def of(times, origins=None):
    times = np.array(sorted(times), np.int64)
    origin = np.full(len(times), UNKNOWN) if origins is None else np.array(origins, np.int64)
    latency, first = latencies(np.array([0, len(times)]), times, origin)
    return latency.tolist(), int(first[0])


def test_since_the_first_share():
    assert of([5000, 7000, 5000]) == ([0, 0, 2000], 5000)


def test_the_latest_stated_origin_that_can_be_true_is_believed():
    """One row with a wrong clock (1970) must not make everyone late by decades."""
    assert of([5000, 7000, 9000], [0, 4000, 8000]) == ([1000, 3000, 5000], 4000)


def test_a_wide_public_after_an_event_starts_anew():
    rng = np.random.default_rng(0)
    early = [0, 2 * HOUR, 9 * HOUR]
    event = 30 * HOUR
    fans = event + rng.integers(0, 120_000, 20)
    public = event + rng.lognormal(np.log(2 * HOUR), 0.7, 80).astype(np.int64)
    latency, first = of([*early, *fans, *public])
    assert first == 0
    assert latency[:3] == [0, 2 * HOUR, 9 * HOUR]
    assert max(latency[3:20]) < 120_000
    assert max(latency) < 20 * HOUR


def test_a_group_cannot_make_itself_early():
    """Two hundred at once: an earlier share may count as the revival, but none of the half hour before."""
    rng = np.random.default_rng(1)
    ordinary = rng.lognormal(np.log(8 * HOUR), 1.0, 20).astype(np.int64)
    group = 30 * HOUR + rng.integers(0, 240_000, 200)
    latency, first = of([0, *ordinary, *group])
    assert first == 0
    assert min(latency[-200:]) > 0
    assert np.median(latency[-200:]) >= HOUR // 2


def test_ordinary_spread_is_rarely_taken_for_a_revival():
    rng = np.random.default_rng(2)
    moved = 0
    for _ in range(200):
        times = np.sort(rng.lognormal(np.log(4 * HOUR), 1.2, 40).astype(np.int64))
        latency, first = of(times)
        moved += sum(x != t - first for x, t in zip(latency, times, strict=True))
    assert moved / (200 * 40) < 0.2
