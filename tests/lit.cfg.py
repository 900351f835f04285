# lit configuration: every test is a program in the language (or IR text) with RUN lines.
import os
import shutil
import lit.formats

config.name = "wsc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".wsc", ".wscir", ".test"]
config.excludes = ["Inputs", "unit", "real_tools"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_dir, "tests")

root = os.path.dirname(config.test_source_root)
config.environment["PATH"] = os.pathsep.join([config.llvm_tools_dir, os.environ["PATH"]])


def fixed(spec, settings):
    """A design of a space, whatever the solver would find first."""
    return os.path.join(root, "examples", spec) + "".join(f' --set "{each}"' for each in settings.split("; "))


config.substitutions += [
    ("%{theseus_design}", fixed("theseus.wsc", "core.macs=4; core.sram=64 KiB; core.sram_bandwidth=32 B/cycle; "
        "core.noc_bandwidth=4 B/cycle; reticle.rows=16; reticle.cols=8; reticle.link_ratio=0.25; wafer.spare_cores=6; "
        "wafer.dram_style=edge_ports; wafer.rows=16; wafer.cols=30; wafer.integration=die_stitching; strategy.tp=2; "
        "strategy.pp=24; strategy.dp=2; strategy.micro_batch_size=16; strategy.recompute=none")),
    ("%{stacked_design}", fixed("stacked_dram.wsc", "core.macs=64; core.sram=128 KiB; core.sram_bandwidth=64 B/cycle; "
        "core.noc_bandwidth=16 B/cycle; reticle.rows=52; reticle.cols=72; reticle.link_ratio=1; "
        "reticle.stacked_dram=20 GB/s/mm^2; wafer.spare_cores=0; wafer.integration=info_sow; wafer.rows=7; wafer.cols=7; "
        "thermal.cooling=cold_plate; strategy.tp=8; strategy.pp=4; strategy.micro_batch_size=2")),
    ("%wsc", os.path.join(config.build_dir, "bin", "wsc")),
    ("%root", root),
    ("%examples", os.path.join(root, "examples")),
    ("%python", "python3"),
]

# Reports are looked at in a browser where there is one (Debian: `apt install chromium`).
if shutil.which("chromium"):
    config.available_features.add("chromium")
