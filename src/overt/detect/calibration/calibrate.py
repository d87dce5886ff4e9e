"""What the error rate is on this data: the search repeated on decoys of it.

in: the tables of a study on which `detect` was run; out: `Calibration`, plain figures; why: an error rate is
proven on simulated worlds, and everybody's data is another world.

Two questions, two columns. *What does the search flag where nothing is coordinated?* `decoy_mean`: the whole
way, from pairs to groups and attachment, on each decoy. *How many of the findings here are chance?*
`realised`: decoy pairs (accounts) with a p at or below the largest one that was accepted in the data, over
those accepted in the data; accounts by their own pairs, before audiences are set apart, since attachment and
audiences have no p where there is no group.
Groups are compared by score: that is the target-decoy q.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from overt.detect.calibration.decoys import KINDS, Kind, Material, material_of, rotation_days
from overt.detect.calibration.estimates import (
    count_interval,
    group_decoy_q,
    qq_points,
    share_interval,
    threshold,
)
from overt.detect.calibration.figures import Calibration, DecoyKind, Rate, warnings_of
from overt.detect.decision import Decision, decide
from overt.detect.groups.flag import Flagged
from overt.detect.loaded import Loaded, Settings, load
from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent

__all__ = ["RATES", "calibrate", "calibrate_loaded"]

RATES = (0.01, 0.05, 0.10)
WHATS = ("accounts", "pairs", "groups")


@dataclass(frozen=True, slots=True)
class _Searched:
    """The data or one decoy, searched: what was found at each rate, and the p-values of the decision."""

    n_pairs: tuple[int, ...]
    n_accounts: tuple[int, ...]
    groups: tuple[np.ndarray, ...]
    pair_p: np.ndarray
    account_p: np.ndarray
    n_tests: int

    def counts(self, what: str) -> tuple[int, ...]:
        return {
            "pairs": self.n_pairs,
            "accounts": self.n_accounts,
            "groups": tuple(len(scores) for scores in self.groups),
        }[what]


def calibrate(
    folder: Path,
    traces: Sequence[Trace],
    settings: Settings,
    *,
    decoys: int,
    seed: int,
    progress: Progress = silent,
) -> Calibration:
    """Calibrate the study with tables in `folder`; traces and settings are those of its `detect`."""
    loaded = load(folder, [trace for trace in traces if settings.decides(trace)], progress)
    return calibrate_loaded(loaded, settings, decoys=decoys, seed=seed, progress=progress)


def calibrate_loaded(
    loaded: Loaded, settings: Settings, *, decoys: int, seed: int, progress: Progress = silent
) -> Calibration:
    """Search the data and `decoys` decoys of each kind; the same seed gives the same figures."""
    rates = tuple(sorted({*RATES, settings.fdr}))
    wide = replace(settings, fdr=rates[-1])  # keeps every pair that the widest rate needs
    decision = decide(loaded, wide, progress=progress)
    real = _searched(decision, rates)
    material = material_of(loaded, settings)
    kinds, notes = _usable(material)
    drawn: dict[str, list[_Searched]] = {kind.name: [] for kind in kinds}
    for number in range(decoys):
        for place, kind in enumerate(kinds):
            progress("decoys", number * len(kinds) + place, decoys * len(kinds))
            rng = np.random.default_rng([seed, number, KINDS.index(kind)])
            everyone = decision.everyone if kind.same_content else None
            drawn[kind.name].append(_searched(decide(kind.draw(material, rng), wide, everyone), rates))
    progress("decoys", decoys * len(kinds), decoys * len(kinds))
    limits = _limits(decision, rates)
    figures = tuple(_kind(kind, drawn[kind.name], real, rates, limits) for kind in kinds)
    return Calibration(
        decoys=decoys,
        seed=seed,
        fdr=settings.fdr,
        n_tests=real.n_tests,
        n_accounts_tested=len(real.account_p),
        kinds=figures,
        qq_pairs=tuple(qq_points(real.pair_p, real.n_tests)),
        qq_accounts=tuple(qq_points(real.account_p, len(real.account_p))),
        groups=_groups(real, drawn, rates.index(settings.fdr)),
        notes=(*notes, *warnings_of(figures, settings.fdr)),
    )


def _usable(material: Material) -> tuple[list[Kind], list[str]]:
    """The kinds of decoy that this data allows, and what to say of it."""
    if not len(material.post_time):
        return [], ["No trace in this data decides, so there is nothing to calibrate."]
    days = rotation_days(material)
    if days == 0:
        return [kind for kind in KINDS if kind.name != "rotation"], [
            "The posts span less than three days, too few to move accounts along the calendar: rotation was "
            "left out."
        ]
    if days == 1:
        return list(KINDS), [
            "The posts span less than three weeks: rotation moved accounts by whole days, which keeps the "
            "hour of the day but not the day of the week."
        ]
    return list(KINDS), []


def _searched(decision: Decision, rates: Sequence[float]) -> _Searched:
    flagged: list[Flagged] = [decision.flag(rate) for rate in rates]
    return _Searched(
        n_pairs=tuple(int((decision.fused.q <= rate).sum()) for rate in rates),
        n_accounts=tuple(int(one.flagged.sum()) for one in flagged),
        groups=tuple(decision.group_scores(one, rate) for one, rate in zip(flagged, rates, strict=True)),
        pair_p=decision.fused.p,
        account_p=decision.scores.p[decision.everyone.per_account > 0],
        n_tests=max(decision.everyone.n_pairs, len(decision.fused.p)),
    )


def _limits(decision: Decision, rates: Sequence[float]) -> dict[tuple[str, float], float]:
    """The largest p accepted in the data, by what is counted and rate."""
    tested = decision.everyone.per_account > 0
    p, q = decision.scores.p[tested], decision.scores.q[tested]
    limits = {("accounts", rate): threshold(p, q, rate, len(p)) for rate in rates}
    pairs, n_tests = decision.fused, decision.everyone.n_pairs
    return limits | {("pairs", rate): threshold(pairs.p, pairs.q, rate, n_tests) for rate in rates}


def _kind(
    kind: Kind,
    drawn: Sequence[_Searched],
    real: _Searched,
    rates: Sequence[float],
    limits: dict[tuple[str, float], float],
) -> DecoyKind:
    rows = [
        _rate(what, place, rate, drawn, real, limits.get((what, rate)))
        for what in WHATS
        for place, rate in enumerate(rates)
    ]
    return DecoyKind(
        kind.name,
        kind.about,
        tuple(rows),
        tuple(qq_points(np.concatenate([one.pair_p for one in drawn]), sum(one.n_tests for one in drawn))),
        tuple(
            qq_points(
                np.concatenate([one.account_p for one in drawn]), sum(len(one.account_p) for one in drawn)
            )
        ),
    )


def _rate(
    what: str, place: int, rate: float, drawn: Sequence[_Searched], real: _Searched, limit: float | None
) -> Rate:
    counts = [one.counts(what)[place] for one in drawn]
    hits = sum(count > 0 for count in counts)
    found = real.counts(what)[place]
    realised: tuple[float | None, float | None, float | None] = (None, None, None)
    if found and limit is not None:
        accepted = int(((real.account_p if what == "accounts" else real.pair_p) <= limit).sum())
        below = [int(((one.account_p if what == "accounts" else one.pair_p) <= limit).sum()) for one in drawn]
        low, high = count_interval(below)
        over = max(accepted, 1)
        realised = (min(1.0, float(np.mean(below)) / over), min(1.0, low / over), min(1.0, high / over))
    return Rate(
        what,
        rate,
        found,
        float(np.mean(counts)),
        *count_interval(counts),
        hits / len(drawn),
        *share_interval(hits, len(drawn)),
        *realised,
    )


def _groups(real: _Searched, drawn: dict[str, list[_Searched]], place: int) -> tuple[dict[str, Any], ...]:
    """Target-decoy q of every group in the study, in its order."""
    scores = real.groups[place]
    by_kind = {
        name: group_decoy_q(scores, [one.groups[place] for one in searched])
        for name, searched in drawn.items()
    }
    return tuple(
        {
            "group_id": f"G{number + 1}",
            "score": float(score),
            "decoy_q": max((float(q[number]) for q in by_kind.values()), default=None),
            "by_kind": {name: float(q[number]) for name, q in by_kind.items()},
        }
        for number, score in enumerate(scores)
    )
