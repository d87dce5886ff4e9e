"""How long work says how far it is.

in: a step's name, how much is done and of how much; out: whatever the caller draws; why: the
library prints nothing by itself, and the command line draws a bar from the same calls.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "silent"]


class Progress(Protocol):
    """Called often while a step works; `total` is None when it is not known."""

    def __call__(self, step: str, done: float, total: float | None = None) -> None: ...


def silent(step: str, done: float, total: float | None = None) -> None:
    """The progress that shows nothing."""
