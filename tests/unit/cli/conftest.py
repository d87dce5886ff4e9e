"""A fake study in the place of `overt.open`, and a way to run the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import overt
from overt.cli import main
from tests.unit.cli.fakes import FakeStudy


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeStudy:
    folder = tmp_path / "s.overt"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    fake = FakeStudy(folder)

    def open_fake(path: Any) -> FakeStudy:
        fake.path = Path(path)
        return fake

    monkeypatch.setattr(overt, "open", open_fake, raising=False)
    return fake


@pytest.fixture
def overt_cli(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        return Ended(code, *capfd.readouterr())

    return run
