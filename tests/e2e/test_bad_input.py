"""Bad input and bad luck through the command line: one message, an exit code, the earlier result whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest

from overt.cli import main
from tests.e2e.test_cli import ENVIRONMENT, HEADER, table, team

AT = 1_700_000_000
GOOD = team().encode()


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def digests(study: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((study / "tables").iterdir())
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    (folder / "good.csv").write_bytes(GOOD)
    assert main(["detect", str(folder / "good.csv"), "--json"]) == 0
    return folder / "good.overt"


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "s.overt"))


@pytest.fixture
def overt(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def run(*arguments: object) -> Ended:
        code = main([str(one) for one in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ended(code, out, err)

    return run


BAD: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "empty.csv is empty (0 bytes)"),
    "empty.csv.gz": (gzip.compress(b""), "is empty: it holds only blanks"),
    "header.csv": (HEADER.encode(), "holds no row: only the header account, time, text"),
    "columns.csv": (b"colour,shape\nred,round\n", "none is called like account or time"),
    "notime.csv": (b"account,text\na,b\n", "none is called like time"),
    "noaccount.ndjson": (b'{"time":1700000000}\n' * 9, "none is called like account"),
    "nokey.json": (b"{}", "JSON with the keys (none)"),
    "cut.csv.gz": (gzip.compress(GOOD)[:-200], "the gzip data ends in the middle"),
    "torn.csv.gz": (gzip.compress(GOOD)[:60] + b"~~~~" + gzip.compress(GOOD)[64:], "gzip data is damaged"),
    "cut.csv.zst": (bytes(pa.compress(GOOD, "zstd", asbytes=True))[:-200], "zstd data ends in the middle"),
    "cut.json": (b'[{"account": "a", "time": 1', "begins like JSON and is not JSON"),
    "deep.json": (b"[" * 100_000 + b"]" * 100_000, "begins like JSON and is not JSON"),
    "cut.parquet": (b"PAR1" + bytes(100), "begins like Parquet and cannot be read"),
    "binary.csv": (bytes(range(256)) * 64, "is a binary file"),
    "packed.csv": (b"PK\x03\x04" + bytes(99), "is a zip archive"),
    "latin.csv": (HEADER.encode() + b"a,1700000000,caf\xe9\n" * 9, "not UTF-8: byte 0xE9"),
    "latinheader.csv": (b"account,time,t\xe9xt\n" + b"a,1700000000,x\n", "has no readable header: not UTF-8"),
    "line.csv": (b"a" * 17_000_000, "no readable header: line above 16 MiB"),
    "year1.csv": (table(*["a,0001-01-01T00:00:00Z,x"] * 9).encode(), "time before 2000: 0001-01-01"),
    "year9999.csv": (table(*["a,9999-12-31T23:59:59Z,x"] * 9).encode(), "time in the future: 9999-12-31"),
    "huge.ndjson": (b'{"account":"a","time":1e999999}\n' * 9, "time is missing"),
    "nan.ndjson": (b'{"account":NaN,"time":1700000000}\n' * 9, "the account is missing"),
    "words.csv": (table(*["a,yesterday,x"] * 9).encode(), "no readable time: yesterday"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_the_earlier_result_stays(name, study, tmp_path, overt):
    data, says = BAD[name]
    (tmp_path / name).write_bytes(data)
    before = digests(study)
    ended = overt("detect", tmp_path / name, "--out", study)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert says in ended.err
    assert len(ended.err.splitlines()) <= 8
    assert digests(study) == before
    assert overt("explain", study, "G1").code == 0


MIXED: dict[str, tuple[bytes, int, str]] = {
    "latin.csv": (GOOD + b"a,1700000000,caf\xe9\n", 1, "not UTF-8: byte 0xE9"),
    "field.csv": (
        GOOD + b"a,1700000000," + b"x" * 50_000_000 + b"\nb,1700000000,y\n",
        1,
        "line above 16 MiB",
    ),
    "years.csv": (
        GOOD + b"a,0001-01-01,x\na,9999-12-31T23:59:59Z,x\na,-62135596800,x\na,253402300799,x\n",
        4,
        "time before 2000: 0001-01-01",
    ),
    "deep.ndjson": (
        b'{"account":"a","time":1700000000,"text":"x"}\n' * 2
        + b'{"account":"a","time":1700000000,"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
        1,
        "not JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MIXED)
def test_bad_rows_are_set_aside_with_their_reason(name, tmp_path, overt):
    data, n, says = MIXED[name]
    (tmp_path / name).write_bytes(data)
    ended = overt("ingest", tmp_path / name, "--json")
    assert (ended.code, json.loads(ended.out)["n_rejected"]) == (0, n)
    rejects = (tmp_path / name).with_suffix(".overt") / "rejects.ndjson"
    reasons = [json.loads(line)["reason"] for line in rejects.read_text().splitlines()]
    assert len(reasons) == n
    assert says in reasons[0]


def test_one_id_with_different_contents_is_counted(tmp_path, overt):
    rows = [{"post_id": "1", "account": f"a{i}", "time": AT, "text": f"t{i}"} for i in range(3)]
    (tmp_path / "a.ndjson").write_text("".join(json.dumps(row) + "\n" for row in [*rows, rows[0]]))
    found = json.loads(overt("ingest", tmp_path / "a.ndjson", "--json").out)
    assert (found["n_posts"], found["n_conflicting"], found["n_duplicates"]) == (1, 2, 1)


def test_one_account_only(tmp_path, overt):
    (tmp_path / "one.csv").write_text(table(*(f"a,{AT + i},hello {i}" for i in range(9))))
    ended = overt("detect", tmp_path / "one.csv")
    assert ended.code == 2
    assert "the posts are of 1 account; at least two are needed" in ended.err


def test_no_pair_at_all(tmp_path, overt):
    (tmp_path / "none.csv").write_text(table(*(f"a{i},{AT + i},words of {i}" for i in range(9))))
    ended = overt("detect", tmp_path / "none.csv")
    assert (ended.code, ended.err) == (0, "")
    assert "no group" in ended.out
    assert "no two accounts share any" in ended.out.lower()


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ('{"overt": "9.9", "tables_version": 99, "steps": {}}', "holds tables of version 99 (overt 9.9)"),
        ("{", "cannot be read as a study's manifest"),
    ],
)
def test_a_study_of_another_version_is_left_alone(manifest, says, study, tmp_path, overt):
    (tmp_path / "good.csv").write_bytes(GOOD)
    (study / "manifest.json").write_text(manifest)
    before = digests(study)
    for verb in (
        ["detect", tmp_path / "good.csv", "--out", study],
        ["report", study],
        ["explain", study, "G1"],
    ):
        ended = overt(*verb)
        assert ended.code == 2
        assert says in ended.err
    assert digests(study) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--map", "account"], "--map expects OURS=THEIRS"),
        (["--map", "colour=text"], "--map does not know 'colour'"),
        (["--map", "account=nosuch"], "has no column 'nosuch'"),
        (["--map", "account=\x1b[31m"], "has no column"),
        (["--source", "nosuch"], "No source is called 'nosuch'"),
        (["--platform", "../x"], "cannot be the name of a platform"),
        (["--trace", "nosuch"], "there is no trace named 'nosuch'"),
        (["--fdr", "nan"], "fdr is nan"),
        (["--seed", "-5"], "seed is -5"),
        (["--seed", "9" * 30], "seed is 999"),
    ],
)
def test_odd_settings_are_said(arguments, says, tmp_path, overt):
    (tmp_path / "good.csv").write_bytes(GOOD)
    ended = overt("detect", tmp_path / "good.csv", *arguments)
    assert ended.code == 2
    assert says in ended.err
    assert "\x1b" not in ended.err


STEPS = ("read", "merge", "traces", "significance", "groups")


@pytest.mark.parametrize("moment", [*STEPS, "report"])
def test_ctrl_c_at_every_step(moment, study, tmp_path, overt, monkeypatch):
    def strike(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

    (tmp_path / "more.csv").write_text(team(n_texts=14))
    before = digests(study)
    with monkeypatch.context() as patched:
        if moment == "report":
            patched.setattr("overt.publish.report.render", strike)
        else:
            struck = lambda step, *_: strike() if step == moment else None  # noqa: E731
            patched.setattr("overt.cli.detect.progress", lambda: _Given(struck))
        ended = overt("detect", tmp_path / "more.csv", "--out", study)
    assert ended.code == 130
    assert ended.err.strip() == "stopped; the earlier result is whole"
    assert not (study / ".staging").exists()
    after = digests(study)
    kept = {"read": before, "merge": before}.get(moment)
    result = ("edges.parquet", "groups.parquet", "evidence.parquet")
    if moment in STEPS:
        assert kept is None or after == kept
        assert [after[name] for name in result] == [before[name] for name in result]
    assert overt("explain", study, "G1").code == 0
    assert overt("detect", tmp_path / "more.csv", "--out", study, "--json").code == 0


class _Given:
    """A context manager that gives this."""

    def __init__(self, given: object) -> None:
        self._given = given

    def __enter__(self) -> object:
        return self._given

    def __exit__(self, *_: object) -> None:
        pass


def test_a_result_that_is_behind_its_posts_says_so(study, tmp_path, overt, monkeypatch):
    (tmp_path / "more.csv").write_text(team(n_texts=14))
    import overt as api

    assert (
        api.open(study).summary()["notes"] == api.open(study).manifest["steps"]["detect"]["summary"]["notes"]
    )
    assert overt("ingest", tmp_path / "more.csv", "--out", study).code == 0
    said = "Posts were read after this result was found"
    assert said in api.open(study).summary()["notes"][-1]
    assert f"note:   {said}" in overt("report", study).out
    assert said in (study / "report.html").read_text()
    assert overt("detect", study).code == 0
    assert said not in (study / "report.html").read_text()


def test_kill_9_at_random_moments(study, tmp_path, overt):
    (tmp_path / "more.csv").write_text(team(n_texts=200))
    draw = random.Random(3)
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-m", "overt", "detect", tmp_path / "more.csv", "--out", study],
            env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(draw.uniform(0.3, 1.8))
        process.kill()
        process.wait()
        assert overt("explain", study, "G1").code == 0
    assert overt("detect", tmp_path / "more.csv", "--out", study).code == 0
    (tmp_path / "good.csv").write_bytes(GOOD)
    other = tmp_path / "unbroken.overt"
    for name in ("good.csv", "more.csv"):
        assert overt("detect", tmp_path / name, "--out", other).code == 0
    assert digests(other) == digests(study)


def test_a_second_run_at_the_same_time(study, tmp_path):
    from overt.manifest import locked

    (tmp_path / "good.csv").write_bytes(GOOD)
    with locked(study):
        ended = _shell(f"{sys.executable} -m overt detect good.csv --out s.overt", tmp_path)
    assert ended.returncode == 2
    assert "another run is working in s.overt" in ended.stderr


def _shell(script: str, folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, "sh", "-c", script],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


_OWN_DISK = ("unshare", "--mount", "--map-root-user")


@pytest.fixture(scope="module")
def own_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where a process cannot have a small disk of its own."""
    folder = tmp_path_factory.mktemp("probe")
    try:
        ended = _shell("mkdir d && mount -t tmpfs -o size=100k tmpfs d", folder, *_OWN_DISK)
    except OSError:
        pytest.skip("there is no unshare on this machine")
    if ended.returncode:
        pytest.skip("this machine lets no process mount a disk of its own")


@pytest.mark.parametrize(
    ("fill", "verb", "says"),
    [
        ("dd if=/dev/zero of=d/fill bs=1k", "detect d/s.overt --fdr 0.1", "cannot write in d/s.overt"),
        ("dd if=/dev/zero of=d/fill bs=1k", "ingest more.csv --out d/s.overt", "is full"),
        ("dd if=/dev/zero of=d/fill bs=1k", "report d/s.overt", "No space left on device"),
        ("dd if=/dev/zero of=d/fill bs=1k", "export d/s.overt --to csv", "No space left on device"),
        ("mount -o remount,ro d", "detect d/s.overt --fdr 0.1", "Read-only file system"),
        ("mount -o remount,ro d", "export d/s.overt --to gexf", "Read-only file system"),
    ],
)
@pytest.mark.usefixtures("own_disk")
def test_a_full_or_read_only_disk(fill, verb, says, study, tmp_path):
    (tmp_path / "more.csv").write_text(team(n_texts=14))
    script = f"""
    mkdir d && mount -t tmpfs -o size=2m tmpfs d && cp -r s.overt d/ && {{ {fill} 2>fill.txt; true; }}
    {sys.executable} -m overt {verb}
    echo rc=$?
    cat d/s.overt/tables/* | sha256sum
    """
    ended = _shell(script, tmp_path, *_OWN_DISK)
    whole = hashlib.sha256(b"".join(p.read_bytes() for p in sorted((study / "tables").iterdir()))).hexdigest()
    assert ended.stdout.split() == ["rc=2", whole, "-"], ended.stderr
    assert ended.stderr.startswith("error: ")
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("own_disk")
def test_a_pipe_when_the_temporary_disk_is_full(tmp_path):
    script = f"""
    mkdir d && mount -t tmpfs -o size=100k tmpfs d
    yes a,1700000000,x | head -c 400000 | TMPDIR=d {sys.executable} -m overt ingest - --out s.overt
    echo rc=$?
    """
    ended = _shell(script, tmp_path, *_OWN_DISK)
    assert ended.stdout.split() == ["rc=2"]
    assert "The piped input cannot be kept in" in ended.stderr
    assert "Set TMPDIR" in ended.stderr
