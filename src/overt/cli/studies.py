"""A study folder that must be there already.

in: a path that was typed; out: the same path; why: the API makes a folder when it needs one, and a
mistyped name must not become an empty study.
"""

from __future__ import annotations

from pathlib import Path

from overt.errors import StudyError

__all__ = ["existing", "is_study"]


def is_study(path: Path) -> bool:
    """Whether the folder holds a study."""
    # a first run that was killed while it put its tables in place is completed when the study is opened
    return (path / "manifest.json").is_file() or (path / ".staging" / "commit.json").is_file()


def existing(path: Path) -> Path:
    """The path; StudyError when no study is there."""
    if is_study(path):
        return path
    found = (
        "an empty place"
        if not path.exists()
        else "a folder without manifest.json"
        if path.is_dir()
        else "a file"
    )
    raise StudyError(
        f"{path} is no study: expected a folder with manifest.json, found {found}",
        hint="`overt detect FILE` makes a study from an export and prints where it is.",
    )
