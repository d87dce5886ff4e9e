"""The verbs of a study, on a small simulated platform."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

import overt
from overt.errors import NotEnoughData, SettingError, StudyError
from overt.schema import TABLES, arrow_schema
from overt.simulate import power_world, simulate, write


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    world = replace(power_world(3), n_accounts=400, n_objects=300)
    write(simulate(world), folder)
    return folder / "posts.ndjson"


@pytest.fixture(scope="module")
def study(export, tmp_path_factory):
    study = overt.open(tmp_path_factory.mktemp("study") / "s")
    study.ingest(export)
    study.detect()
    return study


def steps(study):
    return {name: done["at"] for name, done in study.manifest["steps"].items()}


def test_every_table_is_exactly_as_in_the_schema(study):
    for name in TABLES:
        assert pq.read_schema(study.table(name).path).equals(arrow_schema(name)), name


def test_the_campaign_is_found_and_described(study):
    found = study.found()
    assert len(found.groups) >= 1
    assert sum(len(group.accounts) for group in found.groups) >= 20
    assert "close together in time" in found.groups[0].why
    summary = study.summary()
    assert summary["flagged_accounts"] == sum(row["flagged"] for row in found.account_scores.rows())
    assert summary["groups"][0]["id"] == "G1"


def test_a_second_run_does_no_work(study, export):
    before = steps(study)
    again = overt.open(study.path)
    again.ingest(export)
    again.detect()
    assert steps(again) == before


def test_other_settings_run_only_what_depends_on_them(study):
    before = steps(study)
    study.detect(fdr=0.01)
    assert steps(study)["traces"] == before["traces"]
    assert steps(study)["detect"] > before["detect"]
    study.detect()


def test_the_same_input_gives_the_same_bytes(study, export, tmp_path):
    other = overt.open(tmp_path / "other")
    other.ingest(export)
    other.detect()
    for name in TABLES:
        assert other.table(name).path.read_bytes() == study.table(name).path.read_bytes(), name


def test_tables_become_frames(study):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = study.table("edges").to_polars()
    assert isinstance(frame, polars.DataFrame)
    assert frame.height == len(study.table("edges"))


def test_explain_a_group_and_an_account(study):
    text = study.explain("G1").text
    assert "What they shared" in text
    assert "What else could be true" in text
    account = study.found().groups[0].accounts[0]
    facts = study.explain(account).as_dict()
    assert facts["flagged"] is True
    assert facts["edges"][0]["p_value"] <= facts["edges"][-1]["p_value"]


def test_explaining_a_stranger_names_the_groups(study):
    with pytest.raises(SettingError, match="no group, account id or handle 'G99'") as caught:
        study.explain("G99")
    assert "G1" in str(caught.value)


def test_report_and_exports_are_written(study, tmp_path):
    report = study.report(tmp_path / "r.html")
    assert "<h1" in report.read_text("utf-8")
    for to in ("gexf", "graphml", "csv"):
        assert all(path.stat().st_size > 0 for path in study.export(to, tmp_path / to))


def test_detect_before_reading_says_so(tmp_path):
    with pytest.raises(StudyError, match="holds no posts yet"):
        overt.open(tmp_path / "new").detect()


def test_results_before_detecting_say_so(tmp_path, export):
    study = overt.open(tmp_path / "new")
    study.ingest(export)
    with pytest.raises(StudyError, match="nothing was detected"):
        study.summary()
    with pytest.raises(StudyError, match="no table edges yet"):
        study.table("edges")


@pytest.mark.parametrize("fdr", [0, 1, -1, 0.5, float("nan")])
def test_a_senseless_rate_is_refused(study, fdr):
    with pytest.raises(SettingError, match="must be above 0 and below"):
        study.detect(fdr=fdr)


def test_one_account_is_too_few(tmp_path):
    (tmp_path / "one.csv").write_text("id,user,created_at,text\n1,a,2024-01-01T00:00:00Z,hello\n")
    study = overt.open(tmp_path / "s")
    study.ingest(tmp_path / "one.csv")
    with pytest.raises(NotEnoughData, match="posts are of 1 account"):
        study.detect()


def test_no_pair_at_all_gives_an_empty_result_with_a_note(tmp_path):
    rows = "".join(f"{i},u{i},2024-01-0{i + 1}T00:00:00Z,a text of its own {i}\n" for i in range(5))
    (tmp_path / "few.csv").write_text("id,user,created_at,text\n" + rows)
    study = overt.open(tmp_path / "s")
    study.ingest(tmp_path / "few.csv")
    assert study.detect().groups == ()
    assert study.summary()["edges"] == 0
    assert any("share" in note for note in study.summary()["notes"])
    assert study.report().exists()


def test_a_killed_run_leaves_the_result_whole_and_the_next_one_goes_on(study, export, tmp_path):
    """Kill -9 while the detector works; the posts read before it are not read again."""
    code = (
        "import overt, sys\n"
        "def say(step, done, total=None):\n"
        "    if step == 'significance' and done == 0:\n"
        "        print('working', flush=True)\n"
        "        import time; time.sleep(60)\n"
        f"study = overt.open({str(tmp_path / 's')!r})\n"
        f"study.ingest({str(export)!r})\n"
        "study.detect(progress=say)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        os.kill(process.pid, signal.SIGKILL)
    killed = overt.open(tmp_path / "s")
    before = steps(killed)
    assert set(before) == {"ingest", "traces"}
    time.sleep(0.01)
    killed.ingest(export)
    killed.detect()
    assert {name: steps(killed)[name] for name in before} == before
    assert killed.table("groups").rows() == study.table("groups").rows()


def test_a_second_file_is_added_and_order_does_not_matter(export, tmp_path):
    lines = export.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "a.ndjson").write_text("".join(lines[:2000]), "utf-8")
    (tmp_path / "b.ndjson").write_text("".join(lines[1500:]), "utf-8")
    tables = []
    for order in (("a", "b"), ("b", "a")):
        study = overt.open(tmp_path / "".join(order))
        for name in order:
            read = study.ingest(tmp_path / f"{name}.ndjson")
        assert read.n_posts == len(lines)
        assert read.n_duplicates == 500
        study.detect()
        tables.append(study.table("edges").to_arrow())
    assert tables[0].equals(tables[1])


def test_an_engine_that_is_not_there_and_a_master_without_spark_are_refused(tmp_path):
    with pytest.raises(SettingError, match="there is no engine 'ibis'"):
        overt.open(tmp_path / "s", engine="ibis")
    with pytest.raises(SettingError, match="only Spark has one"):
        overt.open(tmp_path / "s", master="local[2]")


def test_spark_starts_when_there_is_work_for_it_and_not_before(tmp_path):
    assert repr(overt.open(tmp_path / "s", engine="spark", master="spark://nobody:1")).endswith("s')")
