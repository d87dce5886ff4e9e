"""What can be wrong before Spark runs, and what it says when it fails; nothing here starts it."""

from __future__ import annotations

import socket
import stat

import pytest

from overt.engines import spark_context
from overt.engines.spark_context import java_version, settings, started
from overt.engines.spark_errors import explained
from overt.errors import EngineError


def a_java(folder, words):
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_without_pyspark_the_hint_is_what_to_install(monkeypatch):
    monkeypatch.setattr(spark_context, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"pip install 'overt\[spark\]'"):
        started()


def test_no_java(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_version() == (None, None)
    with pytest.raises(EngineError, match=r"has no bin/java\nInstall Java 17"):
        spark_context._refuse_bad_java()


@pytest.mark.parametrize(
    ("words", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_401"', 8), ("what?", None)],
)
def test_the_version_of_java(monkeypatch, tmp_path, words, version):
    a_java(tmp_path, words)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_version() == (str(tmp_path / "bin" / "java"), version)


def test_old_java(monkeypatch, tmp_path):
    a_java(tmp_path, 'openjdk version "11.0.2"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="is Java 11"):
        spark_context._refuse_bad_java()


def test_nobody_at_the_master():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        master = f"spark://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(EngineError, match=f"nobody answers at {master}"):
            spark_context._refuse_silent(master)


def test_a_master_that_answers_is_not_refused():
    with socket.socket() as master:
        master.bind(("127.0.0.1", 0))
        master.listen()
        spark_context._refuse_silent(f"spark://127.0.0.1:{master.getsockname()[1]}")


def test_a_local_master_listens_on_this_machine_only(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(tmp_path))
    local, cluster = settings("local[2]", tmp_path), settings("spark://host:7077", tmp_path)
    assert local["spark.driver.bindAddress"] == local["spark.driver.host"] == "127.0.0.1"
    assert "spark.driver.host" not in cluster
    assert "spark.local.dir" not in local


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("x\nModuleNotFoundError: No module named 'pyarrow'\n\tat org.x", "lacks pyarrow"),
        ("[PYTHON_VERSION_MISMATCH] Python in worker", "another version of Python"),
        ("java.io.IOException: No space left on device", "is full"),
        ("java.lang.OutOfMemoryError: Java heap space", "ran out of memory"),
        ("SparkException: Python worker exited unexpectedly (crashed)", "for want of memory"),
        ("Traceback\n  File x\nValueError: 3 ids are empty\n\tat org.x", "ValueError: 3 ids are empty"),
        ("", "no reason was given"),
    ],
)
def test_what_spark_said(said, words):
    error = explained(said)
    assert words in error.message
    assert error.hint
