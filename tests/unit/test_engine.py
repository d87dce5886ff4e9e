"""The database's errors in words."""

from __future__ import annotations

import pytest

from overt.engines.duckdb import Database


@pytest.mark.parametrize(
    "text", ["Python object 'x' failed: KeyboardInterrupt: ", "INTERRUPT Error: Interrupted!"]
)
def test_ctrl_c_inside_the_database_stays_ctrl_c(text: str) -> None:
    import duckdb

    with pytest.raises(KeyboardInterrupt), Database("overt.detect.sources"):
        raise duckdb.InvalidInputException(text)


def test_other_errors_stay_what_they_are() -> None:
    import duckdb

    with pytest.raises(duckdb.InvalidInputException), Database("overt.detect.sources"):
        raise duckdb.InvalidInputException("something else")
