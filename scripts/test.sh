#!/usr/bin/env bash
# Installs what is missing, builds and runs the tests. From any directory.
#   scripts/test.sh [PRESET]     dev (default), release, asan or tsan
# The tests on real streams need their folders: INFODIET_STREAMS=DIR; without it they are skipped.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
preset=${1:-dev}

# shellcheck disable=SC2086
install_missing $build_packages $test_packages

say "building ($preset)"
cd "$project"
cmake --preset "$preset" -G Ninja >&2
cmake --build --preset "$preset" >&2

say "testing ($preset)"
ctest --preset "$preset" -j "$(nproc)"
