"""A seeded short-video platform with organic life, benign coordination and planted campaigns.

in: a `World`; out: posts and accounts as a study has them, and the truth apart; why: the demo, the tests
and the evaluation of error rates need platforms whose truth is known.

Reading order: world.py, simulation.py, organic.py (the null), planted.py, presets.py.
"""

from __future__ import annotations

from overt.simulate.presets import REGIMES, demo_world, null_world, power_world
from overt.simulate.simulation import Simulation, simulate
from overt.simulate.world import Benign, Campaign, World
from overt.simulate.write import Written, ndjson_lines, write

__all__ = [
    "REGIMES",
    "Benign",
    "Campaign",
    "Simulation",
    "World",
    "Written",
    "demo_world",
    "ndjson_lines",
    "null_world",
    "power_world",
    "simulate",
    "write",
]
