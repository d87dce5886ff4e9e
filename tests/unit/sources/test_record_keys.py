"""Keys that turn up late are read, whatever stands in the first records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from overt.detect.sources import records
from overt.detect.sources.record_keys import RecordKeys
from overt.simulate import demo_world, simulate, write

from .conftest import Read

AT = 1_700_000_000


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def base(n: int) -> dict[str, Any]:
    return {"account_id": f"a{n % 7}", "created_at": AT + n}


@pytest.mark.parametrize("chunk_rows", [60, 50_000])
@pytest.mark.parametrize("late", [55, 150])
def test_a_late_key_is_read(
    late: int, chunk_rows: int, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records.open_records, "__kwdefaults__", {"rows": chunk_rows})
    more = {"text": "hello #tag", "links": ["https://e.example/a"], "url_id": "u1", "verified": True}
    more |= {
        "user": {"followers_count": 5},
        "repost_of": "9",
        "repost_of_at": AT - 60,
        "verified_kind": "blue",
    }
    rows = [base(n) | (more if n >= late else {}) for n in range(200)]
    outcome = read(lines(tmp_path / "a.ndjson", rows))
    full = [post for post in outcome.posts if post["text"]]
    assert len(full) == 200 - late
    assert full[0]["links"] == ["https://e.example/a"]
    assert full[0]["objects"] == ["url:u1"]
    assert full[0]["hashtags"] == ["tag"]
    assert (full[0]["repost_of"], full[0]["repost_of_at"]) == ("9", (AT - 60) * 1000)
    account = outcome.accounts[0]
    assert (account["verified"], account["verified_kind"], account["followers"]) == (True, "blue", 5)


def test_a_late_key_does_not_change_who_an_account_is(tmp_path: Path, read: Read) -> None:
    rows = [{"username": f"n{n % 3}", "time": AT + n} for n in range(60_000)]
    rows += [row | {"user_id": "7"} for row in rows[:9]]
    outcome = read(lines(tmp_path / "a.ndjson", rows))
    assert {account["account_id"] for account in outcome.accounts} == {"n0", "n1", "n2"}


def test_what_the_user_left_out_stays_out(tmp_path: Path, read: Read) -> None:
    rows = [base(n) | ({"text": "x"} if n > 100 else {"body": "y"}) for n in range(200)]
    outcome = read(lines(tmp_path / "a.ndjson", rows), columns={"text": "body"})
    assert {post["text"] for post in outcome.posts} == {"y", None}


def test_shapes_within_objects_count_and_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = RecordKeys(frozenset({"user"}))
    assert len(keys.fresh([{"user": {"id": 1}}, {"user": {"id": 2}}, {"user": {"id": 1, "name": 2}}, 5])) == 2
    assert keys.fresh([{"user": {"id": 3}}]) == []
    monkeypatch.setattr("overt.detect.sources.record_keys._MOST_SHAPES", 10)
    many = [{f"k{n}": 1} for n in range(5_000)]
    assert len(keys.fresh(many)) == 1_000
    assert len(keys._shapes) == 10


def test_a_million_keys_are_no_million_columns(tmp_path: Path, read: Read) -> None:
    wide = base(0) | {f"k{n}": n for n in range(100_000)}
    outcome = read(lines(tmp_path / "a.ndjson", [wide, *(base(n) | {"text": "t"} for n in range(1, 300))]))
    assert sum(post["text"] == "t" for post in outcome.posts) == 299


def test_a_simulated_platform_comes_back_as_it_was(tmp_path: Path, read: Read) -> None:
    world = simulate(demo_world(3))
    outcome = read(write(world, tmp_path / "sim").posts)
    found = pq.read_table(outcome.folder / "posts.parquet").sort_by("post_id")
    given = world.posts.sort_by("post_id")
    for name in set(found.column_names) - {"source", "file", "line"}:
        assert found[name].to_pylist() == given[name].to_pylist(), name
    accounts = pq.read_table(outcome.folder / "accounts.parquet")
    known = {row["account_id"]: row for row in world.accounts.to_pylist()}
    for row in accounts.to_pylist():
        same = ("handle", "bio", "followers", "verified", "verified_kind", "country")
        assert [row[name] for name in same] == [known[row["account_id"]][name] for name in same]
