#!/usr/bin/env python3
"""Trains with the built program as a user does; kills it, damages its files, goes on, compares bits.

python3 tests/sim/program_train_test.py <path to infodiet> <source folder>

INFODIET_KILLS says how often trainings are killed (else 6 times), every other time while a checkpoint
is being written.
"""

import csv
import json
import math
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import PROGRAM, expect, expect_code, expect_in, run, run_tests, write

KILLS = int(os.environ.get("INFODIET_KILLS", "6"))

# Seconds, or less; a checkpoint after every one of 32 rollouts.
TINY = """\
world: {name: long_term_satisfaction, steps: 10}
agent: {name: ppo, policy: {name: cross, dim: 8}, steps: 4, minibatch: 32}
run: {name: tiny, seed: 3, envs: 24, decisions: 3000, threads: 1}
train: {evaluations: 5, episodes: 16, checkpoints: 1000}
eval: {agents: [random, newest], episodes: 8, seeds: 2, reference: random}
"""
# Three blocks of environments, the last of them not full; slates of every length.
FEED = """\
world: {name: feed, days: 1, candidates: 8}
agent: {name: ppo, policy: {name: cross, dim: 8}, steps: 8, minibatch: 64}
run: {name: tiny, seed: 3, envs: 40, decisions: 1500}
train: {evaluations: 2, episodes: 8, checkpoints: 2}
eval: {agents: [never], episodes: 4}
"""
FEW_CHECKPOINTS = ["train.checkpoints=2", "train.evaluations=2"]

CLOCKS = {"time/time_elapsed", "time/fps"}
SECONDS_IN_SUMS = 1  # which number of session.sums is a time by the clock


def start(*args, cwd):
    return subprocess.Popen([PROGRAM, *args, "--quiet"], cwd=cwd, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def expect_refused(result, *texts):
    """The caller's mistake: exit code 2, and on stderr a message with these texts."""
    expect_code(result, 2)
    for text in texts:
        expect_in(text, result.stderr)
    expect(result.stdout == "", f"a mistake belongs on stderr, but on stdout is\n{result.stdout}")


def train(folder, out, *overrides, text=TINY, **more):
    """Trains to the end, in silence. Returns the folder of the run."""
    write(folder, "tiny.yaml", text)
    result = run("train", "tiny.yaml", *overrides, "--quiet", "--out", out, cwd=folder,
                 env={**os.environ, **more})
    expect_code(result, 0)
    expect(result.stdout == "" and result.stderr == "", f"not quiet:\n{result.stderr}")
    return run_of(folder, out)


KEPT = {}


def trained(folder, *overrides):
    """The folder of a finished run, of which a test may do what it likes. What several tests ask for
    is trained once, and each gets a copy."""
    if overrides not in KEPT:
        KEPT[overrides] = tempfile.TemporaryDirectory(prefix="infodiet-")
        train(KEPT[overrides].name, "runs", *overrides)
    shutil.copytree(KEPT[overrides].name, folder, dirs_exist_ok=True)
    return run_of(folder, "runs")


def run_of(folder, out):
    runs = list((pathlib.Path(folder) / out / "tiny").iterdir())
    expect(len(runs) == 1, f"{len(runs)} runs instead of one: {runs}")
    return runs[0]


def checkpoints_of(path):
    return sorted(entry for entry in (path / "checkpoints").glob("*") if entry.name.isdigit())


def best_of(path):
    return path / "checkpoints" / (path / "checkpoints" / "best").read_text().strip()


def meta_of(path):
    return json.loads((path / "meta.json").read_text())


def rows_of(path):
    try:
        # at once: a file that grows between two reads has no header and then one row too many
        lines = (path / "metrics.csv").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return list(csv.DictReader(lines))


def read_tensors(path):
    """Name -> type, shape and bytes of every tensor of a safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (entry["dtype"], entry["shape"],
                   data[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]])
            for name, entry in header.items()}


def policy_of(path):
    return (checkpoints_of(path)[-1] / "policy.safetensors").read_bytes()


def outcome_of(path):
    """All that a training comes to, but for what clocks tell."""
    last = checkpoints_of(path)[-1]
    training = read_tensors(last / "training.safetensors")
    kind, shape, sums = training.pop("session.sums")
    numbers = list(struct.unpack(f"<{shape[0]}d", sums))
    numbers[SECONDS_IN_SUMS] = 0
    with (path / "metrics.jsonl").open(encoding="utf-8") as file:
        objects = [json.loads(line) for line in file]
    rows = rows_of(path)
    expect(rows and CLOCKS <= rows[0].keys(), f"columns: {rows[:1]}")
    timeless = [{key: value for key, value in row.items() if key not in CLOCKS} for row in rows]
    return {
        "decisions": last.name,
        "policy": (last / "policy.safetensors").read_bytes(),
        "session.sums": (kind, struct.pack(f"<{shape[0]}d", *numbers)),
        **training,
        "best": best_of(path).name,
        "best policy": (best_of(path) / "policy.safetensors").read_bytes(),
        "metrics.csv": timeless,
        "metrics.jsonl": [{key: value for key, value in row.items() if key not in CLOCKS}
                          for row in objects],
    }


def expect_same(path, whole, what):
    one, other = outcome_of(path), outcome_of(whole)
    expect(one.keys() == other.keys(), f"{what}: {sorted(one.keys() ^ other.keys())}")
    differ = [name for name in one if one[name] != other[name]]
    expect(not differ, f"{what}: {len(differ)} of {len(one)} differ: {', '.join(differ[:4])} ...")


# --- the same seed, the same bits


def test_a_policy_has_the_same_bits_on_any_number_of_threads(folder):
    base = train(folder, "threads1", "run.threads=1", text=FEED)
    for threads in (2, 3, 8):
        other = train(folder, f"threads{threads}", f"run.threads={threads}", text=FEED)
        expect(meta_of(other)["threads"] == threads, f"threads: {meta_of(other)['threads']}")
        expect_same(other, base, f"{threads} threads")
    other = train(folder, "seed", "run.threads=1", "run.seed=4", text=FEED)
    expect(policy_of(other) != policy_of(base), "another seed, but the same policy")
    moved = read_tensors(checkpoints_of(base)[-1] / "policy.safetensors")
    first = read_tensors(checkpoints_of(base)[0] / "policy.safetensors")
    expect(moved["head.score.weight"] != first["head.score.weight"], "nothing was learned")


def test_a_policy_has_the_same_bits_wherever_its_memory_lies(folder):
    base = train(folder, "base", text=FEED)
    # glibc then gives every piece of memory pages of its own, so all begin elsewhere
    other = train(folder, "pages", text=FEED, MALLOC_MMAP_THRESHOLD_="1")
    expect_same(other, base, "memory lies elsewhere")


# --- whoever is cut short goes on to the same bits


def unfinished(path):
    """Whether a checkpoint is being written."""
    try:
        return any(not name.isdigit() and name != "best"
                   for name in os.listdir(path / "checkpoints"))
    except FileNotFoundError:
        return False


def kill(process, out, dice, longest, in_writing):
    """SIGKILL, at a random moment or while a checkpoint is written. Returns whether it came in
    time."""
    deadline = time.monotonic() + dice.uniform(0, longest)
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    while in_writing and process.poll() is None:
        runs = list(out.glob("*/*"))
        if runs and unfinished(runs[0]):
            break
    process.kill()
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def test_a_killed_training_goes_on_to_the_same_bits(folder):
    began = time.monotonic()
    whole = train(folder, "whole")
    seconds = time.monotonic() - began
    dice = random.Random(1)  # when; what is on its way then, the machine decides
    kills = torn = resumed = runs = 0
    while kills < KILLS:
        out = pathlib.Path(folder) / f"killed{runs}"
        threads = f"run.threads={1 + runs % 2}"
        runs += 1
        expect(runs < 10 * KILLS, "the trainings end before they can be killed")
        words = ["train", "tiny.yaml", threads, "--out", str(out)]
        while True:
            process = start(*words, cwd=folder)
            if kills < KILLS and kill(process, out, dice, seconds / 4, kills % 2 == 1):
                kills += 1
                path = next(iter(out.glob("*/*")), None)
                if path is not None and not checkpoints_of(path):
                    shutil.rmtree(path)  # too early: there is nothing to go on from
                    path = None
                if path is not None:
                    expect(meta_of(path)["status"] in ("running", "finished"), str(meta_of(path)))
                    torn += unfinished(path)
                    resumed += 1
                    words = ["train", "--resume", str(path), threads]
                continue
            _, stderr = process.communicate(timeout=120)
            expect(process.returncode == 0, f"exit code {process.returncode}; {stderr}")
            break
        path = next(out.glob("*/*"))
        expect_same(path, whole, f"killed ({kills} so far), {threads}")
        expect(meta_of(path)["status"] == "finished", str(meta_of(path)))
        expect(not unfinished(path), "what was left unfinished is still there")
        expect(len(checkpoints_of(path)) == len(checkpoints_of(whole)), "kept other checkpoints")
    expect(resumed > 0, "no kill left anything to go on from")
    print(f"       {kills} kills, {torn} of them within a checkpoint, {resumed} resumptions")


def interrupted(folder, out, number):
    """A run that was told to stop between two checkpoints, and its last words."""
    for attempt in range(5):
        process = start("train", "tiny.yaml", *FEW_CHECKPOINTS, "--out", f"{out}{attempt}",
                        cwd=folder)
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if any(len(rows_of(path)) > 3
                   for path in pathlib.Path(folder).glob(f"{out}{attempt}/*/*")):
                process.send_signal(number)
                break
        _, stderr = process.communicate(timeout=60)
        if process.returncode != 0:
            return run_of(folder, f"{out}{attempt}"), process.returncode, stderr
    raise AssertionError("the trainings end before they can be interrupted")


def test_an_interrupted_training_writes_a_checkpoint_and_goes_on(folder):
    text = TINY.replace("decisions: 3000", "decisions: 12000")
    whole = train(folder, "whole", *FEW_CHECKPOINTS, text=text)
    for number in (signal.SIGINT, signal.SIGTERM):
        path, code, stderr = interrupted(folder, f"cut{int(number)}", number)
        expect(code == 130, f"exit code {code}; {stderr}")
        expect(meta_of(path)["status"] == "interrupted" and meta_of(path)["exit_code"] == 130,
               str(meta_of(path)))
        place = path.relative_to(folder)
        expect_in(f"infodiet train --resume {place}", stderr)
        rows = rows_of(path)
        expect(len(rows) < len(rows_of(whole)), "it was not interrupted")
        expect(int(checkpoints_of(path)[-1].name) == int(rows[-1]["time/total_timesteps"]),
               "the last rollout is in no checkpoint")
        again = run("train", "--resume", str(place), "run.threads=2", "--progress", "plain",
                    cwd=folder)
        expect_code(again, 0)
        expect_in(f"Results are in {place}", again.stderr)
        expect_same(path, whole, f"after {number.name}")
        expect(meta_of(path)["status"] == "finished", str(meta_of(path)))


def test_to_resume_what_is_finished_changes_nothing(folder):
    path = trained(folder, *FEW_CHECKPOINTS)
    before = outcome_of(path)
    expect_code(run("train", "--resume", str(path), cwd=folder), 0)
    expect(outcome_of(path) == before, "something changed")


def test_a_damaged_checkpoint_is_passed_over(folder):
    whole = trained(folder)
    for damage in ("flip", "cut", "remove"):
        path = pathlib.Path(folder) / damage
        shutil.copytree(whole, path)
        newest = checkpoints_of(path)[-1]
        file = newest / "training.safetensors"
        data = bytearray(file.read_bytes())
        if damage == "flip":
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
        elif damage == "cut":
            file.write_bytes(data[:-1])
        else:
            (newest / "checkpoint.json").unlink()
        result = run("train", "--resume", damage, "--quiet", cwd=folder)
        expect_code(result, 0)
        expect(re.search(rf"warning: passed over: .*{newest.name}", result.stderr), result.stderr)
        expect_same(path, whole, damage)


def test_where_all_checkpoints_are_damaged_nothing_is_touched(folder):
    path = trained(folder)
    for checkpoint in checkpoints_of(path):
        (checkpoint / "training.safetensors").write_bytes(b"")
    rows = (path / "metrics.csv").read_bytes()
    expect_refused(run("train", "--resume", str(path), cwd=folder), "no checkpoint to go on from",
                   checkpoints_of(path)[-1].name)
    expect((path / "metrics.csv").read_bytes() == rows, "rows were lost")


# --- mistakes


def test_only_a_training_can_be_resumed_and_only_as_it_was(folder):
    path = trained(folder, *FEW_CHECKPOINTS)
    expect_code(run("eval", "tiny.yaml", "--quiet", "--out", "scored", cwd=folder), 0)
    scored = run_of(folder, "scored")
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    expect_refused(run("train", "--resume", str(scored), cwd=folder),
                   "no checkpoint to go on from", scored.name)
    expect_refused(run("train", "--resume", "nowhere", cwd=folder), "nowhere")
    expect_refused(run("train", "--resume", str(path), "agent.lr=1e-4", cwd=folder), "agent.lr",
                   "run.threads=N")
    expect_refused(run("train", "--resume", str(path), "--out", "runs", cwd=folder), "--out")
    expect_refused(run("train", "tiny.yaml", "--resume", str(path), cwd=folder), "--resume",
                   "'tiny.yaml'")
    expect_refused(run("train", cwd=folder), "--resume RUN")
    after = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    expect(before == after, "a mistake must change nothing")


def test_a_run_whose_settings_were_changed_is_not_resumed(folder):
    path = trained(folder, *FEW_CHECKPOINTS)
    config = path / "config.yaml"
    config.write_text(config.read_text().replace("dim: 8", "dim: 16"))
    expect_refused(run("train", "--resume", str(path), cwd=folder), "config.yaml", "changed")


def test_who_cannot_learn_is_not_trained(folder):
    write(folder, "tiny.yaml", re.sub("agent: .*", "agent: threshold", TINY))
    expect_refused(run("train", "tiny.yaml", cwd=folder), "threshold", "nothing to learn",
                   "(can be trained: a2c, ppo, reinforce)")
    write(folder, "tiny.yaml", TINY)
    expect_refused(run("train", "tiny.yaml", "agent.condition.part=joy", cwd=folder), "joy",
                   "engagement")
    expect(not (pathlib.Path(folder) / "runs").exists(), "a mistake must leave nothing behind")


def score(folder, run_path, *overrides, text=TINY):
    write(folder, "tiny.yaml", text)
    return run("eval", "tiny.yaml", f"eval.agents=[random, {{name: trained, run: {run_path}}}]",
               *overrides, "--quiet", "--out", "scored", cwd=folder)


def test_what_a_run_has_trained_stands_once_in_its_table(folder):
    path = trained(folder, *FEW_CHECKPOINTS)
    for overrides in ([], [f"eval.agents=[random, {{name: trained, run: {path}}}]"]):
        result = run("eval", str(path), *overrides, "eval.reference=random", "--quiet", "--out", "scored",
                     cwd=folder)
        expect_code(result, 0)
        rows = [line for line in result.stdout.splitlines() if line.startswith("trained")]
        expect(len(rows) == 1, result.stdout)


def test_a_checkpoint_that_is_not_what_was_written_does_not_play(folder):
    whole = trained(folder, *FEW_CHECKPOINTS)
    expect_code(score(folder, whole), 0)
    expect_code(score(folder, checkpoints_of(whole)[0]), 0)

    def damaged(name, change):
        path = pathlib.Path(folder) / name
        shutil.copytree(best_of(whole), path)
        change(path)
        result = score(folder, path)
        expect_refused(result, name)
        return result.stderr

    def flip(path):
        data = bytearray((path / "policy.safetensors").read_bytes())
        data[-1] ^= 1
        (path / "policy.safetensors").write_bytes(data)

    def cut(path):
        data = (path / "policy.safetensors").read_bytes()
        (path / "policy.safetensors").write_bytes(data[:len(data) // 2])

    def retell(path):
        text = (path / "checkpoint.json").read_text()
        (path / "checkpoint.json").write_text(re.sub(r'"score": [^,]*', '"score": 1e6', text))

    def from_elsewhere(path):
        (path / "checkpoint.json").write_text('{"format": "somebody-elses-1", "decisions": 1}')

    def of_another_policy(path):
        other = train(folder, "other", *FEW_CHECKPOINTS, "run.seed=9")
        shutil.copy(best_of(other) / "policy.safetensors", path)

    expect_in("policy.safetensors", damaged("flipped", flip))
    expect_in("policy.safetensors", damaged("cut", cut))
    expect_in("changed or damaged", damaged("retold", retell))
    expect_in("describes no checkpoint", damaged("elsewhere", from_elsewhere))
    expect_in("policy.safetensors", damaged("mixed", of_another_policy))


def test_a_policy_plays_only_where_decisions_look_the_same(folder):
    path = trained(folder, *FEW_CHECKPOINTS)
    expect_refused(score(folder, path, "world.candidates=9"), "candidates",
                   "long_term_satisfaction")
    expect_refused(score(folder, path, text=FEED), "feed", best_of(path).name)
    expect_code(score(folder, path, "world.sensitivity=0.1"), 0)
    expect_refused(score(folder, "nowhere"), "nowhere")
    expect_refused(score(folder, '""'), "run: FOLDER")


# --- what goes wrong while it learns


def test_a_loss_that_is_not_finite_stops_the_training(folder):
    # each step multiplies the weights by 1 - lr decay = -9
    write(folder, "tiny.yaml", TINY)
    result = run("train", "tiny.yaml", "agent.lr=1", "agent.weight_decay=10",
                 "agent.gradient_limit=1e9", "agent.target_kl=0", "agent.schedule=constant",
                 "agent.minibatch=96", cwd=folder)
    expect_code(result, 2)
    expect(re.search(r"^step \d+ of learning: (the loss|[\w.]+: its gradient) is not finite \(",
                     result.stderr, re.M), result.stderr)
    path = run_of(folder, "runs")
    expect(meta_of(path)["status"] == "failed" and meta_of(path)["exit_code"] == 2,
           str(meta_of(path)))
    expect_in("is not finite", (path / "log.txt").read_text())
    last = checkpoints_of(path)[-1]
    for name, (kind, shape, data) in read_tensors(last / "policy.safetensors").items():
        if kind == "F32":
            numbers = struct.unpack(f"<{math.prod(shape)}f", data)
            expect(all(map(math.isfinite, numbers)), f"{name} of the last checkpoint: {numbers}")
    expect_code(score(folder, last), 0)


# --- what it says


def test_eval_of_a_training_shows_what_it_has_made(folder):
    path = trained(folder, *FEW_CHECKPOINTS)
    result = run("eval", str(path), "--out", "scored", "--quiet", cwd=folder)
    expect_code(result, 0)
    rows = [line.split()[0] for line in result.stdout.splitlines() if line[:1].isalpha()]
    expect("trained" in rows and "random" in rows, result.stdout)
    with (run_of(folder, "scored") / "scores.csv").open(encoding="utf-8") as file:
        scores = [row["value"] for row in csv.DictReader(file) if row["agent"] == "trained"]
    named = score(folder, path, "eval.seeds=2")
    expect_code(named, 0)
    expect(scores and all(math.isfinite(float(value)) for value in scores if value), str(scores))
    line = next(line for line in result.stdout.splitlines() if line.startswith("trained"))
    expect_in(line.split("±")[0].split()[1], named.stdout)


def test_what_training_keeps_and_measures_is_in_its_folder(folder):
    path = train(folder, "runs", "output.keep=2")
    expect(len(set(checkpoints_of(path)[-2:]) | {best_of(path)}) == len(checkpoints_of(path)),
           f"kept: {checkpoints_of(path)}")
    scored = [row for row in rows_of(path) if row["eval/score"]]
    expect(len(scored) == 5, f"{len(scored)} evaluations instead of 5")
    best = max(scored, key=lambda row: float(row["eval/score"]))
    expect(int(best_of(path).name) == int(best["time/total_timesteps"]),
           "the best checkpoint is not that of the best evaluation")
    told = json.loads((best_of(path) / "checkpoint.json").read_text())
    expect(told["score"] == float(best["eval/score"]), str(told["score"]))
    expect(list(path.glob("events.out.tfevents.*")), "no events for TensorBoard")
    expect("-ppo-s3-" in path.name, path.name)


def test_help_teaches_how_to_train(_):
    result = run("train", "--help")
    expect_code(result, 0)
    for word in ("infodiet train configs/quickstart.yaml", "infodiet eval", "--resume", "ppo",
                 "a2c", "reinforce", "checkpoints/", "130"):
        expect_in(word, result.stdout)


def test_plain_progress_prints_numbers_and_quiet_nothing(folder):
    write(folder, "tiny.yaml", TINY)
    result = run("train", "tiny.yaml", *FEW_CHECKPOINTS, "--progress", "plain", cwd=folder)
    expect_code(result, 0)
    expect(result.stdout == "", result.stdout)
    expect(re.search(r"^train 100% .*decision/s\] evaluated [\d.]+  score [\d.]+  engagement "
                     r"[\d.]+$", result.stderr, re.M), result.stderr)
    path = run_of(folder, "runs").relative_to(folder)
    expect_in(f"Compare it: infodiet eval {path}", result.stderr)
    train(folder, "quiet", *FEW_CHECKPOINTS)  # which says so if anything is printed


run_tests(globals())
