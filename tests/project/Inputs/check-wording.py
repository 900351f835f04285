"""check-wording.py ROOT: the messages of all diagnostics keep to the house style.  A message, a note
and a suggestion start in lower case (or with code), have no full stop at the end and pairs of
backticks around code; nothing is illegal, and nobody is sorry."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
BANNED = re.compile(r"\b(illegal|invalid input|oops|please|sorry)\b", re.IGNORECASE)
LITERAL = r'"((?:[^"\\\n]|\\.)*)"'
# The calls that carry a text, and which of their arguments it is.
CALL = re.compile(r"\b(?:(report|error)\(\s*DiagKind::\w+|(note|suggest)\()")


def arguments(code, opening):
    """The arguments of the call whose parenthesis opens at `opening`, split at its own commas."""
    depth, begin, found, i = 0, opening + 1, [], opening
    while i < len(code):
        literal = re.compile(LITERAL).match(code, i)
        if literal:
            i = literal.end()
            continue
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}":
            depth -= 1
            if depth == 0:
                return found + [code[begin:i]]
        elif code[i] == "," and depth == 1:
            found.append(code[begin:i])
            begin = i + 1
        i += 1
    return found


def faults(expression):
    """What is wrong with a text that is put together in `expression`."""
    literals = re.findall(LITERAL, expression)
    whole = "".join(literals)
    expression = re.sub(r"\s", "", expression)
    if not literals:
        return
    if expression.startswith('"') and re.match("[A-Z](?![A-Z])", literals[0]):
        yield "starts with a capital letter"
    if expression.endswith('"') and literals[-1].endswith(".") and not literals[-1].endswith("..."):
        yield "ends with a full stop"
    if expression.startswith('"') and "?" not in expression and whole.count("`") % 2:  # a condition may choose between halves
        yield "has an odd number of backticks"
    if BANNED.search(whole):
        yield f"says `{BANNED.search(whole)[0]}`"


problems, texts = [], 0
folders = ["support", "frontend", "ir", "passes", "feasibility", "evaluation", "search", "runs", "backends",
           "importers", "docgen", "tools"]
for path in sorted(p for folder in folders for p in (root / folder).rglob("*.cpp")):
    code = re.sub(r"(?m)^\s*//.*$", "", path.read_text())
    spots = []
    for call in CALL.finditer(code):
        opening = code.index("(", call.start())
        args = arguments(code, opening)
        index = 2 if call[1] else len(args) - 1
        spots += [(opening, args[index])] if len(args) > index else []
    spots += [(m.start(), '"' + m[1]) for m in re.finditer(r'<<\s*"(?:error|help|note): ([^;]*);', code)]
    for at, expression in spots:
        texts += 1
        problems += [f"{path.relative_to(root)}:{code.count(chr(10), 0, at) + 1}: {expression.strip()}: {fault}"
                     for fault in faults(expression)]

explanations = re.findall(r'^DIAG\(\w+, "([a-z0-9-]+)", \w+, R"\(\n(.*?)\)"\)', "".join(path.read_text() for path in sorted((root / "support").glob("Diagnostics*.def"))),
                          re.MULTILINE | re.DOTALL)
for kind, text in explanations:
    story = text.split("\n\nbefore:")[0].strip()
    if not (story[0].isupper() or story[0] in "`") or not story.endswith("."):
        problems.append(f"{kind}: the story is not made of sentences")
    if story.count("`") % 2:
        problems.append(f"{kind}: the story has an odd number of backticks")
    if BANNED.search(story):
        problems.append(f"{kind}: the story says `{BANNED.search(story)[0]}`")

print("\n".join(problems))
print(texts, "texts,", len(explanations), "stories,", len(problems), "problems")
sys.exit(bool(problems) or texts < 150)
