"""GEXF, GraphML and CSV: well-formed, complete, and harmless to the program that opens them."""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.errors import SettingError, StudyError
from overt.publish.exports import write
from overt.publish.exports.network import edge_weight, xml
from overt.publish.exports.tables import cell
from tests.unit.publish.study_fixture import HOSTILE_NAMES, Plan, build

GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("exports") / "harbour.overt")


def _fused(study: Path) -> set[tuple[str, str]]:
    table = pq.read_table(study / "tables" / "edges.parquet")
    table = table.filter(pc.equal(table["trace"], "fused"))
    return set(zip(table["account_a"].to_pylist(), table["account_b"].to_pylist(), strict=True))


def test_gexf_holds_the_significant_fused_edges(study: Path, tmp_path: Path) -> None:
    [path] = write(study, "gexf", tmp_path / "out.gexf")
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{GEXF}gexf"
    assert root.get("version") == "1.3"
    edges = root.findall(f".//{GEXF}edge")
    assert {(edge.get("source"), edge.get("target")) for edge in edges} == _fused(study)
    nodes = {node.get("id"): node for node in root.findall(f".//{GEXF}node")}
    assert len(nodes) == 37
    values = {v.get("for"): v.get("value") for v in nodes["tiktok:m1_0001"].findall(f".//{GEXF}attvalue")}
    assert values["handle"] == HOSTILE_NAMES[1]
    assert values["group"] == "G1"
    assert values["flagged"] == "true"
    assert int(values["n_posts"] or 0) > 20
    places = [(p.get("x"), p.get("y")) for p in root.findall(f".//{VIZ}position")]
    assert len(set(places)) == 37  # groups do not lie on each other


def test_audiences_are_exported_as_such(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(sizes=(4,), audiences=(5,), n_objects=2, n_organic=2))
    [path] = write(study, "graphml", tmp_path / "out.graphml")
    root = ElementTree.parse(path).getroot()
    nodes = {
        node.get("id"): {data.get("key"): data.text for data in node.findall(f"{GRAPHML}data")}
        for node in root.findall(f".//{GRAPHML}node")
    }
    member, fan = nodes["tiktok:m1_0000"], nodes["tiktok:a1_0000"]
    assert (member["n_group"], member["n_audience"], member["n_flagged"]) == ("G1", "false", "true")
    assert (fan["n_group"], fan["n_audience"], fan["n_flagged"]) == ("A1", "true", "false")
    ends = {(edge.get("source"), edge.get("target")) for edge in root.findall(f".//{GRAPHML}edge")}
    assert ends == _fused(study)
    assert any("a1_" in (source or "") for source, _ in ends)
    write(study, "csv", tmp_path / "csv")
    for name in ("groups", "members", "accounts"):
        with (tmp_path / "csv" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            found = {(line["group_id"], line["audience"]) for line in csv.DictReader(file)}
        assert found - {("", "")} == {("G1", "false"), ("A1", "true")}, name


def test_edges_above_the_rate_stay_out(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(sizes=(4,), n_objects=2, n_organic=2))
    table = pq.read_table(study / "tables" / "edges.parquet")
    rows = table.to_pylist()
    fused = [row for row in rows if row["trace"] == "fused"]
    fused[0]["q_value"] = 0.06
    pq.write_table(table.from_pylist(rows, table.schema), study / "tables" / "edges.parquet")
    [path] = write(study, "gexf", tmp_path / "out.gexf")
    assert path.read_text().count("<edge ") == len(fused) - 1


def test_graphml_holds_the_same_network(study: Path, tmp_path: Path) -> None:
    [path] = write(study, "graphml", tmp_path)
    assert path.name == "network.graphml"
    root = ElementTree.parse(path).getroot()
    edges = root.findall(f".//{GRAPHML}edge")
    assert {(edge.get("source"), edge.get("target")) for edge in edges} == _fused(study)
    keys = {key.get("id") for key in root.findall(f"{GRAPHML}key")}
    assert {data.get("key") for data in root.findall(f".//{GRAPHML}data")} <= keys


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_name_is_well_formed_xml(names: list[str]) -> None:
    with TemporaryDirectory() as folder:
        plan = Plan(sizes=(3,), n_objects=1, n_organic=0, names=names)
        study = build(Path(folder) / "s", plan)
        for kind in ("gexf", "graphml"):
            [path] = write(study, kind, Path(folder))
            assert len(ElementTree.parse(path).getroot().findall(".//{*}node")) == 3


@given(st.text(st.characters(exclude_categories=())))
def test_xml_text_comes_back_without_what_is_illegal(text: str) -> None:
    legal = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    assert ElementTree.fromstring(f'<a b="{xml(text)}"/>').get("b") == legal


def test_csv_has_five_files_with_every_row(study: Path, tmp_path: Path) -> None:
    paths = write(study, "csv", tmp_path / "csv")
    assert [path.name for path in paths] == [
        "groups.csv",
        "members.csv",
        "accounts.csv",
        "edges.csv",
        "evidence.csv",
    ]
    names = {"members": "group_members"}
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        table = pq.read_table(study / "tables" / f"{names.get(path.stem, path.stem)}.parquet")
        assert len(lines) == table.num_rows
        for line in lines:
            for column, value in line.items():
                assert not value.startswith(("=", "+", "@", "\t", "\r")), (path.name, column, value)
    with (tmp_path / "csv" / "evidence.csv").open(newline="", encoding="utf-8") as file:
        line = next(csv.DictReader(file))
    assert line["acted_at"] == "2024-03-06T19:07:00Z"
    assert line["file"] == "dump <i>.csv"
    assert int(line["line"]) > 1
    with (tmp_path / "csv" / "accounts.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert {line["group_id"] for line in lines} == {"", "G1", "G2", "G3"}


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("text", "=1+1", "'=1+1"),
        ("text", "+cmd", "'+cmd"),
        ("text", "-2+3", "'-2+3"),
        ("text", "@SUM(A1)", "'@SUM(A1)"),
        ("text", "\t=1", "'\t'=1"),
        ("text", "\rx", "'\nx"),
        ("text", "  =1", "'  =1"),
        ("text", "\x00=1", "'=1"),
        ("text", "\uff1d1+1", "'\uff1d1+1"),
        ("text", "-5", "-5"),
        ("text", "a=b", "a=b"),
        ("score", -5.25, "-5.25"),
        ("n_posts", -3, "-3"),
        ("flagged", True, "true"),
        ("links", ["=a", "b"], "'=a b"),
        ("links", [], ""),
        ("text", None, ""),
        ("first_at", 1_709_647_331_250, "2024-03-05T14:02:11.250Z"),
        ("first_at", -1, "1969-12-31T23:59:59.999Z"),
        ("first_at", 2**62, str(2**62)),
    ],
)
def test_a_cell_is_no_formula(column: str, value: object, shown: str) -> None:
    assert cell(column, value) == shown


def test_weights_are_bounded() -> None:
    assert [edge_weight(p) for p in (None, 1.0, 0.0, 1e-300)] == [0.0, 0.0, 30.0, 30.0]
    assert edge_weight(1e-4) == pytest.approx(4)


def test_without_a_place_the_files_go_into_the_study(study: Path) -> None:
    assert write(study, "gexf") == [study / "exports" / "network.gexf"]


def test_an_unknown_kind_and_a_foreign_folder_are_refused(study: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="'xlsx'") as caught:
        write(study, "xlsx")
    assert "gexf, graphml, csv" in str(caught.value)
    for kind in ("gexf", "csv"):
        with pytest.raises(StudyError, match=r"no manifest\.json"):
            write(tmp_path, kind)


@pytest.mark.parametrize("sign", ["=1+1", "+1+1", "-1+1", "@SUM(1)"])
@pytest.mark.parametrize(
    "before", ["", " ", "\t", "\r", "\r\n", "'", '"', "\ufeff", "\u200b", "\u202e", "\xa0"]
)
def test_no_cell_runs_in_a_spreadsheet_whatever_stands_before(before: str, sign: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["a", cell("text", before + sign), "b"])
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row[1].startswith("'")


@pytest.mark.parametrize("text", ["a\r=1+1", "a\r\n=1+1", "a\n=1+1", "a;=1+1;b", "a; =1+1", "a\t=1+1"])
def test_a_formula_inside_a_cell_begins_no_other_cell(text: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["a", cell("text", text), "b"])
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert [len(row) for row in rows] == [3]
    for delimiter in ";\t":
        cells = [one for line in csv.reader(io.StringIO(out.getvalue()), delimiter=delimiter) for one in line]
        assert not any(one.lstrip().startswith("=") for one in cells)


def test_hostile_cells_cost_linear_time() -> None:
    for unit in (";", "\t", " ", ";'", "\r"):
        started = time.perf_counter()
        cell("text", unit * 500_000)
        assert time.perf_counter() - started < 3
