#!/usr/bin/env python3
"""Runs the built program as a user does: its help, what it says of mistakes, config and list.

python3 tests/sim/program_test.py <path to infodiet> <source folder>
"""

import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import PROGRAM, SOURCE, TINY, expect, expect_code, expect_in, run, run_tests, write


def test_help_teaches_every_command_by_example(_):
    result = run("--help")
    expect_code(result, 0)
    commands = re.findall(r"^  (\w+)  +[A-Z]", result.stdout.split("Subcommands:")[1], re.M)
    expect("eval" in commands and "config" in commands, f"commands found: {commands}")
    for command in commands:
        expect_in(f"  infodiet {command} ", result.stdout.split("Examples")[1])
        own = run(command, "--help")
        expect_code(own, 0)
        expect_in("Example", own.stdout)


def test_version_names_what_was_built(_):
    result = run("--version")
    expect_code(result, 0)
    expect(re.match(r"infodiet \d+\.\d+\.\d+ \((unknown|[0-9a-f]{12})(, dirty)?\), ", result.stdout),
           result.stdout)


def test_no_command_prints_help_and_is_a_mistake(_):
    result = run()
    expect_code(result, 2)
    expect_in("infodiet eval", result.stderr)
    expect(result.stdout == "", "help after a mistake belongs on stderr")


def test_unknown_command_is_suggested(_):
    for words, meant in ((["evl"], "eval"), (["config", "shwo"], "show"),
                         (["list", "agent"], "agents")):
        result = run(*words)
        expect_code(result, 2)
        expect_in(f"did you mean '{meant}'", result.stderr)


def test_unknown_option_is_suggested(folder):
    file = write(folder, "tiny.yaml", TINY)
    result = run("eval", file, "--progres=none", cwd=folder)
    expect_code(result, 2)
    expect_in("did you mean '--progress'", result.stderr)
    expect(not (pathlib.Path(folder) / "runs").exists(), "a mistake must leave nothing behind")


def test_missing_and_wrong_arguments_are_the_callers_mistake(folder):
    expect_code(run("eval"), 2)
    result = run("eval", "nowhere.yaml", cwd=folder)
    expect_code(result, 2)
    expect_in("nowhere.yaml", result.stderr)
    expect_code(run("eval", folder), 2)
    expect_code(run("eval", write(folder, "t.yaml", TINY), "--progress", "fancy", cwd=folder), 2)


def test_wrong_key_is_named_with_its_place(folder):
    file = write(folder, "wrong.yaml", TINY.replace("episodes", "episods"))
    for words in (("eval", file), ("config", "check", file)):
        result = run(*words, cwd=folder)
        expect_code(result, 2)
        expect(re.search(r"wrong\.yaml:3:\d+: .*episods", result.stderr), result.stderr)
        expect_in("episodes", result.stderr)


def test_reference_must_be_one_of_the_agents(folder):
    result = run("config", "check", write(folder, "tiny.yaml", TINY), "eval.reference=oldest")
    expect_code(result, 2)
    expect_in("newest", result.stderr)


def test_every_experiment_we_ship_is_right(_):
    files = sorted((SOURCE / "configs").glob("**/*.yaml"))
    expect(files, f"no experiments in {SOURCE / 'configs'}")
    for file in files:
        expect_code(run("config", "check", str(file)), 0)


def test_config_show_reads_back_to_itself(folder):
    shown = run("config", "show", write(folder, "tiny.yaml", TINY), "run.seed=9")
    expect_code(shown, 0)
    again = run("config", "show", write(folder, "again.yaml", shown.stdout))
    expect(again.stdout == shown.stdout, "a shown config changes when read again")
    origin = run("config", "show", str(pathlib.Path(folder) / "tiny.yaml"), "run.seed=9",
                 "--origin")
    expect_code(origin, 0)
    expect(re.search(r"run\.seed +command line", origin.stdout), origin.stdout)
    expect(re.search(r"run\.seeds +\S*tiny\.yaml:2", origin.stdout), origin.stdout)


def test_schema_is_json_and_reference_lists_our_keys(_):
    schema = run("config", "schema")
    expect_code(schema, 0)
    expect(set(json.loads(schema.stdout)["properties"]) >= {"world", "agent", "run", "eval"},
           "the schema lacks top-level keys")
    reference = run("config", "reference")
    expect_code(reference, 0)
    expect_in("episodes", reference.stdout)


def test_list_knows_the_plug_ins(_):
    expect_in("never", run("list", "agents").stdout)
    expect_in("feed", run("list", "worlds").stdout)
    expect_in("synthetic", run("list", "streams").stdout)
    expect_in("full_state", run("list", "yardsticks").stdout)


def test_list_tells_the_tasks_from_anywhere(folder):
    result = run("list", "tasks", cwd=folder)  # found above the program
    expect_code(result, 0)
    names = [line.split()[0] for line in result.stdout.splitlines() if "-v1" in line]
    expect("sip-v1" in names and "the_tap-v1-hard" in names and "candy-v1-clicks" in names, names)
    expect(len(names) == 44, f"{len(names)} tasks: eleven, three levels and a twin each")
    expect("base" not in names, "what is there to be extended is no task")


def test_task_has_normalised_scores(folder):
    result = run("eval", str(SOURCE / "configs/tasks/sip-v1.yaml"), "run.seeds=2",
                 "eval.episodes=4", "--quiet", cwd=folder)
    expect_code(result, 0)
    expect_in("normalised", result.stdout)
    scores = json.loads(next(pathlib.Path(folder).glob("runs/sip-v1/*/scores.json")).read_text())
    normalised = {a["agent"]: a["normalised"]["mean"] for a in scores["agents"]}
    expect(normalised["never"] == 0 and abs(normalised["full_state"] - 1) < 1e-9, normalised)


def test_list_tells_the_mechanisms_and_where_they_stand(_):
    result = run("list", "mechanisms")
    expect_code(result, 0)
    rows = [line.split() for line in result.stdout.splitlines()[1:]]
    rows = [row for row in rows if row and row[-1].startswith("env/person/")]
    by_default = {row[0]: row[1] for row in rows}
    expect(by_default["attention"] == "yes" and by_default["churn"] == "no", f"{by_default}")
    for row in rows:
        expect((SOURCE / row[-1]).is_file(), f"{row[0]}: there is no {row[-1]}")
    # these are the names by which one is taken out
    known = run("facts", "--without", "nothing_of_the_kind").stderr
    listed = re.search(r"known: ([^)]*)\)", known).group(1).split(", ")
    expect(listed == list(by_default), f"{listed} and {list(by_default)}")


def test_list_facts_is_the_list_that_facts_gives(_):
    result = run("list", "facts")
    expect_code(result, 0)
    expect(result.stdout == run("facts", "--list").stdout, result.stdout)


def test_what_cannot_be_written_is_said(folder):
    file = write(folder, "tiny.yaml", TINY)
    result = run("eval", file, "--out", file, cwd=folder)
    expect_code(result, 2)
    expect_in("--out", result.stderr)
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = run("list", "agents", stdout=full)
        expect_code(result, 2)
        expect_in("standard output", result.stderr)


def test_a_reader_who_goes_away_is_no_crash(folder):
    file = write(folder, "tiny.yaml", TINY)
    for words in (["config", "reference"], ["eval", file, "--quiet"]):
        process = subprocess.Popen([PROGRAM, *words], cwd=folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        process.stdout.close()
        stderr = process.stderr.read()
        process.stderr.close()
        expect(process.wait(timeout=60) == 0, f"exit code {process.returncode}; {stderr}")
        expect(stderr == "", stderr)


run_tests(globals())
