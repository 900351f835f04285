"""Specs of wafer-scale chips for LLMs: feasibility, evaluation, search and lowering.

    spec = wsc.load("examples/theseus.wsc", {"wafer.rows": 8})
    print(spec.check())
    frame = spec.evaluate(spec.sample(100))      # a pandas DataFrame
    run = spec.explore("run", budget=100)
    print(run.front())

Numbers are in base units (bytes, seconds, watts, square metres); ``frame.attrs["units"]`` has the unit
of each column.  Words and texts with a unit ("48 kB") are understood where a field takes a value.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Iterable, Mapping, Sequence, Union

import pandas as pd

from . import _wsc
from ._wsc import Evaluated, Requirement, SpecError, Verdict, targets

__all__ = ["Evaluated", "Requirement", "Run", "Spec", "SpecError", "Verdict", "load", "open_run", "program", "targets"]

Value = Union[bool, float, str]
Design = Mapping[str, Value]

_HERE = Path(__file__).parent


def program() -> Path:
    """The command-line program of this package."""
    return _HERE / "bin" / "wsc"


def _units(columns: Iterable[_wsc.Column]) -> dict[str, str]:
    return {column.name: column.unit for column in columns if column.unit}


def _run(arguments: Sequence[str]) -> str:
    """What the program prints; SpecError with what it complains of."""
    done = subprocess.run([str(program()), *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise SpecError((done.stderr or done.stdout).strip())
    return done.stdout


class Spec:
    """A spec with its settings; what it leaves open are the designs."""

    def __init__(self, file: Union[str, os.PathLike], settings: Mapping[str, Value] | None = None, *, chip: str = "",
                 model: str = "", workload: str = "", strategy: str = "",
                 imports: Sequence[Union[str, os.PathLike]] = ()):
        self.file = os.fspath(file)
        self.settings = [f"{name}={str(value).lower() if isinstance(value, bool) else value}"
                         for name, value in (settings or {}).items()]
        self._roles = {"chip": chip, "model": model, "workload": workload, "strategy": strategy}
        self._imports = [os.fspath(folder) for folder in imports]
        self._spec = _wsc.Spec(self.file, self.settings, chip, model, workload, strategy, self._imports,
                               str(_HERE / "share" / "wsc" / "stdlib"))
        if self._spec.warnings:
            print(self._spec.warnings, file=sys.stderr, end="")

    def __repr__(self) -> str:
        return f"<Spec {self.file}: {len(self.fields)} open fields, {self.design_count:.3g} designs before constraints>"

    @property
    def fields(self) -> dict[str, list[Value]]:
        """The open fields and the values that each may take."""
        return {column.name: self._spec.domain(column.name) for column in self._spec.fields}

    @property
    def design_count(self) -> float:
        return self._spec.design_count

    def check(self, seed: int = 1, limit: int | None = None) -> Verdict:
        """Whether there is a design: ``verdict``, ``design``, and if there is none the ``core`` of requirements."""
        return self._spec.check(seed, **({} if limit is None else {"limit": limit}))

    def sample(self, count: int, seed: int = 1, diverse: bool = False) -> pd.DataFrame:
        """Feasible designs, all equally likely, or spread out; fewer where there are fewer."""
        return self._frame(self._spec.sample(count, seed, diverse))

    def quantities(self, design: Design) -> dict[str, Value]:
        """Everything that follows from the fields: area, power, yield, cost."""
        return self._spec.quantities(dict(design))

    def is_feasible(self, design: Design) -> bool:
        return self._spec.is_feasible(dict(design))

    def evaluate(self, designs: Union[Design, pd.DataFrame, None] = None, fidelity: str = "analytic"):
        """Metrics on the workload: of one design with their breakdown, or of a frame of designs as a frame.

        Without designs, of the one that the feasibility engine finds.
        """
        if designs is None:
            verdict = self.check()
            if verdict.design is None:
                raise SpecError(f"{verdict.verdict}: there is no design to evaluate {verdict.reason}".strip())
            designs = verdict.design
        if not isinstance(designs, pd.DataFrame):
            return self._spec.evaluate(dict(designs), fidelity)
        names = list(self.fields)
        rows = designs[names].to_dict("records")
        results = self._spec.evaluate_all(rows, fidelity)
        return self._frame([{**row, "status": result.status, **result.metrics}
                            for row, result in zip(rows, results)])

    def explore(self, folder: Union[str, os.PathLike], budget: int | None = None, algorithm: str = "bayes",
                seed: int = 1, jobs: int = 1) -> "Run":
        """Searches for the Pareto front; every evaluation is in ``folder``, which can be resumed."""
        _run(["explore", *self._arguments(), "-o", os.fspath(folder), "--algorithm", algorithm, "--seed", str(seed),
              "--jobs", str(jobs), *([] if budget is None else ["--budget", str(budget)])])
        return Run(folder)

    def emit(self, target: str, folder: Union[str, os.PathLike], design: Design | None = None) -> list[Path]:
        """The input files of another evaluator (``targets()``) for one design."""
        chosen = [f"--set={name}={str(value).lower() if isinstance(value, bool) else value}"
                  for name, value in (self._texts(design) if design else {}).items()]
        printed = _run(["emit", target, *self._arguments(), *chosen, "-o", os.fspath(folder)])
        return [Path(line) for line in printed.splitlines()]

    def _texts(self, design: Design) -> dict[str, Value]:
        units = _units(self._spec.fields)
        return {name: f"{value!r} {units[name]}" if name in units and not isinstance(value, str) else value
                for name, value in design.items()}

    def _arguments(self) -> list[str]:
        return [self.file, *(f"--set={setting}" for setting in self.settings),
                *(f"--{role}={name}" for role, name in self._roles.items() if name),
                *(f"-I{folder}" for folder in self._imports)]

    def _frame(self, rows: list[dict]) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=None if rows else list(self.fields))
        frame.attrs["units"] = _units([*self._spec.fields, *self._spec.metrics])
        return frame


class Run:
    """A search that was run: its evaluations, and those on the Pareto front."""

    def __init__(self, folder: Union[str, os.PathLike]):
        self.folder = os.fspath(folder)
        self.objectives: list[str] = _wsc.Run(self.folder).objectives

    def __repr__(self) -> str:
        return f"<Run {self.folder}: {', '.join(self.objectives)}>"

    def frame(self) -> pd.DataFrame:
        """A row for each evaluation so far: fields, objectives, metrics."""
        run = _wsc.Run(self.folder)  # what is there now: the search may still be running
        frame = pd.DataFrame(run.rows())
        frame.attrs["units"] = _units(run.columns)
        return frame

    def front(self) -> pd.DataFrame:
        """The evaluations that no other is better than, best in the first objective first."""
        frame = self.frame()
        frame = frame[frame["feasible"]]
        goals = [goal.split(" ", 1) for goal in self.objectives]
        costs = pd.DataFrame({name: frame[name] * (-1 if way == "maximize" else 1) for way, name in goals})
        values = costs.to_numpy()
        on_front = [not ((values <= row).all(axis=1) & (values < row).any(axis=1)).any() for row in values]
        return frame[on_front].sort_values(goals[0][1], ascending=goals[0][0] == "minimize")


load = Spec


def open_run(folder: Union[str, os.PathLike]) -> Run:
    """The run in a folder that ``wsc explore`` has written."""
    return Run(folder)
