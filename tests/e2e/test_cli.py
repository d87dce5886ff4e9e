"""The command line as a person meets it: real processes, real files, what is said when things go wrong."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}
HEADER = "account,time,text\n"


def overt(*arguments: object, folder: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "overt", *map(str, arguments)],
        cwd=folder, env=ENVIRONMENT, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip


def found_in(name: str, folder: Path) -> dict:
    """What `overt detect NAME --json` prints."""
    ended = overt("detect", name, "--json", folder=folder)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def table(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def team(n_accounts: int = 6, n_texts: int = 12) -> str:
    """A table in which a team copies each text within seconds, and a public over hours."""
    draw = random.Random(7)
    rows = []
    for text in range(n_texts):
        start = 1_700_000_000 + text * 86_400
        words = f"the one and only sentence number {text} that people copy word for word"
        latencies = [draw.lognormvariate(8.5, 1.0) for _ in range(30)]
        rows += [f"fan{fan},{start + int(late)},{words}" for fan, late in enumerate(latencies)]
        rows += [f"team{i},{start + 20_000 + i},{words}" for i in range(n_accounts)]
    return table(*rows)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("demo")
    ended = overt("demo", "--no-open", "--json", folder=folder)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return folder, json.loads(ended.stdout)


def test_the_demo_finds_and_names_what_was_planted(demo):
    folder, found = demo
    campaigns = [line for line in found["truth"] if line["kind"] == "campaign"]
    assert len(campaigns) == 3
    for line in campaigns:
        assert line["groups"], f"{line['name']} was not found"
        assert line["n_found"] >= 0.8 * line["n_planted"]
        assert line["n_others"] <= 0.1 * line["n_found"] + 1
    assert [line for line in found["truth"] if line["kind"] == "organic"] == []
    assert (folder / found["report"]).is_file()


def test_the_demo_again_does_nothing_again(demo):
    folder, found = demo
    started = time.perf_counter()
    again = overt("demo", "--no-open", folder=folder)
    assert time.perf_counter() - started < 30
    assert "campaign harbour" in again.stdout
    assert "hidden campaign" in again.stdout
    assert found["report"] in again.stdout


def test_explain_and_exports_of_the_demo(demo):
    folder, found = demo
    explained = overt("explain", found["study"], "G1", folder=folder)
    assert explained.returncode == 0, explained.stderr
    assert "G1" in explained.stdout
    assert json.loads(overt("explain", found["study"], "G1", "--json", folder=folder).stdout)
    for kind in ("gexf", "graphml", "csv"):
        ended = overt("export", found["study"], "--to", kind, "--json", folder=folder)
        assert all((folder / path).exists() for path in json.loads(ended.stdout)["files"]), ended.stderr


def test_a_small_table_from_stdin(tmp_path):
    ended = overt("detect", "-", "--out", "s.overt", "--json", folder=tmp_path, stdin=team())
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert [group["size"] for group in found["groups"]] == [6]
    assert (tmp_path / "s.overt" / "report.html").is_file()


def test_plain_and_packed_give_the_same(tmp_path):
    (tmp_path / "a.csv").write_text(team())
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(team().encode()))
    one, other = (found_in(name, tmp_path) for name in ("a.csv", "b.csv.gz"))
    assert one["groups"] == other["groups"]
    assert {path.name for path in tmp_path.glob("*.overt")} == {"a.overt", "b.overt"}


BAD = {
    "empty.csv": b"",
    "header.csv": HEADER.encode(),
    "columns.csv": b"colour,shape\nred,round\nblue,square\n",
    "binary.csv": bytes(range(256)) * 64,
    "cut.csv.gz": gzip.compress(team().encode())[:-200],
    "times.csv": table(*(f"a{i},not a time,hello" for i in range(20))).encode(),
    "one.csv": table(*(f"a,{1_700_000_000 + i},hello {i}" for i in range(20))).encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_exit_2(tmp_path, name):
    (tmp_path / name).write_bytes(BAD[name])
    ended = overt("detect", name, "--json", folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("error: ")
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) <= 8
    assert not list(tmp_path.rglob("report.html"))


def test_a_file_that_is_not_there(tmp_path):
    ended = overt("detect", "nothere.csv", folder=tmp_path)
    assert ended.returncode == 2
    assert "nothere.csv" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_bad_input_leaves_the_earlier_result_whole(tmp_path):
    (tmp_path / "good.csv").write_text(team())
    (tmp_path / "bad.csv").write_bytes(BAD["times.csv"])
    first = overt("detect", "good.csv", "--out", "s.overt", "--json", folder=tmp_path)
    assert overt("detect", "bad.csv", "--out", "s.overt", folder=tmp_path).returncode == 2
    assert found_in("s.overt", tmp_path) == json.loads(first.stdout)


def test_a_folder_that_is_no_study_is_left_alone(tmp_path):
    (tmp_path / "a.csv").write_text(team())
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"x")
    ended = overt("detect", "a.csv", "--out", "photos", folder=tmp_path)
    assert ended.returncode == 2
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_a_second_run_at_the_same_time_stops_at_once(tmp_path):
    from overt.manifest import locked

    (tmp_path / "a.csv").write_text(team())
    with locked(tmp_path / "a.overt"):
        ended = overt("detect", "a.csv", folder=tmp_path)
    assert ended.returncode == 2
    assert "a.overt" in ended.stderr
    assert overt("detect", "a.csv", folder=tmp_path).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently on Windows")
def test_ctrl_c_says_so_and_leaves_the_earlier_result_whole(tmp_path):
    (tmp_path / "a.csv").write_text(team())
    first = overt("detect", "a.csv", "--json", folder=tmp_path)
    (tmp_path / "more.csv").write_text(team(n_texts=4000))
    process = subprocess.Popen(
        [sys.executable, "-m", "overt", "ingest", "more.csv", "--out", "a.overt"],
        cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    staging = tmp_path / "a.overt" / ".staging"
    deadline = time.monotonic() + 20
    while not staging.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip() == "stopped; the earlier result is whole"
    assert json.loads(overt("detect", "a.overt", "--json", folder=tmp_path).stdout) == json.loads(
        first.stdout
    )
