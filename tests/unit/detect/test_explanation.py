"""`overt explain` on groups, audiences and their members, on a study made by hand."""

from __future__ import annotations

import pytest

from overt.detect.explain.explanation import AUDIENCE, explain
from overt.errors import SettingError
from tests.unit.publish.study_fixture import Plan, build


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    plan = Plan(sizes=(4,), audiences=(5,), n_objects=2, n_organic=3)
    return build(tmp_path_factory.mktemp("explain") / "s", plan) / "tables"


def test_an_audience_is_said_to_be_one_with_the_counts(tables):
    text, facts = explain(tables, "A1")
    assert "A1 is an audience, and not flagged." in text
    assert "2,236 times just after and 23 times just before" in text
    assert AUDIENCE in text
    assert "expected to be chance" not in text
    assert (facts["audience"], facts["public_after"], facts["public_before"]) == (True, 2236, 23)
    assert len(facts["members"]) == 5
    assert facts["objects"]


def test_a_group_is_no_audience(tables):
    text, facts = explain(tables, "G1")
    assert "audience" not in text
    assert "expected to be chance" in text
    assert facts["audience"] is False


def test_a_member_of_an_audience_is_not_flagged_and_told_why(tables):
    text, facts = explain(tables, "tiktok:a1_0002")
    assert "not flagged, in audience A1" in text
    assert "2,236 times just after and 23 times just before" in text
    assert AUDIENCE in text
    assert (facts["audience"], facts["flagged"], facts["public_after"]) == (True, False, 2236)


def test_a_member_of_a_group_hears_nothing_of_audiences(tables):
    text, _ = explain(tables, "tiktok:m1_0002")
    assert "flagged, in group G1" in text
    assert "audience" not in text


def test_an_unknown_name_is_told_the_groups_and_audiences(tables):
    with pytest.raises(SettingError) as caught:
        explain(tables, "G9")
    assert caught.value.hint == "Groups and audiences: G1, A1."
