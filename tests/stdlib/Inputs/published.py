"""published.py WSC ROLE FILE...: checks every concrete model or chip of library files.

Each must meet its own requirements and hold at least one published figure.  What another
declaration refines is a family, not a product.
"""
import re
import subprocess
import sys

wsc, role, *files = sys.argv[1:]
texts = {file: open(file).read() for file in files}
families = {base for text in texts.values()
            for base in re.findall(rf"^{role} \w+ +: (?:\w+\.)?(\w+) ", text, re.M)}
count = 0
for file, text in texts.items():
    for name in re.findall(rf"^{role} (\w+)", text, re.M):
        if name in families:
            continue
        run = subprocess.run([wsc, "check", file, f"--{role}", name], capture_output=True, text=True)
        assert run.returncode == 0, f"{file}: {name}: {run.stdout}{run.stderr}"
        figures = re.findall(r"published_\w+ +(.*)", run.stdout)
        assert figures, f"{file}: {name} is held against nothing"
        assert all(" off " in figure or figure == "holds" for figure in figures), figures
        count += 1
print(f"{count} {role}s agree with what was published")
