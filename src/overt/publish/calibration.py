"""What decoys of the data say, in words and pictures.

in: a `Calibration`; out: what the templates show, calibration.html, and the lines in the report; why: the
promise of an error rate is made for this data, and whoever reads the report wants to see it kept there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from overt.detect.calibration.figures import Calibration, DecoyKind, Rate
from overt.progress import Progress
from overt.publish.charts.calibration import Curve, Measured, asked_and_measured, qq
from overt.publish.study_rows import manifest
from overt.publish.text import count, decimal, plural, q_words
from overt.publish.visible import visible
from overt.publish.whole_file import written_whole

__all__ = [
    "FILES",
    "calibrated",
    "calibration_view",
    "read_calibration",
    "report_lines",
    "table_rows",
    "write_page",
]

FILES = ("calibration.json", "calibration.html")


def read_calibration(folder: Path, steps: dict[str, Any]) -> Calibration | None:
    """The calibration of the search that the study holds now; None when there is none."""
    if "calibrate" not in steps or steps["calibrate"].get("of") != steps["detect"].get("key"):
        return None
    try:
        return Calibration.from_dict(json.loads((folder / FILES[0]).read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None  # the file was thrown away or damaged: the report does without


def report_lines(found: Calibration | None) -> dict[str, Any] | None:
    """What the report says: one line, warnings, and one for each group, by its id."""
    if found is None or not found.kinds:
        return None
    return {
        "sentence": found.sentence(),
        "notes": list(found.notes),
        "groups": {row["group_id"]: _group_sentence(row["decoy_q"], found) for row in found.groups},
    }


def _group_sentence(q: float, found: Calibration) -> str:
    if q >= 1:
        return (
            "Groups as strong as this one turn up as readily in decoys of this data, in which nobody acts "
            "together on purpose: by itself it is no finding."
        )
    if q <= 1.0001 / (found.decoys * len(found.groups)):
        return (
            f"No group in a decoy of this data is as strong as this one: at most {q_words(q)} groups as "
            f"strong are chance, the least that {plural(found.decoys, 'decoy')} of a kind can show."
        )
    return (
        f"Compared with the groups in decoys of this data, {q_words(q)} groups as strong as this one are "
        "expected to be chance."
    )


def calibration_view(found: Calibration) -> dict[str, Any]:
    """Everything that the page shows."""
    return {
        "sentence": found.sentence(),
        "notes": list(found.notes),
        "kinds": [{"name": kind.kind, "about": kind.about} for kind in found.kinds],
        "decoys": plural(found.decoys, "decoy"),
        "qq_pairs": qq(_curves(found, "pairs"), "p-values of pairs against those of chance"),
        "qq_accounts": qq(_curves(found, "accounts"), "p-values of accounts against those of chance"),
        "fdr_accounts": asked_and_measured(_measured(found, "accounts"), "asked and measured, accounts"),
        "fdr_pairs": asked_and_measured(_measured(found, "pairs"), "asked and measured, pairs"),
        "any_found": any(row.found for row in found.rows("accounts")),
        "rows": table_rows(found),
        "groups": [_group(row) for row in found.groups],
        "n_tests": count(found.n_tests),
        "n_accounts": count(found.n_accounts_tested),
        "fdr": f"{found.fdr:g}",
        "seed": found.seed,
    }


def _curves(found: Calibration, what: str) -> list[Curve]:
    name = f"qq_{what}"
    decoys = [(visible(kind.kind, 20), getattr(kind, name)) for kind in found.kinds]
    return [
        Curve("data", "the data", getattr(found, name)),
        *(Curve(kind, f"{kind} decoys", points) for kind, points in decoys),
    ]


def _measured(found: Calibration, what: str) -> list[Measured]:
    return [
        Measured(visible(kind.kind, 20), f"{kind.kind} decoys", row.rate, *_shares(row))
        for kind in found.kinds
        for row in kind.rates
        if row.what == what
    ]


def _shares(row: Rate) -> tuple[float, float, float]:
    """Share of chance among the findings; without findings, of decoys in which anything was found."""
    if row.realised is None or row.realised_low is None or row.realised_high is None:
        return row.any_share, row.any_low, row.any_high
    return row.realised, row.realised_low, row.realised_high


def table_rows(found: Calibration, rate: float | None = None) -> list[dict[str, str]]:
    """Every figure, or those at one rate, in words."""
    return [_row(kind, row) for kind in found.kinds for row in kind.rates if rate in (None, row.rate)]


def _row(kind: DecoyKind, row: Rate) -> dict[str, str]:
    realised = (
        "" if row.realised is None else f"{_percent(row.realised)}, at most {_percent(row.realised_high)}"
    )
    return {
        "kind": visible(kind.kind, 20),
        "what": row.what,
        "rate": f"{100 * row.rate:g} %",
        "found": count(row.found),
        "mean": f"{decimal(row.decoy_mean)} ({decimal(row.decoy_low)} to {decimal(row.decoy_high)})",
        "any": f"{100 * row.any_share:.0f} % ({100 * row.any_low:.0f} to {100 * row.any_high:.0f})",
        "realised": realised,
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{decimal(100 * share)} %"


def _group(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": visible(row["group_id"], 12),
        "q": f"{row['decoy_q']:.2g}",
        "by_kind": ", ".join(f"{visible(name, 20)} {q:.2g}" for name, q in row["by_kind"].items()),
    }


def write_page(found: Calibration, name: str, out: Path) -> Path:
    """Write calibration.html, one file that needs nothing else. name: the study's, written by a stranger."""
    from overt.publish.report import environment

    view = {
        "name": visible(name.removesuffix(".overt"), 80),
        "calibration": calibration_view(found),
        "mark": Markup('<span class="mark {}"></span>'),
    }
    html = environment().get_template("calibration_page.html.j2").render(view)
    with written_whole(out) as file:
        file.write(html)
    return out


def calibrated(folder: Path, out: Path, decoys: int, seed: int, progress: Progress) -> Calibration:
    """Calibrate the study at `folder`, as it was searched; write calibration.json and .html to `out`."""
    from overt.detect.calibration.calibrate import calibrate
    from overt.detect.loaded import Settings
    from overt.detect.traces.registry import chosen

    settings = Settings.of(manifest(folder)["steps"]["detect"]["parameters"])
    found = calibrate(
        folder / "tables", chosen(settings.traces), settings, decoys=decoys, seed=seed, progress=progress
    )
    with written_whole(out / FILES[0]) as file:
        file.write(json.dumps(found.as_dict(), indent=1, allow_nan=False) + "\n")
    write_page(found, folder.resolve().name, out / FILES[1])
    return found
