# Sourced by the other scripts: finds the project, and installs what Debian packages it lacks.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages="g++ cmake ninja-build libeigen3-dev libtbb-dev libyaml-cpp-dev libfmt-dev
                libspdlog-dev libcli11-dev zlib1g-dev git ca-certificates
                libfreetype-dev libsfml-dev fonts-inter fonts-jetbrains-mono"
test_packages="catch2 libbenchmark-dev python3 python3-yaml python3-jsonschema xvfb xdotool
               libgl1-mesa-dri"

say() { printf '\n== %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_missing PACKAGE ...: does nothing, and asks for nothing, if all are there.
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "this needs Debian's packages: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "as root, run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}

# The processor to build results for: the third level of x86-64 where this machine has it.
best_arch() {
  case $(uname -m) in
    x86_64) if grep -qw avx2 /proc/cpuinfo && grep -qw bmi2 /proc/cpuinfo &&
               grep -qw fma /proc/cpuinfo; then
              echo x86-64-v3
            else
              echo x86-64
            fi ;;
    *) echo "" ;;
  esac
}
