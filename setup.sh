#!/usr/bin/env bash
# Installs what wsc builds on (Debian 12 packages, nothing else) and builds it into build/.
set -euo pipefail
cd "$(dirname "$0")"

packages=(
  g++ cmake ninja-build ccache pkg-config
  antlr4 libantlr4-runtime-dev default-jre-headless
  llvm-19-dev llvm-19-tools libzstd-dev zlib1g-dev
  libz3-dev libgmp-dev libeigen3-dev libsqlite3-dev node-d3
  libgtest-dev python3
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "installing: ${missing[*]}"
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

cmake -S . -B build -G Ninja
cmake --build build "$@"
