"""Strict and mid-p, and what two traces say at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import overt
from benchmarks.measure.worlds import make_case
from overt.detect.decision import decide
from overt.detect.loaded import Settings
from overt.detect.significance.combine import poisson_binomial_p
from overt.detect.significance.evalues import KAPPA, e_bh, e_value
from overt.detect.significance.replicate import p_two_traces
from overt.simulate import Campaign, null_world, power_world, simulate, write

chance = st.floats(0.001, 0.999)


@given(st.lists(chance, min_size=1, max_size=9), st.data())
def test_mid_p_leaves_out_half_of_what_was_seen(chances, data):
    n = len(chances)
    k = data.draw(st.integers(0, n))
    counts = [1.0]
    for q in chances:
        counts = [a * (1 - q) + b * q for a, b in zip([*counts, 0.0], [0.0, *counts], strict=True)]
    exact, mid = (
        poisson_binomial_p(np.array(chances), n, k, np.empty(n + 2), kind) for kind in (False, True)
    )
    assert exact == pytest.approx(sum(counts[k:]), abs=1e-12)
    assert mid == pytest.approx(sum(counts[k:]) - 0.5 * counts[k], abs=1e-12)


def test_an_e_value_has_mean_one_at_most():
    """The mean over a uniform p is the integral of kappa p^(kappa - 1), which is 1."""
    p = (np.arange(1_000_000) + 0.5) / 1_000_000
    assert e_value(p).mean() == pytest.approx(1.0, abs=2e-3)
    assert e_value(np.array([1.0]))[0] == KAPPA


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=12), st.integers(0, 5), st.floats(0.001, 0.5))
def test_e_bh_rejects_as_it_is_defined(e, more, rate):
    n = len(e) + more
    ordered = sorted(e, reverse=True)
    most = max((k for k in range(1, len(e) + 1) if ordered[k - 1] * k * rate >= n), default=0)
    q = e_bh(np.array(e), n)
    rejected = sum(q <= rate * (1 + 1e-12))
    # equal e-values at the limit are rejected together or not at all
    assert rejected >= most
    assert all(q[i] <= rate * (1 + 1e-12) for i in np.argsort(-np.array(e), kind="stable")[:most])
    if rejected > most:
        assert ordered[rejected - 1] * rejected * rate == pytest.approx(n)


def flagged(world, **settings):
    case = make_case(world)
    found = decide(case.loaded, Settings(**settings)).flag(0.05)
    return (
        int((found.flagged & (case.group >= 0)).sum()),
        int((found.flagged & (case.group < 0)).sum()),
        found,
    )


def test_strict_finds_less_and_attaches_nobody():
    world = power_world(0, 20.0)
    plain, strict = flagged(world), flagged(world, strict=True)
    assert plain[0] == 24
    assert 15 <= strict[0] <= plain[0]
    assert strict[1] == 0
    assert not strict[2].attached.any()


def test_strict_flags_nobody_without_coordination():
    for regime in ("plain", "flash", "shared_events", "sessions"):
        assert flagged(null_world(1, regime), strict=True)[:2] == (0, 0)


def test_strict_grants_shared_hours():
    """Habits enter the null of every pair: p rises for some and falls for none."""
    case = make_case(power_world(0, 20.0))
    decision = decide(case.loaded, Settings(strict=True))
    timing = decide(case.loaded, Settings())
    assert (decision.fused.p >= timing.fused.p).all()
    assert (decision.fused.p > timing.fused.p).any()


def test_mid_p_is_never_larger():
    case = make_case(power_world(0, 600.0))
    exact, mid = (decide(case.loaded, Settings(mid_p=kind)) for kind in (False, True))
    keys = [set(zip(d.fused.a.tolist(), d.fused.b.tolist(), strict=True)) for d in (exact, mid)]
    assert keys[0] <= keys[1]
    assert (mid.flag(0.05).flagged & (case.group >= 0)).sum() >= 20


def two_kinds(bundle):
    """A campaign on links and texts; bundle puts both into the same posts."""
    kinds = ("text", "link")
    campaign = Campaign(
        "campaign", n_accounts=12, n_objects=40, jitter_s=20.0, participation=0.8, camouflage=0.5, kinds=kinds
    )
    return replace(null_world(3), campaigns=(campaign,), bundle=bundle)


def test_a_second_trace_is_a_witness_by_posts_of_its_own():
    case = make_case(two_kinds(1))
    decision = decide(case.loaded, Settings())
    some = np.flatnonzero(decision.fused.q <= 0.05)
    p = p_two_traces(decision.fused, decision.layers, some)
    assert np.isnan(p[decision.fused.q > 0.05]).all()
    assert np.median(p[some]) < 1e-6
    # the same posts again, under another trace: no second witness
    layer = max(decision.layers, key=lambda one: len(one.pairs.p))
    twice = decide(
        replace(
            case.loaded,
            layers=((layer.trace, layer.actions), (replace(layer.trace, name="again"), layer.actions)),
        ),
        Settings(),
    )
    some = np.flatnonzero(twice.fused.q <= 0.05)
    assert len(some)
    assert (p_two_traces(twice.fused, twice.layers, some)[some] > 0.05).all()


def test_the_options_are_kept_and_said(tmp_path):
    study = overt.open(tmp_path / "study")
    study.ingest(write(simulate(two_kinds(1)), tmp_path).posts)
    study.detect()
    group = study.table("groups").rows()[0]
    assert group["n_edges_two_traces"] > 0
    assert "stand in two kinds of trace, each by posts of its own" in group["why"]
    before = study.manifest["steps"]["detect"]["key"]
    study.detect(strict=True, mid_p=True)
    step = study.manifest["steps"]["detect"]
    assert step["key"] != before
    assert (step["parameters"]["strict"], step["parameters"]["mid_p"]) == (True, True)
    assert Settings.of(step["parameters"]) == Settings(0.05, None, 0, True, True)
    assert "--strict --mid-p" in study.report().read_text()
