"""Topic blocks: topics are found, small ones get no block of their own, the cost is bounded."""

from __future__ import annotations

import numpy as np

from overt.detect.significance.blocks import LEAST_OBJECTS, topic_blocks
from overt.detect.significance.rarity import RarityTest
from tests.unit.detect.sharing import all_pairs, shares_of, world


def purity(blocks, topic, counted):
    """Share of the objects that are of their block's commonest topic."""
    members = [counted & (blocks.block_of == b) for b in range(blocks.n_blocks)]
    return sum(np.bincount(topic[m]).max(initial=0) for m in members) / counted.sum()


def test_topics_are_found_and_small_ones_pooled():
    shares, topic = world(1, n_accounts=1500, n_objects=800, n_topics=15)
    blocks = topic_blocks(shares, 0)
    linked = np.diff(shares.object_start) >= 2
    sizes = np.bincount(blocks.block_of[linked], minlength=blocks.n_blocks)
    assert blocks.cap is None
    assert (sizes >= LEAST_OBJECTS).all()
    assert purity(blocks, topic, linked) > 0.85
    assert topic_blocks(shares, 0).block_of.tolist() == blocks.block_of.tolist()


def test_a_bounded_graph_still_finds_the_topics():
    shares, topic = world(1, n_accounts=1500, n_objects=800, n_topics=15)
    blocks = topic_blocks(shares, 0, most_pairs=6000)
    assert blocks.cap is not None
    n = np.minimum(np.diff(shares.account_start), blocks.cap)
    assert (n * (n - 1) // 2).sum() <= 6000
    assert purity(blocks, topic, np.diff(shares.object_start) >= 2) > 0.7


def test_objects_of_one_account_go_where_it_is_at_home():
    """Two topics of 30 objects each, and for each account five objects that it alone shared."""
    rows = [(u, o + 30 * (u % 2)) for u in range(60) for o in range(30) if (u * 7 + o * 3) % 4]
    rows += [(u, 60 + 5 * u + i) for u in range(60) for i in range(5)]
    account, object_ = np.array(rows).T
    blocks = topic_blocks(shares_of(account, object_, 60, 360), 0)
    assert blocks.n_blocks == 2
    for u in range(60):
        assert set(blocks.block_of[60 + 5 * u : 65 + 5 * u]) == {blocks.block_of[30 * (u % 2)]}


def test_a_campaign_gets_no_block_of_its_own():
    """Twelve objects that only eight accounts share are put among others, where they are rare."""
    shares, _ = world(2, n_accounts=800, n_objects=600, n_topics=5)
    account = np.concatenate([shares.account, np.repeat(np.arange(800, 808), 12)])
    object_ = np.repeat(np.arange(600), np.diff(shares.object_start))
    object_ = np.concatenate([object_, np.tile(np.arange(600, 612), 8)])
    shares = shares_of(account, object_, 808, 612)
    blocks = topic_blocks(shares, 0)
    (where,) = set(blocks.block_of[600:])
    assert (blocks.block_of[:600] == where).sum() > 60
    found = RarityTest(shares, 0).test(*(all_pairs(8) + 800).astype(np.int32))
    assert found.expected_in_block.max() < 3
    assert found.p_value_in_block.max() < 1e-6
