#!/usr/bin/env python3
"""Writes what a run of `infodiet facts` measured into docs/facts.md, between its two marks.

usage: scripts/fill_facts_page.py FOLDER      the folder of the run, as the program names it
"""
import json
import pathlib
import sys

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "facts.md"


def measured(run):
    """The run's own facts.md without its title, one level deeper, under how it came about."""
    meta = json.loads((run / "meta.json").read_text(encoding="utf-8"))
    if meta["status"] != "finished":
        sys.exit(f"{run}: the run is {meta['status']} (needed: a finished one)")
    words = (run / "command.txt").read_text(encoding="utf-8").split()
    if "--out" in words:  # where program and results lie is nobody's business
        del words[words.index("--out"):words.index("--out") + 2]
    command = " ".join(["infodiet", *words[1:]])
    state = ", with changes that were not committed" if meta["dirty"] else ""
    head = (f"Command: `{command}`. Version {meta['version']}, commit {meta['commit'][:12]}{state}; "
            f"{meta['compiler']}, {meta['build_type']}, {meta['arch']}; {meta['cpu']}, "
            f"{meta['cores']} cores.\n")
    lines = (run / "facts.md").read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].startswith("# "):
        sys.exit(f"{run / 'facts.md'}: no title in the first line")
    body = ["#" + line if line.startswith("#") else line for line in lines[1:]]
    while body and not body[-1].strip():
        body.pop()
    return head + "\n".join(body[:-1]).rstrip() + "\n"  # the last line is the version, told above


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    page = PAGE.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{PAGE}: the marks '{BEGIN.strip()}' and '{END.strip()}' are missing")
    PAGE.write_text(before + BEGIN + measured(pathlib.Path(sys.argv[1])) + END + after,
                    encoding="utf-8")


if __name__ == "__main__":
    main()
