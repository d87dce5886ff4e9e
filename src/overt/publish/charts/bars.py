"""Expected beside seen, as two bars of one scale.

in: pairs of numbers with their names; out: HTML with small SVG bars; why: "0.4 expected, 9 seen" is the
finding in one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from overt.publish.text import decimal

__all__ = ["Bar", "bars"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: its name (escaped), a note behind it, what was seen and what was expected."""

    name: Markup
    note: str
    seen: float
    expected: float


def bars(lines: Sequence[Bar], caption: str) -> Markup:
    """A table whose cells hold the bars; every number is text as well."""
    most = max([1e-9, *(max(line.seen, line.expected) for line in lines)])
    body = Markup("").join(
        Markup('<tr><th scope="row">{}<small>{}</small></th><td>{}{}</td></tr>').format(
            line.name, line.note, _bar("seen", line.seen, most), _bar("expected", line.expected, most)
        )
        for line in lines
    )
    return Markup(
        '<table class="bars"><caption>{}</caption><thead class="unseen"><tr><th scope="col">Accounts</th>'
        '<th scope="col">Seen and expected</th></tr></thead><tbody>{}</tbody></table>'
    ).format(caption, body)


def _bar(kind: str, value: float, most: float) -> Markup:
    width = max(0.6, 100 * max(value, 0.0) / most)
    return Markup(
        '<div class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="{0}" width="{1}" height="10"/></svg><span>{2} {0}</span></div>'
    ).format(kind, f"{width:.1f}", decimal(value))
