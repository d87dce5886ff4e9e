"""The promise, on platforms whose truth is known: no coordination, no findings; a campaign is found whole.

Each run is the whole way, from the export to the flagged accounts.
"""

from __future__ import annotations

import pytest

import overt
from benchmarks.measure.errors import counted
from benchmarks.measure.worlds import make_case, run_overt
from overt.simulate import World, null_world, power_world, simulate, write

SEEDS = range(20)


def flagged(world: World, folder) -> tuple[set[str], set[str]]:
    """(flagged accounts, members of a campaign)."""
    simulated = simulate(world)
    study = overt.open(folder / "study")
    study.ingest(write(simulated, folder).posts)
    found = study.detect(fdr=0.05)
    planted = {row["account_id"] for row in simulated.truth.to_pylist() if row["kind"] == "campaign"}
    return {row["account_id"] for row in found.account_scores.rows() if row["flagged"]}, planted


def test_without_coordination_runs_with_any_finding_are_what_q_allows(tmp_path):
    """All nulls true: the chance of any finding is the rate itself. 4 of 20 has a chance of 1.6 % at 5 %."""
    n_found = {seed: len(flagged(null_world(seed), tmp_path / str(seed))[0]) for seed in SEEDS}
    assert sum(n > 0 for n in n_found.values()) <= 3, n_found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_campaign_of_25_is_found_and_few_others(seed, tmp_path):
    """25 accounts, 12 objects, 20 s jitter: at least 24, and no more innocents than 5 % of the flagged."""
    found, planted = flagged(power_world(seed, jitter_s=20, n_accounts=25, n_objects=12), tmp_path)
    assert len(planted) == 25
    assert len(found & planted) >= 24
    assert len(found - planted) <= 2


@pytest.mark.parametrize(
    ("jitter_s", "n_objects", "least_share", "whole"),
    [(120, 12, 0.90, 0), (600, 12, 0.45, 0), (600, 30, 0.95, 18)],
)
def test_power_over_twenty_platforms(jitter_s, n_objects, least_share, whole):
    """Members found of 25 each, platforms on which all are, and no innocent; the search alone, in memory."""
    found = false = n_whole = 0
    for seed in SEEDS:
        case = make_case(power_world(seed, jitter_s=jitter_s, n_accounts=25, n_objects=n_objects))
        flagged, innocents = counted(run_overt(case.loaded, 0.05), case.group, 0.05)["accounts"]
        found, false = found + flagged - innocents, false + innocents
        n_whole += flagged - innocents == 25
    assert found / (25 * len(SEEDS)) >= least_share
    assert n_whole >= whole
    # at 5 % some innocents are allowed; the promise of the set-up is none
    assert false == 0


def test_an_audience_of_many_events_is_not_flagged():
    """Sixty people react to forty outside events before a wide public: 4 of 20 runs has a chance of 1.6 %."""
    runs = {"accounts": 0, "edges": 0, "groups": 0}
    for seed in SEEDS:
        case = make_case(null_world(seed, "shared_events"))
        counts = counted(run_overt(case.loaded, 0.05), case.group, 0.05)
        for level in runs:
            runs[level] += counts[level][0] > 0
    assert max(runs.values()) <= 3, runs
