"""What `overt doctor` looks at, one function a line.

in: this machine; out: `Check`s; why: each says by itself whether it is good enough and what to do if not, so
that one that fails hides no other.
"""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from overt.errors import OvertError

__all__ = ["Check", "every_check"]

_PACKAGES = (
    "duckdb",
    "pyarrow",
    "numba",
    "numpy",
    "networkit",
    "orjson",
    "filelock",
    "typer",
    "rich",
    "jinja2",
)
_GIB = 1 << 30
_ONLY_SPARK = "only for --engine spark"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is good enough, what was found, what to do if not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def every_check(disk_wanted: int, master: str | None) -> list[Check]:
    """All checks. disk_wanted: bytes; master: Spark's, None for this machine."""
    own = [_python(), *map(_package, _PACKAGES), _cores(), _memory(), _disk(disk_wanted), _numba_cache()]
    return own + _spark(master)


def _spark(master: str | None) -> list[Check]:
    """Spark is an extra: where it is not installed nothing is wrong."""
    if find_spec("pyspark") is None:
        return [Check("pyspark", True, f"not installed; {_ONLY_SPARK}: pip install 'overt[spark]'")]
    package, java = _package("pyspark"), _java()
    if not (package.ok and java.ok):
        return [package, java]
    return [package, java, _worker(master)]


def _java() -> Check:
    from overt.engines.spark_context import LEAST_JAVA, java_version

    place, version = java_version()
    found = "not found" if place is None else f"{version or 'unknown version'} at {place}"
    good = place is not None and (version is None or version >= LEAST_JAVA)
    advice = f"Install Java {LEAST_JAVA} or later (Debian: openjdk-17-jre-headless); {_ONLY_SPARK}."
    return Check("java", good, found, advice)


def _worker(master: str | None) -> Check:
    """Whether a task runs, and what it sees."""
    from overt.engines.spark import SparkEngine
    from overt.engines.spark_worker import about_worker

    try:
        (about,) = next(SparkEngine(master).each([0], about_worker)).to_pylist()
    except OvertError as error:
        return Check("spark worker", False, error.message, error.hint or "")
    return Check(
        "spark worker",
        about["overt"] == _version(),
        ", ".join(f"{name} {version}" for name, version in about.items()),
        f"Install overt {_version()} for the workers: another version may give other results.",
    )


def _version() -> str:
    from overt import __version__

    return __version__


def _python() -> Check:
    good = (3, 11) <= sys.version_info[:2] <= (3, 14)
    return Check(
        "python", good, f"{platform.python_version()} at {sys.executable}", "Use Python 3.11 to 3.14."
    )


def _package(name: str) -> Check:
    from importlib.metadata import PackageNotFoundError, version

    advice = f"Install it again: pip install --force-reinstall {name}"
    try:
        importlib.import_module(name)  # a package can be there and still not load: a missing system library
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, True, "loads; version unknown")
    except Exception as error:  # whatever stops it from loading is the finding
        return Check(name, False, f"{type(error).__name__}: {error}", advice)


def _cores() -> Check:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Check("cores", True, str(cores))


def _memory() -> Check:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return Check("memory", True, "unknown")
    return Check("memory", size >= 2 * _GIB, f"{size / _GIB:.1f} GiB", "A million posts need 3 GiB.")


def _disk(wanted: int) -> Check:
    free = {place: shutil.disk_usage(place).free for place in (os.getcwd(), tempfile.gettempdir())}
    found = ", ".join(f"{size / _GIB:.1f} GiB free in {place}" for place, size in free.items())
    return Check("disk", min(free.values()) >= wanted, found, "Free some space: 1 GiB is little.")


def _numba_cache() -> Check:
    beside = Path(__file__).parents[1]
    place = Path(os.environ.get("NUMBA_CACHE_DIR") or beside)
    good = os.access(place if place.exists() else place.parent, os.W_OK)
    # numba then uses the user's own cache folder, or compiles at every start: slower, not wrong
    found = (
        f"{place} is writable" if good else f"{place} is not writable: the first seconds of a run are slower"
    )
    return Check("numba cache", True, found)
