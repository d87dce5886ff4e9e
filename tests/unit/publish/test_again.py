"""The command that a report prints: read back by the command line, it asks for what was asked for."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from overt.publish.again import again


def manifest(reading: dict[str, Any], asked: list[str] | None, *files: str) -> dict[str, Any]:
    parameters = {"fdr": 0.01, "seed": 3, "traces": ["link", "text"], "asked_traces": asked}
    return {
        "overt": "0.1.0",
        "tables_version": 1,
        "steps": {
            "ingest": {"parameters": reading, "summary": {"files": [{"file": name} for name in files]}},
            "detect": {"key": "k", "parameters": parameters},
        },
    }


def test_what_was_left_to_overt_is_left_to_it_again():
    found = again(manifest({"source": None, "columns": {}, "platform": None}, None, "a.csv"))
    assert found["command"] == "overt detect a.csv --fdr 0.01 --seed 3 --out again.overt"
    assert [name for name, _ in found["parameters"]] == ["fdr", "seed", "traces"]
    assert found["notes"] == []


def test_what_was_asked_for_is_asked_for_again():
    reading = {"source": "columns", "columns": {"account": "Who ever", "time": "when"}, "platform": "x"}
    found = again(manifest(reading, ["link", "sound"], "a b.csv", "-rf.csv"))
    assert shlex.split(found["command"]) == [
        "overt", "detect", "a b.csv", "./-rf.csv", "--source", "columns", "--map",
        "account=Who ever,time=when",
        "--platform", "x", "--trace", "link", "--trace", "sound", "--fdr", "0.01", "--seed", "3",
        "--out", "again.overt",
    ]  # fmt: skip
    assert ("columns", "account=Who ever, time=when") in found["parameters"]


def test_a_pipe_has_to_be_piped_in_again():
    found = again(manifest({}, None, "stdin"))
    assert found["command"].startswith("overt detect - --fdr")
    assert "piped" in found["notes"][0]


def test_files_that_were_read_with_different_options_are_said():
    study = manifest({}, None, "a.csv", "b.csv")
    study["steps"]["ingest"]["inputs"] = {"sha a": "as it is", "sha b": "with a map"}
    assert "different options" in again(study)["notes"][0]


@pytest.mark.parametrize("name", ["a\u202egnp.csv", "a\x1b[2J.csv", "a\nb.csv"])
def test_a_hostile_name_does_nothing(name):
    command = again(manifest({}, None, name))["command"]
    assert command.isprintable()
