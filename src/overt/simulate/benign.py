"""Coordination that is no manipulation, as plans: what a detector must be able to tell, or to say.

in: a `Benign` (or the state accounts) and its members; out: a `Plan`; why: news syndication, fans,
give-aways, event audiences and declared state accounts act together in the open.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from overt.simulate.objects import Extra
from overt.simulate.planted import Plan
from overt.simulate.population import Group
from overt.simulate.world import Benign

__all__ = ["benign_plan", "state_plan"]

EVENT_S = 120.0
HOUR = 3600.0


def benign_plan(benign: Benign, group: Group) -> Plan | None:
    """The plan of a benign group; None for scheduler users, who share nothing with each other."""
    make = _PLANS.get(benign.kind)
    return None if make is None else make(benign, group)


def state_plan(group: Group) -> Plan:
    """State accounts repost each other within the hour, in the open."""
    objects = Extra(("repost",), 2 * len(group.members), popularity=0.5, creator=group.members)
    return Plan(group, objects, 0.4, lambda rng, m, n: rng.lognormal(np.log(1200.0), 0.8, (m, n)))


def _syndication(benign: Benign, group: Group) -> Plan:
    """Each outlet repeats the feed with its own constant lag, give or take three seconds."""
    objects = Extra(("notice",), benign.n_objects, popularity=0.5, others_after_s=900.0)
    return Plan(
        group, objects, 0.85,
        lambda rng, m, n: rng.lognormal(np.log(240.0), 0.9, (m, 1)) + np.abs(rng.normal(0.0, 3.0, (m, n))),
    )  # fmt: skip


def _fan_club(benign: Benign, group: Group) -> Plan:
    """The first member is the star; the others answer each video within minutes, in own words."""
    star, fans = group.members[:1], group.members[1:]
    objects = Extra(("reply",), benign.n_objects, popularity=2.0, others_after_s=60.0, creator=star)
    return Plan(
        Group(group.kind, group.name, fans), objects, 0.5,
        lambda rng, m, n: rng.lognormal(np.log(90.0), 0.8, (m, n)),
    )  # fmt: skip


def _giveaway(benign: Benign, group: Group) -> Plan:
    """Everyone who wants the prize pastes the host's text and link, over days."""
    objects = Extra(("notice",), benign.n_objects)
    return Plan(group, objects, 0.6, lambda rng, m, n: rng.lognormal(np.log(20 * HOUR), 0.9, (m, n)))


def _event_fans(benign: Benign, group: Group) -> Plan:
    """The same people react to every event within two minutes; a wide public follows within the hour.

    What they share is older than the event (the page of a match, of a show), and a few had shared it before:
    a test that looks at the time since the first share sees a crowd out of nothing.
    """
    objects = Extra(
        ("link",), benign.n_objects, popularity=20.0, others_after_s=EVENT_S, early=0.05, pace=0.125
    )
    return Plan(group, objects, 0.6, lambda rng, m, n: rng.uniform(0.0, EVENT_S, (m, n)))


_PLANS: dict[str, Callable[[Benign, Group], Plan]] = {
    "syndication": _syndication,
    "fan_club": _fan_club,
    "giveaway": _giveaway,
    "event_fans": _event_fans,
}
