"""What a worker of Spark has, as it sees it.

in: a task; out: versions; why: a cluster's workers have a Python of their own, and what is missing there
should be found by `overt doctor` and not by a study.
"""

from __future__ import annotations

import platform

import pyarrow as pa

__all__ = ["about_worker"]


def about_worker(_: int) -> pa.Table:
    """One row: python, overt, pyarrow, numba, the versions that a task works with."""
    import numba

    from overt import __version__

    versions = (platform.python_version(), __version__, pa.__version__, numba.__version__)
    return pa.table(
        dict(zip(("python", "overt", "pyarrow", "numba"), ([one] for one in versions), strict=True))
    )
