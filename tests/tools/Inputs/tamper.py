"""tamper.py WSC SPEC PROOF: changes a proof in many ways and prints what `wsc check --verify-proof` says."""
import random
import re
import subprocess
import sys

wsc, spec, path = sys.argv[1:]
proof = open(path).read()
head, lemmas = proof.split("\nlemma", 1)
lemmas = ["lemma" + lemma for lemma in ("\nlemma" + lemmas).split("\nlemma")[1:]]
core = re.search(r"^core (.*)$", proof, re.MULTILINE)[1]


def verify(text):
    changed = path + ".changed"
    open(changed, "w").write(text)
    return subprocess.run([wsc, "check", spec, "--verify-proof", changed], capture_output=True, text=True)


def show(name, text):
    run = verify(text)
    message = re.match(r".*?:\d+:\d+: error: (.*)", run.stderr)
    print(f"{name}: {message[1] if message else (run.returncode, run.stdout, run.stderr)}")


def with_lemmas(*texts):
    return "\n".join([head, *texts]) + "\n"


show("header", "proof 1\n" + proof)
show("version", proof.replace("wsc proof 1", "wsc proof 2"))
show("digest", re.sub(r'spec "....', 'spec "0000', proof))
show("core", proof.replace("core " + core, 'core "wider"'))
show("fewer constraints", proof.replace("core " + core, "core " + core.split(", ")[0]))
show("field", with_lemmas('lemma "wide": "banks" in 1 .. 2'))
show("value", with_lemmas('lemma "wide": "macs" in 1 .. 10'))
show("empty range", with_lemmas('lemma "wide": "macs" in 4 .. 2'))
show("wider box", with_lemmas('lemma "wide"', *lemmas))
show("no lemmas", head + "\n")
show("narrower box", with_lemmas('lemma "wide": "rows" in 2 .. 2'))
show("quantity", with_lemmas('lemma "wide"\n  by "area" < 4'))
show("node", with_lemmas('lemma "wide"\n  by %123456 < 4'))
show("bound", with_lemmas('lemma "wide"\n  by "macs" < many'))
show("bold cut", with_lemmas('lemma "wide"\n  by "macs" < 0'))
show("truncated", proof[: len(proof) - 5] + '"')

random.seed(1)
changes = 60
for _ in range(changes):
    text = list(proof)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text))
        text[at] = random.choice(['"', "%", "9", "e", "-", " ", ",", ":", "\x00", "lemma ", "1e999", "%4 < 3", ""])
    run = verify("".join(text))
    assert run.returncode in (0, 2, 3), (run.returncode, run.stderr, "".join(text))
    assert run.returncode == 0 or "error:" in run.stderr, run.stderr
print(changes, "random changes: each was read or refused, none crashed")
