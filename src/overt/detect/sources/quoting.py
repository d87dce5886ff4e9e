"""Hostile text in a message: short, on one line, without control characters.

in: a name or value from a file; out: text that a terminal shows harmlessly; why: column names, file
names and cells are written by strangers, and escape sequences move cursors.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["listed", "plain"]


def plain(text: object, limit: int = 60) -> str:
    """The beginning of a text, with what does not print replaced."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in str(text)[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "\u2026"


def listed(names: Iterable[object], limit: int = 20) -> str:
    """Names with commas; of many only the first, and how many more."""
    found = [plain(name) or "(no name)" for name in names]
    more = f" and {len(found) - limit:,} more" if len(found) > limit else ""
    return ", ".join(found[:limit]) + more
