"""Objects that are one: what a trace with `merge` leaves in the traces table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.detect.traces import build as module
from overt.detect.traces.build import build
from overt.detect.traces.registry import chosen
from overt.schema import arrow_schema

SAID = "the people of this town will never forget what was done to them"
OTHER = SAID.replace("never", "not")
ELSE = "nobody here has asked for a new bridge over the river this year"


def written(folder, texts):
    """A posts table in which account u<i> posts text i."""
    rows = [
        {"post_id": str(i), "account_id": f"u{i}", "posted_at": i, "resolution_ms": 1000, "text": text}
        for i, text in enumerate(texts)
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema("posts")), folder / "posts.parquet")
    return folder / "posts.parquet"


def objects(folder, texts, traces=None, **more):
    """{post: object} of the table that is built."""
    build(written(folder, texts), folder / "traces.parquet", traces or chosen(("text",)), **more)
    table = pq.read_table(folder / "traces.parquet")
    assert table.schema == arrow_schema("traces")
    return dict(zip(table["post_id"].to_pylist(), table["object_id"].to_pylist(), strict=True))


def test_near_duplicates_are_one_object_and_every_action_stays(tmp_path):
    found = objects(tmp_path, [SAID, OTHER, "too short", ELSE, SAID])
    assert found == {"0": SAID, "1": SAID, "3": ELSE, "4": SAID}


def test_batches_and_the_order_of_rows_change_nothing(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    texts = [(SAID, OTHER, ELSE, "so true", None)[k] for k in rng.integers(0, 5, 60)]
    whole = objects(tmp_path, texts)
    monkeypatch.setattr(module, "BATCH_ROWS", 7)
    assert objects(tmp_path, texts) == whole
    order = rng.permutation(60)
    shuffled = objects(tmp_path, [texts[k] for k in order])
    assert {str(order[int(post)]): found for post, found in shuffled.items()} == whole


def test_merge_gets_each_object_once_with_its_actions(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    seen = []

    def merge(ids, n_actions):
        seen.append(dict(zip(ids.to_pylist(), n_actions.tolist(), strict=True)))
        return ids

    trace = replace(chosen(("text",))[0], merge=merge)
    assert set(objects(tmp_path, [SAID, OTHER, SAID, ELSE, SAID], [trace]).values()) == {SAID, OTHER, ELSE}
    assert seen == [{ELSE: 1, SAID: 3, OTHER: 1}]
    assert list(seen[0]) == sorted(seen[0], key=str.encode)


@pytest.mark.parametrize("texts", [[], ["so true"]])
def test_a_study_without_texts(tmp_path, texts):
    assert objects(tmp_path, texts) == {}


def test_nothing_is_left_waiting(tmp_path):
    objects(tmp_path, [SAID, OTHER])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posts.parquet", "traces.parquet"]

    def merge(ids, n_actions):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        objects(tmp_path, [SAID, OTHER], [replace(chosen(("text",))[0], merge=merge)])
    assert not list(tmp_path.glob("*.waiting"))


def test_progress_reaches_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    steps = []
    objects(tmp_path, [SAID, OTHER, ELSE], progress=lambda name, done, of: steps.append((done, of)))
    assert steps == [(2, 3), (3, 3)]
