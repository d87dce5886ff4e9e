"""One row a post: duplicates, conflicts, objects, and what the study had."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from overt.errors import StudyError

from .conftest import Outcome, Read

AT = 1_614_054_527


def row(post: str, **more: Any) -> dict[str, Any]:
    return {"id": post, "user": "u", "time": AT, "text": "t"} | more


@pytest.fixture
def rows(tmp_path: Path, read: Read) -> Any:
    """rows([...], existing=...) -> Outcome of reading these rows as NDJSON."""

    def run(given: list[dict[str, Any]], existing: Path | None = None, name: str = "a.ndjson") -> Outcome:
        (tmp_path / name).write_text("".join(json.dumps(one) + "\n" for one in given))
        return read(tmp_path / name, existing=existing, source="columns")

    return run


def test_identical_records_are_one_post(rows: Any) -> None:
    outcome = rows([row("1"), row("1"), row("2"), row("1", n_likes=5)])
    assert [(post["post_id"], post["line"]) for post in outcome.posts] == [("1", 1), ("2", 3)]
    assert (outcome.summary.n_duplicates, outcome.summary.n_conflicting, outcome.summary.n_merged) == (
        2,
        0,
        0,
    )


def test_of_different_records_of_one_post_the_first_is_kept_and_the_others_are_counted(rows: Any) -> None:
    outcome = rows([row("1"), row("1", text="other"), row("1", user="v"), row("1")])
    assert (outcome.post["text"], outcome.post["account_id"]) == ("t", "u")
    assert (outcome.summary.n_duplicates, outcome.summary.n_conflicting) == (1, 2)


def test_the_later_collected_wins(rows: Any) -> None:
    given = [
        row("1", text="first"),
        row("1", text="old", collected_at=AT + 5),
        row("1", text="new", collected_at=AT + 9),
        row("1", text="also new", collected_at=AT + 9),
    ]
    assert rows(given).post["text"] == "new"


def test_objects_of_one_post_are_united(rows: Any) -> None:
    given = [row("1", url_id=7), row("1", url_id=8, domain_id="d"), row("1", url_id=7), row("2")]
    outcome = rows(given)
    assert outcome.posts[0]["objects"] == ["domain:d", "url:7", "url:8"]
    assert (outcome.summary.n_merged, outcome.summary.n_duplicates, outcome.summary.n_conflicting) == (
        1,
        1,
        0,
    )


def test_the_order_of_rows_is_of_no_importance_to_the_posts(rows: Any) -> None:
    given = [row(str(n), user=f"u{n % 5}", time=AT + n % 7) for n in range(50)]
    once = rows(given).posts
    random.Random(1).shuffle(given)
    again = rows(given).posts
    assert [post | {"line": 0} for post in once] == [post | {"line": 0} for post in again]
    assert [(post["posted_at"], post["post_id"]) for post in once] == sorted(
        (post["posted_at"], post["post_id"]) for post in once
    )


def test_reading_a_file_again_changes_nothing(rows: Any) -> None:
    given = [
        row("1", url_id=7, username="ann", followers=3),
        row("1", url_id=8, text="x", collected_at=AT + 9),
        row("2", user="v", time=AT + 60),
    ]
    first = rows(given)
    again = rows(given, existing=first.folder / "posts.parquet")
    for table in ("posts", "accounts"):
        assert (first.folder / f"{table}.parquet").read_bytes() == (
            again.folder / f"{table}.parquet"
        ).read_bytes()
    assert again.summary.n_posts == first.summary.n_posts == 2
    part = rows(given[:1], existing=first.folder / "posts.parquet")
    assert part.posts == first.posts


def test_a_second_file_adds_to_the_study(rows: Any) -> None:
    first = rows([row("1", username="ann", url_id=1), row("2", user="v")])
    second = rows(
        [
            row("3", user="w"),
            row("1", username="anna", time=AT, url_id=2),
            row("4", username="ann2", time=AT + 60),
        ],
        existing=first.folder / "posts.parquet",
        name="b.ndjson",
    )
    assert [(post["post_id"], post["file"]) for post in second.posts] == [
        ("1", "a.ndjson"),
        ("2", "a.ndjson"),
        ("3", "b.ndjson"),
        ("4", "b.ndjson"),
    ]
    assert second.posts[0]["objects"] == ["url:1", "url:2"]
    assert [(a["account_id"], a["handle"], a["n_posts"]) for a in second.accounts] == [
        ("u", "ann2", 2),
        ("v", None, 1),
        ("w", None, 1),
    ]


def test_accounts_are_as_last_seen(rows: Any) -> None:
    given = [
        row("1", time=AT + 9, username="@new", followers=30, verified=True),
        row("2", time=AT, username="old", bio="kept", followers=10, verified="no"),
        row("3", time=AT + 20, username="", followers=-1),
    ]
    (account,) = rows(given).accounts
    assert (account["handle"], account["followers"], account["bio"], account["verified"]) == (
        "new",
        30,
        "kept",
        True,
    )
    assert (account["first_post_at"], account["last_post_at"]) == (AT * 1000, (AT + 20) * 1000)


def test_a_newer_capture_replaces_an_older_one_of_the_study_in_any_order(rows: Any) -> None:
    old = [row("1", text="old", username="old", followers=1, collected_at=AT + 5)]
    new = [row("1", text="new", username="new", followers=2, collected_at=AT + 9)]
    for given, then in ((old, new), (new, old)):
        first = rows(given)
        second = rows(then, existing=first.folder / "posts.parquet", name="b.ndjson")
        assert (second.post["text"], second.post["collected_at"]) == ("new", (AT + 9) * 1000)
        assert (second.accounts[0]["handle"], second.accounts[0]["followers"]) == ("new", 2)
        assert second.summary.n_conflicting == 1


def test_tables_of_another_version_are_refused_in_words(rows: Any) -> None:
    first = rows([row("1")])
    path = first.folder / "posts.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["collected_at"]), path)
    with pytest.raises(
        StudyError, match="posts of the study is another version's: it differs in collected_at"
    ):
        rows([row("2")], existing=path)
