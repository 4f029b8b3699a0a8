#!/usr/bin/env bash
# Everything there is to check, and a summary of it in docs/checks/. About 20 minutes on 2 cores.
#   scripts/check_full.sh [--no-summary]
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$project" || exit 1
export INFODIET_KILLS=20  # of trainings, in their test
# shellcheck disable=SC2086
install_missing $build_packages $test_packages clang clang-tidy clang-format qemu-user

state=$(git diff --quiet HEAD || echo ' and uncommitted changes')  # before the summary changes it
logs=$project/build/check
mkdir -p "$logs"
rows=()
failed=0

# check NAME COMMAND ...: runs it, keeps its output, notes how it went and how long it took.
check() {
  local name=$1 start=$SECONDS verdict=passed
  shift
  say "$name"
  if ! "$@" >"$logs/${name// /_}.log" 2>&1; then
    verdict=FAILED
    failed=1
    tail -n 30 "$logs/${name// /_}.log" >&2
  fi
  rows+=("| $name | $verdict | $((SECONDS - start)) s |")
  printf '%s: %s\n' "$name" "$verdict" >&2
}

formatted() { git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror; }

clang_build_and_test() {
  CXX=clang++ cmake -S . -B build/clang -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O2 -g1" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DINFODIET_WERROR=ON &&
    cmake --build build/clang && ctest --test-dir build/clang --output-on-failure -j "$(nproc)"
}

tidy() {
  git ls-files 'env/*.cpp' 'agents/*.cpp' 'sim/*.cpp' 'viz/*.cpp' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p build/clang --quiet
}

# The release program on a processor without AVX2: it must say so, not die.
old_processor() {
  local out status=0
  out=$(qemu-x86_64 -cpu Nehalem build/release/infodiet --version 2>&1) || status=$?
  printf '%s\n(exit %d)\n' "$out" "$status"
  [ "$status" -eq 2 ] && grep -q INFODIET_ARCH <<<"$out"
}

benchmark() {
  build/release/bench/step_bench --benchmark_min_time=1 &&
    build/release/bench/viz_bench --benchmark_min_time=1 &&
    build/release/bench/policy_bench --benchmark_min_time=0.5
}

# All published findings; a missed band is reported, not hidden, and fails the check.
facts() { build/release/infodiet facts --check --progress none --out "$logs/facts"; }

check "format" formatted
check "gcc dev" scripts/test.sh dev
check "clang dev" clang_build_and_test
check "clang-tidy" tidy
check "asan and ubsan" scripts/test.sh asan
check "tsan" scripts/test.sh tsan
check "gcc release" scripts/test.sh release
check "old processor" old_processor
check "benchmark" benchmark
check "facts" facts
check "demo" scripts/demo.sh

if [ "${1:-}" != --no-summary ]; then
  mkdir -p docs/checks
  {
    echo "# Full check"
    echo
    echo "Commit $(git rev-parse HEAD)$state."
    echo "$(. /etc/os-release && echo "$PRETTY_NAME"), $(g++ --version | head -1)," \
      "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) cores. Made by" \
      "\`scripts/check_full.sh\`."
    echo
    echo "| check | result | time |"
    echo "|---|---|---|"
    printf '%s\n' "${rows[@]}"
    echo
    echo "Benchmark (\`step_bench\`, \`policy_bench\`, release):"
    echo
    echo '```'
    grep -E '^(Benchmark|BM_|[a-z_]+/)' "$logs/benchmark.log" || true
    echo '```'
    echo
    echo "Facts: $(grep -m1 'parameters from sources' "$logs/facts.log")"
  } >docs/checks/full.md
fi
exit "$failed"
