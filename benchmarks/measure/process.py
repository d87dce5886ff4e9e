"""What a command costs, all of its processes together.

in: a command; out: `Cost`: seconds, seconds of all cores, peak memory, what it printed; why: a figure that a
program gives about itself leaves out how it started, and its children.

Seconds of cores are those that the system counts for the process and all children it waited for. The peak is
by default that of the largest single process. With `watch_s` it is that of all processes together, pages that
they share counted once (PSS), looked at so often; Linux alone says it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Cost", "family", "most_kb", "pss_kb", "run"]

_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """peak_mb: MiB, None where it is not known."""

    wall_s: float
    cpu_s: float
    peak_mb: float | None
    printed: str

    def figures(self) -> dict[str, float | None]:
        """Without what was printed."""
        return {"wall_s": self.wall_s, "cpu_s": self.cpu_s, "peak_mb": self.peak_mb}


def run(
    command: Sequence[str], *, watch_s: float | None = None, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run it to its end. SystemExit with what it said where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        whole = {**os.environ, **environment} if environment else None
        child = subprocess.Popen(command, stdout=out, stderr=err, env=whole)
        status, used, seen = _watched(child.pid, watch_s)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)  # it is reaped: Popen must not wait for it
        if child.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}\n{_text(err)[-2000:]}")
        peak = seen if watch_s else _largest(used, seen)
        return Cost(
            wall_s=round(wall, 3),
            cpu_s=round(used.ru_utime + used.ru_stime, 3),
            peak_mb=round(peak / 1024, 1) if peak else None,
            printed=_text(out),
        )


def _watched(pid: int, watch_s: float | None) -> tuple[int, resource.struct_rusage, int]:
    """Wait for it: how it ended, what it used, and the KiB that were seen, 0 where nobody says."""
    seen = 0
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, used, seen
        sizes = [pss_kb(one) if watch_s else most_kb(one) for one in family(pid)]
        seen = max(seen, sum(sizes) if watch_s else max(sizes))
        time.sleep(watch_s or _LOOK_S)


def _largest(used: resource.struct_rusage, seen: int) -> int:
    """KiB of the largest process. The system's figure is exact, but never below what the parent held when it
    started the child; where it is no more than that, what was seen is nearer."""
    unit = 1 << 10 if sys.platform == "darwin" else 1
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seen if seen and used.ru_maxrss <= own else used.ru_maxrss // unit


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def pss_kb(pid: int) -> int:
    """Its memory in KiB, pages that it shares with others in parts; 0 where nobody says."""
    return _line_kb(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def most_kb(pid: int) -> int:
    """The most that it held so far, in KiB; 0 where nobody says."""
    return _line_kb(Path(f"/proc/{pid}/status"), "VmHWM:")


def _line_kb(file: Path, name: str) -> int:
    try:
        said = file.read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in said.splitlines() if line.startswith(name)), 0)
