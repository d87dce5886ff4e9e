"""The short cut through arrays gives what the whole way gives, and errors are counted as said."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

import overt
from benchmarks import compare, dev_set, null_regimes, power_surface
from benchmarks.measure.errors import LEVELS, counted
from benchmarks.measure.worlds import flags, loaded_of, make_case, run_overt
from overt.simulate import power_world, simulate, write


@pytest.mark.parametrize("seed", [0])
def test_the_short_cut_flags_what_the_whole_way_flags(seed, tmp_path):
    simulated = simulate(power_world(seed, jitter_s=120, regime="scheduler"))
    study = overt.open(tmp_path / "study")
    study.ingest(write(simulated, tmp_path).posts)
    scores = study.detect(fdr=0.05).account_scores.rows()
    loaded = loaded_of(simulated)
    found = run_overt(loaded, 0.05)
    assert flags(found, loaded.accounts) == {row["account_id"] for row in scores if row["flagged"]}
    ids = loaded.accounts.to_pylist()
    q = {ids[i]: found.grouped.accounts.q[i] for i in range(len(ids))}
    assert {row["account_id"]: row["q_value"] for row in scores if row["flagged"]} == pytest.approx(
        {row["account_id"]: q[row["account_id"]] for row in scores if row["flagged"]}
    )


def test_a_case_knows_who_was_planted():
    case = make_case(power_world(1))
    assert (case.group >= 0).sum() == 25
    assert set(case.kind[case.group >= 0]) == {"campaign"}
    assert len(case.kind) == len(case.loaded.accounts)


def test_counts_per_level():
    group = np.array([0, 0, 0, 1, 1, -1, -1, -1])
    fused = SimpleNamespace(
        a=np.array([0, 0, 0, 5, 3]), b=np.array([1, 3, 5, 6, 4]), q=np.array([0.01, 0.01, 0.05, 0.01, 0.2])
    )
    attached = np.array([0, 0, 1, 0, 0, 0, 1, 0], bool)
    flagged = np.array([1, 1, 1, 0, 0, 1, 1, 0], bool)
    audience = np.array([0, 0, 0, 1, 0, 0, 0, 1], bool)
    quiet, loud = SimpleNamespace(audience=False), SimpleNamespace(audience=True)
    groups = [
        SimpleNamespace(members=np.array(some), response=quiet)
        for some in ([0, 1, 5], [0, 1, 5, 6], [5, 6, 7], [0, 1, 3, 4])
    ]
    groups.append(SimpleNamespace(members=np.array([5, 6, 7]), response=loud))
    grouped = SimpleNamespace(
        flagged=flagged, attached=attached, groups=groups, accounts=SimpleNamespace(audience=audience)
    )
    findings = SimpleNamespace(fused=fused, grouped=grouped)
    assert counted(findings, group, 0.05) == {
        "edges": (4, 3),  # between campaigns, out of one, and between strangers
        "edges_left": (3, 2),
        "accounts": (5, 2),
        "by_pairs": (3, 1),
        "attached": (2, 1),
        "groups": (4, 3),  # half is not most
        "set_aside": (2, 1),
    }


def test_a_null_rate_is_the_share_of_runs_and_a_planted_one_a_mean():
    nothing = dict.fromkeys(LEVELS, (0, 0))
    something = nothing | {"accounts": (4, 1)}
    runs = [dict.fromkeys(null_regimes.RATES, counts) for counts in (nothing, something, something, nothing)]
    null = {(r["rate"], r["level"]): r for r in null_regimes.summarised("plain", False, runs)}
    planted = {(r["rate"], r["level"]): r for r in null_regimes.summarised("plain", True, runs)}
    assert null[0.05, "accounts"]["runs_with_false"] == 2
    assert not null[0.05, "accounts"]["holds"]  # from 7 % on
    assert null[0.10, "accounts"]["holds"]
    assert null[0.05, "edges"]["fdr"] == 0
    assert planted[0.05, "accounts"]["fdr"] == pytest.approx(0.125)
    assert planted[0.05, "accounts"]["found_mean"] == 2


def test_null_regimes_prints_and_keeps(tmp_path, capsys):
    out = tmp_path / "deep" / "null.json"
    arguments = [
        "--replicates",
        "1",
        "--planted",
        "1",
        "--regime",
        "thinned",
        "--processes",
        "1",
        "--out",
        str(out),
    ]
    assert null_regimes.main(arguments) == 0
    text = capsys.readouterr().out
    assert "thinned" in text
    kept = json.loads(out.read_text())
    assert len(kept["rows"]) == 2 * 3 * len(LEVELS)
    assert str(tmp_path) not in out.read_text()
    assert {"command", "date", "overt", "code", "python", "packages", "seeds"} <= set(kept)


def test_the_grid_has_every_cell_once():
    every = power_surface.cells()
    assert len(every) == len(set(every)) == 4 * 3 * 3 + 3 * 4 * 2
    assert power_surface.Cell("first", 0.5, 20.0, 12, 25).world(3).campaigns[0].placement == "first"


def test_power_of_one_cell():
    found = power_surface.searched((power_surface.Cell("inside", 1.0, 20.0, 12, 25), 0))
    assert found["members"] == 25
    assert 20 <= found["found"] <= 25
    assert found["by_pairs"] <= found["found"]


def test_all_methods_search_the_same_platform():
    answers = compare.on_world(("planted 20 s", 0))
    assert list(answers) == [method.name for method in compare.methods()]
    assert all(members == 25 for members, *_ in answers.values())
    assert answers["overt"][1] >= 20
    assert answers["fixed window"][1] == 25


def test_flags_by_source_and_subgroup():
    labels = [
        {"account_id": "a", "source": "op", "subgroup": "x"},
        {"account_id": "b", "source": "op", "subgroup": "y"},
        {"account_id": "c", "source": "public", "subgroup": None},
    ]
    rows = {(r["source"], r["subgroup"]): r for r in dev_set.by_source({"a", "c"}, {"a", "b"}, labels)}
    assert rows["op", "(all)"] == {
        "source": "op", "subgroup": "(all)", "accounts": 2, "flagged": 1, "active": 2, "active_flagged": 1,
    }  # fmt: skip
    assert rows["op", "y"]["flagged"] == 0
    assert rows["public", "(all)"]["flagged"] == 1
    assert ("public", "x") not in rows
