"""What shows that a group acts together: its objects, and which member acted when.

in: a group's members, its significant pairs, the shares of the deciding traces; out: evidence rows; why:
a finding without the posts behind it is an accusation. Objects are ranked by surprisal: the sum over close
member pairs of -log2 q, the null's chance of that closeness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.detect.edges.actions import Actions
from overt.detect.explain.surprisal import surprisals
from overt.detect.significance.fusion import Fused
from overt.detect.significance.timing import TimingTest

__all__ = ["LEAST_SHARERS", "MOST_OBJECTS", "MOST_PAIRS", "GroupEvidence", "Layer", "group_evidence"]

LEAST_SHARERS = 3
"""Members who must have acted on an object for it to be the group's."""

MOST_OBJECTS = 50
"""Objects written per group; the count in `groups.n_objects` has them all."""

MOST_PAIRS = 20_000
"""Pairs of a group that are walked for evidence, the strongest first."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One deciding trace: its name, actions, test, and the scale (s) of every fused pair in it (0: none)."""

    trace: str
    actions: Actions
    test: TimingTest
    scale_s: np.ndarray


@dataclass(frozen=True, slots=True)
class Object:
    """An object that members acted on close in time: which layer, which number, and how surprising."""

    layer: Layer
    number: int
    surprisal: float


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """Rows for the evidence table, without group_id; n_objects: objects with enough close members."""

    rows: list[dict[str, object]]
    n_objects: int
    first_at: int | None
    last_at: int | None


def group_evidence(
    members: np.ndarray, pairs: np.ndarray, fused: Fused, layers: Sequence[Layer], names: Sequence[str]
) -> GroupEvidence:
    """Evidence of one group.

    members: account numbers, sorted. pairs: its significant pairs, as places in `fused`, strongest first.
    names: account ids by number.
    """
    pairs = pairs[:MOST_PAIRS]
    found = [o for layer in layers for o in _objects(layer, pairs, fused)]
    found.sort(key=lambda o: (-o.surprisal, o.layer.trace, o.number))
    least = min(LEAST_SHARERS, len(members))
    rows: list[dict[str, object]] = []
    n_objects, first_at, last_at = 0, None, None
    for candidate in found:
        acted = _acted(candidate, members)
        if _n_close(candidate, acted, pairs) < least:
            continue
        n_objects += 1
        times = candidate.layer.test.shares.time[acted]
        first_at = int(times.min()) if first_at is None else min(first_at, int(times.min()))
        last_at = int(times.max()) if last_at is None else max(last_at, int(times.max()))
        if n_objects <= MOST_OBJECTS:
            rows += _rows(candidate, acted, n_objects, names)
    return GroupEvidence(rows, n_objects, first_at, last_at)


def _objects(layer: Layer, pairs: np.ndarray, fused: Fused) -> list[Object]:
    """Objects on which significant pairs came within their best scale in this trace."""
    scale = layer.scale_s[pairs]
    some = pairs[scale > 0]
    if len(some) == 0:
        return []
    surprisal = surprisals(fused.a[some], fused.b[some], layer.scale_s[some], layer.test.data)
    return [Object(layer, int(o), float(surprisal[o])) for o in np.flatnonzero(surprisal)]


def _acted(found: Object, members: np.ndarray) -> np.ndarray:
    """Places of the members' shares of the object, in order of time."""
    shares = found.layer.test.shares
    begin, end = shares.object_start[found.number], shares.object_start[found.number + 1]
    place = np.arange(begin, end)
    kept: np.ndarray = place[np.isin(shares.account[begin:end], members)]
    return kept


def _n_close(found: Object, acted: np.ndarray, pairs: np.ndarray) -> int:
    """Members who acted within the group's usual scale (ms) of another member."""
    scale = found.layer.scale_s[pairs]
    usual = float(np.median(scale[scale > 0])) * 1000
    near = np.diff(found.layer.test.shares.time[acted]) <= usual
    return int((np.append(near, False) | np.insert(near, 0, False)).sum())


def _rows(found: Object, acted: np.ndarray, rank: int, names: Sequence[str]) -> list[dict[str, object]]:
    shares, actions = found.layer.test.shares, found.layer.actions
    times = shares.time[acted]
    about = {
        "object_rank": rank,
        "trace": found.layer.trace,
        "object_id": actions.objects[found.number].as_py(),  # type: ignore[index]
        "n_members": len(acted),
        "n_sharers": int(shares.object_start[found.number + 1] - shares.object_start[found.number]),
        "span_s": _closest_half(times) / 1000.0,
        "surprisal": found.surprisal,
    }
    return [
        about
        | {
            "account_id": names[int(shares.account[place])],
            "post_id": actions.posts[int(shares.post[place])].as_py(),  # type: ignore[index]
            "acted_at": int(shares.time[place]),
        }
        for place in acted
    ]


def _closest_half(times: np.ndarray) -> int:
    """Length of the shortest time that holds half of the actions (at least two)."""
    half = max(2, (len(times) + 1) // 2)
    return int((times[half - 1 :] - times[: len(times) - half + 1]).min())
