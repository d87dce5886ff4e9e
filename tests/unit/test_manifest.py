"""Steps become visible whole or not at all; other people's folders are left alone."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

import overt.manifest
from overt.errors import StorageError, StudyBusy, StudyError
from overt.manifest import Manifest, digest, locked, recover, step

PLACE = {"a.txt": "tables/a.txt", "b.txt": "b.txt"}


def do(folder, text, *, fail=None):
    manifest = Manifest.read(folder)
    with step(folder, manifest, "work", digest(text), PLACE) as work:
        (work.folder / "a.txt").write_text(text)
        (work.folder / "b.txt").write_text(text)
        work.summary = {"text": text}
        if fail is not None:
            raise fail
    return manifest


def state(folder):
    return [(folder / path).read_text() for path in PLACE.values()], Manifest.read(folder).steps["work"][
        "summary"
    ]


def test_a_step_is_recorded_with_its_files(tmp_path):
    with locked(tmp_path / "study"):
        manifest = do(tmp_path / "study", "one")
    assert state(tmp_path / "study") == (["one", "one"], {"text": "one"})
    assert manifest.done("work", digest("one"))
    assert not manifest.done("work", digest("two"))
    assert not (tmp_path / "study" / ".staging").exists()


@pytest.mark.parametrize("fail", [RuntimeError("no"), KeyboardInterrupt(), MemoryError()])
def test_a_step_that_fails_leaves_the_old_result_whole(tmp_path, fail):
    folder = tmp_path / "study"
    with locked(folder):
        do(folder, "one")
        with pytest.raises(type(fail)):
            do(folder, "two", fail=fail)
    assert state(folder) == (["one", "one"], {"text": "one"})


def test_a_kill_before_the_commit_is_forgotten(tmp_path):
    folder = tmp_path / "study"
    with locked(folder):
        do(folder, "one")
    (folder / ".staging").mkdir()
    (folder / ".staging" / "a.txt").write_text("half")
    with locked(folder):
        pass
    assert state(folder) == (["one", "one"], {"text": "one"})


def test_a_kill_in_the_middle_of_the_commit_is_finished(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    with locked(folder):
        do(folder, "one")

    class Killed(BaseException):
        pass

    def killed(source, target):
        if str(target).endswith("b.txt"):
            raise Killed
        Path(source).rename(target)

    monkeypatch.setattr("overt.manifest.os.replace", killed)
    with locked(folder), pytest.raises(Killed):
        do(folder, "two")
    monkeypatch.undo()
    assert (folder / "tables" / "a.txt").read_text() == "two"
    assert (folder / "b.txt").read_text() == "one"
    recover(folder)
    assert state(folder) == (["two", "two"], {"text": "two"})


def test_a_full_disk_is_said_and_changes_nothing(tmp_path):
    folder = tmp_path / "study"
    with locked(folder):
        do(folder, "one")
        with pytest.raises(StorageError, match="No space left on device") as caught:
            do(folder, "two", fail=OSError(errno.ENOSPC, "No space left on device"))
    assert "Nothing was changed" in str(caught.value)
    assert state(folder) == (["one", "one"], {"text": "one"})


def test_a_second_run_is_refused_at_once(tmp_path):
    with (
        locked(tmp_path / "study"),
        pytest.raises(StudyBusy, match="another run is working in"),
        locked(tmp_path / "study"),
    ):
        pass


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StudyError, match="exists and is no study"):
        Manifest.read(tmp_path)
    with pytest.raises(StudyError, match="is a file"):
        Manifest.read(tmp_path / "letter.txt")


def test_another_versions_study_is_refused_with_both_versions(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"overt": "9.9", "tables_version": 99, "steps": {}}))
    with pytest.raises(StudyError, match=r"tables of version 99 \(overt 9.9\); this overt reads version 1"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"tables_version": 1}'])
def test_a_broken_manifest_is_said(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StudyError, match="cannot be read as a study's manifest"):
        Manifest.read(tmp_path)


def test_digest_depends_on_every_part():
    assert digest("a", 1, None) == digest("a", 1, None)
    assert len({digest("a"), digest("a", None), digest(["a"]), digest("b")}) == 4


def test_once_it_is_committed_a_full_disk_stops_nothing(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    with locked(folder):
        do(folder, "one")
        written = []
        real = overt.manifest._write_json

        def write(path, value):
            if written and written[-1] == "commit.json":
                raise OSError(errno.ENOSPC, "No space left on device")
            written.append(path.name)
            real(path, value)

        monkeypatch.setattr("overt.manifest._write_json", write)
        do(folder, "two")
    assert written == ["manifest.json", "commit.json"]
    assert state(folder) == (["two", "two"], {"text": "two"})


def test_a_folder_that_takes_no_file_stops_the_step_before_it_is_committed(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    with locked(folder):
        do(folder, "one")
        monkeypatch.setattr("overt.manifest.os.access", lambda path, mode: not str(path).endswith("tables"))
        with pytest.raises(StorageError, match="Permission denied"):
            do(folder, "two")
    assert not (folder / ".staging").exists()
    assert state(folder) == (["one", "one"], {"text": "one"})
