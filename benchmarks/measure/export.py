"""A simulated platform of about so many posts, as an export.

in: a folder and a number of posts; out: posts.ndjson, truth.csv and world.json in it; why: the whole way is
timed on posts with every field, and the process that makes them takes its memory with it when it ends.

    python -m benchmarks.measure.export FOLDER POSTS
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from overt.simulate import demo_world, simulate, write

POSTS_AN_ACCOUNT = 18.4
"""Of the demo's accounts, measured on 50,000."""


def export(folder: Path, posts: int, seed: int = 1) -> Path:
    """Write it; the path of the export. As many objects for each account as the demo has."""
    n = round(posts / POSTS_AN_ACCOUNT)
    world = replace(demo_world(seed), n_accounts=n, n_objects=n * 6 // 10)
    return write(simulate(world), folder).posts


if __name__ == "__main__":
    sys.stdout.write(f"{export(Path(sys.argv[1]), int(sys.argv[2]))}\n")
