"""hard-inputs.py WSC DIR: texts that are empty, broken, huge, deep or explosive.  Each must give
the diagnostic it is listed with (exit 2), or none (exit 0), within 20 s of processor time and
3 GB; `wsc fmt` must survive them too."""
import os
import resource
import subprocess
import sys

WSC, DIR = sys.argv[1:]
SECONDS, BYTES = 90, 3 << 30


def chip(*members):
    return "wsc 1\nchip A {\n  param n : int in 1 .. 4\n" + "\n".join(members) + "\n}\n"


def let(expression):
    return chip("let x = " + expression)


def lines(pattern, count):
    return "".join(pattern.format(i=i, j=i + 1) + "\n" for i in range(count))


N = 20_000  # ten times the limits, and enough to overflow the stack without them
CASES = {
    # Nothing, or not text.
    "empty": ("", "empty-file"),
    "blank": ("\n\n", "empty-file"),
    "only comments": ("// a\n/// b\n", "empty-file"),
    "no UTF-8": (b"wsc 1\nchip A { } // \xff\xfe\n", "invalid-utf8"),
    "cut UTF-8": (b"wsc 1\nchip A { } // \xe2\x82", "invalid-utf8"),
    "zero byte": ("wsc 1\nchip A { \0 }\n", "syntax-error"),
    "random bytes": (bytes(i * i * 7919 % 251 for i in range(N)), "invalid-utf8"),
    "random ASCII": ("".join(chr(32 + i * i * 7919 % 95) for i in range(N)), "syntax-error"),
    # Other ways to write text.
    "CRLF": (chip("require r : n <= 4").replace("\n", "\r\n"), None),
    "CRLF error": (chip("require r : n <= 4 W").replace("\n", "\r\n"), "unit-mismatch"),
    "tabs": (chip("\trequire\tr\t:\tn\t<=\t4"), None),
    "byte order mark": ("\ufeff" + chip(), None),
    "letters of other alphabets": (chip("let größe = n", "let 面積 = größe * 1 mm^2"), None),
    "no final line break": (chip().rstrip(), None),
    # Depth.
    "parentheses": (let("(" * N + "1" + ")" * N), "nested-too-deeply"),
    "open parentheses": (let("(" * N), "nested-too-deeply"),
    "closed parentheses": (let("1" + ")" * N), "syntax-error"),
    "blocks": ("wsc 1\nchip A " + "{ b " * N + "{}" + "}" * N, "nested-too-deeply"),
    "operators": (let("1" + " + n" * N), "nested-too-deeply"),
    "powers": (let("n" + "^1" * N), "nested-too-deeply"),
    "signs": (let("-" * N + "n"), "nested-too-deeply"),
    "negations": (chip("require r : " + "not " * N + "true"), "nested-too-deeply"),
    "fields": (let("a" + ".a" * N), "nested-too-deeply"),
    "calls": (let("a" + "()" * N), "nested-too-deeply"),
    "else if": (let("if n > 1 then 1 else " * N + "2"), "nested-too-deeply"),
    "if then if": (let("if n > 1 then " * N + "1" + " else 2" * N), "nested-too-deeply"),
    "matches": (let("match n { 1 : " * N + "1" + ", else : 2 }" * N), "nested-too-deeply"),
    "unions": (chip("param m : int in { 1 }" + " union { 1 }" * N), "nested-too-deeply"),
    "unions of ranges": (chip("param m : int in 1 .. 2" + " union 1 .. 9 step 2" * N),
                         "nested-too-deeply"),
    "sums of matches": (let("1" + " + match n { else : 1 }" * N), "nested-too-deeply"),
    "operators in parentheses": (let(("-" * 1900 + "(") * 190 + "n" + ")" * 190),
                                 "nested-too-deeply"),
    "chain of definitions": (chip(lines("let f{i} = f{j} + 1", 10_000), "let f10000 = n"),
                             "nested-too-deeply"),
    "chain of constants": ("wsc 1\n" + lines("const c{i} = c{j} + 1", 10_000)
                           + "const c10000 = 1\nchip A { }\n", "nested-too-deeply"),
    "chain of functions": ("wsc 1\n" + lines("fn f{j}(x) = f{i}(x)", 1000)
                           + "fn f0(x) = x\nchip A { let y = f1000(1) }\n", "nested-too-deeply"),
    "chain of refinements": ("wsc 1\n" + lines("chip C{i} : C{j} {{ }}", 1000)
                             + "chip C1000 { }\nexplore { chip = C0 }\n", "nested-too-deeply"),
    "chain of components": ("wsc 1\n" + lines("component C{i} {{ c : C{j} }}", 1000)
                            + "component C1000 { }\nchip A { c : C0 }\n", "nested-too-deeply"),
    "errors inside errors": ("wsc 1\n" + "chip A { param n : int in 1 .. }\n" * N, "syntax-error"),
    # At the limits, and fine.
    "199 parentheses": (let("(" * 195 + "n" + ")" * 195), None),
    "1990 operators": (let("n" + " + 1" * 1990), None),
    "1990 signs": (let("-" * 1990 + "n"), None),
    "a long chain that is fine": (chip("let f0 = n", lines("let f{j} = f{i} + 1", 10_000)), None),
    # Size.
    "10 MB": ("wsc 1\n" + "// filler\n" * 1_000_000, "file-too-large"),
    "1 MB of definitions": (chip(lines("  let q{i} = n * {i} + 1  // text", 30_000)), None),
    "open fields": (chip(lines("  param q{i} : int in 1 .. 4", 5000)), "spec-too-large"),
    "unknown names": (chip(lines("let q{i} = z{i}", 10_000)), "unknown-name"),
    "values of an enum": ("wsc 1\nenum E { " + ", ".join(f"v{i}" for i in range(70_000)) + " }\n"
                       "chip A { }\n", "spec-too-large"),
    "rows": ("wsc 1\ntable t (k : int) -> (v : real) {\n" + lines("{i} : {i}.5", 70_000)
                     + "}\nchip A { }\n", "spec-too-large"),
    "units": ("wsc 1\n" + lines("unit xx{i} : length = {j} m", 10_000) + "chip A { }\n", None),
    "arguments": (let("max(" + ", ".join(f"n + {i}" for i in range(10_000)) + ")"), None),
    "a name of 3 MB": (let("a" * 3_000_000), "unknown-name"),
    "a number of 3 MB": (let("1" * 3_000_000), "bad-domain"),
    "a unit of 400 kB": ("wsc 1\nunit q = 1 prefixes binary\n" + let("1 q" + "/Eiq" * 100_000)[6:],
                       "unknown-unit"),
    "a set of 70,000": (chip("param m : int in { " + ", ".join(map(str, range(70_000))) + " }"),
                        "domain-too-large"),
    # A few lines that stand for a lot.
    "a domain of 10^9": (chip("param m : int in 1 .. 1_000_000_000"), "domain-too-large"),
    "a step of 10^-300": (chip("param m : real in 0 .. 1 step 1e-300"), "domain-too-large"),
    "a domain of 10^9 * n": (chip("param m : int in 1 .. 1e9 * n"), "domain-too-large"),
    "large domains": (chip(lines("param m{i} : int in 1 .. 65536", 500)), "spec-too-large"),
    "a sum of 10^9": (let("sum(i in 1 .. 1e9 : i)"), "domain-too-large"),
    "a sum of 10^300": (let("sum(i in 1 .. 1e300 : i)"), "domain-too-large"),
    "sums inside sums": (
        let("sum(i in 1 .. 256 : sum(j in 1 .. 256 : sum(k in 1 .. 256 : i * n)))"),
        "spec-too-large"),
    "functions that call others twice": (
        "wsc 1\nfn f0(x) = x\n" + lines("fn f{j}(x) = f{i}(x + 1) * f{i}(x + 2)", 60)
        + chip("let y = f60(n)")[6:], "spec-too-large"),
    "constants that square others": (
        "wsc 1\n" + lines("const c{i} = c{j} * c{j}", 60) + "const c60 = 3\nchip A { }\n",
        "division-by-zero"),
    "components that hold others twice": (
        "wsc 1\n" + lines("component C{i} {{ a : C{j}; b : C{j} }}", 40)
        + "component C40 { }\nchip A { c : C0 }\n", "spec-too-large"),
    "lookups of one table": ("wsc 1\ntable t (k : int) -> (v : real) { 1 : 2 }\n"
                             + chip(lines("let q{i} = t(n + {i}).v", 3000))[6:], None, (0, 1, 3)),
    # Numbers.
    "10^1000000": (let("10^1000000"), "division-by-zero"),
    "a tower of powers": (let("2^(2^(2^20))"), "division-by-zero"),
    "1e999": (let("1e999"), "bad-domain"),
    "1e-999": (let("1e-999"), "bad-domain"),
    "an exponent of 20 digits": (let("1e99999999999999999999"), "bad-domain"),
    "an exponent without end": (let("(1 m)^1e300"), "unit-mismatch"),
    "a product without end": (let(" * ".join(["(1 m)^9"] * 40)), "unit-mismatch"),
    "a type without end": (chip("param x : length^99999999999 = 1"), "type-mismatch"),
    "the exponential of 10^300": (let("exp(1e300)"), "division-by-zero"),
    "divisors of 10^300": (chip("param m : int in divisors(1e300)"), "bad-domain"),
    "17 base dimensions": ("wsc 1\n" + lines("dimension d{i}", 20) + "chip A { }\n",
                           "spec-too-large"),
    # Circles.
    "a component in itself": ("wsc 1\nchip A { a : A }\n", "cyclic-definition"),
    "a chip of itself": ("wsc 1\nchip A : A { }\n", "cyclic-definition"),
    "functions in a circle": ("wsc 1\nfn f(x) = g(x)\nfn g(x) = f(x)\n" + let("f(n)")[6:],
                              "recursion"),
    "units in a circle": ("wsc 1\nunit aa = 2 bb\nunit bb = 2 aa\nchip A { }\n", "unknown-unit"),
    "a unit by a constant by the unit": (
        "wsc 1\nunit aa : length = c\nconst c : length = 1 aa\nchip A { }\n", "unknown-unit"),
    "a domain by its field": (chip("param m : int in 1 .. m"), "cyclic-definition"),
    "an unclosed string": (chip('require r : n > 1 else "text'), "syntax-error"),
    "an unclosed string at the end": ('wsc 1\nchip A { require r : 1 < 2 else "', "syntax-error"),
}


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(command):
    result = subprocess.run(command, capture_output=True, preexec_fn=limit)
    return result.returncode, result.stderr.decode(errors="replace")


failures = 0
path = os.path.join(DIR, "input.wsc")
for name, (text, kind, *codes) in CASES.items():
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    code, output = run([WSC, "check", path])
    expected = codes[0] if codes else (2 if kind else 0,)
    formatted, complaint = run([WSC, "fmt", "--check", path])
    if code not in expected or (kind and f"[{kind}]" not in output) or formatted not in (0, 2):
        failures += 1
        print(f"{name}: check gave {code}, fmt {formatted}\n{output[:500]}{complaint[:500]}")
    elif len(output) > 100_000:
        failures += 1
        print(f"{name}: {len(output)} bytes of diagnostics")
print(f"{len(CASES)} inputs, {failures} failures")
sys.exit(failures != 0)
