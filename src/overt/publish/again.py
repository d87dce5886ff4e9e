"""How to do it again: the command, the parameters, the digests of the input.

in: the manifest; out: the dict that the template puts in place; why: a finding that cannot be made again by
somebody else is worth little, so the command is exact and says where it cannot be.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from overt.publish.text import when
from overt.publish.visible import bdi, visible

__all__ = ["again"]

_MAX_FILES = 20
_OUT = "again.overt"  # a folder of its own: in the study's own folder the steps are done already

Row = Mapping[str, Any]


def again(manifest: Row) -> dict[str, Any]:
    """Command, version, parameters and digests of the study with this manifest; unescaped but harmless."""
    ingest, detect = manifest["steps"]["ingest"], manifest["steps"]["detect"]
    files: Sequence[Row] = (ingest.get("summary") or {}).get("files") or []
    reading, parameters = ingest.get("parameters") or {}, detect.get("parameters") or {}
    return {
        "version": visible(str(manifest.get("overt", "unknown")), 40),
        "tables_version": visible(str(manifest.get("tables_version", "unknown")), 10),
        "command": " ".join(["overt", "detect", *_files(files), *_options(reading, parameters)]),
        "notes": _notes(ingest, files),
        "parameters": [
            (visible(key.replace("_", " "), 40), _value(value))
            for key, value in sorted({**reading, **parameters}.items())
            if value not in (None, {}, [])
        ],
        "key": visible(str(detect.get("key", "")), 80),
        "digests": [(bdi(row.get("file"), 80), visible(row.get("sha256"), 64)) for row in files[:_MAX_FILES]],
        "read_at": _read_at(ingest.get("at")),
    }


def _files(files: Sequence[Row]) -> list[str]:
    names = [_file(str(row.get("file"))) for row in files[:_MAX_FILES]]
    return names + (["..."] if len(files) > _MAX_FILES else [])


def _file(name: str) -> str:
    if name == "stdin":
        return "-"
    return _quoted(f"./{name}" if name.startswith("-") else name)  # a name is not an option


def _options(reading: Row, parameters: Row) -> list[str]:
    """What was asked for; what was left to overt stays left to it."""
    columns = ",".join(f"{ours}={theirs}" for ours, theirs in (reading.get("columns") or {}).items())
    asked = [("--source", reading.get("source")), ("--map", columns), ("--platform", reading.get("platform"))]
    asked += [("--trace", trace) for trace in parameters.get("asked_traces") or []]
    asked += [("--fdr", parameters.get("fdr", 0.05)), ("--seed", parameters.get("seed", 0)), ("--out", _OUT)]
    switches = [f"--{name.replace('_', '-')}" for name in ("strict", "mid_p") if parameters.get(name)]
    return switches + [f"{option} {_quoted(value)}" for option, value in asked if value not in (None, "")]


def _notes(ingest: Row, files: Sequence[Row]) -> list[str]:
    """Where the command is not the whole truth."""
    notes = []
    if any(row.get("file") == "stdin" for row in files):
        notes.append("What came through a pipe (-) has to be piped in again.")
    if len(set((ingest.get("inputs") or {}).values())) > 1:
        notes.append("The files were read in runs with different options; those of the last are shown.")
    return notes


def _quoted(value: Any) -> str:
    return shlex.quote(visible(str(value), 400))


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        value = [f"{ours}={theirs}" for ours, theirs in value.items()]
    if isinstance(value, list | tuple):
        return visible(", ".join(str(item) for item in value), 300)
    return visible(str(value), 300)


def _read_at(at: Any) -> str:
    return when(int(at)) if isinstance(at, int | float) and at > 0 else ""
