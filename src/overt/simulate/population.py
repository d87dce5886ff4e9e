"""Who is there: communities, time zones, activity, speed, and which accounts belong to which group.

in: a `World`; out: a `Population`; why: roles are fixed before anything is posted, so that a member of a
campaign is an ordinary account in everything but the campaign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from overt.simulate.streams import stream
from overt.simulate.world import Campaign, World

__all__ = ["Group", "Population", "populate"]

FAST_SPEED = 0.02
ABROAD = 0.1
"""Share of accounts that live outside the time zone of their community."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts with a common role: its kind and name in the truth file, and who."""

    kind: str
    name: str
    members: Ints


@dataclass(frozen=True, slots=True)
class Population:
    """Accounts 0..n-1: community, seconds east of UTC, objects shared, speed factor, on a grid or not.

    `groups` hold disjoint accounts, in the order state, benign, campaigns of the world;
    `fast` are the fast bots.
    """

    community: Ints
    zone: Ints
    zone_s: Floats
    community_zone_s: Floats
    activity: Ints
    speed: Floats
    on_grid: npt.NDArray[np.bool_]
    fast: Ints
    groups: tuple[Group, ...]


def populate(world: World) -> Population:
    """Draw the accounts of `world`."""
    rng = stream(world.seed, "population")
    n = world.n_accounts
    community = rng.integers(0, world.n_communities, n)
    # Zones are spread evenly round the world; a community has one, and a few members live elsewhere.
    zones = (np.sort(rng.permutation(24)[: world.n_zones]) - 11).astype(np.float64)
    home = np.arange(world.n_communities) % world.n_zones
    zone = np.where(rng.random(n) < ABROAD, rng.integers(0, world.n_zones, n), home[community])
    activity = world.activity_min * (1 + rng.pareto(world.activity_exponent, n))
    speed = np.exp(rng.normal(0.0, world.speed_sigma, n))
    order = rng.permutation(n)
    groups, n_grouped = _groups(world, order)
    fast, on_grid = _habits(world, order, n_grouped)
    speed[fast] = FAST_SPEED
    for group in groups:
        if group.kind == "scheduler":
            on_grid[group.members] = True
    return Population(
        community=community,
        zone=zone,
        zone_s=(zones * 3600.0)[zone],
        community_zone_s=(zones * 3600.0)[home],
        activity=_hide(world, groups, np.minimum(activity, world.activity_max).astype(np.int64)),
        speed=speed,
        on_grid=on_grid,
        fast=fast,
        groups=groups,
    )


def _groups(world: World, order: Ints) -> tuple[tuple[Group, ...], int]:
    """Members by slices of one shuffled list: disjoint, and nothing of the ids tells them."""
    wanted = [("state", "state accounts", world.state_accounts)] if world.state_accounts else []
    wanted += [(benign.kind, benign.name, benign.n_accounts) for benign in world.benign]
    wanted += [("campaign", campaign.name, campaign.n_accounts) for campaign in world.campaigns]
    groups, start = [], 0
    for kind, name, size in wanted:
        groups.append(Group(kind, name, order[start : start + size]))
        start += size
    return tuple(groups), start


def _habits(world: World, order: Ints, n_grouped: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Fast bots and scheduler users, taken from the far end of the list: never in a group."""
    free = order[n_grouped:][::-1]
    n_fast = round(world.fast_bots * len(free))
    n_grid = round(world.scheduler_share * len(free))
    on_grid = np.zeros(world.n_accounts, dtype=np.bool_)
    # From the other end than the bots: with high shares of both some accounts are both.
    on_grid[free[len(free) - n_grid :]] = True
    return free[:n_fast], on_grid


def _hide(world: World, groups: tuple[Group, ...], activity: Ints) -> Ints:
    """Give campaign members the ordinary posts that their camouflage asks for."""
    rng = stream(world.seed, "camouflage")
    campaigns: list[Campaign] = list(world.campaigns)
    for group, campaign in zip(groups[len(groups) - len(campaigns) :], campaigns, strict=True):
        own = campaign.participation * campaign.n_objects
        ordinary = own * campaign.camouflage / (1 - campaign.camouflage) / (1 + world.plain_ratio)
        drawn = rng.poisson(ordinary, len(group.members))
        activity[group.members] = np.minimum(drawn, max(1, world.n_objects // 2))
    return activity
