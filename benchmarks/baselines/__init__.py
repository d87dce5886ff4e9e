"""Published detectors, written anew from their formulas, on the same input and with the same output.

in: `Loaded`; out: which accounts are flagged; why: a figure stands beside what others would have found on
the same data. One file each; parameters are the published defaults, or stated as ours, and none was
chosen by looking at labels. A method for one kind of object is run on each deciding trace, and an account is
flagged when any trace flags it.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.baselines.baseline import Baseline

__all__ = ["NAMES", "Baseline", "baselines"]

NAMES = ("fixed_window", "percentile", "tfidf_cosine", "hypergeometric", "bicm", "synchrotrap")


def baselines() -> tuple[Baseline, ...]:
    """All of them, in the order of `NAMES`."""
    return tuple(import_module(f"benchmarks.baselines.{name}").BASELINE for name in NAMES)
