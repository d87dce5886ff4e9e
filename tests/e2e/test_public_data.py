"""On real data that lies beside a checkout: exact pair counts, and the same groups from every format."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import benchmarks.pairs
import overt
from overt.detect.edges.actions import UNKNOWN, Actions, by_object, in_order_of_time
from overt.detect.edges.coaction import co_actions

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not beside this checkout"),
]

ANSWERS = {
    100_000: ("67fed014238e6c2348e6babf3f52e1c9", 3_851, "71c4850aaeb6c1dbc112975bdc9b67ec"),
    1_000_000: ("1df3212333ed53ef1f1744544e6deb22", 5_715, "987a968e40fc4e93bfa3daffef3b835a"),
}
"""Posts of the workload -> (MD5 of posts.csv, pairs, MD5 of the answer), as published with it."""


@pytest.mark.parametrize("n", ANSWERS)
def test_pairs_of_the_workload_equal_the_reference(n, tmp_path):
    maker = SHARED / "bench" / "make_workload.py"
    subprocess.run([sys.executable, maker, tmp_path, "--n", str(n)], check=True, capture_output=True)
    made, pairs, checksum = ANSWERS[n]
    assert hashlib.md5((tmp_path / "posts.csv").read_bytes()).hexdigest() == made
    actions, names = benchmarks.pairs.read(tmp_path / "posts.parquet")
    counts = co_actions(by_object(actions), (60_000,), 2)
    assert len(counts.a) == pairs
    assert hashlib.md5(benchmarks.pairs.lines(counts, names)).hexdigest() == checksum


def numbered(table, account, object_, time):
    """`Actions` of a table in which rows without the object are dropped and repeated rows counted once."""
    table = table.filter(pc.is_valid(table[object_]))
    accounts = pc.unique(table[account]).sort()
    coded = table[object_].combine_chunks().cast(pa.string()).dictionary_encode()
    n = len(table)
    actions = Actions(
        account=pc.index_in(table[account].combine_chunks(), value_set=accounts).to_numpy().astype(np.int32),
        object_=coded.indices.to_numpy().astype(np.int32),
        time=table[time].to_numpy() * 1000,
        origin=np.full(n, UNKNOWN),
        post=np.zeros(n, np.int32),
        n_accounts=len(accounts),
        n_objects=len(coded.dictionary),
    )
    return in_order_of_time(actions), accounts.to_pylist()


def rows_of(counts, names):
    return {
        (names[a], names[b]): (int(objects[0]), int(actions[0]), int(least) // 1000, float(median) / 1000)
        for a, b, objects, actions, least, median in zip(
            counts.a,
            counts.b,
            counts.n_objects,
            counts.n_actions,
            counts.gap_min_ms,
            counts.gap_median_ms,
            strict=True,
        )
    }


def expected_rows(table):
    """CooRTweet's own counts, for pairs with two objects or more, where both tools ask the same."""
    return {
        (row["account_a"], row["account_b"]): (
            row["n_objects"],
            row["n_post_pairs"],
            row["min_time_delta"],
            row["median_time_delta"],
        )
        for row in table.to_pylist()
        if row["n_objects"] >= 2
    }


def test_pairs_of_the_russian_retweets_equal_coortweets():
    folder = SHARED / "data" / "coortweet"
    table = pq.read_table(folder / "russian_coord_tweets.parquet")
    actions, names = numbered(table, "account_id", "object_id", "timestamp_share")
    got = rows_of(co_actions(by_object(actions), (60_000,), 2), names)
    assert got == expected_rows(pq.read_table(folder / "expected_pairs.parquet"))
    assert len(got) == 32


@pytest.mark.parametrize(
    ("kind", "n_pairs"), [("url_id", 1119), ("domain_id", 205), ("hashtag_id", 214), ("phash_id", 306)]
)
def test_pairs_of_the_german_election_equal_coortweets(kind, n_pairs):
    folder = SHARED / "data" / "coortweet"
    columns = ["account_id", "post_id", kind, "timestamp"]
    table = pq.read_table(folder / "german_elections.parquet", columns=columns)
    table = table.group_by(columns, use_threads=False).aggregate([])
    actions, names = numbered(table, "account_id", kind, "timestamp")
    got = rows_of(co_actions(by_object(actions), (60_000,), 2), names)
    expected = pq.read_table(folder / "expected_pairs_german.parquet", filters=[("object_type", "=", kind)])
    assert got == expected_rows(expected)
    assert len(got) == n_pairs


def groups_of(path, folder):
    study = overt.open(folder)
    study.ingest(path)
    found = study.detect()
    assert study.report().stat().st_size > 10_000
    return {(frozenset(group.accounts), group.q_value, group.why) for group in found.groups}


@pytest.mark.parametrize("name", ["russian_coord_tweets", "german_elections"])
def test_coortweets_data_give_groups_and_a_report(name, tmp_path):
    found = groups_of(SHARED / "data" / "coortweet" / f"{name}.parquet", tmp_path / "study")
    assert len(found) >= 1


def test_csv_ndjson_and_gzip_give_the_same_groups(tmp_path):
    dev = SHARED / "data" / "eval" / "dev"
    packed = tmp_path / "posts.csv.gz"
    with (dev / "posts_50k.csv").open("rb") as plain, gzip.open(packed, "wb", compresslevel=1) as out:
        shutil.copyfileobj(plain, out)
    from_csv = groups_of(dev / "posts_50k.csv", tmp_path / "csv")
    assert len(from_csv) >= 1
    assert groups_of(dev / "posts_50k.ndjson", tmp_path / "ndjson") == from_csv
    assert groups_of(packed, tmp_path / "gz") == from_csv


def test_the_labelled_set_flags_the_operation_and_no_innocent_source(tmp_path):
    dev = SHARED / "data" / "eval" / "dev"
    study = overt.open(tmp_path / "study")
    study.ingest(dev / "posts.parquet")
    found = study.detect()
    source = {row["account_id"]: row["source"] for row in pq.read_table(dev / "labels.parquet").to_pylist()}
    flagged = Counter(source[row["account_id"]] for row in found.account_scores.rows() if row["flagged"])
    assert flagged["ira"] >= 179
    assert flagged["congress"] == 0
    assert flagged["gop_debate"] == 0
