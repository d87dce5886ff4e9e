"""One Spark for all tests that need it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from overt.engines.spark import SparkEngine
from overt.engines.spark_context import LEAST_JAVA, java_version, started


@pytest.fixture(scope="session")
def spark():
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install 'overt[spark]'")
    version = java_version()[1]
    if version is None or version < LEAST_JAVA:
        pytest.skip(f"Spark needs Java {LEAST_JAVA} or later")
    yield SparkEngine("local[2]")
    started("local[2]").stop()
