"""Evidence that holds whatever depends on what: e-values and e-BH.

in: p-values; out: e-values, and q-values of e-BH; why: pairs share accounts and objects, so their p-values
depend on each other in ways that BH is not proved for. e-BH is, under any dependence, at a price in power.
"""

from __future__ import annotations

import numpy as np

__all__ = ["KAPPA", "e_bh", "e_value"]

KAPPA = 0.5
"""Fixed beforehand; any value in (0, 1) is valid."""


def e_value(p: np.ndarray) -> np.ndarray:
    """kappa p^(kappa - 1): under the null its mean is at most 1 (Vovk and Wang 2021). p in (0, 1]."""
    e: np.ndarray = KAPPA * p ** (KAPPA - 1.0)
    return e


def e_bh(e: np.ndarray, n_tests: int) -> np.ndarray:
    """The least rate at which e-BH (Wang and Ramdas 2022) rejects each: float, shape of `e`, at most 1.

    e: e-values, (k,); n_tests: all of them, those not given counting as 0. e-BH at rate a rejects the k
    largest for the largest k with e_(k) >= n_tests / (k a).
    """
    if len(e) > n_tests:
        raise ValueError(f"{len(e)} e-values but only {n_tests} tests")
    order = np.argsort(-e, kind="stable")
    with np.errstate(divide="ignore", over="ignore"):
        rate = np.minimum(n_tests / (np.arange(1, len(e) + 1) * e[order]), 1.0)
    q = np.empty(len(e))
    q[order] = np.minimum.accumulate(rate[::-1])[::-1]
    return q
