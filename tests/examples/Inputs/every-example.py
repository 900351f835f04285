"""every-example.py WSC DIR: the commands that must work on each example."""
import pathlib
import subprocess
import sys

wsc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
examples = sorted(folder.glob("*.wsc"))
assert len(examples) >= 5
for example in examples:
    commands = [["check"], ["opt", "--print-ir"], ["fmt", "--check"]]
    if "\nstrategy " in example.read_text():
        commands.append(["evaluate"])
    for command in commands:
        run = subprocess.run([wsc, command[0], str(example), *command[1:]], capture_output=True,
                             text=True)
        assert run.returncode == 0, f"{example.name}: {command[0]}: {run.stdout}{run.stderr}"
        assert command[0] == "fmt" or run.stdout
    print(example.name, "fine")
