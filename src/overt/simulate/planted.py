"""What groups do together: one form for campaigns and for benign coordination.

in: `Plan`s with the `Population` and `Objects`; out: `Shares` that carry their plan's number; why: a
newsroom's feed, a fan club and a covert campaign differ in their numbers, not in the mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from overt.errors import SettingError
from overt.simulate.objects import Extra, Objects
from overt.simulate.organic import Shares, random_moment
from overt.simulate.population import Group, Population
from overt.simulate.streams import stream
from overt.simulate.world import KINDS, World

__all__ = ["Delays", "Plan", "Reuse", "plant"]

MIN_SHARERS = 3
"""A campaign inside ordinary diffusion prefers objects with at least this many ordinary sharers."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Delays = Callable[[np.random.Generator, int, int], Floats]
"""(stream, members, objects) -> seconds after the common moment, shape (members, objects)."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """Ordinary objects to act on, of these kinds in turn, at a random point of their diffusion."""

    kinds: tuple[str, ...]
    n_objects: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A group, its objects (its own from their origin on, or ordinary ones), and how closely it acts."""

    group: Group
    objects: Extra | Reuse
    participation: float
    delays: Delays


def plant(
    world: World, population: Population, objects: Objects, plans: Sequence[Plan], organic: Shares
) -> list[Shares]:
    """The shares of each plan, in order.

    Raises
    ------
    SettingError: the world has too few ordinary objects of the kinds that a plan wants.
    """
    n_sharers = np.bincount(organic.object, minlength=len(objects.kind))
    taken = np.zeros(len(objects.kind), dtype=np.bool_)
    slices = iter(objects.slices)
    planted = []
    for number, plan in enumerate(plans):
        rng = stream(world.seed, f"plan {number}")
        if isinstance(plan.objects, Extra):
            part = next(slices)
            chosen = np.arange(part.start, part.stop)
            moment = objects.moment[chosen]
        else:
            chosen = _choose(rng, plan, objects, n_sharers, taken)
            moment = random_moment(rng, world, population, objects, chosen)
        taken[chosen] = True
        planted.append(_act(rng, plan, number, objects, chosen, moment))
    return planted


def _choose(
    rng: np.random.Generator, plan: Plan, objects: Objects, n_sharers: Ints, taken: npt.NDArray[np.bool_]
) -> Ints:
    """Ordinary objects that no other plan uses; those with few sharers only when there are no others."""
    wanted = plan.objects
    chosen: list[int] = []
    for i, kind in enumerate(wanted.kinds):
        n = len(range(i, wanted.n_objects, len(wanted.kinds)))
        free = np.flatnonzero((objects.kind == KINDS.index(kind)) & ~taken)
        free = rng.permutation(free[free < objects.n_ordinary])
        if len(free) < n:
            raise SettingError(
                f"{plan.group.name} wants {n} ordinary objects of kind {kind}; {len(free)} are left.",
                hint="Raise n_objects of the world, or let the campaign bring its own (placement='first').",
            )
        few = n_sharers[free] < MIN_SHARERS
        chosen += free[np.argsort(few, kind="stable")][:n].tolist()
        taken[chosen] = True
    return np.array(chosen, dtype=np.int64)


def _act(
    rng: np.random.Generator, plan: Plan, number: int, objects: Objects, chosen: Ints, moment: Floats
) -> Shares:
    members = plan.group.members
    shape = (len(members), len(chosen))
    at = moment[None, :] + plan.delays(rng, *shape)
    part = rng.random(shape) < plan.participation
    has_video = np.isin(objects.kind[chosen], [KINDS.index("repost"), KINDS.index("reply")])
    # Nobody reposts or answers the video that is his own.
    part &= ~(has_video[None, :] & (members[:, None] == objects.creator[chosen][None, :]))
    who, what = np.nonzero(part)
    return Shares.of(members[who], chosen[what], at[who, what], plan=number)
