#!/usr/bin/env python3
"""Reads every #include of the project and says which one breaks the layering.

    layering_check.py ROOT         exit 0 if all is well, else 1 and one line per fault
    layering_check.py --self-test  plants each kind of fault in a scratch tree and looks for it

A folder sees only what the table below allows, includes are written from the root, nothing
includes in a circle, and each library stays in its home. Files named main.cpp join whatever they
like: that is what they are for.
"""
import pathlib
import re
import sys
import tempfile

# folder -> what it may include besides itself; the longest folder that fits a file is its home
MAY_SEE = {
    "env/core": [],
    "env/api": ["env/core"],
    "env": [],
    "agents": ["env/core", "env/api"],
    "sim": ["env", "agents"],
    "viz": ["env/core", "env/api", "sim/record"],
    "python": ["env", "agents", "sim"],
    "bench": ["env", "agents", "sim", "viz", "tests/support"],
    "tests": ["env", "agents", "sim", "viz"],
}

# library header -> where it may be included; one place, or several
HOME_OF = {
    "SFML/": "viz/",
    "yaml-cpp/": "env/core/config/",
    "oneapi/": "env/core/parallel.hpp",
    "tbb/": "env/core/parallel.hpp",
    "CLI/": "sim/commands/command_line.cpp",
    "spdlog/": "sim/",
    "zlib.h": ("env/stream/format/", "viz/raster/"),
    "ft2build.h": "viz/canvas/",
    "nanobind/": "python/",
    "catch2/": "tests/",
    "benchmark/": "bench/",
}
# a test may use the library that the code under test uses
TESTS_MAY_USE = ("yaml-cpp/", "zlib.h", "SFML/")

# made by the build, so not found in the tree
GENERATED = {"git_commit.hpp"}

SOURCES = (".hpp", ".cpp", ".h")
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def home_of(path):
    """The folder of MAY_SEE that a file belongs to, or None."""
    return max((f for f in MAY_SEE if path.startswith(f + "/")), key=len, default=None)


def includes_of(file):
    """Yields (line number, name, whether it is in quotes)."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1) or found.group(2), found.group(1) is not None


def may_include(home, name):
    """Whether files of the folder `home` may include the file `name` of this project."""
    return any(name.startswith((seen + "/", seen + ".")) for seen in [home] + MAY_SEE[home])


def check(root):
    """Returns the faults found under `root`, one line each, and the number of files read."""
    faults, graph, num_files = [], {}, 0
    for folder in sorted({home.split("/")[0] for home in MAY_SEE}):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in SOURCES or not file.is_file():
                continue
            num_files += 1
            path = file.relative_to(root).as_posix()
            for number, name, quoted in includes_of(file):
                place = f"{path}:{number}"
                if quoted and name not in GENERATED:
                    if not (root / name).is_file():
                        faults.append(f'{place}: "{name}" is no file of this project (write it '
                                      "from the root; libraries stand in <>)")
                        continue
                    graph.setdefault(path, []).append(name)
                if file.name == "main.cpp":
                    continue
                home = home_of(path)
                if quoted and name not in GENERATED and not may_include(home, name):
                    allowed = ", ".join([home] + MAY_SEE[home])
                    faults.append(f"{place}: {home}/ must not include {name} (allowed: {allowed})")
                for library, place_of_library in HOME_OF.items():
                    if not name.startswith(library) or path.startswith(place_of_library):
                        continue  # startswith takes several places as well as one
                    if not (path.startswith("tests/") and library in TESTS_MAY_USE):
                        places = place_of_library
                        if not isinstance(places, str):
                            places = " and ".join(places)
                        faults.append(f"{place}: <{name}> belongs into {places} only")
    return faults + cycles(graph), num_files


def cycles(graph):
    """Returns one line per include that closes a circle."""
    faults, state = [], {}
    for start in graph:
        stack = [(start, iter(graph[start]))] if start not in state else []
        if stack:
            state[start] = "open"
        while stack:
            node, following = stack[-1]
            name = next(following, None)
            if name is None:
                state[node] = "done"
                stack.pop()
            elif state.get(name) == "open":
                trail = [place for place, _ in stack]
                circle = trail[trail.index(name):] + [name]
                faults.append("include circle: " + " -> ".join(circle))
            elif name not in state:
                state[name] = "open"
                stack.append((name, iter(graph.get(name, []))))
    return faults


def self_test():
    """Plants faults one by one; each must be found, and a sound tree must pass."""
    sound = {
        "env/core/error.hpp": "",
        "env/core/config/yaml.cpp": "#include <yaml-cpp/yaml.h>\n",
        "env/core/parallel.hpp": "#include <oneapi/tbb/parallel_for.h>\n",
        "env/api/spec.hpp": '#include "env/core/error.hpp"\n',
        "env/worlds/world.hpp": '#include "env/api/spec.hpp"\n',
        "agents/agent.hpp": '#include "env/api/spec.hpp"\n',
        "sim/record.hpp": '#include "env/worlds/world.hpp"\n#include "agents/agent.hpp"\n',
        "sim/main.cpp": '#include "viz/canvas.hpp"\n#include <SFML/Graphics.hpp>\n',
        "viz/canvas.hpp": '#include "sim/record.hpp"\n#include <SFML/Graphics.hpp>\n',
        "tests/a_test.cpp": '#include "sim/record.hpp"\n#include <catch2/catch.hpp>\n#include <zlib.h>\n',
        "bench/a_bench.cpp": '#include "agents/agent.hpp"\n#include <benchmark/benchmark.h>\n',
    }
    planted = [  # (file, its text, what must be said)
        ("env/core/a.hpp", '#include "env/api/spec.hpp"\n', "env/core/ must not include"),
        ("env/api/a.hpp", '#include "env/worlds/world.hpp"\n', "env/api/ must not include"),
        ("env/worlds/a.cpp", '#include "agents/agent.hpp"\n', "env/ must not include"),
        ("env/worlds/a.cpp", '#include "sim/record.hpp"\n', "env/ must not include"),
        ("agents/a.cpp", '#include "env/worlds/world.hpp"\n', "agents/ must not include"),
        ("agents/a.cpp", ' #  include "sim/record.hpp"\n', "agents/ must not include"),
        ("sim/a.cpp", '#include "viz/canvas.hpp"\n', "sim/ must not include"),
        ("viz/a.cpp", '#include "agents/agent.hpp"\n', "viz/ must not include"),
        ("viz/a.cpp", '#include "env/worlds/world.hpp"\n', "viz/ must not include"),
        ("env/a.cpp", '#include "tests/a.hpp"\n', "is no file of this project"),
        ("env/core/a.hpp", '#include "error.hpp"\n', "is no file of this project"),
        ("env/core/a.hpp", '#include "../core/error.hpp"\n', "is no file of this project"),
        ("sim/a.cpp", "#include <SFML/Window.hpp>\n", "belongs into viz/"),
        ("sim/a.cpp", "#include <yaml-cpp/yaml.h>\n", "belongs into env/core/config/"),
        ("env/core/a.cpp", "#include <oneapi/tbb.h>\n", "belongs into env/core/parallel.hpp"),
        ("agents/a.cpp", "#include <tbb/tbb.h>\n", "belongs into env/core/parallel.hpp"),
        ("tests/b_test.cpp", "#include <tbb/tbb.h>\n", "belongs into env/core/parallel.hpp"),
        ("sim/commands/a.cpp", "#include <CLI/App.hpp>\n", "belongs into sim/commands/command_line.cpp"),
        ("env/a.cpp", "#include <spdlog/spdlog.h>\n", "belongs into sim/"),
        ("sim/a.cpp", "#include <zlib.h>\n", "belongs into env/stream/format/"),
        ("sim/a.cpp", "#include <ft2build.h>\n", "belongs into viz/canvas/"),
        ("viz/a.cpp", '#include "sim/watch/a.hpp"\n', "is no file of this project"),
        ("viz/a.cpp", '#include "sim/record.hpp"\n#include <zlib.h>\n', "viz/raster/ only"),
        ("sim/a.cpp", "#include <nanobind/nanobind.h>\n", "belongs into python/"),
        ("sim/a.cpp", "#include <catch2/catch.hpp>\n", "belongs into tests/"),
        ("tests/b_test.cpp", "#include <benchmark/benchmark.h>\n", "belongs into bench/"),
        ("bench/a.cpp", '#include "tests/a_test.cpp"\n', "bench/ must not include"),
        ("env/core/error.hpp", '#include "env/core/parallel.hpp"\n', None),
        ("env/core/error.hpp", '#include "env/core/error.hpp"\n', "include circle"),
    ]
    missed = 0

    def faults_of(tree):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in tree.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            return check(root)[0]

    def expect(tree, what, shown):
        nonlocal missed
        faults = faults_of(tree)
        right = len(faults) == 1 and what in faults[0] if what else not faults
        if not right:
            missed += 1
            print(f"{shown}: expected {what or 'nothing'}, found {faults or 'nothing'}")

    expect(sound, None, "sound tree")
    for path, text, what in planted:
        expect({**sound, path: text}, what, f"{path}: {text.strip()}")
    longer_circle = {"env/core/error.hpp": '#include "env/core/b.hpp"\n',
                     "env/core/b.hpp": '#include "env/core/c.hpp"\n',
                     "env/core/c.hpp": '#include "env/core/error.hpp"\n'}
    expect({**sound, **longer_circle}, "include circle", "a circle of three")
    print(f"{len(planted) + 2 - missed} of {len(planted) + 2} planted cases seen as they are")
    return 1 if missed else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 1 or not (pathlib.Path(arguments[0]) / "env").is_dir():
        print(__doc__.strip(), file=sys.stderr)
        return 2
    faults, num_files = check(pathlib.Path(arguments[0]).resolve())
    print("\n".join(faults) or f"layering holds in {num_files} files")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
