"""check-calculon.py DIR: the keys and the rules that Calculon asserts.  Where `calculon` is on PATH, it runs on the
files and reports a time."""
import json
import os
import shutil
import subprocess
import sys

folder = sys.argv[1]
app, exe, system = (json.load(open(os.path.join(folder, name + ".json")))
                    for name in ("application", "execution", "system"))
assert set(app) == {"hidden", "feedforward", "seq_size", "attn_heads", "attn_size", "num_blocks"}
assert set(exe) == {
    "num_procs", "tensor_par", "pipeline_par", "data_par", "tensor_par_net", "pipeline_par_net", "data_par_net",
    "batch_size", "microbatch_size", "datatype", "fused_activation", "attention_type", "activation_recompute",
    "pipeline_interleaving", "optimizer_sharding", "tensor_par_comm_type", "tensor_par_overlap", "seq_par_ag_redo",
    "data_par_overlap", "weight_offload", "activations_offload", "optimizer_offload", "training"}
tensor, pipeline, data = exe["tensor_par"], exe["pipeline_par"], exe["data_par"]
assert exe["num_procs"] == tensor * pipeline * data
assert exe["batch_size"] % data == 0 and exe["batch_size"] // data % exe["microbatch_size"] == 0
assert exe["training"] or exe["activation_recompute"] == "none"
assert pipeline > 1 or exe["pipeline_interleaving"] == 1
assert data > 1 or not (exe["optimizer_sharding"] or exe["data_par_overlap"])
assert all(app[name] % tensor == 0 for name in ("hidden", "feedforward", "attn_heads"))
assert set(system) == {"matrix", "vector", "mem1", "mem2", "processing_mode", "networks"}
for net, ranks in ((exe["tensor_par_net"], tensor), (exe["pipeline_par_net"], pipeline), (exe["data_par_net"], data)):
    network = system["networks"][net]
    assert set(network) == {"bandwidth", "efficiency", "size", "latency", "ops", "must_be_filled", "processor_usage"}
    assert ranks <= network["size"] and network["bandwidth"] > 0 and 0 < network["efficiency"] <= 1
    assert set(network["ops"]) == {"p2p", "reduce_scatter", "all_gather", "all_reduce"}
assert all(exe["datatype"] in system[kind] for kind in ("matrix", "vector"))

calculon = shutil.which("calculon")
if calculon:
    run = subprocess.run([calculon, *"llm application.json execution.json system.json stats.json".split()],
                         cwd=folder, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.load(open(os.path.join(folder, "stats.json")))["total_time"] > 0
