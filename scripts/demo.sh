#!/usr/bin/env bash
# From a fresh Debian 12 to a first result: installs what is missing, builds, scores ways of feeding
# a person, and prints how they compare. From any directory; a second run only does what is left.
#   scripts/demo.sh [key=value ...]     e.g. run.seeds=3 world.person.attention.kappa=.inf
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# shellcheck disable=SC2086  # the lists are meant to be split
install_missing $build_packages

say "building"
build=$project/build/demo
mkdir -p "$build"
cmake -S "$project" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DINFODIET_ARCH="$(best_arch)" -DINFODIET_TESTS=OFF -DINFODIET_BENCH=OFF >"$build/configure.log" 2>&1 ||
  { cat "$build/configure.log" >&2; fail "cmake could not configure the project"; }
cmake --build "$build" >&2

say "scoring agents on configs/quickstart.yaml"
"$build/infodiet" eval "$project/configs/quickstart.yaml" --out "$project/runs" "$@"
