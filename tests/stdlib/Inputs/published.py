"""published.py WSC FILE...: every library file agrees with what was published.

Each chip, and each model that is not a family of others, must hold at least one published figure.
"""
import re
import subprocess
import sys

wsc, *files = sys.argv[1:]
products = figures = 0
for file in files:
    text = open(file).read()
    families = re.findall(r"^model \w+ +: (\w+) ", text, re.M)
    names = [name for name in re.findall(r"^model (\w+)", text, re.M) if name not in families]
    run = subprocess.run([wsc, "check", file], capture_output=True, text=True)
    assert run.returncode == 0, f"{file}: {run.stdout}{run.stderr}"
    for prefix in [name + "." for name in names] or [""]:
        found = re.findall(rf"^  {prefix}published_\w+ +(.*)", run.stdout, re.M)
        assert found, f"{file}: {prefix} is held against nothing"
        assert all(" off " in figure or figure == "holds" for figure in found), found
        products += 1
        figures += len(found)
print(f"{products} agree with {figures} published figures")
