"""run.py UNIT_TESTS LIT LIT_ROOT: runs the unit tests and the lit tests, then says how many ran.

The last line is `N passed, M failed`; the exit code is 0 only if some ran and none failed.  Tests that
need what is not there (a browser) are named before, and count as neither.
"""
import json
import os
import subprocess
import sys
import tempfile

unit_tests, lit, lit_root = sys.argv[1:]
passed = failed = 0

with tempfile.TemporaryDirectory() as folder:
    report = os.path.join(folder, "unit.json")
    run = subprocess.run([unit_tests, f"--gtest_output=json:{report}", "--gtest_brief=1"])
    try:
        result = json.load(open(report))
        failed += result["failures"]
        passed += result["tests"] - result["failures"]
    except (OSError, ValueError):
        print(f"the unit tests ended without a report, exit code {run.returncode}")
        failed += 1

    report = os.path.join(folder, "lit.json")
    run = subprocess.run([sys.executable, lit, "-sv", "--output", report, lit_root])
    try:
        tests = json.load(open(report))["tests"]
        skipped = [test["name"] for test in tests if test["code"] == "UNSUPPORTED"]
        good = sum(test["code"] in ("PASS", "XFAIL") for test in tests)
        passed += good
        failed += len(tests) - good - len(skipped)
        for name in skipped:
            print(f"skipped, its REQUIRES says what it needs: {name}")
    except (OSError, ValueError):
        print(f"lit ended without a report, exit code {run.returncode}")
        failed += 1

print(f"{passed} passed, {failed} failed")
sys.exit(0 if passed and not failed else 1)
