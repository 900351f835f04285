"""readme-spec.py ROOT: the spec in the README is examples/small.wsc, to the letter."""
import pathlib
import sys

root = pathlib.Path(sys.argv[1])
spec = (root / "README.md").read_text().split("```wsc\n")[1].split("```")[0]
assert spec == (root / "examples/small.wsc").read_text()
