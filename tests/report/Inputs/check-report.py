"""check-report.py HTML: the page loads nothing, and its data can be read."""
import json
import re
import sys

text = open(sys.argv[1]).read()
assert not re.search(r'<(?:script|img|iframe)[^>]*\bsrc=|<link\b|@import|url\(', text)
data = json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.S)[1])
assert data["runs"][0]["points"] and data["objectives"]
assert data["runs"][0]["command"] and "d3js.org" in text
assert not re.search("@[A-Z]+@", text)
