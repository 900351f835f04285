# lit configuration: every test is a program in the language (or IR text) with RUN lines.
import os
import shutil
import lit.formats

config.name = "wsc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".wsc", ".wscir", ".test"]
config.excludes = ["Inputs", "unit", "real_tools"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_dir, "tests")

root = os.path.dirname(config.test_source_root)
config.environment["PATH"] = os.pathsep.join([config.llvm_tools_dir, os.environ["PATH"]])
config.substitutions += [
    ("%wsc", os.path.join(config.build_dir, "bin", "wsc")),
    ("%root", root),
    ("%examples", os.path.join(root, "examples")),
    ("%python", "python3"),
]

# Reports are looked at in a browser where there is one (Debian: `apt install chromium`).
if shutil.which("chromium"):
    config.available_features.add("chromium")
