"""A study that does what a test tells it to.

why: the verbs are tested for what they say and how they end; what a study finds is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

__all__ = ["FakeStudy"]

_FILE = {
    "file": "a.csv",
    "title": "a table",
    "reason": "its columns",
    "n_posts": 3,
    "n_rejected": 1,
    "n_without_zone": 2,
    "notes": ["5 cells were cut"],
}


class FakeStudy:
    """Records every call; `failing` raises in place of a result."""

    def __init__(self, path: Path, *, groups: list[dict[str, Any]] | None = None) -> None:
        self.path = path
        self.groups = groups or []
        self.audiences: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failing: dict[str, BaseException] = {}
        self.read = {"files": [_FILE], "n_posts": 3, "n_accounts": 2, "n_rejected": 1, "n_conflicting": 0}
        self.n_tests = 28

    def _call(self, verb: str, **given: Any) -> None:
        self.calls.append((verb, given))
        if verb in self.failing:
            raise self.failing[verb]

    def ingest(self, paths: list[str], *, progress: Callable[..., None], **given: Any) -> SimpleNamespace:
        progress("reading", 1, 2)
        self._call("ingest", paths=paths, **given)
        return SimpleNamespace(as_dict=lambda: self.read)

    @property
    def manifest(self) -> dict[str, Any]:
        tested = {"n_tests": self.n_tests, "n_tests_exact": True}
        return {"steps": {"ingest": {"summary": self.read}, "detect": {"summary": tested}}}

    def detect(self, *, progress: Callable[..., None], **given: Any) -> None:
        progress("pairs", 1)
        self._call("detect", **given)

    def report(self, path: Path | None = None) -> Path:
        self._call("report", path=path)
        return path or self.path / "report.html"

    def explain(self, name: str) -> SimpleNamespace:
        self._call("explain", name=name)
        return SimpleNamespace(text=f"{name}\nwhy: \x1b[31m[red]x\u202e", as_dict=lambda: {"name": name})

    def export(self, to: str, out: Path | None = None) -> list[Path]:
        self._call("export", to=to, out=out)
        return [out or self.path / f"network.{to}"]

    def summary(self) -> dict[str, Any]:
        return {
            "posts": 1234,
            "accounts": 56,
            "edges": 7,
            "flagged_accounts": 8,
            "groups": self.groups,
            "audiences": self.audiences,
            "notes": ["the scale of 10 s was left out"],
            "seconds": {"ingest": 0.1},
            "study": str(self.path),
        }
