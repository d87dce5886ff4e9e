"""What the doctor says of Spark, which not everybody has."""

from __future__ import annotations

import pyarrow as pa
import pytest

from overt.cli import checks
from overt.engines import spark_context
from overt.engines.spark_worker import about_worker
from overt.errors import EngineError


@pytest.fixture
def java(monkeypatch):
    """Java of this version and a pyspark, whatever is here."""

    def have(version):
        monkeypatch.setattr(checks, "find_spec", lambda name: name)
        monkeypatch.setattr(checks, "_package", lambda name: checks.Check(name, True, "4.3"))
        place = None if version is None else "java"
        monkeypatch.setattr(spark_context, "java_version", lambda: (place, version))

    return have


def worker_that(monkeypatch, answers):
    monkeypatch.setattr("overt.engines.spark.SparkEngine.each", lambda self, tasks, work: answers(work))


def test_without_pyspark_nothing_is_wrong(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (found,) = checks._spark(None)
    assert found.ok
    assert "pip install 'overt[spark]'" in found.found


@pytest.mark.parametrize(("version", "said"), [(None, "not found"), (11, "11 at java")])
def test_java_that_is_missing_or_too_old(java, version, said):
    java(version)
    package, found = checks._spark(None)
    assert package.ok
    assert (found.ok, found.found) == (False, said)
    assert "Java 17" in found.advice


def test_a_worker_that_has_all(java, monkeypatch):
    java(17)
    worker_that(monkeypatch, lambda work: iter([work(0)]))
    worker = checks._spark(None)[-1]
    assert worker.ok
    assert f"pyarrow {pa.__version__}" in worker.found


def test_a_worker_with_another_overt(java, monkeypatch):
    java(17)
    other = about_worker(0).set_column(1, "overt", pa.array(["0.0.1"]))
    worker_that(monkeypatch, lambda work: iter([other]))
    worker = checks._spark(None)[-1]
    assert not worker.ok
    assert "Install overt" in worker.advice


def test_a_worker_that_does_not_start(java, monkeypatch):
    java(17)

    def fails(work):
        raise EngineError("a Spark worker's Python lacks numba", hint="Install it.")

    worker_that(monkeypatch, fails)
    worker = checks._spark(None)[-1]
    assert (worker.ok, worker.found, worker.advice) == (
        False,
        "a Spark worker's Python lacks numba",
        "Install it.",
    )
