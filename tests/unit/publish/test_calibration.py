"""Calibration in words and pictures: what is said of good, bad and empty results, well-formed."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from overt.detect.calibration.figures import Calibration, DecoyKind, Rate, warnings_of
from overt.publish.calibration import calibration_view, read_calibration, report_lines, table_rows, write_page
from overt.publish.charts.calibration import Curve, Measured, asked_and_measured, qq


def rate(what: str, nominal: float, found: int, mean: float, realised: float | None) -> Rate:
    shares = (realised, realised, realised) if realised is not None else (None, None, None)
    return Rate(what, nominal, found, mean, mean, mean + 1, min(1, mean), min(1, mean), 1.0, *shares)


def calibration(
    found: int = 72, means: tuple[float, ...] = (0.0, 0.2), decoy_q: float = 0.0125
) -> Calibration:
    kinds = tuple(
        DecoyKind(
            name,
            f"what {name} keeps",
            tuple(
                rate(what, nominal, found, mean, 0.01 if found else None)
                for what in ("accounts", "pairs", "groups")
                for nominal in (0.01, 0.05, 0.1)
            ),
            ((3.0, 2.0), (1.0, 1.0)),
            (),
        )
        for name, mean in zip(("dither", "rewired"), means, strict=False)
    )
    group = {
        "group_id": "G1",
        "score": 9.0,
        "decoy_q": decoy_q,
        "by_kind": {"dither": decoy_q, "rewired": 0.0125},
    }
    groups = tuple({**group, "group_id": f"G{i + 1}"} for i in range(4)) if found else ()
    return Calibration(20, 0, 0.05, 900, 50, kinds, ((4.0, 300.0),), (), groups, ("a <b>note</b>",))


def test_the_line_says_decoys_and_data() -> None:
    assert calibration().sentence() == (
        "40 decoys of this data: 0 to 0.2 accounts flagged on average (by kind of decoy), where 72 are in "
        "the data."
    )
    assert calibration(1, (0.0, 0.0)).sentence() == (
        "40 decoys of this data: 0 accounts flagged on average, where 1 is in the data."
    )
    assert replace(calibration(), kinds=()).sentence() == "No decoy of this data could be made."


def test_too_many_findings_in_decoys_are_explained() -> None:
    assert warnings_of(calibration().kinds, 0.05) == []
    (said,) = warnings_of(calibration(means=(0.0, 30.0)).kinds, 0.05)
    assert said.startswith("In rewired decoys 30 accounts are flagged on average, more than the rate of 0.05")
    assert "bursts" in said
    assert len(warnings_of(calibration(0, (0.0, 1.0)).kinds, 0.05)) == 1


def test_a_group_is_compared_with_decoy_groups() -> None:
    said = report_lines(calibration())["groups"]["G1"]
    assert said.startswith("No group in a decoy of this data is as strong as this one")
    assert "about 12 in 1,000" in said
    assert "about 20 in 100" in report_lines(calibration(decoy_q=0.2))["groups"]["G1"]
    assert "no finding" in report_lines(calibration(decoy_q=1.0))["groups"]["G1"]
    assert report_lines(None) is None
    assert report_lines(replace(calibration(), kinds=())) is None


def test_the_table_has_every_figure_or_those_of_one_rate() -> None:
    rows = table_rows(calibration())
    assert len(rows) == 18
    assert rows[0] == {
        "kind": "dither", "what": "accounts", "rate": "1 %", "found": "72", "mean": "0 (0 to 1)",
        "any": "0 % (0 to 100)", "realised": "1 %, at most 1 %",
    }  # fmt: skip
    assert len(table_rows(calibration(), 0.05)) == 6
    assert table_rows(calibration(0))[0]["realised"] == ""


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "found", [calibration(), calibration(0), replace(calibration(), kinds=(), groups=())]
)
def test_the_page_is_whole_and_loads_nothing(found: Calibration, tmp_path: Path) -> None:
    html = write_page(found, "harbour <script>.overt", tmp_path / "c.html").read_text("utf-8")
    page = Text(html)
    assert "calibration on harbour <script>" in " ".join(page.text.split())
    assert "a <b>note</b>" in page.text
    assert {"script", "b", "img", "iframe"} & page.tags == set()
    assert "http" not in html.replace("http-equiv", "")
    assert found.sentence() in page.text
    assert write_page(found, "harbour <script>.overt", tmp_path / "d.html").read_text("utf-8") == html


def test_the_pictures_are_well_formed_and_bounded() -> None:
    view = calibration_view(calibration())
    for name in ("qq_pairs", "qq_accounts", "fdr_accounts", "fdr_pairs"):
        ElementTree.fromstring(str(view[name]))
    far = qq([Curve("data", "a <b>", [(0.0, 0.0), (2.0, 300.0)])], "label")
    assert "a &lt;b&gt;" in far
    assert 'd="M46.0 252.0L346.0 12.0"' in far  # 300 stands at the top of the picture
    marks = asked_and_measured([Measured("dither", "d", 0.05, 0.5, 0.4, 2.0)], "label")
    assert 'cy="132.0"' in marks  # half of a scale that ends at 100 %


def test_only_the_calibration_of_this_search_is_read(tmp_path: Path) -> None:
    steps = {"detect": {"key": "k"}, "calibrate": {"key": "c", "of": "k"}}
    assert read_calibration(tmp_path, steps) is None
    (tmp_path / "calibration.json").write_text(json.dumps(calibration().as_dict()), "utf-8")
    assert read_calibration(tmp_path, steps) == calibration()
    assert read_calibration(tmp_path, {**steps, "detect": {"key": "later"}}) is None
    assert read_calibration(tmp_path, {"detect": {"key": "k"}}) is None
    (tmp_path / "calibration.json").write_text('{"kinds": [{}]}', "utf-8")
    assert read_calibration(tmp_path, steps) is None
