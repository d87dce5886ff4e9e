"""A study: a folder of tables, and the verbs on it. READ FIRST.

in: platform exports; out: tables, groups, a report; why: the same few verbs serve the command line, a
notebook and the console, and each is a step that is done once and whole.

    study = overt.open("baltic")
    study.ingest("dump/*.ndjson")     # exports   -> accounts, posts
    found = study.detect(fdr=0.05)    # posts     -> traces -> edges -> groups, account scores, evidence
    study.report()                    # tables    -> report.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.errors import NotEnoughData, SettingError, StudyError
from overt.manifest import Manifest, digest, is_behind, locked, recover, step
from overt.progress import Progress, silent
from overt.results import Explanation, Found, Group, Table
from overt.schema import TABLES
from overt.signals import unbroken

if TYPE_CHECKING:
    from overt.detect.calibration.figures import Calibration
    from overt.detect.power.grid import Grid
    from overt.detect.power.surface import Power
    from overt.detect.sources.summary import Ingested
    from overt.engines.base import Engine

__all__ = ["Study", "open_study"]

_READ = {
    "posts.parquet": "tables/posts.parquet",
    "accounts.parquet": "tables/accounts.parquet",
    "rejects.ndjson": "rejects.ndjson",
}
_FOUND = ("edges", "account_scores", "groups", "group_members", "evidence", "leads", "lead_posts")


class Study:
    """A study folder. Make one with `overt.open`."""

    def __init__(self, path: Path, engine: Engine | None = None) -> None:
        self.path = path
        self._engine = engine
        self._manifest = Manifest.read(path)

    def __repr__(self) -> str:
        return f"Study({str(self.path)!r})"

    @property
    def tables(self) -> Path:
        return self.path / "tables"

    @property
    def manifest(self) -> dict[str, Any]:
        """What was done: steps with parameters and summaries."""
        return self._manifest.as_dict()

    def ingest(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        source: str | None = None,
        columns: Mapping[str, str] | None = None,
        platform: str | None = None,
        progress: Progress = silent,
    ) -> Ingested:
        """Read exports into posts and accounts; what is there stays, and files read before are skipped.

        paths: files, globs, folders or "-". source: a format's name when it is not to be recognised. columns:
        {"account": "user_id", "time": "created_at"} for files with columns of other names. platform: for
        sources that do not say. Raises InputError, TooManyRejects; then nothing is changed.
        """
        with unbroken():
            from overt.detect.sources import Ingested, ReadOptions, ingest, inputs

        names = [str(p) for p in ([paths] if isinstance(paths, str | Path) else paths)]
        options = ReadOptions(source, dict(columns or {}), platform)
        with inputs(names) as files, locked(self.path):
            self._manifest = Manifest.read(self.path)
            before = self._manifest.steps.get("ingest", {})
            known = dict(before.get("inputs", {}))
            given = {file.sha256: digest(source, dict(columns or {}), platform) for file in files}
            if given.items() <= known.items():
                return Ingested.from_dict(before["summary"])
            known |= given
            with step(self.path, self._manifest, "ingest", digest(sorted(known.items())), _READ) as work:
                posts = self.tables / "posts.parquet"
                read = ingest(
                    files,
                    staging=work.folder,
                    existing=posts if posts.exists() else None,
                    options=options,
                    progress=progress,
                )
                if before:
                    read = read.after(Ingested.from_dict(before["summary"]))
                _keep_earlier_rejects(self.path / "rejects.ndjson", work.folder / "rejects.ndjson")
                work.summary, work.extra = read.as_dict(), {"inputs": known}
                work.parameters = {"source": source, "columns": dict(columns or {}), "platform": platform}
        return read

    def detect(
        self,
        *,
        fdr: float = 0.05,
        traces: Sequence[str] | None = None,
        seed: int = 0,
        strict: bool = False,
        mid_p: bool = False,
        progress: Progress = silent,
    ) -> Found:
        """Find accounts that act together; at most `fdr` of the flagged ones are expected to be chance.

        traces: names to use, and to let decide, instead of all that the data has. strict: only what stands
        when posting habits are granted, under any dependence, by pairs alone. mid_p: more power with few
        objects, and less certainty. Raises NotEnoughData when there is nothing to test. A second call with
        the same settings and posts does no work.
        """
        if not 0 < fdr < 0.5:
            raise SettingError(f"fdr is {fdr:g}; it must be above 0 and below 0.5", hint="Common: 0.05.")
        if not 0 <= seed < 2**32:
            raise SettingError(f"seed is {seed}; it must be from 0 to {2**32 - 1}", hint="Common: 0.")
        if "ingest" not in self._manifest.steps:
            raise StudyError(
                f"{self.path} holds no posts yet", hint="Read an export first: overt ingest FILE."
            )
        names = None if traces is None else tuple(dict.fromkeys(traces))
        if names == ("synchrony",):
            raise SettingError(
                "synchrony only describes pairs that another trace found; by itself it decides nothing",
                hint="Name another trace beside it, or leave --trace out.",
            )
        with locked(self.path):
            self._manifest = Manifest.read(self.path)
            self._refuse_too_little()
            self._build_traces(progress)
            self._run_detector({"fdr": fdr, "seed": seed, "strict": strict, "mid_p": mid_p}, names, progress)
        return self.found()

    def _refuse_too_little(self) -> None:
        n_accounts = int(self._manifest.steps["ingest"]["summary"]["n_accounts"])
        if n_accounts < 2:
            raise NotEnoughData(
                f"the posts are of {n_accounts} account; at least two are needed to act together",
                hint="Export a whole hashtag, search or feed instead of one profile.",
            )

    def _build_traces(self, progress: Progress) -> None:
        with unbroken():
            from overt.detect.traces.build import build
            from overt.detect.traces.registry import traces

        every = list(traces().values())
        key = digest(self._manifest.steps["ingest"]["key"], [t.name for t in every], _version())
        if self._manifest.done("traces", key):
            return
        place = {"traces.parquet": "tables/traces.parquet"}
        with step(self.path, self._manifest, "traces", key, place) as work:
            posts, out = self.tables / "posts.parquet", work.folder / "traces.parquet"
            n = build(posts, out, every, progress, self._engine)
            work.summary = {"n_actions": n}
            work.extra = {"of": self._manifest.steps["ingest"]["key"]}

    def _run_detector(self, asked: dict[str, Any], names: tuple[str, ...] | None, progress: Progress) -> None:
        with unbroken():
            from overt.detect.loaded import Settings
            from overt.detect.pipeline import detect
            from overt.detect.room import refuse_too_many
            from overt.detect.traces.registry import chosen

        parameters = {**asked, "asked_traces": None if names is None else list(names)}
        settings = Settings.of(parameters)
        used = chosen(names)
        key = digest(self._manifest.steps["traces"]["key"], parameters, _version())
        if self._manifest.done("detect", key):
            return
        if self._engine is not None:
            refuse_too_many(self.tables)
        place = {f"{name}.parquet": f"tables/{name}.parquet" for name in _FOUND}
        with step(self.path, self._manifest, "detect", key, place) as work:
            work.summary = detect(self.tables, work.folder, used, settings, progress)
            work.parameters = {**parameters, "traces": [trace.name for trace in used]}
            work.extra = {"of": self._manifest.steps["traces"]["key"]}

    def _behind(self) -> list[str]:
        """A note when posts were read after the result was found, as when a run was stopped in between."""
        if not is_behind(self._manifest.steps):
            return []
        return [
            f"Posts were read after this result was found: overt detect {self.path} brings it up to date."
        ]

    def found(self) -> Found:
        """What the last `detect` found; StudyError when there was none."""
        if "detect" not in self._manifest.steps:
            raise StudyError(
                f"nothing was detected in {self.path} yet", hint=f"Run: overt detect {self.path}"
            )
        members: dict[str, list[str]] = {}
        for row in self.table("group_members").rows():
            members.setdefault(row["group_id"], []).append(row["account_id"])
        groups = tuple(
            Group(
                row["group_id"],
                tuple(members.get(row["group_id"], ())),
                row["q_value"],
                tuple(row["traces"]),
                row["why"],
                row["audience"],
            )
            for row in self.table("groups").rows()
        )
        audiences = tuple(group for group in groups if group.audience)
        groups = tuple(group for group in groups if not group.audience)
        names = ("edges", "account_scores", "group_members", "evidence")
        return Found(groups, audiences, *(self.table(name) for name in names))

    def table(self, name: str) -> Table:
        """A table by its name in `overt.schema`; StudyError when it is not there yet."""
        if name not in TABLES:
            raise SettingError(f"there is no table {name!r}", hint=f"The tables are: {', '.join(TABLES)}.")
        path = self.tables / f"{name}.parquet"
        if not path.exists():
            raise StudyError(f"{self.path} has no table {name} yet", hint="Run overt detect on it first.")
        return Table(path)

    def report(self, path: str | Path | None = None) -> Path:
        """Write the report, one HTML file that needs nothing else; returns where it is."""
        from overt.manifest import storage_errors
        from overt.publish.report import write

        self.found()
        out = Path(path) if path is not None else self.path / "report.html"
        with storage_errors(out.parent):
            return write(self.path, out)

    def power(
        self, grid: Grid | None = None, *, trace: str | None = None, progress: Progress = silent
    ) -> Power:
        """What could have been found here: puts campaigns into the data and searches again as `detect` did.

        grid: which campaigns; trace: what they share, None for what the data has most of. Writes power.json
        and power.html; the report then says it too. Raises StudyError before `detect`, SettingError,
        NotEnoughData. A second call with the same settings does no work.
        """
        from overt.detect.power.grid import Grid

        asked = (grid or Grid()).checked()
        with locked(self.path):
            self._manifest = Manifest.read(self.path)
            self.found()
            return self._measure_power(asked, trace, progress)

    def _measure_power(self, grid: Grid, trace: str | None, progress: Progress) -> Power:
        from overt.publish.power import measured, read_power

        detected = self._manifest.steps["detect"]
        key = digest(detected["key"], asdict(grid), trace, _version())
        known = read_power(self.path, self._manifest.steps) if self._manifest.done("power", key) else None
        if known is not None:
            return known
        place = {name: name for name in ("power.json", "power.html")}
        with step(self.path, self._manifest, "power", key, place) as work:
            power = measured(self.path, work.folder, grid, trace, progress)
            work.parameters = {**asdict(grid), "trace": trace}
            work.summary = {"trace": power.trace, "n_rows": len(power.rows), "notes": list(power.notes)}
            work.extra = {"of": detected["key"]}
        return power

    def calibrate(self, *, decoys: int = 20, seed: int = 0, progress: Progress = silent) -> Calibration:
        """What the error rate is here: searches decoys of the data as `detect` did, `decoys` of each kind.

        Writes calibration.json (figures, every group's q against decoys) and calibration.html; the report
        then says it too. Raises StudyError before `detect`, SettingError. A second call does no work.
        """
        if not 1 <= decoys <= 10_000:
            raise SettingError(f"decoys is {decoys}; expected 1 to 10,000", hint="Common: 20.")
        with locked(self.path):
            self._manifest = Manifest.read(self.path)
            self.found()
            return self._calibrate(decoys, seed, progress)

    def _calibrate(self, decoys: int, seed: int, progress: Progress) -> Calibration:
        from overt.publish.calibration import FILES, calibrated, read_calibration

        detected, steps = self._manifest.steps["detect"], self._manifest.steps
        key = digest(detected["key"], decoys, seed, _version())
        known = read_calibration(self.path, steps) if self._manifest.done("calibrate", key) else None
        if known is not None:
            return known
        with step(self.path, self._manifest, "calibrate", key, {name: name for name in FILES}) as work:
            found = calibrated(self.path, work.folder, decoys, seed, progress)
            work.parameters = {"decoys": decoys, "seed": seed}
            work.summary = {"sentence": found.sentence(), "notes": list(found.notes)}
            work.extra = {"of": detected["key"]}
        return found

    def explain(self, name: str) -> Explanation:
        """Why a group ("G1") or an account (id or handle) stands out. SettingError for an unknown name."""
        from overt.detect.explain.explanation import explain

        self.found()
        text, facts = explain(self.tables, name)
        return Explanation(text, facts)

    def export(self, to: str, out: str | Path | None = None) -> list[Path]:
        """Write the result as "gexf", "graphml" or "csv"; returns the files."""
        from overt.manifest import storage_errors
        from overt.publish.exports import write

        self.found()
        target = Path(out) if out is not None else self.path / ("csv" if to == "csv" else f"groups.{to}")
        with storage_errors(target.parent):
            return list(write(self.path, to, target))

    def summary(self) -> dict[str, Any]:
        """The result in a few numbers, as `--json` prints it."""
        found = self.found()
        read, detected = self._manifest.steps["ingest"]["summary"], self._manifest.steps["detect"]["summary"]
        return {
            "study": str(self.path),
            "posts": read["n_posts"],
            "accounts": read["n_accounts"],
            "rejected": read["n_rejected"],
            "edges": detected["n_edges"],
            "flagged_accounts": detected["n_flagged"],
            "groups": [_in_short(group) for group in found.groups],
            "audiences": [_in_short(group) for group in found.audiences],
            "notes": [*detected["notes"], *self._behind()],
            "seconds": {name: done["seconds"] for name, done in self._manifest.steps.items()},
        }


def _in_short(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "size": len(group.accounts),
        "q_value": group.q_value,
        "traces": list(group.traces),
        "why": group.why,
    }


def _keep_earlier_rejects(earlier: Path, now: Path) -> None:
    if earlier.exists() and now.exists():
        now.write_bytes(earlier.read_bytes() + now.read_bytes())


def _version() -> str:
    from overt import __version__

    return __version__


def open_study(path: str | Path, *, engine: str = "duckdb", master: str | None = None) -> Study:
    """Open a study folder, or name a new one (it is made when something is read into it).

    engine: "duckdb", or "spark" to find traces in tasks; the tables are the same to the last digit. master:
    Spark's master, "local[2]" when None; its workers must see the folder under the same path. Spark starts
    when there is work for it. SettingError for another engine; StudyError for a folder that is something else
    or another version's.
    """
    folder = Path(path)
    runs = _engine(engine, master)
    if (folder / ".staging" / "commit.json").exists():
        with locked(folder):
            recover(folder)
    return Study(folder, runs)


def _engine(name: str, master: str | None) -> Engine | None:
    """What runs the tasks; None for this process."""
    if name not in ("duckdb", "spark"):
        raise SettingError(
            f"there is no engine {name!r}", hint="Use engine='duckdb', or engine='spark' for a cluster."
        )
    if name == "duckdb":
        if master is not None:
            raise SettingError(f"master is {master!r}, and only Spark has one", hint="Add engine='spark'.")
        return None
    from overt.engines.spark import SparkEngine

    return SparkEngine(master)
