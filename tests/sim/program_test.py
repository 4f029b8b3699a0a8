#!/usr/bin/env python3
"""Runs the built program as a user does, and checks what it prints, writes and returns.

python3 tests/sim/program_test.py <path to infodiet> <source folder>
"""

import csv
import html.parser
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

PROGRAM = ""
SOURCE = pathlib.Path()

TINY = """\
world: {name: feed, days: 1}
run: {name: tiny, seed: 3, seeds: 2}
eval: {agents: [never, random, newest], episodes: 4}
"""
# far more than can be played before the interrupt comes
ENDLESS = """\
world: {name: feed, days: 2}
run: {name: long, seed: 3, seeds: 5000}
eval: {agents: [never, random], episodes: 16}
"""


def run(*args, cwd=None, env=None, stdout=subprocess.PIPE):
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=env, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, timeout=120, check=False)


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expect_code(result, code):
    expect(result.returncode == code, f"exit code {result.returncode} instead of {code}; stderr:\n"
           f"{result.stderr}\nstdout:\n{result.stdout}")


def expect_in(text, whole):
    expect(text in whole, f"{text!r} is not in:\n{whole}")


def write(folder, name, text):
    path = pathlib.Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def only_run(folder, name):
    runs = list((pathlib.Path(folder) / "runs" / name).iterdir())
    expect(len(runs) == 1, f"{len(runs)} runs instead of one: {runs}")
    return runs[0]


# --- help and mistakes on the command line


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


# --- config, list, stream


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


def test_stream_of_an_experiment_and_of_a_kind(folder):
    file = write(folder, "tiny.yaml", TINY)
    for words in ((file,), ("synthetic", "seed=3")):
        result = run("stream", "info", *words)
        expect_code(result, 0)
        expect_in("half-life", result.stdout)
        result = run("stream", "check", *words)
        expect_code(result, 0)
        expect_in("ok", result.stdout)
    expect_code(run("stream", "info", "nowhere"), 2)
    lts = write(folder, "lts.yaml", "world: {name: long_term_satisfaction}\n")
    result = run("stream", "info", lts)
    expect_code(result, 2)
    expect_in("no stream", result.stderr)


def recorded_folder(folder, name="log"):
    """Three weeks with an item at noon of every day, and two at 18 h."""
    path = pathlib.Path(folder) / name
    path.mkdir()
    (path / "meta.json").write_text(
        '{"format": "infodiet-stream-1", "name": "%s", "licence": "own", "source": "own", '
        '"attribution": "own", "topics": ["a", "b"], "tz": "UTC"}' % name)
    hours = [24 * day + hour for day in range(22) for hour in (0, 12, 18, 18)]
    rows = [f"{i},{1704067200 + 3600 * hour},{i % 2},,,,{1 + i % 3},,,"
            for i, hour in enumerate(hours)]
    (path / "items.csv").write_text("\n".join(
        ["item_id,t_arrive,topic,appeal,value,length_s,popularity,is_ad,t_expire,text", *rows]) +
        "\n")
    return str(path)


def test_stream_calibrate_compares_folders_with_a_made_stream(folder):
    one, two = recorded_folder(folder), recorded_folder(folder, "log2")
    result = run("stream", "calibrate", one, two, "items_per_day=4", "days=30", "--seeds", "2",
                 "--utc-offset", "0", "--from", "2024-01-02", "--utc-offset", "3")
    expect_code(result, 0)
    expect_in("recorded: log, 80 items, 2024-01-02 to 2024-01-21, UTC+0 h", result.stdout)
    expect_in("recorded: log2", result.stdout)
    expect_in("made: synthetic, 30 days, 2 seeds", result.stdout)
    expect(max(map(len, result.stdout.splitlines())) <= 120, "wider than 120 columns")
    row = next(line for line in result.stdout.splitlines() if line.startswith("items "))
    expect(row.split()[2] == "4", f"4 items a day, not {row}")
    reads = next(line for line in result.stdout.splitlines() if line.startswith("read within"))
    expect(reads.split()[4] == "-", f"what the log lacks is invented: {reads}")
    table = run("stream", "calibrate", one, write(folder, "tiny.yaml", TINY),
                "world.stream.days=30", "--seeds", "1", "--markdown")
    expect_code(table, 0)
    expect_in("| items", table.stdout)


OWN = ("--licence", "own data", "--source", "own data", "--attribution", "thank nobody")


def test_stream_import_makes_a_folder_that_is_played(folder):
    rows = [f"k{day}-{hour},2024-01-{day:02} {hour:02}:00:00,{'sport' if hour == 12 else 'news'}"
            for day in range(1, 31) for hour in (23, 12, 6, 1)]
    log = write(folder, "log.csv", "\r\n".join(["id,created,section", *rows]))
    clicks = write(folder, "clicks.csv", "at,item,who\n2024-01-02T08:00:00Z,k2-6,zoe\n")
    made = str(pathlib.Path(folder) / "made")
    words = (log, made, "--column", "t_arrive=created", "--column", "topic=section", "--column",
             "item_id=id", "--events", clicks, "--event-column", "t=at", "--event-column",
             "item_id=item", "--event-column", "user=who", "--utc-offset", "1")
    look = run("stream", "import", *words, "--dry-run")
    expect_code(look, 0)
    expect_in("120 items, 2024-01-01 00:00:00 to 2024-01-30 22:00:00 UTC", look.stdout)
    expect_in("2 topics: 'news' 90, 'sport' 30", look.stdout)
    expect_in("dates without a zone, taken as UTC+1 h", look.stdout)
    expect(not pathlib.Path(made).exists(), "a dry run wrote something")
    bare = run("stream", "import", *words)
    expect_code(bare, 2)
    expect_in("--licence, --source, --attribution", bare.stderr)
    result = run("stream", "import", *words, *OWN)
    expect_code(result, 0)
    expect_in("Written: " + made, result.stdout)
    expect(sorted(path.name for path in pathlib.Path(made).iterdir()) ==
           ["events.csv", "items.csv", "meta.json"], "not the files it should be")
    expect_code(run("stream", "check", made), 0)
    again = str(pathlib.Path(folder) / "again") + "/"
    expect_code(run("stream", "import", words[0], again, *words[2:], *OWN, "--name", "made"), 0)
    for name in ("events.csv", "items.csv", "meta.json"):
        expect((pathlib.Path(again) / name).read_bytes() ==
               (pathlib.Path(made) / name).read_bytes(), f"{name} differs the second time")

    hint = next(line for line in result.stdout.splitlines() if line.startswith("Play it: "))
    words = shlex.split(hint[len("Play it: "):])
    expect(words[:2] == ["infodiet", "eval"], hint)
    played = run("eval", *words[2:], "world.days=2", "eval.agents=[newest]", "eval.reference=newest",
                 "eval.episodes=2", "eval.seeds=2", "output.runs=" + str(folder) + "/runs",
                 cwd=SOURCE)
    expect_code(played, 0)
    expect_in("Data: thank nobody", played.stdout)


def test_stream_import_is_whole_or_not_at_all(folder):
    log = write(folder, "log.csv", "when,topic\n1704067200,a\nsoon,b\n")
    made = pathlib.Path(folder) / "made"
    before = sorted(pathlib.Path(folder).iterdir())
    for words, said in ((("--column", "t_arrive=when"), "log.csv:3: when: expected seconds"),
                        (("--column", "t_arrive=created"), "there is no column 'created'"),
                        (("--column", "when"), "expected OURS=THEIRS"),
                        (("--column", "colour=when"), "no column 'colour' to fill"),
                        (("--column", "topic=topic"), "--column t_arrive=NAME"),
                        (("--column", "t_arrive=when", "--event-column", "t=when"), "--events"),
                        (("--column", "t_arrive=when", "--split-date", "soon"), "YYYY-MM-DD")):
        result = run("stream", "import", log, str(made), *words, *OWN)
        expect_code(result, 2)
        expect_in(said, " ".join(result.stderr.split()))
    expect(sorted(pathlib.Path(folder).iterdir()) == before, "something was left behind")
    made.mkdir()
    sound = write(folder, "sound.csv", "when\n1704067200\n")
    result = run("stream", "import", sound, str(made), "--column", "t_arrive=when", *OWN)
    expect_code(result, 2)
    expect_in("nothing is overwritten", result.stderr)
    expect(not list(made.iterdir()), "an existing folder was written to")


def test_stream_commands_swallow_nothing(folder):
    log = recorded_folder(folder)
    replay = write(folder, "replay.yaml",
                   "world: {stream: {name: replay, path: ./log}}\n")
    for words, said in ((("info", log, "half_life=3"), "has no settings"),
                        (("check", log, "half_life=3"), "has no settings"),
                        (("info", "synthetic", "--utc-offset", "3"), "utc_offset"),
                        (("calibrate", "synthetic"), "names no folder"),
                        (("calibrate", log, "synthetic", "replay"), "already synthetic"),
                        (("calibrate", log, replay), "of the kind 'replay'"),
                        (("calibrate", log, "half_lif=3"), "half_life"),
                        (("calibrate", log, "--from", "soon"), "YYYY-MM-DD"),
                        (("calibrate", log, "--from", "2024-02-01"), "fewer than two whole days"),
                        (("calibrate", log, "--from", "2024-01-02", "--from", "2024-01-02"),
                         "2 times for 1 folder")):
        result = run("stream", *words)
        expect_code(result, 2)
        expect_in(said, " ".join(result.stderr.split()))


# --- eval


def test_eval_writes_a_run_and_prints_a_table(folder):
    result = run("eval", write(folder, "tiny.yaml", TINY), cwd=folder)
    expect_code(result, 0)
    expect_in("score minus", " ".join(result.stdout.split()))
    expect_in("2 seeds x 4 episodes", result.stdout)
    expect("\x1b" not in result.stdout + result.stderr, "escapes in a pipe")
    expect(max(map(len, result.stdout.splitlines())) <= 120, "wider than 120 columns")

    folder_of_run = only_run(folder, "tiny")
    expect_in(folder_of_run.name, result.stderr)
    expect(re.fullmatch(r"\d{8}-\d{6}-eval-s3-[a-z2-7]{5}", folder_of_run.name), folder_of_run.name)
    names = {path.name for path in folder_of_run.iterdir()}
    expect(names == {"config.yaml", "command.txt", "meta.json", "log.txt", "scores.csv",
                     "retention.csv", "scores.json", "table.md"}, f"files: {sorted(names)}")
    meta = json.loads((folder_of_run / "meta.json").read_text())
    expect(meta["status"] == "finished" and meta["exit_code"] == 0, str(meta))
    expect(meta["seeds"] == [3, 4], str(meta["seeds"]))
    expect_in("tiny.yaml", (folder_of_run / "command.txt").read_text())

    scores = json.loads((folder_of_run / "scores.json").read_text())
    rows = list(csv.DictReader((folder_of_run / "scores.csv").open(encoding="utf-8")))
    expect(scores["interrupted"] is False, "interrupted")
    for agent in scores["agents"]:
        per_seed = agent["measures"]["score"]["per_seed"]
        in_csv = [float(row["value"]) for row in rows
                  if row["agent"] == agent["agent"] and row["metric"] == "score"]
        expect(per_seed == in_csv, f"{per_seed} in scores.json, {in_csv} in scores.csv")
        mean = sum(per_seed) / 2
        expect(abs(agent["measures"]["score"]["mean"] - mean) <= 1e-9 * (1 + abs(mean)), "mean")
        # two seeds: t(0.975; 1) sd / sqrt(2) = 12.7062 |a - b| / 2
        half = 12.7062047 * abs(per_seed[0] - per_seed[1]) / 2
        found = agent["measures"]["score"]["high"] - agent["measures"]["score"]["mean"]
        expect(abs(found - half) <= 1e-6 * (1 + half), f"half width {found}, not {half}")
    expect([agent["agent"] for agent in scores["agents"]] == ["never", "random", "newest"], "order")


def scores_of(folder, *words):
    out = tempfile.mkdtemp(dir=folder)
    result = run("eval", *words, "--out", out, "--quiet", cwd=folder)
    expect_code(result, 0)
    expect(result.stderr == "", f"--quiet printed: {result.stderr}")
    return next(pathlib.Path(out).glob("*/*/scores.csv")).read_text()


def test_eval_has_the_same_bits_for_any_threads_and_from_its_own_run(folder):
    file = write(folder, "tiny.yaml", TINY)
    base = scores_of(folder, file, "run.threads=1")
    expect(scores_of(folder, file, "run.threads=3") == base, "threads changed a result")
    expect(scores_of(folder, file, "run.seed=4") != base, "another seed, the same result")
    expect_code(run("eval", file, cwd=folder), 0)
    expect(scores_of(folder, str(only_run(folder, "tiny"))) == base, "a run does not repeat itself")


def test_eval_of_another_world_has_its_columns(folder):
    file = write(folder, "lts.yaml", "world: {name: long_term_satisfaction}\n"
                 "eval: {agents: [random, fill, fill], episodes: 2}\n")
    result = run("eval", file, cwd=folder)
    expect_code(result, 0)
    expect_in("satisfaction", result.stdout)
    expect_in("per episode", result.stdout)
    expect_in("fill+push#2", result.stdout)
    expect_in("One seed gives no interval", result.stdout)
    expect("±" not in result.stdout, "an interval from one seed")


def test_progress_goes_to_stderr_only(folder):
    file = write(folder, "tiny.yaml", TINY)
    bar = run("eval", file, "--progress", "bar", cwd=folder)
    expect_in("\x1b[K", bar.stderr)
    expect("\x1b[K" not in bar.stdout, "a bar on stdout")
    none = run("eval", file, "--progress", "none", cwd=folder)
    expect("task/s" not in none.stderr, none.stderr)
    expect(none.stdout == bar.stdout, "progress changes what is printed")


def interrupted(folder, number):
    file = write(folder, "endless.yaml", ENDLESS)
    process = subprocess.Popen([PROGRAM, "eval", file, "--progress", "none"], cwd=folder,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while (time.monotonic() < deadline
               and not list(pathlib.Path(folder).glob("runs/*/*/log.txt"))):
            time.sleep(0.05)
        time.sleep(2)  # some seeds are done by now
        process.send_signal(number)
        start = time.monotonic()
        stdout, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    expect(process.returncode == 130, f"exit code {process.returncode}; {stderr}")
    expect(time.monotonic() - start < 20, "took too long to stop")
    return stdout, stderr


def test_interrupt_keeps_what_is_complete(folder):
    for number in (signal.SIGINT, signal.SIGTERM):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            stdout, stderr = interrupted(place, number)
            run_folder = only_run(place, "long")
            expect_in(run_folder.name, stderr)
            scores = json.loads((run_folder / "scores.json").read_text())
            expect(scores["interrupted"] is True, "scores.json does not say interrupted")
            meta = json.loads((run_folder / "meta.json").read_text())
            expect(meta["status"] == "interrupted" and meta["exit_code"] == 130, str(meta))
            complete = len(scores["common_seeds"])
            expect(0 < complete < 5000, f"{complete} seeds complete")
            expect_in(f"{complete} of 5000 seeds", stdout)
            rows = list(csv.DictReader((run_folder / "scores.csv").open(encoding="utf-8")))
            played = {row["seed"] for row in rows if row["agent"] == "random"}
            expect({str(seed) for seed in scores["common_seeds"]} <= played, "scores.csv lacks seeds")
            expect(not [path for path in run_folder.iterdir() if path.name.startswith(".")],
                   "temporary files are left")


# --- tune

TUNE = """\
world: {name: feed, days: 1, stream: {name: synthetic, part: test}}
run: {name: tuned, seed: 3, seeds: 2}
eval: {agents: [never, newest], reference: never}
tune: {budget: 150, candidates: 5, episodes: 2}
"""


def test_list_knobs_names_what_can_be_tuned(_):
    rows = [line.split() for line in run("list", "knobs").stdout.splitlines()[2:]]
    expect({"newest", "threshold"} <= {row[0] for row in rows}, f"{rows}")
    expect("never" not in {row[0] for row in rows}, "never has a knob")
    expect_in("(tuned: ", run("config", "reference").stdout)


def test_tune_refuses_what_it_does_not_know(folder):
    file = write(folder, "tune.yaml", TUNE)
    for words, said in ((["--agent", "newst"], "did you mean 'newest'"),
                        (["--agent", "newest", "--fix", "slot=3"], "slots"),
                        (["--agent", "newest", "--fix", "slots=99"], "1 to 16"),
                        (["--agent", "newest", "--budget", "5"], "needed"),
                        (["--agent", "newest", "--budget", "much"], "tune.budget"),
                        (["--agent", "newest", "tune.first_seed=4"], "eval plays 3 to 4"),
                        (["--agent", "newest", "--resume", "."], "no tuning here"),
                        ([], "--agent")):
        result = run("tune", file, *words, cwd=folder)
        expect_code(result, 2)
        expect_in(said, " ".join(result.stderr.split()))
    expect(not (pathlib.Path(folder) / "runs").exists(), "a mistake must leave nothing behind")


def test_tune_shows_its_plan_and_keeps_its_budget(folder):
    result = run("tune", write(folder, "tune.yaml", TUNE), "--agent", "newest", "--agent", "never",
                 "--plan", cwd=folder)
    expect_code(result, 0)
    expect_in("Part 'train' of the stream is played", result.stdout)
    totals = [float(line.split()[-1]) for line in result.stdout.splitlines()
              if line.startswith("in all")]
    expect(len(totals) == 2 and 146 <= totals[0] <= 150 and totals[1] <= 150, str(totals))
    expect(not (pathlib.Path(folder) / "runs").exists(), "a plan leaves a run behind")


def test_tune_leaves_settings_that_eval_can_play(folder):
    file = write(folder, "tune.yaml", TUNE)
    kept = str(pathlib.Path(folder) / "kept" / "tuned.yaml")
    result = run("tune", file, "--agent", "newest", "--agent", "never", "--fix", "push=false",
                 "--write", kept, cwd=folder)
    expect_code(result, 2)  # never has no such setting
    result = run("tune", file, "--agent", "newest", "--agent", "never", "--write", kept, cwd=folder)
    expect_code(result, 0)
    expect("\x1b" not in result.stdout + result.stderr, "escapes in a pipe")
    expect(max(map(len, result.stdout.splitlines())) <= 120, "wider than 120 columns")
    expect_in("no knobs", result.stdout)
    run_folder = only_run(folder, "tuned")
    names = {path.name for path in run_folder.iterdir()}
    expect(names == {"config.yaml", "command.txt", "meta.json", "log.txt", "terms.txt",
                     "played.csv", "trials.csv", "tuned.yaml"}, f"files: {sorted(names)}")

    trials = list(csv.DictReader((run_folder / "trials.csv").open(encoding="utf-8")))
    best = [row for row in trials if row["agent"] == "newest" and row["rank"] == "1"][0]
    played = list(csv.DictReader((run_folder / "played.csv").open(encoding="utf-8")))
    mine = [float(row["score"]) for row in played
            if row["agent"] == "newest" and row["candidate"] == best["candidate"]
            and row["round"] != "recheck"]
    expect(abs(sum(mine) / len(mine) - float(best["score"])) < 1e-9, f"{mine}, {best}")
    expect(2 * len([row for row in played if row["agent"] == "newest"]) <= 150, "over the budget")
    expect(min(int(row["seed"]) for row in played) == 1000000, "seeds")

    for experiment in (str(run_folder / "tuned.yaml"), kept):
        shown = run("config", "show", experiment)
        expect_code(shown, 0)
        agents = shown.stdout.split("eval:")[1].split("reference")[0]
        expect(re.search(r'name: "newest"\s+slots: %s\s+push: false' % best["slots"], agents),
               agents)
        expect_in('part: "test"', shown.stdout)
        result = run("eval", experiment, "eval.episodes=2", cwd=folder)
        expect_code(result, 0)
        expect_in("newest", result.stdout)


def start_tuning(folder, *words):
    return subprocess.Popen(
        [PROGRAM, "tune", write(folder, "tune.yaml", TUNE), "--agent", "newest", "--agent",
         "threshold", "--budget", "6000", "tune.candidates=20", "--progress", "none", *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_an_interrupted_or_killed_tuning_goes_on_to_the_same_result(folder):
    whole = start_tuning(folder, "--out", "whole")
    stdout, stderr = whole.communicate(timeout=400)
    expect(whole.returncode == 0, stderr)
    base = next((pathlib.Path(folder) / "whole" / "tuned").iterdir())

    for number in (signal.SIGINT, signal.SIGKILL):
        process = start_tuning(folder, "--out", str(number))
        played = None
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and (not played or played[0].stat().st_size < 1500):
            time.sleep(0.01)
            played = list(pathlib.Path(folder).glob(f"{number}/*/*/played.csv"))
        process.send_signal(number)
        _, stderr = process.communicate(timeout=300)
        cut = played[0].parent
        if number == signal.SIGINT:
            expect(process.returncode == 130, f"exit code {process.returncode}; {stderr}")
            expect_in(f"--resume {number}/tuned/{cut.name}", stderr)
        expect(not (cut / "tuned.yaml").exists() or "threshold" not in
               (cut / "tuned.yaml").read_text(), "it came too late")
        again = start_tuning(folder, "--resume", str(cut), "--out", str(number), "tune.eta=5")
        _, stderr = again.communicate(timeout=300)
        expect(again.returncode == 2, stderr)
        expect_in("tune.eta: 4 (now 5)", stderr)
        before = cut.joinpath("played.csv").stat().st_size
        again = start_tuning(folder, "--resume", str(cut), "--out", str(number), "run.threads=1")
        again_out, stderr = again.communicate(timeout=400)
        expect(again.returncode == 0, stderr)
        expect(again_out == stdout, f"{again_out}\ninstead of\n{stdout}")
        for name in ("trials.csv", "tuned.yaml"):
            one, other = (path.joinpath(name).read_text().replace(f"--out {number}", "--out whole")
                          for path in (base, cut))
            expect(one == other, f"{name} differs")
        expect(cut.joinpath("played.csv").stat().st_size > before, "nothing was left to play")
        meta = json.loads((cut / "meta.json").read_text())
        expect(meta["status"] == "finished", str(meta))
        expect(len((cut / "command.txt").read_text().splitlines()) == 2, "command.txt")


# --- facts


def names_of_facts():
    result = run("facts", "--list")
    expect_code(result, 0)
    lines = result.stdout.splitlines()
    expect_in("finding", lines[0])
    rows = [line.split() for line in lines[2:] if line[:1] != " "]  # a title may go on below
    return [row[1] for row in rows]


def test_facts_names_what_it_does_not_know(folder):
    for words, named in ((["facts", "no_such_fact"], "unknown fact 'no_such_fact'"),
                         (["facts", "--without", "atention"], "did you mean 'attention'"),
                         (["facts", "--progress", "fancy"], "fancy"),
                         (["facts", "--seeds", "0"], "--seeds"),
                         (["facts", "--quik"], "did you mean '--quick'")):
        result = run(*words, cwd=folder)
        expect_code(result, 2)
        expect_in(named, result.stderr)
        expect(result.stdout == "", result.stdout)
    expect(not list(pathlib.Path(folder).iterdir()), "a mistake must leave nothing behind")


class Page(html.parser.HTMLParser):
    """Whether what is opened is closed, and nothing is asked of a network or a script."""
    VOID = {"meta"}

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], set(), set()

    def handle_starttag(self, tag, attrs):
        expect(tag not in ("script", "link", "img", "iframe"), f"<{tag}> in the page")
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            expect(name not in ("src", "onload"), f"{name} in <{tag}>")
            if name == "id":
                expect(value not in self.ids, f"two elements with the id {value}")
                self.ids.add(value)
            if name == "href":
                self.links.add(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        expect(self.open and self.open.pop() == tag, f"</{tag}> closes nothing")


def test_facts_writes_a_page_tables_and_plots(folder):
    names = names_of_facts()
    expect(len(names) > 1 and "rebound" in names and "temptation" in names, f"facts: {names}")
    chosen = {"rebound", "temptation"}  # two that take a second or so; names on the axis of one
    result = run("facts", *chosen, "--quick", cwd=folder)
    expect_code(result, 0)
    for name in chosen:
        expect_in(name, result.stdout)
    expect_in("A quick run", result.stdout)
    run_folder = only_run(folder, "facts")
    expect_in(run_folder.name, result.stderr)
    meta = json.loads((run_folder / "meta.json").read_text())
    expect(meta["status"] == "finished" and meta["seeds"] == [1], str(meta))

    rows = list(csv.DictReader((run_folder / "facts.csv").open(encoding="utf-8")))
    expect(rows and {row["name"] for row in rows} == chosen, f"facts.csv: {rows}")
    for row in rows:
        inside = row["estimate"] != "" and (
            float(row["band_low"]) <= float(row["estimate"]) <= float(row["band_high"]))
        expect(row["verdict"] == ("pass" if inside else "missed"), str(row))
    curves = list(csv.DictReader((run_folder / "curves.csv").open(encoding="utf-8")))
    expect({row["fact"] for row in curves} == chosen, "curves of other facts")

    page = Page()
    page.feed((run_folder / "facts.html").read_text(encoding="utf-8"))
    page.close()
    expect(not page.open, f"not closed: {page.open}")
    labels = {row["label"] for row in rows}
    expect(page.links == {"#" + label for label in labels} and labels <= page.ids,
           f"links {page.links}, ids {page.ids}")
    markdown = (run_folder / "facts.md").read_text(encoding="utf-8")
    for row in rows:
        expect_in("| " + row["what"] + " |", markdown)
    plots = list(run_folder.glob("*.svg"))
    expect(plots and len(plots) == len({row["plot"] for row in curves}), f"plots: {plots}")
    for plot in plots:
        root = xml.etree.ElementTree.parse(plot).getroot()
        expect(root.tag == "{http://www.w3.org/2000/svg}svg", root.tag)


def test_a_quiet_ablation_prints_its_tables_alone(folder):
    result = run("facts", "rebound", "--quick", "--ablate", "--quiet", cwd=folder)
    expect_code(result, 0)
    expect(result.stderr == "", result.stderr)
    expect_in("without", result.stdout)
    expect("as declared" not in result.stdout, result.stdout)
    run_folder = only_run(folder, "facts")
    expect_in("as declared", (run_folder / "ablation.md").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((run_folder / "ablation.csv").open(encoding="utf-8")))
    breaking = [row["mechanism"] for row in rows if row["change"] == "breaks"]
    expect(breaking == ["satiation"], f"what breaks: {breaking}")
    expect(len(rows) > 10 and {row["change"] for row in rows} == {"breaks", "-"}, str(rows))


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


def main():
    global PROGRAM, SOURCE
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    os.environ.pop("NO_COLOR", None)
    failed = []
    tests = [(name, body) for name, body in globals().items() if name.startswith("test_")]
    for name, body in tests:
        with tempfile.TemporaryDirectory(prefix="infodiet-") as folder:
            try:
                body(folder)
            except Exception as error:  # a failed test must not hide the next
                failed.append(name)
                print(f"FAILED {name}\n  {type(error).__name__}: {error}")
            else:
                print(f"ok     {name}")
    print(f"{len(tests) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
