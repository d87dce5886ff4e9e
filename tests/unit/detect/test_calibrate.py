"""The figures of a calibration, each against a plain twin, and a whole calibration of small platforms."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from benchmarks.measure.worlds import loaded_of
from overt.detect.calibration.calibrate import calibrate_loaded
from overt.detect.calibration.estimates import (
    MOST_POINTS,
    count_interval,
    group_decoy_q,
    qq_points,
    share_interval,
    threshold,
)
from overt.detect.calibration.figures import Calibration
from overt.detect.loaded import Settings
from overt.detect.significance.combine import benjamini_hochberg
from overt.simulate import null_world, power_world, simulate


@pytest.mark.parametrize("counts", [[0] * 20, [1] + [0] * 19, [3] * 10, [7, 6, 8, 7]])
def test_the_interval_of_a_mean_count_is_the_exact_one(counts):
    total, n = sum(counts), len(counts)
    low, high = count_interval(counts)
    exact_low = stats.gamma.ppf(0.025, total) / n if total else 0.0
    assert low == pytest.approx(exact_low, abs=0.02 / n + 0.02 * exact_low)
    assert high == pytest.approx(stats.gamma.ppf(0.975, total + 1) / n, rel=0.02)


def test_counts_that_come_in_lumps_have_a_wider_interval():
    lumps, even = count_interval([20] + [0] * 19), count_interval([1] * 20)
    assert lumps[0] < even[0]
    assert lumps[1] > even[1]


def test_the_interval_of_a_share_is_wilsons():
    for hits, n in ((0, 20), (3, 20), (20, 20)):
        exact = stats.binomtest(hits, n).proportion_ci(method="wilson")
        assert share_interval(hits, n) == pytest.approx((exact.low, exact.high), abs=1e-6)


def test_the_threshold_is_what_bh_accepts():
    p = np.array([1e-6, 1e-4, 0.003, 0.2, 0.9])
    q = benjamini_hochberg(p, 100)
    assert threshold(p, q, 0.05, 100) == 1e-4
    assert threshold(p, np.ones(5), 0.05, 100) == 0.0005


def test_uniform_p_values_lie_on_the_diagonal():
    n = 100_000
    points = qq_points((np.arange(n) + 0.5) / n, n)
    assert len(points) <= MOST_POINTS
    assert all(abs(seen - expected) < 0.31 for expected, seen in points)
    assert qq_points(np.zeros(0), 10) == []


def plain_decoy_q(real, decoys):
    """The formula, letter by letter."""
    fdr = {
        s: min(
            1,
            (1 + sum(x >= s for d in decoys for x in d)) / (len(decoys) * max(1, sum(x >= s for x in real))),
        )
        for s in real
    }
    return [min(fdr[t] for t in real if t <= s) for s in real]


def test_the_q_of_groups_is_the_formula():
    rng = np.random.default_rng(0)
    for _ in range(50):
        real = np.sort(rng.integers(1, 12, rng.integers(1, 6)).astype(float))[::-1]
        decoys = [rng.integers(1, 12, rng.integers(0, 3)).astype(float) for _ in range(4)]
        assert group_decoy_q(real, decoys).tolist() == pytest.approx(plain_decoy_q(real.tolist(), decoys))
    assert group_decoy_q(np.array([9.0, 5.0]), [np.zeros(0)] * 20).tolist() == [1 / 40, 1 / 40]
    assert len(group_decoy_q(np.zeros(0), [np.zeros(0)])) == 0


@pytest.fixture(scope="module")
def null():
    return calibrate_loaded(loaded_of(simulate(null_world(11))), Settings(), decoys=8, seed=0)


@pytest.fixture(scope="module")
def planted():
    return calibrate_loaded(loaded_of(simulate(power_world(11))), Settings(), decoys=8, seed=0)


def test_without_coordination_decoys_show_about_what_was_asked_for(null):
    """24 decoys: 4 and more with a finding has a chance of 3 % at a rate of 5 %, per row."""
    assert [kind.kind for kind in null.kinds] == ["dither", "rotation", "rewired"]
    for what in ("accounts", "groups"):
        assert sum(row.any_share * null.decoys for row in null.rows(what)) <= 3
    assert all(row.any_low <= row.rate for kind in null.kinds for row in kind.rates if row.what != "pairs")
    assert not null.groups
    assert not null.notes


def test_a_campaign_is_in_the_data_and_not_in_its_decoys(planted):
    rows = planted.rows("accounts")
    assert rows[0].found >= 20
    for row in rows:
        assert row.decoy_mean <= 1
        assert row.realised is not None
        assert row.realised <= 0.05
        assert row.realised_low <= row.realised <= row.realised_high
    assert planted.groups
    assert planted.groups[0]["group_id"] == "G1"
    assert all(group["decoy_q"] <= 0.2 for group in planted.groups)
    assert "24 decoys of this data" in planted.sentence()
    assert f"where {rows[0].found} are in the data" in planted.sentence()


def test_a_calibration_survives_json(planted):
    assert Calibration.from_dict(json.loads(json.dumps(planted.as_dict(), allow_nan=False))) == planted


def test_the_same_seed_gives_the_same_figures():
    loaded = loaded_of(simulate(replace(power_world(2), n_accounts=200, n_objects=100)))
    one, again, other = (calibrate_loaded(loaded, Settings(), decoys=2, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.kinds[0].qq_pairs != other.kinds[0].qq_pairs


def test_the_studys_own_rate_is_counted_too():
    loaded = loaded_of(simulate(replace(null_world(12), n_accounts=200, n_objects=100)))
    found = calibrate_loaded(loaded, Settings(0.02), decoys=1, seed=0)
    assert sorted({row.rate for row in found.kinds[0].rates}) == [0.01, 0.02, 0.05, 0.10]
    assert len(found.rows("pairs")) == 3
