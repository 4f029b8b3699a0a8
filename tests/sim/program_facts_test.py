#!/usr/bin/env python3
"""Runs `infodiet facts` as a user does, and checks what it prints and writes.

python3 tests/sim/program_facts_test.py <path to infodiet> <source folder>
"""

import csv
import html.parser
import json
import pathlib
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import expect, expect_code, expect_in, only_run, run, run_tests


def names_of_facts():
    result = run("facts", "--list")
    expect_code(result, 0)
    lines = result.stdout.splitlines()
    expect_in("finding", lines[0])
    rows = [line.split() for line in lines[2:] if line[:1] != " "]  # a title may go on below
    return [row[1] for row in rows]


def test_facts_names_what_it_does_not_know(folder):
    for words, named in ((["facts", "no_such_fact"], "unknown fact 'no_such_fact'"),
                         (["facts", "--without", "atention"], "did you mean 'attention'"),
                         (["facts", "--progress", "fancy"], "fancy"),
                         (["facts", "--seeds", "0"], "--seeds"),
                         (["facts", "--quik"], "did you mean '--quick'")):
        result = run(*words, cwd=folder)
        expect_code(result, 2)
        expect_in(named, result.stderr)
        expect(result.stdout == "", result.stdout)
    expect(not list(pathlib.Path(folder).iterdir()), "a mistake must leave nothing behind")


class Page(html.parser.HTMLParser):
    """Whether what is opened is closed, and nothing is asked of a network or a script."""
    VOID = {"meta"}

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], set(), set()

    def handle_starttag(self, tag, attrs):
        expect(tag not in ("script", "link", "img", "iframe"), f"<{tag}> in the page")
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            expect(name not in ("src", "onload"), f"{name} in <{tag}>")
            if name == "id":
                expect(value not in self.ids, f"two elements with the id {value}")
                self.ids.add(value)
            if name == "href":
                self.links.add(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        expect(self.open and self.open.pop() == tag, f"</{tag}> closes nothing")


def test_facts_writes_a_page_tables_and_plots(folder):
    names = names_of_facts()
    expect(len(names) > 1 and "rebound" in names and "temptation" in names, f"facts: {names}")
    chosen = {"rebound", "temptation"}  # two that take a second or so; names on the axis of one
    result = run("facts", *chosen, "--quick", cwd=folder)
    expect_code(result, 0)
    for name in chosen:
        expect_in(name, result.stdout)
    expect_in("A quick run", result.stdout)
    run_folder = only_run(folder, "facts")
    expect_in(run_folder.name, result.stderr)
    meta = json.loads((run_folder / "meta.json").read_text())
    expect(meta["status"] == "finished" and meta["seeds"] == [1], str(meta))

    rows = list(csv.DictReader((run_folder / "facts.csv").open(encoding="utf-8")))
    expect(rows and {row["name"] for row in rows} == chosen, f"facts.csv: {rows}")
    for row in rows:
        inside = row["estimate"] != "" and (
            float(row["band_low"]) <= float(row["estimate"]) <= float(row["band_high"]))
        expect(row["verdict"] == ("pass" if inside else "missed"), str(row))
    curves = list(csv.DictReader((run_folder / "curves.csv").open(encoding="utf-8")))
    expect({row["fact"] for row in curves} == chosen, "curves of other facts")

    page = Page()
    page.feed((run_folder / "facts.html").read_text(encoding="utf-8"))
    page.close()
    expect(not page.open, f"not closed: {page.open}")
    labels = {row["label"] for row in rows}
    expect(page.links == {"#" + label for label in labels} and labels <= page.ids,
           f"links {page.links}, ids {page.ids}")
    markdown = (run_folder / "facts.md").read_text(encoding="utf-8")
    for row in rows:
        expect_in("| " + row["what"] + " |", markdown)
    plots = list(run_folder.glob("*.svg"))
    expect(plots and len(plots) == len({row["plot"] for row in curves}), f"plots: {plots}")
    for plot in plots:
        root = xml.etree.ElementTree.parse(plot).getroot()
        expect(root.tag == "{http://www.w3.org/2000/svg}svg", root.tag)


def test_a_quiet_ablation_prints_its_tables_alone(folder):
    result = run("facts", "rebound", "--quick", "--ablate", "--quiet", cwd=folder)
    expect_code(result, 0)
    expect(result.stderr == "", result.stderr)
    expect_in("without", result.stdout)
    expect("as declared" not in result.stdout, result.stdout)
    run_folder = only_run(folder, "facts")
    expect_in("as declared", (run_folder / "ablation.md").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((run_folder / "ablation.csv").open(encoding="utf-8")))
    breaking = [row["mechanism"] for row in rows if row["change"] == "breaks"]
    expect(breaking == ["satiation"], f"what breaks: {breaking}")
    expect(len(rows) > 10 and {row["change"] for row in rows} == {"breaks", "-"}, str(rows))


run_tests(globals())
