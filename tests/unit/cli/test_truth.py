"""What was found beside what was planted."""

from __future__ import annotations

from overt.cli.truth import Planted, compare, read_truth

CAMPAIGN = Planted("harbour", "campaign")
CLUB = Planted("fans of a star", "fan_club")
ORGANIC = Planted("organic", "organic")
TRUTH = dict.fromkeys("abcde", CAMPAIGN) | dict.fromkeys("fgh", CLUB) | dict.fromkeys("xyz", ORGANIC)


def test_a_campaign_in_one_group_with_a_stranger():
    line = compare(TRUTH, {"G1": "abcdx"})[0]
    assert (line.planted, line.groups, line.n_found, line.n_planted, line.n_others) == (
        CAMPAIGN,
        ("G1",),
        4,
        5,
        1,
    )


def test_a_campaign_in_two_groups():
    line = compare(TRUTH, {"G1": "abf", "G2": "cd", "G3": "e"})[0]
    assert (line.groups, line.n_found, line.n_others) == (("G1", "G2"), 4, 1)


def test_what_was_not_found_is_said():
    assert [(line.planted, line.groups) for line in compare(TRUTH, {})] == [(CAMPAIGN, ()), (CLUB, ())]


def test_a_group_where_nothing_was_planted_is_said():
    last = compare(TRUTH, {"G1": "abc", "G2": "xyz"})[-1]
    assert (last.planted.meaning, last.groups, last.n_others) == ("nothing was planted", ("G2",), 3)


def test_a_campaign_in_an_audience_is_not_found_but_said():
    line, club = compare(TRUTH, {}, {"A1": "abcx", "A2": "e", "A3": "xyz"})
    assert (line.groups, line.n_found, line.audiences) == ((), 0, ("A1",))
    assert line.found_in == "no group (audience A1)"
    assert club.found_in == "no group"


def test_innocent_groups_are_called_so():
    assert CLUB.meaning.startswith("innocent")
    assert CAMPAIGN.meaning == "hidden campaign"


def test_truth_is_of_accounts_that_posted(tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("account_id,kind,name\na,campaign,harbour\nb,fast_bot,\nc,organic,\n")
    assert read_truth(path, "ab") == {"a": CAMPAIGN, "b": Planted("fast bot", "fast_bot")}
