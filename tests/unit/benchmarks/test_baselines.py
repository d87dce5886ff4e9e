"""Every baseline against the plainest way to say it, on small random worlds."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from scipy import optimize, stats

from benchmarks.baselines import NAMES, baselines, bicm, hypergeometric, percentile, synchrotrap, tfidf_cosine
from overt.detect.edges.actions import UNKNOWN, Actions, by_object, in_order_of_time
from overt.detect.loaded import Loaded
from overt.detect.significance.timing import Clock
from overt.detect.traces.registry import traces

N, M = 9, 12
SEEDS = range(6)
METHODS = {name: method for name, method in zip(NAMES, baselines(), strict=True)}


def rows_of(seed):
    """(account, object, ms, post): two accounts hurry after a third, the others do as they like."""
    rng = np.random.default_rng(seed)
    rows = [(rng.integers(3, N), rng.integers(0, M), rng.integers(0, 4_000_000)) for _ in range(110)]
    for object_ in rng.permutation(M)[:7]:
        moment = rng.integers(0, 4_000_000)
        rows += [(account, object_, moment + rng.integers(0, 25_000)) for account in range(3)]
    return [(int(a), int(o), int(t), post) for post, (a, o, t) in enumerate(rows)]


def actions_of(rows):
    table = np.array(rows, np.int64)
    return in_order_of_time(
        Actions(
            table[:, 0].astype(np.int32),
            table[:, 1].astype(np.int32),
            table[:, 2],
            np.full(len(table), UNKNOWN),
            table[:, 3].astype(np.int32),
            N,
            M,
        )
    )


def loaded_of(*layers):
    names = ("text", "link")[: len(layers)]
    clock = Clock(np.zeros(N), np.zeros(N))
    accounts = pa.array([f"a{i}" for i in range(N)])
    none = np.zeros(0, np.int64)
    every = traces()
    return Loaded(
        accounts,
        none,
        none,
        clock,
        tuple((every[n], actions_of(r)) for n, r in zip(names, layers, strict=True)),
    )


def near(rows, window):
    """(a, b, object, post of a, post of b) of all co-actions, a < b."""
    return [
        (x[0], y[0], x[1], x[3], y[3])
        for x, y in itertools.product(rows, rows)
        if x[0] < y[0] and x[1] == y[1] and abs(x[2] - y[2]) <= window
    ]


def held(rows):
    sets = defaultdict(set)
    for account, object_, _, _ in rows:
        sets[account].add(object_)
    return sets


def flagged(name, *layers):
    return set(np.flatnonzero(METHODS[name].flag(loaded_of(*layers))).tolist())


def ends(pairs):
    return {account for pair in pairs for account in pair}


@pytest.mark.parametrize("seed", SEEDS)
def test_fixed_window(seed):
    rows = rows_of(seed)
    objects = defaultdict(set)
    for a, b, object_, _, _ in near(rows, 60_000):
        objects[a, b].add(object_)
    expected = ends(pair for pair, some in objects.items() if len(some) >= 2)
    assert {0, 1, 2} <= expected
    assert flagged("fixed_window", rows) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_percentile(seed):
    rows = rows_of(seed)
    co_actions = near(rows, 10_000)
    posts = defaultdict(set)
    for a, b, _, post_a, post_b in co_actions:
        posts[a].add(post_a)
        posts[b].add(post_b)
    part = {account for account, some in posts.items() if len(some) >= 2}
    weight = Counter((a, b) for a, b, *_ in co_actions if a in part or b in part)
    median = np.median(list(weight.values()))
    actions = actions_of(rows)
    assert set(np.flatnonzero(percentile.takes_part(actions, by_object(actions)))) == part
    assert flagged("percentile", rows) == ends(pair for pair, n in weight.items() if n > median)


@pytest.mark.parametrize("seed", SEEDS)
def test_cosines(seed):
    rows = rows_of(seed)
    count = Counter((account, object_) for account, object_, _, _ in rows)
    activity = Counter(account for account, *_ in rows)
    strong = [account for account in activity if activity[account] >= 5]
    sharers = Counter(object_ for account, object_ in count if account in strong)
    vector = {
        a: np.array([count[a, o] * math.log(len(strong) / sharers[o]) if sharers[o] else 0 for o in range(M)])
        for a in strong
    }
    a, b, cosine = tfidf_cosine.similarities(actions_of(rows))
    assert len(a) > 5
    for i, j, value in zip(a.tolist(), b.tolist(), cosine, strict=True):
        exact = vector[i] @ vector[j] / np.linalg.norm(vector[i]) / np.linalg.norm(vector[j])
        assert value == pytest.approx(exact)
    best = max(zip(cosine, a, b, strict=True))
    assert set(best[1:]) <= flagged("tfidf_cosine", rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_hypergeometric(seed):
    rows = rows_of(seed)
    sets = held(rows)
    n_objects = len({object_ for _, object_, _, _ in rows})
    p = {}
    for a, b in itertools.combinations(sorted(sets), 2):
        shared, small, large = len(sets[a] & sets[b]), len(sets[a]), len(sets[b])
        ways = sum(
            math.comb(small, k) * math.comb(n_objects - small, large - k) for k in range(shared, large + 1)
        )
        p[a, b] = ways / math.comb(n_objects, large)
    pairs, values, n = hypergeometric.p_values(actions_of(rows))
    assert n == len(p)
    assert len(values) == sum(value < 1 or len(sets[a] & sets[b]) > 0 for (a, b), value in p.items())
    for a, b, value in zip(pairs.a.tolist(), pairs.b.tolist(), values, strict=True):
        assert value == pytest.approx(p[a, b])
    kept = stats.false_discovery_control(list(p.values())) <= 0.05
    assert flagged("hypergeometric", rows) == ends(pair for pair, one in zip(p, kept, strict=True) if one)


@pytest.mark.parametrize("seed", SEEDS)
def test_bicm_reproduces_the_degrees_and_is_the_likeliest(seed):
    matrix = np.zeros((N, M))
    for account, object_, _, _ in rows_of(seed):
        matrix[account, object_] = 1
    matrix[:, 0] = 1  # an object that everyone holds
    rows, columns = matrix.sum(1).astype(int), matrix.sum(0).astype(int)
    model = bicm.solve(rows, columns)
    p = model.p[np.searchsorted(model.a, rows)][:, [list(model.b).index(k) for k in columns]]
    assert p.sum(1) == pytest.approx(rows, abs=1e-6)
    assert p.sum(0) == pytest.approx(columns, abs=1e-6)
    # the other way to the same model: the log-likelihood of exponential weights has its maximum there
    free = columns < N
    k = int(free.sum())
    if (rows == M).any():  # its weight is infinite
        return

    def loss(weights):
        logits = weights[:N, None] + weights[None, N:]
        return (
            np.logaddexp(0, logits).sum()
            - weights[:N] @ (rows - (N and (~free).sum()))
            - weights[N:] @ columns[free]
        )

    best = optimize.minimize(loss, np.zeros(N + k)).x
    exact = 1 / (1 + np.exp(-(best[:N, None] + best[None, N:])))
    assert p[:, free] == pytest.approx(exact, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_bicm_p_values(seed):
    rows = rows_of(seed)
    sets = held(rows)
    accounts = sorted(sets)
    degree = np.array([len(sets[a]) for a in accounts])
    sharers = Counter(object_ for some in sets.values() for object_ in some)
    model = bicm.solve(degree, np.array(list(sharers.values())))
    pairs, values, n = bicm.p_values(actions_of(rows))
    assert n == len(accounts) * (len(accounts) - 1) // 2
    for a, b, value in zip(pairs.a.tolist(), pairs.b.tolist(), values, strict=True):
        row = [list(model.a).index(len(sets[x])) for x in (a, b)]
        mean = sum(
            model.p[row[0], list(model.b).index(k)] * model.p[row[1], list(model.b).index(k)]
            for k in sharers.values()
        )
        assert value == pytest.approx(stats.poisson.sf(len(sets[a] & sets[b]) - 1, mean))


@pytest.mark.parametrize("seed", SEEDS)
def test_synchrotrap(seed):
    rows = rows_of(seed)
    sets = held(rows)
    matched = defaultdict(set)
    for a, b, object_, _, _ in near(rows, 600_000):
        matched[a, b].add(object_)
    similarity = {
        (a, b): len(some) / (len(sets[a]) + len(sets[b]) - len(some))
        for (a, b), some in matched.items()
        if min(len(sets[a]), len(sets[b])) >= 5
    }
    a, b, value = synchrotrap.similarities(actions_of(rows))
    assert dict(zip(zip(a.tolist(), b.tolist(), strict=True), value, strict=True)) == pytest.approx(
        similarity
    )
    cluster = {account: {account} for account in range(N)}
    for pair, some in similarity.items():
        if some >= 0.5:
            joined = cluster[pair[0]] | cluster[pair[1]]
            for account in joined:
                cluster[account] = joined
    expected = {account for account, some in cluster.items() if len(some) >= 3}
    assert {0, 1, 2} <= expected
    assert flagged("synchrotrap", rows) == expected


def test_what_any_trace_flags_is_flagged():
    together = [
        (account, object_, 1_000_000 * object_ + account, 10 * object_ + account)
        for object_ in range(6)
        for account in (0, 1, 2)
    ]
    others = [(account + 4, object_, time, post) for account, object_, time, post in together]
    for name in ("fixed_window", "synchrotrap"):
        assert flagged(name, together, others) == {0, 1, 2, 4, 5, 6}


def test_a_trace_that_only_describes_is_not_read():
    loaded = loaded_of(rows_of(0))
    context = Loaded(
        loaded.accounts,
        loaded.account,
        loaded.time_ms,
        loaded.clock,
        ((traces()["hashtag"], loaded.layers[0][1]),),
    )
    for method in METHODS.values():
        assert not method.flag(context).any()
