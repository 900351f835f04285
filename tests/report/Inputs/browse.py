"""browse.py HTML PNG: headless Chromium draws the page; the charts are there, and the picture is not blank."""
import pathlib
import re
import subprocess
import sys
import tempfile

page, picture = (pathlib.Path(name).resolve() for name in sys.argv[1:])


def browse(*arguments):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                               f"--user-data-dir={profile}", "--window-size=1480,3300",
                               "--virtual-time-budget=5000", *arguments, page.as_uri()],
                              capture_output=True, text=True, check=True).stdout


text = browse("--dump-dom")
assert 'data-ready="yes"' in text, "the script did not come to its end"
text = text[text.index("<main"):text.index("<script")]
for chart, mark, least in [("scatter", "<circle", 25), ("parallel", "<path", 25), ("convergence", "<circle", 3),
                           ("importance", "<rect", 3), ("breakdown", "<rect", 5), ("floorplan", "<rect", 10),
                           ("slacks", "<rect", 5), ("front", "<tr", 3), ("evaluators", "<tr", 5), ("constants", "<tr", 10)]:
    start = text.index(f'id="{chart}"')
    end = text.find("</section>", start)
    assert text.count(mark, start, end) >= least, chart
assert not re.search(r"NaN|undefined", text)
browse(f"--screenshot={picture}")
assert picture.stat().st_size > 100_000
