"""`overt calibrate`: what it asks of the study and what it prints."""

from __future__ import annotations

import pytest

from tests.unit.publish.test_calibration import calibration


@pytest.fixture
def calls(study, monkeypatch):
    asked = []

    def answer(*, decoys, seed, progress):
        progress("decoys", 1, 2)
        asked.append((decoys, seed))
        return calibration()

    monkeypatch.setattr(study, "calibrate", answer, raising=False)
    return asked


def test_it_says_the_line_the_groups_and_where_the_page_is(calls, study, overt_cli):
    ended = overt_cli("calibrate", study.path, "--decoys", "5", "--seed", "7")
    assert ended.code == 0
    assert calls == [(5, 7)]
    assert calibration().sentence() in ended.out
    assert "G1  q against decoys 0.013" in ended.out
    assert "calibration.html" in ended.out
    assert "a <b>note</b>" in ended.err


def test_twenty_decoys_unless_told_otherwise(calls, study, overt_cli):
    assert overt_cli("calibrate", study.path).code == 0
    assert calls == [(20, 0)]


def test_json_is_one_object_with_every_figure(calls, study, overt_cli):
    found = overt_cli("calibrate", study.path, "--json").json
    assert found["page"] == str(study.path / "calibration.html")
    assert found["sentence"] == calibration().sentence()
    assert [kind["kind"] for kind in found["kinds"]] == ["dither", "rewired"]
    assert found["groups"][0]["decoy_q"] == 0.0125


def test_no_study_no_calibration(overt_cli, tmp_path):
    ended = overt_cli("calibrate", tmp_path / "nothing")
    assert ended.code == 2
    assert "is no study" in ended.err
