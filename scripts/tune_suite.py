#!/usr/bin/env python3
"""Tunes the suite: yardsticks into configs/tasks/, every baseline into configs/tuned/.

    scripts/tune_suite.py [--infodiet PROGRAM] [--budget DAYS] [--runs FOLDER] [TASK ...]
    scripts/tune_suite.py --levels           the yardsticks of the other levels and of the twins
    scripts/tune_suite.py --streams FOLDER   the same for configs/real_*.yaml, on recorded streams

Every agent gets the same number of simulated days, on seeds and days that evaluation does not play;
where a world lets pushes be sent, once without them and once with. The yardsticks search a space of
seventeen knobs and get more days, as the files say. A task takes some minutes on two cores.
"""

import argparse
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
TASKS = ["sip", "shelf", "encore", "old_news", "the_tap", "quiet_hours", "candy", "breaking",
         "long_winter", "strangers", "full_diet"]
PLAIN = ["never", "random"]  # nothing to tune
FEED = ["fill", "newest", "popular", "greedy_click", "greedy_value", "mmr", "linucb", "thompson",
        "budget", "batching", "threshold"]
YARDSTICKS = ["full_state", "matched"]
YARDSTICK_SHARE = 8  # times the budget of an agent; for other levels a quarter of that
RECORDED = {"real_cofacts": "cofacts", "real_reddit": "reddit_top_2013",
            "real_upworthy": "upworthy"}  # experiment: folder of the stream
PUSH_KNOBS = ["floor_push", "least_push", "annoyance", "later", "wait", "gap", "push_slots"]
LEVELS = ["easy", "hard", "clicks"]
SEARCH = ["tune.candidates=128", "tune.near=0.5"]
YARDSTICK_SEARCH = ["tune.candidates=512", "tune.near=0.8"]


def has_pushes(program, task_file):
    """Whether people can be reached by a push: the suite's base sends them at midnight only."""
    shown = subprocess.run([program, "config", "show", task_file], check=True, text=True,
                           capture_output=True, cwd=SOURCE).stdout
    interval = next(line for line in shown.splitlines() if "push_interval:" in line)
    return float(interval.split(":")[1].split("#")[0]) < 1440


def tune(args, task_file, agents, days, extra):
    command = [args.infodiet, "tune", task_file, "--budget", str(days), "--out", args.runs,
               "--quiet"]
    for agent in agents:
        command += ["--agent", agent]
    subprocess.run(command + extra, check=True, stdout=subprocess.DEVNULL, cwd=SOURCE)


def is_story(line):
    """Whether a comment tells of one entry; the program's own words would be the same for all."""
    return line.startswith("    # ") and not line.startswith("    # infodiet ")


def program_of(text):
    """The version that made a tuned file."""
    return next(line[len("    # "):] for line in text.splitlines()
                if line.startswith("    # infodiet ") and "(" in line.split()[3])


def found(run):
    """The entries of a run's tuned.yaml as mappings of text, and the story above each."""
    entries, story = [], []
    for line in (run / "tuned.yaml").read_text().splitlines():
        text = line.strip()
        if is_story(line):
            story.append(text[2:])
        elif text.startswith("- name:"):
            entries.append(({"name": text.split(":")[1].split("#")[0].strip().strip('"')}, story))
            story = []
        elif entries and line.startswith("      "):
            key, value = text.split("#")[0].split(":", 1)
            entries[-1][0][key.strip()] = value.strip()
    return entries


def tune_yardsticks(args, config, days, extra=()):
    """Tunes them, and writes them at the end of the experiment's own file, as its last lines."""
    file = SOURCE / config
    text = file.read_text()
    before, _, _ = text.partition("  yardsticks:")
    has_eval = not before.rstrip("\n").endswith("\neval:")
    before = before.rstrip("\n").removesuffix("eval:").rstrip("\n")
    has_eval = has_eval and "\neval:\n" in before
    file.write_text(before + "\n")
    tune(args, config, YARDSTICKS, days, YARDSTICK_SEARCH + list(extra))
    runs = SOURCE / args.runs / file.stem
    run = max((r for r in runs.iterdir() if (r / "tuned.yaml").exists()),
              key=lambda r: r.stat().st_mtime)
    text = before + ("\n" if has_eval else "\n\neval:\n")
    text += "  yardsticks:                 # made by scripts/tune_suite.py\n"
    pushes = has_pushes(args.infodiet, config)
    for knobs, story in found(run):
        knobs = {k: v for k, v in knobs.items() if pushes or k not in PUSH_KNOBS}
        text += "".join(f"    # {line}\n" for line in story)
        inside = ", ".join(f"{key}: {value}" for key, value in knobs.items())
        text += f"    - {{{inside}}}  # infodiet list knobs\n"
    file.write_text(text)


def tune_agents(args, config, extra=()):
    name = pathlib.Path(config).stem
    written = SOURCE / f"configs/tuned/{name}.yaml"
    written.unlink(missing_ok=True)
    rest = SEARCH + list(extra) + ["--write", str(written.relative_to(SOURCE))]
    tune(args, config, PLAIN, args.budget, rest)
    tune(args, config, FEED, args.budget, rest + ["--fix", "push=false"])
    if has_pushes(args.infodiet, config):
        tune(args, config, FEED, args.budget, rest + ["--fix", "push=true"])
    title = name.split("-")[0].replace("_", " ").title()
    text = written.read_text()
    program = program_of(text)
    body = "".join(line + "\n" for line in text.splitlines()[1:]
                   if is_story(line) or not line.startswith("    # "))
    body = body.replace('  reference: ""  # differences are to the first\n',
                        "  reference: never  # differences are to silence\n", 1)
    body = body.replace("eval:\n", f"run: {{name: {name}-tuned}}  # results go to "
                        f"runs/{name}-tuned/\n\neval:\n", 1)
    written.write_text("# yaml-language-server: $schema=../infodiet.schema.json\n#\n"
                       f"# {title}: every baseline, tuned. Made by scripts/tune_suite.py\n"
                       f"# --budget {args.budget}, with {program}.\n" + body)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--infodiet", default=str(SOURCE / "build/release/infodiet"))
    parser.add_argument("--budget", type=int, default=10000, help="simulated days for each agent")
    parser.add_argument("--runs", default="runs", help="folder of the runs")
    parser.add_argument("--levels", action="store_true", help="only other levels and twins")
    parser.add_argument("--streams", metavar="FOLDER", help="where the recorded streams lie")
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="all if none is named")
    args = parser.parse_args()
    unknown = set(args.tasks) - set(TASKS)
    if unknown:
        sys.exit(f"tune_suite.py: no such task: {', '.join(sorted(unknown))} "
                 f"(there are: {', '.join(TASKS)})")
    if args.streams:
        for name, folder in RECORDED.items():
            print(name, flush=True)
            path = [f"world.stream.path={pathlib.Path(args.streams).resolve() / folder}"]
            tune_yardsticks(args, f"configs/{name}.yaml", args.budget * YARDSTICK_SHARE, path)
            tune_agents(args, f"configs/{name}.yaml", path)
        return
    for task in args.tasks or TASKS:
        print(task, flush=True)
        if args.levels:
            for level in LEVELS:
                tune_yardsticks(args, f"configs/tasks/{task}-v1-{level}.yaml",
                                args.budget * YARDSTICK_SHARE // 4)
        else:
            tune_yardsticks(args, f"configs/tasks/{task}-v1.yaml", args.budget * YARDSTICK_SHARE)
            tune_agents(args, f"configs/tasks/{task}-v1.yaml")


if __name__ == "__main__":
    main()
