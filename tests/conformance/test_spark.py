"""Spark gives what this process gives, to the last byte."""

from __future__ import annotations

import random
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import overt
from overt.detect.edges.actions import laid_out
from overt.detect.edges.coaction import co_actions
from overt.detect.edges.coaction_tasks import COLUMNS, Plan, co_actions_in_tasks
from overt.detect.edges.given_pairs import count_pairs
from overt.engines.grouped import sum_by
from overt.engines.spark_worker import about_worker
from overt.errors import EngineError
from overt.schema import TABLES
from overt.simulate import power_world, simulate, write
from tests.unit.detect.worlds import actions_of

pytestmark = pytest.mark.spark


def rows_of(seed, n=400, n_accounts=25, n_objects=12):
    """Actions of which a third is on one object."""
    draw = random.Random(seed)
    return [
        (draw.randrange(n_accounts), draw.choice([0, draw.randrange(n_objects)]), draw.randrange(2_000))
        for _ in range(n)
    ]


def written(rows, path):
    columns = zip(
        *((f"u{account:03}", f"o{object_}", 1000 * at) for account, object_, at in rows), strict=True
    )
    table = pa.table(dict(zip(COLUMNS, map(list, columns), strict=True)))
    pq.write_table(table, path, row_group_size=150)
    return path


@pytest.mark.parametrize("plan", [Plan(1, 0, 60), Plan(3, 40, 100), Plan(4, 10**6, 10**6)], ids=str)
def test_pairs_are_those_of_the_join_in_memory(spark, plan, tmp_path):
    rows, windows = rows_of(1), (5_000, 60_000)
    # laid out as a task does it: the kernels are then compiled here, once, and the workers load them
    laid = laid_out(actions_of(rows, 25, 12))
    wanted = co_actions(laid, windows, 2)
    assert count_pairs(laid, windows, wanted.a, wanted.b).n_objects.tolist() == wanted.n_objects.tolist()
    read = spark.read([written(rows, tmp_path / "actions.parquet")], COLUMNS)
    counts, ids = co_actions_in_tasks(read, windows, 2, plan)
    names = [f"u{number:03}" for number in range(25)]
    assert len(wanted.a) > 50
    assert ids.take(pa.array(counts.a)).to_pylist() == [names[a] for a in wanted.a]
    assert ids.take(pa.array(counts.b)).to_pylist() == [names[b] for b in wanted.b]
    for column in ("n_objects", "n_actions", "gap_min_ms"):
        assert getattr(counts, column).tolist() == getattr(wanted, column).tolist()


def test_sums_by_key(spark, tmp_path):
    rows = rows_of(2)
    read = spark.read([written(rows, tmp_path / "actions.parquet")], COLUMNS)
    ones = read.map(lambda _, tables: (t.append_column("n", pa.array([1] * len(t))) for t in tables))
    found = pa.concat_tables(sum_by(ones, ["account_id", "object_id"], ["n"], 3).tables()).to_pylist()
    wanted = {}
    for account, object_, _ in rows:
        wanted[f"u{account:03}", f"o{object_}"] = wanted.get((f"u{account:03}", f"o{object_}"), 0) + 1
    assert {(row["account_id"], row["object_id"]): row["n"] for row in found} == wanted
    assert len(found) == len(wanted)


def test_tasks_come_back_in_order(spark):
    found = spark.each(range(5), lambda task: pa.table({"task": [task] * task}))
    assert [table["task"].to_pylist() for table in found] == [[], [1], [2] * 2, [3] * 3, [4] * 4]


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    world = replace(power_world(3), n_accounts=400, n_objects=300)
    write(simulate(world), folder)
    return folder / "posts.ndjson"


def test_a_study_has_the_same_bytes(spark, export, tmp_path):
    for engine in ("duckdb", "spark"):
        study = overt.open(tmp_path / engine, engine=engine)
        study.ingest(export)
        study.detect()
    differing = [
        name
        for name in TABLES
        if (tmp_path / "duckdb" / "tables" / f"{name}.parquet").read_bytes()
        != (tmp_path / "spark" / "tables" / f"{name}.parquet").read_bytes()
    ]
    assert differing == []
    assert pq.read_metadata(tmp_path / "spark" / "tables" / "edges.parquet").num_rows > 100
    origins = pq.read_table(
        tmp_path / "spark" / "tables" / "traces.parquet", filters=[("trace", "=", "repost")]
    )
    assert (
        0 < origins["origin_at"].null_count < len(origins) or len(origins) > origins["origin_at"].null_count
    )


def test_what_fails_in_a_task_is_said_in_words(spark):
    def work(task):
        raise RuntimeError(f"no luck with task {task}")

    with pytest.raises(EngineError, match="a Spark task failed: RuntimeError: no luck with task 1"):
        list(spark.each([1], work))


def test_a_package_that_workers_lack_is_named(spark):
    def work(task):
        import no_such_package_of_any_worker

        return no_such_package_of_any_worker

    with pytest.raises(EngineError, match=r"lacks no_such_package_of_any_worker\n.*PYSPARK_PYTHON"):
        list(spark.each([1], work))


def test_another_master_is_refused_while_one_runs(spark):
    with pytest.raises(EngineError, match=r"already works with Spark at local\[2\]"):
        overt.open("s", engine="spark", master="local[1]")._engine.read([], ["a"])


def test_a_worker_has_what_a_task_needs(spark):
    (about,) = next(spark.each([0], about_worker)).to_pylist()
    assert about == about_worker(0).to_pylist()[0]
