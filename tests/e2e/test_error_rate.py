"""The promise, on platforms whose truth is known: no coordination, no findings; a campaign is found whole.

Each run is the whole way, from the export to the flagged accounts.
"""

from __future__ import annotations

import pytest

import overt
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
