"""check-extension.py ROOT: the editor extension as far as it can be checked without npm.

Its files are JSON and name one another, the words of the TextMate grammar are those of
grammar/Wsc.g4, and its regular expressions compile and find what they should.
"""
import json
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
extension = root / "editors/vscode"


def load(name):
    return json.loads((extension / name).read_text())


package, lock = load("package.json"), load("package-lock.json")
contributes = package["contributes"]
for name in (package["main"], contributes["languages"][0]["configuration"],
             contributes["grammars"][0]["path"]):
    assert (extension / name).is_file(), f"package.json names {name}"
for field in ("dependencies", "devDependencies"):
    assert package[field] == lock["packages"][""][field], "package-lock.json is out of date"
load("language-configuration.json")
grammar = load("syntaxes/wsc.tmLanguage.json")
assert grammar["scopeName"] == contributes["grammars"][0]["scopeName"]

patterns, includes = [], []


def collect(node):
    if isinstance(node, dict):
        patterns.extend(node[key] for key in ("match", "begin", "end") if key in node)
        includes.extend([node["include"]] if "include" in node else [])
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        collect(child)


collect(grammar)
for pattern in patterns:
    re.compile(pattern)
for name in includes:
    assert name.removeprefix("#") in grammar["repository"], f"nothing is called {name}"

text = re.sub(r"//.*", "", (root / "grammar/Wsc.g4").read_text())
words = set(re.findall(r"'([a-z][a-z0-9]+)'", text))
listed = re.search(r"\(\?!\(\?:([a-z0-9|]+)\)\\b\)", grammar["repository"]["number"]["match"])[1].split("|")
assert listed == sorted(listed), "the words of the number rule are not in order"
for what, difference in (("lacks", words - set(listed)), ("should not have", set(listed) - words)):
    if difference:
        sys.exit(f"the number rule of the TextMate grammar {what}: {', '.join(sorted(difference))}")
# Each word is coloured somewhere else, too.
others = " ".join(p for p in patterns if p != grammar["repository"]["number"]["match"])
others = set(re.findall(r"[a-z0-9]+", re.sub(r"\\[a-zA-Z]", " ", others)))
if words - others:
    sys.exit(f"no rule colours: {', '.join(sorted(words - others))}")

number = re.compile(grammar["repository"]["number"]["match"])
for line, expected in (("0.15 pJ/bit/mm * 2", ("0.15", "pJ/bit/mm")), ("5 mm^-2 / h", ("5", "mm^-2")),
                       ("10 W / area", ("10", "W")), ("3 step 4", ("3", None)), ("90 %", ("90", "%")),
                       ("1e-3 from", ("1e-3", None)), ("4 stepping", ("4", "stepping"))):
    found = number.search(line).groups()
    assert found == expected, f"{line}: {found}"
print(f"{len(patterns)} patterns, {len(words)} words, the same in both grammars")
