"""Where the members of a group stand in its picture.

in: edges among n members; out: places in the unit square; why: the place is stored with the group, so
that every picture of it is the same and no page has to compute.
"""

from __future__ import annotations

import numpy as np

__all__ = ["MOST_DRAWN", "layout"]

MOST_DRAWN = 400
"""Above this a picture of dots and lines shows nothing; members stand on a spiral."""

ROUNDS = 120


def layout(n: int, first: np.ndarray, second: np.ndarray, weight: np.ndarray, seed: int) -> np.ndarray:
    """Places, shape (n, 2), in [0, 1]; force-directed (Fruchterman and Reingold 1991)."""
    turn = np.arange(n) * 2.399963
    place = np.sqrt((np.arange(n) + 0.5) / max(n, 1))[:, None] * np.stack(
        [np.cos(turn), np.sin(turn)], axis=1
    )
    if 2 < n <= MOST_DRAWN:
        place = _settle(place, first, second, weight / max(weight.max(initial=0.0), 1e-9), seed)
    low, high = place.min(axis=0), place.max(axis=0)
    unit: np.ndarray = (place - low) / np.maximum(high - low, 1e-9)
    return unit


def _settle(
    place: np.ndarray, first: np.ndarray, second: np.ndarray, weight: np.ndarray, seed: int
) -> np.ndarray:
    n = len(place)
    place = place + np.random.default_rng(seed).normal(0, 0.01, place.shape)
    distance = 1.0 / np.sqrt(n)
    for heat in np.linspace(0.15, 0.005, ROUNDS):
        apart = place[:, None] - place[None]
        length = np.sqrt((apart**2).sum(axis=2)) + 1e-6
        push = (apart * (distance**2 / length**2)[..., None]).sum(axis=1)
        pull = np.zeros_like(place)
        along = place[first] - place[second]
        strength = (np.sqrt((along**2).sum(axis=1)) / distance * (0.3 + weight))[:, None]
        np.add.at(pull, first, -along * strength)
        np.add.at(pull, second, along * strength)
        step = push + pull - 0.3 * place
        size = np.sqrt((step**2).sum(axis=1, keepdims=True)) + 1e-9
        place = place + step / size * np.minimum(size, heat)
    return place
