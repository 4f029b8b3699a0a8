#!/usr/bin/env python3
"""Checks the arithmetic of the scripts that measure the agent, by hand. Needs no program.

python3 tests/scripts_test.py <source folder>
"""

import csv
import pathlib
import sys

if len(sys.argv) != 2:
    print(f"python3 {sys.argv[0]} <source folder>", file=sys.stderr)
    sys.exit(2)
SOURCE = pathlib.Path(sys.argv[1]).resolve()
sys.dont_write_bytecode = True
sys.path[:0] = [str(SOURCE / "scripts"), str(SOURCE / "tests/support")]

import agent_results
import agent_studies
import study_tables
import tune_agent
from runner import run_tests
from study_tables import COSTS, Book


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def row(variant, seed, value, measure="score", study="ablations", **other):
    return dict(study=study, variant=variant, task="full_diet", decisions="600", training_seed=str(seed), seed=1,
                measure=measure, value=value, commit="abc") | other


def front_of(seeds, kinds=("one", "each")):
    """Value and overload of each cost; every point of a kind is worth the same area, 1 times 1."""
    value = {("full_diet", f"{kind}@{cost}"): {s: 1.0 for s in seeds} for kind in kinds for cost in COSTS}
    return value, {key: {s: 1.0 for s in of} for key, of in value.items()}


def test_hypervolume_of_a_staircase(_):
    # by columns of overload: 0.5 to 1.0 at value 1, to 1.5 at 2, to 2 at 4; a worse point changes nothing
    stairs = [(4.0, 1.5), (1.0, 0.5), (2.0, 1.0)]
    expect(study_tables.hypervolume(stairs, 2.0), 0.5 * 1 + 0.5 * 2 + 0.5 * 4)
    expect(study_tables.hypervolume(stairs + [(0.5, 1.2)], 2.0), 3.5)
    expect(study_tables.hypervolume([(-1.0, 0.5)], 2.0), 0.0)


def test_hypervolume_leaves_out_what_overloads_more(_):
    expect(study_tables.hypervolume([(1.0, 0.5), (9.0, 2.5)], 2.0), 1.5)


def test_front_keeps_seeds_that_have_every_cost_in_both_kinds(_):
    value, overload = front_of(["1", "2", "3"])
    del value["full_diet", f"each@{COSTS[2]}"]["2"]
    del overload["full_diet", f"one@{COSTS[0]}"]["3"]
    expect(study_tables.front_areas(value, overload), {"one": {"1": 1.0}, "each": {"1": 1.0}})
    expect(study_tables.front_areas(*front_of(["1"], ("one",))), {"one": {}, "each": {}})


def test_front_measures_from_the_overload_that_is_allowed(_):
    value, overload = front_of(["1"])
    of = value["full_diet", f"one@{COSTS[0]}"], overload["full_diet", f"one@{COSTS[0]}"]
    of[0]["1"], of[1]["1"] = 50.0, 2.1  # more value than all others, and too much overload
    expect(study_tables.front_areas(value, overload)["one"], {"1": 1.0})


def test_gap_pairs_by_seed(_):
    # differences 1, 2 and 3: mean 2, deviation 1, t 4.302653, half width 4.302653 / sqrt(3)
    one, other = {"1": 11.0, "2": 22.0, "3": 33.0, "4": 99.0}, {"3": 30.0, "2": 20.0, "1": 10.0, "5": -99.0}
    expect(study_tables.gap(one, other, 3), "2.000 ± 2.484")
    expect(study_tables.gap({"1": 1.0}, {"2": 1.0}), "")


def test_interval_is_students(_):
    # of 1 to 5: mean 3, variance 2.5, t of 4 degrees 2.776445, half width 2.776445 sqrt(2.5 / 5) = 1.9632
    expect(agent_results.interval([1.0, 2.0, 3.0, 4.0, 5.0], 3), ("3.000 ± 1.963", True))
    expect(agent_results.interval([1.0, 2.0, 3.0, 4.0, -5.0], 1)[1], False)
    expect(agent_results.interval([1.5]), ("1.50", False))


def test_ranking_puts_a_missing_score_last(_):
    rows = [dict(round=n, candidate=c, share_of_matched=share) for n, c, share in
            ((1, 7, "0.9"), (1, 7, ""), (1, 5, "-3.0"), (1, 5, "-1.0"), (1, 6, "0.5"), (2, 6, "0.1"))]
    expect(tune_agent.ranking(rows, 1), [(0.5, 6), (-2.0, 5), (float("-inf"), 7)])


def test_account_counts_trainings(_):
    rows = [dict(round=n, task=t, tuning_seed=str(s), decisions=d) for n, t, s, d in
            ((1, "candy", 5, 10), (1, "encore", 5, 10), (2, "candy", 9, 20))]
    expect(tune_agent.account(rows).split(",")[0], "3 trainings in 2 rounds on 2 tasks")
    expect("10 to 20 decisions each, 40 in all" in tune_agent.account(rows), True)
    expect("tuning seeds 5 to 9" in tune_agent.account(rows), True)


def test_flow_nests(_):
    expect(tune_agent.flow({"lr": "0.001", "policy.dim": "32", "a.b.c": "1", "policy.heads": "4"}),
           "{lr: 0.001, policy: {dim: 32, heads: 4}, a: {b: {c: 1}}}")


def test_a_variant_is_base_but_for_one_thing(_):
    base, policy = agent_studies.AGENT, agent_results.policy_word(agent_results.POLICY)
    expect(policy in base, True)
    for name, words in agent_studies.VARIANTS.items():
        if name in ("base", "no_history_no_memory", *agent_studies.CONTROLS):
            continue
        more, less = set(words) - set(base), {w for w in base if w not in words}
        expect((name, len(more), len(less) <= 1), (name, 1, True))
        if policy in less:
            entries = [set(w.split("=", 1)[1].strip("{}").split(", ")) for w in (*more, policy)]
            expect((name, len(entries[0] - entries[1])), (name, 1))
    heads = {name for name in agent_studies.VARIANTS if name.startswith("heads")}
    expect(heads | {f"heads{agent_results.POLICY['heads']}"}, {"heads1", "heads2", "heads4", "heads8"})
    expect(f"heads{agent_results.POLICY['heads']}" in heads, False)


def test_a_seed_without_decisions_moves_no_other(_):
    found = {"first_seed": 3, "history": {"top": {"per_seed": [0.5, None, 0.25]}}}
    rows = agent_studies.looks_of(found, variant="base")
    expect([(r["seed"], r["measure"], r["value"]) for r in rows],
           [(3, "history_top", "0.5"), (5, "history_top", "0.25")])


def test_two_processes_lose_no_rows_to_each_other(folder):
    path = pathlib.Path(folder) / "rows.csv"
    one, other = Book(path, 600), Book(path, 600)
    one.add([row("base", 1, 1.0), row("base", 2, 2.0)])
    other.add([row("cross", 1, 3.0), row("base", 1, 1.0)])  # the second is there already
    one.add([row("plain", 1, 4.0)])
    expect([r["variant"] for r in Book(path, 600).rows], ["base", "base", "cross", "plain"])
    expect(sorted(p.name for p in pathlib.Path(folder).iterdir()), ["rows.csv"])


def test_a_file_without_commits_is_read(folder):
    path = pathlib.Path(folder) / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [c for c in study_tables.COLUMNS if c != "commit"], extrasaction="ignore")
        writer.writeheader()
        writer.writerow(row("base", 1, 1.0))
    book = Book(path, 600)
    book.add([row("cross", 1, 2.0)])
    expect([r["commit"] for r in Book(path, 600).rows], ["", "abc"])


def test_tables_say_what_they_hold(folder):
    path = pathlib.Path(folder) / "rows.csv"
    expect("none yet" in study_tables.front_table(Book(path, 600)), True)
    book = Book(path, 600)
    book.add([row(variant, seed, seed) for variant in ("base", "cross", "plain") for seed in (1, 2)])
    book.add([row(f"{kind}@{cost}", seed, 1.0, measure, "front") for kind in ("one", "each") for cost in COSTS
              for seed in (1, 2) for measure in ("value", "overload") if (kind, cost, seed) != ("one", "3", 2)])
    ablations, front = study_tables.ablations_table(book), study_tables.front_table(book)
    expect("\n2 comparisons with base" in ablations, True)
    expect(("in both kinds: 1.\n" in front, "overload 2 min/day" in front, "5 times the trainings" in front),
           (True, True, True))


run_tests(globals())
