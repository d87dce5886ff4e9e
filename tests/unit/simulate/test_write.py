"""The files: the same bytes for the same seed, readable, and without a word of the truth."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from overt.errors import StorageError
from overt.simulate import demo_world, null_world, power_world, simulate, write
from overt.simulate.write import ndjson_lines


@pytest.fixture(scope="module")
def written(demo, tmp_path_factory):
    return write(demo, tmp_path_factory.mktemp("platform"))


@pytest.fixture(scope="module")
def rows(written):
    with written.posts.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    first, again, other = (
        write(simulate(replace(demo_world(seed), n_accounts=600, n_objects=450)), tmp_path / folder)
        for seed, folder in ((3, "first"), (3, "again"), (4, "other"))
    )
    for name in ("posts", "truth", "world"):
        assert digest(getattr(first, name)) == digest(getattr(again, name))
        assert digest(getattr(first, name)) != digest(getattr(other, name))


def test_gzip_holds_the_same_lines_and_no_time(tmp_path, null):
    first, second = write(null, tmp_path / "a", compress=True), write(null, tmp_path / "b", compress=True)
    assert digest(first.posts) == digest(second.posts)
    assert gzip.decompress(first.posts.read_bytes()).decode() == "".join(ndjson_lines(null))


def test_every_line_is_a_post_with_the_same_keys(rows, demo):
    assert len(rows) == demo.posts.num_rows
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    for name in ("post_id", "account_id", "handle", "created_at", "text", "hashtags", "sound_id", "reply_to"):
        assert name in rows[0]
    assert [row["text"] for row in rows] == demo.posts["text"].to_pylist()
    stamps = np.array([row["created_at"].removesuffix("Z") for row in rows], dtype="datetime64[ms]")
    assert stamps.astype(np.int64).tolist() == demo.posts["posted_at"].to_pylist()
    assert f"simvideo:{rows[7]['account_id']}" == demo.posts["account_id"][7].as_py()


def test_nothing_of_the_truth_is_in_the_export(written, demo):
    text = written.posts.read_text(encoding="utf-8").lower()
    for group in (*demo.world.campaigns, *demo.world.benign):
        assert group.name not in text
    keys = set(json.loads(text.split("\n", 1)[0]))
    assert not keys & {"kind", "name", "plan", "truth", "group", "campaign", "source", "object"}
    kinds = set(demo.truth["kind"].to_pylist()) - {"organic"}
    values = {value for line in text.splitlines()[:2000] for value in map(str, json.loads(line).values())}
    assert not kinds & values


def test_ids_and_order_do_not_tell_who_is_who(demo):
    """Members stand neither together in the ids nor first among posts of one second."""
    kind = dict(zip(demo.truth["account_id"].to_pylist(), demo.truth["kind"].to_pylist(), strict=True))
    ids = sorted(kind)
    places = np.array([i for i, account in enumerate(ids) if kind[account] == "campaign"]) / len(ids)
    assert 0.3 < places.mean() < 0.7
    assert places.std() > 0.2
    planned = set(demo.truth_posts["post_id"].to_pylist())
    at, post = demo.posts["posted_at"].to_pylist(), demo.posts["post_id"].to_pylist()
    first = Counter(
        (post[i] in planned) for i in range(len(at) - 1)
        if at[i] == at[i + 1] and (post[i] in planned) != (post[i + 1] in planned)
    )  # fmt: skip
    assert 0.25 < first[True] / sum(first.values()) < 0.75


def test_truth_stands_apart(written, demo):
    with written.truth.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["account_id", "kind", "name"]
    assert len(rows) == 2000
    assert {row["account_id"] for row in rows} >= set(demo.accounts["account_id"].to_pylist())
    assert {row["name"] for row in rows if row["kind"] == "campaign"} == {
        "campaign harbour",
        "campaign lantern",
        "campaign orchard",
    }
    world = json.loads(written.world.read_text(encoding="utf-8"))
    assert world["seed"] == 3
    assert world["campaigns"][0]["jitter_s"] == 20.0


@pytest.mark.parametrize(("regime", "ending"), [("plain", "Z"), ("minute", ":00Z")])
def test_times_show_their_resolution(regime, ending):
    small = replace(null_world(1, regime), n_accounts=200, n_objects=100)
    stamps = [json.loads(line)["created_at"] for line in ndjson_lines(simulate(small))]
    assert all(stamp.endswith(ending) and len(stamp) == 20 for stamp in stamps)
    assert (len({stamp[17:19] for stamp in stamps}) == 1) == (regime == "minute")


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Cannot write the simulated platform into"):
        write(simulate(power_world(1)), tmp_path / "file")


def test_an_earlier_result_is_replaced_whole(tmp_path, null):
    write(null, tmp_path)
    before = digest(tmp_path / "posts.ndjson")
    write(null, tmp_path)
    assert digest(tmp_path / "posts.ndjson") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["posts.ndjson", "truth.csv", "world.json"]
