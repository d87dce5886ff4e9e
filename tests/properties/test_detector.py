"""What must hold of the detector whatever the data: order, names and repetition mean nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import overt
from overt.detect.edges.actions import by_object
from overt.detect.edges.coaction import co_actions
from overt.simulate import power_world, simulate, write
from tests.unit.detect.worlds import action, actions_of


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    export = write(simulate(replace(power_world(5), n_accounts=300, n_objects=250)), folder).posts
    return [json.loads(line) for line in export.read_text("utf-8").splitlines()]


def detected(rows, folder):
    """(fused edges as {pair: p}, flagged accounts, groups as sets)."""
    folder.mkdir()
    (folder / "posts.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    study = overt.open(folder / "study")
    study.ingest(folder / "posts.ndjson")
    found = study.detect()
    edges = {
        frozenset((row["account_a"], row["account_b"])): row["p_value"]
        for row in found.edges.rows()
        if row["trace"] == "fused"
    }
    flagged = {row["account_id"] for row in found.account_scores.rows() if row["flagged"]}
    return edges, flagged, {frozenset(group.accounts) for group in found.groups}


def test_the_order_of_rows_is_irrelevant(rows, tmp_path):
    mixed = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))]
    assert detected(mixed, tmp_path / "mixed") == detected(rows, tmp_path / "plain")


def test_rows_given_twice_change_nothing(rows, tmp_path):
    assert detected(rows + rows[:500], tmp_path / "twice") == detected(rows, tmp_path / "plain")


def test_renaming_accounts_permutes_the_result(rows, tmp_path):
    names = sorted({row["account_id"] for row in rows})
    other = dict(zip(names, np.random.default_rng(1).permutation(names).tolist(), strict=True))
    renamed = [{**row, "account_id": other[row["account_id"]]} for row in rows]
    edges, flagged, _ = detected(rows, tmp_path / "plain")
    edges_2, flagged_2, _ = detected(renamed, tmp_path / "renamed")
    platform = f"{next(iter(flagged)).partition(':')[0]}:"

    def new(account):
        return platform + other[account.removeprefix(platform)]

    assert {frozenset(map(new, pair)) for pair in edges} == set(edges_2)
    for pair, p in edges.items():
        assert edges_2[frozenset(map(new, pair))] == pytest.approx(p, rel=1e-9)
    assert set(map(new, flagged)) == flagged_2


def test_moving_all_times_by_a_week_changes_no_p_value(rows, tmp_path):
    moved = [{**row, "created_at": row["created_at"].replace("2026-03", "2026-07")} for row in rows]
    assert moved != rows
    edges, flagged, groups = detected(rows, tmp_path / "plain")
    assert detected(moved, tmp_path / "moved") == (edges, flagged, groups)


@settings(max_examples=60)
@given(st.lists(action, max_size=60), st.integers(0, 200), st.integers(0, 200))
def test_a_wider_window_loses_no_pair(rows, one, other):
    laid = by_object(actions_of(rows))
    narrow, wide = sorted((one, other))
    few, many = (co_actions(laid, (window * 1000,), 1) for window in (narrow, wide))
    assert set(zip(few.a, few.b, strict=True)) <= set(zip(many.a, many.b, strict=True))
