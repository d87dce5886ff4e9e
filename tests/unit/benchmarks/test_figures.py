"""The page and the figures say what the files hold, and nothing else."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from benchmarks import evaluate, figures, null_regimes, origination
from benchmarks.measure import page
from benchmarks.measure.drawing import Mark, Panel, Series, bars, dots, lines
from benchmarks.measure.errors import LEVELS
from benchmarks.power_surface import Cell

ABOUT = {
    "command": "python -m benchmarks x", "date": "2026-01-01", "seconds": 61, "overt": "0", "code": "abc",
    "python": "3.11", "packages": {"numpy": "2"},
}  # fmt: skip


def run_of(**counts):
    return dict.fromkeys(null_regimes.RATES, dict.fromkeys(LEVELS, (0, 0)) | counts)


@pytest.fixture
def results(tmp_path):
    quiet, loud = (
        [run_of()] * 20,
        [run_of(accounts=(30, 30), edges=(9, 9), edges_left=(1, 1), groups=(1, 1))] * 20,
    )
    some = [run_of(accounts=(10, 1), by_pairs=(10, 1))] * 20
    rows = null_regimes.summarised("plain", False, quiet) + null_regimes.summarised("plain", True, some)
    (tmp_path / "null_regimes.json").write_text(json.dumps(ABOUT | {"rows": rows}))
    more = null_regimes.summarised("shared_events", False, loud)
    (tmp_path / "null_regimes_more.json").write_text(json.dumps(ABOUT | {"rows": more}))
    cell = {
        "placement": "inside", "keep": 1.0, "jitter_s": 20.0, "n_objects": 12, "n_accounts": 25, "seeds": 20,
        "found": 0.981, "low": 0.97, "high": 0.99, "by_pairs": 0.9, "seeds_with_all": 4, "seeds_with_none": 0,
        "false_accounts": 3, "seeds_with_false": 2, "fdp": 0.01,
    }  # fmt: skip
    others = [
        cell | {"jitter_s": 3600.0, "found": 0.0, "low": 0.0, "high": 0.0},
        cell | {"placement": "first"},
    ]
    (tmp_path / "power_surface.json").write_text(json.dumps(ABOUT | {"rows": [cell, *others]}))
    world = {"world": "planted 20 s", "seeds": 20, "false_mean": 0.0, "found": 0.9, "runs_with_false": 0}
    worlds = [world | {"method": "overt"}, world | {"method": "rule", "found": 1.0, "false_mean": 7.0}]
    row = {
        "source": "ira",
        "subgroup": "(all)",
        "accounts": 9,
        "flagged": 5,
        "active": 4,
        "active_flagged": 3,
    }
    labelled = [row | {"method": m, "shuffled": s} for m in ("overt", "rule") for s in (False, True)]
    methods = [{"name": n, "source": "", "parameters": "none"} for n in ("overt", "rule")]
    whole = ABOUT | {"methods": methods, "worlds": worlds, "labelled": labelled}
    (tmp_path / "compare.json").write_text(json.dumps(whole))
    return tmp_path


def test_the_page_is_made_of_the_results(results, tmp_path, capsys):
    out = tmp_path / "page.md"
    assert figures.main(["--results", str(results), "--page", str(out)]) == 0
    text = out.read_text()
    assert "| plain | 20 | 0 / 0 / 0 | 0 / 0 / 0 | 0 / 0 / 0 | 0 / 0 / 0 | 0 / 0 / 0 | holds |" in text
    assert "| shared_events | 20 | 20 / 20 / 20 |" in text
    assert "**broken**" in text
    assert "none of 20 is 0 to 16.8 %" in text
    assert "10.0 / 10.0 / 10.0 (10.0)" in text
    assert "98 % [97, 99]" in text
    assert "planted 20 s: rule finds 100 %, overt 90 %, with 7.0 innocents a run, overt 0.0" in text
    assert "rule, times shuffled" in text
    assert str(tmp_path) not in text
    for name in ("error_rate", "power", "labelled"):
        ElementTree.parse(results / f"{name}.svg")
        assert f"evaluation/{name}.svg" in text


def test_leads_are_told_with_their_errors(tmp_path):
    """One platform of two with a false lead; a campaign found in leads, not flagged; labels."""
    runs = [{"members": 0, "others": n, "flagged": 0} for n in (0, 3)]
    found = [{"members": 25, "others": 1, "flagged": 0}] * 2
    cell = Cell("exclusive", 1.0, 120.0, 12, 25)
    label = {"source": "congress", "subgroup": "(all)", "accounts": 9, "in_leads": 2, "in_leads_flagged": 0}
    result = {
        **ABOUT,
        "null": [origination._null_row("plain", runs)],
        "planted": [origination._planted_row(cell, found)],
        "labelled": [label],
    }
    (tmp_path / "origination.json").write_text(json.dumps(result))
    text = figures.written(tmp_path)
    assert "| plain | 2 | 1 [1, 99 %] | 1.5 |" in text
    assert "| nobody else shares its objects | 12 | 2 min | 100 % [100, 100] | 1.0 | 0 % |" in text
    assert "| congress | (all) | 9 | 2 | 0 |" in text


def test_what_was_not_measured_is_not_on_the_page(tmp_path):
    text = figures.written(tmp_path)
    assert "Does the error rate hold" not in text
    assert not list(tmp_path.glob("*.svg"))


def test_a_rate_broken_at_some_level_is_named():
    runs = [run_of(groups=(1, 1))] * 20
    text = page.error_rates(null_regimes.summarised("plain", False, runs))
    assert "broken: groups at 1 %, groups at 5 %, groups at 10 %" in text


@pytest.mark.parametrize(
    "draw", [lambda p: dots(p, 0.05, "a & b"), lambda p: lines([p], "a & b"), lambda p: bars(p, "a & b")]
)
def test_names_in_figures_are_text(draw):
    panel = Panel("<i>", ["<b>", "c"], [Series("x & y", [Mark(0.5, 0.2, 0.7), None])])
    tree = ElementTree.fromstring(draw(panel))
    words = [element.text for element in tree.iter() if element.tag.endswith("text")]
    assert {"<i>", "<b>", "x & y"} <= set(words)


def test_one_command_measures_everything_and_ends_with_the_page(tmp_path, monkeypatch):
    said = []
    parts = ("null_regimes", "power_surface", "origination", "compare", "figures")
    for module in (getattr(evaluate, part) for part in parts):
        name = module.__name__.rpartition(".")[2]
        monkeypatch.setattr(module, "main", lambda words, name=name: said.append((name, words)) or 0)
    assert evaluate.main(["--quick", "--labelled", "somewhere", "--results", str(tmp_path / "r")]) == 0
    assert [name for name, _ in said] == list(parts)
    for name, words in said[:4]:
        assert words[-1] == str(tmp_path / "r" / f"{name}.json")
    assert said[3][1][:4] == ["--seeds", "5", "--labelled", "somewhere"]
    assert said[4][1] == ["--results", str(tmp_path / "r"), "--page", str(tmp_path / "r.md")]
