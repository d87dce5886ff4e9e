"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from overt.schema import TABLES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "overt"
MODULES = sorted(PACKAGE.rglob("*.py"))
DOCS = ROOT / "docs"
NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager"}
HEAVY = ("duckdb", "networkit", "numba", "pyarrow", "scipy", "pandas", "polars", "pyspark", "jinja2", "rich")
MAX_LINES = 500
MAX_BYTES = 500_000


def tracked(*suffixes: str) -> list[Path]:
    """Files of the project: what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_over_500_lines():
    long = [
        short(p) for p in tracked(".py", ".sql", ".js", ".css") if len(p.read_text().splitlines()) > MAX_LINES
    ]
    assert long == []


def test_no_file_is_over_500_kilobytes():
    assert [short(path) for path in tracked() if path.stat().st_size > MAX_BYTES] == []


def test_no_room_has_a_name_that_says_nothing():
    parts = {
        short(p): {*p.relative_to(ROOT).parts[:-1], p.stem} for p in tracked() if p.is_relative_to(PACKAGE)
    }
    assert [name for name, words in parts.items() if words & NAMELESS] == []


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_all_is_sorted_and_true(path):
    if path.name == "__init__.py" and len(ast.parse(path.read_text()).body) <= 1:
        return  # a folder that only says what it is for
    names, defined = _all_of(path), _defined_in(path)
    assert names is not None, "no __all__"
    assert names == sorted(names, key=_as_ruff_sorts)
    lazy = "__getattr__" in defined  # a module that imports on use defines its names there
    assert [name for name in names if name not in defined and not lazy] == []


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_a_module_opens_with_a_docstring(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_every_sql_file_says_what_in_and_out():
    files = sorted(PACKAGE.rglob("*.sql"))
    assert files
    headless = [
        short(p)
        for p in files
        if not re.match(r"-- what.*\n(--.*\n)*-- in.*\n(--.*\n)*-- out", p.read_text())
    ]
    assert headless == []


def test_importing_overt_is_quick_and_light():
    code = "import sys, overt; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    seconds, loaded = min(_timed([sys.executable, "-c", code]) for _ in range(5))
    bare, _ = min(_timed([sys.executable, "-c", "pass"]) for _ in range(3))
    assert set(loaded.split()) & set(HEAVY) == set()
    assert seconds - bare < 0.3


def test_importing_overt_loads_nothing_of_it_until_a_name_is_used():
    code = (
        "import sys, overt\n"
        "early = sorted(name for name in sys.modules if name.startswith('overt.'))\n"
        "names = [getattr(overt, name) for name in overt.__all__]\n"
        "print(early, len(names), overt.open.__name__, set(overt.__all__) <= set(dir(overt)))\n"
        "print(getattr(overt, 'opne', 'no such name'))\n"
    )
    _, said = _timed([sys.executable, "-c", code])
    assert said.splitlines() == ["[] 8 open_study True", "no such name"]


def test_help_is_quick():
    seconds, out = min(_timed([sys.executable, "-m", "overt", "--help"]) for _ in range(3))
    assert "detect" in out
    assert seconds < 1.0


def test_every_verb_and_option_is_in_the_docs():
    from typer.main import get_command

    from overt.cli.app import app

    page = (DOCS / "cli.md").read_text()
    for name, command in get_command(app).commands.items():
        section = re.search(rf"^## overt {name}\b.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
        assert section, f"docs/cli.md has no section on {name}"
        said = section[0] + (page if name == "ingest" else "")  # ingest shares detect's options
        options = {flag for parameter in command.params for flag in parameter.opts if flag.startswith("--")}
        assert {option for option in options - {"--json", "--help"} if option not in said} == set()


def test_every_format_and_column_to_map_is_in_the_docs():
    from overt.detect.sources.column_names import FIELDS
    from overt.detect.sources.columns import NAME
    from overt.detect.sources.registry import formats

    page = (DOCS / "formats.md").read_text()
    assert [name for name in (*formats(), NAME, *FIELDS) if f"`{name}`" not in page] == []


def test_every_trace_is_in_the_docs():
    from overt.detect.traces.registry import traces

    page = (DOCS / "cli.md").read_text()
    assert [name for name in traces() if name not in page] == []


def test_the_page_of_tables_is_what_the_schema_says():
    page = (DOCS / "tables.md").read_text()
    assert page == _write_tables().render(), "run `make tables`"
    assert [c.name for t in TABLES.values() for c in t.columns if f"`{c.name}`" not in page] == []


def test_every_exit_code_is_in_the_docs():
    from overt.cli import exits

    page = (DOCS / "cli.md").read_text()
    codes = {value for name, value in vars(exits).items() if name in exits.__all__ and isinstance(value, int)}
    assert {code for code in codes if f"| {code} |" not in page} == set()


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in tracked(".md"):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text()):
            if not (page.parent / target).exists():
                broken.append(f"{short(page)} -> {target}")
    assert broken == []


def test_commands_of_the_readme_exist():
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    wanted = set(re.findall(r"^\$ make ([a-z]+)", readme, re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"demo", "test"} <= wanted
    assert wanted - targets == set()


def test_no_path_of_one_machine():
    pattern = re.compile(r"/(?:home|root|Users|work|tmp)/[\w.]")
    found = [
        f"{short(path)}:{number}"
        for path in tracked(".py", ".md", ".sql", ".toml", ".lock", ".html", ".js", ".css", ".yaml", "")
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ("build",)), ("requirements-dev.lock", ("build", "dev"))]
)
def test_a_lock_is_whole_and_names_no_index(lock, extras):
    project = _project()
    needs = project["dependencies"] + [
        need for extra in extras for need in project["optional-dependencies"][extra]
    ]
    pins = _pins(lock)
    assert {re.split(r"[\[<>=! ]", need)[0].lower() for need in needs} - {name for name, _ in pins} == set()
    assert "://" not in (ROOT / lock).read_text()
    assert [name for name, entry in pins if "--hash=sha256:" not in entry] == []


def test_the_locks_agree():
    base, dev = (dict.fromkeys(_heads(lock)) for lock in ("requirements.lock", "requirements-dev.lock"))
    assert [pin for pin in base if pin not in dev] == []
    assert len(base) < len(dev)


def _pins(lock: str) -> list[tuple[str, str]]:
    entries = re.split(r"^(?=[a-z0-9.-]+==)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    return [(entry.split("==")[0], entry) for entry in entries]


def _heads(lock: str) -> list[str]:
    """Name and version of each pin; its markers may be wider where more needs it."""
    return [entry.split()[0] for _, entry in _pins(lock)]


def _project() -> dict[str, list[str]]:
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """CONSTANTS, Classes, functions; each in byte order."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _all_of(path: Path) -> list[str] | None:
    for node in ast.parse(path.read_text()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return ast.literal_eval(node.value)
    return None


def _defined_in(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return names


def _timed(command: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, ended.stdout


def _write_tables():
    spec = importlib.util.spec_from_file_location("write_tables", DOCS / "write_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
