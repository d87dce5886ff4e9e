"""A campaign that is put in is what was asked for, and all else stays as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from overt.detect.edges.shares import first_shares
from overt.detect.power.inject import Campaign, _moments, inject, material
from overt.detect.power.surface import FIRST

CAMPAIGN = Campaign(size=20, n_objects=12, jitter_s=120.0, seed=3)


def layer_of(base, name="text"):
    return [trace.name for trace in base.traces].index(name)


def put_in(base, campaign, resolution_s=None, name="text", flagged=None):
    shares = [test.shares for test in base.tests]
    number = layer_of(base, name)
    flagged = base.found.flagged if flagged is None else flagged
    found = material(number, shares, flagged, base.traces[number].offset_s)
    clock = base.clock.resolution_s if resolution_s is None else resolution_s
    return inject(base.layers, shares, clock, found, campaign), number


def rows(actions):
    """Counter of (account, object, time)."""
    columns = (actions.account.tolist(), actions.object_.tolist(), actions.time.tolist())
    return Counter(zip(*columns, strict=True))


def acts(base, injected, number):
    """The rows that are new: the campaign's."""
    return rows(injected.layers[number]) - rows(base.layers[number])


def test_members_and_objects_are_as_asked(base):
    injected, number = put_in(base, CAMPAIGN)
    new = acts(base, injected, number)
    assert len(injected.members) == len(set(injected.members.tolist())) == 20
    assert len(injected.objects) == len(set(injected.objects.tolist())) == 12
    assert {account for account, _, _ in new} <= set(injected.members.tolist())
    assert {object_ for _, object_, _ in new} == set(injected.objects.tolist())
    # 240 chances of 0.6 each: 144, give or take four standard deviations
    assert 114 <= injected.n_acts <= 174
    assert sum(new.values()) == injected.n_acts


def test_members_are_active_accounts_that_were_not_flagged(base):
    flagged = base.found.flagged.copy()
    flagged[::2] = True
    injected, _ = put_in(base, CAMPAIGN, flagged=flagged)
    assert not flagged[injected.members].any()
    n_own = sum(np.bincount(layer.account, minlength=len(flagged)) for layer in base.layers)
    assert (n_own[injected.members] >= 3).all()


def test_the_actions_of_all_others_stay(base):
    injected, _ = put_in(base, replace(CAMPAIGN, camouflage=0.3))
    for before, now in zip(base.layers, injected.layers, strict=True):
        others = [~np.isin(one.account, injected.members) for one in (before, now)]
        for name in ("account", "object_", "time", "origin", "post"):
            old, new = (getattr(one, name)[kept] for one, kept in zip((before, now), others, strict=True))
            assert (old == new).all(), name
        assert (np.diff(now.time) >= 0).all()


@pytest.mark.parametrize("camouflage", [0.0, 0.5, 1.0])
def test_camouflage_is_the_share_of_own_posts_kept(base, camouflage):
    injected, number = put_in(base, replace(CAMPAIGN, size=100, n_objects=1, camouflage=camouflage))
    own = n_left = 0
    for i, (before, now) in enumerate(zip(base.layers, injected.layers, strict=True)):
        own += int(np.isin(before.account, injected.members).sum())
        left = int(np.isin(now.account, injected.members).sum())
        n_left += left - (injected.n_acts if i == number else 0)
    assert n_left / own == pytest.approx(camouflage, abs=0.08)


def test_a_post_that_is_given_up_goes_from_every_layer(base):
    injected, number = put_in(base, replace(CAMPAIGN, camouflage=0.5))
    left, gone = set(), set()
    for i, (before, now) in enumerate(zip(base.layers, injected.layers, strict=True)):
        if i == number:
            continue  # here an own share may also be replaced by one of the campaign
        old, new = rows(before), rows(now)
        gone |= {(account, at) for account, _, at in old - new}
        left |= {(account, at) for account, _, at in new if account in injected.members}
    assert gone
    assert not gone & left


def test_jitter_is_half_normal_after_the_moment(base):
    calm, number = put_in(base, replace(CAMPAIGN, size=150, jitter_s=0.0))
    moment = {object_: at for _, object_, at in acts(base, calm, number)}
    late = []
    jittery, _ = put_in(base, replace(CAMPAIGN, size=150, jitter_s=120.0))
    for _, object_, at in acts(base, jittery, number):
        late.append((at - moment[object_]) / 1000)
    late = np.array(late)
    assert len(late) > 800
    assert late.min() >= -1  # both are floored to the clock
    assert late.mean() == pytest.approx(120 * np.sqrt(2 / np.pi), rel=0.1)
    assert np.mean(late <= 120) == pytest.approx(0.683, abs=0.05)


def test_moments_are_inside_the_ordinary_spread(base):
    shares = base.tests[layer_of(base)].shares
    objects = np.flatnonzero(np.diff(shares.object_start) > 4)
    moment = _moments(shares, objects, 300.0, np.random.default_rng(0))
    first, last = shares.time[shares.object_start[objects]], shares.time[shares.object_start[objects + 1] - 1]
    assert (moment >= first - 1).all()
    assert (moment <= last + 1).all()
    place = [
        np.searchsorted(shares.time[shares.object_start[o] : shares.object_start[o + 1]], at)
        / (shares.object_start[o + 1] - shares.object_start[o])
        for o, at in zip(objects, moment, strict=True)
    ]
    assert np.mean(place) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("step_s", [0.0, 1.0, 60.0])
def test_times_are_floored_to_each_member_s_clock(base, step_s):
    resolution = np.full(len(base.clock.resolution_s), step_s)
    resolution[::2] = 60.0
    injected, number = put_in(base, CAMPAIGN, resolution_s=resolution)
    new = acts(base, injected, number)
    assert all(at % max(resolution[account] * 1000, 1) == 0 for account, _, at in new)
    if step_s < 60:
        assert any(at % 60_000 for _, _, at in new)


def test_the_same_seed_gives_the_same_campaign_and_repeats_differ(base):
    one, number = put_in(base, CAMPAIGN)
    again, _ = put_in(base, CAMPAIGN)
    assert acts(base, one, number) == acts(base, again, number)
    other, _ = put_in(base, replace(CAMPAIGN, repeat=1))
    assert other.members.tolist() != one.members.tolist()
    assert other.objects.tolist() != one.objects.tolist()


def test_a_larger_campaign_holds_the_smaller_one(base):
    small, _ = put_in(base, CAMPAIGN)
    large, _ = put_in(base, replace(CAMPAIGN, size=40, n_objects=20))
    assert set(small.members.tolist()) <= set(large.members.tolist())
    assert set(small.objects.tolist()) <= set(large.objects.tolist())


def test_members_who_are_first_share_with_nobody_else(base):
    injected, number = put_in(base, replace(CAMPAIGN, placement=FIRST))
    now = injected.layers[number]
    assert injected.objects.tolist() == list(
        range(base.layers[number].n_objects, base.layers[number].n_objects + 12)
    )
    on_them = np.isin(now.object_, injected.objects)
    assert set(now.account[on_them].tolist()) <= set(injected.members.tolist())
    assert now.n_objects == len(now.objects)
    assert len(now.posts) > now.post.max()
    shares = first_shares(now)
    first = shares.object_start[injected.objects]
    assert (shares.latency_ms[first] == 0).all()
