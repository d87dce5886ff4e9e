"""Recognition: the surest wins, the user overrules, and the unknown is described."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from overt.detect.sources import plan, registry
from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.recognise import ReadOptions
from overt.errors import InputError, SettingError, UnknownFormat

from .conftest import Read


def _sure(sample: Sample) -> tuple[float, str]:
    first = sample.records[0]
    return (0.9, "it says toy") if isinstance(first, dict) and "toy" in first else (0.0, "")


def _posts(record: Record) -> Iterator[Row | Reject]:
    if record["toy"] == "bad":
        raise Reject("a bad toy: " + record["id"])
    for item in record.get("items", [record]):
        if item.get("by") is None:
            yield Reject("nobody's toy")
        else:
            yield {
                "platform": "toys",
                "post_id": item["id"],
                "account_id": item["by"],
                "posted_at": item["at"],
            }


TOY = Format("toy", "Toy box", _sure, _posts)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "formats", lambda: {"toy": TOY})


def write(tmp_path: Path, text: str) -> Path:
    (tmp_path / "a.txt").write_text(text)
    return tmp_path / "a.txt"


@pytest.mark.usefixtures("toys")
def test_a_format_of_the_registry_reads_lines_pages_and_csv(tmp_path: Path, read: Read) -> None:
    line = '{"toy":1,"id":"1","by":"a","at":"2021-02-23T04:28:47Z"}\n'
    toy = '{"id":"%s","by":"%s","at":1614054527}'
    page = f'{{"toy":1,"items":[{toy % (1, "a")},{{"id":"2"}},{toy % (3, "b")}]}}'
    for text, lines in ((line * 2, [1]), (page, [1, 3]), ("toy,id,by,at\n1,1,a,1614054527\n", [2])):
        outcome = read(write(tmp_path, text))
        assert outcome.summary.files[0].title == "Toy box"
        assert [post["line"] for post in outcome.posts] == lines
        assert outcome.posts[0]["account_id"] == "toys:a"
        assert outcome.posts[0]["source"] == "toy"


@pytest.mark.usefixtures("toys")
def test_rejects_of_a_format_and_records_of_another_shape(tmp_path: Path, read: Read) -> None:
    good = '{"toy":1,"id":"%s","by":"a","at":1614054527}'
    lines = [good % n for n in range(5)] + ['{"toy":"bad","id":"x"}', '{"no":1}', '{"toy":1,"items":[3]}']
    rejects = read(write(tmp_path, "\n".join(lines))).rejects
    assert [(r["file"], r["line"]) for r in rejects] == [("a.txt", 6), ("a.txt", 7), ("a.txt", 8)]
    assert rejects[0]["reason"] == "a bad toy: x"
    assert rejects[1]["reason"].startswith("the record has not the shape of this format: KeyError")
    assert rejects[0]["row"] == '{"toy":"bad","id":"x"}'


@pytest.mark.usefixtures("toys")
def test_the_user_overrules(tmp_path: Path) -> None:
    path = write(tmp_path, '{"toy":1,"id":"1","by":"a","at":1614054527,"user":"b","time":1614054528}\n' * 2)
    (planned,) = plan(path)
    assert (planned.format, planned.reason, planned.columns) == ("toy", "it says toy", {})
    (planned,) = plan(path, ReadOptions(source="columns"))
    assert planned.format == "columns"
    assert planned.columns["account_id"] == "user"
    (planned,) = plan(path, ReadOptions(columns={"account": "by"}))
    assert planned.columns["account_id"] == "by"
    assert planned.posts[0]["account_id"] == "a"
    assert planned.resolution_ms == 1000
    (planned,) = plan(path, ReadOptions(source="toy", columns={}))
    assert planned.reason == "said with --source toy"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name,colour\na,b\n", "CSV with the columns name, colour: none is called like account or time"),
        ("user,colour\na,b\n", "CSV with the columns user, colour: none is called like time"),
        ("Dear reader,\nthis is a letter.\n", "CSV with the columns Dear reader, .no name.: none"),
        ('{"a":1}\n{"b\\u001b":2}\n', "NDJSON with the keys a, b\ufffd: none"),
        ('{"a":{"c":1}}', "JSON with the keys a, a.c: none"),
    ],
)
def test_the_unknown_is_described_with_the_way_out(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(UnknownFormat, match=found) as caught:
        plan(write(tmp_path, text))
    assert "a.txt: no format that overt knows" in caught.value.message
    assert caught.value.hint is not None
    assert "--map" in caught.value.hint
    assert "--source" in caught.value.hint


def test_an_unknown_source_is_said_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="No source is called 'tiktok-reserch'") as caught:
        plan(write(tmp_path, "a,b\n1,2\n"), ReadOptions(source="tiktok-reserch"))
    assert "Did you mean tiktok-research?" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"), [("user,time\n", "holds no row: only the header user, time"), ("[]", "holds no row")]
)
def test_no_rows(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        plan(write(tmp_path, text))


def test_plugins_come_by_the_same_door(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name = "toys"

        def __init__(self, loaded: Callable[[], Any]) -> None:
            self.load = loaded

    def broken() -> Any:
        raise ImportError("no such module")

    points = {"found": [Point(lambda: TOY)], "broken": [Point(broken)], "taken": [Point(lambda: taken)]}
    taken = Format("weibo", "Not the true one", _sure, _posts)
    for which, expected in (
        ("found", None),
        ("broken", "cannot be loaded: ImportError"),
        ("taken", "takes the name"),
    ):
        monkeypatch.setattr(registry, "entry_points", lambda group, which=which: points[which])
        registry.formats.cache_clear()
        if expected is None:
            assert registry.formats()["toy"] is TOY
        else:
            with pytest.raises(SettingError, match=expected):
                registry.formats()
    registry.formats.cache_clear()


def test_every_built_in_format_is_there_and_named_once() -> None:
    names = list(registry.formats())
    assert len(names) == len(set(names)) >= len(registry.BUILT_IN)
    assert all(name == name.lower() and " " not in name for name in names)
