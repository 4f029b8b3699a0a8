"""What scripts/agent_studies.py has found: the rows, and tables of them."""

import csv
import fcntl
import os
import pathlib

from agent_results import interval, mean
from tune_suite import TASKS

COLUMNS = ["study", "variant", "task", "decisions", "training_seed", "seed", "measure", "value", "commit"]
WHAT = COLUMNS[:7]  # tells rows apart
COSTS = ["0.1", "0.3", "1", "3", "10"]  # of an overload-minute, in well-spent minutes
MOST_OVERLOAD = 2.0  # min/day, the most that an agent of this project may cause: not from what was measured


class Book:
    """The rows there are, on disk after every addition. Several processes may add to one file."""

    def __init__(self, path, decisions):
        self.path, self.decisions = pathlib.Path(path), str(decisions)
        self.rows = self.read()

    def read(self):
        """A column that an older file does not have is empty."""
        if not self.path.exists():
            return []
        with self.path.open(newline="") as file:
            return [{k: r.get(k) or "" for k in COLUMNS} for r in csv.DictReader(file)]

    def missing(self, **key):
        """Whether no row has all of these."""
        return not any(all(r[k] == v for k, v in key.items()) for r in self.rows)

    def add(self, rows):
        """To what others have added meanwhile, but for rows that they have added too."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # not of the file: that is replaced
            self.rows = self.read()
            there = {tuple(r[k] for k in WHAT) for r in self.rows}
            rows = [{k: str(r[k]) for k in COLUMNS} for r in rows]
            self.rows += [r for r in rows if tuple(r[k] for k in WHAT) not in there]
            self.write()
        finally:
            os.close(folder)  # and with it goes the lock

    def write(self):
        part = self.path.with_suffix(".part")
        with part.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
        part.replace(self.path)

    def means(self, study, measure):
        """{(task, variant): {training seed: mean over seeds of people}}"""
        values = {}
        for r in self.rows:
            if (r["study"], r["measure"]) == (study, measure) and r["decisions"] in (self.decisions, ""):
                of = values.setdefault((r["task"], r["variant"]), {})
                of.setdefault(r["training_seed"], []).append(float(r["value"]))
        return {k: {s: mean(v) for s, v in of.items()} for k, of in values.items()}


def text_of(per_seed, digits=2):
    return interval(list(per_seed.values()), digits)[0] if per_seed else ""


def gap(one, other, digits=2):
    """Of two variants, training seed by training seed."""
    both = {s: one[s] - other[s] for s in one if s in other}
    return text_of(both, digits)


def table_of(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def ablations_table(book):
    found = book.means("ablations", "score")
    rows = [[task, variant, text_of(of),
             "" if variant == "base" else gap(of, found.get((task, "base"), {}))]
            for (task, variant), of in found.items()]
    comparisons = sum(bool(row[-1]) for row in rows)
    note = (f"\n{comparisons} comparisons with base. Each interval is 95 % for itself and not corrected for how "
            f"many there are: if no variant differed, about {0.05 * comparisons:.1f} of them would still leave "
            "out 0.\n")
    return table_of(["task", "variant", "score", "minus base"], rows) + (note if comparisons else "")


def faithfulness_table(book):
    rows = []
    for part in ("history", "candidates"):
        top, random, difference = (book.means("faithfulness", f"{part}_{what}")
                                   for what in ("top", "random", "difference"))
        rows += [[key[1], part, text_of(top[key], 4), text_of(random[key], 4), text_of(difference[key], 4)]
                 for key in top]
    return table_of(["variant", "taken from", "the top", "a random other", "difference"], rows)


def hypervolume(points, worst):
    """Of (value up, overload down) points: the area that lies between them and (0, worst). A point with
    more overload than that adds nothing."""
    area, best = 0.0, 0.0
    edges = sorted((o, v) for v, o in points if o <= worst)
    for i, (overload, value) in enumerate(edges):
        best = max(best, value)
        until = edges[i + 1][0] if i + 1 < len(edges) else worst
        area += best * (until - overload)
    return area


def front_areas(value, overload):
    """{kind: {training seed: hypervolume}} of the seeds that have every cost in both kinds: with fewer points
    an area is smaller, whatever they are worth."""
    points = {}
    for (task, variant), of in value.items():
        kind, cost = variant.split("@")
        for seed, v in of.items():
            if seed in overload.get((task, variant), {}):
                points.setdefault(seed, {})[kind, cost] = (v, overload[task, variant][seed])
    wanted = [(kind, cost) for kind in ("one", "each") for cost in COSTS]
    whole = {s: of for s, of in points.items() if all(key in of for key in wanted)}
    return {kind: {s: hypervolume([of[kind, cost] for cost in COSTS], MOST_OVERLOAD)
                   for s, of in whole.items()} for kind in ("one", "each")}


def front_table(book):
    value, overload = book.means("front", "value"), book.means("front", "overload")
    rows = [[variant, text_of(of), text_of(overload.get((task, variant), {}))]
            for (task, variant), of in value.items()]
    areas = front_areas(value, overload)
    count = len(COSTS)
    lines = [f"`one` is a single network for all {count} costs, `each` is one for each of them: {count} times the "
             "trainings, and as many times the decisions.", "",
             f"Hypervolume, from value 0 and overload {MOST_OVERLOAD:g} min/day, the most that an agent of this "
             "project may cause; points with more are left out. Over the training seeds that have all "
             f"{count} costs in both kinds: {', '.join(sorted(areas['one'], key=int)) or 'none yet'}."]
    if areas["one"]:
        lines += ["", table_of(["", "hypervolume"], [
            ["one", text_of(areas["one"])], ["each", text_of(areas["each"])],
            ["one minus each", gap(areas["one"], areas["each"])]]).rstrip()]
    return table_of(["variant", "value", "overload"], rows) + "\n" + "\n".join(lines) + "\n"


def twins_table(book):
    score_of, clicks = book.means("twins", "score"), book.means("twins", "engagement")
    rows = []
    for task in [t for t in TASKS if (t, "task") in score_of and (t, "clicks") in score_of]:
        rows.append([task] + [x for of in (score_of, clicks) for x in
                              (text_of(of[task, "task"]), text_of(of[task, "clicks"]),
                               gap(of[task, "clicks"], of[task, "task"]))])
    return table_of(["task", "score, trained for it", "for clicks", "difference", "clicks, trained for it",
                     "for clicks", "difference"], rows)


def generalisation_table(book):
    found = book.means("generalisation", "score")
    rows = []
    for task in dict.fromkeys(task for task, _ in found):
        of = {variant: per_seed for (t, variant), per_seed in found.items() if t == task}
        base = {v: per_seed[""] for v, per_seed in of.items() if "" in per_seed}
        best = max(base, key=base.get, default=None)
        for variant in [v for v in of if v not in base]:
            gaps = {s: x - base[best] for s, x in of[variant].items()} if best else {}
            rows.append([task, variant, text_of(of[variant]), best or "", f"{base[best]:.2f}" if best else "",
                         text_of(gaps)])
    return table_of(["world", "variant", "score", "best baseline", "its score", "minus it"], rows)
