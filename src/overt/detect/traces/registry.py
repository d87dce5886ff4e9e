"""The traces, by name.

in: nothing, or names; out: `Trace` objects; why: one line per trace, and other packages add theirs
through the entry point group `overt.traces` (an entry is a `Trace`), the same door that leads here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from overt.detect.traces.trace import Trace
from overt.errors import SettingError

__all__ = ["BUILT_IN", "SYNCHRONY", "chosen", "traces"]

SYNCHRONY = "synchrony"
"""Posting at the same moments: it has no objects, so it is no `Trace`; `significance.synchrony` tests it."""

BUILT_IN = (
    "link",
    "domain",
    "hashtag",
    "hashtag_sequence",
    "sound",
    "repost",
    "reply",
    "mention",
    "text",
    "object",
)


@cache
def traces() -> dict[str, Trace]:
    """Every trace by name: the built-in ones in order, then those of other packages."""
    found = {name: import_module(f"overt.detect.traces.{name}").TRACE for name in BUILT_IN}
    for entry in sorted(entry_points(group="overt.traces"), key=lambda entry: entry.name):
        found.setdefault(entry.name, _loaded(entry))
    return found


def _loaded(entry: EntryPoint) -> Trace:
    """A trace of another package; SettingError when it cannot be loaded or is no trace."""
    try:
        trace = entry.load()
    except Exception as error:
        raise SettingError(
            f"the trace {entry.name!r} of {entry.value} cannot be loaded: {type(error).__name__}: {error}",
            hint="Mend or uninstall the package that brings it.",
        ) from error
    if not isinstance(trace, Trace) or trace.name != entry.name:
        raise SettingError(
            f"{entry.value} is no trace of the name {entry.name!r}",
            hint="The entry point must name a `Trace` whose own name is the entry point's.",
        )
    return trace


def chosen(names: tuple[str, ...] | None) -> list[Trace]:
    """The traces of these names, all when None (SYNCHRONY has no entry); SettingError for an unknown one."""
    every = traces()
    if names is None:
        return list(every.values())
    unknown = [name for name in names if name not in every and name != SYNCHRONY]
    if unknown:
        raise SettingError(
            f"there is no trace named {unknown[0]!r}",
            hint=f"The traces are: {', '.join([*every, SYNCHRONY])}.",
        )
    return [every[name] for name in every if name in names]
