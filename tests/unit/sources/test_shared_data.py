"""Real data beside the checkout: the same posts from CSV, NDJSON and gzip; lists against lists."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .conftest import Read

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="needs the public data in ../shared/data, which is not there"
    ),
]


def test_50k_posts_are_the_same_from_csv_ndjson_and_gzip(tmp_path: Path, read: Read) -> None:
    dev = DATA / "eval" / "dev"
    packed = tmp_path / "posts_50k.csv.gz"
    packed.write_bytes(gzip.compress((dev / "posts_50k.csv").read_bytes(), compresslevel=1))
    tables = []
    for path in (dev / "posts_50k.csv", dev / "posts_50k.ndjson", packed):
        outcome_folder = read(path).folder
        tables.append(pq.read_table(outcome_folder / "posts.parquet").drop_columns(["file", "line"]))
    assert tables[0].num_rows == 50_000
    assert set(tables[0]["resolution_ms"].to_pylist()) == {60_000}
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_lists_from_the_text_are_nearly_those_of_the_source(read: Read) -> None:
    folder = read(DATA / "eval" / "dev" / "posts_50k.csv").folder
    found = pq.read_table(folder / "posts.parquet", columns=["post_id", "hashtags", "mentions"]).to_pylist()
    given = pq.read_table(
        DATA / "eval" / "dev" / "posts.parquet", columns=["post_id", "hashtags", "mentions"]
    )
    expected = {post["post_id"]: post for post in given.to_pylist()}
    odd = sum(
        [tag.lower() for tag in post["hashtags"]] != expected[post["post_id"]]["hashtags"]
        or post["mentions"] != expected[post["post_id"]]["mentions"]
        for post in found
    )
    assert odd < 0.01 * len(found)


def test_long_and_short_tables_of_another_tool(read: Read) -> None:
    outcome = read(DATA / "coortweet" / "russian_coord_tweets.parquet")
    assert outcome.summary.n_posts == 35_085
    assert sum(len(post["objects"]) for post in outcome.posts) == 35_085 + outcome.summary.n_merged
