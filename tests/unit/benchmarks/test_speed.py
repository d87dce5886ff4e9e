"""The speed benchmarks: their workload, their methods, their sums and their page."""

from __future__ import annotations

import json
import sys
from xml.etree import ElementTree

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks import pairs, speed_figures, speed_pairs, speed_peers, speed_study
from benchmarks.baselines import bucket_join, pairs_of_csv, sort_and_count, toolkit
from benchmarks.measure import process
from benchmarks.measure.growth import growth, middle
from benchmarks.measure.machine import machine
from benchmarks.measure.scaling import Costs, in_parts, log_log, short
from benchmarks.workload import Shape, number_of, posts_of, write

SHAPE = Shape(10_000, seed=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A workload of 10,000 posts as --workloads wants it."""
    folder = tmp_path_factory.mktemp("workloads")
    write(SHAPE, folder / "w10k")
    return folder


@pytest.fixture(scope="module")
def posts(folder):
    return folder / "w10k" / "posts.parquet"


def test_a_workload_has_the_shape_that_it_says():
    account, object_, second, members = posts_of(SHAPE)
    assert len(account) == len(object_) == len(second) == SHAPE.posts
    assert (np.diff(second) >= 0).all()
    assert second.min() >= 0
    assert second.max() < 30 * 86_400
    assert account.max() < SHAPE.n_accounts
    assert object_.max() < SHAPE.n_objects
    top = np.bincount(object_).max() / SHAPE.posts
    assert 0.08 < top < 0.2
    assert len(np.unique(members)) == SHAPE.groups * SHAPE.members


def test_every_planted_pair_shares_its_objects_in_time(posts):
    planted = pq.read_table(posts.with_name("planted.parquet")).to_pylist()
    groups: dict[int, set[str]] = {}
    for row in planted:
        groups.setdefault(row["group"], set()).add(row["account_id"])
    counts, names, _ = pairs.counted(posts, None)
    found = {
        frozenset(pair)
        for pair in zip(names.take(counts.a).to_pylist(), names.take(counts.b).to_pylist(), strict=True)
    }
    assert {frozenset((a, b)) for some in groups.values() for a in some for b in some if a != b} <= found


def test_the_same_seed_gives_the_same_posts_and_another_gives_others():
    one, again, other = posts_of(SHAPE), posts_of(SHAPE), posts_of(Shape(10_000, seed=4))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_too_few_posts_for_the_groups_are_refused():
    with pytest.raises(SystemExit, match="too few"):
        posts_of(Shape(5000))


@pytest.mark.parametrize(
    ("word", "n"), [("100k", 100_000), ("1.5M", 1_500_000), ("50m", 50_000_000), ("7", 7)]
)
def test_sizes_are_read(word, n):
    assert number_of(word) == n


def said(capsys, main, *words):
    assert main([*map(str, words), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    return printed["pairs"], printed["checksum"]


def test_all_methods_give_one_answer(posts, capsys, monkeypatch):
    right = said(capsys, pairs.main, posts)
    assert right[0] >= 3800
    assert said(capsys, bucket_join.main, posts) == right
    assert said(capsys, bucket_join.main, posts, "--slices", "3") == right
    assert said(capsys, sort_and_count.main, posts) == right
    monkeypatch.setattr(sort_and_count, "PAIRS_AT_ONCE", 50)  # one account a block where it has more
    assert said(capsys, sort_and_count.main, posts) == right


def test_the_same_answer_from_csv(posts, tmp_path, capsys, monkeypatch):
    toolkit.write_csv(posts, tmp_path / "posts.csv")
    right = said(capsys, pairs.main, posts)
    monkeypatch.setattr(sys, "argv", ["pairs_of_csv", str(tmp_path / "posts.csv"), "--json"])
    assert pairs_of_csv.main() == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["pairs"], printed["checksum"]) == right


def test_pairs_of_another_tool_are_counted_anew(posts):
    counts, names, _ = pairs.counted(posts, None)
    found = zip(names.take(counts.a).to_pylist(), names.take(counts.b).to_pylist(), strict=True)
    real = {tuple(sorted(pair)) for pair in found}
    accounts = sorted({account for pair in real for account in pair})
    false = {(accounts[0], name) for name in accounts[1:]} - real
    assert false
    assert toolkit.exact(posts, sorted(real | false)) == real
    some = real - set(list(real)[:5])
    result = speed_peers.compared(real, some | set(list(false)[:2]), some)
    assert (result["theirs_only"], result["ours_only"], result["same_after_filter"]) == (2, 5, False)


def test_a_tool_that_cannot_be_installed_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(toolkit, "install", lambda folder: "it could not be installed (no network?)")
    assert speed_peers.main(["--sizes", "10k"]) == 0
    assert capsys.readouterr().out == "it could not be installed (no network?)\n"


def test_growth_is_the_slope_and_bends_where_it_rises():
    found = growth({10: 1.0, 100: 1.0, 1000: 10.0, 10_000: 1000.0})
    assert [round(power, 6) for _, _, power in found.steps] == [0, 1, 2]
    assert found.exponent == pytest.approx(1.0)
    assert found.bend == 100
    straight = growth({10: 1.0, 100: 10.0, 1000: 110.0})
    assert straight.bend is None
    assert growth({10: 1.0}).exponent is None
    assert growth({}).steps == ()
    assert middle({20: [3.0, 1.0, 2.0], 10: [1.0]}) == {10: 1.0, 20: 2.0}


def test_costs_are_those_of_the_command_and_its_children():
    busy = "sum(range(6_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); print('done')"
    alone = process.run([sys.executable, "-c", "pass"])
    cost = process.run([sys.executable, "-c", child])
    assert cost.printed == "done\n"
    assert cost.cpu_s > alone.cpu_s
    assert cost.wall_s > 0


def test_the_peak_is_not_that_of_the_parent():
    room = np.ones(40_000_000)  # 320 MB here
    small = process.run([sys.executable, "-c", "import time; time.sleep(0.3)"])
    large = process.run([sys.executable, "-c", "import time; x = b'1' * 200_000_000; time.sleep(0.3)"])
    assert room[-1] == 1
    assert large.peak_mb is not None
    assert small.peak_mb is not None
    if sys.platform == "linux":
        assert small.peak_mb < 60
        assert 190 < large.peak_mb < 300
        seen = process.run([sys.executable, "-c", "import time; time.sleep(0.3)"], watch_s=0.05)
        assert 1 < seen.peak_mb < 60


def test_a_command_that_fails_says_why():
    with pytest.raises(SystemExit, match=r"ended with 3\nbecause"):
        process.run([sys.executable, "-c", "import sys; sys.stderr.write('because'); sys.exit(3)"])


def test_a_difference_between_answers_is_seen():
    row = {"posts": 10, "run": 1, "cpu_s": 2.0, "pairs": 5, "checksum": "a"}
    rows = [{**row, "tool": tool} for tool in (speed_pairs.OVERT, speed_pairs.PROTOTYPE, speed_pairs.SQL)]
    assert speed_pairs.check(rows)["same"]
    assert speed_pairs.check(rows)["independent"] == [speed_pairs.SQL]
    rows[1] |= {"cpu_s": 1.0}
    assert speed_pairs.check(rows)["ratio_to_prototype"] == 2.0
    assert speed_pairs.check(rows[:2])["independent"] == []
    rows[2] |= {"checksum": "b"}
    assert not speed_pairs.check(rows)["same"]
    assert "DO NOT AGREE" in speed_figures.page.pairs(
        {"runs": whole(rows), "checks": [speed_pairs.check(rows)]}
    )


def whole(rows):
    return [{"wall_s": 1.0, "peak_mb": None, **row} for row in rows]


def test_pairs_are_measured_and_told(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        speed_pairs, "posts_at", lambda size, scratch, given: folder / "w10k" / "posts.parquet"
    )
    out = tmp_path / "scale" / "pairs.json"
    words = ["--sizes", "10k", "--runs", "1", "--most-sql", "1k", "--independent", "--no-spark"]
    assert speed_pairs.main([*words, "--out", str(out)]) == 0
    assert "answers agree (sort and count)" in capsys.readouterr().out
    assert str(tmp_path) not in out.read_text()
    result = json.loads(out.read_text())
    assert [run["tool"] for run in result["runs"]] == ["overt", "row-wise prototype", "sort and count"]
    assert {"processor", "cores", "load"} <= set(result["on"])
    text = speed_figures.written(out.parent)
    assert "all answers agree, sort and count among them" in text
    ElementTree.parse(out.parent / "pairs.svg")
    assert f"{result['on']['cores']} cores" in text


def test_spark_is_left_out_where_it_cannot_run(folder, monkeypatch, capsys):
    monkeypatch.setattr(speed_pairs, "_has_spark", lambda: True)
    asked = speed_pairs.tools(None, True)
    assert list(asked) == [speed_pairs.OVERT, speed_pairs.PROTOTYPE, speed_pairs.SQL, speed_pairs.SPARK]
    assert speed_pairs.SPARK not in speed_pairs.tools(None, False)
    able = {speed_pairs.OVERT: [sys.executable, "-c", ""], speed_pairs.SPARK: [sys.executable, "-c", "1 / 0"]}
    speed_pairs.warm_up(able, folder)
    assert list(able) == [speed_pairs.OVERT]
    assert "left out" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        speed_pairs.warm_up({speed_pairs.OVERT: [sys.executable, "-c", "1 / 0"]}, folder)


def test_of_spark_the_larger_figure_counts():
    """Its Java process is not waited for, so that the system may not say what it took."""
    printed = json.dumps({"pairs": 1, "checksum": "a", "cpu_s": 9.0})
    cost = process.Cost(wall_s=1.0, cpu_s=2.0, peak_mb=3.0, printed=printed)
    assert speed_pairs._row(speed_pairs.SPARK, 10, 1, cost)["cpu_s"] == 9.0
    assert speed_pairs._row(speed_pairs.OVERT, 10, 1, cost)["cpu_s"] == 2.0


def test_a_workload_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SystemExit, match="there is no w1m/posts"):
        speed_pairs.posts_at(1_000_000, tmp_path, tmp_path)
    assert speed_pairs.size_name(250_000) == "250k"


def study_run(posts, seconds):
    return {
        "posts": posts, "accounts": posts // 18, "run": 1, "wall_s": seconds, "cpu_s": seconds,
        "peak_mb": 300.0, "steps": {"ingest": seconds / 2, "detect": seconds / 4, "rest": seconds / 4},
        "export_mb": 1.0, "report_mb": 0.5, "tables_mb": 1.0, "edges": 3, "groups": 2, "load": 0.5,
    }  # fmt: skip


ABOUT = {
    "command": "python -m benchmarks x", "date": "2026-01-01", "seconds": 61, "overt": "0", "code": "abc",
    "python": "3.11", "packages": {"numpy": "2"}, "on": machine(),
}  # fmt: skip


def test_the_page_tells_studies_and_peers(tmp_path):
    runs = [study_run(1000, 2.0), study_run(10_000, 20.0)]
    (tmp_path / "study.json").write_text(json.dumps({**ABOUT, "runs": runs}))
    row = {"posts": 1000, "run": 1, "wall_s": 1.0, "peak_mb": 50.0, "read_cpu_s": None, "load": 1.0}
    own = {**row, "tool": "overt, from CSV", "cpu_s": 1.0}
    theirs = {**row, "tool": toolkit.NAME, "cpu_s": 20.0, "read_cpu_s": 12.0}
    compared = speed_peers.compared({("a", "b")}, {("a", "b"), ("a", "c")}, {("a", "b")})
    check = {"posts": 1000, **compared, "cpu_ratio": speed_peers.ratios([own, theirs])}
    (tmp_path / "peers.json").write_text(json.dumps({**ABOUT, "runs": [own, theirs], "checks": [check]}))
    page = tmp_path / "figures.md"
    assert speed_figures.main(["--results", str(tmp_path), "--page", str(page)]) == 0
    text = page.read_text()
    assert "20.0 times that of overt, from CSV" in text
    assert "gives 2 pairs, overt 1: 1 more, 0 missing" in text
    assert "| 60 % |" in text
    assert "| cpu s | 1.00 | 1k to 10k: 1.00 |" in text
    assert "The join" not in text
    ElementTree.parse(tmp_path / "study.svg")


def test_one_study_is_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(speed_study, "measured", lambda export, number, folder: study_run(9000 + number, 4.0))
    monkeypatch.setattr(speed_study, "made", lambda folder, posts: tmp_path / "posts.ndjson")
    out = tmp_path / "study.json"
    assert speed_study.main(["--exports", "a", "b", "--runs", "2", "--out", str(out)]) == 0
    assert len(json.loads(out.read_text())["runs"]) == 4
    assert "detect s" in capsys.readouterr().out


def test_names_in_figures_are_text():
    costs = {"<b>": {1000: [1.0, 2.0], 100_000: [30.0]}, "b": {1000: [1.0]}}
    drawn = log_log([Costs("<i>", costs)], "a & b")
    bars = in_parts("<i>", {"x & y": {"<b>": 2.0, "c": 1.0}}, "a & b")
    for tree in map(ElementTree.fromstring, (drawn, bars)):
        words = [element.text for element in tree.iter() if element.tag.endswith("text")]
        assert {"<i>", "<b>"} <= set(words)
    assert [short(n) for n in (0.1, 10, 100_000, 5e7)] == ["0.1", "10", "100k", "50M"]
