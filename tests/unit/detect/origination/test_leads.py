"""Campaigns that start their own things are leads; platforms without any have none."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import poisson

import overt
from benchmarks.measure.worlds import make_case
from overt.detect.decision import decide
from overt.detect.edges.shares import first_shares
from overt.detect.loaded import Settings
from overt.detect.origination.leads import _fused, _objects, find_leads
from overt.detect.origination.starts import SCALES_S, starts_of
from overt.detect.significance.rarity import expected_overall
from overt.detect.significance.timing import Clock
from overt.simulate import Campaign, null_world, simulate, write
from tests.unit.detect.worlds import actions_of


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


def drawn(rng, n, n_objects, chance, clock, start=0.2):
    """A trace in which accounts share, and start of what they share, by themselves."""
    account, object_ = np.nonzero(rng.random((n, n_objects)) < chance)
    early = rng.random(len(account)) < start
    second = np.where(early, rng.integers(0, 50, len(account)), rng.integers(10**5, 10**6, len(account)))
    shares = first_shares(actions_of(np.column_stack([account, object_, second]), n, n_objects))
    return shares, starts_of(shares, np.zeros(n_objects, bool), clock)


def cauchy(ps):
    """ACAT as it stands in Liu and Xie (2020), p-values capped at 0.75."""
    terms = [math.tan((0.5 - min(p, 0.75)) * math.pi) for p in ps]
    return 0.5 - math.atan(sum(terms) / len(terms)) / math.pi


def test_p_is_that_of_the_formula():
    """Accounts of three clocks; in the last trace most share too little for it to have a say."""
    n, step = 30, np.repeat([0.0, 60.0, 300.0], 10)
    clock = Clock(step, np.zeros(n))
    rng = np.random.default_rng(3)
    traces = [drawn(rng, n, *size, clock, 0.5) for size in ((80, 0.4), (60, 0.5), (12, 0.2))]
    a, b, p = _fused([shares for shares, _ in traces], [one for _, one in traces], clock)
    assert len(a) > 100
    n_says = set()
    for u, v, got in zip(a, b, p, strict=True):
        said = []
        for shares, one in traces:
            if min(one.n_objects[u], one.n_objects[v]) < 3:
                continue
            here = np.flatnonzero((one.a == u) & (one.b == v))
            mean = expected_overall(shares, np.array([u]), np.array([v]))[0]
            ps = [
                poisson.sf(one.together[s, here[0]] - 1, mean * one.share[s, u] * one.share[s, v])
                for s in range(len(SCALES_S) if len(here) else 0)
                if SCALES_S[s] >= max(step[u], step[v])
            ]
            said.append(cauchy(ps) if ps else 1.0)
        n_says.add(len(said))
        assert got == pytest.approx(cauchy(said), rel=1e-9)
    assert n_says == {2, 3}


def test_several_traces_are_no_more_chances_than_one():
    """Accounts share and start by themselves in six traces: p is at or below a level no oftener than that."""
    n = 150
    clock = Clock(np.zeros(n), np.zeros(n))
    rng = np.random.default_rng(1)
    p = []
    for _ in range(6):
        traces = [drawn(rng, n, 400, 0.15, clock, 0.22) for _ in range(6)]
        p.append(_fused([shares for shares, _ in traces], [one for _, one in traces], clock)[2])
    n_pairs = 6 * n * (n - 1) // 2
    for level in (0.05, 0.01):
        assert (np.concatenate(p) <= level).sum() <= level * n_pairs


def test_what_is_shown_is_what_was_counted_as_started():
    """By a clock of minutes a share half an hour and a minute after the first is a start."""
    clock = Clock(np.full(3, 60.0), np.zeros(3))
    shares = first_shares(actions_of([(u, 0, 930 * u) for u in range(3)], 3, 2))
    starts = starts_of(shares, np.zeros(2, bool), clock)
    assert starts.started.sum() == 3
    layer = SimpleNamespace(test=SimpleNamespace(shares=shares))
    assert _objects(np.arange(3), [(layer, starts)]) == [(0, 0)]


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


def test_dates_alone_make_no_lead():
    """Whoever shares a thing on its first day would start it: people of one mind do, without knowing it."""
    _, _, leads, _ = leads_of(replace(null_world(0, "homophily"), resolution_s=86_400.0))
    assert leads.leads == []


def test_the_same_seed_gives_the_same_leads():
    case, decision, leads, _ = leads_of(campaign_world("first"))
    again = find_leads(decision.layers[::-1], case.loaded.clock, 0.05, 0)
    assert [lead.id for lead in leads.leads] == ["O1"]
    for one, other in zip(leads.leads, again.leads, strict=True):
        assert one.members.tolist() == other.members.tolist()
        assert one.q == pytest.approx(other.q, rel=1e-9)
    assert find_leads([], case.loaded.clock, 0.05, 0).leads == []


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
