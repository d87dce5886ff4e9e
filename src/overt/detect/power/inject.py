"""Put a campaign into real data.

in: the deciding layers of a study and what the campaign is like; out: the same layers with the campaign in
one of them, and who its members are; why: "nothing found" says something only beside what would have been
found. The accounts, their other posts, the objects and their spread are real; only the joint acts are not.

A campaign of a given size, number of objects, seed and repeat has the same members, objects, moments and
normal draws whatever its jitter, so that two jitters differ in nothing else. Larger campaigns hold the
smaller ones' members and objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from overt.detect.edges.actions import UNKNOWN, Actions, in_order_of_time
from overt.detect.edges.shares import Shares
from overt.detect.power.surface import FIRST, INSIDE

__all__ = ["Campaign", "Injected", "Material", "inject", "material"]

SPREAD = 5
"""Accounts that must have shared an object for it to have a spread of its own; fewer is second best."""

LEAST_OWN = 3
"""Actions of its own that make an account an active one; fewer is second best."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is put in.

    Attributes
    ----------
    size, n_objects: accounts, and objects that they act on.
    jitter_s: each act comes |N(0, jitter_s)| after the object's moment.
    camouflage: the share of its own posts that a member keeps; they are what it hides among.
    participation: the chance that a member acts on an object.
    placement: INSIDE or FIRST.
    repeat, seed: which of the many campaigns of this kind.
    """

    size: int
    n_objects: int
    jitter_s: float
    camouflage: float = 0.5
    participation: float = 0.6
    placement: str = INSIDE
    repeat: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """What campaigns are made of: the layer they act in, account and object numbers, most suitable first.

    n_active: how many of the accounts have LEAST_OWN actions; n_spread: how many of the objects have SPREAD
    sharers. offset_s: c of the layer's test.
    """

    layer: int
    accounts: np.ndarray
    objects: np.ndarray
    n_active: int
    n_spread: int
    offset_s: float


@dataclass(frozen=True, slots=True)
class Injected:
    """The layers with the campaign in them, its members (sorted) and the objects (sorted) it acts on."""

    layers: tuple[Actions, ...]
    members: np.ndarray
    objects: np.ndarray
    n_acts: int


def material(layer: int, shares: Sequence[Shares], flagged: np.ndarray, offset_s: float) -> Material:
    """Accounts that were not flagged and act in any layer; objects of `layer` that at least two share."""
    n_own = np.sum([np.diff(one.account_start) for one in shares], axis=0)
    accounts = np.flatnonzero((n_own > 0) & ~flagged)
    n_sharers = np.diff(shares[layer].object_start)
    objects = np.flatnonzero(n_sharers > 1)
    active, spread = n_own[accounts] >= LEAST_OWN, n_sharers[objects] >= SPREAD
    return Material(
        layer,
        np.concatenate([accounts[active], accounts[~active]]),
        np.concatenate([objects[spread], objects[~spread]]),
        int(active.sum()),
        int(spread.sum()),
        offset_s,
    )


def inject(
    layers: Sequence[Actions],
    shares: Sequence[Shares],
    resolution_s: np.ndarray,
    found: Material,
    campaign: Campaign,
) -> Injected:
    """Put the campaign into `layers`.

    shares: the layers' first shares, as they were. resolution_s: shape (n_accounts,), the clock of each
    account's source; new times are floored to it. Every action of every other account stays as it is. What a
    member did itself with an object of the campaign is replaced by what it does in the campaign.
    """
    members = np.sort(_first(found.accounts, found.n_active, campaign.size, _stream(campaign, 0)))
    here = layers[found.layer]
    if campaign.placement == FIRST:
        objects = np.arange(here.n_objects, here.n_objects + campaign.n_objects)
        moment = _stream(campaign, 1).choice(here.time, campaign.n_objects).astype(float)
    else:
        objects = _first(found.objects, found.n_spread, campaign.n_objects, _stream(campaign, 1))
        moment = _moments(shares[found.layer], objects, found.offset_s, _stream(campaign, 2))
    member, object_, time = _acts(members, objects, moment, resolution_s, campaign)
    changed = _with_camouflage(layers, members, campaign)
    changed[found.layer] = _with_acts(changed[found.layer], member, object_, time)
    return Injected(tuple(changed), members, np.sort(objects), len(time))


def _stream(campaign: Campaign, purpose: int) -> np.random.Generator:
    """Random numbers that depend on seed, repeat and placement alone."""
    first = int(campaign.placement == FIRST)
    return np.random.default_rng([campaign.seed, campaign.repeat, first, purpose])


def _first(numbers: np.ndarray, n_best: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` of the numbers at random; those after the best `n_best` only when the best are too few."""
    best, others = rng.permutation(numbers[:n_best]), rng.permutation(numbers[n_best:])
    return np.concatenate([best, others])[:n]


def _moments(shares: Shares, objects: np.ndarray, offset_s: float, rng: np.random.Generator) -> np.ndarray:
    """A moment (ms) within each object's spread: a random place between two shares next to each other.

    The place is drawn in log-latency, in which attention decays evenly, so that moments lie as shares do:
    dense where the object spreads quickly. No act of the campaign meets another account but by chance.
    """
    start, end = shares.object_start[objects], shares.object_start[objects + 1]
    place = rng.random(len(objects)) * (end - start - 1)
    before = start + np.floor(place).astype(np.int64)
    part = place - np.floor(place)
    earlier, later = (
        np.log(shares.latency_ms[row] + offset_s * 1000) for row in (before, np.minimum(before + 1, end - 1))
    )
    log_late = (1 - part) * earlier + part * later
    origin = shares.time[start] - shares.latency_ms[start]
    moment: np.ndarray = origin + np.exp(log_late) - offset_s * 1000
    return moment


def _acts(
    members: np.ndarray,
    objects: np.ndarray,
    moment: np.ndarray,
    resolution_s: np.ndarray,
    campaign: Campaign,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Account, object and time (ms) of every joint act."""
    shape = (len(members), len(objects))
    rng = _stream(campaign, 3)
    late = np.abs(rng.standard_normal(shape)) * campaign.jitter_s * 1000
    who, what = np.nonzero(rng.random(shape) < campaign.participation)
    step = np.maximum(np.rint(resolution_s[members[who]] * 1000), 1).astype(np.int64)
    time = np.floor(moment[what] + late[who, what]).astype(np.int64) // step * step
    return members[who].astype(np.int32), objects[what].astype(np.int32), time


def _with_camouflage(layers: Sequence[Actions], members: np.ndarray, campaign: Campaign) -> list[Actions]:
    """The layers without the posts that the members gave up: of one moment all are kept or none.

    The choice is by account and time, which all actions of a post share: it goes from every layer.
    """
    theirs = [np.flatnonzero(np.isin(layer.account, members)) for layer in layers]
    account = np.concatenate([layer.account[rows] for layer, rows in zip(layers, theirs, strict=True)])
    time = np.concatenate([layer.time[rows] for layer, rows in zip(layers, theirs, strict=True)])
    moments, number = np.unique(np.stack([account, time]), axis=1, return_inverse=True)
    kept = _stream(campaign, 4).random(moments.shape[1]) < campaign.camouflage
    drop_all = np.logical_not(kept)[number.ravel()]
    gone = np.split(drop_all, np.cumsum([len(rows) for rows in theirs])[:-1])
    return [
        _without(layer, rows[drop]) if drop.any() else layer
        for layer, rows, drop in zip(layers, theirs, gone, strict=True)
    ]


def _without(actions: Actions, rows: np.ndarray) -> Actions:
    left = np.ones(len(actions.time), bool)
    left[rows] = False
    columns = ("account", "object_", "time", "origin", "post")
    return replace(actions, **{name: getattr(actions, name)[left] for name in columns})


def _with_acts(actions: Actions, account: np.ndarray, object_: np.ndarray, time: np.ndarray) -> Actions:
    """Each act is a post of its own; an object's true origin, where it is known, is known to the act too."""
    width = int(max(actions.n_objects, object_.max(initial=-1) + 1))
    pair = actions.account.astype(np.int64) * width + actions.object_
    actions = _without(actions, np.flatnonzero(np.isin(pair, account.astype(np.int64) * width + object_)))
    n = len(time)
    n_posts = int(actions.post.max(initial=-1)) + 1 if actions.posts is None else len(actions.posts)
    columns = {
        "account": account,
        "object_": object_,
        "time": time,
        "origin": _origins(actions)[np.minimum(object_, actions.n_objects)],
        "post": np.arange(n_posts, n_posts + n, dtype=np.int32),
    }
    joined = {name: np.concatenate([getattr(actions, name), new]) for name, new in columns.items()}
    whole = Actions(
        **joined,
        n_accounts=actions.n_accounts,
        n_objects=width,
        objects=_named(actions.objects, width),
        posts=_named(actions.posts, n_posts + n),
    )
    return in_order_of_time(whole)


def _origins(actions: Actions) -> np.ndarray:
    """The known origin of each object (ms) or UNKNOWN; one place more, for objects that are new."""
    origin = np.full(actions.n_objects + 1, UNKNOWN)
    known = actions.origin != UNKNOWN
    origin[actions.object_[known]] = actions.origin[known]
    return origin


def _named(names: pa.Array | None, n: int) -> pa.Array | None:
    """Names for what is new, so that the actions can be shown like any others."""
    if names is None or len(names) >= n:
        return names
    new = [f"overt-power:{number}" for number in range(len(names), n)]
    return pa.concat_arrays([names, pa.array(new, names.type)])
