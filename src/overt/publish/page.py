"""The page as a whole: the first screen, the data, the method's numbers, how to do it again.

in: `Findings`; out: the dict that the templates put in place; why: the sentence that a stranger reads
first is worth a test of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from overt.manifest import is_behind
from overt.publish.again import again
from overt.publish.audience_page import audiences_view, first_sentence
from overt.publish.calibration import read_calibration, report_lines
from overt.publish.findings import Findings
from overt.publish.group_page import day, group_view, summary
from overt.publish.leads_page import leads_view
from overt.publish.power import power_view, read_power
from overt.publish.shared_objects import Row
from overt.publish.text import clock, conflict_note, count, duration, joined, plural, rate, trace_name, when
from overt.publish.visible import bdi, visible

__all__ = ["headline", "page_view"]

_MAX_FILES, _MAX_REASONS, _MAX_NOTES = 20, 10, 30


def page_view(found: Findings, folder: Path) -> dict[str, Any]:
    """Everything that the templates show."""
    steps = found.manifest["steps"]
    ingest, detect = steps["ingest"].get("summary") or {}, steps["detect"].get("summary") or {}
    parameters = steps["detect"].get("parameters") or {}
    power = read_power(folder, steps)
    return {
        "name": visible(folder.resolve().name.removesuffix(".overt"), 80),
        "headline": headline(found),
        "rate_sentence": _rate_sentence(found, parameters),
        "facts": _facts(ingest, detect),
        "summaries": [summary(group.row) for group in found.groups],
        "groups": [group_view(group, found.accounts, found.limits) for group in found.groups],
        "more_groups": found.n_groups - len(found.groups),
        "audiences": audiences_view(found),
        "leads": leads_view(folder, detect),
        "unseen": _unseen(detect),
        "data": _data(found, ingest, detect),
        "traces": [_trace(row) for row in detect.get("traces") or []],
        "n_tests": _tests(detect),
        "fdr": rate(float(parameters.get("fdr", 0.05))),
        "reproduce": again(found.manifest),
        "power": None if power is None else power_view(power),
        "calibration": report_lines(read_calibration(folder, steps)),
    }


def headline(found: Findings) -> str:
    """What was found, in one sentence."""
    detect = found.manifest["steps"]["detect"].get("summary") or {}
    flagged = detect.get("n_flagged") or 0
    if found.n_groups:
        who = f"{plural(found.n_groups, 'group')}, {plural(found.n_in_groups, 'account')}"
        return f"{who} act together beyond what timing by chance explains."
    if flagged:
        return (
            f"{plural(flagged, 'account')} {'is' if flagged == 1 else 'are'} closer in time to others than "
            "chance explains, but they form no group."
        )
    if found.n_audiences:
        who = f"{plural(found.n_audiences, 'audience')}, {plural(found.n_in_audiences, 'account')},"
        return f"No group was found. {who} act together, but at moments when the public does too."
    return "No accounts were found to act together beyond what timing by chance explains."


def _rate_sentence(found: Findings, parameters: Row) -> str:
    allowed = rate(float(parameters.get("fdr", 0.05)))
    detect = found.manifest["steps"]["detect"].get("summary") or {}
    flagged = detect.get("n_flagged") or 0
    if not found.n_groups and not flagged:
        nobody = "Nobody is flagged: an outside event explains an audience better than a common hand. "
        return (
            f"{nobody if found.n_audiences else ''}"
            f"The search would have let at most {allowed} flagged accounts be chance. "
            "That nothing was found does not show that nothing is there: see what could not be seen."
        )
    parts = [f"At most {allowed} of the flagged accounts are expected to be there by chance."]
    attached = found.n_in_groups - found.n_by_pairs
    if attached > 0:
        parts.append(
            f"{plural(attached, 'member')} {'is' if attached == 1 else 'are'} flagged for acting with a "
            "group as a whole, not by any one pair."
        )
    alone = flagged - found.n_in_groups
    if found.n_groups and alone > 0:
        parts.append(
            f"{plural(alone, 'flagged account')} {'belongs' if alone == 1 else 'belong'} to no group."
        )
    return " ".join([*parts, first_sentence(found)]).strip()


def _facts(ingest: Row, detect: Row) -> list[tuple[str, str | Markup]]:
    first, last = ingest.get("first_at"), ingest.get("last_at")
    span = duration((last - first) / 1000) if first is not None and last is not None else "unknown"
    days = Markup("from {} to {}").format(day(first), day(last))
    return [
        (count(ingest.get("n_posts")), "posts read"),
        (count(ingest.get("n_accounts")), "accounts"),
        (span, days),
        (_tests(detect), "pairs of accounts compared"),
    ]


def _tests(detect: Row) -> str:
    n = count(detect.get("n_tests"))
    return n if detect.get("n_tests_exact", True) else f"at most {n}"


def _unseen(detect: Row) -> list[str]:
    """What this run could not see, besides what the method never sees; plain text."""
    out = []
    resolution = detect.get("resolution_s") or 0
    if resolution >= 60:
        out.append(
            f"The clock of this data is exact {clock(round(resolution * 1000))}: what happens faster than "
            "that cannot be told apart."
        )
    return out


def _data(found: Findings, ingest: Row, detect: Row) -> dict[str, Any]:
    files: Sequence[Row] = ingest.get("files") or []
    reasons = found.rejects[:_MAX_REASONS]
    notes = [bdi(note, 400) for note in detect.get("notes") or []][:_MAX_NOTES]
    return {
        "files": [_file(row) for row in files[:_MAX_FILES]],
        "more_files": max(0, len(files) - _MAX_FILES),
        "n_rejected": count(ingest.get("n_rejected")),
        "any_rejected": bool(ingest.get("n_rejected")),
        "reasons": [(bdi(reason, 160), count(n)) for reason, n in reasons],
        "more_reasons": max(0, len(found.rejects) - len(reasons)),
        "repeats": _repeats(ingest),
        "behind": is_behind(found.manifest["steps"]),
        "first": when(ingest.get("first_at"), _resolution(files, detect)),
        "last": when(ingest.get("last_at"), _resolution(files, detect)),
        "resolution": clock(_resolution(files, detect)),
        "left_out": [*_file_notes(ingest), *notes],
    }


def _repeats(ingest: Row) -> str:
    """Records that repeat a post's id, by what was done with them."""
    kinds = (
        ("n_duplicates", "said the same"),
        ("n_conflicting", "said something else (one version was kept)"),
        ("n_merged", "added to what was known"),
    )
    parts = [f"{count(ingest[key])} {did}" for key, did in kinds if ingest.get(key)]
    return f"Of the records that repeat a post, {joined(parts)}." if parts else "No record repeats a post."


def _file_notes(ingest: Row) -> list[Markup]:
    """What the reader says of the files: times without a zone, clashing ids, its own notes."""
    files: Sequence[Row] = ingest.get("files") or []
    out = []
    without_zone = sum(row.get("n_without_zone") or 0 for row in files)
    if without_zone:
        out.append(Markup("{} times had no time zone and were taken as UTC.").format(count(without_zone)))
    if ingest.get("n_conflicting"):
        out.append(Markup("{}").format(conflict_note(ingest["n_conflicting"])))
    skipped = sum(row.get("n_skipped") or 0 for row in files)
    if skipped:
        out.append(
            Markup("{} records are no posts (service messages, likes) and were passed over.").format(
                count(skipped)
            )
        )
    for row in files[:_MAX_FILES]:
        out += [
            Markup("{}: {}").format(bdi(row.get("file"), 80), bdi(note, 400))
            for note in row.get("notes") or []
        ]
    return out[:_MAX_NOTES]


def _resolution(files: Sequence[Row], detect: Row) -> int | None:
    seconds: float | None = detect.get("resolution_s")
    if seconds is not None:
        return round(seconds * 1000)
    return max((int(row["resolution_ms"]) for row in files if row.get("resolution_ms")), default=None)


def _file(row: Row) -> dict[str, Any]:
    return {
        "name": bdi(row.get("file"), 80),
        "format": bdi(row.get("title") or row.get("format"), 60),
        "reason": bdi(row.get("reason"), 240),
        "n_records": count(row.get("n_records")),
        "n_posts": count(row.get("n_posts")),
        "n_rejected": count(row.get("n_rejected")),
        "resolution": clock(row.get("resolution_ms")),
        "sha256": visible(row.get("sha256"), 64),
    }


def _trace(row: Mapping[str, Any]) -> dict[str, Any]:
    n_tests = row.get("n_tests")
    tests = "not tested" if n_tests is None else count(n_tests)
    scales = row.get("scales_s") or []
    return {
        "name": trace_name(visible(row.get("trace"), 40)),
        "n_actions": count(row["n_actions"]) if "n_actions" in row else "",
        "n_objects": count(row["n_objects"]) if "n_objects" in row else "",
        "n_accounts": count(row["n_accounts"]) if "n_accounts" in row else "",
        "n_tests": tests if row.get("n_tests_exact", True) else f"at most {tests}",
        "n_significant": "none" if n_tests is None else count(row.get("n_significant")),
        "scales": ", ".join(duration(scale) for scale in scales) or "none usable",
        "decides": "yes" if row.get("decides", True) else "no, context only",
    }
