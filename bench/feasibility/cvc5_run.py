"""cvc5_run.py FILE: runs an SMT-LIB file, as the program `cvc5` does, which its package for Python lacks."""
import sys

import cvc5

solver = cvc5.Solver()
solver.setLogic("ALL")
parser = cvc5.InputParser(solver)
parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.argv[1])
symbols = parser.getSymbolManager()
while not (command := parser.nextCommand()).isNull():
    print(command.invoke(solver, symbols), end="", flush=True)
