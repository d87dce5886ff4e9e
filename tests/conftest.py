"""Settings of all tests: property tests are the same on every run and are not timed."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# compiled kernels take seconds at their first call, which says nothing about the property
settings.register_profile(
    "overt", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("overt")
