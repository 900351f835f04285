#!/usr/bin/env python3
"""lsp.py WSC [LINES...]: how long the language server takes by size of the file.

Opens a generated spec, types into it, and prints a Markdown table: the median and the worst time
from an edit to its diagnostics, the processor time of an edit (which other programs on the machine
do not change), and the median times of a hover and of a completion."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time



def spec(wsc, size):
    generator = pathlib.Path(__file__).with_name("frontend.py")
    return subprocess.check_output([sys.executable, generator, wsc, str(size), "--print"],
                                   text=True).splitlines()


class Server:
    """A session with `wsc lsp`, which answers every message that it is sent here with one."""

    def __init__(self, wsc):
        self.process = subprocess.Popen([wsc, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.id = 0
        self.request("initialize", capabilities={})

    def send(self, method, params, **more):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        start = time.perf_counter()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()
        length = int(self.process.stdout.readline().split(b":")[1])
        self.process.stdout.readline()
        answer = json.loads(self.process.stdout.read(length))
        return 1000 * (time.perf_counter() - start), answer

    def request(self, method, **params):
        self.id += 1
        return self.send(method, params, id=self.id)

    def processor_time(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.request("shutdown")
        self.process.stdin.close()
        self.process.wait()


def measure(wsc, size):
    server, uri = Server(wsc), "file:///bench/a.wsc"
    lines = spec(wsc, size)
    document = {"uri": uri, "languageId": "wsc", "version": 1, "text": "\n".join(lines) + "\n"}
    opened, answer = server.send("textDocument/didOpen", {"textDocument": document})
    assert not answer["params"]["diagnostics"], answer["params"]["diagnostics"][0]
    # Types a comment, a wrong line and a right one, one letter at a time, in the middle.
    row = next(i for i in range(len(lines) // 2, len(lines)) if "let units_0 " in lines[i])
    typed = "\n  let typed : real = rows * 2 // µ"
    edits, line, column = [], row, len(lines[row])
    before = server.processor_time()
    for version, letter in enumerate(typed, 2):
        at = {"line": line, "character": column}
        took, answer = server.send("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": letter}]})
        edits.append(took)
        line, column = (line + 1, 0) if letter == "\n" else (line, column + 1)
    assert not answer["params"]["diagnostics"], answer["params"]["diagnostics"][0]
    processor = (server.processor_time() - before) / len(typed)
    place = {"textDocument": {"uri": uri},
             "position": {"line": row, "character": lines[row].index("rows") + 2}}
    hovers = [server.request("textDocument/hover", **place)[0] for _ in range(5)]
    completions = [server.request("textDocument/completion", **place)[0] for _ in range(5)]
    server.stop()
    return (len(lines), opened, statistics.median(edits), max(edits), processor,
            statistics.median(hovers), statistics.median(completions))


parser = argparse.ArgumentParser()
parser.add_argument("wsc")
parser.add_argument("sizes", nargs="*", type=int, default=[100, 300, 1000, 3000, 10000])
arguments = parser.parse_args()
print("| lines | open | edit | worst edit | processor | hover | completion |")
print("|---:|---:|---:|---:|---:|---:|---:|")
for size in arguments.sizes:
    lines, *times = measure(arguments.wsc, size)
    print(f"| {lines} | " + " | ".join(f"{t:.1f} ms" for t in times) + " |", flush=True)
