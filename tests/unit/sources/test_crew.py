"""Reading with several processes: the same tables, rejects and errors, and nothing left behind."""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from overt.detect.sources import ReadOptions, ingest, inputs, records
from overt.detect.sources.crew import MOST, Crew, processes
from overt.detect.sources.reading import Reading
from overt.detect.sources.spans import Span
from overt.detect.sources.tasks import Task
from overt.errors import InputError, OvertError, TooManyRejects

from .conftest import Read

ingest_module = importlib.import_module("overt.detect.sources.ingest")
AT = 1_700_000_000

Result = tuple[Any, ...]


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    """Two processes, for all tests."""
    with Crew(2) as both:
        yield both


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of ten lines, and several processes for the smallest file."""
    monkeypatch.setattr(records.open_records, "__kwdefaults__", {"rows": 10})
    monkeypatch.setattr(ingest_module, "BYTES_EACH", 1)
    monkeypatch.setattr(ingest_module, "processes", lambda: 2)


def result_of(path: Path, folder: Path, crew: Crew, options: ReadOptions) -> Result:
    """All that an ingest gives, or the error that it ends with."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patched, inputs(path) as files:
        patched.setattr(ingest_module, "Crew", lambda n: nullcontext(crew))
        try:
            summary = ingest(files, staging=folder, options=options)
        except InputError as error:
            return type(error), str(error), (folder / "rejects.ndjson").read_bytes()
    tables = [pq.read_table(folder / f"{name}.parquet") for name in ("posts", "accounts")]
    assert sorted(one.name for one in folder.iterdir() if one.name != "spill") == [
        "accounts.parquet",
        "posts.parquet",
        "rejects.ndjson",
    ]
    return summary, *tables, (folder / "rejects.ndjson").read_bytes()


def both(path: Path, folder: Path, crew: Crew, **options: Any) -> tuple[Result, Result]:
    """The result of one process, and of the crew."""
    said = ReadOptions(**options)
    return result_of(path, folder / "alone", Crew(1), said), result_of(path, folder / "crew", crew, said)


KEYS: dict[str, Any] = {
    "text": ["hello #one @ann", "é 🙂 https://e.example/a", "", None, 7, "a\u0000b"],
    "hashtags": [["a", "b"], "a,b", "a;b,c", "a|b", "a b", "['a', 'b']", [], None, [{"text": "a"}]],
    "mentions": ["@a @b", "a;b", None],
    "url_id": ["u1", None],
    "object_id": ["o1"],
    "user": [{"followers_count": 5}, {"id": 3, "bio": "x"}, 4],
    "likes": [1, "1.2K", -1, 1.0, None],
    "platform": ["tiktok", "Twitter"],
    "repost_of": ["9", 6.3e17, "6.3E+17"],
}
TIMES = [AT, AT + 1, AT + 0.5, str(AT), "2023-11-14T22:13:20Z", "2023-11-14 22:13"]
rows = st.fixed_dictionaries(
    {"account": st.sampled_from(["a", "b", "c", 3]), "time": st.sampled_from(TIMES)},
    optional={name: st.sampled_from(values) for name, values in KEYS.items()},
)
BROKEN = [
    *(b'{"account":', b"[1]", b'{"account": "\xff"}', b"", b" ", b'{"account": "a", "time": NaN}'),
    b'{"account": "a", "time": "soon"}',
]
good_lines = rows.map(lambda row: json.dumps(row, ensure_ascii=False).encode())
lines = st.one_of(good_lines, good_lines, good_lines, st.sampled_from(BROKEN))
many = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(
    st.lists(lines, min_size=15, max_size=60), st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.booleans()
)
def test_ndjson_is_the_same(
    small_chunks: None,
    crew: Crew,
    tmp_path_factory: pytest.TempPathFactory,
    some: list[bytes],
    end: bytes,
    has_mark: bool,
    ends: bool,
) -> None:
    folder = tmp_path_factory.mktemp("same")
    good = [json.dumps({"account": f"a{n}", "time": AT + n}).encode() for n in range(2)]
    data = end.join(good + some) + (end if ends else b"")
    (folder / "a.ndjson").write_bytes((b"\xef\xbb\xbf" if has_mark else b"") + data)
    with counted(Reading, "_here") as here:
        one, two = both(folder / "a.ndjson", folder, crew)
    assert one == two
    outcome = "posts" if len(one) > 3 else "an error"
    event(f"{outcome}, chunks read again: {len(here) > (len(good + some) + 9) // 10 + 1}")


cells = st.sampled_from(["a", "b c", "é🙂", 'say "x"', "x\ny", "#t1 #t2", "a;b", "a,b", "", "NA", str(AT)])


@many
@given(
    st.lists(st.lists(cells, min_size=4, max_size=4), min_size=15, max_size=50),
    st.randoms(use_true_random=False),
)
def test_csv_is_the_same(
    small_chunks: None,
    crew: Crew,
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    draw: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("same")
    written = [b"time,account,text,hashtags"]
    for account, text, tags, extra in table:
        quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in ("a" + account, text, tags))
        broken = [f'"{extra}', f'{AT},a"{extra},"b', f"{AT},a,2,3,4", f"{AT},a,\udcff,{extra}"]
        line = draw.choice(broken) if draw.random() < 0.1 else ",".join([str(AT), *quoted])
        written.append(line.encode("utf-8", "surrogateescape"))
    (folder / "a.csv").write_bytes(draw.choice([b"\n", b"\r\n"]).join(written))
    one, two = both(folder / "a.csv", folder, crew)
    assert one == two
    event("posts" if len(one) > 3 else "an error")


@contextlib.contextmanager
def counted(owner: type, name: str) -> Iterator[list[None]]:
    """How often a method is called."""
    calls: list[None] = []
    method = getattr(owner, name)

    def call(*given: Any) -> Any:
        calls.append(None)
        return method(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, name, call)
        yield calls


def ndjson(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def base(n: int) -> dict[str, Any]:
    return {"account": f"a{n % 7}", "time": AT + n, "text": f"t{n}"}


@pytest.mark.usefixtures("small_chunks")
def test_only_the_first_chunk_is_read_here(tmp_path: Path, crew: Crew) -> None:
    path = ndjson(tmp_path / "a.ndjson", [base(n) for n in range(95)])
    with counted(Reading, "_here") as here:
        one, two = both(path, tmp_path, crew)
    assert one == two
    assert len(here) == 10 + 1


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("late", "row"),
    [
        ({"likes": 5, "verified": True}, 55),
        # the columns of a post's objects come in the order in which the keys were met
        ({"url_id": "u", "object_id": "o"}, 33),
        ({"hashtags": "a;b"}, 41),
        ({"user": {"followers_count": 3}}, 94),
    ],
)
def test_what_turns_up_late_is_known_behind_it(
    late: dict[str, Any], row: int, tmp_path: Path, crew: Crew
) -> None:
    rows = [base(n) | (late if n >= row else {}) for n in range(95)]
    rows[60] |= {"hashtags": "a,b", "object_id": "x"}
    rows[15] |= {"url_id": "u0"}
    one, two = both(ndjson(tmp_path / "a.ndjson", rows), tmp_path, crew)
    assert one == two


@pytest.mark.usefixtures("small_chunks")
def test_what_stands_between_items_is_decided_by_the_first_chunk_that_shows_it(
    tmp_path: Path, crew: Crew
) -> None:
    rows = [base(n) | {"hashtags": None} for n in range(95)]
    # of the second and the third chunk, which are handed out at once
    rows[15]["hashtags"], rows[25]["hashtags"] = "a;b", "x,y;z"
    one, two = both(ndjson(tmp_path / "a.ndjson", rows), tmp_path, crew)
    assert one == two
    assert ["x,y", "z"] in one[1]["hashtags"].to_pylist()


@pytest.mark.usefixtures("small_chunks")
def test_a_file_of_new_shapes_without_end(
    tmp_path: Path, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overt.detect.sources.record_keys._MOST_SHAPES", 20)
    rows = [base(n) | {f"k{n}": 1} | ({"likes": n} if n > 70 else {}) for n in range(95)]
    one, two = both(ndjson(tmp_path / "a.ndjson", rows), tmp_path, crew)
    assert one == two
    assert max(one[1]["n_likes"].to_pylist(), key=lambda n: n or 0) == 94


@pytest.mark.usefixtures("small_chunks")
def test_a_platform_format_and_several_files(tmp_path: Path, crew: Crew) -> None:
    videos = [
        {"id": str(n), "username": f"u{n % 5}", "create_time": AT + n, "video_description": f"x #t{n % 3}"}
        for n in range(64)
    ]
    folder = tmp_path / "dump"
    folder.mkdir()
    ndjson(folder / "a.ndjson", [*videos, {"id": "70", "username": None, "create_time": AT}])
    ndjson(folder / "b.ndjson", [base(n) for n in range(25)] + [{"account": "z", "time": "soon"}])
    one, two = both(folder, tmp_path, crew)
    assert one == two
    assert [file.format for file in one[0].files] == ["tiktok-research", "columns"]
    assert [file.n_rejected for file in one[0].files] == [1, 1]


@pytest.mark.usefixtures("small_chunks")
def test_too_many_rejects_are_said_alike(tmp_path: Path, crew: Crew) -> None:
    rows = [base(n) | ({"time": "soon"} if n % 3 else {}) for n in range(95)]
    one, two = both(ndjson(tmp_path / "a.ndjson", rows), tmp_path, crew)
    assert one == two
    assert one[0] is TooManyRejects
    assert "63 of 95 rows were rejected" in one[1]


@pytest.mark.usefixtures("small_chunks")
def test_progress_goes_up_to_the_whole_file(
    tmp_path: Path, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ndjson(tmp_path / "a.ndjson", [base(n) for n in range(95)])
    monkeypatch.setattr(ingest_module, "Crew", lambda n: nullcontext(crew))
    calls: list[tuple[str, float, float | None]] = []
    (tmp_path / "out").mkdir()
    with inputs(path) as files:
        ingest(files, staging=tmp_path / "out", progress=lambda *call: calls.append(call))
    done = [done for step, done, _ in calls if step == "read"]
    assert done == sorted(set(done))
    assert len(done) == 10
    assert done[-1] == path.stat().st_size


@pytest.mark.usefixtures("small_chunks")
def test_small_and_packed_files_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    ndjson(tmp_path / "a.ndjson", [base(n) for n in range(95)])
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress((tmp_path / "a.ndjson").read_bytes()))
    (tmp_path / "a.csv").write_bytes(("account,time\n" + f"a,{AT}\n" * 50).encode("utf-16"))
    (tmp_path / "a.json").write_text(json.dumps([base(n) for n in range(95)]))
    crew = Crew(0)
    for name in ("a.ndjson.gz", "a.csv", "a.json"):
        with monkeypatch.context() as patched:
            patched.setattr(Crew, "start", lambda crew, n: pytest.fail("started"))
            if name != "a.json":
                patched.setattr(ingest_module, "BYTES_EACH", 1)
            assert result_of(tmp_path / name, tmp_path / f"out {name}", crew, ReadOptions())[0].n_posts > 40
    monkeypatch.setattr(ingest_module, "BYTES_EACH", (tmp_path / "a.ndjson").stat().st_size // 2 + 1)
    monkeypatch.setattr(Crew, "start", lambda crew, n: pytest.fail("started"))
    assert result_of(tmp_path / "a.ndjson", tmp_path / "out", crew, ReadOptions())[0].n_posts == 95


def test_one_core_has_no_crew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= processes() <= MOST
    for n in (0, 1):
        with Crew(n) as none:
            assert not none.start(2)
    for name, value in (("executable", ""), ("frozen", True)):
        with Crew(2) as stuck, monkeypatch.context() as patched:
            patched.setattr(sys, name, value, raising=False)
            assert not stuck.start(2)
    with Crew(2) as refused, monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", _no_more_processes)
        assert not refused.start(2)


def _no_more_processes(*_: object, **__: object) -> None:
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


@pytest.mark.usefixtures("small_chunks")
def test_a_process_that_is_killed_ends_the_run(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    crews: list[list[int]] = []
    give = Crew.give

    def give_and_kill(crew: Crew, task: Task) -> None:
        give(crew, task)
        if task.number == 4:
            crews.append([member.process.pid for member in crew._members])
            os.kill(crews[0][0], signal.SIGKILL)

    monkeypatch.setattr(Crew, "give", give_and_kill)
    path = ndjson(tmp_path / "a.ndjson", [base(n) for n in range(95)])
    with pytest.raises(
        OvertError, match=r"a\.ndjson: a process that was reading it was ended \(by signal 9\)"
    ):
        read(path)
    assert len(crews[0]) == 2
    assert all(is_gone(pid) for pid in crews[0])


@pytest.mark.usefixtures("small_chunks")
def test_what_goes_wrong_in_a_process_is_said_as_if_it_were_here(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ndjson(tmp_path / "a.ndjson", [base(n) for n in range(95)])
    give = Crew.give

    def give_other(crew: Crew, task: Task) -> None:
        give(crew, replace(task, **change))

    monkeypatch.setattr(Crew, "give", give_other)
    change: dict[str, Any] = {"span": Span(10**9, 99, 5, False)}
    with pytest.raises(InputError, match=r"a\.ndjson was changed while it was read") as caught:
        read(path)
    assert caught.value.hint == "Run again when it is whole."
    change = {"folder": tmp_path / "nowhere"}
    with pytest.raises(FileNotFoundError):
        read(path)
    change = {"separators": 7}
    with pytest.raises(RuntimeError, match="AttributeError: 'int' object has no attribute"):
        read(path)


SCRIPT = """
import importlib, os, signal, sys, time
from overt.detect.sources import records
from overt.detect.sources.crew import Crew
ingest = importlib.import_module("overt.detect.sources.ingest")
records.open_records.__kwdefaults__["rows"] = 1000
ingest.BYTES_EACH, ingest.processes = 1, lambda: 2
receive = Crew.receive
def struck(crew):
    done = receive(crew)
    if done[0].number == 3:
        open("pids", "w").write(" ".join(str(member.process.pid) for member in crew._members))
        {strike}
    return done
Crew.receive = struck
from overt.cli import main
print("once", flush=True)
sys.exit(main(["ingest", "a.ndjson", "--out", "{out}"]))
"""


def run_script(
    folder: Path, strike: str, out: str = "s.overt", *before: str
) -> subprocess.CompletedProcess[str]:
    """Reads 20,000 lines in two processes, in a session of its own; `strike` happens after some chunks."""
    (folder / "run.py").write_text(SCRIPT.format(strike=strike, out=out))
    if not (folder / "a.ndjson").exists():
        ndjson(folder / "a.ndjson", [base(n) for n in range(20_000)])
    command = [*before, sys.executable, "run.py"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, start_new_session=True, timeout=60
    )


def pids_of(folder: Path) -> list[int]:
    return [int(pid) for pid in (folder / "pids").read_text().split()]


def is_gone(pid: int) -> bool:
    """Whether a process has ended; a dead one that nobody has asked for yet counts as ended."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return said.stdout.strip()[:1] in ("", "Z")


def test_a_program_that_is_not_guarded_runs_once(tmp_path: Path) -> None:
    ended = run_script(tmp_path, "pass")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("once\n")
    assert ended.stdout.count("once") == 1
    assert "20,000 posts of 7 accounts" in ended.stdout
    assert all(is_gone(pid) for pid in pids_of(tmp_path))
    assert len(pids_of(tmp_path)) == 2


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    # to the whole group, as a terminal does it
    ended = run_script(tmp_path, "os.killpg(0, signal.SIGINT); time.sleep(5)")
    assert (ended.returncode, ended.stdout) == (130, "once\n")
    assert ended.stderr.strip() == "stopped; the earlier result is whole"
    assert all(is_gone(pid) for pid in pids_of(tmp_path))
    assert sorted(path.name for path in (tmp_path / "s.overt").iterdir()) == [".lock"]


def test_processes_leave_when_their_starter_is_killed(tmp_path: Path) -> None:
    assert run_script(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)").returncode == -signal.SIGKILL
    until = time.monotonic() + 20
    while not all(is_gone(pid) for pid in pids_of(tmp_path)):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert run_script(tmp_path, "pass").returncode == 0


def test_a_full_disk_is_said_by_whoever_meets_it(tmp_path: Path) -> None:
    script = 'mkdir d && mount -t tmpfs -o size=300k tmpfs d && exec "$@"'
    own_disk = ("unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh")
    try:
        if subprocess.run([*own_disk, "true"], cwd=tmp_path, capture_output=True, check=False).returncode:
            pytest.skip("this machine lets no process mount a disk of its own")
    except OSError:
        pytest.skip("there is no unshare on this machine")
    (tmp_path / "d").rmdir()
    ended = run_script(tmp_path, "pass", "d/s.overt", *own_disk)
    assert (ended.returncode, ended.stdout) == (2, "once\n")
    assert ended.stderr.startswith("error: The disk under d/s.overt/.staging is full.")
    assert "Traceback" not in ended.stderr
