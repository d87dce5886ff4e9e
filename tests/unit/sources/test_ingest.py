"""The whole way of a file: tables, summary, rejects, and what stops it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.detect.sources import Ingested, ingest, inputs, plan
from overt.detect.sources import merge as merge_module
from overt.detect.sources.derive import filled
from overt.errors import InputError, SettingError, StorageError, TooManyRejects
from overt.schema import arrow_schema

from .conftest import Read

CsvFile = Callable[..., Path]
ROW = "p1,u1,2021-02-23T04:28:47Z,hello #Two #one @ann https://a.b/c"


def test_a_plain_table_becomes_posts_and_accounts(csv_file: CsvFile, read: Read) -> None:
    outcome = read(
        csv_file(ROW, 'p2,u2,2021-02-23 04:28:48,"a\nb"', "p3,u1,2021-02-23T04:28:46Z,"), platform="Twitter"
    )
    assert pq.read_schema(outcome.folder / "posts.parquet").equals(arrow_schema("posts"))
    assert pq.read_schema(outcome.folder / "accounts.parquet").equals(arrow_schema("accounts"))
    assert [post["post_id"] for post in outcome.posts] == ["x:p3", "x:p1", "x:p2"]
    assert outcome.posts[1] == dict.fromkeys(arrow_schema("posts").names) | {
        "post_id": "x:p1",
        "account_id": "x:u1",
        "platform": "x",
        "posted_at": 1_614_054_527_000,
        "resolution_ms": 1000,
        "text": "hello #Two #one @ann https://a.b/c",
        "hashtags": ["Two", "one"],
        "links": ["https://a.b/c"],
        "mentions": ["ann"],
        "source": "columns",
        "file": "a.csv",
        "line": 2,
    }
    assert outcome.posts[0]["text"] is None
    assert outcome.posts[0]["hashtags"] is None
    assert [(a["account_id"], a["n_posts"], a["last_post_at"]) for a in outcome.accounts] == [
        ("x:u1", 2, 1_614_054_527_000),
        ("x:u2", 1, 1_614_054_528_000),
    ]
    summary = outcome.summary
    assert (summary.n_posts, summary.n_accounts, summary.n_rejected) == (3, 2, 0)
    assert (summary.first_at, summary.last_at) == (1_614_054_526_000, 1_614_054_528_000)
    (file,) = summary.files
    assert (file.n_records, file.n_posts, file.n_without_zone, file.resolution_ms) == (3, 3, 1, 1000)
    assert file.notes == ("1 times name no zone and were taken as UTC",)
    assert Ingested.from_dict(json.loads(json.dumps(summary.as_dict()))) == summary


def test_the_same_rows_in_every_wrapping_give_the_same_posts(tmp_path: Path, read: Read) -> None:
    rows = [
        {"id": f"p{n}", "user": f"u{n % 3}", "created_at": 1_614_054_527 + n, "text": f"t {n}"}
        for n in range(30)
    ]
    table = pa.Table.from_pylist(rows)
    csv = "id,user,created_at,text\n" + "".join(",".join(map(str, row.values())) + "\n" for row in rows)
    ndjson = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "a.csv").write_text(csv)
    (tmp_path / "b.tsv").write_text(csv.replace(",", "\t"))
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(csv.encode()))
    (tmp_path / "d.ndjson").write_text(ndjson)
    (tmp_path / "e.json").write_text(json.dumps(rows, indent=1))
    (tmp_path / "f.json").write_text(json.dumps({"data": rows, "meta": {"n": 30}}))
    (tmp_path / "g.csv").write_bytes(csv.encode("utf-16"))
    pq.write_table(table, tmp_path / "h.parquet")
    seen = []
    for path in sorted(tmp_path.glob("?.*")):
        posts = read(path).posts
        seen.append([{k: v for k, v in post.items() if k not in ("file", "line")} for post in posts])
    assert len(seen) == 8
    assert all(posts == seen[0] for posts in seen)
    assert len(seen[0]) == 30


def test_rejects_say_file_line_reason_and_row(csv_file: CsvFile, read: Read) -> None:
    bad = [
        "p2,,2021-02-23T04:28:47Z,no account",
        "p3,u1,0001-01-01T00:00:00Z,year 1",
        "p4,u1,9999-12-31T00:00:00Z,year 9999",
        "6.29697E+17,u1,2021-02-23T04:28:47Z,spreadsheet",
        "p6,u1,2021-02-23T04:28:47Z,too,many",
    ]
    outcome = read(csv_file(*([ROW.replace("p1", f"q{n}") for n in range(6)]), *bad))
    assert outcome.summary.n_rejected == outcome.summary.files[0].n_rejected == 5
    assert [(r["file"], r["line"]) for r in outcome.rejects] == [("a.csv", n) for n in range(8, 13)]
    assert [r["reason"] for r in outcome.rejects] == [
        "no account: the account is missing",
        "time before 2000: 0001-01-01T00:00:00Z",
        "time in the future: 9999-12-31T00:00:00Z",
        "the post id lost its digits: it went through a spreadsheet or a float",
        "wrong number of cells: 5, expected 4",
    ]
    assert json.loads(outcome.rejects[1]["row"])["text"] == "year 1"
    assert outcome.rejects[4]["row"].startswith("p6,u1,")


def test_more_than_half_rejected_stops_the_run(csv_file: CsvFile, read: Read) -> None:
    path = csv_file(ROW, "p2,u1,soon,x", "p3,u1,never,x", "p4,,2021-02-23,x", name="b.csv")
    with pytest.raises(TooManyRejects) as caught:
        read(path)
    message = str(caught.value)
    assert "b.csv: 3 of 4 rows were rejected, so nothing was written." in message
    assert "Expected an account in user and a time in created_at." in message
    assert "2 x no readable time: soon (first in line 3)" in message
    assert "1 x no account: the account is missing (first in line 5)" in message
    assert "--map" in message
    half = csv_file(ROW, "p2,u1,soon,x", name="c.csv")
    assert read(half).summary.n_rejected == 1


def test_mixed_encodings_are_not_guessed(tmp_path: Path, read: Read) -> None:
    lines = [f"p{n},u{n},2021-02-23,ok" for n in range(3)]
    data = "\n".join(["id,user,created_at,text", *lines, ""]).encode() + "p9,u9,2021-02-23,caf\xe9\n".encode(
        "latin-1"
    )
    (tmp_path / "a.csv").write_bytes(data)
    outcome = read(tmp_path / "a.csv")
    assert outcome.summary.n_posts == 3
    assert outcome.rejects[0]["reason"] == "not UTF-8: byte 0xE9 at position 21"
    (tmp_path / "b.csv").write_bytes(b"id,user,created_at,text\n" + b"p9,u9,2021-02-23,caf\xe9\n" * 2)
    with pytest.raises(TooManyRejects, match="not UTF-8"):
        read(tmp_path / "b.csv")


def test_a_field_of_50_mb_costs_its_row(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.csv").write_bytes(
        b"id,user,created_at,text\n" + ROW.encode() + b"\np2,u2,2021-02-23," + b"x" * 50_000_000 + b"\n"
    )
    outcome = read(tmp_path / "a.csv")
    assert outcome.post["post_id"] == "p1"
    assert outcome.rejects[0]["reason"] == "line above 16 MiB: 50,000,017 bytes"
    assert len(outcome.rejects[0]["row"]) == 500


def test_a_text_above_1_mib_costs_its_row(tmp_path: Path, read: Read) -> None:
    rows = [
        {"id": n, "user": "u", "time": 1_614_054_527, "text": "x" * size}
        for n, size in ((1, 5), (2, 1 << 20), (3, (1 << 20) + 1))
    ]
    (tmp_path / "a.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    outcome = read(tmp_path / "a.ndjson")
    assert [post["post_id"] for post in outcome.posts] == ["1", "2"]
    assert outcome.rejects[0]["reason"] == "text above 1 MiB"


def test_a_file_with_nothing_but_a_header_is_refused(csv_file: CsvFile, read: Read) -> None:
    with pytest.raises(InputError, match=r"a\.csv holds no row: only the header id, user, created_at, text"):
        read(csv_file())


def test_a_column_that_is_not_there(csv_file: CsvFile, read: Read) -> None:
    with pytest.raises(InputError, match=r"a.csv has no column 'usr', which --map names for account_id"):
        read(csv_file(ROW), columns={"account": "usr"})
    with pytest.raises(SettingError, match="cannot be the name of a platform"):
        read(csv_file(ROW), platform="<b>")


def test_posts_without_id_are_named_by_file_and_line(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.csv").write_text('user,time,text\nu,1614054527,"a\nb"\nu,1614054527,c\n')
    assert {post["post_id"] for post in read(tmp_path / "a.csv").posts} == {"a.csv:2", "a.csv:4"}


def test_several_files_of_several_formats(tmp_path: Path, csv_file: CsvFile, read: Read) -> None:
    csv_file(ROW)
    minutes = "".join(
        f'{{"tweet_id":"t{n}","author":"w","date":"2021-02-23 04:{n:02}"}}\n' for n in range(30)
    )
    (tmp_path / "b.ndjson").write_text(minutes)
    outcome = read(tmp_path)
    assert [file.resolution_ms for file in outcome.summary.files] == [1000, 60_000]
    assert {(post["file"], post["resolution_ms"]) for post in outcome.posts} == {
        ("a.csv", 1000),
        ("b.ndjson", 60_000),
    }


def test_objects_that_a_table_names_itself(tmp_path: Path, read: Read) -> None:
    pq.write_table(
        pa.table(
            {
                "account_id": ["a", "b"],
                "object_id": ["o 1", None],
                "posted_at": [1_714_521_600, 1_714_521_601],
            }
        ),
        tmp_path / "w.parquet",
    )
    posts = read(tmp_path / "w.parquet", source="columns").posts
    assert [post["objects"] for post in posts] == [["object:o 1"], []]


def test_references_that_lost_digits_are_no_objects(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.csv").write_text(
        "id,user,time,retweet_id,reply_to\n1,u,1614054527,6.3E+17,9\n2,u,1614054527,0,\n"
    )
    outcome = read(tmp_path / "a.csv", platform="x")
    assert [(post["repost_of"], post["reply_to"]) for post in outcome.posts] == [(None, "x:9"), (None, None)]
    assert outcome.summary.files[0].notes == (
        "1 ids of other posts or sounds lost their digits and were left out",
    )


def test_hostile_cells_come_through_whole(csv_file: CsvFile, read: Read) -> None:
    text = '=HYPERLINK("x") <script> \u202e \x00'
    outcome = read(csv_file(f'p1,"u\n<i>",1614054527,"{text.replace(chr(34), chr(34) * 2)}"'))
    assert outcome.post["text"] == text.replace("\x00", "\ufffd")
    assert outcome.post["account_id"] == "u\n<i>"


def test_a_plan_shows_and_writes_nothing(csv_file: CsvFile, tmp_path: Path) -> None:
    path = csv_file(ROW, "p2,,2021-02-23,x", *(f"q{n},u,2021-02-23,x" for n in range(5)))
    before = sorted(tmp_path.rglob("*"))
    (planned,) = plan(str(path))
    assert (planned.file, planned.kind, planned.format, planned.n_read) == ("a.csv", "csv", "columns", 7)
    assert planned.columns == {
        "account_id": "user",
        "posted_at": "created_at",
        "post_id": "id",
        "text": "text",
    }
    assert "account_id = user" in planned.reason
    assert [post["post_id"] for post in planned.posts] == ["p1", "q0", "q1"]
    assert planned.rejects == ("1 x no account: the account is missing (first in line 3)",)
    json.dumps(planned.as_dict())
    assert sorted(tmp_path.rglob("*")) == before


def test_progress_tells_how_far_it_is(csv_file: CsvFile, tmp_path: Path) -> None:
    calls: list[tuple[str, float, float | None]] = []
    path = csv_file(ROW)
    (tmp_path / "out").mkdir()
    with inputs(path) as files:
        ingest(files, staging=tmp_path / "out", progress=lambda *call: calls.append(call))
    size = path.stat().st_size
    assert calls[0] == ("read", size, size)
    assert calls[-1] == ("merge", 1, 1)


@pytest.mark.parametrize(("number", "message"), [(28, "is full"), (30, "is read-only")])
def test_a_full_disk_is_said(
    csv_file: CsvFile, read: Read, monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(number, "the disk")

    monkeypatch.setattr(merge_module, "_write", full)
    with pytest.raises(StorageError, match=message):
        read(csv_file(ROW))


DERIVED: list[tuple[str | None, Any, Any, Any]] = [
    (None, None, None, None),
    ("nothing", [], [], []),
    ("#a #B_1 text#c #1 #2nd &#39;x &#x27;", ["a", "B_1", "c", "2nd"], [], []),
    ("#日本語 #Ärger, #हिन्दी！", ["日本語", "Ärger", "हिन्दी"], [], []),
    (
        ".@ann RT @b_c: (@d.e) me@f.org w/@g @h@i.social @u_1234abcd",
        [],
        ["ann", "b_c", "d.e", "g", "h@i.social", "u_1234abcd"],
        [],
    ),
    (
        "https://a.b/c#frag, http://t.cn/x这 (https://d.e/f) <url> http://cut…",
        [],
        [],
        ["https://a.b/c#frag", "http://t.cn/x", "https://d.e/f"],
    ),
]


def test_lists_from_the_text() -> None:
    from overt.engines.duckdb import Database

    texts, *lists = zip(*DERIVED, strict=True)
    nothing = pa.nulls(len(texts), pa.list_(pa.string()))
    table = pa.table(
        {"text": pa.array(texts, pa.string()), "hashtags": nothing, "links": nothing, "mentions": nothing}
    )
    with Database("overt.detect.sources") as database:
        found = filled(table, database)
        for name, expected in zip(("hashtags", "mentions", "links"), lists, strict=True):
            assert found[name].to_pylist() == list(expected)
        given = table.set_column(1, "hashtags", pa.array([["given"]] * len(texts)))
        assert filled(given, database)["hashtags"].to_pylist() == [["given"]] * len(texts)
