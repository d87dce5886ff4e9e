"""The report: one HTML file that opens from a disk and needs nothing else.

in: a study folder on which `detect` was run; out: report.html; why: the person who has to decide
reads this, not the tables.

The page loads nothing, runs no script and has no link that leaves it: names and posts in it are
hostile. Its size is bounded by `findings.Limits`. The same study gives the same bytes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from overt.publish.findings import read
from overt.publish.page import page_view
from overt.publish.shared_objects import Limits
from overt.publish.whole_file import written_whole

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment", "render", "write"]


def write(folder: Path, out: Path) -> Path:
    """Write the report of the study at `folder` to `out`, whole or not at all; returns `out`.

    Raises `StudyError` when the folder holds no findings and `StorageError` when the disk refuses.
    """
    html = render(folder)
    with written_whole(out) as file:
        file.write(html)
    return out


def render(folder: Path, limits: Limits | None = None) -> str:
    """The report as HTML; `StudyError` when the folder holds no findings."""
    view = page_view(read(folder, limits), folder)
    return environment().get_template("report.html.j2").render(view)


@cache
def environment() -> Environment:
    """The templates; everything that they put in place is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("overt.publish", "templates"),
        autoescape=True,  # for every template, whatever its name ends in
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
