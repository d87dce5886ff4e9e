"""Leads are counted as said: who is in one, by truth and by label, and the file that is kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import origination
from benchmarks.measure import page
from benchmarks.power_surface import Cell
from overt.simulate import Campaign, null_world, simulate, write


def test_members_and_others_of_one_platform():
    counts = origination.searched((Cell("exclusive", 1.0, 120.0, 30, 25), 0))
    assert counts["members"] >= 23
    assert counts["others"] == 0
    assert counts["flagged"] <= 25
    assert origination.searched(("plain", 0)) == {"members": 0, "others": 0, "flagged": 0}


@pytest.fixture
def labelled_folder(tmp_path):
    """A platform with a campaign that starts its own texts, and labels for its accounts."""
    campaign = Campaign("campaign", n_accounts=25, n_objects=30, jitter_s=120.0, placement="exclusive")
    simulated = simulate(replace(null_world(0), n_accounts=300, n_objects=250, campaigns=(campaign,)))
    write(simulated, tmp_path)
    rows = [
        (row["account_id"], row["kind"], "a" if row["kind"] == "campaign" else None)
        for row in simulated.truth.to_pylist()
    ]
    names = ("account_id", "source", "subgroup")
    pq.write_table(
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))),
        tmp_path / "labels.parquet",
    )
    pq.write_table(simulated.posts, tmp_path / "posts.parquet")
    return tmp_path


def test_accounts_in_leads_by_label(labelled_folder):
    rows = {(row["source"], row["subgroup"]): row for row in origination.labelled(labelled_folder)}
    assert rows["campaign", "(all)"]["accounts"] == 25
    assert rows["campaign", "a"] == {**rows["campaign", "(all)"], "subgroup": "a"}
    assert rows["campaign", "a"]["in_leads"] >= 20
    assert rows["organic", "(all)"]["in_leads"] == 0


def test_the_file_holds_what_the_table_says(tmp_path, monkeypatch, capsys):
    def searched(task):
        what, seed = task
        null = isinstance(what, str)
        return {
            "members": 0 if null else 20 + seed,
            "others": int(what == "viral"),
            "flagged": 5 * (not null),
        }

    monkeypatch.setattr(origination, "searched", searched)
    kept = tmp_path / "deep" / "origination.json"
    words = ["--replicates", "3", "--seeds", "2", "--processes", "1", "--out", str(kept)]
    assert origination.main(words) == 0
    printed = capsys.readouterr().out
    result = json.loads(kept.read_text())
    assert str(tmp_path) not in kept.read_text()
    null = {row["regime"]: row for row in result["null"]}
    assert (null["viral"]["runs_with_lead"], null["plain"]["runs_with_lead"]) == (3, 0)
    assert null["viral"]["accounts_mean"] == 1.0
    assert len(result["planted"]) == 12
    assert all(row["found"] == pytest.approx(20.5 / 25) for row in result["planted"])
    assert all(row["flagged"] == pytest.approx(0.2) for row in result["planted"])
    assert result["labelled"] == []
    assert "exclusive" in printed
    assert "82.0" in printed
    text = page.origination(result)
    assert "| viral | 3 | 3 [29, 100 %] | 1.0 |" in text
    assert "On labelled posts" not in text
