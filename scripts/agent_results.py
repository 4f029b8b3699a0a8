#!/usr/bin/env python3
"""Trains the agent on every task and scores it beside baselines and yardsticks, into docs/results/.

    scripts/agent_results.py [--infodiet PROGRAM] [--seeds N] [--decisions N] [--runs FOLDER] [TASK ...]
    scripts/agent_results.py --streams FOLDER     the same for recorded streams
    scripts/agent_results.py --table              train nothing: print the table of what there is

One set of hyperparameters for all tasks: AGENT below, and the program's defaults. A training that is
there is not done again, one that was cut short goes on. Writes agent.csv (every number, and by which
commit), agent_curves.csv (scores while learning, on people and days of training), and prints a table.
One such script at a time, which may train several at once (--jobs): it holds the tables in memory.
"""

import argparse
import concurrent.futures
import csv
import json
import pathlib
import subprocess
import sys
import zlib

from suite_results import UNINFORMED, kind
from tune_suite import RECORDED, SOURCE, TASKS

POLICY = {"name": "pooled", "dim": 32, "heads": 4, "layers": 1}


def policy_word(policy):
    return "agent.policy={" + ", ".join(f"{key}: {value}" for key, value in policy.items()) + "}"


AGENT = ["agent.name=ppo", policy_word(POLICY), "run.envs=256"]
DECISIONS = 7_200_000  # nine minutes on two cores; the cap is fifteen
MEASURES = ["score", "value", "overload", "interruption", "engagement", "silence_precision"]
RESULTS = SOURCE / "docs/results"
QUANTILE = {2: 12.706205, 3: 4.302653, 4: 3.182446, 5: 2.776445, 6: 2.570582, 7: 2.446912,
            8: 2.364624, 9: 2.306004, 10: 2.262157}  # Student's t at 0.975, by how many


class Setting:
    """A task, its file, and what else the program must be told."""

    def __init__(self, name, streams):
        self.name = name
        self.recorded = name.startswith("real_")
        self.file = f"configs/{name}.yaml" if self.recorded else f"configs/tasks/{name}-v1.yaml"
        self.tuned = f"configs/tuned/{name}.yaml" if self.recorded else f"configs/tuned/{name}-v1.yaml"
        self.extra = []
        if self.recorded:
            self.extra = [f"world.stream.path={pathlib.Path(streams).resolve() / RECORDED[name]}"]


def call(args, *words):
    subprocess.run([args.infodiet, *words], check=True, stdout=subprocess.DEVNULL, cwd=SOURCE)


def newest(folder):
    found = [p for p in folder.glob("*") if (p / "config.yaml").exists()]
    return max(found, key=lambda p: p.name, default=None)


def in_parallel(jobs, work, arguments):
    """(arguments, what work made of them), in their order, some at a time: each is told as soon as it
    and those before it are done."""
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        yield from zip(arguments, pool.map(lambda these: work(*these), arguments))
    finally:  # of what fails or is interrupted, too: nothing else is begun
        pool.shutdown(cancel_futures=True)


def train(args, setting, seed, label="agent", agent=AGENT):
    """@returns the folder of the finished run, named by label, task, seed, decisions, and a sum over
    all that decides its bits but the settings that stand in files"""
    words = [setting.file, *agent, *setting.extra, f"run.seed={seed}", f"run.decisions={args.decisions}"]
    version = subprocess.run([args.infodiet, "--version"], check=True, capture_output=True, text=True).stdout
    check = zlib.crc32(" ".join([*words, version]).encode())
    name = f"{label}-{setting.name}-s{seed}-{args.decisions}-{check:08x}"
    folder = SOURCE / args.runs / name
    run = newest(folder)
    if run is None or not any(run.glob("checkpoints/*/checkpoint.json")):
        call(args, "train", *words, f"run.name={name}", f"run.threads={args.threads}", "--out", args.runs, "--quiet")
    elif not (run / "done").exists():
        call(args, "train", "--resume", str(run), f"run.threads={args.threads}", "--quiet")
    run = newest(folder)
    (run / "done").touch()
    return run


def evaluate(args, run, seeds=10, episodes=64, where="eval", world=None, words=()):
    """@param where  a name for it within the run's folder; @param world  a file; None: that of the run
    @returns scores.json of the trained agent on people and days it has not met"""
    out = run / where
    if newest_scores(out) is None:
        call(args, "eval", world or str(run), *words, f"eval.agents=[{{name: trained, run: {run}}}]", "eval.yardsticks=[]",
             "eval.reference=trained", "run.seed=1", f"run.seeds={seeds}", f"eval.episodes={episodes}",
             "--out", str(out), "--quiet", "--progress", "none")
    return json.loads(newest_scores(out).read_text())


def newest_scores(out):
    """Of the latest evaluation there that was not cut short."""
    whole = [p for p in out.glob("*/*/scores.json") if not json.loads(p.read_text())["interrupted"]]
    return max(whole, key=lambda p: p.parent.name, default=None)


def read(name):
    path = RESULTS / name
    return list(csv.DictReader(path.open())) if path.exists() else []


def write(name, rows):
    part = RESULTS / (name + ".part")
    with part.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(RESULTS / name)


def commit_of(run):
    """The commit of the program that made a run."""
    return json.loads((run / "meta.json").read_text())["commit"][:12]


def numbers_of(scores, played, /, **common):
    """One row for each measure and seed of one who played, in scores.json."""
    measures = played["measures"]
    return [dict(common, seed=scores["first_seed"] + i, measure=m, value=f"{v:.6g}")
            for m in MEASURES if m in measures
            for i, v in enumerate(measures[m]["per_seed"]) if v is not None]


def measure(args, settings):
    """Adds to the tables what is not yet in them."""
    rows, curves = read("agent.csv"), read("agent_curves.csv")
    keys = [(setting, dict(task=setting.name, agent="trained", decisions=str(args.decisions),
                           training_seed=str(seed)))
            for setting in settings for seed in range(1, args.seeds + 1)]
    keys = [(s, key) for s, key in keys if not any(all(r[k] == v for k, v in key.items()) for r in rows)]

    def train_and_score(setting, key):
        print(*key.values(), file=sys.stderr, flush=True)
        run = train(args, setting, int(key["training_seed"]))
        return run, evaluate(args, run)

    for (_, key), (run, scores) in in_parallel(args.jobs, train_and_score, keys):
        key["commit"] = commit_of(run)
        rows += numbers_of(scores, scores["agents"][0], **key)
        for line in csv.DictReader((run / "metrics.csv").open()):
            if line["eval/score"]:
                curves.append(dict(key, at=line["time/total_timesteps"], score=line["eval/score"]))
        write("agent.csv", rows)
        write("agent_curves.csv", curves)
    for setting in settings:
        if setting.recorded and not any(r["task"] == setting.name and r["agent"] != "trained" for r in rows):
            out = SOURCE / args.runs / f"agent-{setting.name}-baselines"
            call(args, "eval", setting.tuned, *setting.extra, "run.seed=1", "run.seeds=10",
                 "eval.episodes=64", "--out", str(out), "--quiet", "--progress", "none")
            scores = json.loads(newest_scores(out).read_text())
            for agent in scores["agents"]:
                rows += numbers_of(scores, agent, task=setting.name, agent=agent["agent"], decisions="",
                                   training_seed="", commit=commit_of(newest_scores(out).parent))
            write("agent.csv", rows)
    return rows


def mean(values):
    return sum(values) / len(values)


def interval(values, digits=2):
    """Mean and 95 % interval, as text; and whether it is above 0."""
    if len(values) < 2:
        return f"{values[0]:.{digits}f}", False
    m, n = mean(values), len(values)
    half = QUANTILE[n] * (sum((v - m) ** 2 for v in values) / (n - 1) / n) ** 0.5
    return f"{m:.{digits}f} ± {half:.{digits}f}", m - half > 0


def paired(trained, other):
    """Trained minus another agent, on the same seeds of people: first by training (mean over people),
    then by seed of people (mean over trainings). Luck may lie in either."""
    by_training = [mean([s[i] - other[i] for i in s]) for s in trained.values()]
    people = list(next(iter(trained.values())))
    by_people = [mean([s[i] - other[i] for s in trained.values()]) for i in people]
    return by_training, by_people


def scores_of(rows, task, measure):
    """{agent: {seed of people: value}} of baselines and yardsticks."""
    of = {}
    for r in read("suite.csv") + [r for r in rows if r["agent"] != "trained"]:
        if (r["task"], r["measure"]) == (task, measure):
            of.setdefault(r["agent"], {})[int(r["seed"])] = float(r["value"])
    return of


def trained_seeds(rows, task, measure):
    """{training seed: {seed of people: value}} of the longest trainings."""
    rows = [r for r in rows if (r["task"], r["agent"], r["measure"]) == (task, "trained", measure)]
    longest = max((int(r["decisions"]) for r in rows), default=0)
    of = {}
    for r in rows:
        if int(r["decisions"]) == longest:
            of.setdefault(int(r["training_seed"]), {})[int(r["seed"])] = float(r["value"])
    return of


def table(rows):
    """What stands in agent.csv, beside the baselines and yardsticks of suite.csv. The interval of a
    score is over trainings, that of a difference over seeds of people."""
    out = ("| task | decisions | seeds | trained | best baseline | its score | trained minus it | matched | "
           "of matched | of full_state |\n|---|---:|---:|---:|---|---:|---:|---:|---:|---:|\n")
    for task in [*TASKS, *RECORDED]:
        trained = trained_seeds(rows, task, "score")
        if not trained:
            continue
        decisions = max(int(r["decisions"]) for r in rows if r["task"] == task and r["agent"] == "trained")
        of = scores_of(rows, task, "score")
        best = max((a for a in of if kind(a) in UNINFORMED), key=lambda a: mean(list(of[a].values())))
        gap = interval(paired(trained, of[best])[1])[0]
        score = [mean(list(s.values())) for s in trained.values()]
        matched, full = (mean(list(of[a].values())) for a in ("matched", "full_state"))
        out += (f"| {task} | {decisions / 1e6:.1f} M | {len(trained)} | {interval(score)[0]} | {best} | "
                f"{mean(list(of[best].values())):.2f} | {gap} | {matched:.2f} | "
                f"{mean(score) / matched:.2f} | {mean(score) / full:.2f} |\n")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--infodiet", default=str(SOURCE / "build/release/infodiet"))
    parser.add_argument("--seeds", type=int, default=3, help="trainings per task")
    parser.add_argument("--decisions", type=int, default=DECISIONS)
    parser.add_argument("--threads", type=int, default=0, help="0: all processors; changes no result")
    parser.add_argument("--jobs", type=int, default=1, help="trainings side by side; best with --threads 1")
    parser.add_argument("--runs", default="runs")
    parser.add_argument("--streams", metavar="FOLDER", help="where the recorded streams lie")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("tasks", nargs="*", metavar="TASK")
    args = parser.parse_args()
    names = args.tasks or (list(RECORDED) if args.streams else TASKS)
    rows = measure(args, [] if args.table else [Setting(n, args.streams) for n in names])
    print(table(rows))


if __name__ == "__main__":
    main()
