"""Decoys keep what they say and break the rest: checked on a small platform with a planted campaign."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.measure.worlds import loaded_of
from overt.detect.calibration import rewired
from overt.detect.calibration.decoys import (
    DAY_MS,
    KINDS,
    dither,
    material_of,
    rewire,
    rotate,
    rotation_days,
)
from overt.detect.decision import decide
from overt.detect.edges.shares import first_shares
from overt.detect.loaded import Loaded, Settings
from overt.detect.pipeline import find
from overt.detect.significance.timing import Clock
from overt.detect.traces.registry import traces
from overt.simulate import power_world, simulate
from tests.unit.detect.worlds import actions_of

SETTINGS = Settings(0.05)


@pytest.fixture(scope="module")
def loaded():
    return loaded_of(simulate(power_world(3)))


@pytest.fixture(scope="module")
def material(loaded):
    return material_of(loaded, SETTINGS)


def layers(decoy):
    return [actions for _, actions in decoy.layers]


def degrees(actions):
    """Objects per account and accounts per object, first shares only."""
    shares = first_shares(actions)
    return np.diff(shares.account_start).tolist(), np.diff(shares.object_start).tolist()


def keys(actions, *columns):
    return sorted(zip(*(getattr(actions, name).tolist() for name in columns), strict=True))


def small_world(rows, resolution=0.0, grid=0.0, posts=None, n_objects=5):
    """`Loaded` with one layer of links from (account, object, second) rows, posts named by number."""
    actions = actions_of(rows, posts=posts, n_objects=n_objects)
    n_posts = int(actions.post.max()) + 1
    actions = replace(actions, posts=pa.array([f"p{i}" for i in range(n_posts)]))
    clock = Clock(np.full(7, resolution), np.full(7, grid))
    return Loaded(
        pa.array(list("abcdefg")), actions.account, actions.time, clock, ((traces()["link"], actions),)
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_keeps_how_much_everybody_and_everything_is_shared(kind, loaded, material):
    decoy = kind.draw(material, np.random.default_rng(1))
    assert decoy.accounts is loaded.accounts
    deciding = [actions for trace, actions in loaded.layers if trace.decides]
    assert len(layers(decoy)) == len(deciding)
    for now, before in zip(layers(decoy), deciding, strict=True):
        assert degrees(now) == degrees(before)
        assert (np.diff(now.time) >= 0).all()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_same_seed_draws_the_same_decoy_and_another_another(kind, material):
    one, again, other = (kind.draw(material, np.random.default_rng(seed)) for seed in (5, 5, 6))
    columns = ("account", "object_", "time", "post")
    same = [keys(x, *columns) == keys(y, *columns) for x, y in zip(layers(one), layers(again), strict=True)]
    assert all(same)
    assert keys(layers(one)[0], *columns) != keys(layers(other)[0], *columns)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_planted_campaign_is_gone_in_decoys(kind, loaded, material):
    assert decide(loaded, SETTINGS).flag(0.05).flagged.sum() >= 20
    for seed in range(4):
        assert (
            decide(kind.draw(material, np.random.default_rng(seed)), SETTINGS).flag(0.05).flagged.sum() <= 2
        )


def test_dither_keeps_who_shared_what_and_moves_a_post_by_one_factor(material):
    decoy = dither(material, np.random.default_rng(2))
    for now, before in zip(layers(decoy), layers(material.loaded), strict=True):
        assert keys(now, "account", "object_", "post") == keys(before, "account", "object_", "post")


def test_dither_multiplies_the_latency_and_its_offset():
    world = small_world([(0, 0, 0), (1, 0, 1000), (2, 0, 5000)])
    drawn = material_of(world, SETTINGS)
    factor = np.exp(np.random.default_rng(3).standard_normal(3))
    moved = layers(dither(drawn, np.random.default_rng(3)))[0]
    now = dict(zip(moved.account.tolist(), moved.time.tolist(), strict=True))
    offset = traces()["link"].offset_s
    expected = (np.array([0, 1000, 5000]) + offset) * factor - offset
    assert [now[account] / 1000 for account in range(3)] == pytest.approx(expected, abs=0.001)


def test_dither_moves_in_steps_of_the_clock_and_of_the_grid():
    rows = [
        (account, object_, 900 * (7 * account + object_ + 1) + 13)
        for account in range(7)
        for object_ in range(5)
    ]
    for resolution, grid, step in ((1.0, 0.0, 1), (60.0, 0.0, 60), (1.0, 900.0, 900)):
        now = layers(
            dither(material_of(small_world(rows, resolution, grid), SETTINGS), np.random.default_rng(0))
        )[0]
        assert set((now.time // 1000 - 13) % step) == {0}
        assert set(now.time % 1000) == {0}


def test_rotation_keeps_each_accounts_moments_in_the_week(material):
    assert rotation_days(material) == 7
    decoy = rotate(material, np.random.default_rng(4))
    start = min(int(actions.time.min()) for actions in layers(material.loaded))

    def moments(loaded):
        """(account, time in the week) of every post, each once: a post of several traces is one moment."""
        seen = {}
        for actions in layers(loaded):
            for account, at in zip(actions.account.tolist(), actions.time.tolist(), strict=True):
                seen.setdefault(account, set()).add((at - start) % (7 * DAY_MS))
        return seen

    before, after = moments(material.loaded), moments(decoy)
    assert before.keys() == after.keys()
    # first shares only are moved, so a moment of several posts may be left out, never made up
    assert all(after[account] <= before[account] for account in before)


def test_rotation_moves_an_object_by_more_than_its_spread(material):
    moved = rotate(material, np.random.default_rng(4))
    for now, before in zip(layers(moved), layers(material.loaded), strict=True):
        common = np.bincount(before.object_) >= 20
        spread = [
            np.median([np.ptp(one.time[one.object_ == o]) for o in np.flatnonzero(common)[:20]])
            for one in (now, before)
        ]
        if common.any():
            assert spread[0] > spread[1]


def test_a_short_span_turns_by_days_and_a_shorter_one_not_at_all():
    day = 86_400
    for days, unit in ((30, 7), (21, 7), (10, 1), (3, 1), (2, 0)):
        assert rotation_days(material_of(small_world([(0, 0, 0), (1, 0, days * day)]), SETTINGS)) == unit


def test_rewired_keeps_every_objects_course_and_who_is_in_each_block(material):
    decoy, wiring = rewire(material, np.random.default_rng(7)), material.wiring
    block_before, block_now = [], []
    for now, before, unit in zip(layers(decoy), layers(material.loaded), wiring.unit, strict=True):
        assert keys(now, "object_", "time", "post") == keys(before, "object_", "time", "post")
        assert (now.account != before.account).mean() > 0.8
        block_before += zip(wiring.block[unit].tolist(), before.account.tolist(), strict=True)
        block_now += zip(wiring.block[unit].tolist(), now.account.tolist(), strict=True)
    assert sorted(block_now) == sorted(block_before)


def test_blocks_are_as_fine_as_they_can_be_and_never_small(material):
    wiring = material.wiring
    account = wiring.account
    sizes = [len(set(account[wiring.block == block])) for block in range(len(wiring.block_start) - 1)]
    units = np.bincount(wiring.block)
    small = np.array(sizes) < rewired.LEAST_ACCOUNTS
    assert units[small].sum() < 0.15 * units.sum()  # what was left over at the last level
    assert len(sizes) > 12


def test_a_block_of_a_day_keeps_the_day(monkeypatch):
    monkeypatch.setattr(rewired, "LEAST_ACCOUNTS", 3)
    rows = [
        (account, object_, 86_400 * object_ + 60 * account) for account in range(7) for object_ in range(5)
    ]
    material = material_of(small_world(rows + [(a, 5, 10 + a) for a in range(4)], n_objects=6), SETTINGS)
    now = layers(rewire(material, np.random.default_rng(0)))[0]
    for account in range(7):
        days = lambda one: sorted((one.time[one.account == account] // DAY_MS).tolist())  # noqa: E731, B023
        assert days(now) == days(layers(material.loaded)[0])


def test_rewired_gives_no_account_an_object_twice(material):
    for seed in range(3):
        for now in layers(rewire(material, np.random.default_rng(seed))):
            pairs = keys(now, "account", "object_")
            assert len(pairs) == len(set(pairs))


def test_posts_of_several_objects_move_whole(monkeypatch):
    monkeypatch.setattr(rewired, "LEAST_ACCOUNTS", 2)
    rows = [
        (account, object_, 1000 * account)
        for account in range(6)
        for object_ in (account % 2, 2 + account % 3)
    ]
    world = small_world(rows, posts=[account for account in range(6) for _ in range(2)])
    now = layers(rewire(material_of(world, SETTINGS), np.random.default_rng(1)))[0]
    owners = {}
    for post, account in zip(now.post.tolist(), now.account.tolist(), strict=True):
        owners.setdefault(post, set()).add(account)
    assert [len(who) for who in owners.values()] == [1] * 6
    assert {post: min(who) for post, who in owners.items()} != {post: post for post in range(6)}


def test_data_without_deciding_traces_has_empty_decoys():
    world = small_world([(0, 0, 0), (1, 0, 10)])
    nothing = material_of(replace(world, layers=()), SETTINGS)
    assert rotation_days(nothing) == 0
    for kind in KINDS:
        decoy = kind.draw(nothing, np.random.default_rng(0))
        assert decide(decoy, SETTINGS).flag(0.05).flagged.sum() == 0


def test_the_decision_alone_is_that_of_the_whole_search(loaded):
    whole, alone = find(loaded, SETTINGS), decide(loaded, SETTINGS)
    flagged = alone.flag(0.05)
    assert (alone.fused.p == whole.fused.p).all()
    assert (flagged.flagged == whole.grouped.flagged).all()
    scores = sorted((float(group.score.sum()) for group in whole.grouped.groups), reverse=True)
    assert alone.group_scores(flagged, 0.05).tolist() == pytest.approx(scores)
