#!/usr/bin/env bash
# The main job on a real example: the design space of the Theseus paper for GPT-3 175B, from
# a verdict to a Pareto front and the input of a network simulator.
set -euo pipefail
cd "$(dirname "$0")"
./setup.sh --target wsc

run() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }
spec=examples/theseus.wsc
run build/bin/wsc check "$spec"
run build/bin/wsc explore "$spec" --budget 200
run build/bin/wsc evaluate examples/wse2.wsc
run build/bin/wsc emit booksim "$spec" -o build/booksim
