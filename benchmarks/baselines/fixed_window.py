"""The fixed rule: at least two distinct objects of one trace, each within 60 seconds of each other.

in: `Loaded`; out: accounts of such pairs; why: the commonest rule in use (Coordination Network Toolkit:
60 s; two repetitions as in Giglietto et al. 2020).
"""

from __future__ import annotations

import numpy as np

from benchmarks.baselines.baseline import Baseline, in_any_trace
from benchmarks.baselines.incidence import ends
from overt.detect.edges.actions import Actions, by_object
from overt.detect.edges.coaction import co_actions

__all__ = ["BASELINE"]

WINDOW_MS = 60_000
LEAST_OBJECTS = 2


def _flag(actions: Actions) -> np.ndarray:
    pairs = co_actions(by_object(actions), (WINDOW_MS,), LEAST_OBJECTS)
    return ends(actions.n_accounts, pairs.a, pairs.b)


BASELINE = Baseline(
    "fixed window",
    "Coordination Network Toolkit; Giglietto et al. 2020",
    "2 distinct objects within 60 s",
    2,
    in_any_trace(_flag),
)
