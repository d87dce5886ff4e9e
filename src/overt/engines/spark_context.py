"""Spark in this process: one context, started when it is first used.

in: a master; out: a SparkContext; why: what can be wrong before Spark runs (no pyspark, no Java, nobody at
the master's address) is found here in a second and said in words, instead of in a log after minutes.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from overt.errors import EngineError
from overt.signals import unbroken

__all__ = ["DEFAULT_MASTER", "LEAST_JAVA", "java_version", "settings", "started"]

DEFAULT_MASTER = "local[2]"
LEAST_JAVA = 17
MEMORY = "1g"
"""Of the Java process. It only carries packed tables; the work is done in the Python workers beside it."""

_WAIT_S = 5.0
_PORT = 7077


def started(master: str | None = None) -> Any:
    """The SparkContext of this process; it is made when there is none.

    master: None for the one that is there, else for DEFAULT_MASTER. Raises EngineError.
    """
    if find_spec("pyspark") is None:
        raise EngineError("Spark's Python package is not installed", hint="pip install 'overt[spark]'")
    with unbroken():
        from pyspark import SparkConf, SparkContext
    active = SparkContext._active_spark_context  # the public way makes one where there is none
    if active is not None:
        return _checked(active, master)
    master = master or DEFAULT_MASTER
    if master.startswith("sc://"):
        raise EngineError(
            f"{master} is a Spark Connect server, which runs no functions on partitions",
            hint="Name the cluster itself, as in spark://host:7077 or yarn.",
        )
    _refuse_bad_java()
    _refuse_silent(master)
    return _made(SparkContext, SparkConf(), master)


def _checked(active: Any, master: str | None) -> Any:
    if master is not None and active.master != master:
        raise EngineError(
            f"this process already works with Spark at {active.master}, and it can have only one at a time",
            hint=f"Use master={active.master!r}, or another process.",
        )
    return active


def _made(context: Any, given: Any, master: str) -> Any:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    folder = Path(tempfile.mkdtemp(prefix="overt-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log = folder / "spark.log"
    if master.startswith("local"):
        os.environ.setdefault(
            "PYSPARK_PYTHON", sys.executable
        )  # else the workers take any python3 on the PATH
    conf = given.setMaster(master).setAppName("overt").setAll(settings(master, folder).items())
    try:
        with _errors_into(log):
            return context(conf=conf)
    except (Py4JError, PySparkException, OSError, RuntimeError) as error:
        said = _last_words(log) or (str(error).strip().splitlines() or ["no reason was given"])[0]
        raise EngineError(
            f"Spark could not be started at {master}: {said[:300]}",
            hint="`overt doctor` checks Java, Spark and its workers.",
        ) from error


def settings(master: str, folder: Path) -> dict[str, str]:
    """Spark's settings; what a cluster or the user's own configuration should say is left to them."""
    found = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.memory": os.environ.get("OVERT_SPARK_MEMORY", MEMORY),
        # tasks already run side by side: a kernel in one of them has one thread
        "spark.executorEnv.NUMBA_NUM_THREADS": "1",
    }
    if master.startswith("local"):
        found |= {
            # what is on its way between tasks is nobody else's to read
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            # Java only carries tables: its quick compiler and its plain collector halve the start
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "spark.executorEnv.PYTHONPATH": os.pathsep.join([_home(), *_given_paths()]),
        }
        if "SPARK_LOCAL_DIRS" not in os.environ:
            found["spark.local.dir"] = str(folder)
    return found


def _home() -> str:
    """The folder that holds this overt, so that local workers run the same one."""
    return str(Path(__file__).parents[2])


def _given_paths() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def java_version() -> tuple[str | None, int | None]:
    """Where Java is and its major version (1.8 is 8); None for what is not found."""
    home = os.environ.get("JAVA_HOME")
    place = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if place is None:
        return None, None
    try:
        said = subprocess.run([place, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return place, None
    version = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return place, int(version[1]) if version else None


def _refuse_bad_java() -> None:
    hint = f"Install Java {LEAST_JAVA} or later (Debian: apt-get install openjdk-17-jre-headless)."
    place, version = java_version()
    if place is None:
        home = os.environ.get("JAVA_HOME")
        found = f"JAVA_HOME is {home} and has no bin/java" if home else "no java is on the PATH"
        raise EngineError(f"Spark needs Java: {found}", hint=hint)
    if version is not None and version < LEAST_JAVA:
        raise EngineError(f"Spark needs Java {LEAST_JAVA} or later; {place} is Java {version}", hint=hint)


def _refuse_silent(master: str) -> None:
    """Spark itself waits for minutes where nobody answers."""
    if not master.startswith("spark://"):
        return
    places = [part.rpartition(":") for part in master.removeprefix("spark://").split(",")]
    for host, _, port in places:
        try:
            with socket.create_connection((host or port, int(port) if host else _PORT), timeout=_WAIT_S):
                return
        except (OSError, ValueError):
            continue
    raise EngineError(
        f"nobody answers at {master}", hint="Start the master, or use --master local[2] on this machine."
    )


@contextmanager
def _errors_into(log: Path) -> Iterator[None]:
    """What the Java process says on stderr goes into a file for as long as it lives."""
    sys.stderr.flush()
    before = os.dup(2)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.dup2(file, 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(file)
        os.close(before)


def _last_words(log: Path) -> str:
    """The first line of Java's log that names an error."""
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    named = [line.strip() for line in lines if re.search(r"\b(ERROR|Exception|Error)\b", line)]
    return named[0] if named else ""
