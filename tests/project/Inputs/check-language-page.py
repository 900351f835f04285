"""check-language-page.py ROOT WSC: the examples of docs/language.md and
docs/library.md are specs with a verdict.

A block that starts with `wsc 1` is a whole file.  Any other block is a piece of one: it gets the
header and, where it needs them, a chip or the declarations that its `explore` block names.
Each must have a verdict, and be laid out as `wsc fmt` lays it out up to blanks.
"""
import pathlib
import re
import subprocess
import sys

root, wsc = pathlib.Path(sys.argv[1]), sys.argv[2]


def complete(block):
    if block.startswith("wsc 1"):
        return block
    if "explore" in block:
        return (root / "examples/gpt3_rack.wsc").read_text().split("explore {")[0] + block
    return "wsc 1\n" + block + ("" if "chip " in block else "chip Example { }\n")


def run(command, text):
    return subprocess.run([wsc, *command, "-"], input=text, capture_output=True, text=True)


pages = [(root / "docs" / name).read_text() for name in ("language.md", "library.md")]
blocks = [block for page in pages for block in re.findall(r"```wsc\n(.*?)```", page, re.DOTALL)]
for block in blocks:
    text = complete(block)
    verdict = run(["check"], text)
    if verdict.returncode not in (0, 1):
        sys.exit(f"exit {verdict.returncode} for\n{block}\n{verdict.stderr}")
    if "".join(run(["fmt"], text).stdout.split()) != "".join(text.split()):
        sys.exit(f"wsc fmt changes more than blanks in\n{block}")
print(len(blocks), "examples, each with a verdict")
