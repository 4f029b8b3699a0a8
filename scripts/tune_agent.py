#!/usr/bin/env python3
"""Finds one set of hyperparameters of the agent for all tasks, into docs/results/agent_tuning.csv.

    scripts/tune_agent.py [--infodiet PROGRAM] [--candidates N] [--decisions N] [--runs FOLDER] [TASK ...]

The same candidates are trained and scored on each task by `infodiet tune`, on days and people that
evaluation does not play. A score counts as its share of what the yardstick `matched` comes to on the
task (docs/results/suite.csv), and a candidate by its mean over tasks. The better quarter goes on, on
new seeds and by twice as many decisions, until four are left or fewer. Candidate 0 are the
settings of scripts/agent_results.py; it takes part in every round. What is done is not done again:
a round that was cut short goes on.

One row of the CSV is one training: of a candidate, on a task, in a round, by that many decisions.
`tuning_seed` is its seed and that of the people it is scored on, 1000000 and up, so scores there are
those by which the winner was chosen, and no results; those are of scripts/agent_results.py, on other
seeds. The account of trainings, rounds and decisions is printed at the end.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import zlib

from agent_results import AGENT, RESULTS, mean, newest, read
from tune_suite import SOURCE, TASKS

DEFAULT_TASKS = ["full_diet", "candy", "the_tap", "encore"]
AGENT_NAME = AGENT[0].removeprefix("agent.name=")
KEEP = 4       # one in so many goes on
LONGER = 2     # so many times the decisions of the round before
FIRST_SEED = 1_000_000
ROUND_SEEDS = 1000  # of tuning that a round may use


def matched():
    """Mean score of the yardstick on each task."""
    scores = {}
    for row in read("suite.csv"):
        if row["agent"] == "matched" and row["measure"] == "score":
            scores.setdefault(row["task"], []).append(float(row["value"]))
    return {task: mean(values) for task, values in scores.items()}


def flow(settings):
    """{'lr': '0.001', 'policy.dim': '32'} as YAML in one line: {lr: 0.001, policy: {dim: 32}}."""
    tree = {}
    for key, value in settings.items():
        *outer, last = key.split(".")
        place = tree
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value

    def text(node):
        if isinstance(node, str):
            return node
        return "{" + ", ".join(f"{key}: {text(value)}" for key, value in node.items()) + "}"
    return text(tree)


def agent_with(settings):
    """An entry of eval.agents: the point of departure with these knobs."""
    base = {"name": AGENT_NAME}
    for word in AGENT[1:]:
        key, value = word.split("=", 1)
        if key == "agent.policy":  # a section of its own, in which knobs are
            pairs = (pair.split(":") for pair in value.strip("{}").split(","))
            base.update({f"policy.{k.strip()}": v.strip() for k, v in pairs})
        elif key.startswith("agent."):
            base[key.removeprefix("agent.")] = value
    return flow(base | settings)


def command_of(args, number, task, given):
    """What a round is on one task, without the name of its run.
    @param given  settings of the candidates but the first, or nothing: they are drawn"""
    count = len(given) + 1 if given else args.candidates
    extra = [word for fix in args.fix for word in ("--fix", fix)]
    agents = ", ".join(["never", *map(agent_with, given)])
    return ["tune", f"configs/tasks/{task}-v1.yaml", "--agent", AGENT_NAME, *extra, *AGENT,
            "run.seed=1", f"run.decisions={args.decisions * LONGER ** (number - 1)}",
            f"eval.agents=[{agents}]", "eval.reference=never", f"tune.episodes={args.episodes}",
            f"tune.candidates={count}", f"tune.eta={max(count, 2)}", "tune.near=0", "tune.recheck=0",
            f"tune.trainings={count * args.seeds}",
            f"tune.first_seed={FIRST_SEED + ROUND_SEEDS * (number - 1)}"]


def tune(args, number, task, given):
    """@returns the folder of the finished run"""
    words = command_of(args, number, task, given)
    name = f"agent-tuning-{task}-r{number}-{zlib.crc32(' '.join(words).encode()):08x}"
    folder = SOURCE / args.runs / name
    run = newest(folder)
    if run is None or json.loads((run / "meta.json").read_text())["status"] != "finished":
        print(f"round {number}: {task}", file=sys.stderr, flush=True)
        goes_on = ["--resume", str(run)] if run is not None else []
        subprocess.run([args.infodiet, *words, f"run.name={name}", f"run.threads={args.threads}", "--out",
                        args.runs, "--quiet", "--progress", "none", *goes_on],
                       check=True, stdout=subprocess.DEVNULL, cwd=SOURCE)
        run = newest(folder)
    return run


def knobs_in(run):
    """Settings of each candidate of a run, by its number there."""
    rows = list(csv.DictReader((run / "trials.csv").open()))
    known = {"agent", "candidate", "from", "rank", "seeds", "days", "score", "low", "high"}
    keys = [key for key in rows[0] if key not in known and not key.startswith("mean_")]
    return {int(row["candidate"]): {key: row[key] for key in keys} for row in rows}


def play_round(args, number, candidates, scale, rows):
    """Adds a round to `rows`. @param candidates  settings by number; empty: they are drawn
    @returns the settings of those that were in it, by number"""
    numbers = list(candidates)  # 0 stands first, as in the run
    given = [candidates[c] for c in numbers[1:]]
    for task in args.tasks:
        run = tune(args, number, task, given)
        settings = knobs_in(run)
        if not candidates:
            candidates, numbers = settings, sorted(settings)
        for place, candidate in enumerate(numbers):
            if settings[place] != candidates[candidate]:
                sys.exit(f"tune_agent.py: candidate {candidate} is another on {task}: {run}")
        for row in csv.DictReader((run / "played.csv").open()):
            candidate = numbers[int(row["candidate"])]
            share = f"{float(row['score']) / scale[task]:.4f}" if row["score"] else ""
            rows.append({"candidate": candidate,
                         "settings": " ".join(f"{k}={v}" for k, v in candidates[candidate].items()),
                         "round": number, "task": task, "tuning_seed": row["seed"],
                         "decisions": args.decisions * LONGER ** (number - 1),
                         "score": row["score"], "share_of_matched": share})
        write(args, rows)
    return {c: candidates[c] for c in numbers}


def write(args, rows):
    order = {task: i for i, task in enumerate(args.tasks)}
    rows = sorted(rows, key=lambda r: (r["round"], order[r["task"]], int(r["tuning_seed"]), r["candidate"]))
    path = pathlib.Path(args.table)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ranking(rows, number):
    """Candidates of a round, best first, with their mean share; a training that broke off is the worst."""
    shares = {}
    for row in rows:
        if row["round"] == number:
            share = row["share_of_matched"]
            shares.setdefault(row["candidate"], []).append(float(share) if share else float("-inf"))
    return sorted(((mean(values), c) for c, values in shares.items()), key=lambda pair: (-pair[0], pair[1]))


def table(args, rows, number):
    """A round, best first: its mean share of matched, and that on each task."""
    ranked = ranking(rows, number)
    keys = [word.split("=")[0] for word in rows[0]["settings"].split()]
    out = "| " + " | ".join(["candidate", "of matched", *args.tasks, *keys]) + " |\n"
    out += "|---:" * (2 + len(args.tasks) + len(keys)) + "|\n"
    for share, candidate in ranked:
        mine = [r for r in rows if r["round"] == number and r["candidate"] == candidate]
        on = [mean([float(r["share_of_matched"] or "-inf") for r in mine if r["task"] == task])
              for task in args.tasks]
        values = [word.split("=")[1] for word in mine[0]["settings"].split()]
        name = "0 (defaults)" if candidate == 0 else str(candidate)
        out += f"| {name} | {share:.3f} | " + " | ".join([f"{x:.2f}" for x in on] + values) + " |\n"
    return out


def account(rows):
    """What the search took."""
    seeds = [int(r["tuning_seed"]) for r in rows]
    decisions = [int(r["decisions"]) for r in rows]
    rounds, tasks = ({r[key] for r in rows} for key in ("round", "task"))
    return (f"{len(rows)} trainings in {len(rounds)} rounds on {len(tasks)} tasks, {min(decisions)} to "
            f"{max(decisions)} decisions each, {sum(decisions)} in all; scored on tuning seeds "
            f"{min(seeds)} to {max(seeds)}, which no result is scored on")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--infodiet", default=str(SOURCE / "build/release/infodiet"))
    parser.add_argument("--candidates", type=int, default=32, help="in the first round, the defaults among them")
    parser.add_argument("--decisions", type=int, default=1_000_000, help="of a training of the first round")
    parser.add_argument("--seeds", type=int, default=1, help="trainings of a candidate on a task in a round")
    parser.add_argument("--episodes", type=int, default=128, help="by which a training is scored")
    parser.add_argument("--fix", action="append", default=[], metavar="KEY=VALUE",
                        help="a setting that is not tuned, e.g. policy.dim=32; may be repeated")
    parser.add_argument("--threads", type=int, default=0, help="0: all processors; changes no result")
    parser.add_argument("--runs", default="runs", help="folder of the runs")
    parser.add_argument("--table", default=str(RESULTS / "agent_tuning.csv"), metavar="FILE")
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="else " + ", ".join(DEFAULT_TASKS))
    args = parser.parse_args()
    args.tasks = args.tasks or DEFAULT_TASKS
    unknown = set(args.tasks) - set(TASKS)
    if unknown:
        sys.exit(f"tune_agent.py: no such task: {', '.join(sorted(unknown))} (there are: {', '.join(TASKS)})")
    if args.candidates < 2:
        sys.exit("tune_agent.py: --candidates: fewer than 2 are no choice")
    scale, rows, candidates, number = matched(), [], {}, 1
    while True:
        candidates = play_round(args, number, candidates, scale, rows)
        print(f"Round {number}, {args.decisions * LONGER ** (number - 1)} decisions\n\n{table(args, rows, number)}")
        if len(candidates) <= KEEP:
            break
        best = ranking(rows, number)[:max(2, len(candidates) // KEEP)]
        candidates = {c: candidates[c] for c in [0, *(c for _, c in best)]}
        number += 1
    winner = ranking(rows, number)[0][1]
    print(f"Best: candidate {winner}: " + " ".join(f"agent.{k}={v}" for k, v in candidates[winner].items()))
    print(account(rows))
    print(f"Written: {args.table}")


if __name__ == "__main__":
    main()
