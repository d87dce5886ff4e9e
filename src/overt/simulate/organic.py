"""Ordinary life: who shares what, and when.

in: a `World`, its `Population` and `Objects`; out: `Shares`; why: here is the whole of the null: an
account's object is chosen by community and popularity, its time by the object's pace and the account's
speed, independently of every other account.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from overt.simulate.clock import DAY, any_time, later
from overt.simulate.objects import Objects
from overt.simulate.population import Population
from overt.simulate.streams import stream
from overt.simulate.world import World

__all__ = ["Shares", "join", "plain_posts", "random_moment", "share_objects", "share_times"]

ROUNDS = 6
"""Draws to fill an account's activity; what repeats an object it has already shared is drawn again."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Posts to be: account, object (-1 for none), world seconds, and the plan behind them (-1 for none).

    `is_origin` marks the video that the object's reposts and replies point to.
    """

    account: Ints
    object: Ints
    at: Floats
    plan: Ints
    is_origin: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, account: Ints, objects: Ints, at: Floats, *, plan: int = -1, origin: bool = False) -> Shares:
        """Shares with one plan for all."""
        n = len(account)
        return cls(account, objects, at, np.full(n, plan), np.full(n, origin))

    def take(self, chosen: npt.NDArray[np.bool_] | Ints) -> Shares:
        """The chosen rows."""
        return Shares(
            self.account[chosen], self.object[chosen], self.at[chosen], self.plan[chosen],
            self.is_origin[chosen],
        )  # fmt: skip


def join(parts: list[Shares]) -> Shares:
    """One after the other."""
    names = ("account", "object", "at", "plan", "is_origin")
    return Shares(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def share_objects(world: World, population: Population, objects: Objects) -> Shares:
    """Each account's objects, one share of each, at the times of `share_times`."""
    rng = stream(world.seed, "pairs")
    account, chosen = _pairs(rng, world, population, objects)
    at = share_times(stream(world.seed, "latency"), world, population, objects, account, chosen)
    return Shares.of(account, chosen, at)


def _pairs(
    rng: np.random.Generator, world: World, population: Population, objects: Objects
) -> tuple[Ints, Ints]:
    """Distinct (account, object): inside the community with chance `homophily`, by popularity."""
    order = np.argsort(objects.community, kind="stable")
    ends = np.cumsum(objects.popularity[order])
    n_by = np.bincount(objects.community, minlength=world.n_communities)
    last = np.cumsum(n_by)
    low = np.concatenate([[0.0], ends])[last - n_by]
    high = ends[last - 1]
    n_objects = len(objects.kind)
    keys = np.empty(0, dtype=np.int64)
    missing = population.activity.copy()
    for _ in range(ROUNDS):
        account = np.repeat(np.arange(world.n_accounts), missing)
        community = population.community[account]
        inside = rng.random(len(account)) < world.homophily
        u = rng.random(len(account))
        mass = np.where(inside, low[community] + u * (high - low)[community], u * ends[-1])
        place = np.minimum(np.searchsorted(ends, mass, side="right"), n_objects - 1)
        keys = np.unique(np.concatenate([keys, account * n_objects + order[place]]))
        missing = population.activity - np.bincount(keys // n_objects, minlength=world.n_accounts)
        missing = np.maximum(missing, 0)
    return keys // n_objects, keys % n_objects


def share_times(
    rng: np.random.Generator, world: World, population: Population, objects: Objects,
    account: Ints, chosen: Ints,
) -> Floats:  # fmt: skip
    """World seconds of each share: origin plus latency in the account's own time.

    latency = lognormal(0, latency_sigma) * pace of the object * speed of the account. Of an object with
    an outside trigger, a share of the accounts reacts to the trigger instead, within about `flash_s`.
    """
    n = len(account)
    latency = (
        np.exp(rng.normal(0.0, world.latency_sigma, n)) * objects.pace[chosen] * population.speed[account]
    )
    is_early = rng.random(n) < objects.early[chosen]
    start = np.where(is_early, objects.origin[chosen], objects.start[chosen])
    at = later(start, latency, population.zone_s[account], world.rhythm)
    trigger = random_moment(rng, world, population, objects, np.arange(len(objects.kind)))
    reacts = objects.flash[chosen] & (rng.random(n) < world.flash_sharers)
    return np.where(reacts, trigger[chosen] + np.abs(rng.normal(0.0, world.flash_s / 2, n)), at)


def random_moment(
    rng: np.random.Generator, world: World, population: Population, objects: Objects, chosen: Ints
) -> Floats:
    """A random point of each object's ordinary diffusion, inside the world's days."""
    end = world.days * DAY
    zone_s = population.community_zone_s[objects.community[chosen]]
    moment = np.full(len(chosen), np.inf)
    for _ in range(8):
        latency = np.exp(rng.normal(0.0, world.latency_sigma, len(chosen))) * objects.pace[chosen]
        drawn = later(objects.start[chosen], latency, zone_s, world.rhythm)
        moment = np.where(moment < end, moment, drawn)
    # An object of the last minutes may have no diffusion left: then half of what is left of the days.
    return np.where(
        moment < end, moment, (objects.start[chosen] + np.maximum(end, objects.start[chosen])) / 2
    )


def plain_posts(world: World, population: Population) -> Shares:
    """Posts without a shared object, at any time of the account's waking day."""
    rng = stream(world.seed, "plain")
    count = rng.poisson(world.plain_ratio * population.activity)
    account = np.repeat(np.arange(world.n_accounts), count)
    at = any_time(rng, population.zone_s[account], world.days, world.rhythm)
    return Shares.of(account, np.full(len(account), -1), at)
