"""check-llmcompass.py DIR: reads the hardware as LLMCompass's template_to_system does, and lists the workload.  Where
LLMCOMPASS names its folder, it runs on the files."""
import json
import os
import re
import subprocess
import sys

folder = os.path.abspath(sys.argv[1])
hardware = json.load(open(os.path.join(folder, "hardware.json")))
work = json.load(open(os.path.join(folder, "workload.json")))

device, link = hardware["device"], hardware["interconnect"]["link"]
core, io = device["compute_chiplet"]["core"], device["io"]
for unit in (core["systolic_array"], core["vector_unit"]):
    assert int(re.search(r"(\d+)", unit["data_type"]).group(1)) // 8 in (1, 2, 4)
assert core["systolic_array"]["array_height"] == core["systolic_array"]["array_width"] == 16  # it has a table of these
assert core["systolic_array"]["mac_per_cycle"] > 0 and core["vector_unit"]["flop_per_cycle"] > 0
assert all(isinstance(count, int) and count > 0 for count in (
    hardware["device_count"], hardware["interconnect"]["link_count_per_device"], core["sublane_count"],
    core["vector_unit"]["vector_width"], device["compute_chiplet_count"], device["compute_chiplet"]["core_count"]))
assert io["memory_channel_active_count"] * io["pin_count_per_channel"] * io["bandwidth_per_pin_bit"] // 8 > 0
assert min(io["global_buffer_MB"], io["global_buffer_bandwidth_per_cycle_byte"], core["SRAM_KB"],
           device["memory"]["total_capacity_GB"], device["frequency_Hz"]) > 0
assert link["bandwidth_both_directions_byte"] == 2 * link["bandwidth_per_direction_byte"] > 0
assert link["latency_second"] >= 0 and link["flit_size_byte"] > 0 and link["max_payload_size_byte"] > 0
assert hardware["interconnect"]["topology"] in ("FC", "RING")

assert work["data_type"] in ("int8", "fp16", "fp32") and 1 <= work["devices"] <= hardware["device_count"]
SIZES = {"matmul": ("m", "n", "k"), "softmax": ("rows", "columns"), "layernorm": ("rows", "columns"),
         "gelu": ("rows", "columns"), "allreduce": ("elements",)}
for task in work["operators"]:
    sizes = [task[size] for size in SIZES[task["operator"]]]
    assert all(isinstance(size, int) and size > 0 for size in sizes), task
    count = f" {task['count']}" if task.get("count", 1) > 1 else ""
    passes = f", {task['passes']} passes" if task.get("passes", 1) > 1 else ""
    print(f"{task['name']}{count} {task['operator']} {' x '.join(map(str, sizes))}{passes}, {task['times']:g} times")
assert len({task["name"] for task in work["operators"]}) == len(work["operators"])

home = os.environ.get("LLMCOMPASS")
if home:
    subprocess.run([sys.executable, os.path.join(folder, "evaluate.py"), folder], cwd=home, check=True,
                   env={**os.environ, "PYTHONPATH": f".:{os.environ.get('PYTHONPATH', '')}"}, timeout=3600)
