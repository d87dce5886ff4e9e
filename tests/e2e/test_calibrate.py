"""A study is calibrated, its report says so, and a search with other settings takes that back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import overt
from overt.errors import SettingError, StudyError
from overt.simulate import power_world, simulate, write


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibrate")
    world = replace(power_world(1), n_accounts=400, n_objects=300)
    study = overt.open(folder / "s.overt")
    study.ingest(write(simulate(world), folder).posts)
    study.detect()
    return study


def test_before_detect_there_is_nothing_to_calibrate(tmp_path):
    with pytest.raises(StudyError):
        overt.open(tmp_path / "new").calibrate()


def test_a_number_of_decoys_that_means_nothing_is_refused(study):
    for decoys in (0, -1, 10**9):
        with pytest.raises(SettingError, match="decoys is"):
            study.calibrate(decoys=decoys)


def test_a_calibration_is_kept_and_the_report_says_it(study):
    seen = []
    found = study.calibrate(
        decoys=3, progress=lambda step, done, total=None: seen.append((step, done, total))
    )
    assert ("decoys", 9, 9) in seen
    kept = json.loads((study.path / "calibration.json").read_text("utf-8"))
    assert [group["group_id"] for group in kept["groups"]] == [group.id for group in study.found().groups]
    assert study.manifest["steps"]["calibrate"]["parameters"] == {"decoys": 3, "seed": 0}
    assert (study.path / "calibration.html").is_file()
    report = study.report().read_text("utf-8")
    assert found.sentence() in report
    assert "as strong as this one" in report
    at = study.manifest["steps"]["calibrate"]["at"]
    assert overt.open(study.path).calibrate(decoys=3) == found
    assert study.manifest["steps"]["calibrate"]["at"] == at
    assert found.rows("accounts")[0].found == study.summary()["flagged_accounts"]


def test_another_search_is_not_calibrated_by_the_old_one(study):
    sentence = study.calibrate(decoys=1).sentence()
    study.detect(fdr=0.01)
    assert sentence not in study.report().read_text("utf-8")
    assert {row.rate for row in study.calibrate(decoys=1).kinds[0].rates} == {0.01, 0.05, 0.10}
