"""What has been done in a study folder, and how a finished step becomes visible all at once.

in: a study folder; out: `Manifest`, and `Staging`, a place to build a step's files; why: a step that has
been done is not done again, a killed run leaves the old result whole, and two runs never mix.

A step writes its files into `.staging`, and beside them the new manifest and a `commit.json` that
names them all, and only then are they moved into place, the manifest last. Whoever opens the folder
next finishes a commit that was cut short, or throws away a staging that never reached one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from overt.errors import StorageError, StudyBusy, StudyError
from overt.schema import TABLES_VERSION

__all__ = ["Manifest", "Step", "digest", "is_behind", "locked", "recover", "step"]

NAME = "manifest.json"
STAGING = ".staging"
COMMIT = "commit.json"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


class Manifest:
    """The manifest of a study: steps by name, each with key, time, seconds, parameters and summary."""

    def __init__(self, steps: dict[str, dict[str, Any]] | None = None) -> None:
        self.steps = steps or {}

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read it; empty for a new folder. StudyError for a folder that is something else."""
        path = folder / NAME
        if not path.exists():
            _refuse_foreign(folder)
            return cls()
        try:
            found = json.loads(path.read_text("utf-8"))
            version, steps = found["tables_version"], dict(found["steps"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise StudyError(
                f"{path} cannot be read as a study's manifest: {type(error).__name__}",
                hint="Give another folder with --out, or move this one away.",
            ) from error
        if version != TABLES_VERSION:
            raise StudyError(
                f"{folder} holds tables of version {version} (overt {found.get('overt', '?')}); "
                f"this overt reads version {TABLES_VERSION}",
                hint="Read the export again into a new folder with --out, or use the overt that wrote it.",
            )
        return cls(steps)

    def done(self, name: str, key: str) -> bool:
        """Whether the step was done with this key."""
        return self.steps.get(name, {}).get("key") == key

    def with_step(self, name: str, record: dict[str, Any]) -> Manifest:
        return Manifest({**self.steps, name: record})

    def as_dict(self) -> dict[str, Any]:
        from overt import __version__

        return {"overt": __version__, "tables_version": TABLES_VERSION, "steps": self.steps}


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file, not a study folder", hint="Give a folder with --out.")
    if folder.is_dir() and any(entry.name not in {".lock", STAGING} for entry in folder.iterdir()):
        raise StudyError(
            f"{folder} exists and is no study: it has files but no {NAME}",
            hint="Give another folder with --out; overt writes into none but its own.",
        )


def is_behind(steps: Mapping[str, Any]) -> bool:
    """Whether posts were read after the result was found, as when a run was stopped in between."""
    found_in = [steps.get(name, {}).get("of") for name in ("traces", "detect")]
    return found_in != [steps.get("ingest", {}).get("key"), steps.get("traces", {}).get("key")]


def digest(*parts: object) -> str:
    """Hex SHA-256 of values that JSON can hold, the same for the same values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one run; StudyBusy at once when another run has it."""
    from filelock import FileLock, Timeout

    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        with storage_errors(folder):
            lock.acquire(timeout=0)
    except Timeout:
        raise StudyBusy(
            f"another run is working in {folder}", hint="Wait until it has ended, or give another --out."
        ) from None
    try:
        with storage_errors(folder):
            recover(folder)
        yield
    finally:
        lock.release()


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a StorageError; the earlier result is untouched."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL or "No space left" in str(error):
            raise StorageError(
                f"cannot write in {folder}: {os.strerror(error.errno or errno.ENOSPC)}",
                hint="Nothing was changed. Make room, or give a folder on another disk with --out.",
            ) from error
        raise


class Step:
    """A step at work: `folder` takes its files, `summary` and `parameters` go into the manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary: dict[str, Any] = {}
        self.parameters: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}


@contextmanager
def step(study: Path, manifest: Manifest, name: str, key: str, place: dict[str, str]) -> Iterator[Step]:
    """Do a step in a staging folder and make it visible at the end, all or nothing.

    place: file name in the staging folder -> path in the study. Files that were not written are skipped.
    `manifest` is updated in place once the step is visible.
    """
    staging = study / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    started = time.monotonic()
    with storage_errors(study):
        staging.mkdir()
        work = Step(staging)
        try:
            yield work
            record = {
                "key": key,
                "at": int(time.time() * 1000),
                "seconds": round(time.monotonic() - started, 3),
                "parameters": work.parameters,
                "summary": work.summary,
                **work.extra,
            }
            after = manifest.with_step(name, record)
            _commit(study, after, {file: to for file, to in place.items() if (staging / file).exists()})
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        recover(study)
    manifest.steps = after.steps


def _commit(study: Path, after: Manifest, moves: dict[str, str]) -> None:
    """Make sure that nothing but renaming is left to do: a full disk can then stop nothing."""
    staging = study / STAGING
    for file, to in moves.items():
        _to_disk(staging / file)
        _make_room(study / to)
    _write_json(staging / NAME, after.as_dict())
    _write_json(staging / COMMIT, {"moves": moves | {NAME: NAME}})


def recover(study: Path) -> None:
    """Finish a commit that was cut short; drop a staging folder that never came to one."""
    staging = study / STAGING
    if not staging.exists():
        return
    if (staging / COMMIT).exists():
        commit = json.loads((staging / COMMIT).read_text("utf-8"))
        for file, to in commit["moves"].items():
            target = study / to
            target.parent.mkdir(parents=True, exist_ok=True)
            if (staging / file).exists():
                os.replace(staging / file, target)
    shutil.rmtree(staging, ignore_errors=True)


def _make_room(target: Path) -> None:
    """Make the folder of a file; PermissionError when the file could not be put into it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target.parent))


def _write_json(path: Path, value: object) -> None:
    """Write whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    _to_disk(temporary)
    os.replace(temporary, path)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
