"""What the user names becomes files."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from pathlib import Path

import pytest

from overt.detect.sources import inputs
from overt.errors import InputError


def names(paths: object) -> list[str]:
    with inputs(paths) as files:  # type: ignore[arg-type]
        return [one.name for one in files]


def test_a_folder_stands_for_the_exports_in_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "old.overt" / "tables").mkdir(parents=True)
    for name in (
        "b.csv",
        "a.ndjson.gz",
        "notes.md",
        ".hidden.csv",
        "sub/c.JSON",
        "old.overt/tables/posts.parquet",
    ):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.ndjson.gz", "b.csv", "c.JSON"]


def test_globs_and_repeats_give_each_file_once(tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv", "3.txt"):
        (tmp_path / name).write_text("x")
    assert names([tmp_path / "*.csv", tmp_path / "1.csv"]) == ["1.csv", "2.csv"]


def test_a_file_whose_name_holds_glob_signs_is_itself(tmp_path: Path) -> None:
    (tmp_path / "a[1]*.csv").write_text("x")
    assert names(tmp_path / "a[1]*.csv") == ["a[1]*.csv"]


def test_equal_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("may", "june"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text("x")
    assert names([tmp_path / "may/x.csv", tmp_path / "june/x.csv"]) == ["may/x.csv", "june/x.csv"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "No input was given"),
        ("nowhere.csv", "No such file: .*nowhere.csv"),
        ("no*where.csv", "No file matches .*where.csv"),
        ("", "holds no export"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, given: str | list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        names(tmp_path / given if isinstance(given, str) else given)


def test_standard_input_is_a_file_for_as_long_as_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"piped")))
    with inputs("-") as (one,):
        assert (one.name, one.path.read_bytes()) == ("stdin", b"piped")
        assert one.sha256 == hashlib.sha256(b"piped").hexdigest()
    assert not one.path.exists()


def test_a_terminal_is_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(InputError, match="Nothing is piped"):
        names("-")


def test_a_pipe_is_read_once_and_kept(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"piped",))
    writer.start()
    with inputs(tmp_path / "pipe") as (one,):
        assert one.path.read_bytes() == b"piped"
    writer.join()


def test_a_name_cannot_move_the_cursor(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.csv").write_text("x")
    assert names(tmp_path / "a\x1b[2J.csv") == ["a\ufffd[2J.csv"]


def test_in_a_folder_only_files_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "a.csv").write_text("x")
    (folder / "same.csv").symlink_to("a.csv")
    (folder / "dangling.csv").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.csv")
    with inputs(folder) as files:
        assert [file.name for file in files] == ["a.csv"]


def test_a_file_that_goes_away_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    with inputs(tmp_path / "a.csv") as (file,):
        (tmp_path / "a.csv").unlink()
        with pytest.raises(InputError, match=r"a\.csv cannot be read: No such file"):
            _ = file.sha256
