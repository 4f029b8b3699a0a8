#!/usr/bin/env python3
"""Runs `infodiet eval` as a user does, and checks what it prints, writes and returns.

python3 tests/sim/program_eval_test.py <path to infodiet> <source folder>
"""

import csv
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import PROGRAM, TINY, expect, expect_code, expect_in, only_run, run, run_tests, write

# far more than can be played before the interrupt comes
ENDLESS = """\
world: {name: feed, days: 2}
run: {name: long, seed: 3, seeds: 5000}
eval: {agents: [never, random], episodes: 16}
"""


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


run_tests(globals())
