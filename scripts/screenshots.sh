#!/usr/bin/env bash
# Pictures of the viewer, to be looked at after a change: every screen, every kind of agent, the
# moments that matter, both sizes, and the same by the graphics card if there is an Xvfb.
#   scripts/screenshots.sh RUN [FOLDER]    RUN: the folder of a training; default folder: media
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
[ $# -ge 1 ] || fail "name the folder of a training: scripts/screenshots.sh runs/quickstart/RUN"
run=$1
out=${2:-$project/media}
program=${INFODIET:-$project/build/release/infodiet}
[ -x "$program" ] || fail "there is no $program (build it, or set INFODIET)"
mkdir -p "$out"

# shot NAME ARGUMENT ...: one picture by the processor.
shot() {
  local name=$1
  shift
  printf '%s\n' "$out/$name.png" >&2
  "$program" watch "$@" --headless --png "$out/$name.png"
}
plain=$project/configs/quickstart.yaml

shot live "$run" --decisions 300 --moment read
shot head_focus "$run" --decisions 300 --moment read --head 1 --pin 1
shot nothing_shown "$run" --decisions 300 --moment nothing
for agent in never random newest popular greedy_click threshold linucb thompson; do
  shot "agent_$agent" "$plain" --agent "$agent" --decisions 120
done
shot overload "$plain" --agent fill --decisions 200 --moment overload
shot compare "$run" --compare newest --decisions 250
"$program" record "$run" --out "$out/episode.idep" --decisions 300 >&2
shot replay "$out/episode.idep" --at 0.6
"$program" record "$run" --agent newest --out "$out/other.idep" --decisions 300 >&2
shot replay_compare "$out/episode.idep" --compare "$out/other.idep" --at 0.6
shot compare_attention "$run" --compare "$run" --decisions 250
shot push "$plain" 'eval.agents=[{name: newest, push: true}]' eval.reference=newest+push \
  --decisions 200 --moment push
shot train "$run" --screen train
shot live_2x "$run" --decisions 300 --moment read --scale 2
shot live_1280 "$run" --decisions 300 --moment read --size 1280x720
shot compare_1280 "$run" --compare newest --decisions 250 --size 1280x720
shot train_1280 "$run" --screen train --size 1280x720
shot overload_1280 "$plain" --agent fill --decisions 200 --moment overload --size 1280x720

if command -v xvfb-run >/dev/null && command -v xdotool >/dev/null && command -v import >/dev/null; then
  printf '%s\n' "$out/window.png" >&2
  # shellcheck disable=SC2016  # expanded inside
  PROGRAM=$program RUN=$run OUT=$out timeout 90 xvfb-run -a -s "-screen 0 1600x900x24" bash -c '
    "$PROGRAM" watch "$RUN" & viewer=$!
    window=
    for _ in $(seq 100); do
      window=$(xdotool search --name "^InfoDiet$" | head -1)
      [ -n "$window" ] && break
      sleep 0.3
    done
    xdotool windowmove "$window" 0 0
    sleep 6
    import -window root "$OUT/window.png"
    kill -TERM "$viewer"; wait "$viewer" || true'
fi
