"""The report: what it says, that hostile text stays text, and that it does not grow with the data."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overt.errors import StorageError, StudyError
from overt.publish import report
from overt.publish.shared_objects import Limits
from tests.unit.publish.study_fixture import HOSTILE_NAMES, HOSTILE_TEXTS, Plan, build

SMALL = Plan(sizes=(4, 3), n_objects=3, n_organic=4)


class Page(HTMLParser):
    """Elements with the names of their attributes, values of some, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.stack: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "data")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in ("meta", "link"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] != "style":
            self.text += data


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("report") / "harbour <b>.overt")


@pytest.fixture(scope="module")
def html(study: Path) -> str:
    return report.render(study)


@pytest.fixture(scope="module")
def plain() -> set[tuple[str, str]]:
    """Elements and attributes of a report in which nobody wrote anything odd."""
    with TemporaryDirectory() as folder:
        plan = Plan(audiences=(5,), names=("ann", "ben"), texts=("a text of six plain words",))
        study = build(Path(folder) / "s", plan)
        return Page(report.render(study)).elements


def test_the_first_sentence_says_what_was_found(html: str) -> None:
    text = " ".join(Page(html).text.split())
    assert "3 groups, 37 accounts act together beyond what timing by chance explains." in text
    assert "At most about 5 in 100 of the flagged accounts are expected to be there by chance." in text
    assert "3 members are flagged for acting with a group as a whole, not by any one pair." in text
    assert "belong to no group" not in text
    assert "audience (" not in text  # nobody is told of what is not there
    assert "overt report on harbour <b>" in text


def test_a_group_shows_its_members_objects_posts_and_odds(html: str) -> None:
    text = " ".join(Page(html).text.split())
    for words in (
        "25 accounts that share links, hashtags in the same order and matching texts",
        "Of accounts flagged as strongly as these, fewer than 1 in 1,000,000 are expected to be chance.",
        "21 of the 41 accounts that used it are members.",
        "11 of the 21 members who used it did so within 28 s.",
        "The 20 other accounts that used it spread over 3 days 19 h; none of them acted in that stretch",
        "9.4 seen",
        "0.4 expected",
        "2024-03-06 19:07:28",
        "same second",
        "dump <i>.csv, line",
        "12 of 21 posts are shown, those closest in time.",
        "4 more shared things",
    ):
        assert words in text, words


def test_data_method_limits_and_command_are_there(html: str) -> None:
    text = " ".join(Page(html).text.split())
    for words in (
        "Of the records that repeat a post, 2 said the same and 1 said something else (one version was kept)",
        "1 record repeats the id of another post but says something else",
        "4 records were rejected",
        "no time3",
        "17 times had no time zone and were taken as UTC.",
        "The scale of 10 s was dropped",
        "4,321 pairs share enough to be compared",
        "at most 3,000",
        "no, context only",
        "Coordinated is not inauthentic.",
        "Viewpoint is never evidence.",
        "overt detect 'dump <i>.csv' --fdr 0.05 --seed 0 --out again.overt",
        "ab" * 32,
    ):
        assert words in text, words


def test_nothing_found_is_a_report_too(tmp_path: Path) -> None:
    study = build(tmp_path / "quiet", Plan(sizes=(), resolution_ms=60_000))
    text = " ".join(Page(report.render(study)).text.split())
    assert "No accounts were found to act together beyond what timing by chance explains." in text
    assert "What could not be seen" in text
    assert "The clock of this data is exact to the minute" in text
    assert "hours apart from each other" in text


def test_flagged_accounts_without_a_group_are_said(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(sizes=()))
    _edit_manifest(study, lambda m: m["steps"]["detect"]["summary"].update(n_flagged=2))
    assert (
        "2 accounts are closer in time to others than chance explains, but they form no group."
        in report.render(study)
    )


def test_audiences_stand_apart_and_are_not_counted(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(audiences=(40, 5)))
    _edit_manifest(study, lambda m: m["steps"]["detect"]["summary"].update(n_in_audiences=46))
    html = report.render(study)
    text = " ".join(Page(html).text.split())
    for words in (
        "3 groups, 37 accounts act together beyond what timing by chance explains.",
        "2 audiences (45 accounts) act together at moments when the public does too: they are shown apart",
        "These accounts are not flagged.",
        "2,236 acts 23 acts",
        "1 account acts so without being in an audience of three or more",
        "A1: 40 accounts that share links",
        "11 more shared things; tables/evidence.parquet holds the first 14.",
        "6 of 34 posts are shown, those closest in time.",
        "10 more members: see tables/group_members.parquet.",
        "a group that always acts just before things take off",
    ):
        assert words in text, words
    assert "belong to no group" not in text
    assert html.index('id="G3"') < html.index('id="audiences"') < html.index('id="data"')
    apart = html[html.index('id="audiences"') : html.index('id="data"')]
    assert "Chance findings" not in apart  # a q-value beside a name reads as a verdict


def test_audiences_alone_are_no_finding(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(sizes=(), audiences=(5,)))
    text = " ".join(Page(report.render(study)).text.split())
    assert "No group was found. 1 audience, 5 accounts, act together, but at moments when" in text
    assert "Nobody is flagged: an outside event explains an audience better than a common hand." in text
    assert "What could not be seen" in text
    assert "beyond what timing by chance explains" not in text


def test_audiences_are_cut_and_counted(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(sizes=(), audiences=(3,) * 8, n_objects=1))
    assert "3 more audiences: see tables/groups.parquet." in Page(report.render(study)).text


def test_posts_newer_than_the_result_are_said(tmp_path: Path, html: str) -> None:
    note = "Posts were read after this result was found."
    study = build(tmp_path / "s", SMALL)
    _edit_manifest(study, lambda m: m["steps"]["ingest"].update(key="newer"))
    assert note in report.render(study)
    assert note not in html


def test_the_method_says_what_is_done(html: str) -> None:
    text = " ".join(Page(html).text.split())
    for words in (
        "three different ones within three hours are needed",
        "raised by as much",
        "counted from the event",
        "an audience",
    ):
        assert words in text, words


def test_a_group_whose_objects_only_pairs_share_is_drawn_in_its_own_time(tmp_path: Path) -> None:
    study = build(tmp_path / "s", Plan(sizes=(4,)))
    evidence = study / "tables" / "evidence.parquet"
    pq.write_table(pq.read_table(evidence).slice(0, 0), evidence)
    groups = study / "tables" / "groups.parquet"
    rows = [
        row | {"n_objects": 0, "first_at": None, "last_at": None} for row in pq.read_table(groups).to_pylist()
    ]
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(groups)), groups)
    text = " ".join(Page(report.render(study)).text.split())
    assert "No thing was shared by three members close together in time." in text
    assert "1970-01-01" not in text


def test_the_table_of_groups_does_not_repeat_their_pages(html: str) -> None:
    assert html.count("seconds of each other on") == 3  # the reason of each group stands once


def test_hostile_names_in_audiences_stay_text(tmp_path: Path, plain: set[tuple[str, str]]) -> None:
    html = report.render(build(tmp_path / "s", Plan(sizes=(4,), audiences=(12,))))
    page = Page(html)
    assert page.elements <= plain
    assert not page.stack
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", html)


def test_hostile_names_stay_text(html: str, plain: set[tuple[str, str]]) -> None:
    page = Page(html)
    assert page.elements <= plain
    assert "<script>alert(1)</script>" in page.text
    assert "abc[U+202E]gnp.exe" in page.text
    assert "{{ 7 * 7 }}{% raw %}" in page.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", html)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(max_size=60) | st.sampled_from(HOSTILE_NAMES), min_size=1, max_size=4),
    st.lists(st.text(max_size=300) | st.sampled_from(HOSTILE_TEXTS), min_size=1, max_size=3),
)
def test_no_name_or_text_makes_an_element_or_an_attribute(
    plain: set[tuple[str, str]], names: list[str], texts: list[str]
) -> None:
    with TemporaryDirectory() as folder:
        plan = Plan(sizes=(4,), n_objects=2, n_organic=2, names=names, texts=texts, notes=names)
        page = Page(report.render(build(Path(folder) / "s", plan)))
    assert page.elements <= plain
    assert not page.stack
    assert all(link.startswith("#") or link == "data:," for link in page.links)


def test_it_needs_no_network_and_no_script(html: str) -> None:
    page = Page(html)
    assert "script" not in {tag for tag, _ in page.elements}
    assert {link for link in page.links if not link.startswith("#")} == {"data:,"}
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "@import" not in html


def test_the_size_is_bounded(tmp_path: Path) -> None:
    many = build(tmp_path / "many", Plan(sizes=(4,) * 24 + (90,), n_objects=5, n_organic=5))
    few = build(tmp_path / "few", Plan(sizes=(4,) * 5, n_objects=5, n_organic=5))
    text = Page(report.render(many)).text
    assert "5 more groups, less surprising than these" in text
    limits = Limits(groups=2, members=3, objects=2, posts=3, edges=2)
    small, large = (len(report.render(study, limits)) for study in (few, many))
    assert abs(small - large) < 600
    cut = build(tmp_path / "cut", Plan(sizes=(90,), n_objects=2, n_organic=5))
    text = " ".join(Page(report.render(cut, Limits(edges=100))).text.split())
    assert "30 more members: see tables/group_members.parquet." in text
    assert "Drawn: the 60 strongest of 90 accounts and the 100 strongest of their" in text
    assert "30 of 90 members are drawn." in text


def test_the_same_study_gives_the_same_bytes(study: Path, html: str) -> None:
    assert report.render(study) == html


def test_a_study_without_traces_or_rejects_has_a_report(study: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(study, copy)
    (copy / "tables" / "traces.parquet").unlink()
    (copy / "rejects.ndjson").unlink()
    text = Page(report.render(copy)).text
    assert "other accounts that used it spread" not in text
    assert "4 records were rejected" in text


def test_null_columns_are_said_not_raised(tmp_path: Path) -> None:
    plan = Plan(sizes=(2,), n_objects=1, n_organic=0, names=(), texts=(), notes=())
    text = Page(report.render(build(tmp_path / "s", plan))).text
    assert "no text" in text
    assert "None" not in text


def test_writing_is_whole_or_not_at_all(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "new" / "report.html"
    assert report.write(study, out) == out
    first = out.read_bytes()
    assert first.decode() == report.render(study)

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("overt.publish.whole_file.os.fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        report.write(study, out)
    assert out.read_bytes() == first
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]


def _edit_manifest(study: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = study / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda s: (s / "manifest.json").unlink(), "has no manifest.json"),
        (lambda s: (s / "manifest.json").write_text("{"), "cannot be read"),
        (lambda s: (s / "manifest.json").write_text("[]"), "holds no posts yet"),
        (lambda s: _edit_manifest(s, lambda m: m["steps"].pop("detect")), "has posts but no findings yet"),
        (lambda s: (s / "tables" / "groups.parquet").unlink(), "The table groups"),
        (lambda s: (s / "tables" / "evidence.parquet").write_text("x"), "The table evidence"),
    ],
)
def test_a_damaged_study_gets_one_message(
    study: Path, tmp_path: Path, damage: Callable[[Path], object], message: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(study, copy)
    damage(copy)
    with pytest.raises(StudyError, match=message) as caught:
        report.render(copy)
    assert caught.value.hint


def test_objects_of_the_same_posts_are_said_to_be(tmp_path: Path) -> None:
    study = build(tmp_path / "s", SMALL)
    path = study / "tables" / "evidence.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    first = {
        row["account_id"]: row["post_id"]
        for row in rows
        if row["group_id"] == "G1" and row["object_rank"] == 1
    }
    for row in rows:
        if row["group_id"] == "G1" and row["object_rank"] == 3:
            row["post_id"] = first[row["account_id"]]
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    assert Page(report.render(study)).text.count("In the same posts as number 1.") == 1
