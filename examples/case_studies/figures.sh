#!/bin/sh
# Draws the figures of README.md again: figures.sh [WSC].  Some minutes; the same bytes each time.
set -e
cd "$(dirname "$0")"
wsc=${1:-wsc}

"$wsc" sweep core_size.wsc --over core.macs --show wafer.peak,mfu,reticle.area,power -o core_size.svg

"$wsc" sweep integration.wsc --over link_ratio --over wafer.integration \
  --show wafer.yield,power,cost.module -o integration.svg

"$wsc" sweep stacked_dram.wsc \
  --over "stacked_dram=0.125 TB/s/cm^2,0.25 TB/s/cm^2,0.5 TB/s/cm^2,1 TB/s/cm^2,2 TB/s/cm^2,4 TB/s/cm^2,8 TB/s/cm^2" \
  --over batch_size --show wafer.peak,tpot,power -o stacked_dram.svg

"$wsc" sweep redundancy.wsc --over spare_cores --over core.macs --show throughput,wafer.yield -o redundancy.svg

"$wsc" sweep heterogeneity.wsc --over decode_rows --over design --set batch_size=32 \
  --show both_power,prefill.wafer.peak,wafer.dram_bandwidth -o heterogeneity.svg
