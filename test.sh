#!/usr/bin/env bash
# Builds wsc and runs all of its tests; says at the end how many ran.
set -euo pipefail
cd "$(dirname "$0")"
./setup.sh
cmake --build build --target check
