"""What a study gives back: tables, groups, and what was found.

in: the Parquet tables of a study; out: small objects over them; why: nothing is locked in. A table reads
its file when it is asked to, and becomes Arrow, polars, pandas or plain rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["Explanation", "Found", "Group", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a study, on disk; columns are described in `overt.schema`."""

    path: Path

    def to_arrow(self) -> pa.Table:
        import pyarrow.parquet as pq

        return pq.read_table(self.path)

    def to_polars(self) -> pl.DataFrame:
        """Needs polars, which is not installed with overt."""
        import polars as pl

        return pl.read_parquet(self.path)

    def to_pandas(self) -> Any:
        """A pandas.DataFrame; needs pandas, which is not installed with overt."""
        return self.to_arrow().to_pandas()

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return rows

    def __len__(self) -> int:
        import pyarrow.parquet as pq

        n: int = pq.ParquetFile(self.path).metadata.num_rows
        return n


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that act together: members by id, q-value, traces, why in words.

    audience: they act when the public does; then the members are not flagged.
    """

    id: str
    accounts: tuple[str, ...]
    q_value: float
    traces: tuple[str, ...]
    why: str
    audience: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What `Study.detect` found, groups first, then audiences, and the tables behind them."""

    groups: tuple[Group, ...]
    audiences: tuple[Group, ...]
    edges: Table
    account_scores: Table
    members: Table
    evidence: Table


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a group or an account stands out: `text` for people, `facts` for programs."""

    text: str
    facts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return self.facts
