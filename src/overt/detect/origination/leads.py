"""Leads: groups of accounts that start the same things together more often than they would by themselves.

in: the deciding layers; out: `Leads`; why: a campaign whose members are the first to share its objects
escapes the timing test, and must not escape notice. It is a lead because the null knows less than that of the
timing test: it rests on who shares what (BiCM), which people of one mind break as well. So nobody is flagged
for it, and it stands apart.

Null: accounts share objects as the BiCM of all objects says (one per topic would let a campaign of thirty
objects be its own topic), and start each by themselves, with their own share of starting: the number started
together is Poisson with mean E_uv r_u(D) r_v(D); three objects at least. ACAT combines the scales that both
clocks tell apart, then the traces in which both accounts share three objects that count. That is known
without looking at what they start together: a trace in which they start too little has p = 1 and its say.
The tests are all pairs of accounts that share any object; Benjamini-Hochberg. Accounts that start all they
share raise their own r, which hides them a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.detect.decision import Deciding
from overt.detect.edges.actions import UNKNOWN
from overt.detect.edges.shares import Shares
from overt.detect.groups.communities import LEAST_MEMBERS
from overt.detect.groups.multiplex import Layered, multiplex_communities
from overt.detect.origination.starts import LEAST_STARTED, Starts, starts_of, told_apart
from overt.detect.significance.combine import acat_p, acat_term, benjamini_hochberg
from overt.detect.significance.rarity import expected_overall
from overt.detect.significance.rarity_kernel import poisson_tails
from overt.detect.significance.timing import Clock

__all__ = ["Lead", "Leads", "find_leads"]

MOST_OBJECTS = 10

Searched = tuple[Deciding, Starts]


@dataclass(frozen=True, slots=True)
class Lead:
    """Accounts that start things together.

    members: account numbers, sorted; n_partners, q: per member, its significant partners and the least q of
    its pairs; objects: (layer, object number), those that three or more members started, most members first;
    traces: names of their layers.
    """

    members: np.ndarray
    n_partners: np.ndarray
    q: np.ndarray
    objects: list[tuple[int, int]]
    traces: list[str]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Leads:
    """Leads, the largest first; n_tests: pairs; n_crowded: objects left out because so many started them."""

    leads: list[Lead]
    n_tests: int
    n_crowded: int


def find_leads(layers: Sequence[Deciding], clock: Clock, fdr: float, seed: int) -> Leads:
    """Search all deciding traces; the same seed gives the same leads."""
    found = [_starts(layer, clock) for layer in layers]
    active = np.zeros(len(clock.grid_s), bool)
    for layer, one in zip(layers, found, strict=True):
        shares = layer.test.shares
        active[shares.account[np.repeat(one.counts, np.diff(shares.object_start))]] = True
    n = int(active.sum())
    n_tests, n_crowded = n * (n - 1) // 2, sum(one.n_crowded for one in found)
    a, b, p = _fused([layer.test.shares for layer in layers], found, clock)
    q = benjamini_hochberg(p, max(n_tests, len(p)))
    kept = q <= fdr
    a, b, p, q = a[kept], b[kept], p[kept], q[kept]
    pairs = Layered(a, b, np.minimum(-np.log10(np.maximum(p, 1e-300)), 30.0)[None, :])
    searched = list(zip(layers, found, strict=True))
    leads = [_lead(members, a, b, q, searched) for members in multiplex_communities(pairs, seed)]
    leads.sort(key=lambda lead: (-len(lead.members), int(lead.members[0])))
    named = [_named(lead, f"O{number}") for number, lead in enumerate(leads, 1)]
    return Leads(named, n_tests, n_crowded)


def _named(lead: Lead, name: str) -> Lead:
    return Lead(lead.members, lead.n_partners, lead.q, lead.objects, lead.traces, name)


def _starts(layer: Deciding, clock: Clock) -> Starts:
    known = np.zeros(layer.actions.n_objects, bool)
    known[layer.actions.object_[layer.actions.origin != UNKNOWN]] = True
    return starts_of(layer.test.shares, known, clock)


def _fused(
    shares: Sequence[Shares], found: Sequence[Starts], clock: Clock
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs with one p each: ACAT over the traces in which both share enough to have a say."""
    keys = [one.a.astype(np.int64) << 32 | one.b for one in found]
    key = np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    a, b = (key >> 32).astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32)
    total, n_traces = np.zeros(len(key)), np.zeros(len(key))
    for mine, one, layer in zip(keys, found, shares, strict=True):
        p = np.ones(len(key))
        p[np.searchsorted(key, mine)] = _p_values(layer, one, clock)
        says = np.minimum(one.n_objects[a], one.n_objects[b]) >= LEAST_STARTED
        total += np.where(says, _terms(p), 0.0)
        n_traces += says
    return a, b, _combined(total, n_traces)


def _p_values(shares: Shares, one: Starts, clock: Clock) -> np.ndarray:
    """ACAT over the scales of one trace."""
    expected = expected_overall(shares, one.a, one.b)
    says = told_apart(clock, one.a, one.b)
    total = np.zeros(len(one.a))
    for s, together in enumerate(one.together):
        mean = expected * one.share[s, one.a] * one.share[s, one.b]
        total += np.where(says[s], _terms(poisson_tails(together, mean)), 0.0)
    return _combined(total, says.sum(axis=0))


def _terms(p: np.ndarray) -> np.ndarray:
    return np.array([acat_term(one) for one in p])


def _combined(total: np.ndarray, n: np.ndarray) -> np.ndarray:
    """p of sums of n Cauchy scores each."""
    return np.array([acat_p(mean) for mean in total / n])


def _lead(
    members: np.ndarray, a: np.ndarray, b: np.ndarray, q: np.ndarray, searched: Sequence[Searched]
) -> Lead:
    inside = np.isin(a, members) & np.isin(b, members)
    ends = np.searchsorted(members, np.concatenate([a[inside], b[inside]]))
    n_partners = np.bincount(ends, minlength=len(members))
    least = np.ones(len(members))
    np.minimum.at(least, ends, np.concatenate([q[inside], q[inside]]))
    objects = _objects(members, searched)
    traces = list(dict.fromkeys(searched[number][0].trace.name for number, _ in objects))
    return Lead(members, n_partners, least, objects, traces)


def _objects(members: np.ndarray, searched: Sequence[Searched]) -> list[tuple[int, int]]:
    """What most members started together, MOST_OBJECTS at most."""
    found = []
    for number, (layer, one) in enumerate(searched):
        shares = layer.test.shares
        owner = np.repeat(np.arange(shares.n_objects), np.diff(shares.object_start))
        mine = one.started & np.isin(shares.account, members)
        n_members = np.bincount(owner[mine], minlength=shares.n_objects)
        found += [(-int(n_members[o]), number, int(o)) for o in np.flatnonzero(n_members >= LEAST_MEMBERS)]
    return [(number, o) for _, number, o in sorted(found)[:MOST_OBJECTS]]
