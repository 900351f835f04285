"""mutations.py WSC SPEC DIR COUNT: random small changes of a spec (seeded).  None may crash wsc or
keep it busy for minutes; most are errors, some are specs with a verdict."""
import collections
import os
import random
import subprocess
import sys

wsc, spec, folder, count = sys.argv[1:]
random.seed(20240707)
original = open(spec, "rb").read()
tokens = original.replace(b"{", b" { ").split(b" ")


def mutate():
    text = bytearray(original)
    for _ in range(random.choice((1, 1, 1, 2, 5, 20))):
        at, size = random.randrange(len(text)), random.choice((1, 1, 2, 8, 60))
        match random.randrange(6):
            case 0:
                del text[at : at + size]
            case 1:
                text[at:at] = bytes(random.randrange(256) for _ in range(size))
            case 2:
                text[at : at + size] = bytes(random.choices(b"(){}[]:;,=.+-*/^<>\"1e9 \n", k=size))
            case 3:
                text[at:at] = b" " + random.choice(tokens) + b" "
            case 4:
                source = random.randrange(len(text))
                text[at:at] = text[source : source + size * 4]
            case 5:
                text[at] ^= 1 << random.randrange(8)
        if not text:
            break
    return bytes(text)


verdicts = collections.Counter()
path = os.path.join(folder, "mutation.wsc")
for number in range(int(count)):
    with open(path, "wb") as file:
        file.write(mutate())
    # Little work for the solver: its verdict is not the question here.
    for command in (["check", path, "--limit", "200"], ["fmt", "--check", path]):
        result = subprocess.run([wsc, *command], capture_output=True, timeout=120)
        if result.returncode not in (0, 1, 2, 3) or b"internal-error" in result.stderr:
            os.rename(path, path + ".failed")
            sys.exit(f"mutation {number}: {command[0]} exits with {result.returncode}; "
                     f"see {path}.failed\n{result.stderr.decode(errors='replace')[:1000]}")
        if command[0] == "check":
            verdicts[result.returncode] += 1
print(sum(verdicts.values()), "mutations, exit codes", dict(sorted(verdicts.items())))
