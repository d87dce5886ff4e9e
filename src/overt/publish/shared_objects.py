"""The objects that speak most for each group: who used them when, and the posts that show it.

in: evidence, traces and posts of a study; out: `SharedObject` by group, bounded by `Limits`; why: an
object convinces only beside what everybody else did with it, so the others' times are read as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.errors import StudyError
from overt.publish.study_rows import is_in, rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["Limits", "Post", "Row", "SharedObject", "shared_objects"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of each list a report shows; the tables hold the rest."""

    groups: int = 20
    members: int = 60
    objects: int = 10
    posts: int = 12
    pairs: int = 6
    edges: int = 800
    text: int = 280
    audiences: int = 5

    def of_audiences(self) -> Limits:
        """How much is shown of an audience: less than of a group, since nobody in it is flagged."""
        return replace(
            self, members=min(self.members, 30), objects=min(self.objects, 3), posts=min(self.posts, 6)
        )


@dataclass(frozen=True, slots=True)
class Post:
    """A member's first action on an object, and the post that shows it; `gap_s` is None for the first."""

    account_id: str
    at: int
    gap_s: float | None
    text: str | None
    resolution_ms: int | None
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class SharedObject:
    """An object that members shared close in time.

    member_at: first action of each member, ms UTC, ascending; closest: start and end of the shortest time
    in which half of them acted; others_at: first action of everyone else, or None when not known;
    original: text of the post that the object is, when the study has it; same_as: rank of an earlier object
    that is shown by the same posts, which then are one coincidence and not two.
    """

    row: Row
    member_ids: list[str]
    member_at: NDArray[np.int64]
    closest: tuple[int, int]
    posts: list[Post]
    others_at: NDArray[np.int64] | None
    original: str | None
    same_as: int | None = None


def shared_objects(
    folder: Path, group_ids: Sequence[str], limits: Limits
) -> dict[str, tuple[list[SharedObject], int]]:
    """For each group its objects of the highest rank, first one first, and how many it has in all."""
    import pyarrow.compute as pc

    if not group_ids:
        return {}
    table = rows(folder, "evidence", where=is_in("group_id", group_ids))
    ranked = table.group_by("group_id").aggregate([("object_rank", "max")]).to_pylist()
    n_objects = {row["group_id"]: row["object_rank_max"] for row in ranked}
    table = table.filter(pc.less_equal(table["object_rank"], limits.objects))
    order = ["group_id", "object_rank", "acted_at", "account_id"]
    table = table.sort_by([(column, "ascending") for column in order])
    texts, others = _texts(folder, table, limits), _others(folder, table)
    found: dict[str, tuple[list[SharedObject], int]] = {key: ([], n_objects.get(key, 0)) for key in group_ids}
    for acts in _by_object(table):
        found[acts["group_id"][0].as_py()][0].append(_object(acts, texts, others, limits))
    same = _same_posts(table)
    return {
        key: ([replace(item, same_as=same.get((key, item.row["object_rank"]))) for item in items], n)
        for key, (items, n) in found.items()
    }


def _same_posts(table: pa.Table) -> dict[tuple[str, int], int]:
    """For objects whose posts are those of an object of a higher rank: that rank."""
    first: dict[tuple[str, frozenset[str]], int] = {}
    same = {}
    for acts in _by_object(table):
        group_id, rank = acts["group_id"][0].as_py(), acts["object_rank"][0].as_py()
        posts = frozenset(acts["post_id"].to_pylist())
        earlier = first.setdefault((group_id, posts), rank)
        if earlier != rank:
            same[group_id, rank] = earlier
    return same


def _by_object(table: pa.Table) -> Iterator[pa.Table]:
    """Slices of a sorted evidence table, one an object of a group."""
    keys = list(zip(table["group_id"].to_pylist(), table["object_rank"].to_pylist(), strict=True))
    starts = [i for i, key in enumerate(keys) if i == 0 or key != keys[i - 1]]
    for start, end in pairwise([*starts, len(keys)]):  # nothing at all where no object has three members
        yield table.slice(start, end - start)


def _object(
    acts: pa.Table, texts: dict[str, Row], others: dict[tuple[str, str], Any], limits: Limits
) -> SharedObject:
    import numpy as np

    at = np.asarray(acts["acted_at"], dtype=np.int64)
    ids, post_ids = acts["account_id"].to_pylist(), acts["post_id"].to_pylist()
    row = acts.slice(0, 1).to_pylist()[0]
    first, last = _closest(at, limits.posts)
    posts = []
    for i in range(first, last):
        post = texts.get(post_ids[i] or "", {})
        gap_s = float(at[i] - at[i - 1]) / 1000 if i else None
        posts.append(
            Post(
                ids[i],
                int(at[i]),
                gap_s,
                post.get("text"),
                post.get("resolution_ms"),
                post.get("file"),
                post.get("line"),
            )
        )
    half = _closest(at, (len(at) + 1) // 2)
    key = (row["trace"], row["object_id"])
    everyone = others.get(key)
    rest = None if everyone is None else _without(everyone, set(ids))
    return SharedObject(
        row,
        ids,
        at,
        (int(at[half[0]]), int(at[half[1] - 1])),
        posts,
        rest,
        (texts.get(row["object_id"] or "") or {}).get("text"),
    )


def _closest(at: NDArray[np.int64], n: int) -> tuple[int, int]:
    """The `n` neighbours in time that lie closest together, as a slice; all when there are no more."""
    import numpy as np

    n = max(2, n)
    if len(at) <= n:
        return 0, len(at)
    first = int(np.argmin(at[n - 1 :] - at[: len(at) - n + 1]))
    return first, first + n


def _without(everyone: pa.Table, members: set[str]) -> NDArray[np.int64]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    mine = pc.is_in(everyone["account_id"], value_set=pa.array(sorted(members), pa.string()))
    return np.sort(np.asarray(everyone.filter(pc.invert(mine))["acted_at_min"], dtype=np.int64))


def _others(folder: Path, evidence: pa.Table) -> dict[tuple[str, str], pa.Table]:
    """First action of every account on each object shown, from the traces table when it is there."""
    import pyarrow.compute as pc

    keys = {(row["trace"], row["object_id"]) for row in evidence.select(["trace", "object_id"]).to_pylist()}
    columns = ["trace", "object_id", "account_id", "acted_at"]
    wanted = is_in("object_id", {key[1] for key in keys}) & is_in("trace", {key[0] for key in keys})
    try:
        acts = rows(folder, "traces", columns, wanted)
    except StudyError:
        return {}  # a study copied without its largest table still has a report
    firsts = acts.group_by(columns[:3]).aggregate([("acted_at", "min")])
    found = {}
    for trace, object_id in sorted(keys):
        here = pc.and_(pc.equal(firsts["object_id"], object_id), pc.equal(firsts["trace"], trace))
        everyone = firsts.filter(here)
        if everyone.num_rows:
            found[trace, object_id] = everyone
    return found


def _texts(folder: Path, evidence: pa.Table, limits: Limits) -> dict[str, Row]:
    """The posts behind the evidence shown, and the posts that reposts and replies point to, by id."""
    import numpy as np

    wanted: set[str] = set()
    for acts in _by_object(evidence):
        first, last = _closest(np.asarray(acts["acted_at"], dtype=np.int64), limits.posts)
        wanted.update(acts["post_id"].slice(first, last - first).to_pylist())
        if acts["trace"][0].as_py() in ("repost", "reply"):
            wanted.add(acts["object_id"][0].as_py())
    columns = ["post_id", "text", "resolution_ms", "file", "line"]
    return {
        row["post_id"]: row for row in rows(folder, "posts", columns, is_in("post_id", wanted)).to_pylist()
    }
