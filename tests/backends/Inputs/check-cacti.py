"""check-cacti.py DIR: the names that CACTI must find, each once.  Where $CACTI is its folder, it runs on them."""
import os
import re
import subprocess
import sys

folder = sys.argv[1]
names = [re.match(r"-[A-Za-z_/ ]+", line)[0].strip() for line in open(os.path.join(folder, "sram.cfg"))]
assert len(names) == len(set(names)), sorted(names)
assert {"-size", "-block size", "-technology", "-output/input bus width", "-cache type", "-Cache model",
        "-mem_data_width", "-num_bobs", "-num_channels_per_bob", "-num_clk"} <= set(names), sorted(names)

if "CACTI" in os.environ:
    here = os.path.abspath(os.path.join(folder, "sram.cfg"))
    output = subprocess.run(["./cacti", "-infile", here], cwd=os.environ["CACTI"], capture_output=True, text=True,
                            timeout=120).stdout
    assert "Cache height x width (mm):" in output, output
