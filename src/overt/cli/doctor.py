"""`overt doctor`: whether this machine can run overt, and how."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from overt.cli.exits import FAILED
from overt.cli.options import AsJson
from overt.cli.terminal import emit_json, say_table

__all__ = ["doctor"]

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
_DISK_WANTED = 1 << 30
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is good enough, what was found, what to do if not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def doctor(as_json: AsJson = False) -> None:
    """Check Python, packages, cores, memory, disk and caches.

    \b
    Example:
      overt doctor
    """
    checks = [_python(), *map(_package, _PACKAGES), _cores(), _memory(), _disk(), _numba_cache()]
    if as_json:
        emit_json({"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]})
    else:
        say_table(
            ("", "what", "found", "what to do"),
            [("ok" if c.ok else "FAILED", c.name, c.found, "" if c.ok else c.advice) for c in checks],
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILED)


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


def _disk() -> Check:
    free = {place: shutil.disk_usage(place).free for place in (os.getcwd(), tempfile.gettempdir())}
    found = ", ".join(f"{size / _GIB:.1f} GiB free in {place}" for place, size in free.items())
    return Check("disk", min(free.values()) >= _DISK_WANTED, found, "Free some space: 1 GiB is little.")


def _numba_cache() -> Check:
    beside = Path(__file__).parents[1]
    place = Path(os.environ.get("NUMBA_CACHE_DIR") or beside)
    good = os.access(place if place.exists() else place.parent, os.W_OK)
    # numba then uses the user's own cache folder, or compiles at every start: slower, not wrong
    found = (
        f"{place} is writable" if good else f"{place} is not writable: the first seconds of a run are slower"
    )
    return Check("numba cache", True, found)
