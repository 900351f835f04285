#!/usr/bin/env python3
"""seeds.py ROOT DIR: what a run of the fuzzer starts from.  DIR/corpus gets every .wsc text of the
repository (the parts of split files one by one), DIR/wsc.dict the words of the grammar, the units
and the built-in names."""
import hashlib
import pathlib
import re
import sys

root, target = map(pathlib.Path, sys.argv[1:])
corpus = target / "corpus"
corpus.mkdir(parents=True, exist_ok=True)


def add(text):
    (corpus / hashlib.sha1(text.encode()).hexdigest()).write_text(text)


texts = 0
for folder in ("tests", "examples", "stdlib"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".wsc", ".test"):
            continue
        text = path.read_text(errors="replace")
        parts = re.split(r"^//--- .*\n", text, flags=re.M)
        for part in parts if path.suffix == ".wsc" else parts[1:]:
            if re.search(r"^wsc 1", part, flags=re.M):
                add(part)
                texts += 1
for page in sorted((root / "docs").glob("*.md")):
    for block in re.findall(r"```wsc\n(.*?)```", page.read_text(), flags=re.S):
        add(block if block.startswith("wsc 1") else "wsc 1\n" + block)
        texts += 1

grammar = (root / "grammar/Wsc.g4").read_text().split("// ---- tokens")[0]
words = set(re.findall(r"'([^'\\\n]+)'", re.sub(r"//.*", "", grammar)))
for path in (root / "stdlib").rglob("*.wsc"):
    words |= set(re.findall(r"^(?:unit|dimension|fn|enum|component|model) +([\w%]+)", path.read_text(),
                            flags=re.M))
words |= {"min", "max", "abs", "floor", "ceil", "round", "sqrt", "exp", "log", "log2", "at_least",
          "int", "real", "bool", "true", "false", "wsc 1\n", "import std.wafer\n", "import std.llm\n",
          "1e9", "1e308", "1e-308", "65536", "0.5", "KiB", "GHz", "pJ/bit/mm", "mm^2", "um^2"}
with open(target / "wsc.dict", "w") as file:
    for word in sorted(words):
        escaped = "".join(c if c.isprintable() and c not in '"\\' and c.isascii() else
                          "".join(f"\\x{b:02X}" for b in c.encode()) for c in word)
        file.write(f'"{escaped}"\n')
print(f"{texts} texts, {len(words)} words")
