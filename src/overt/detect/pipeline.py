"""The whole way from traces to groups, one call per arrow. READ SECOND (after study.py).

in: accounts, posts and traces of a study; out: the tables edges, account_scores, groups, group_members and
evidence, and a summary of what was tested; why: whoever wants to know what overt does reads `find`.

    traces   --load--> actions --decide--> pairs and accounts with p and q   (see `decision`)
    decision --flag--> flagged accounts and communities --build_groups--> groups with evidence
    context traces, rarity and habits describe the pairs that were found; tables and a summary are written
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from overt.detect import tables
from overt.detect.decision import Decision, decide
from overt.detect.edges.partners import Partners
from overt.detect.explain.evidence import Layer
from overt.detect.groups.build import Grouped, build_groups
from overt.detect.loaded import Loaded, Settings, load
from overt.detect.origination.leads import find_leads
from overt.detect.origination.tables import summary_of, write_leads
from overt.detect.significance.fusion import AccountTests, Fused, fused_p, with_context
from overt.detect.significance.habits import HabitTest, activity_of
from overt.detect.significance.replicate import p_two_traces
from overt.detect.significance.synchrony import SynchronyTest
from overt.detect.significance.timing import TimingTest
from overt.detect.summary import summarise
from overt.detect.tested import Tested, context, decided, rarity_columns
from overt.detect.traces.registry import SYNCHRONY
from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent

__all__ = ["Findings", "detect", "find"]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that one run of the detector found, still as numbers.

    decision: what decided, before context and evidence were added.
    tested: the traces, deciding ones first. everyone: partners over all deciding traces, the number of tests.
    """

    decision: Decision
    tested: list[Tested]
    everyone: Partners
    fused: Fused
    scores: AccountTests
    grouped: Grouped


def detect(
    folder: Path, out: Path, traces: Sequence[Trace], settings: Settings, progress: Progress = silent
) -> dict[str, object]:
    """Run the detector on `folder`/{accounts,posts,traces}.parquet; write its tables to `out`.

    Returns the summary that goes into the manifest.
    """
    loaded = load(folder, traces, progress)
    found = find(loaded, settings, progress)
    names = loaded.accounts.to_pylist()
    rarities = [
        rarity_columns(one, test, settings.seed)
        for one, test in zip(found.tested, found.fused.by_trace, strict=True)
    ]
    some = np.flatnonzero(found.fused.q <= settings.fdr)
    further = tables.Further(
        _p_with_habits(loaded, found, some), p_two_traces(found.fused, found.decision.layers, some)
    )
    tables.write_edges(out, found.fused, found.tested, loaded.accounts, rarities, further)
    about = folder / "accounts.parquet"
    tables.write_account_scores(out, about, loaded.accounts, found.scores, found.grouped, loaded.clock)
    tables.write_groups(out, found.grouped, names, found.fused, further)
    layers = found.decision.layers
    leads = find_leads(layers, loaded.clock, settings.fdr, settings.seed)
    write_leads(out, leads, layers, names, found.grouped.flagged)
    summary = summarise(found.tested, found.everyone, found.fused, found.grouped, loaded.clock, settings.fdr)
    return summary | summary_of(leads)


def find(loaded: Loaded, settings: Settings, progress: Progress = silent) -> Findings:
    """The detector on numbers: decide, flag, describe, build groups."""
    decision = decide(loaded, settings, progress=progress)
    tested = [decided(layer) for layer in decision.layers]
    described = [(trace, actions) for trace, actions in loaded.layers if not settings.decides(trace)]
    tested += [context(trace, actions, loaded.clock) for trace, actions in described]
    if settings.traces is None or SYNCHRONY in settings.traces:
        synchrony = SynchronyTest(loaded.account, loaded.time_ms, loaded.clock, settings.seed)
        tested.append(Tested(SYNCHRONY, False, synchrony))
    fused = with_context(decision.fused, [one.test for one in tested if not one.decides])
    layers = [
        Layer(layer.trace.name, layer.actions, layer.test, fused.by_trace[number].scale_s)
        for number, layer in enumerate(decision.layers)
    ]
    flagged = decision.flag(settings.fdr)
    names = loaded.accounts.to_pylist()
    grouped = build_groups(fused, flagged, layers, names, settings.fdr, settings.seed)
    progress("groups", 1, 1)
    return Findings(decision, tested, decision.everyone, fused, decision.scores, grouped)


def _p_with_habits(loaded: Loaded, found: Findings, some: np.ndarray) -> np.ndarray:
    """Per fused pair its p with the accounts' posting habits in the null; NaN but for the places `some`."""
    activity = activity_of(loaded.account, loaded.time_ms, len(loaded.accounts))
    a, b = found.fused.a[some], found.fused.b[some]
    tests = [
        HabitTest(one.test, activity).test(a, b)
        for one in found.tested
        if one.decides and isinstance(one.test, TimingTest)
    ]
    p = np.full(len(found.fused.p), np.nan)
    p[some] = fused_p(tests)
    return p
