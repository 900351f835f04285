"""each-contrary.py WSC SPEC: negates the requirements `require NAME : CONDITION` of a spec one at a
time and checks that each of these specs is infeasible (exit 1)."""
import re
import subprocess
import sys

wsc, path = sys.argv[1:]
text = open(path).read()
pattern = re.compile(r"^(  require \w+ *: )(.*)$", re.MULTILINE)
requirements = list(pattern.finditer(text))
for found in requirements:
    contrary = text[: found.start(2)] + f"not ({found[2]})" + text[found.end(2) :]
    result = subprocess.run([wsc, "check", "-"], input=contrary.encode(), capture_output=True)
    if result.returncode != 1:
        sys.exit(f"exit {result.returncode} for the contrary of: {found[0].strip()}\n"
                 + result.stderr.decode())
print(len(requirements), "requirements, each contrary infeasible")
