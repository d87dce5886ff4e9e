"""Spark's errors in words.

in: an exception of Spark; out: `EngineError`; why: a stack of two languages and some hundred lines says
what is wrong in one of them, and never what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from overt.errors import EngineError

__all__ = ["explained", "in_words"]


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what Spark raises into an `EngineError`; every other exception passes."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise explained(str(error)) from error


def explained(text: str) -> EngineError:
    """The error for what Spark said."""
    missing = re.search(r"ModuleNotFoundError: No module named '([\w.]+)'", text)
    if missing:
        return EngineError(
            f"a Spark worker's Python lacks {missing[1]}",
            hint="Install overt into the workers' Python, or name another with PYSPARK_PYTHON; "
            "`overt doctor` says whether it works.",
        )
    if "PYTHON_VERSION_MISMATCH" in text:
        return EngineError(
            "the Spark workers run another version of Python than this one",
            hint="Name the same one for the workers with PYSPARK_PYTHON.",
        )
    if "No space left on device" in text:
        return EngineError(
            "Spark's folder for what is on its way between tasks is full",
            hint="Name a folder on a larger disk with SPARK_LOCAL_DIRS.",
        )
    if "OutOfMemoryError" in text or "Java heap space" in text:
        return EngineError(
            "Spark's Java process ran out of memory", hint="Give it more with OVERT_SPARK_MEMORY, such as 4g."
        )
    if "Python worker exited unexpectedly" in text:
        return EngineError(
            "a Spark worker ended before its time, most likely for want of memory",
            hint="Run fewer tasks side by side, as with --master local[1], or add memory.",
        )
    return EngineError(f"a Spark task failed: {_cause(text)}", hint="`overt doctor` checks the workers.")


def _cause(text: str) -> str:
    """The last line that names an exception of Python, else the first line."""
    named = re.findall(r"^\s*((?:[\w.]+\.)?\w*(?:Error|Exception|Interrupt)\b[^\n]*)$", text, re.MULTILINE)
    lines = [line for line in named if not line.lstrip().startswith(("org.", "java.", "at "))]
    found = (lines or text.strip().splitlines() or ["no reason was given"])[-1 if lines else 0]
    return found.strip()[:300]
