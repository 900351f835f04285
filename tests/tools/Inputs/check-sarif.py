"""check-sarif.py: reads a SARIF log from standard input, checks its structure against what SARIF
2.1.0 demands of the parts that wsc writes, and prints the results one a line."""
import json
import re
import sys
import urllib.parse

LEVELS = {"none", "note", "warning", "error"}


def need(condition, what):
    if not condition:
        sys.exit("not SARIF 2.1.0: " + what)


def keys(thing, what, required, optional=()):
    need(isinstance(thing, dict), f"{what} is an object")
    need(set(required) <= set(thing), f"{what} has {sorted(required)}, here {sorted(thing)}")
    need(set(thing) <= set(required) | set(optional), f"{what} has no {sorted(set(thing) - set(required) - set(optional))}")


def text(message, what):
    keys(message, what, ["text"], ["markdown"])
    need(isinstance(message["text"], str) and message["text"], f"{what} is not empty")


def region(thing):
    fields = ["startLine", "startColumn", "endLine", "endColumn"]
    keys(thing, "a region", fields)
    need(all(isinstance(thing[f], int) and thing[f] >= 1 for f in fields), "positions count from 1")
    begin, end = (thing["startLine"], thing["startColumn"]), (thing["endLine"], thing["endColumn"])
    need(begin <= end, "a region does not end before it begins")
    return "{}:{}-{}:{}".format(*begin, *end)


def artifact(thing):
    keys(thing, "an artifact location", ["uri"])
    uri = thing["uri"]
    need(re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", uri), f"`{uri}` is an address")
    return urllib.parse.unquote(uri).rsplit("/", 1)[-1]


def location(thing, what):
    keys(thing, what, [], ["physicalLocation", "message"])
    if "message" in thing:
        text(thing["message"], "the message of a location")
    if "physicalLocation" not in thing:
        return "nowhere"
    keys(thing["physicalLocation"], "a place", ["artifactLocation", "region"])
    return artifact(thing["physicalLocation"]["artifactLocation"]) + ":" + region(thing["physicalLocation"]["region"])


log = json.load(sys.stdin)
keys(log, "the log", ["version", "runs"], ["$schema"])
need(log["version"] == "2.1.0" and len(log["runs"]) == 1, "one run of version 2.1.0")
run = log["runs"][0]
keys(run, "the run", ["tool", "results"], ["columnKind"])
need(run.get("columnKind") in ("unicodeCodePoints", "utf16CodeUnits"), "the kind of columns")
keys(run["tool"], "the tool", ["driver"])
driver = run["tool"]["driver"]
keys(driver, "the driver", ["name", "version", "rules"])
for rule in driver["rules"]:
    keys(rule, "a rule", ["id", "shortDescription", "help", "defaultConfiguration"])
    text(rule["shortDescription"], "the description of a rule")
    text(rule["help"], "the help of a rule")
    need(rule["defaultConfiguration"]["level"] in LEVELS, "the level of a rule")
need(len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"]), "rules have names of their own")

for result in run["results"]:
    keys(result, "a result", ["ruleId", "ruleIndex", "level", "message"], ["locations", "relatedLocations", "fixes"])
    need(driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"], "the index of a rule is its own")
    need(result["level"] in LEVELS, "a level")
    text(result["message"], "the message of a result")
    places = [location(place, "a location") for place in result.get("locations", [])]
    need(len(places) <= 1, "one location")
    print(result["level"], f"[{result['ruleId']}]", *places, result["message"]["text"].replace("\n", "|"))
    for related in result.get("relatedLocations", []):
        print("  related", location(related, "a related location"), related["message"]["text"])
    for fix in result.get("fixes", []):
        keys(fix, "a fix", ["description", "artifactChanges"])
        text(fix["description"], "the description of a fix")
        for change in fix["artifactChanges"]:
            keys(change, "a change", ["artifactLocation", "replacements"])
            for replacement in change["replacements"]:
                keys(replacement, "a replacement", ["deletedRegion"], ["insertedContent"])
                print("  fix", artifact(change["artifactLocation"]), region(replacement["deletedRegion"]),
                      repr(replacement["insertedContent"]["text"]))
print(len(run["results"]), "results,", len(driver["rules"]), "rules")
