"""What could have been found, in words and pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.power.surface import FIRST, INSIDE, Power, Row, wilson
from overt.publish import report
from overt.publish.charts.power import Panel, panels, percent
from overt.publish.power import read_power, sentences, surface, write_page
from tests.unit.publish.study_fixture import Plan, build
from tests.unit.publish.test_report_page import Page

SHARES = {20.0: 1.0, 120.0: 0.94, 3600.0: 0.02}


def row(size: int, n_objects: int, jitter_s: float, share: float, placement: str = INSIDE, others: int = 0):
    n = size * 4
    k = round(share * n)
    found = tuple(k // 4 + (i < k % 4) for i in range(4))
    return Row(size, n_objects, jitter_s, 0.5, placement, found, (others, 0, 0, 0), *wilson(k, n))


def power(shares=SHARES, others: int = 0, trace: str = "text") -> Power:
    rows = [row(25, 6, jitter_s, share / 2) for jitter_s, share in shares.items()]
    rows += [row(25, 12, jitter_s, share, others=others) for jitter_s, share in shares.items()]
    rows += [row(25, 12, jitter_s, share / 10, FIRST) for jitter_s, share in shares.items()]
    notes = ("Campaigns of 50 accounts were left out: the data does not have as many.",)
    return Power(trace, ("link", trace), 0.05, 0.6, 4, 0, 900, 80, tuple(rows), notes)


def test_the_first_sentences_say_what_would_have_been_found_and_what_not():
    said = sentences(replace(power(), rows=power().rows[3:]))
    assert said[0] == (
        "A campaign of 25 accounts sharing 12 matching texts, most of them within 2 min of one moment, "
        "would have been found here with 94 of 100 of its members."
    )
    assert said[1] == "One that takes 1 h in place of 2 min would not: 2 of 100."
    assert any("nearly blind" in sentence and "10 of 100 at 20 s" in sentence for sentence in said)
    assert any("no account outside" in sentence for sentence in said)
    assert any("links" in sentence and "not tried" in sentence for sentence in said)


def test_where_nothing_is_found_it_says_so():
    said = sentences(power({20.0: 0.1, 3600.0: 0.0}))
    assert "found here with 10 of 100" in said[0]
    assert "none" in said[1]


def test_others_that_were_flagged_are_said():
    assert any("9 accounts outside the campaigns were flagged" in one for one in sentences(power(others=3)))


def test_shares_near_none_and_all_are_not_called_so():
    assert [percent(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        "0 %",
        "1 %",
        "50 %",
        "99 %",
        "100 %",
    ]
    almost = replace(row(250, 12, 20.0, 0.999), jitter_s=20.0)
    said = sentences(replace(power(), rows=(almost,)))
    assert "99 of 100 of its members" in said[0]


def test_the_small_table_has_a_row_for_each_size_and_number():
    columns, rows = surface(power())
    assert columns == ["accounts", "matching texts", "20 s apart", "2 min apart", "1 h apart"]
    assert rows[1] == ["25", "12", "100 %", "94 %", "2 %"]
    assert rows[2][1] == "12 of their own"


SHARE = st.floats(0, 1)


@given(st.lists(st.lists(SHARE, min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_picture_is_well_formed_and_says_each_number(shares):
    cells = [[(share, f"{share} <b>") for share in line] for line in shares]
    names = [str(n) for n in range(len(shares))]
    drawn = panels([Panel("25 <accounts>", names, ["a", "b & c", "d"], cells)], "shared", "apart")
    root = ElementTree.fromstring(str(drawn))
    assert len(list(root.iter("rect"))) == 3 * len(shares)
    texts = [element.text for element in root.iter("text")]
    assert all(percent(share) in texts for line in shares for share in line)
    opacity = [float(rect.attrib["fill-opacity"]) for rect in root.iter("rect")]
    assert all(0 < one <= 1 for one in opacity)


def test_the_page_is_one_file_and_a_hostile_name_stays_text(tmp_path):
    html = write_page(power(), "<script>alert(1)</script>.overt", tmp_path / "p.html").read_text()
    page = Page(html)
    assert page.stack == []
    assert "script" not in {tag for tag, _ in page.elements}
    assert set(page.links) == {"data:,"}
    assert "94 of 100 (94 %)" in page.text
    assert "left out" in page.text
    assert write_page(power(), "<script>alert(1)</script>.overt", tmp_path / "q.html").read_text() == html


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """A study in which nothing was found."""
    return build(tmp_path / "quiet.overt", Plan(sizes=(), n_objects=0, n_organic=5))


def measured(folder: Path, of: str | None = None) -> None:
    """As after `overt power`."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    key = manifest["steps"]["detect"]["key"]
    manifest["steps"]["power"] = {"key": "k", "of": of or key}
    path.write_text(json.dumps(manifest))
    (folder / "power.json").write_text(json.dumps(power().as_dict()))


def test_a_report_of_nothing_found_says_how_to_measure(quiet):
    html = report.render(quiet)
    assert "overt power STUDY" in html
    assert 'id="power"' not in html


def test_a_report_says_what_could_have_been_found(quiet):
    measured(quiet)
    page = Page(report.render(quiet))
    assert "power" in page.ids
    assert "94 of 100 of its members" in page.text
    assert "overt power STUDY" not in page.text


def test_what_was_measured_with_another_search_is_not_shown(quiet):
    measured(quiet, of="an earlier search")
    assert 'id="power"' not in report.render(quiet)


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '{"rows": 3}'])
def test_a_damaged_file_is_left_out(quiet, content):
    measured(quiet)
    file = quiet / "power.json"
    file.unlink() if content is None else file.write_text(content)
    steps = json.loads((quiet / "manifest.json").read_text())["steps"]
    assert read_power(quiet, steps) is None
    assert 'id="power"' not in report.render(quiet)
