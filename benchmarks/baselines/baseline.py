"""What a baseline is: a name, its parameters in words, and a function from a study to flagged accounts.

in: `Loaded`; out: bool per account; why: whoever adds one writes one function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from overt.detect.edges.actions import Actions
from overt.detect.loaded import Loaded

__all__ = ["Baseline", "in_any_trace", "layers"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """source: the publication; n_chosen: parameters a user has to set; flag: bool, shape (n_accounts,)."""

    name: str
    source: str
    parameters: str
    n_chosen: int
    flag: Callable[[Loaded], np.ndarray]


def layers(loaded: Loaded) -> list[Actions]:
    """The actions of each deciding trace: what the detector itself decides on."""
    return [actions for trace, actions in loaded.layers if trace.decides]


def in_any_trace(one: Callable[[Actions], np.ndarray]) -> Callable[[Loaded], np.ndarray]:
    """From a method for one trace to one for a study: the union."""

    def flag(loaded: Loaded) -> np.ndarray:
        flagged = np.zeros(len(loaded.accounts), bool)
        for actions in layers(loaded):
            flagged |= one(actions)
        return flagged

    return flag
