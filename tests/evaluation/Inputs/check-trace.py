"""check-trace.py TRACE EVALUATION: a trace in the Trace Event Format, with the times of `--format=json`.

- every event is complete (`X`, with numbers for `ts` and `dur`) or names a lane (`M`);
- events of a lane do not overlap, and every lane has a name;
- all ends with the iteration.
"""
import collections
import json
import sys

trace = json.load(open(sys.argv[1]))
time = json.load(open(sys.argv[2]))["metrics"]["iteration_time"]["value"]
assert trace["displayTimeUnit"] in ("ms", "ns")
names, events = {}, collections.defaultdict(list)
for event in trace["traceEvents"]:
    assert isinstance(event["name"], str) and event["pid"] == 1 and isinstance(event["tid"], int)
    if event["ph"] == "M":
        if event["name"] == "thread_name":
            names[event["tid"]] = event["args"]["name"]
        continue
    assert event["ph"] == "X" and event["ts"] >= 0 and event["dur"] > 0, event
    events[event["tid"]].append((event["ts"], event["ts"] + event["dur"], event["name"]))
assert names.keys() == events.keys()
end = 0
for lane, spans in sorted(events.items()):
    spans.sort()
    for before, after in zip(spans, spans[1:]):
        assert after[0] >= before[1] * (1 - 1e-9), (names[lane], before, after)
    end = max(end, spans[-1][1])
    print(f"{names[lane]}: {len(spans)} events")
print("ends with the iteration" if abs(end * 1e-6 - time) <= 1e-9 * time else f"ends at {end * 1e-6} s, not {time} s")
