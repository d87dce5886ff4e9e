"""What a command costs, all of its processes together.

in: a command; out: `Cost`: seconds, seconds of all cores, peak memory, what it printed; why: a figure that a
program gives about itself leaves out how it started, and its children.

Seconds of cores are those that the system counts for the process and all children it waited for. The peak is
by default the largest single process (ru_maxrss). With `watch_s` it is that of all processes together, pages
that they share counted once (PSS), looked at so often; Linux alone says it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "family", "pss_kb", "run"]

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
        started, peak = time.perf_counter(), 0
        child = subprocess.Popen(
            command, stdout=out, stderr=err, env={**os.environ, **environment} if environment else None
        )
        while True:
            ended, status, used = os.wait4(child.pid, os.WNOHANG if watch_s else 0)
            if ended:
                break
            peak = max(peak, sum(map(pss_kb, family(child.pid))))
            time.sleep(watch_s or _LOOK_S)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)  # it is reaped: Popen must not wait for it
        out.seek(0)
        err.seek(0)
        if child.returncode:
            said = err.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}\n{said}")
        largest = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        kept = (peak / 1024 or None) if watch_s else largest
        return Cost(
            wall_s=round(wall, 3),
            cpu_s=round(used.ru_utime + used.ru_stime, 3),
            peak_mb=kept and round(kept, 1),
            printed=out.read().decode(errors="replace"),
        )


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
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:")), 0)
