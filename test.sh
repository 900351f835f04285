#!/usr/bin/env bash
# Builds wsc and runs all of its tests; says at the end how many ran.
set -euo pipefail
cd "$(dirname "$0")"
./setup.sh
# Reports are looked at in a browser where there is one.
command -v chromium >/dev/null || {
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium || true
}
cmake --build build --target check
