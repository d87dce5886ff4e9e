"""Every way that a run can end: one message, the right code, never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from overt.errors import InputError, NotEnoughData, StorageError, StudyBusy, TooManyRejects


def test_an_error_is_one_message_and_its_hint(study, overt_cli):
    study.failing["ingest"] = InputError("a.csv, line 3: expected a time", hint="Use --map time=...")
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == "error: a.csv, line 3: expected a time\nUse --map time=...\n"


@pytest.mark.parametrize(
    "error", [TooManyRejects("x"), StudyBusy("x"), NotEnoughData("x"), StorageError("x")]
)
def test_every_error_of_the_tree_ends_with_2(study, overt_cli, error):
    study.failing["detect"] = error
    assert overt_cli("detect", "a.csv").code == 2


def test_a_bug_is_one_line_and_where_to_look(study, overt_cli):
    study.failing["detect"] = KeyError("x")
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 70
    assert "KeyError" in ended.err
    assert "OVERT_DEBUG=1" in ended.err
    assert "Traceback" not in ended.err


def test_debug_shows_the_traceback(study, overt_cli, monkeypatch):
    monkeypatch.setenv("OVERT_DEBUG", "1")
    study.failing["detect"] = KeyError("x")
    with pytest.raises(KeyError):
        overt_cli("detect", "a.csv")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "edges.parquet"),
            "disk is full while writing edges.parquet",
        ),
        (OSError(errno.EROFS, "Read-only file system", "edges.parquet"), "disk is read-only"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota"),
        (RuntimeError("IO Error: Could not write: No space left on device"), "disk is full"),
    ],
)
def test_a_disk_that_refuses_says_that_the_earlier_result_is_whole(study, overt_cli, error, says):
    study.failing["detect"] = error
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 2
    assert says in ended.err
    assert "earlier result is whole" in ended.err


def test_no_permission_names_the_file(study, overt_cli):
    study.failing["ingest"] = PermissionError(errno.EACCES, "Permission denied", "secret.csv")
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 2
    assert ended.err == "error: Permission denied: secret.csv\n"


def test_no_memory(study, overt_cli):
    study.failing["detect"] = MemoryError()
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 2
    assert "memory" in ended.err


def test_ctrl_c(study, overt_cli):
    study.failing["detect"] = KeyboardInterrupt()
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 130
    assert ended.err == "\nstopped; the earlier result is whole\n"
    assert ended.out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["detct", "a.csv"], "detct"),
        (["detect"], "FILES"),
        (["detect", "a.csv", "--fdr", "many"], "--fdr"),
        (["detect", "a.csv", "--nonsense"], "--nonsense"),
        (["export", "s.overt", "--to", "pdf"], "pdf"),
    ],
)
def test_usage_errors_end_with_2_and_point_to_help(overt_cli, arguments, says):
    ended = overt_cli(*arguments)
    assert ended.code == 2
    assert ended.err.startswith("error: ")
    assert says in ended.err
    assert "--help" in ended.err
    assert ended.out == ""


def test_an_error_cannot_act_on_the_terminal(study, overt_cli):
    study.failing["ingest"] = InputError("account \x1b]0;gone\x07 \u202eevil [bold]x[/bold]")
    ended = overt_cli("detect", "a.csv")
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err
    assert "[bold]x[/bold]" in ended.err


def test_a_reader_that_goes_away_is_no_error():
    read, write = os.pipe()
    os.close(read)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "overt", "version"],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(write)
    assert ended.returncode == 141
    assert ended.stderr == ""


def test_letters_that_the_terminal_does_not_know_do_not_stop_the_run(tmp_path):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "overt", "explain", str(tmp_path / "привет"), "G1"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "no study" in ended.stderr
    assert "Traceback" not in ended.stderr
