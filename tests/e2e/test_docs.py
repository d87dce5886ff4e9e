"""What the README and the first study tell people to type is typed here, as it stands.

The console blocks run in order in one empty folder. Only `make` and `source` lines are left out: they set up
what the tests run in.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SET_UP = ("make", "source")


def blocks(page: Path) -> list[tuple[str, str]]:
    """(language, text) of each fenced block of a page, in order."""
    return re.findall(r"^```(console|python)\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[list[str]]:
    lines = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    split = [shlex.split(line, comments=True) for line in lines]
    return [words for words in split if words and words[0] not in SET_UP]


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    assert words[0] == "overt", f"{words[0]} is not ours to run"
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "overt", *words[1:]],
        cwd=folder, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def follow(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Do all that the page says; what each command printed."""
    monkeypatch.chdir(folder)
    said = []
    for language, text in blocks(page):
        if language == "python":
            exec(compile(text, str(page), "exec"), {})
            continue
        for words in commands(text):
            ended = run(words, folder)
            assert ended.returncode == 0, f"{shlex.join(words)}\n{ended.stderr}"
            assert "Traceback" not in ended.stderr
            said.append(ended.stdout)
    return said


def test_the_first_study(tmp_path, monkeypatch):
    said = follow(ROOT / "docs" / "first-study.md", tmp_path, monkeypatch)
    assert "nothing was written" in said[1]
    assert "report: first.overt/report.html" in said[2]
    assert "G1" in said[3]
    assert "no group" in said[-1]
    assert (tmp_path / "first.overt" / "groups.gexf").is_file()


def test_the_readme(tmp_path, monkeypatch):
    export = tmp_path / "export.ndjson"
    run(["overt", "simulate", "--out", ".", "--preset", "demo"], tmp_path)
    (tmp_path / "posts.ndjson").rename(export)
    said = follow(ROOT / "README.md", tmp_path, monkeypatch)
    assert "report: export.overt/report.html" in said[0]
    assert (tmp_path / "export.overt" / "report.html").is_file()


def test_every_page_has_commands_that_exist():
    verbs = {
        words[1] for page in ROOT.glob("docs/*.md") for _, text in blocks(page) for words in commands(text)
    }
    known = set(re.findall(r"^## overt (\w+)", (ROOT / "docs" / "cli.md").read_text(), re.MULTILINE))
    assert verbs
    assert verbs - known == set()
