#!/usr/bin/env bash
# From a fresh Debian 12 to a first result: installs what is missing, builds, trains an agent for some
# minutes, prints how it compares with simpler ways of feeding a person, and shows it live: in a
# window where there is a display, else as picture and clip in media/. From any directory; a
# second run installs and builds only what is left, and trains anew.
#   scripts/demo.sh [key=value ...]     for the comparison, e.g. run.seeds=3 eval.episodes=16
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

# The newest training by name, which begins with the time; none: nothing.
newest_training() {
  local newest="" checkpoints
  for checkpoints in "$project"/runs/quickstart/*/checkpoints; do
    [ -d "$checkpoints" ] && newest=${checkpoints%/checkpoints}
  done
  printf '%s' "$newest"
}

say "training an agent on configs/quickstart.yaml (Ctrl-C keeps what it has learned)"
code=0
"$build/infodiet" train "$project/configs/quickstart.yaml" --out "$project/runs" || code=$?
run=$(newest_training)
if [ "$code" -eq 130 ] && [ -n "$run" ]; then
  printf 'Here infodiet is %q. To compare what it has learned so far:\n  %q eval %q\n' \
    "$build/infodiet" "$build/infodiet" "$run" >&2
fi
[ "$code" -eq 0 ] || exit "$code"

say "scoring it beside simpler agents, on people and days it has not met"
"$build/infodiet" eval "$run" --out "$project/runs" "$@"

if [ -n "${DISPLAY:-}" ] && [ -z "${INFODIET_NO_WINDOW:-}" ]; then
  say "showing it live ('?' tells the keys, Esc ends)"
  "$build/infodiet" watch "$run" && exit 0
fi
say "drawing it (no display): media/demo.png"
"$build/infodiet" watch "$run" --headless --png "$project/media/demo.png" --decisions 300 --moment read
if command -v ffmpeg >/dev/null; then
  "$build/infodiet" watch "$run" --headless --mp4 "$project/media/demo.mp4" --decisions 120 --seconds 12
  printf 'A picture and a clip: %s, %s\n' "$project/media/demo.png" "$project/media/demo.mp4" >&2
else
  printf 'A picture: %s (with ffmpeg installed, a clip as well)\n' "$project/media/demo.png" >&2
fi
