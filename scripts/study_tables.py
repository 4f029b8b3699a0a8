"""What scripts/agent_studies.py has found: the rows, and tables of them."""

import csv
import pathlib

from agent_results import interval, mean
from tune_suite import TASKS

COLUMNS = ["study", "variant", "task", "decisions", "training_seed", "seed", "measure", "value"]


class Book:
    """The rows there are, on disk after every addition."""

    def __init__(self, path, decisions):
        self.path, self.decisions = pathlib.Path(path), str(decisions)
        self.rows = list(csv.DictReader(self.path.open())) if self.path.exists() else []

    def missing(self, **key):
        """Whether no row has all of these."""
        return not any(all(r[k] == v for k, v in key.items()) for r in self.rows)

    def add(self, rows):
        self.rows += [{k: str(r[k]) for k in COLUMNS} for r in rows]
        self.path.parent.mkdir(parents=True, exist_ok=True)
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
    rows = [[task, variant, text_of(of), gap(of, found.get((task, "base"), {}))]
            for (task, variant), of in found.items()]
    return table_of(["task", "variant", "score", "minus base"], rows)


def faithfulness_table(book):
    rows = []
    for part in ("history", "candidates"):
        top, random, difference = (book.means("faithfulness", f"{part}_{what}")
                                   for what in ("top", "random", "difference"))
        rows += [[key[1], part, text_of(top[key], 4), text_of(random[key], 4), text_of(difference[key], 4)]
                 for key in top]
    return table_of(["variant", "taken from", "the top", "a random other", "difference"], rows)


def hypervolume(points, worst):
    """Of (value up, overload down) points: the area that lies between them and (0, worst)."""
    area, best = 0.0, 0.0
    edges = sorted((o, v) for v, o in points if o <= worst)
    for i, (overload, value) in enumerate(edges):
        best = max(best, value)
        until = edges[i + 1][0] if i + 1 < len(edges) else worst
        area += best * (until - overload)
    return area


def front_table(book):
    value, overload = book.means("front", "value"), book.means("front", "overload")
    rows = [[variant, text_of(of), text_of(overload[task, variant])] for (task, variant), of in value.items()]
    worst = max((o for of in overload.values() for o in of.values()), default=0)
    areas = {}
    for (task, variant), of in value.items():
        for seed, v in of.items():
            kind = areas.setdefault(variant.split("@")[0], {})
            kind.setdefault(seed, []).append((v, overload[task, variant][seed]))
    areas = {kind: {s: hypervolume(points, worst) for s, points in of.items()} for kind, of in areas.items()}
    lines = [f"hypervolume of {kind} (from value 0 and overload {worst:.3f}, the largest seen): {text_of(of)}"
             for kind, of in areas.items()]
    if len(areas) == 2:
        lines.append(f"one minus each: {gap(areas['one'], areas['each'])}")
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
