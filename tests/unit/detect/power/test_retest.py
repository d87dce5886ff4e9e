"""What is tested anew gives what a whole search gives: the same accounts, p-values and q-values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overt.detect.edges import partners
from overt.detect.loaded import Settings
from overt.detect.pipeline import find
from overt.detect.power import retest as module
from overt.detect.power.inject import Campaign
from overt.detect.power.retest import retest, search
from overt.detect.power.surface import FIRST
from tests.unit.detect.power.test_inject import put_in


def whole(loaded, base, layers, settings):
    """The detector on the changed layers, context and all."""
    changed = dict(zip((trace.name for trace in base.traces), layers, strict=True))
    every = tuple((trace, changed.get(trace.name, actions)) for trace, actions in loaded.layers)
    return find(replace(loaded, layers=every), settings).grouped.accounts


def test_the_data_as_they_are(loaded, base):
    expected = find(loaded, Settings()).grouped.accounts
    assert (base.found.q == expected.q).all()
    assert (base.found.flagged == expected.flagged).all()


@pytest.mark.parametrize(
    "campaign",
    [
        Campaign(20, 12, 20.0),
        Campaign(20, 12, 120.0, camouflage=0.0, repeat=1),
        Campaign(30, 6, 600.0, camouflage=1.0, repeat=2),
        Campaign(50, 30, 20.0, camouflage=0.2, participation=1.0, repeat=3),
        Campaign(20, 12, 20.0, placement=FIRST, repeat=4),
        Campaign(120, 20, 3600.0, camouflage=0.1, repeat=5),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["text", "repost"])
def test_a_campaign_is_searched_as_by_the_whole_detector(loaded, base, campaign, name):
    injected, _ = put_in(base, campaign, name=name)
    expected = whole(loaded, base, injected.layers, Settings())
    found = retest(base, injected.layers, injected.members)
    assert (found.flagged == expected.flagged).all()
    assert np.array_equal(found.p, expected.p)
    assert np.array_equal(found.q, expected.q)


def test_also_where_partners_are_only_bounded(loaded, monkeypatch):
    for where in (partners, module):
        monkeypatch.setattr(where, "TOUCH_LIMIT", 10)
    monkeypatch.setattr(partners.count_partners, "__defaults__", (None, 10))
    base = search(loaded, Settings())
    assert not base.everyone.exact
    injected, _ = put_in(base, Campaign(20, 12, 20.0))
    expected = whole(loaded, base, injected.layers, Settings())
    assert np.array_equal(retest(base, injected.layers, injected.members).q, expected.q)


def test_it_tests_less(base, monkeypatch):
    """Only pairs with a member or on an object whose origin moved."""
    n_tested = []
    original = module.TimingTest.test
    monkeypatch.setattr(module, "conclude", lambda *given: base.decision)
    monkeypatch.setattr(
        module.TimingTest, "test", lambda self, a, b: n_tested.append(len(a)) or original(self, a, b)
    )
    injected, _ = put_in(base, Campaign(10, 12, 20.0, camouflage=1.0))
    retest(base, injected.layers, injected.members)
    assert 0 < sum(n_tested) < base.everyone.n_pairs / 4
