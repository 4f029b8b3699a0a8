"""Runs the tests of a script."""

import sys
import tempfile
import time


def run_tests(names):
    """Runs what is a test among a script's names, and ends the script."""
    failed = []
    tests = [(name, body) for name, body in names.items() if name.startswith("test_")]
    for name, body in tests:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="infodiet-") as folder:
            try:
                body(folder)
            except Exception as error:  # a failed test must not hide the next
                failed.append(name)
                print(f"FAILED {name}\n  {type(error).__name__}: {error}")
            else:
                print(f"ok     {name} ({time.monotonic() - began:.1f} s)")
    print(f"{len(tests) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)
