#!/usr/bin/env python3
"""Puts what was measured of the agent into docs/results/agent.md, between its marks, and draws figures.

    scripts/agent_page.py        reads agent.csv, agent_curves.csv, agent_studies.csv, agent_tuning.csv,
                                 suite.csv; figures need Matplotlib (pip install matplotlib)

What stands outside the marks is written by hand and stays.
"""

import collections
import re

from agent_results import RESULTS, UNINFORMED, interval, kind, mean, paired, read, scores_of, table, trained_seeds
from study_tables import (Book, ablations_table, faithfulness_table, front_table, generalisation_table,
                          table_of, twins_table)
from tune_suite import RECORDED, TASKS

PAGE = RESULTS / "agent.md"
FIGURES = RESULTS / "figures"
GREEDY = ["greedy_click", "greedy_value", "mmr", "linucb", "thompson", "popular", "newest", "fill"]
CLAIMS = ["full_diet", "real_cofacts", "real_reddit"]  # the quickstart's world is the full diet


def claims(rows):
    """The agent beside the two tuned baselines that come nearest."""
    lines = []
    for task in CLAIMS:
        trained = trained_seeds(rows, task, "score")
        of = scores_of(rows, task, "score")
        if not trained:
            continue
        gaps = {a: paired(trained, of[a]) for a in of if kind(a) in UNINFORMED}
        mine = [mean(list(s.values())) for s in trained.values()]
        for agent in sorted(gaps, key=lambda a: mean(gaps[a][0]))[:2]:
            found = [interval(values) for values in gaps[agent]]
            lines.append([task, str(len(mine)), interval(mine)[0], agent, found[0][0], found[1][0],
                          "yes" if all(above for _, above in found) else "no"])
    return table_of(["world", "trainings", "trained", "nearest baselines", "trained minus it, over trainings",
                     "over seeds of people", "both above 0"], lines)


def silence(rows):
    """Overload and value beside those of the best feed-only greedy, by value."""
    lines = []
    for task in [t for t in [*TASKS, *RECORDED] if trained_seeds(rows, t, "score")]:
        value, overload = ([mean(list(s.values())) for s in trained_seeds(rows, task, m).values()]
                           for m in ("value", "overload"))
        precision = [mean(list(s.values())) for s in trained_seeds(rows, task, "silence_precision").values()]
        of = {a: mean(list(s.values())) for a, s in scores_of(rows, task, "value").items() if a in GREEDY}
        best = max(of, key=of.get)
        most = mean(list(scores_of(rows, task, "overload")[best].values()))
        lines.append([task, interval(overload)[0], f"{most:.2f}", interval(value)[0], f"{of[best]:.2f} ({best})",
                      interval(precision)[0] if precision else ""])
    return table_of(["task", "overload, min/day", "the greedy's", "value, min/day", "best feed-only greedy's",
                     "precision of silence"], lines)


def tuning(_):
    """Candidates of the search, by their mean share of matched."""
    found = collections.defaultdict(list)
    settings = {}
    for r in read("agent_tuning.csv"):
        key = int(r["round"]), int(r["candidate"])
        settings[key] = r["settings"]
        found[key].append((float(r["share_of_matched"] or "-inf"), r["task"]))
    tasks = list(dict.fromkeys(r["task"] for r in read("agent_tuning.csv")))
    lines = []
    for key in sorted(found, key=lambda k: (k[0], -mean([s for s, _ in found[k]]))):
        of = {t: mean([s for s, x in found[key] if x == t]) for t in tasks}
        lines.append([str(key[0]), str(key[1]), f"{mean([s for s, _ in found[key]]):.3f}"] +
                     [f"{of[t]:.2f}" for t in tasks] + [f"`{settings[key]}`"])
    return table_of(["round", "candidate", "mean share of matched", *tasks, "settings"], lines)


def studies(study, of):
    def make(_):
        decisions = {r["decisions"] for r in read("agent_studies.csv") if r["study"] == study and r["decisions"]}
        tables = [(d, of(Book(RESULTS / "agent_studies.csv", d))) for d in sorted(decisions, key=int)]
        return "\n".join(f"{int(d) / 1e6:.2g} million decisions each:\n\n{text}" for d, text in tables)
    return make


BLOCKS = {"claims": claims, "suite": table, "silence": silence, "tuning": tuning,
          "ablations": studies("ablations", ablations_table),
          "faithfulness": studies("faithfulness", faithfulness_table),
          "front": studies("front", front_table), "twins": studies("twins", twins_table),
          "generalisation": studies("generalisation", generalisation_table)}


def draw_curves(rows):
    """Scores while learning, as shares of matched, on people and days of training."""
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    plt.rcParams.update({"svg.hashsalt": "infodiet", "font.size": 9, "axes.spines.top": False,
                         "axes.spines.right": False})
    curves = collections.defaultdict(list)
    for r in read("agent_curves.csv"):
        curves[r["task"], r["decisions"], r["training_seed"]].append((int(r["at"]) / 1e6, float(r["score"])))
    tasks = [t for t in [*TASKS, *RECORDED] if any(k[0] == t for k in curves)]
    columns = 4
    lines = -(-len(tasks) // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(10, 2.1 * lines), squeeze=False)
    for axis in axes.flat[len(tasks):]:
        axis.axis("off")
    for axis, task in zip(axes.flat, tasks):
        of = {a: mean(list(s.values())) for a, s in scores_of(rows, task, "score").items()}
        best = max((a for a in of if kind(a) in UNINFORMED), key=of.get)
        for (t, _, _), points in curves.items():
            if t == task:
                axis.plot(*zip(*sorted(points)), color="#4477aa", linewidth=1, alpha=0.8)
        for agent, colour, dash in ((best, "#888888", "-"), ("matched", "#228833", "--"),
                                    ("full_state", "#ee6677", ":")):
            axis.axhline(of[agent], color=colour, linestyle=dash, linewidth=1)
        axis.set_title(task, fontsize=9)
        low = min(0, *(s for k, p in curves.items() if k[0] == task for _, s in p))
        axis.set_ylim(max(low, -0.5 * of["full_state"]), 1.1 * of["full_state"])
    figure.supxlabel("million decisions")
    figure.supylabel("score per day")
    figure.tight_layout()
    FIGURES.mkdir(exist_ok=True)
    figure.savefig(FIGURES / "agent_curves.svg", metadata={"Date": None})
    plt.close(figure)


def main():
    rows = read("agent.csv")
    page = PAGE.read_text()
    for name, make in BLOCKS.items():
        marks = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        if marks.search(page):
            text = make(rows)
            page = marks.sub(lambda m, text=text: m[1] + "\n" + text + "\n" + m[2], page)
    PAGE.write_text(page)
    draw_curves(rows)


if __name__ == "__main__":
    main()
