"""On what a measurement ran.

in: nothing; out: processor, cores, memory, system and how busy it was; why: seconds mean nothing without it.
No name of the machine and no path of it is kept.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

__all__ = ["load", "machine"]


def machine() -> dict[str, Any]:
    """What the figures were taken on, and the load of the last minute as it began."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "system": platform.system(),
        "load": load(),
    }


def load() -> float | None:
    """Processes that wanted a core, on average over the last minute."""
    try:
        return round(os.getloadavg()[0], 1)
    except OSError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))
    except (OSError, ValueError):
        return None
