#!/usr/bin/env python3
"""Scores the suite: every tuned agent and both yardsticks on every task, into docs/results/.

    scripts/suite_results.py [--infodiet PROGRAM] [--seeds N] [--episodes N] [--runs FOLDER]
    scripts/suite_results.py --streams FOLDER     the same for configs/real_*.yaml: streams.md
    scripts/suite_results.py --levels             the other levels: levels.md

Writes docs/results/suite.md (tables, whether each task is accepted, how it was made) and suite.csv
(every number). A task is accepted if a yardstick that plans or knows beats the best short-sighted
policy by 20 % of that policy's gain over silence, and if the interval of the difference is above 0.
"""

import argparse
import json
import pathlib
import subprocess
import sys

from tune_suite import RECORDED, SOURCE, TASKS

# Those that take the best response to this decision, whatever it does to later ones. Caps on
# pushes, which tuning may set, are allowed them.
SHORT_SIGHTED = ["fill", "newest", "popular", "greedy_click", "greedy_value", "mmr", "linucb",
                 "thompson"]
# What each task is to show greedy getting wrong: who, in which measure, what it says.
FAILURE = {
    "sip": ("greedy_click", "regret", "minutes better spent elsewhere, a day: it never holds back"),
    "shelf": ("greedy_click", "items_shown", "items shown a day: it fills places"),
    "encore": ("greedy_value", "engagement", "clicks a day: it serves what appetite is gone for"),
    "old_news": ("greedy_click", "value_per_minute_read",
                 "share of reading time well spent: it repeats what is clicked"),
    "the_tap": ("fill+push", "overload", "overload-minutes a day: it opens the tap"),
    "quiet_hours": ("fill+push", "overload", "overload-minutes a day: it pushes at any hour"),
    "candy": ("greedy_click", "value_per_minute_read", "share of reading time well spent: it picks bait"),
    "breaking": ("newest+push", "overload", "overload-minutes a day: it sends what is newest"),
    "long_winter": ("greedy_click", "sessions", "sessions a day: people do not come back"),
    "strangers": ("greedy_click", "score_worst_type", "score of the worst-served kind: it serves the average"),
    "full_diet": ("greedy_click", "score_worst_type", "score of the worst-served kind of people"),
}
HEADROOM = 1.2
UNINFORMED = SHORT_SIGHTED + ["random", "budget", "batching", "threshold"]


def kind(label):
    return label.split("+")[0]


def evaluate(args, name, extra=(), config=None):
    runs = SOURCE / args.runs / f"{name}-tuned"
    command = [args.infodiet, "eval", config or f"configs/tuned/{name}.yaml", f"run.seeds={args.seeds}",
               f"eval.episodes={args.episodes}", "--out", args.runs, "--quiet", "--progress", "none"]
    if not args.reuse:
        subprocess.run(command + list(extra), check=True, stdout=subprocess.DEVNULL, cwd=SOURCE)
    folder = max(runs.iterdir(), key=lambda p: p.stat().st_mtime)
    scores = json.loads((folder / "scores.json").read_text())
    meta = json.loads((folder / "meta.json").read_text())
    return scores, meta


def paired(scores, one, other):
    """Mean difference of the score, and the half width of its 95 % interval over seeds."""
    quantile = {10: 2.262157, 5: 2.776445, 20: 2.093024, 3: 4.302653, 2: 12.706205}
    by_name = {a["agent"]: a["measures"]["score"]["per_seed"] for a in scores["agents"]}
    gaps = [a - b for a, b in zip(by_name[one], by_name[other])]
    n = len(gaps)
    mean = sum(gaps) / n
    sd = (sum((g - mean) ** 2 for g in gaps) / (n - 1)) ** 0.5
    return mean, quantile[n] * sd / n ** 0.5


def interval(number, digits=3):
    half = (number["high"] - number["low"]) / 2
    return f"{number['mean']:.{digits}f} ± {half:.{digits}f}"


class Task:
    """What was measured on one task."""

    def __init__(self, name, scores):
        self.name = name
        self.scores = scores
        self.agents = {a["agent"]: a for a in scores["agents"]}

    def score(self, label):
        return self.agents[label]["measures"]["score"]["mean"]

    def best(self, kinds):
        return max((a for a in self.agents if kind(a) in kinds), key=self.score)

    def verdict(self):
        short = self.best(SHORT_SIGHTED)
        yardstick = max(("full_state", "matched"), key=self.score)
        gain, reach = self.score(short), self.score(yardstick)
        gap, half = paired(self.scores, yardstick, short)
        return short, yardstick, reach >= HEADROOM * max(gain, 0) and gap - half > 0


def normalised_table(tasks):
    labels = []
    for task in tasks:
        labels += [a for a in task.agents if a not in labels]
    order = ["never", "random"] + [x for x in labels if x not in
                                   ("never", "random", "full_state", "matched")] + ["matched", "full_state"]
    out = "| agent | " + " | ".join(t.name for t in tasks) + " |\n|---" + "|---:" * len(tasks) + "|\n"
    for label in order:
        cells = []
        for task in tasks:
            agent = task.agents.get(label)
            cells.append(interval(agent["normalised"], 2) if agent else "")
        out += f"| {label} | " + " | ".join(cells) + " |\n"
    return out


def acceptance_table(tasks):
    out = ("| task | best short-sighted | its score | matched | full_state | headroom | accepted | "
           "matched minus best uninformed | bound |\n|---|---|---:|---:|---:|---:|---|---:|---:|\n")
    for task in tasks:
        short, yardstick, accepted = task.verdict()
        score = lambda label: interval(task.agents[label]["measures"]["score"], 2)
        gain = task.score(short)
        headroom = f"{100 * (task.score(yardstick) / gain - 1):.0f} %" if gain > 0 else "it loses"
        best = task.best(UNINFORMED)
        bound = task.scores["score_bound"]
        limit = "" if bound is None else f"{bound:.1f}"
        gap, half = paired(task.scores, "matched", best)
        out += (f"| {task.name} | {short} | {score(short)} | {score('matched')} | "
                f"{score('full_state')} | {headroom} | {'yes' if accepted else 'NO'} | "
                f"{gap:+.2f} ± {half:.2f} ({best}) | {limit} |\n")
    return out


def failure_table(tasks):
    """What greedy does and what the yardsticks do, in the measure that tells."""
    out = ("| task | policy | its figure | matched | full_state | what it is |\n"
           "|---|---|---:|---:|---:|---|\n")
    for task in tasks:
        who, measure, what = FAILURE[task.name]
        figure = lambda label: interval(task.agents[label]["measures"][measure], 2)
        out += (f"| {task.name} | {who} | {figure(who)} | {figure('matched')} | "
                f"{figure('full_state')} | {what} |\n")
    return out


def csv(tasks):
    lines = ["task,agent,seed,measure,value"]
    for task in tasks:
        first = task.scores["first_seed"]
        for label, agent in task.agents.items():
            for measure in ("score", "value", "overload", "engagement", "interruption", "regret"):
                for i, value in enumerate(agent["measures"][measure]["per_seed"]):
                    lines.append(f"{task.name},{label},{first + i},{measure},{value:.6g}")
    return "\n".join(lines) + "\n"


def made(args, tasks, meta):
    dirty = ", with changes that were not committed" if meta["dirty"] else ""
    return (f"""{args.seeds} seeds from {tasks[0].scores['first_seed']} on, {args.episodes} people each. Version
{meta['version']}, commit {meta['commit'][:12]}{dirty}; {meta['compiler']}, {meta['build_type']}, {meta['arch']}; {meta['cpu']}, {meta['cores']} cores.""")


def score_table(tasks):
    """Scores per day, agents down, tasks across."""
    labels = list(tasks[0].agents)
    out = "| agent | " + " | ".join(t.name for t in tasks) + " |\n|---" + "|---:" * len(tasks) + "|\n"
    for label in labels:
        cells = [interval(t.agents[label]["measures"]["score"], 2) for t in tasks]
        out += f"| {label} | " + " | ".join(cells) + " |\n"
    return out


def streams_page(args):
    tasks, notes = [], []
    for name, folder in RECORDED.items():
        for part in ("train", "test"):
            print(name, part, file=sys.stderr, flush=True)
            path = pathlib.Path(args.streams).resolve() / folder
            scores, meta = evaluate(args, name, [f"world.stream.path={path}",
                                                 f"world.stream.part={part}"])
            tasks.append(Task(f"{folder}, {part}", scores))
        notes += [f"\n**{folder}**\n"] + [f"- {note}" for note in scores["notes"][1:]]
    page = f"""# Recorded streams: baselines, tuned on the first part, scored on both

Made by `scripts/tune_suite.py --streams FOLDER` and `scripts/suite_results.py --streams FOLDER`:
{made(args, tasks, meta)}
Settings were found on days of the train part alone, with other people ([configs/tuned](../../configs/tuned)); the test part
begins where the train part ends ([streams](../streams.md)). Score per day: the people are those of the
full diet, the stream is recorded, and what it lacks is assumed, as listed below.

{score_table(tasks)}
## What is recorded, and what is assumed
""" + "\n".join(notes) + "\n"
    (SOURCE / "docs/results").mkdir(parents=True, exist_ok=True)
    (SOURCE / "docs/results/streams.md").write_text(page)


def level_page(args):
    """Agents as tuned on the task itself, on its other levels; yardsticks as tuned on each level."""
    folder = SOURCE / args.runs / "levels"
    folder.mkdir(parents=True, exist_ok=True)
    rows = "| level | best short-sighted | best baseline | matched | full_state, score per day |\n|---|---:|---:|---:|---:|\n"
    tasks = []
    for name in args.tasks or TASKS:
        for level in ("easy", "hard"):
            print(name, level, file=sys.stderr, flush=True)
            text = (SOURCE / f"configs/tuned/{name}-v1.yaml").read_text()
            there = SOURCE / f"configs/tasks/{name}-v1-{level}.yaml"
            text = text.replace(f"../tasks/{name}-v1.yaml", str(there))
            text = text.replace(f"{name}-v1-tuned", f"{name}-v1-{level}-tuned")
            config = folder / f"{name}-{level}.yaml"
            config.write_text(text)
            scores, meta = evaluate(args, f"{name}-v1-{level}", config=str(config))
            task = Task(name, scores)
            tasks.append(task)
            cell = lambda a: f"{interval(task.agents[a]['normalised'], 2)} ({a})"
            rows += (f"| {name}, {level} | {cell(task.best(SHORT_SIGHTED))} | {cell(task.best(UNINFORMED))} | "
                     f"{interval(task.agents['matched']['normalised'], 2)} | "
                     f"{interval(task.agents['full_state']['measures']['score'], 2)} |\n")
    page = f"""# Levels of difficulty

Made by `scripts/tune_suite.py --levels` and `scripts/suite_results.py --levels`: {made(args, tasks, meta)}
Agents as they were tuned on the task itself; yardsticks tuned on each level. Normalised scores (0 silence,
1 full_state) but for the last column; [the tasks](../tasks/README.md) say what the levels are.

{rows}"""
    (SOURCE / "docs/results/levels.md").write_text(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--infodiet", default=str(SOURCE / "build/release/infodiet"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--episodes", type=int, default=64)
    parser.add_argument("--runs", default="runs")
    parser.add_argument("--levels", action="store_true")
    parser.add_argument("--reuse", action="store_true",
                        help="play nothing: take the last run of each task")
    parser.add_argument("tasks", nargs="*", metavar="TASK")
    parser.add_argument("--streams", metavar="FOLDER", help="where the recorded streams lie")
    args = parser.parse_args()
    if args.streams:
        streams_page(args)
        return
    if args.levels:
        level_page(args)
        return
    tasks, meta = [], None
    for name in args.tasks or TASKS:
        print(name, file=sys.stderr, flush=True)
        scores, meta = evaluate(args, name + "-v1")
        tasks.append(Task(name, scores))
    page = f"""# The suite: baselines, tuned, and yardsticks

Made by `scripts/tune_suite.py` and `scripts/suite_results.py`: {made(args, tasks, meta)}
Tuning saw none of these people, nor the days on which they live. What was spent on tuning stands in each file of configs/tuned/. Every number: [suite.csv](suite.csv).

## What there is to gain

A task is accepted if a yardstick beats the best short-sighted policy by at least 20 % of that policy's
gain over silence. Short-sighted are {', '.join(SHORT_SIGHTED)}, each tuned, with and without pushes.
The last column but one is the information-matched yardstick against the best of all tuned baselines,
paired by seed. Means with 95 % intervals over seeds, score per day; no policy can score above the bound,
where there is one.

{acceptance_table(tasks)}
## What greedy gets wrong

{failure_table(tasks)}
## Normalised scores

0 is silence, 1 is the full-state yardstick.

{normalised_table(tasks)}"""
    results = SOURCE / "docs/results"
    results.mkdir(parents=True, exist_ok=True)
    (results / "suite.md").write_text(page)
    (results / "suite.csv").write_text(csv(tasks))
    refused = [t.name for t in tasks if not t.verdict()[2]]
    print(acceptance_table(tasks))
    if refused:
        sys.exit(f"not accepted: {', '.join(refused)}")


if __name__ == "__main__":
    main()
