"""check-explanations.py WSC ROOT: the explanation of each diagnostic kind has an example before and
after.  The one before provokes that kind and no other, the one after nothing at all."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

wsc, root = sys.argv[1], pathlib.Path(sys.argv[2])

# Kinds that a few lines of text cannot show; their examples are to be read only.
NOT_RUN = {
    "file-unreadable": "it takes a file that is not there",
    "file-too-large": "it takes a file of more than 4 MiB",
    "invalid-utf8": "this page is UTF-8",
    "nested-too-deeply": "it takes 200 levels of nesting",
    "private-name": "it takes two files",
    "library-drift": "it takes a lock and a file that has changed",
    "bad-lock": "it takes a lock",
    "undecided": "it takes a space that is hard to decide",
    "bad-json": "it takes a file in another format",
    "unknown-format": "it takes a file in another format",
    "unsupported-model": "it takes a file in another format",
    "missing-json-field": "it takes a file in another format",
    "bad-json-value": "it takes a file in another format",
    "contradicting-fields": "it takes a file in another format",
    "bad-rows": "it takes a file with measurements",
    "surplus-cells": "it takes a file with measurements",
    "row-failed": "it takes a file with measurements",
    "bad-ir": "it takes IR text, which no spec is",
    "bad-proof": "it takes a proof",
    "proof-of-another-spec": "it takes a proof",
    "unproven-claim": "it takes a proof",
    "internal-error": "it takes a bug in wsc",
}
COMMAND = {"missing-field": "evaluate", "nothing-to-do": "evaluate"}


def blocks(text):
    """The indented code after `before:` and after `after:`."""
    match = re.fullmatch(r"(.*?)\n\nbefore:\n\n((?:    .*\n|\n)+)\nafter:\n\n((?:    .*\n?|\n)+)", text, re.DOTALL)
    return match and [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in match.groups()[1:]]


def found(kind, text, folder):
    (folder / "example.wsc").write_text(text)
    command = [wsc, COMMAND.get(kind, "check"), "example.wsc", "--format=sarif"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return [result["ruleId"] for result in json.loads(run.stdout)["runs"][0]["results"]]


kinds = subprocess.run([wsc, "explain"], capture_output=True, text=True, check=True).stdout.split()
problems = [f"{kind} is not run and does not exist" for kind in NOT_RUN if kind not in kinds]
ran = 0
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    for kind in kinds:
        text = subprocess.run([wsc, "explain", kind], capture_output=True, text=True, check=True).stdout
        examples = blocks(text)
        if not examples:
            problems.append(f"{kind}: its explanation in support/Diagnostics*.def lacks `before:` and `after:` "
                            "with an indented example each")
            continue
        if kind in NOT_RUN:
            continue
        ran += 1
        before, after = (found(kind, example, folder) for example in examples)
        if set(before) != {kind}:
            problems.append(f"{kind}: the example before gives {before}")
        if after:
            problems.append(f"{kind}: the example after gives {after}")

print("\n".join(problems))
print(ran, "examples run,", len(NOT_RUN), "not run,", len(problems), "problems")
sys.exit(bool(problems))
