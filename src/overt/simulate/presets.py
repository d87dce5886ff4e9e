"""Worlds with a purpose: the demo, the null regimes, the power set-up.

in: a seed; out: a `World`; why: error rates and power are stated for worlds that anyone can draw again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from overt.errors import SettingError
from overt.simulate.world import Benign, Campaign, World

__all__ = ["REGIMES", "demo_world", "null_world", "power_world"]

REGIMES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "homophily": {"homophily": 0.97, "n_communities": 30},
    "viral": {"viral_share": 0.03},
    "flash": {"flash_share": 0.2},
    "diurnal": {"rhythm": 0.95, "n_zones": 2},
    "fast_bots": {"fast_bots": 0.2},
    "scheduler": {"scheduler_share": 0.2},
    "scheduler_half": {"scheduler_share": 0.5},
    "minute": {"resolution_s": 60.0},
    "thinned": {"keep": 0.5},
    "sessions": {"sessions": True},
    "bundles": {"bundle": 4},
    "shared_events": {"benign": (Benign("event fans", "event_fans", n_accounts=60, n_objects=40),)},
}
"""What each null regime changes. All but `shared_events` have no common cause beyond what people like,
when they are awake, and how fast things spread; in `shared_events` sixty accounts react to forty outside
events within two minutes, before a wide public: an audience, which no covert campaign is behind."""


def null_world(seed: int = 0, regime: str = "plain") -> World:
    """1,500 accounts, 800 objects, no campaign and no benign coordination, in one of `REGIMES`.

    Raises
    ------
    SettingError: an unknown regime.
    """
    if regime not in REGIMES:
        raise SettingError(f"There is no regime {regime!r}; expected one of {', '.join(REGIMES)}.")
    return replace(World(seed=seed), **REGIMES[regime])


def power_world(
    seed: int = 0, jitter_s: float = 20.0, n_accounts: int = 25, n_objects: int = 12, regime: str = "plain"
) -> World:
    """The null world with one campaign inside ordinary diffusion, participation 0.6, half camouflage.

    All its objects are copied captions: the test works within a trace, and the published power figures
    are for objects of one trace. For other campaigns, `replace(null_world(seed), campaigns=(...,))`.
    """
    campaign = Campaign(
        "campaign",
        n_accounts=n_accounts,
        n_objects=n_objects,
        jitter_s=jitter_s,
        participation=0.6,
        camouflage=0.5,
    )
    return replace(null_world(seed, regime), campaigns=(campaign,))


def demo_world(seed: int = 0) -> World:
    """2,000 accounts in a month with three covert campaigns, benign coordination and open state accounts.

    Campaign members share about twelve objects pairwise: 20 objects at participation 0.8 give 12.8.
    """
    return World(
        seed=seed,
        n_accounts=2000,
        n_objects=1200,
        plain_ratio=1.6,
        state_accounts=10,
        hostile_accounts=20,
        benign=(
            Benign("wire syndication", "syndication", n_accounts=12, n_objects=60),
            Benign("fan club", "fan_club", n_accounts=41, n_objects=25),
            Benign("give-away", "giveaway", n_accounts=120, n_objects=3),
            Benign("scheduler users", "scheduler", n_accounts=60, n_objects=0),
        ),
        campaigns=(
            Campaign(
                "campaign harbour", n_accounts=30, n_objects=20, jitter_s=20.0, participation=0.8,
                kinds=("text", "challenge"), template_handles=True, created_within_days=3.0, hostile_names=3,
            ),
            Campaign(
                "campaign lantern", n_accounts=18, n_objects=22, jitter_s=60.0, participation=0.75,
                kinds=("link",), camouflage=0.7, created_within_days=10.0,
            ),
            Campaign(
                "campaign orchard", n_accounts=12, n_objects=36, jitter_s=45.0, participation=0.8,
                kinds=("hashtag_sequence", "sound"), camouflage=0.85,
            ),
        ),
    )  # fmt: skip
