"""What a program and all that it started cost, whatever language they are written in.

in: this process; out: processor seconds and the most memory held at once; why: Spark works in a Java process
and in Python workers, which the usual figures of this process leave out. Linux only (/proc).
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType

__all__ = ["ProcessTree"]

EVERY_S = 0.1


class ProcessTree:
    """Measures while it is entered.

    peak_mb: the resident memory of all processes, summed, at the worst moment that was looked at; pages that
    processes share are counted in each. cpu_s: user and system time, ended processes included.
    """

    def __init__(self) -> None:
        self.peak_mb, self.cpu_s = 0.0, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessTree:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        ticks = sum(int(value) for stat in _family().values() for value in stat[11:15])
        self.cpu_s = ticks / os.sysconf("SC_CLK_TCK")

    def _watch(self) -> None:
        page_mb = os.sysconf("SC_PAGE_SIZE") / 2**20
        while not self._ended.wait(EVERY_S):
            now = sum(int(stat[21]) for stat in _family().values()) * page_mb
            self.peak_mb = max(self.peak_mb, now)


def _family() -> dict[int, list[str]]:
    """The fields of /proc/PID/stat from the third on, of this process and its descendants."""
    every: dict[int, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # it has ended
        every[int(path.parent.name)] = text.rpartition(")")[2].split()
    family, found = [os.getpid()], {}
    while family:
        one = family.pop()
        found[one] = every.get(one, ["0"] * 50)
        family += [pid for pid, stat in every.items() if int(stat[1]) == one]
    return found
