"""The whole generator in one function, one line per step.

in: a `World`; out: a `Simulation`: posts and accounts as a study has them, and the truth apart; why: the
demo, the tests and the evaluation of error rates all read the same platform.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from overt.schema import arrow_schema
from overt.simulate.benign import benign_plan, state_plan
from overt.simulate.campaigns import campaign_plan
from overt.simulate.clock import DAY, on_grid, to_sessions
from overt.simulate.content import make_payloads
from overt.simulate.objects import Extra, Objects, make_objects
from overt.simulate.organic import Shares, join, plain_posts, share_objects
from overt.simulate.planted import Plan, plant
from overt.simulate.population import Population, populate
from overt.simulate.posts import in_order, make_posts, post_ids
from overt.simulate.profiles import PLATFORM, Profiles, make_profiles
from overt.simulate.streams import stream
from overt.simulate.world import CARRIES, KINDS, World

__all__ = ["Simulation", "simulate"]


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """What came out of a world.

    Attributes
    ----------
    posts, accounts: columns of `overt.schema`, ids with the platform's prefix, posts in order of time.
        Accounts without a post are left out.
    truth: account_id, kind, name; one row for every account. `kind` is organic, fast_bot, scheduler,
        syndication, fan_club, giveaway, event_fans, state or campaign; `name` the group's or null.
    truth_posts: post_id, account_id, kind, name, object; one row for every post that a group planned,
        `object` being the number of the shared object.
    """

    world: World
    posts: pa.Table
    accounts: pa.Table
    truth: pa.Table
    truth_posts: pa.Table


def simulate(world: World) -> Simulation:
    """Draw the platform of `world`; the same world gives the same tables.

    Raises
    ------
    SettingError: a campaign wants more ordinary objects of a kind than the world has.
    """
    population = populate(world)
    plans = _plans(world, population)
    objects = make_objects(world, population, [p.objects for p in plans if isinstance(p.objects, Extra)])
    organic = share_objects(world, population, objects)
    planted = join([Shares.of(*_NOTHING), *plant(world, population, objects, plans, organic)])
    organic = _without(organic, planted, len(objects.kind))
    ordinary = _released(world, population, join([organic, plain_posts(world, population)]))
    shares = join([ordinary, planted, _videos(objects)])
    shares = in_order(world, shares.take((shares.at >= 0) & (shares.at < world.days * DAY)))
    profiles = make_profiles(world, population)
    ids = post_ids(world, len(shares.at))
    posts = make_posts(world, population, objects, make_payloads(world, objects), profiles, shares, ids)
    kept = stream(world.seed, "keep").random(len(ids)) < world.keep
    return Simulation(
        world=world,
        posts=posts.filter(pa.array(kept)),
        accounts=_accounts(profiles, shares.take(kept), world),
        truth=_truth(population, profiles),
        truth_posts=_truth_posts(plans, profiles, shares, ids, kept),
    )


_NOTHING = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def _plans(world: World, population: Population) -> list[Plan]:
    """A plan for each group that acts together, in the order of the groups."""
    groups = list(population.groups)
    plans: list[Plan | None] = [state_plan(groups.pop(0))] if world.state_accounts else []
    plans += [benign_plan(benign, groups.pop(0)) for benign in world.benign]
    plans += [campaign_plan(campaign, groups.pop(0)) for campaign in world.campaigns]
    return [plan for plan in plans if plan is not None]


def _without(organic: Shares, planted: Shares, n_objects: int) -> Shares:
    """One share per account and object: what a group does replaces what its member would have done."""
    return organic.take(
        ~np.isin(organic.account * n_objects + organic.object, planted.account * n_objects + planted.object)
    )


def _released(world: World, population: Population, shares: Shares) -> Shares:
    """Ordinary posts at the moment of release: in sessions, or on a scheduler's grid."""
    at = shares.at
    if world.sessions:
        rng = stream(world.seed, "sessions")
        at = to_sessions(rng, at, shares.account, world.n_accounts, world.days)
    snapped = on_grid(stream(world.seed, "grid"), at, world.grid_s)
    at = np.where(population.on_grid[shares.account], snapped, at)
    return Shares(shares.account, shares.object, at, shares.plan, shares.is_origin)


def _videos(objects: Objects) -> Shares:
    """The videos that reposts and replies point to, each by its creator at the object's origin."""
    pointed = [i for i, kind in enumerate(KINDS) if CARRIES[kind] & {"repost", "reply"}]
    chosen = np.flatnonzero(np.isin(objects.kind, pointed))
    return Shares.of(objects.creator[chosen], chosen, objects.origin[chosen], origin=True)


def _accounts(profiles: Profiles, shares: Shares, world: World) -> pa.Table:
    n = len(profiles.account_id)
    count = np.bincount(shares.account, minlength=n)
    seen = np.flatnonzero(count).tolist()
    at = shares.at * 1000
    first, last = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(first, shares.account, at)
    np.maximum.at(last, shares.account, at)
    step = max(1, round(world.resolution_s * 1000))
    columns = {
        "account_id": [f"{PLATFORM}:{profiles.account_id[a]}" for a in seen],
        "platform": [PLATFORM] * len(seen),
        "created_at": profiles.created_at[seen] // 1000 * 1000,
        "links": [[] for _ in seen],
        "n_posts": count[seen],
        "first_post_at": world.start_at + (first[seen] // step).astype(np.int64) * step,
        "last_post_at": world.start_at + (last[seen] // step).astype(np.int64) * step,
    }
    for name in (
        "handle",
        "display_name",
        "bio",
        "followers",
        "following",
        "verified",
        "verified_kind",
        "country",
    ):
        values = getattr(profiles, name)
        columns[name] = [values[a] for a in seen]
    schema = arrow_schema("accounts")
    return pa.table([pa.array(columns[field.name], field.type) for field in schema], schema=schema)


def _truth(population: Population, profiles: Profiles) -> pa.Table:
    n = len(profiles.account_id)
    kinds: list[str] = ["scheduler" if grid else "organic" for grid in population.on_grid.tolist()]
    names: list[str | None] = [None] * n
    for account in population.fast.tolist():
        kinds[account] = "fast_bot"
    for group in population.groups:
        # The star of a fan club is whom the fans answer; nothing is coordinated by the star itself.
        for member in group.members[group.kind == "fan_club" :].tolist():
            kinds[member], names[member] = group.kind, group.name
    ids = [f"{PLATFORM}:{account}" for account in profiles.account_id]
    order = np.argsort(np.array(ids)).tolist()
    return pa.table(
        {
            "account_id": pa.array([ids[i] for i in order], pa.string()),
            "kind": pa.array([kinds[i] for i in order], pa.string()),
            "name": pa.array([names[i] for i in order], pa.string()),
        }
    )


def _truth_posts(
    plans: list[Plan], profiles: Profiles, shares: Shares, ids: list[str], kept: np.ndarray
) -> pa.Table:
    rows = np.flatnonzero((shares.plan >= 0) & kept).tolist()
    groups = [plans[shares.plan[i]].group for i in rows]
    return pa.table(
        {
            "post_id": pa.array([f"{PLATFORM}:{ids[i]}" for i in rows], pa.string()),
            "account_id": pa.array(
                [f"{PLATFORM}:{profiles.account_id[shares.account[i]]}" for i in rows], pa.string()
            ),
            "kind": pa.array([group.kind for group in groups], pa.string()),
            "name": pa.array([group.name for group in groups], pa.string()),
            "object": pa.array([int(shares.object[i]) for i in rows], pa.int64()),
        }
    )
