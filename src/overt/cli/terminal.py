"""What is shown in a terminal: tables, lines, JSON and progress.

in: values, some of them written by strangers; out: text on stdout, bars on stderr; why: a display
name can hold escape codes, bidi marks and rich markup, and none of them may act on a terminal.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from overt.progress import Progress, silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

__all__ = ["emit_json", "note", "progress", "safe", "say", "say_indented", "say_table"]

_KEPT_FORMATS = frozenset("\u200c\u200d")  # joiners: several scripts and emoji need them


def safe(value: object, *, block: bool = False) -> str:
    """Text with control, bidi and invisible characters replaced by U+FFFD.

    With `block`, line feeds stay: the text is several lines on purpose.
    """
    return "".join(_harmless(letter, block=block) for letter in str(value))


def _harmless(letter: str, *, block: bool) -> str:
    if letter.isprintable() or letter in _KEPT_FORMATS or (block and letter == "\n"):
        return letter
    if letter == "\t" or unicodedata.category(letter) == "Zs":  # U+3000 and its kin are ordinary in names
        return " "
    return "\ufffd"


def say(text: object = "") -> None:
    """Print text of one or more lines on stdout, harmless."""
    print(safe(text, block=True))  # noqa: T201


def note(text: object) -> None:
    """Print a remark on stderr, harmless."""
    print(safe(text, block=True), file=sys.stderr)  # noqa: T201


def emit_json(value: object) -> None:
    """Print one JSON object on stdout.

    Letters outside ASCII are escaped, so that the object is harmless in a terminal and survives
    every encoding. ValueError for a number that JSON does not know (NaN): that is a bug.
    """
    print(json.dumps(value, allow_nan=False, default=str))  # noqa: T201


def say_indented(text: object) -> None:
    """Print a paragraph on stdout, harmless, indented and as wide as the terminal."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    say(textwrap.fill(safe(text), width, initial_indent="    ", subsequent_indent="    "))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Print a table on stdout; the columns named in `right` are aligned right."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        # Text, not str: rich would read [red] in a display name as markup
        table.add_row(*(Text(safe("" if cell is None else cell)) for cell in row))
    Console(highlight=False).print(table)


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars on stderr when it is a terminal, else silence."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _one_bar_a_step(bars)


def _one_bar_a_step(bars: Bars) -> Callable[..., Any]:
    tasks: dict[str, TaskID] = {}

    def show(step: str, done: float, total: float | None = None) -> None:
        if step not in tasks:
            tasks[step] = bars.add_task(safe(step), total=total)
        bars.update(tasks[step], completed=done, total=total)

    return show
