"""Every file of `data` is recognised as what it is, and as nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import overt.detect.sources.formats as package
from overt.detect.sources.format import Sample
from overt.detect.sources.registry import formats

DATA = Path(__file__).parent / "data"
FILES = sorted(DATA.iterdir())


def test_names_are_unique_and_typable() -> None:
    names = [format.name for format in formats().values()]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and " " not in name for name in names)


def test_every_module_with_a_format_is_registered() -> None:
    modules = [f"{package.__name__}.{module.name}" for module in iter_modules(package.__path__)]
    found = {one for name in modules if (one := getattr(import_module(name), "FORMAT", None))}
    assert found == set(formats().values())


def test_every_format_has_a_file() -> None:
    assert {path.name.split(".")[0] for path in FILES} == {format.name for format in formats().values()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_right_format_is_the_surest_by_far(path: Path, sample: Callable[[Path], Sample]) -> None:
    sure = {format.name: format.recognise(sample(path)) for format in formats().values()}
    right = path.name.split(".")[0]
    others = {name: found for name, (found, _) in sure.items() if name != right and found > 0.3}
    assert 0.9 <= sure[right][0] <= 1
    assert not others
    assert all(reason for _, reason in sure.values())


@pytest.mark.parametrize(
    "nothing",
    [
        Sample("csv", (), ()),
        Sample("json", (), ([],)),
        Sample("json", (), ({},)),
        Sample("json", (), (None,)),
        Sample("ndjson", (), (1, "a", [], None)),
        Sample("ndjson", (), ({"data": None}, {"data": []}, {"data": {"list": {}}})),
        Sample(
            "csv",
            ("id", "user", "created_at", "text"),
            ({"id": "1", "user": "a", "created_at": "x", "text": "y"},),
        ),
        Sample("csv", ("post_id", "account_id", "posted_at", "text"), ({"post_id": "1"},)),
    ],
    ids=["empty", "no items", "empty object", "null", "no objects", "empty pages", "generic", "own names"],
)
def test_what_no_platform_wrote_is_not_claimed(nothing: Sample) -> None:
    assert all(format.recognise(nothing)[0] < 0.3 for format in formats().values())


def test_a_table_is_recognised_by_its_header_alone() -> None:
    for path in DATA.glob("*.csv"):
        header = tuple(path.read_text(encoding="utf-8").split("\n", 1)[0].split(","))
        right = next(format for format in formats().values() if format.name == path.name.split(".")[0])
        if right.name not in ("tiktok-research",):
            assert right.recognise(Sample("csv", header, ()))[0] >= 0.9, path.name
