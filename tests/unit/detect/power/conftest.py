"""A small platform without any campaign, searched once."""

from __future__ import annotations

from dataclasses import replace

import pytest

import overt
from overt.detect.loaded import Loaded, Settings, load
from overt.detect.power.retest import Base, search
from overt.detect.traces.registry import chosen
from overt.simulate import null_world, simulate, write


@pytest.fixture(scope="session")
def null_study(tmp_path_factory: pytest.TempPathFactory) -> overt.Study:
    folder = tmp_path_factory.mktemp("null")
    world = replace(null_world(1), n_accounts=300, n_objects=260)
    study = overt.open(folder / "s.overt")
    study.ingest(write(simulate(world), folder).posts)
    study.detect()
    return study


@pytest.fixture(scope="session")
def loaded(null_study: overt.Study) -> Loaded:
    return load(null_study.tables, chosen(None))


@pytest.fixture(scope="session")
def base(loaded: Loaded) -> Base:
    return search(loaded, Settings())
