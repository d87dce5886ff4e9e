"""The strokes that charts are made of, as SVG text.

in: places and words; out: elements, and a whole picture of them; why: every chart looks alike, and what a
name contains is escaped in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["COLOURS", "SHAPES", "label", "legend", "picture", "shape", "stroke"]

STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.t{font-weight:600}.s{font-size:11px;fill:#555}"
    ".g{stroke:#ddd}.n{stroke:#b00;stroke-dasharray:4 3}.e{stroke-width:1.5}"
)
COLOURS = ("#1b5e9e", "#c2571a", "#3a7d44", "#6a4c93", "#8a6d00", "#4d4d4d")
SHAPES = ("circle", "square", "diamond", "triangle", "circle", "square")


def legend(names: Sequence[str], x: float, y: float) -> list[str]:
    body = []
    for which, name in enumerate(names):
        body += [shape(SHAPES[which], x, y - 4, COLOURS[which]), label(x + 9, y, name, "s")]
        x += 30 + 6.2 * len(name)
    return body


def shape(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    if kind == "triangle":
        corners = f"{x:.1f},{y - 4:.1f} {x - 4:.1f},{y + 3:.1f} {x + 4:.1f},{y + 3:.1f}"
        return f'<polygon points="{corners}" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if kind == "diamond" else ""
    return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{colour}"{turn}/>'


def stroke(x: float, y: float, to_x: float, to_y: float, kind: str, colour: str = "") -> str:
    stroke = f' stroke="{colour}"' if colour else ""
    return f'<line class="{kind}" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"{stroke}/>'


def label(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def picture(width: float, height: float, body: Sequence[str], about: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">'
        f"<title>{escape(about)}</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )
