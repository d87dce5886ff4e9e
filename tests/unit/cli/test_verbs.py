"""Every verb: what it asks of the study, what it prints, and that --json is one JSON object."""

from __future__ import annotations

import pytest

from overt.cli.app import app

G1 = {
    "id": "G1",
    "size": 3,
    "q_value": 0.001,
    "traces": ["link", "text"],
    "why": "3 accounts shared 4 links.",
}
A1 = G1 | {"id": "A1", "size": 23}
VERBS = [command.callback.__name__ for command in app.registered_commands]


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example_and_json(overt_cli, verb):
    ended = overt_cli(verb, "--help")
    assert ended.code == 0
    assert "Example:" in ended.out
    assert f"  overt {verb}" in ended.out
    assert "--json" in ended.out


def test_nothing_typed_shows_the_help_and_no_error(overt_cli):
    ended = overt_cli()
    assert ended.code == 2
    assert ended.err.startswith("Usage: overt")
    assert "error:" not in ended.err


def test_help_lists_every_verb(overt_cli):
    out = overt_cli("--help").out
    assert [verb for verb in VERBS if f"  {verb} " not in out] == []
    assert "..." not in out.split("Commands:")[1]  # every verb's sentence is whole in 80 columns


def test_detect_reads_detects_and_reports(study, overt_cli, tmp_path):
    ended = overt_cli(
        "detect", tmp_path / "dump" / "posts.csv.gz", "--map", "account=user_id, time=created_at"
    )
    assert ended.code == 0
    assert [verb for verb, _ in study.calls] == ["ingest", "detect", "report"]
    assert study.calls[0][1]["columns"] == {"account": "user_id", "time": "created_at"}
    assert study.calls[1][1] == {
        "fdr": 0.05,
        "traces": None,
        "seed": 0,
        "strict": False,
        "mid_p": False,
    }
    assert study.path == tmp_path / "dump" / "posts.overt"


def test_detect_passes_its_options_on(study, overt_cli):
    arguments = (
        "--fdr",
        "0.01",
        "--trace",
        "link",
        "--trace",
        "sound",
        "--seed",
        "7",
        "--strict",
        "--mid-p",
        "--out",
        "x",
        "--no-report",
    )
    assert overt_cli("detect", "a.csv", "b.csv", *arguments).code == 0
    assert [verb for verb, _ in study.calls] == ["ingest", "detect"]
    assert study.calls[1][1] == {
        "fdr": 0.01,
        "traces": ["link", "sound"],
        "seed": 7,
        "strict": True,
        "mid_p": True,
    }


def test_detect_on_a_study_reads_nothing_again(study, overt_cli):
    assert overt_cli("detect", study.path).code == 0
    assert [verb for verb, _ in study.calls] == ["detect", "report"]


def test_reading_options_make_no_sense_for_a_study(study, overt_cli):
    ended = overt_cli("detect", study.path, "--source", "x")
    assert ended.code == 2
    assert "is a study" in ended.err
    assert study.calls == []


@pytest.mark.parametrize("files", [["-"], ["*.csv"], ["a.csv", "b.csv"]])
def test_detect_asks_for_a_name_when_no_file_gives_one(study, overt_cli, files):
    ended = overt_cli("detect", *files)
    assert ended.code == 2
    assert "--out" in ended.err
    assert study.calls == []


@pytest.mark.parametrize("text", ["account", "account=", "=x", "a=b,", "a=b,a=c"])
def test_a_map_that_does_not_read_as_pairs(study, overt_cli, text):
    ended = overt_cli("detect", "a.csv", "--map", text)
    assert ended.code == 2
    assert "--map" in ended.err
    assert study.calls == []


def test_detect_hands_the_engine_and_its_master_on(study, overt_cli, monkeypatch):
    import overt

    given = {}

    def open_fake(path, **engine):
        given.update(engine)
        return study

    monkeypatch.setattr(overt, "open", open_fake, raising=False)
    assert overt_cli("detect", "a.csv", "--engine", "spark", "--master", "local[1]").code == 0
    assert given == {"engine": "spark", "master": "local[1]"}


def test_detect_json_is_the_summary(study, overt_cli):
    study.groups = [G1]
    ended = overt_cli("detect", "a.csv", "--json")
    assert ended.json == study.summary()
    assert ended.err == ""


def test_detect_says_the_groups_and_what_to_type_next(study, overt_cli):
    study.groups = [G1]
    out = overt_cli("detect", "a.csv", "--out", "b.overt").out
    assert "1,234 posts of 56 accounts" in out
    assert "3 accounts shared 4 links." in " ".join(out.split())
    assert "overt explain b.overt G1" in out
    assert "b.overt/report.html" in out


def test_detect_shows_the_first_groups_of_many(study, overt_cli):
    study.groups = [G1 | {"id": f"G{i}"} for i in range(1, 31)]
    out = overt_cli("detect", "a.csv").out
    assert "G20  3 accounts" in out
    assert "G21" not in out
    assert "and 10 more groups" in out


def test_detect_says_that_nothing_was_found(study, overt_cli):
    ended = overt_cli("detect", "a.csv")
    assert ended.code == 0
    assert "28 pairs of accounts that share three things of one kind compared" in ended.out
    assert "no group: nothing here is closer in time" in ended.out


def test_detect_says_audiences_in_one_line_and_apart(study, overt_cli):
    study.groups, study.audiences = [G1], [A1, A1 | {"id": "A2", "size": 2}]
    out = overt_cli("detect", "a.csv", "--out", "b.overt").out
    (line,) = [line for line in out.splitlines() if "audience" in line]
    assert line.startswith("2 audiences (A1 to A2, 25 accounts)")
    assert line.endswith("not flagged")
    assert "overt explain b.overt G1" in out


def test_detect_with_audiences_only_found_no_group(study, overt_cli):
    study.audiences = [A1]
    out = overt_cli("detect", "a.csv", "--out", "b.overt").out
    assert "no group: those who act together here do so when the public does" in out
    assert "1 audience (A1, 23 accounts)" in out
    assert "closer in time than chance" not in out
    assert "overt explain b.overt A1" in out


def test_detect_does_not_call_what_was_not_tested_quiet(study, overt_cli):
    study.n_tests = 0
    out = overt_cli("detect", "a.csv").out
    assert "no group: no two accounts share anything that can be tested" in out
    assert "closer in time" not in out


@pytest.mark.parametrize("verb", ["ingest", "detect"])
def test_what_the_reader_did_is_said(study, overt_cli, verb):
    study.read["n_conflicting"] = 7
    out = " ".join(overt_cli(verb, "a.csv").out.split())
    assert "1 rows were set aside" in out
    assert "7 records repeat the id of another post but say something else" in out
    assert "--map post=none" in out
    assert "2 times have no time zone" in out
    assert "a.csv: 5 cells were cut" in out


@pytest.mark.parametrize("verb", ["ingest", "detect"])
def test_ids_that_do_not_clash_are_not_mentioned(study, overt_cli, verb):
    assert "repeat the id" not in overt_cli(verb, "a.csv").out


def test_a_dry_run_shows_what_posts_can_share(overt_cli, tmp_path):
    table = tmp_path / "a.csv"
    rows = "user,created_at,text,urls\na,2024-03-01T12:00:00Z,hello #one #two,https://x.example/1\n"
    table.write_text(f"{rows}b,2024-03-01T12:00:01Z,,\n")
    out = overt_cli("ingest", table, "--dry-run").out
    assert "text, 1 link, 2 hashtags" in " ".join(out.split())
    assert "nothing" in out.split("2024-03-01 12:00:01")[1].splitlines()[0]


def test_a_dry_run_without_a_readable_post_says_that_a_run_would_stop(overt_cli, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text("user,created_at,text\na,in spring,hello\n")
    out = overt_cli("ingest", table, "--dry-run").out
    assert "a run would stop here" in out
    assert "would be set aside: 1 x no readable time" in out
    assert "times:" not in out


def test_hostile_names_do_nothing_in_the_terminal(study, overt_cli):
    study.groups = [G1 | {"why": "\x1b[2Jgone \u202eevil [red]x[/red] a\nb"}]
    out = overt_cli("detect", "a.csv").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]x[/red]" in out


def test_json_is_harmless_in_a_terminal_too(study, overt_cli):
    study.groups = [G1 | {"why": "\x1b[2J \u202e é"}]
    ended = overt_cli("detect", "a.csv", "--json")
    assert ended.out.isascii()
    assert "\x1b" not in ended.out
    assert ended.json["groups"][0]["why"] == "\x1b[2J \u202e é"


def test_report(study, overt_cli, tmp_path):
    said = overt_cli("report", study.path).out.splitlines()
    assert said == ["note:   the scale of 10 s was left out", f"report: {study.path / 'report.html'}"]
    assert overt_cli("report", study.path, "--out", tmp_path / "r.html", "--json").json == {
        "report": str(tmp_path / "r.html"),
        "notes": ["the scale of 10 s was left out"],
    }


def test_explain(study, overt_cli):
    out = overt_cli("explain", study.path, "G1").out
    assert out.startswith("G1\nwhy: ")
    assert "\x1b" not in out
    assert "[red]x" in out
    assert overt_cli("explain", study.path, "G1", "--json").json == {"name": "G1"}


def test_export(study, overt_cli):
    assert overt_cli("export", study.path, "--to", "gexf").out == f"{study.path / 'network.gexf'}\n"
    assert overt_cli("export", study.path, "--to", "csv", "--json").json == {
        "files": [str(study.path / "network.csv")]
    }


@pytest.mark.parametrize("verb", [["report"], ["explain", "G1"], ["export", "--to", "csv"]])
def test_a_mistyped_study_is_not_made(overt_cli, tmp_path, verb):
    name, *rest = verb
    ended = overt_cli(name, tmp_path / "typo.overt", *rest)
    assert ended.code == 2
    assert "is no study" in ended.err
    assert "manifest.json" in ended.err
    assert not (tmp_path / "typo.overt").exists()


def test_formats_lists_every_source(overt_cli):
    names = {row["name"] for row in overt_cli("formats", "--json").json["formats"]}
    assert {"tiktok-research", "zeeschuimer", "columns"} <= names
    out = overt_cli("formats").out
    assert [name for name in names if name not in out] == []


def test_version(overt_cli):
    assert overt_cli("version").out.startswith("overt ")
    ended = overt_cli("--version")
    assert (ended.code, ended.out) == (0, overt_cli("version").out)
    assert set(overt_cli("version", "--json").json) == {"overt", "tables_version"}


def test_doctor_says_what_it_saw(overt_cli):
    ended = overt_cli("doctor", "--json")
    found = ended.json
    names = {check["name"] for check in found["checks"]}
    assert {"python", "duckdb", "numba", "cores", "memory", "disk", "numba cache"} <= names
    assert ended.code == (0 if found["ok"] else 1)


def test_doctor_ends_with_1_when_a_check_failed(overt_cli, monkeypatch):
    monkeypatch.setattr("overt.cli.doctor._DISK_WANTED", 1 << 60)
    ended = overt_cli("doctor")
    assert ended.code == 1
    assert "FAILED" in ended.out
    assert "Free some space" in ended.out
