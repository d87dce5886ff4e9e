"""Ctrl-C waits while a compiled library starts.

in: a block that imports compiled libraries; out: the same block, with Ctrl-C raised at its end; why: several
of them abort the process, or report an import error, when an exception meets them half started.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["unbroken"]


@contextmanager
def unbroken() -> Iterator[None]:
    """Hold Ctrl-C back until the block has ended. Only the main thread can, and only it is interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        held.append(number)

    before = signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held:
        raise KeyboardInterrupt
