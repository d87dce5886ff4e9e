"""Worlds that several tests read; drawn once."""

from __future__ import annotations

import pytest

from overt.simulate import demo_world, null_world, simulate


@pytest.fixture(scope="session")
def demo():
    return simulate(demo_world(3))


@pytest.fixture(scope="session")
def null():
    return simulate(null_world(3))
