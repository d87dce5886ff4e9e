"""What a world holds: counts, roles, objects, and the tables' shapes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from overt.errors import SettingError
from overt.schema import arrow_schema
from overt.simulate import REGIMES, Benign, Campaign, World, demo_world, null_world, power_world, simulate

SMALL = World(seed=5, n_accounts=200, n_objects=150, n_communities=4)


def test_tables_have_the_columns_of_a_study(demo):
    assert demo.posts.schema == arrow_schema("posts")
    assert demo.accounts.schema == arrow_schema("accounts")


def test_the_demo_has_the_size_it_says(demo):
    assert 30_000 <= demo.posts.num_rows <= 60_000
    assert demo.truth.num_rows == 2000
    kinds = Counter(demo.truth["kind"].to_pylist())
    assert kinds["campaign"] == 60
    assert kinds["state"] == 10
    assert kinds["syndication"] == 12
    assert kinds["fan_club"] == 40
    assert kinds["giveaway"] == 120
    assert kinds["scheduler"] == 60


def test_the_null_world_is_the_published_set_up(null):
    """1,500 accounts, 800 objects, about 11,000 shares of them, half of the accounts under six."""
    shares = 0.77 * null.posts.num_rows  # the others are plain posts and the videos that are answered
    assert 9_000 < shares < 12_000
    n_posts = null.accounts["n_posts"].to_numpy()
    assert np.median(n_posts) < 8
    assert n_posts.max() > 80


def test_ids_are_unique_and_posts_stand_in_order_of_time(demo):
    ids = demo.posts["post_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert (np.diff(demo.posts["posted_at"].to_numpy()) >= 0).all()
    for column in ("account_id", "handle"):
        values = demo.accounts[column].to_pylist()
        assert len(set(values)) == len(values)


def test_accounts_agree_with_their_posts(demo):
    at = demo.posts["posted_at"].to_numpy()
    rows = {}
    for account, when in zip(demo.posts["account_id"].to_pylist(), at.tolist(), strict=True):
        n, first, _ = rows.get(account, (0, when, when))
        rows[account] = (n + 1, first, when)
    for row in demo.accounts.to_pylist():
        assert rows[row["account_id"]] == (row["n_posts"], row["first_post_at"], row["last_post_at"])
        assert row["created_at"] < row["first_post_at"]


def test_times_lie_in_the_days_of_the_world(demo):
    at = demo.posts["posted_at"].to_numpy()
    assert at.min() >= demo.world.start_at
    assert at.max() < demo.world.start_at + demo.world.days * 86_400_000


def test_one_share_per_account_and_object():
    simulation = simulate(replace(SMALL, campaigns=(Campaign("c", 20, 10, kinds=("link", "text")),)))
    links = [
        (account, link)
        for account, row in zip(
            simulation.posts["account_id"].to_pylist(), simulation.posts["links"].to_pylist(), strict=True
        )
        for link in row
    ]
    assert links
    assert max(Counter(links).values()) == 1


def test_reposts_and_replies_point_to_earlier_posts_of_others(demo):
    posts = {row["post_id"]: row for row in demo.posts.to_pylist()}
    n = 0
    for row in posts.values():
        target = row["repost_of"] or row["reply_to"]
        if target:
            n += 1
            assert posts[target]["posted_at"] <= row["posted_at"]
        if row["repost_of"]:
            assert row["repost_of_at"] == posts[row["repost_of"]]["posted_at"]
    assert n > 1000


def test_most_shares_stay_in_the_community():
    """With full homophily every link stays inside a community; with none it does not."""

    def spread(homophily):
        simulation = simulate(replace(SMALL, homophily=homophily, kind_shares=(("link", 1.0),)))
        topic = {
            row["account_id"]: (row["bio"] or "").partition(",")[0] for row in simulation.accounts.to_pylist()
        }
        by_link = {}
        for account, links in zip(
            simulation.posts["account_id"].to_pylist(), simulation.posts["links"].to_pylist(), strict=True
        ):
            for link in links:
                if topic[account]:
                    by_link.setdefault(link, set()).add(topic[account])
        return np.mean([len(topics) for topics in by_link.values()])

    assert spread(1.0) == 1.0
    assert spread(0.0) > 1.8


def test_scheduler_users_keep_to_the_quarter_of_an_hour(demo):
    kind = dict(zip(demo.truth["account_id"].to_pylist(), demo.truth["kind"].to_pylist(), strict=True))
    at = demo.posts["posted_at"].to_numpy() / 1000
    is_grid = np.array([kind[a] == "scheduler" for a in demo.posts["account_id"].to_pylist()])
    is_origin = np.array([(a % 900) > 3 for a in at.tolist()]) & is_grid
    # The only exceptions are videos that others answer, which stand at the object's origin.
    assert is_origin.sum() < 0.05 * is_grid.sum()
    assert np.mean(at[~is_grid] % 900 <= 3) < 0.02


def test_state_accounts_are_open_about_it(demo):
    kind = dict(zip(demo.truth["account_id"].to_pylist(), demo.truth["kind"].to_pylist(), strict=True))
    rows = [row for row in demo.accounts.to_pylist() if kind[row["account_id"]] == "state"]
    assert {row["verified_kind"] for row in rows} == {"government", "state-controlled media"}
    assert all(row["verified"] and row["bio"].startswith("Official account") for row in rows)


def test_hostile_names_are_there_and_in_a_campaign(demo):
    kind = dict(zip(demo.truth["account_id"].to_pylist(), demo.truth["kind"].to_pylist(), strict=True))
    hostile = [r for r in demo.accounts.to_pylist() if set(r["display_name"]) & set("<=\n\u202e")]
    kinds = Counter(kind[row["account_id"]] for row in hostile)
    assert kinds["campaign"] == 3
    assert len(hostile) > 8
    assert any("<script>" in text for text in demo.posts["text"].to_pylist())


def test_a_burst_of_new_accounts_with_one_pattern(demo):
    names = dict(zip(demo.truth["account_id"].to_pylist(), demo.truth["name"].to_pylist(), strict=True))
    rows = [r for r in demo.accounts.to_pylist() if names[r["account_id"]] == "campaign harbour"]
    born = [row["created_at"] for row in rows]
    assert max(born) - min(born) <= 3 * 86_400_000
    assert len({row["handle"].rpartition("_")[0] for row in rows}) == 1


@pytest.mark.parametrize("regime", sorted(REGIMES))
def test_every_regime_can_be_drawn(regime):
    world = null_world(1, regime)
    small = replace(world, n_accounts=300, n_objects=300, n_communities=min(world.n_communities, 6))
    simulation = simulate(small)
    kinds = set(simulation.truth["kind"].to_pylist())
    allowed = {"organic", "fast_bot", "scheduler"} | ({"event_fans"} if regime == "shared_events" else set())
    assert kinds <= allowed
    assert simulation.posts.num_rows > 500


def test_minutes_and_missing_posts():
    minute = simulate(replace(SMALL, resolution_s=60.0)).posts
    assert set(minute["resolution_ms"].to_pylist()) == {60_000}
    assert not (minute["posted_at"].to_numpy() % 60_000).any()
    whole, half = simulate(SMALL), simulate(replace(SMALL, keep=0.5))
    assert 0.4 < half.posts.num_rows / whole.posts.num_rows < 0.6
    kept = set(half.posts["post_id"].to_pylist())
    assert kept < set(whole.posts["post_id"].to_pylist())
    empty = simulate(replace(SMALL, keep=0.0))
    assert (empty.posts.num_rows, empty.accounts.num_rows, empty.truth.num_rows) == (0, 0, 200)


def test_bundles_put_several_objects_into_one_post():
    simulation = simulate(replace(SMALL, bundle=4))
    counts = {len(links) for links in simulation.posts["links"].to_pylist()}
    assert counts == {0, 4}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Campaign("c", placement="outside"),
        lambda: Campaign("c", kinds=("poem",)),
        lambda: Campaign("c", kinds=()),
        lambda: Campaign("c", participation=1.5),
        lambda: Campaign("c", jitter_s=float("nan")),
        lambda: Campaign("c", camouflage=1.0),
        lambda: Benign("b", "choir"),
        lambda: World(rhythm=1.0),
        lambda: World(n_objects=5),
        lambda: World(n_accounts=20, campaigns=(Campaign("c", 19),)),
        lambda: null_world(1, "weather"),
        lambda: World(kind_shares=(("poem", 1.0),)),
        lambda: simulate(replace(SMALL, campaigns=(Campaign("c", 5, 200),))),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(SettingError):
        make()


def test_presets_differ_by_seed_and_only_the_campaign_is_added():
    assert demo_world(1) != demo_world(2)
    assert replace(power_world(4), campaigns=()) == null_world(4)
