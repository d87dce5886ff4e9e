"""`overt detect`: from an export to groups and a report, in one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli.options import (
    AsJson,
    Columns,
    Engine,
    Fdr,
    Files,
    Master,
    MidP,
    OutFolder,
    Platform,
    Seed,
    Source,
    Strict,
    Traces,
    column_map,
    study_beside,
)
from overt.cli.remarks import remarks
from overt.cli.studies import is_study
from overt.cli.terminal import emit_json, progress, say, say_indented
from overt.errors import SettingError

if TYPE_CHECKING:
    from overt.study import Study

__all__ = ["detect", "say_found"]

_SHOWN = 20
"""Groups shown in the terminal; the most surprising come first."""


def detect(
    files: Files,
    out: OutFolder = None,
    fdr: Fdr = 0.05,
    trace: Traces = None,
    seed: Seed = 0,
    strict: Strict = False,
    mid_p: MidP = False,
    source: Source = None,
    columns: Columns = None,
    platform: Platform = None,
    engine: Engine = "duckdb",
    master: Master = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read exports, find accounts that act together, write a report.

    FILES may be one study folder, to detect again with other options.

    \b
    Example:
      overt detect export.ndjson
      overt detect posts.csv.gz --map account=user_id,time=created_at --fdr 0.01
    """
    import overt

    again = len(files) == 1 and is_study(Path(files[0]))
    if again and any(option is not None for option in (out, source, columns, platform)):
        raise SettingError(
            f"{files[0]} is a study: --out, --source, --map and --platform are for reading exports",
            hint="Leave them out to detect again, or name the export.",
        )
    folder = Path(files[0]) if again else out or study_beside(files)
    default = engine == "duckdb" and master is None
    study = overt.open(folder) if default else overt.open(folder, engine=engine, master=master)
    with progress() as show:
        if not again:
            study.ingest(files, source=source, columns=column_map(columns), platform=platform, progress=show)
        study.detect(fdr=fdr, traces=trace or None, seed=seed, strict=strict, mid_p=mid_p, progress=show)
        report = None if no_report else study.report()
    summary = study.summary()
    if as_json:
        emit_json(summary)
    else:
        say_found(study, summary, report)


def say_found(study: Study, summary: dict[str, Any], report: Path | None) -> None:
    """Print what was found, where it is, and what to type next."""
    groups, audiences = summary["groups"], summary["audiences"]
    steps = study.manifest["steps"]
    say(f"{summary['posts']:,} posts of {summary['accounts']:,} accounts; {_compared(steps['detect'])}")
    for group in groups[:_SHOWN]:
        traces = ", ".join(group["traces"])
        say(f"\n{group['id']}  {group['size']} accounts, q {group['q_value']:.2g}, {traces}")
        say_indented(group["why"])
    if len(groups) > _SHOWN:
        say(f"\nand {len(groups) - _SHOWN} more groups, in the report")
    if groups:
        say()
    elif audiences:
        say("no group: those who act together here do so when the public does")
    elif steps["detect"]["summary"]["n_tests"]:
        say("no group: nothing here is closer in time than chance allows at the rate that you asked for")
    else:
        say("no group: no two accounts share anything that can be tested; look at what was read with")
        say("`overt ingest FILE --dry-run`, and name its columns with --map where one is missing")
    for line in [*_audiences(audiences), *_leads(steps["detect"]["summary"])]:
        say(line)
    for remark in [*remarks(steps["ingest"]["summary"], study.path), *summary["notes"]]:
        say(f"note:   {remark}")
    say(f"study:  {summary['study']}")
    if report is not None:
        say(f"report: {report}")
    if groups or audiences:
        say(f"next:   overt explain {summary['study']} {(groups or audiences)[0]['id']}")


def _audiences(audiences: list[dict[str, Any]]) -> list[str]:
    """How many act together as an audience does, and that they are not flagged; no line when none do."""
    if not audiences:
        return []
    n, size = len(audiences), sum(audience["size"] for audience in audiences)
    ids = "A1" if n == 1 else f"A1 to A{n}"
    return [
        f"{n} {'audience' if n == 1 else 'audiences'} ({ids}, {size:,} accounts): they act together, but at "
        "moments when the public does too; not flagged"
    ]


def _leads(summary: dict[str, Any]) -> list[str]:
    """How many start the same things together, and that this is no finding; no line when none do."""
    n = summary.get("n_leads") or 0
    if n == 0:
        return []
    ids = "O1" if n == 1 else f"O1 to O{n}"
    return [
        f"{n} {'lead' if n == 1 else 'leads'} ({ids}, {summary['n_in_leads']:,} accounts): they start the "
        "same things together; no finding, not flagged"
    ]


def _compared(detect: dict[str, Any]) -> str:
    """How many pairs were judged: what a result of nothing found rests on."""
    n, exact = detect["summary"]["n_tests"], detect["summary"]["n_tests_exact"]
    pairs = "pair of accounts that shares" if n == 1 else "pairs of accounts that share"
    return f"{'' if exact else 'at most '}{n:,} {pairs} three things of one kind compared"
