"""There is no coordination where none was planted, and latencies are what the page says."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.simulate import World, null_world, simulate
from overt.simulate.clock import DAY, any_time, later, to_clock, to_own_time
from overt.simulate.objects import make_objects
from overt.simulate.organic import share_objects, share_times
from overt.simulate.population import populate
from overt.simulate.streams import stream


def close_pairs(object_, account, at, seconds):
    """Pairs of accounts -> objects on which they acted within `seconds`."""
    found = defaultdict(set)
    order = np.lexsort((at, object_))
    object_, account, at = object_[order], account[order], at[order]
    for i in range(len(at)):
        j = i + 1
        while j < len(at) and object_[j] == object_[i] and at[j] - at[i] <= seconds:
            found[tuple(sorted((account[i], account[j])))].add(object_[i])
            j += 1
    return found


def drawn(regime, seed):
    world = null_world(seed, regime)
    population = populate(world)
    objects = make_objects(world, population, [])
    return world, population, objects, share_objects(world, population, objects)


@pytest.mark.parametrize("regime", ["plain", "homophily", "diurnal", "viral"])
def test_coincidences_are_what_independence_gives(regime):
    """As many pairs within 10 s as when every time is drawn anew, and no pair that has more than others."""
    world, population, objects, shares = drawn(regime, 11)
    seen = close_pairs(shares.object, shares.account, shares.at, 10.0)
    anew = []
    for number in range(4):
        at = share_times(stream(number, "anew"), world, population, objects, shares.account, shares.object)
        anew.append(close_pairs(shares.object, shares.account, at, 10.0))
    expected = np.mean([sum(map(len, found.values())) for found in anew])
    assert abs(sum(map(len, seen.values())) - expected) < 5 * np.sqrt(expected) + 0.1 * expected
    assert max(map(len, seen.values())) <= max(max(map(len, found.values())) for found in anew) + 1


def test_posts_carry_no_coincidence_of_their_own(null):
    """Over everything that posts have in common: no two accounts meet within 10 s in more than two posts."""
    last = defaultdict(list)
    close = Counter()
    posts = null.posts.to_pylist()
    for i, row in enumerate(posts):
        keys = {("tag", t) for t in row["hashtags"]} | {("link", x) for x in row["links"]}
        keys |= {
            ("sound", row["sound_id"]),
            ("text", row["text"]),
            ("re", row["repost_of"] or row["reply_to"]),
        }
        met = set()
        for key in keys:
            if key[1] is None:
                continue
            recent = [j for j in last[key] if row["posted_at"] - posts[j]["posted_at"] <= 10_000]
            met.update(j for j in recent if posts[j]["account_id"] != row["account_id"])
            last[key] = [*recent, i]
        close.update(frozenset((row["account_id"], posts[j]["account_id"])) for j in met)
    assert close
    assert max(close.values()) <= 2


def test_individual_captions_are_individual(demo):
    """Equal texts of two accounts are captions to be copied; by chance almost none."""
    accounts = defaultdict(set)
    for text, account in zip(
        demo.posts["text"].to_pylist(), demo.posts["account_id"].to_pylist(), strict=True,
    ):  # fmt: skip
        accounts[text].add(account)
    repeated = [text for text, who in accounts.items() if len(who) > 1]
    assert len(repeated) > 100
    starts = ("nobody talks", "if your", "they told us", "copy this", "ask yourself", "i did not believe")
    starts += ("pass it on", "one ")
    by_chance = [t for t in repeated if not t.startswith(starts) and "https://" not in t]
    assert len(by_chance) <= 0.001 * demo.posts.num_rows


def test_latencies_follow_the_published_law():
    """ln(latency) in own time has the pace and speed as its mean and latency_sigma as its spread."""
    world, population, objects, shares = drawn("plain", 2)
    zone_s = population.zone_s[shares.account]
    own = to_own_time(shares.at, zone_s, world.rhythm)
    own -= to_own_time(objects.origin[shares.object], zone_s, world.rhythm)
    z = np.log(own / (objects.pace[shares.object] * population.speed[shares.account]))
    z = z[np.isfinite(z)]
    assert abs(z.mean()) < 0.05
    assert abs(z.std() - world.latency_sigma) < 0.05
    assert abs(np.median(objects.pace) / world.diffusion_s - 1) < 0.15
    assert abs(np.log(objects.pace).std() - world.diffusion_sigma) < 0.1


def test_the_rhythm_moves_posts_to_the_evening():
    rng = np.random.default_rng(0)
    at = any_time(rng, np.zeros(50_000), 30.0, 0.9)
    hour = (at % DAY) / 3600
    evening, morning = np.mean(np.abs(hour - 20) < 2), np.mean(np.abs(hour - 8) < 2)
    assert evening > 5 * morning
    assert at.min() >= 0
    assert at.max() <= 30 * DAY


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 60 * DAY), min_size=1, max_size=20),
    st.floats(-11 * 3600, 12 * 3600),
    st.floats(0, 0.95),
    st.floats(0, 10 * DAY),
)
def test_the_change_of_clock_is_smooth_and_can_be_undone(at, zone, rhythm, latency):
    times = np.array(at)
    zones = np.full(len(at), zone)
    back = to_clock(to_own_time(times, zones, rhythm), zones, rhythm)
    np.testing.assert_allclose(back, times, atol=0.5)
    moved = later(times, np.full(len(at), latency), zones, rhythm)
    assert (moved >= times).all()
    # Rate of own time between 1 - rhythm and 1 + rhythm: a latency is stretched by no more.
    assert (moved - times >= latency / (1 + rhythm) - 0.5).all()
    assert (moved - times <= latency / (1 - rhythm) + 0.5).all()


def test_flash_objects_have_a_crowd_and_others_have_not():
    """Of the sharers of an object with an outside trigger, three in ten come within two minutes."""
    shares_of = {}
    for share in (0.0, 1.0):
        world = replace(World(seed=4, n_accounts=800, n_objects=60, n_communities=3), flash_share=share)
        population = populate(world)
        objects = make_objects(world, population, [])
        shares = share_objects(world, population, objects)
        best = []
        for number in range(world.n_objects):
            at = np.sort(shares.at[shares.object == number])
            if len(at) >= 30:
                window = np.searchsorted(at, at + world.flash_s, side="right") - np.arange(len(at))
                best.append(window.max() / len(at))
        shares_of[share] = np.median(best)
    assert shares_of[1.0] > 0.22
    assert shares_of[0.0] < 0.1


def test_sessions_are_short_and_few():
    world = World(seed=4, n_accounts=60, n_objects=400, n_communities=3, activity_min=60, sessions=True)
    simulation = simulate(replace(world, fast_bots=0.0, kind_shares=(("link", 1.0),)))
    days = defaultdict(list)
    for account, at in zip(
        simulation.posts["account_id"].to_pylist(), simulation.posts["posted_at"].to_pylist(), strict=True
    ):
        days[account, (at - world.start_at) // 86_400_000].append(at)
    n_sessions = [1 + int((np.diff(np.sort(at)) > 600_000).sum()) for at in days.values()]
    assert max(n_sessions) <= 6  # five, and one that reaches over midnight
    assert np.mean([combined > 1 for combined in n_sessions]) < 0.9
