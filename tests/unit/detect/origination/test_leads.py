"""Campaigns that start their own things are leads; platforms without any have none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import overt
from benchmarks.measure.worlds import make_case
from overt.detect.decision import decide
from overt.detect.loaded import Settings
from overt.detect.origination.leads import find_leads
from overt.simulate import Campaign, null_world, simulate, write


def campaign_world(placement, seed=0, jitter_s=120.0):
    campaign = Campaign(
        "campaign", n_accounts=25, n_objects=12, jitter_s=jitter_s, participation=0.6, camouflage=0.5,
        placement=placement,
    )  # fmt: skip
    return replace(null_world(seed), campaigns=(campaign,))


def leads_of(world):
    case = make_case(world)
    decision = decide(case.loaded, Settings())
    leads = find_leads(decision.layers, case.loaded.clock, 0.05, 0)
    inside = np.zeros(len(case.group), bool)
    for lead in leads.leads:
        inside[lead.members] = True
    return case, decision, leads, inside


@pytest.mark.parametrize("placement", ["exclusive", "first"])
def test_a_campaign_that_starts_its_things_is_a_lead_and_escapes_the_timing_test(placement):
    case, decision, leads, inside = leads_of(campaign_world(placement))
    assert (inside & (case.group >= 0)).sum() >= 20
    assert (inside & (case.group < 0)).sum() == 0
    assert decision.flag(0.05).flagged.sum() <= 2
    first = leads.leads[0]
    assert first.id == "O1"
    assert len(first.objects) == 10
    assert (first.q <= 0.05).all()
    assert (first.n_partners > 0).all()


@pytest.mark.parametrize("regime", ["plain", "homophily", "flash", "fast_bots", "shared_events"])
def test_without_coordination_there_is_none(regime):
    for seed in range(3):
        _, _, leads, inside = leads_of(null_world(seed, regime))
        assert inside.sum() == 0, (regime, seed)
        assert leads.n_tests > 1_000_000


def test_the_whole_way_shows_leads_and_flags_nobody(tmp_path):
    study = overt.open(tmp_path / "study")
    study.ingest(write(simulate(campaign_world("exclusive")), tmp_path).posts)
    found = study.detect()
    assert found.groups == ()
    leads = study.table("leads").rows()
    assert len({row["account_id"] for row in leads if row["lead_id"] == "O1"}) >= 20
    assert not any(row["flagged"] for row in leads)
    posts = study.table("lead_posts").rows()
    assert {row["object_rank"] for row in posts} == set(range(1, 11))
    assert all(row["after_first_s"] >= 0 for row in posts)
    assert min(row["after_first_s"] for row in posts) == 0
    page = study.report().read_text()
    assert 'id="O1"' in page
    assert "This is a lead, no finding" in page
    text = study.explain("O1")
    assert "nobody is flagged for it" in text.text
    assert len(text.facts["members"]) == len([row for row in leads if row["lead_id"] == "O1"])
