"""Decoys: a study's own data with the fine coordination taken out and nearly all else left in.

in: `Loaded`; out: `Loaded` of the same accounts and objects, redrawn by a seed; why: what the detector still
flags in them is chance, of the kind that this data has.

Each kind keeps and breaks something else, since no single one is right: what one keeps too little of,
another keeps.

- `dither`: every latency times exp(h Z), one Z per post. Keeps who shared what, each object's course up to a
  factor of about three, each account's speed, every clock step and scheduler grid. Breaks closeness finer
  than the latency itself. It *is* the null of the timing test, so it checks the whole way from pairs to
  groups, not the null: moments at which everybody acts at once (flash events) are smoothed away.
- `rotation`: every account's calendar moved by its own multiple of 7 days, and its posts dealt anew over its
  own moments of posting. Keeps who shared what, every account's moments of posting up to whole weeks: hour of
  the week, sessions, bursts, clock steps, grids. Breaks when an object spreads. It assumes nothing of
  latencies. The moving alone would be no decoy: two accounts moved alike (one pair in four in a month) keep
  all of their timing, and an object comes again week after week in bursts that no latency explains.
- `rewired`: accounts swapped among the posts of one day, one topic and one popularity. Keeps every object's
  exact course, flash events too, and every account's number of shares per trace. Breaks who acts together.
  Audiences that keep meeting within a topic stay partly together, so it is the strict kind.

What is left of a campaign in a decoy makes the estimates too high, never too low: accounts that post
nothing but the campaign at the same moments keep some closeness under rotation, a campaign that is most of
its day's topic keeps some when rewired. Only first shares are drawn anew; later ones do not enter the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from overt.detect.calibration.rewired import Wiring, rewired, wiring_of
from overt.detect.edges.actions import Actions, in_order_of_time
from overt.detect.edges.shares import first_shares
from overt.detect.loaded import Loaded, Settings

__all__ = ["KINDS", "Kind", "Material", "dither", "material_of", "rewire", "rotate", "rotation_days"]

DAY_MS = 86_400_000
WIDTH = 1.0
"""h of the timing test's null (`TimingTest`): the two must be the same."""

LEAST_TURNS = 3
"""Distinct places on a calendar below which moving accounts along it breaks nothing."""


@dataclass(frozen=True, slots=True)
class Material:
    """What decoys are drawn from, prepared once.

    Attributes
    ----------
    loaded: the deciding layers, first shares only, in order of time.
    post: per layer, shape (n,): the post of each action, numbered over all layers.
    origin: per layer, int64 (n,), ms: the time from which the action's latency counts.
    post_account, post_time: shape (n_posts,). step_ms: shape (n_accounts,), the coarser of clock and grid.
    wiring: the blocks within which accounts are swapped.
    """

    loaded: Loaded
    post: tuple[np.ndarray, ...]
    origin: tuple[np.ndarray, ...]
    post_account: np.ndarray
    post_time: np.ndarray
    step_ms: np.ndarray
    wiring: Wiring


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of decoy: its name, what it keeps, and how one is drawn.

    same_content: who shared what is as in the data, and so is the number of tests.
    """

    name: str
    about: str
    same_content: bool
    draw: Callable[[Material, np.random.Generator], Loaded]


def material_of(loaded: Loaded, settings: Settings) -> Material:
    """Prepare the deciding layers of a study."""
    layers, origins = [], []
    for trace, actions in loaded.layers:
        if settings.decides(trace):
            first, origin = _first_only(actions)
            layers.append((trace, first))
            origins.append(origin)
    posts, n_posts = _numbered_posts([actions for _, actions in layers])
    account, time = np.zeros(n_posts, np.int32), np.zeros(n_posts, np.int64)
    for (_, actions), post in zip(layers, posts, strict=True):
        account[post], time[post] = actions.account, actions.time
    step = np.maximum(loaded.clock.resolution_s, loaded.clock.grid_s) * 1000
    first_loaded = replace(loaded, layers=tuple(layers))
    return Material(
        first_loaded,
        tuple(posts),
        tuple(origins),
        account,
        time,
        np.maximum(step.astype(np.int64), 1),
        wiring_of(first_loaded, posts),
    )


def _first_only(actions: Actions) -> tuple[Actions, np.ndarray]:
    """Each account's first action on each object, in order of time, and the origin of each."""
    shares = first_shares(actions)
    order = np.argsort(shares.row, kind="stable")
    row = shares.row[order]
    columns = {name: getattr(actions, name)[row] for name in ("account", "object_", "time", "origin", "post")}
    return replace(actions, **columns), (shares.time - shares.latency_ms)[order]


def _numbered_posts(layers: list[Actions]) -> tuple[list[np.ndarray], int]:
    """Per layer the post of each action, one post having one number in all layers; how many there are."""
    if not layers:
        return [], 0
    if any(layer.posts is None for layer in layers):  # no ids: every layer has posts of its own
        base = np.cumsum([0, *(int(layer.post.max(initial=-1)) + 1 for layer in layers)])
        return [layer.post + b for layer, b in zip(layers, base, strict=False)], int(base[-1])
    ids = [layer.posts.take(pa.array(layer.post)) for layer in layers]  # type: ignore[union-attr]
    coded = pa.chunked_array(ids).combine_chunks().dictionary_encode()
    number = coded.indices.to_numpy()
    cuts = np.cumsum([len(one) for one in ids])[:-1]
    return np.split(number, cuts), len(coded.dictionary)


def dither(material: Material, rng: np.random.Generator) -> Loaded:
    """Every latency times exp(h Z), one Z per post, moved in whole steps of the account's clock or grid."""
    factor = np.exp(WIDTH * rng.standard_normal(len(material.post_time)))
    finest = float(material.loaded.clock.resolution_s.min(initial=np.inf))
    layers = []
    for (trace, actions), post, origin in zip(
        material.loaded.layers, material.post, material.origin, strict=True
    ):
        offset = max(trace.offset_s, finest) * 1000
        latency = (actions.time - origin).astype(float)
        moved = (latency + offset) * (factor[post] - 1.0)
        step = material.step_ms[actions.account]
        time = actions.time + np.rint(moved / step).astype(np.int64) * step
        layers.append((trace, in_order_of_time(replace(actions, time=time))))
    return replace(material.loaded, layers=tuple(layers))


def rotation_days(material: Material) -> int:
    """Days in a step of rotation: 7 in a span of three weeks, 1 in three days, 0 (not possible) below."""
    if not len(material.post_time):
        return 0
    span = int(material.post_time.max() - material.post_time.min())
    return next((days for days in (7, 1) if span >= LEAST_TURNS * days * DAY_MS), 0)


def rotate(material: Material, rng: np.random.Generator) -> Loaded:
    """Every calendar moved by its own number of weeks, its posts dealt anew over its own moments."""
    unit = max(rotation_days(material), 1) * DAY_MS
    account, time = material.post_account, material.post_time
    start = int(time.min(initial=0))
    turns = max(1, -(-int(time.max(initial=0) - start + 1) // unit))
    dealt = np.empty_like(time)
    dealt[np.lexsort((rng.random(len(time)), account))] = time[np.argsort(account, kind="stable")]
    turn = rng.integers(0, turns, len(material.step_ms))
    moved = start + (dealt - start + turn[account] * unit) % (turns * unit)
    layers = [
        (trace, in_order_of_time(replace(actions, time=moved[post])))
        for (trace, actions), post in zip(material.loaded.layers, material.post, strict=True)
    ]
    return replace(material.loaded, layers=tuple(layers))


def rewire(material: Material, rng: np.random.Generator) -> Loaded:
    """Accounts swapped among posts of one block; nobody shares an object twice."""
    return rewired(material.loaded, material.wiring, rng)


KINDS = (
    Kind(
        "dither",
        "every latency stretched or shrunk at random; who shared what, and each account's speed, are kept",
        True,
        dither,
    ),
    Kind(
        "rotation",
        "every account's posts dealt anew over its own moments, moved by whole weeks; its rhythm is kept",
        True,
        rotate,
    ),
    Kind(
        "rewired",
        "accounts swapped among the posts of one day and topic; the course of every object is kept",
        False,
        rewire,
    ),
)
