"""Whatever a record holds, it becomes rows or a reject, and never another exception."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overt.detect.sources.format import RAW_COLUMNS, Format, Reject, Row, Sample
from overt.detect.sources.registry import formats

DATA = Path(__file__).parent / "data"
LISTS = {"hashtags", "links", "mentions", "media", "objects", "profile_links"}
COUNTS = {"n_likes", "n_comments", "n_shares", "n_views", "followers", "following"}
TIMES = {"posted_at", "repost_of_at", "created_at", "collected_at"}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["", "0", "$undefined", "1.2万", "[", "['a", "<![x[", "\ud800", "6.29697E+17", "a,b", "http://["]
    )
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def _records() -> list[tuple[str, Any]]:
    """Every true record of every file, with its format's name."""
    import csv

    found: list[tuple[str, Any]] = []
    for path in sorted(DATA.iterdir()):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            records: list[Any] = list(csv.DictReader(text.splitlines(keepends=True)))
        else:
            records = (
                [json.loads(line) for line in text.splitlines()]
                if path.suffix == ".ndjson"
                else [json.loads(text)]
            )
        found += [(path.name.split(".")[0], record) for record in records]
    return found


RECORDS = _records()
BY_NAME = {format.name: format for format in formats().values()}


def _read(format: Format, record: Any) -> Iterator[Row | Reject]:
    try:
        yield from format.posts(record)
    except Reject as reject:
        yield reject


def _check(row: Row | Reject) -> None:
    if isinstance(row, Reject):
        assert str(row)
        return
    assert set(row) <= set(RAW_COLUMNS)
    assert row["post_id"]
    assert row["account_id"]
    assert row["posted_at"]
    for column, value in row.items():
        assert value not in (None, "", []), column
        if column in LISTS:
            assert isinstance(value, list)
            assert all(isinstance(item, str) and item for item in value), column
        elif column in COUNTS:
            assert type(value) is int, column
            assert 0 <= value < 2**63, column
        elif column in TIMES:
            assert type(value) in (int, float, str), column
        elif column == "verified":
            assert type(value) is bool
        else:
            assert type(value) is str, column
    json.dumps(row, ensure_ascii=False).encode()  # no lone surrogates, nothing that a table cannot hold


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every place in a record."""
    inner: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, item in inner:
        yield (*at, key)
        yield from _places(item, (*at, key))


def _with(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    """A copy with another value at one place."""
    if not at:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[at[0]] = _with(value[at[0]], at[1:], new)
    return copied


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_true_records_give_clean_rows(name: str) -> None:
    rows = [row for format, record in RECORDS if format == name for row in _read(BY_NAME[name], record)]
    assert any(isinstance(row, dict) for row in rows)
    for row in rows:
        _check(row)


QUICK = settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@QUICK
@given(record=st.sampled_from(RECORDS), data=st.data())
def test_a_true_record_with_wrong_values_gives_rows_or_a_reject(
    record: tuple[str, Any], data: st.DataObject
) -> None:
    name, changed = record
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(_places(changed))
        if places:
            changed = _with(changed, data.draw(st.sampled_from(places)), data.draw(values))
    for row in _read(BY_NAME[name], changed):
        _check(row)
    sample = Sample("json", (), (changed,))
    assert all(0 <= format.recognise(sample)[0] <= 1 for format in formats().values())


@QUICK
@given(record=values)
def test_any_json_gives_rows_or_a_reject(record: Any) -> None:
    for format in formats().values():
        for row in _read(format, record):
            _check(row)
        for kind in ("json", "ndjson"):
            assert 0 <= format.recognise(Sample(kind, (), (record,)))[0] <= 1


@pytest.mark.parametrize("wrong", [None, "x", 7, [], {}, {"": None}, [None], True], ids=repr)
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_place_of_a_true_record_may_hold_anything(name: str, wrong: Any) -> None:
    record = next(record for format, record in RECORDS if format == name)
    for at in _places(record):
        for row in _read(BY_NAME[name], _with(record, at, wrong)):
            _check(row)


UNITS = ["['", "\\'", '"', "[", ",", " ", "#", "@a.", "http://", "[a](http://", "//@", "1", "\\ud83d"]
UNITS += ["<a ", "<!--", "</", "<a b='", "<![", "&#x", "<script>", "<p>", "-", "<a/"]


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_a_hostile_text_takes_little_time(unit: str) -> None:
    long = unit * (100_000 // len(unit))
    began = time.process_time()
    for name in ("mastodon", "weibo", "telegram-flat", "twitter-takedown", "tiktok-web", "weibo-crawler"):
        record = next(record for format, record in RECORDS if format == name)
        texts = [at for at in _places(record) if at[-1] in _TEXTS]
        for at in texts[:6]:
            for row in _read(BY_NAME[name], _with(record, at, long)):
                _check(row)
    # in the square of its length it would take minutes
    assert time.process_time() - began < 10


_TEXTS = {"content", "text", "text_raw", "tweet_text", "hashtags", "urls", "desc", "topics", "created_at"}


def test_a_broken_item_leaves_its_neighbours() -> None:
    page = next(
        record for name, record in RECORDS if name == "tiktok-web" and len(record.get("data", ())) == 3
    )
    page = {**page, "data": [None, 3, {"id": "1"}, *page["data"]]}
    rows = list(BY_NAME["tiktok-web"].posts(page))
    assert [isinstance(row, Reject) for row in rows[:3]] == [True] * 3
    assert sum(isinstance(row, dict) for row in rows) == 2
