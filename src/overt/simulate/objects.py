"""What is shared: objects with a kind, a community, a popularity, an origin and a pace.

in: a `World`, its `Population` and what groups bring along; out: `Objects`; why: everything that a
detector may take for a coincidence is a property of the object, drawn once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from overt.simulate.clock import any_time
from overt.simulate.population import Population
from overt.simulate.streams import stream
from overt.simulate.world import KINDS, World

__all__ = ["Extra", "Objects", "make_objects"]

VIRAL_POPULARITY = 30.0
VIRAL_PACE = 20.0
EARLIER_S = (6 * 3600.0, 48 * 3600.0)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Extra:
    """Objects that a group brings into the world.

    `popularity` and `pace` multiply an ordinary object's; no popularity means that nobody else shares it.
    The group acts at the object's origin, the others start `others_after_s` later. With `early`, the object
    is older than that moment by hours or days, and that share of the others acts from its origin on.
    `creator`: who made the video that is reposted or answered.
    """

    kinds: tuple[str, ...]
    n_objects: int
    popularity: float = 0.0
    others_after_s: float = 0.0
    early: float = 0.0
    pace: float = 1.0
    creator: Ints | None = None


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects 0..n-1; the first `n_ordinary` belong to nobody, then each `Extra`'s in order.

    kind: index into `KINDS`. origin: world seconds. pace: diffusion scale in seconds.
    moment: when the group that owns it acts. start: when the others begin, but for the share `early` of
    them, who begin at the origin. flash: has an outside trigger.
    """

    kind: Ints
    community: Ints
    popularity: Floats
    origin: Floats
    moment: Floats
    start: Floats
    early: Floats
    pace: Floats
    creator: Ints
    flash: npt.NDArray[np.bool_]
    n_ordinary: int
    slices: tuple[slice, ...]


def make_objects(world: World, population: Population, extras: Sequence[Extra]) -> Objects:
    """Draw the ordinary objects, then those of each extra."""
    blocks = [_ordinary(world, population)]
    blocks += [_extra(world, population, extra, i) for i, extra in enumerate(extras)]
    edges = np.cumsum([len(block.kind) for block in blocks]).tolist()
    columns = (
        "kind",
        "community",
        "popularity",
        "origin",
        "moment",
        "start",
        "early",
        "pace",
        "creator",
        "flash",
    )
    joined = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in columns}
    slices = tuple(slice(a, b) for a, b in pairwise(edges))
    return Objects(**joined, n_ordinary=edges[0], slices=slices)


def _draw(world: World, population: Population, rng: np.random.Generator, n: int) -> Objects:
    """`n` objects of the first kind with everything else drawn as in the published experiments."""
    community = rng.permutation(n) % world.n_communities  # no community is left without an object
    zone_s = population.community_zone_s[community]
    origin = any_time(rng, zone_s, world.days, world.rhythm)
    return Objects(
        kind=np.zeros(n, dtype=np.int64),
        community=community,
        popularity=1 + rng.pareto(world.popularity_exponent, n),
        origin=origin,
        moment=origin,
        start=origin,
        early=np.zeros(n),
        pace=world.diffusion_s * np.exp(rng.normal(0.0, world.diffusion_sigma, n)),
        creator=rng.integers(0, world.n_accounts, n),
        flash=np.zeros(n, dtype=np.bool_),
        n_ordinary=n,
        slices=(),
    )


def _ordinary(world: World, population: Population) -> Objects:
    rng = stream(world.seed, "objects")
    objects = _draw(world, population, rng, world.n_objects)
    names, shares = zip(*world.kind_shares, strict=True)
    codes = np.array([KINDS.index(name) for name in names])
    weights = np.array(shares) / sum(shares)
    objects.kind[:] = codes[rng.choice(len(codes), world.n_objects, p=weights)]
    viral = rng.random(world.n_objects) < world.viral_share
    objects.popularity[viral] *= VIRAL_POPULARITY
    objects.pace[viral] /= VIRAL_PACE
    objects.flash[:] = rng.random(world.n_objects) < world.flash_share
    return objects


def _extra(world: World, population: Population, extra: Extra, number: int) -> Objects:
    rng = stream(world.seed, f"extra objects {number}")
    objects = _draw(world, population, rng, extra.n_objects)
    codes = np.array([KINDS.index(kind) for kind in extra.kinds])
    objects.kind[:] = codes[np.arange(extra.n_objects) % len(codes)]
    objects.popularity[:] *= extra.popularity
    objects.pace[:] *= extra.pace
    if extra.creator is not None:
        objects.creator[:] = rng.choice(extra.creator, extra.n_objects)
    moment = objects.origin
    age = rng.uniform(*EARLIER_S, extra.n_objects) if extra.early else np.zeros(extra.n_objects)
    return replace(
        objects,
        origin=moment - np.minimum(age, 0.9 * moment),  # an event of the first hours is on a young object
        start=moment + extra.others_after_s,
        early=np.full(extra.n_objects, extra.early),
    )
