"""The formats that overt reads.

in: the modules named here, and plugins (entry points `overt.sources`); out: name -> `Format`; why: one
line adds a format, and what ships with overt comes in by the door that is open to others.

A module gives `FORMAT`, or `FORMATS` when one file reads several; a plugin's entry point may name such a
module or a `Format`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from overt.detect.sources.format import Format
from overt.errors import SettingError

__all__ = ["BUILT_IN", "formats", "named"]

BUILT_IN: tuple[str, ...] = tuple(
    f"overt.detect.sources.formats.{name}"
    for name in (
        "tiktok_research",
        "tiktok_web",
        "zeeschuimer",
        "fourcat",
        "twitter_takedown",
        "twitter_v2",
        "twitter_v1",
        "coordination_network_toolkit",
        "coortweet",
        "bluesky_jetstream",
        "mastodon",
        "telegram",
        "weibo",
    )
)


@cache
def formats() -> dict[str, Format]:
    """All formats by name, in the order in which they are asked.

    Raises
    ------
    SettingError: a plugin cannot be loaded, or takes the name of another format.
    """
    found: dict[str, Format] = {}
    for module in BUILT_IN:
        for one in _formats_in(import_module(module)):
            found[one.name] = one
    for point in entry_points(group="overt.sources"):
        try:
            loaded = list(_formats_in(point.load()))
        except Exception as error:
            raise SettingError(
                f"The plugin {point.name} for sources cannot be loaded: {type(error).__name__}: {error}.",
                hint="Update or uninstall the package that brings it.",
            ) from error
        for one in loaded:
            if found.setdefault(one.name, one) is not one:
                raise SettingError(f"The plugin {point.name} takes the name of the source {one.name}.")
    return found


def _formats_in(loaded: Any) -> Iterator[Format]:
    if isinstance(loaded, Format):
        yield loaded
        return
    several = getattr(loaded, "FORMATS", None) or (loaded.FORMAT,)
    yield from several


def named(name: str, extra: tuple[str, ...] = ()) -> Format | None:
    """The format of that name; None for a name in `extra`.

    Raises
    ------
    SettingError: there is none.
    """
    if name in extra:
        return None
    known = formats()
    if name not in known:
        import difflib

        close = difflib.get_close_matches(name, [*known, *extra], n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise SettingError(
            f"No source is called {name[:80]!r}.",
            hint=f"{hint}The sources are: {', '.join(sorted([*known, *extra]))}.",
        )
    return known[name]
