#!/usr/bin/env python3
"""Runs `infodiet tune` as a user does, and checks what it prints, writes and returns.

python3 tests/sim/program_tune_test.py <path to infodiet> <source folder>
"""

import csv
import json
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import PROGRAM, expect, expect_code, expect_in, only_run, rounds, run, run_tests, write

BUDGET = str(rounds(2000, 700))  # so long that it can be cut short

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
         "threshold", "--budget", BUDGET, "tune.candidates=20", "--progress", "none", *words],
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


LEARN = """\
world: {name: long_term_satisfaction, steps: 10}
agent: {name: ppo, policy: {name: pooled, dim: 8, heads: 2}, steps: 4}
run: {name: tuned, seed: 3, envs: 24, decisions: 1500}
eval: {agents: [random], seeds: 2, episodes: 4}
tune: {candidates: 6, eta: 3, episodes: 4}
"""


def start_learning(folder, *words):
    return subprocess.Popen(
        [PROGRAM, "tune", write(folder, "learn.yaml", LEARN), "--agent", "ppo", "--fix", "policy.dim=8",
         "--trainings", "16", "--progress", "none", *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_learner_is_tuned_to_the_same_result_by_any_threads_and_after_any_interruption(folder):
    results = {}
    for threads in (1, 3):
        process = start_learning(folder, "--out", "whole", f"run.threads={threads}",
                                 f"run.name=t{threads}")
        _, stderr = process.communicate(timeout=400)
        expect(process.returncode == 0, stderr)
        expect_in("infodiet train", stderr)
        results[threads] = next((pathlib.Path(folder) / "whole" / f"t{threads}").iterdir())
    base = results[1].joinpath("trials.csv").read_text()
    expect(results[3].joinpath("trials.csv").read_text() == base, "threads change trials.csv")
    rows = list(csv.DictReader(base.splitlines()))
    # who has learned the best there is has the same score as others that have
    expect(len(rows) == 6 and len({row["score"] for row in rows}) > 2, base)
    expect(all(float(row["days"]) > 0 for row in rows), base)

    cut = None
    for threads, number in ((2, signal.SIGINT), (1, signal.SIGKILL)):
        process = start_learning(folder, "--out", str(number), f"run.threads={threads}")
        played, deadline = [], time.monotonic() + 300
        while time.monotonic() < deadline and process.poll() is None and (
                not played or len(played[0].read_text().splitlines()) < 4):
            time.sleep(0.002)
            played = list(pathlib.Path(folder).glob(f"{number}/*/*/played.csv"))
        process.send_signal(number)
        _, stderr = process.communicate(timeout=300)
        expect(process.returncode in (130, -9), f"it came too late: {process.returncode}; {stderr}")
        cut = played[0].parent
        again = start_learning(folder, "--out", str(number), "--resume", str(cut), "run.threads=3")
        _, stderr = again.communicate(timeout=400)
        expect(again.returncode == 0, stderr)
        expect(cut.joinpath("trials.csv").read_text() == base, f"{number!r} changes trials.csv")
        scores = list(csv.DictReader((cut / "played.csv").open(encoding="utf-8")))
        expect(len({(row["candidate"], row["seed"]) for row in scores}) == len(scores), "played twice")

    tuned = cut / "tuned.yaml"  # trains the winner
    shown = run("config", "show", str(tuned), cwd=folder)
    expect_code(shown, 0)
    best = next(row for row in rows if row["rank"] == "1")
    expect(re.search(r'agent:\s+name: "ppo"', shown.stdout), shown.stdout)
    expect_in(f'horizon: {best["horizon"]}', shown.stdout)
    expect_code(run("train", str(tuned), "run.decisions=200", "--quiet", cwd=folder), 0)


def test_the_budget_of_a_learner_is_counted_in_trainings(folder):
    file = write(folder, "learn.yaml", LEARN)
    plan = run("tune", file, "--agent", "ppo", "--trainings", "6", "--plan", "tune.eta=6",
               "tune.recheck=0", cwd=folder)
    expect_code(plan, 0)
    rows = [line.split() for line in plan.stdout.splitlines() if line[:1] == "1" or "in all" in line]
    expect(rows[0][:6] == ["1", "6", "1", "6", "1500", "9000"], f"{rows}")
    expect(len(rows) == 2 and rows[1][2:5] == ["1", "6", "9000"], f"{rows}")
    for words, said in ((["--agent", "ppo", "--budget", "100"], "--trainings N"),
                        (["--agent", "random", "--trainings", "9"], "--budget DAYS"),
                        (["--agent", "ppo", "--write", "x.yaml"], "eval plays agents as they are"),
                        (["--agent", "ppo", "--fix", "condition.part=joy"], "joy")):
        result = run("tune", file, *words, cwd=folder)
        expect_code(result, 2)
        expect_in(said, " ".join(result.stderr.split()))
    expect(not (pathlib.Path(folder) / "runs").exists(), "a mistake must leave nothing behind")


run_tests(globals())
