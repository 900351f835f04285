"""import-and-count.py WSC FOLDER FILE:PARAMETERS...: imports each configuration, checks that the
spec is in canonical layout and passes `wsc check`, and that its model has as many parameters."""
import pathlib
import subprocess
import sys

wsc, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def run(*command):
    return subprocess.run([wsc, *command], check=True, capture_output=True, text=True).stdout


for entry in sys.argv[3:]:
    name, published = entry.split(":")
    spec = folder / (name.removesuffix(".json") + "_imported.wsc")
    run("import", str(folder / name), "--name=Imported", "-o", str(spec))
    run("fmt", "--check", str(spec))
    run("check", str(spec))
    claim = folder / (spec.stem + "_claim.wsc")
    claim.write_text(f"wsc 1\nimport {spec.stem} as m\nmodel Claim : m.Imported {{\n"
                     f"  require published : parameters within 1 % of {published}\n}}\n")
    run("check", str(claim))
print(len(sys.argv) - 3, "models, each within 1 %")
