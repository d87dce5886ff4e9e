"""One random stream for each thing that is drawn.

in: the seed and a name; out: a numpy Generator; why: adding a campaign to a world must not redraw the
ordinary life around it, so that two worlds of one seed can be compared post by post.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

__all__ = ["stream"]


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator for `name` in the world of `seed`; the same for the same two values."""
    return np.random.default_rng([seed, crc32(name.encode())])
