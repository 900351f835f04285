"""check-structure.py ROOT: what keeps the house readable.

- A folder includes only folders that docs/architecture.md puts to its left.
- ANTLR's headers stay in frontend/Parse*, Z3's in feasibility/, SQLite's in runs/.
- The checker of proofs includes nothing of the engine.
- Files open with a comment that says what they are for; none has more than 600 lines.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
MAY_INCLUDE = {
    "support": [],
    "ir": ["support"],
    "frontend": ["support", "ir"],
    "lsp": ["support", "ir", "frontend", "passes", "feasibility"],
    "passes": ["support", "ir"],
    "feasibility": ["support", "ir"],
    "network": ["support"],
    "evaluation": ["support", "ir", "network"],
    "runs": ["support", "ir"],
    "search": ["support", "ir", "feasibility", "network", "evaluation"],
    "report": ["support", "ir", "runs", "search"],
    "backends": ["support", "ir", "network", "evaluation"],
    "importers": ["support"],
    "docgen": ["support", "ir", "frontend"],
    "tools": ["support", "ir", "frontend", "lsp", "passes", "feasibility", "network", "evaluation", "runs",
              "search", "report", "backends", "importers", "docgen"],
}
ONLY_IN = {
    "antlr4-runtime.h": r"frontend/Parse\w*\.(h|cpp)", "WscParser.h": r"frontend/ParseAntlr\.h",
    "WscLexer.h": r"frontend/ParseAntlr\.h", "z3++.h": r"feasibility/\w+\.(h|cpp)",
    "sqlite3.h": r"runs/\w+\.cpp", "Eigen/Core": r"search/\w+\.(h|cpp)",
}
# The checker of proofs shares only evaluation with what it checks.
CHECKER = r"feasibility/(Derivation|Proof|ProofCheck|ProofReader)\.(h|cpp)"
FOR_CHECKER = r"feasibility/(Derivation|Proof|ProofCheck|Problem|Judge|Box|Answer)\.h"
files = includes = 0
problems = []
for folder, allowed in MAY_INCLUDE.items():
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".h", ".cpp", ".def"):
            continue
        files += 1
        name = path.relative_to(root).as_posix()
        lines = path.read_text().splitlines()
        if len(lines) > 600:
            problems.append(f"{name}: {len(lines)} lines")
        if not lines[0].startswith("//"):
            problems.append(f"{name}: does not say in its first line what it is for")
        for line in lines:
            match = re.match(r'#include ["<]([^">]+)[">]', line)
            if not match:
                continue
            includes += 1
            header = match[1]
            target = header.split("/")[0]
            if target in MAY_INCLUDE and target not in (folder, *allowed):
                problems.append(f"{name} includes {header}")
            if target == "feasibility" and re.fullmatch(CHECKER, name) and not re.fullmatch(FOR_CHECKER, header):
                problems.append(f"{name} includes {header}")
            if header in ONLY_IN and not re.fullmatch(ONLY_IN[header], name):
                problems.append(f"{name} includes {header}")
for problem in problems:
    print(problem)
if not problems:
    print(f"{files} files, {includes} includes, no arrow points the wrong way")
