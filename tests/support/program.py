"""What the scripts that run the built program have in common.

A script is called with the path of the program and that of the sources. A function whose name
begins with test_ gets a folder of its own, and fails by an exception:

    from program import expect_code, run, run_tests

    def test_help_is_given(folder):
        expect_code(run("--help", cwd=folder), 0)

    run_tests(globals())
"""

import os
import pathlib
import subprocess
import sys

from runner import run_tests  # noqa: F401  for those who import it from here

if len(sys.argv) != 3:
    print(f"python3 {sys.argv[0]} <path to infodiet> <source folder>", file=sys.stderr)
    sys.exit(2)
PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
SANITIZED = "INFODIET_SANITIZED" in os.environ  # tests/CMakeLists.txt says so
os.environ.pop("NO_COLOR", None)

TINY = """\
world: {name: feed, days: 1}
run: {name: tiny, seed: 3, seeds: 2}
eval: {agents: [never, random, newest], episodes: 4}
"""


def rounds(usual, sanitized):
    """How much to do: sanitizers look at memory and arithmetic, of which much shows them no more than a
    little, and take ten times as long."""
    return sanitized if SANITIZED else usual


def run(*args, cwd=None, env=None, stdout=subprocess.PIPE):
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=env, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, timeout=120, check=False)


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expect_code(result, code):
    expect(result.returncode == code, f"exit code {result.returncode} instead of {code}; stderr:\n"
           f"{result.stderr}\nstdout:\n{result.stdout}")


def expect_in(text, whole):
    expect(text in whole, f"{text!r} is not in:\n{whole}")


def write(folder, name, text):
    path = pathlib.Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def only_run(folder, name):
    runs = list((pathlib.Path(folder) / "runs" / name).iterdir())
    expect(len(runs) == 1, f"{len(runs)} runs instead of one: {runs}")
    return runs[0]
