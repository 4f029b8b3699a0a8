"""Checks that generated files are fresh and every config is sound.

Usage: generated_files_test.py <path to infodiet> <source dir>
"""
import pathlib
import subprocess
import sys

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
configs = source / "configs"
failed = []


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=120)


def check(name, good, detail=""):
    print(("ok      " if good else "FAILED  ") + name)
    if not good:
        print(detail)
        failed.append(name)


for file, words in {"infodiet.schema.json": ["config", "schema"],
                    "REFERENCE.md": ["config", "reference"]}.items():
    made = run(*words).stdout
    check(f"configs/{file} is fresh", (configs / file).read_text() == made,
          f"run: infodiet {' '.join(words)} > configs/{file}")

for config in sorted(configs.glob("**/*.yaml")):
    name = config.relative_to(source)
    text = config.read_text()
    checked = run("config", "check", str(config))
    check(f"{name} is accepted", checked.returncode == 0, checked.stderr)
    check(f"{name} names its schema", text.startswith("# yaml-language-server: $schema="))
    bare = [line for line in text.splitlines()
            if line.strip() and "#" not in line and not line.rstrip().endswith(":")]
    check(f"{name} explains every line", not bare, "\n".join(bare))

total = 2 + 3 * len(list(configs.glob("**/*.yaml")))
print(f"{total - len(failed)} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
