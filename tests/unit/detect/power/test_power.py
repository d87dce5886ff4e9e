"""The surface: more shared objects are found more, more jitter less, and nobody else is flagged."""

from __future__ import annotations

import json

import numpy as np
import pytest

from overt.detect.loaded import Settings
from overt.detect.power.grid import Grid
from overt.detect.power.power import measure
from overt.detect.power.surface import FIRST, INSIDE, Power, wilson
from overt.errors import NotEnoughData, SettingError, StudyError

GRID = Grid(sizes=(20,), objects=(4, 12), jitters_s=(20.0, 600.0, 7200.0), repeats=3)


@pytest.fixture(scope="module")
def power(loaded) -> Power:
    return measure(loaded, Settings(), GRID, "text")


def share(power, n_objects, jitter_s, placement=INSIDE):
    (row,) = [
        row
        for row in power.rows
        if (row.n_objects, row.jitter_s, row.placement) == (n_objects, jitter_s, placement)
    ]
    return row.share


def test_every_kind_is_there_once(power):
    kinds = [(row.placement, row.size, row.n_objects, row.jitter_s) for row in power.rows]
    assert len(kinds) == len(set(kinds)) == 2 * 3 + 3
    assert all(len(row.found) == len(row.others) == 3 for row in power.rows)
    assert all(row.low <= row.share <= row.high for row in power.rows)
    assert power.trace == "text"


def test_found_rises_with_objects_and_falls_with_jitter(power):
    assert share(power, 12, 20.0) >= 0.95
    assert share(power, 12, 20.0) > share(power, 4, 20.0)
    assert share(power, 12, 20.0) > share(power, 12, 7200.0)
    assert share(power, 12, 7200.0) <= 0.3
    for n in (4, 12):
        shares = [share(power, n, jitter_s) for jitter_s in GRID.jitters_s]
        assert shares == sorted(shares, reverse=True)


def test_who_starts_the_objects_is_hardly_seen(power):
    assert share(power, 12, 600.0, FIRST) <= 0.1
    assert share(power, 12, 600.0, FIRST) < share(power, 12, 600.0)


def test_others_flagged_stay_below_the_rate(power):
    others = sum(sum(row.others) for row in power.rows)
    found = sum(row.n_found for row in power.rows)
    assert others <= 0.05 * (found + others)


def test_the_same_seed_gives_the_same_rows_whatever_else_is_in_the_grid(loaded, power):
    alone = measure(loaded, Settings(), Grid((20,), (12,), (600.0,), repeats=3), "text")
    assert alone.rows[0] in power.rows
    other = measure(loaded, Settings(), Grid((20,), (12,), (600.0,), repeats=3, seed=1), "text")
    assert other.rows != alone.rows


def test_the_clock_of_the_source_takes_power_away(loaded):
    """At a clock of ten minutes, twenty seconds are no closer than ten minutes."""
    clock = type(loaded.clock)(np.full(len(loaded.accounts), 600.0), loaded.clock.grid_s)
    coarse = measure(type(loaded)(loaded.accounts, loaded.account, loaded.time_ms, clock, loaded.layers),
                     Settings(), Grid((20,), (6,), (20.0,), repeats=2), "text")  # fmt: skip
    fine = measure(loaded, Settings(), Grid((20,), (6,), (20.0,), repeats=2), "text")
    assert coarse.rows[0].share < fine.rows[0].share


def test_it_goes_through_json_and_back(power):
    assert Power.from_dict(json.loads(json.dumps(power.as_dict()))) == power


def test_the_trace_with_most_objects_is_the_default(loaded):
    chosen = measure(loaded, Settings(), Grid((5,), (3,), (20.0,), repeats=1))
    assert chosen.trace in chosen.traces
    assert chosen.n_objects > 3


def test_what_the_data_cannot_hold_is_left_out_and_said(loaded):
    found = measure(loaded, Settings(), Grid((5, 100_000), (3, 100_000), (20.0,), repeats=1), "text")
    assert {row.size for row in found.rows} == {5}
    assert len([note for note in found.notes if "100000" in note]) == 2
    with pytest.raises(NotEnoughData, match="100000 accounts"):
        measure(loaded, Settings(), Grid((100_000,), (3,), (20.0,), repeats=1), "text")


@pytest.mark.parametrize("trace", ["hashtag", "nonsense"])
def test_a_trace_that_does_not_decide_is_refused(loaded, trace):
    with pytest.raises(SettingError, match=trace) as caught:
        measure(loaded, Settings(), GRID, trace)
    assert "text" in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        Grid(sizes=()),
        Grid(sizes=(1,)),
        Grid(objects=(0,)),
        Grid(jitters_s=(-1.0,)),
        Grid(jitters_s=(float("nan"),)),
        Grid(camouflage=1.5),
        Grid(participation=0.0),
        Grid(repeats=0),
        Grid(repeats=10_000),
        Grid(seed=-1),
    ],
    ids=str,
)
def test_a_grid_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(SettingError):
        wrong.checked()


def test_a_quick_grid_is_smaller():
    quick = Grid().quick()
    assert quick.sizes == (25,)
    assert quick.repeats == 2
    assert quick.objects == Grid().objects


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (94, 100, 0.8752, 0.9722)],
)
def test_wilson_is_as_published(k, n, low, high):
    share, found_low, found_high = wilson(k, n)
    assert share == k / n
    assert (found_low, found_high) == pytest.approx((low, high), abs=1e-4)


def test_a_study_keeps_it_until_it_is_searched_anew(null_study):
    import overt

    grid = Grid((10,), (6,), (20.0, 3600.0), repeats=1)
    found = null_study.power(grid, trace="text")
    assert Power.from_dict(json.loads((null_study.path / "power.json").read_text())) == found
    assert (null_study.path / "power.html").is_file()
    done_at = null_study.manifest["steps"]["power"]["at"]
    again = overt.open(null_study.path)
    assert again.power(grid, trace="text") == found
    assert again.manifest["steps"]["power"]["at"] == done_at
    assert 'id="power"' in null_study.report().read_text()
    again.detect(fdr=0.01)
    text = again.report().read_text()
    assert 'id="power"' not in text
    assert "overt power STUDY" in text
    assert again.power(grid, trace="text").fdr == 0.01
    again.detect()


def test_without_a_search_there_is_nothing_to_measure(tmp_path):
    import overt

    with pytest.raises(StudyError):
        overt.open(tmp_path / "new").power()
