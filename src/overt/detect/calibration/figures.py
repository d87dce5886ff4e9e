"""What a calibration says: plain figures, their line, and what it means where they are bad.

in: counts and p-values, already summed up; out: `Calibration`; why: the page, the report, the command line
and whoever reads the JSON say the same of the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Calibration", "DecoyKind", "Rate", "warnings_of"]


@dataclass(frozen=True, slots=True)
class Rate:
    """One nominal rate, one thing counted (accounts, pairs or groups), one kind of decoy.

    found: in the data. decoy_mean, decoy_low, decoy_high: found per decoy, mean and 95 % interval.
    any_share (with interval): decoys in which anything was found; where nothing is coordinated this is the
    realised false discovery rate. realised (with interval): expected share of chance among what was found in
    the data; None where nothing was found, and for groups, which have their own q.
    """

    what: str
    rate: float
    found: int
    decoy_mean: float
    decoy_low: float
    decoy_high: float
    any_share: float
    any_low: float
    any_high: float
    realised: float | None
    realised_low: float | None
    realised_high: float | None


@dataclass(frozen=True, slots=True)
class DecoyKind:
    """The figures of one kind of decoy; QQ points are (expected, seen) -log10 p, all decoys pooled."""

    kind: str
    about: str
    rates: tuple[Rate, ...]
    qq_pairs: tuple[tuple[float, float], ...]
    qq_accounts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a study's own decoys say.

    decoys: of each kind. fdr: the rate of the study's findings, one of the rates counted. groups: one
    row per group in the study, with `decoy_q` (the largest over the kinds) and `by_kind`.
    """

    decoys: int
    seed: int
    fdr: float
    n_tests: int
    n_accounts_tested: int
    kinds: tuple[DecoyKind, ...]
    qq_pairs: tuple[tuple[float, float], ...]
    qq_accounts: tuple[tuple[float, float], ...]
    groups: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON holds them."""
        return {**asdict(self), "sentence": self.sentence()}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Calibration:
        """What `as_dict` gave; TypeError or KeyError for anything else."""
        kinds = tuple(
            DecoyKind(
                **{
                    **kind,
                    "rates": tuple(Rate(**row) for row in kind["rates"]),
                    "qq_pairs": _points(kind["qq_pairs"]),
                    "qq_accounts": _points(kind["qq_accounts"]),
                }
            )
            for kind in given["kinds"]
        )
        rest = {
            "kinds": kinds,
            "qq_pairs": _points(given["qq_pairs"]),
            "qq_accounts": _points(given["qq_accounts"]),
            "groups": tuple(given["groups"]),
            "notes": tuple(given["notes"]),
        }
        plain = {name: value for name, value in given.items() if name != "sentence"}
        return cls(**{**plain, **rest})

    def rows(self, what: str) -> list[Rate]:
        """The rows at the study's own rate, one per kind of decoy."""
        return [row for kind in self.kinds for row in kind.rates if (row.what, row.rate) == (what, self.fdr)]

    def sentence(self) -> str:
        """The result in one line."""
        rows = self.rows("accounts")
        if not rows:
            return "No decoy of this data could be made."
        means = sorted(row.decoy_mean for row in rows)
        least, most = _short(means[0]), _short(means[-1])
        mean = least if least == most else f"{least} to {most}"
        by_kind = "" if least == most else " (by kind of decoy)"
        found = rows[0].found
        return (
            f"{self.decoys * len(rows)} decoys of this data: {mean} accounts flagged on average{by_kind}, "
            f"where {found:,} {'is' if found == 1 else 'are'} in the data."
        )


def _points(given: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((expected, seen) for expected, seen in given)


def _short(mean: float) -> str:
    if 0 < mean < 0.1:
        return f"{mean:.2f}"
    return f"{mean:,.0f}" if mean >= 10 else f"{mean:.1f}".removesuffix(".0")


_MEANS = {
    "dither": "the search lets more through than its rate even where latencies are as the test assumes",
    "rotation": "accounts here post at the same moments, whatever they share, so that some meet by habit",
    "rewired": (
        "things here spread in bursts that latencies do not explain, so that an audience is flagged as "
        "readily as a campaign; or a campaign is much of what was posted on its days"
    ),
}


def warnings_of(kinds: Sequence[DecoyKind], fdr: float) -> list[str]:
    """What it means where decoys show more than the rate allows, beyond the interval."""
    said = []
    for kind in kinds:
        row = next(row for row in kind.rates if (row.what, row.rate) == ("accounts", fdr))
        too_many = row.decoy_low > fdr * row.found if row.found else row.any_low > fdr
        if too_many and kind.kind in _MEANS:
            said.append(
                f"In {kind.kind} decoys {_short(row.decoy_mean)} accounts are flagged on average, more than "
                f"the rate of {fdr:g} allows: {_MEANS[kind.kind]}."
            )
    return said
