"""check-scalesim.py DIR DATAFLOW UNITS MACS: reads the files as SCALE-Sim v3 does, which stops at a missing key
or comma, and counts units and multiply-accumulates."""
import configparser
import os
import sys

folder, dataflow, units, macs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
KEYS = {
    "general": ["run_name"],
    "architecture_presets": ["ArrayHeight", "ArrayWidth", "IfmapSramSzkB", "FilterSramSzkB", "OfmapSramSzkB",
                             "IfmapOffset", "FilterOffset", "OfmapOffset", "Bandwidth", "Dataflow", "MemoryBanks",
                             "ReadRequestBuffer", "WriteRequestBuffer"],
    "layout": [operand + key for operand in ("Ifmap", "Filter")
               for key in ("CustomLayout", "SRAMBankBandwidth", "SRAMBankNum", "SRAMBankPort")],
    "sparsity": ["SparsitySupport", "SparseRep", "OptimizedMapping", "BlockSize", "RandomNumberGeneratorSeed"],
    "run_presets": ["InterfaceBandwidth", "UseRamulatorTrace"],
}
config = configparser.ConfigParser()
config.read(os.path.join(folder, dataflow + ".cfg"))
for section, keys in KEYS.items():
    assert [key.lower() for key in keys] == list(config[section]), section
array = config["architecture_presets"]
assert array["Dataflow"] == dataflow
assert int(array["ArrayHeight"]) * int(array["ArrayWidth"]) == units

total = 0
for row in open(os.path.join(folder, dataflow + ".csv")).read().splitlines()[1:]:
    cells = row.split(",")[:-1]
    assert len(cells) > 3, "There should be at least 4 entries per row"
    m, n, k = map(int, cells[1:4])
    total += m * n * k
assert total == macs, total
assert os.path.exists(os.path.join(folder, "layout.csv"))
