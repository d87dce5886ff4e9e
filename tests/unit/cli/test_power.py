"""`overt power`: what it asks of the study and what it prints."""

from __future__ import annotations

import pytest

from overt.cli.power import seconds
from overt.detect.power.grid import Grid
from tests.unit.publish.test_power import power


@pytest.fixture
def measured(study, monkeypatch):
    """The study, and the grids and traces that it was asked for."""
    asked = []

    def answer(grid, *, trace, progress):
        progress("power", 1, 2)
        asked.append((grid, trace))
        return power()

    monkeypatch.setattr(study, "power", answer, raising=False)
    return study, asked


def test_options_become_a_grid(measured, overt_cli):
    study, asked = measured
    options = ("--trace", "text", "--sizes", "25, 10", "--objects", "6", "--jitters", "1.5h,20s,2min,0")
    ended = overt_cli("power", study.path, *options, "--camouflage", "0.2", "--repeats", "3", "--seed", "7")
    assert ended.code == 0, ended.err
    assert asked == [(Grid((10, 25), (6,), (0.0, 20.0, 120.0, 5400.0), 0.2, repeats=3, seed=7), "text")]
    assert "94 of 100 of its" in " ".join(ended.out.split())
    assert "power.html" in ended.out


def test_the_defaults_are_the_grid_s(measured, overt_cli):
    study, asked = measured
    assert overt_cli("power", study.path).code == 0
    assert overt_cli("power", study.path, "--quick").code == 0
    assert asked == [(Grid(), None), (Grid().quick(), None)]


def test_json_is_one_object_with_every_row(measured, overt_cli):
    study, _ = measured
    found = overt_cli("power", study.path, "--json").json
    assert found["trace"] == "text"
    assert found["page"] == str(study.path / "power.html")
    assert len(found["rows"]) == len(power().rows)
    assert found["rows"][3]["found"] == list(power().rows[3].found)
    assert {
        "size",
        "n_objects",
        "jitter_s",
        "camouflage",
        "placement",
        "share",
        "low",
        "high",
        "others",
    } <= set(found["rows"][0])


@pytest.mark.parametrize(
    "options",
    [
        ("--sizes", "ten"),
        ("--sizes", "1"),
        ("--sizes", ""),
        ("--objects", "6;12"),
        ("--objects", "0"),
        ("--jitters", "2 weeks"),
        ("--jitters", "-5s"),
        ("--jitters", "nan"),
        ("--camouflage", "2"),
        ("--repeats", "0"),
        ("--seed", "-1"),
    ],
)
def test_values_that_make_no_sense_end_with_2(measured, overt_cli, options):
    study, asked = measured
    ended = overt_cli("power", study.path, *options)
    assert ended.code == 2
    assert "expect" in ended.err
    assert asked == []


@pytest.mark.parametrize(
    ("text", "value"), [("20s", 20), ("2min", 120), ("2m", 120), ("1h", 3600), ("0.5 d", 43_200), ("7", 7)]
)
def test_lengths_of_time(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "s", "1 week", "1e3", "-1s", "1h30", "\u0661s"])
def test_what_is_no_length_of_time(text):
    with pytest.raises(ValueError, match=r".*"):
        seconds(text)


def test_no_study_no_power(overt_cli, tmp_path):
    ended = overt_cli("power", tmp_path / "nothing")
    assert ended.code == 2
    assert "no study" in ended.err
