"""Covert campaigns as plans.

in: a `Campaign` and its members; out: a `Plan`; why: size, jitter, participation, camouflage and
placement are what the power of a detector is drawn over.
"""

from __future__ import annotations

import numpy as np

from overt.simulate.objects import Extra
from overt.simulate.planted import Delays, Plan, Reuse
from overt.simulate.population import Group
from overt.simulate.world import Campaign

__all__ = ["campaign_plan"]


def campaign_plan(campaign: Campaign, group: Group) -> Plan:
    """Members act |N(0, jitter_s)| seconds after the campaign's moment on each object."""
    objects: Extra | Reuse = Reuse(campaign.kinds, campaign.n_objects)
    if campaign.placement == "first":
        objects = Extra(campaign.kinds, campaign.n_objects, 1.0, others_after_s=3 * campaign.jitter_s)
    elif campaign.placement == "exclusive":
        objects = Extra(campaign.kinds, campaign.n_objects)
    return Plan(group, objects, campaign.participation, _jitter(campaign.jitter_s))


def _jitter(jitter_s: float) -> Delays:
    return lambda rng, n_members, n_objects: np.abs(rng.normal(0.0, jitter_s, (n_members, n_objects)))
