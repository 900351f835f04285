"""frames.py WSC: speaks the framed protocol, as an editor does, and prints what comes back."""
import json
import subprocess
import sys


def frame(message, extra=""):
    body = json.dumps(message, ensure_ascii=False).encode()
    return f"{extra}Content-Length: {len(body)}\r\n\r\n".encode() + body


def unframe(data):
    while data:
        header, _, rest = data.partition(b"\r\n\r\n")
        length = int(header.split(b": ")[1])
        yield json.loads(rest[:length])
        data = rest[length:]


uri = "file:///with%20blank/a.wsc"
text = "wsc 1\n// µ\nchip C { param n : int = 1 }\n"
session = [
    frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}),
    frame({"jsonrpc": "2.0", "method": "textDocument/didOpen",
           "params": {"textDocument": {"uri": uri, "languageId": "wsc", "version": 5, "text": text}}},
          extra="Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"),
    b"Content-Length: many\r\n\r\n",  # not a message: skipped
    frame({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}),
    frame({"jsonrpc": "2.0", "method": "exit"}),
]
run = subprocess.run([sys.argv[1], "lsp", "--stdio"], input=b"".join(session), capture_output=True)
for message in unframe(run.stdout):
    print(json.dumps(message, sort_keys=True))
print(run.stderr.decode().strip())
print("exit", run.returncode)
