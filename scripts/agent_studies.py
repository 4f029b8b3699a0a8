#!/usr/bin/env python3
"""Studies of the agent: what its attention is worth, and how far what it has learned carries.

    scripts/agent_studies.py --study NAME [--seeds N] [--decisions N] [--threads N] [--runs FOLDER]
                             [--infodiet PROGRAM] [--streams FOLDER] [--results FILE] [--table]

    ablations       of the agent one thing taken away (four tasks) or put another way (Encore)
    faithfulness    whether it decides by what it looks at (bench/faithfulness); on the ablations' runs
    front           one network told what overload costs, against one trained for each cost
    twins           trained for clicks alone, against trained for the task; both scored on the task
    generalisation  people, streams and arrivals it has not met, beside the tuned baselines

Rows go to docs/results/agent_studies.csv, one for each measure and seed of people, and what is there is
not done again; nor is a training that has its folder in --runs. Each study has a number of decisions of
its own (STUDIES), and the default ones of a training take from under one to two minutes on two cores. In
the CSV `variant` is who plays, `task` where, `commit` the program that trained (of baselines: that
scored); rows of baselines have no training seed. Intervals in the tables are over seeds of training.
"""

import argparse
import json
import pathlib
import subprocess
import sys

from agent_results import (AGENT, POLICY, RESULTS, Setting, call, evaluate, in_parallel, newest_scores,
                           numbers_of, policy_word, train)
from study_tables import (COSTS, Book, ablations_table, faithfulness_table, front_table,
                          generalisation_table, twins_table)
from tune_suite import SOURCE, TASKS


def agent(*words, **policy):
    """The settings of scripts/agent_results.py, but for some."""
    told = {word.split("=")[0] for word in words} | {"agent.policy"}
    return [*(w for w in AGENT if w.split("=")[0] not in told), policy_word(POLICY | policy), *words]


def but_for_base(variants):
    """Without those that are nothing but the base under another name."""
    return {name: words for name, words in variants.items()
            if name == "base" or sorted(words) != sorted(AGENT)}


VARIANTS = but_for_base({
    "base": AGENT,
    "uniform": agent(score="uniform"),
    "no_history": agent("agent.history=0"),
    "no_history_no_memory": agent("agent.history=0", "agent.memory=false"),
    "plain": agent(score="plain"),
    "additive": agent(score="additive"),
    "key_bias": agent(score="key_bias"),
    "cross": agent(name="cross"),
    "transformer": agent(name="transformer"),
    **{f"heads{n}": agent(heads=n) for n in (1, 2, 4, 8)},
    "transformer_uniform": agent(name="transformer", score="uniform"),
})
CONTROLS = ["transformer_uniform"]  # two things at once: of faithfulness, and no ablation
TAKEN_AWAY = ["base", "uniform", "no_history", "no_history_no_memory"]
ABLATED = {"encore": [v for v in VARIANTS if v not in CONTROLS],  # the quickest to learn
           "old_news": TAKEN_AWAY, "strangers": TAKEN_AWAY, "full_diet": TAKEN_AWAY}
# The last two look at all alike: the controls of the history and, among them, of the candidates.
LOOKING = [v for v in ("base", "cross", "transformer", "uniform", "transformer_uniform") if v in VARIANTS]
DIFFERENT = "was trained where decisions look different"  # so says the program
TYPES = ["typical", "focused", "grazer", "expert", "commuter", "anxious", "novelty_seeker"]
UNMET = ["focused", "grazer", "novelty_seeker"]  # each left out of a training of its own


def keys(args, study, variant, task):
    """One key for each training, and its seed."""
    for seed in range(1, args.seeds + 1):
        yield seed, dict(study=study, variant=variant, task=task, decisions=str(args.decisions),
                         training_seed=str(seed))


def say(key):
    print(*key.values(), file=sys.stderr, flush=True)


def commit_of(folder):
    """Of the program that made a run; empty if that is not known."""
    meta = folder / "meta.json"
    return json.loads(meta.read_text()).get("commit", "") if meta.exists() else ""


def score(args, book, study, variant, task, train_run, **evaluated):
    """Trains with `train_run(seed)` and scores what came of it, unless that is in the book."""
    def train_and_score(seed, key):
        say(key)
        run = train_run(seed)
        return run, evaluate(args, run, **evaluated)

    missing = [(seed, key) for seed, key in keys(args, study, variant, task) if book.missing(**key)]
    for (_, key), (run, scores) in in_parallel(args.jobs, train_and_score, missing):
        book.add(numbers_of(scores, scores["agents"][0], **key, commit=commit_of(run)))


def run_of(args, variant, task, file=None, extra=()):
    """What trains a variant on a task; `base` shares the runs of scripts/agent_results.py."""
    setting = Setting(task, args.streams)
    setting.file = file or setting.file
    setting.extra = setting.extra + list(extra)
    label = "agent" if variant == "base" else f"agent_{variant}"
    return lambda seed: train(args, setting, seed, label, VARIANTS.get(variant, AGENT))


def ablations(args, book):
    for task, variants in ABLATED.items():
        for variant in variants:
            score(args, book, "ablations", variant, task, run_of(args, variant, task))


def faithfulness(args, book):
    program = pathlib.Path(args.infodiet).resolve().parent / "bench/faithfulness"
    if not program.exists():
        sys.exit("agent_studies.py: bench/faithfulness is not built beside the program "
                 "(cmake --build --preset release --target faithfulness)")

    def train_and_mask(variant, seed, key):
        say(key)
        run = run_of(args, variant, "full_diet")(seed)
        out = run / "faithfulness.json"
        subprocess.run([program, run, "--seeds", "10", "--episodes", "32", "--threads",
                        str(args.threads), "--json", out], check=True, stdout=subprocess.DEVNULL)
        return run, json.loads(out.read_text())

    missing = [(variant, seed, key) for variant in LOOKING
               for seed, key in keys(args, "faithfulness", variant, "full_diet") if book.missing(**key)]
    for (_, _, key), (run, found) in in_parallel(args.jobs, train_and_mask, missing):
        book.add(looks_of(found, **key, commit=commit_of(run)))


def looks_of(found, **common):
    """One row for each measure and seed of people in what bench/faithfulness writes; a seed that had no
    decisions has none."""
    return [dict(common, seed=found["first_seed"] + i, measure=f"{part}_{what}", value=f"{v:.6g}")
            for part in ("history", "candidates") if part in found
            for what, numbers in found[part].items()
            for i, v in enumerate(numbers["per_seed"]) if v is not None]


def front(args, book):
    told = agent("agent.condition.part=overload", "agent.condition.low=0.1", "agent.condition.high=10")
    setting = Setting("full_diet", None)
    for cost in COSTS:
        words = [f"world.reward.overload={cost}"]
        score(args, book, "front", f"one@{cost}", "full_diet",
              lambda seed: train(args, setting, seed, "agent_told", told),
              where=f"eval-overload-{cost}", words=words)
        label = "base" if cost == "1" else f"overload_{cost}"
        score(args, book, "front", f"each@{cost}", "full_diet",
              run_of(args, label, "full_diet", extra=words if cost != "1" else ()))


def twins(args, book):
    for task in TASKS:
        score(args, book, "twins", "task", task, run_of(args, "base", task))
        score(args, book, "twins", "clicks", task,
              run_of(args, "clicks", task, f"configs/tasks/{task}-v1-clicks.yaml"),
              where="eval-on-task", world=f"configs/tasks/{task}-v1.yaml")


def types(of):
    return "world.person.types={" + ", ".join(f"{t}: {of(t)}" for t in TYPES) + "}"


def baselines(args, book, task, tuned, words):
    """Tuned baselines on the same people."""
    key = dict(study="generalisation", task=task, training_seed="")
    if not book.missing(**key):
        return
    out = SOURCE / args.runs / f"baselines-{task.replace(':', '-')}"
    if newest_scores(out) is None:
        call(args, "eval", tuned, *words, "run.seed=1", "run.seeds=10", "eval.episodes=64", "eval.yardsticks=[]",
             f"run.threads={args.threads}", "--out", str(out), "--quiet", "--progress", "none")
    newest = newest_scores(out)
    scores, commit = json.loads(newest.read_text()), commit_of(newest.parent)
    book.add([row for played in scores["agents"] for row in
              numbers_of(scores, played, **key, variant=played["agent"], decisions="", commit=commit)])


def generalisation(args, book):
    worlds = {"as_trained": [], "other_stream": ["world.stream.seed=2"],
              "twice_the_arrivals": ["world.stream.items_per_day=400"]}
    worlds.update({f"only_{t}": [types(lambda other, t=t: int(other == t))] for t in UNMET})
    for world, words in worlds.items():
        task = f"full_diet:{world}"
        score(args, book, "generalisation", "trained", task, run_of(args, "base", "full_diet"),
              where=f"eval-{world}" if words else "eval", words=words)
        if world.startswith("only_"):
            missed = world.removeprefix("only_")
            without = [types(lambda other, t=missed: int(other != t))]
            score(args, book, "generalisation", "trained_without_it", task,
                  run_of(args, f"without_{missed}", "full_diet", extra=without),
                  where=f"eval-{world}", words=words)
        baselines(args, book, task, "configs/tuned/full_diet-v1.yaml", words)
    if args.streams:
        recorded(args, book, "real_cofacts", "real_reddit")


def looks_different(args, run, world, words):
    """Whether what a run has learned cannot be played on a world, since decisions look different there."""
    tried = subprocess.run(
        [args.infodiet, "eval", world, *words, f"eval.agents=[{{name: trained, run: {run}}}]",
         "eval.yardsticks=[]", "eval.reference=trained", "run.seed=1", "run.seeds=1", "eval.episodes=1",
         "--out", str(run / "eval-shapes"), "--quiet", "--progress", "none"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=SOURCE)
    if tried.returncode != 0 and DIFFERENT not in tried.stderr:
        sys.exit(f"agent_studies.py: {run} on {world}:\n{tried.stderr}")
    return tried.returncode != 0


def recorded(args, book, taught, tried):
    """Trained on one recorded stream, scored on another, if decisions look the same on both."""
    where = Setting(tried, args.streams)
    there = dict(where=f"eval-{tried}", world=where.file, words=where.extra)
    brief = argparse.Namespace(**{**vars(args), "decisions": 1000})
    if looks_different(args, run_of(brief, "shapes", taught)(1), where.file, where.extra):
        print(f"{taught} -> {tried}: decisions look different there (features or topics); left out",
              file=sys.stderr)
        return
    score(args, book, "generalisation", f"trained_on_{taught}", tried, run_of(args, "base", taught), **there)
    score(args, book, "generalisation", "trained", tried, run_of(args, "base", tried))
    baselines(args, book, tried, where.tuned, where.extra)


STUDIES = {  # what does it, what shows it, and decisions of a training
    "ablations": (ablations, ablations_table, 600_000),
    "faithfulness": (faithfulness, faithfulness_table, 600_000),
    "front": (front, front_table, 1_200_000),
    "twins": (twins, twins_table, 1_200_000),
    "generalisation": (generalisation, generalisation_table, 1_200_000),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--study", choices=list(STUDIES), action="append", help="as often as one likes; all")
    parser.add_argument("--infodiet", default=str(SOURCE / "build/release/infodiet"))
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each variant")
    parser.add_argument("--decisions", type=int, help="of a training; else each study's own number: " +
                        ", ".join(f"{name} {of[2]}" for name, of in STUDIES.items()))
    parser.add_argument("--threads", type=int, default=0, help="0: all processors; changes no result")
    parser.add_argument("--jobs", type=int, default=1, help="trainings side by side; best with --threads 1")
    parser.add_argument("--runs", default="runs")
    parser.add_argument("--streams", metavar="FOLDER", help="where the recorded streams lie")
    parser.add_argument("--results", default=str(RESULTS / "agent_studies.csv"))
    parser.add_argument("--table", action="store_true", help="train nothing: print tables of what there is")
    args = parser.parse_args()
    for name in args.study or STUDIES:
        study, table, decisions = STUDIES[name]
        own = argparse.Namespace(**vars(args) | {"decisions": args.decisions or decisions})
        book = Book(own.results, own.decisions)
        if not args.table:
            study(own, book)
        print(f"{name}\n\n{table(book)}")


if __name__ == "__main__":
    main()
