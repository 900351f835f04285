#!/usr/bin/env python3
"""peers.py BENCH SPEC [SEEDS] [BUDGET] [METHOD...]: other optimizers on the evaluator of wsc.

BENCH is wsc-bench-search, SPEC one that it can enumerate.  Needs botorch, pymoo and optuna (PyPI).
All are given feasible candidates: BoTorch (qLogNEHVI) chooses among 200 random feasible designs and
100 feasible mutants of its front; what pymoo (NSGA-II, population 10) and Optuna (TPE) propose is
replaced by the nearest of 300 such where it is not feasible.  They start from the same random designs
for a seed, wsc from designs of its own.  Prints the median and quartiles of the share of the true hypervolume, and p values of
Wilcoxon's signed-rank test of paired seeds against `wsc bayes` (one-sided: bayes is better) with the
same budget, and with half of it.
"""
import json
import subprocess
import sys
import warnings

import moocore
import numpy as np
from scipy.stats import wilcoxon

warnings.filterwarnings("ignore")
FIRST = 7


class Server:
    """One problem, and what was evaluated of it."""

    def __init__(self, bench, spec, seed):
        self.process = subprocess.Popen([bench, spec, "--enumerate", "--serve", f"--seeds={seed}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.about = json.loads(self.process.stdout.readline())
        self.designs, self.values, self.volumes = [], [], []
        self.columns = [self.places(p) for p in self.about["params"]]
        self.random = np.random.default_rng(seed)

    @staticmethod
    def places(param):
        values = np.array(param["values"])
        if param["category"]:
            return np.eye(len(values)) / np.sqrt(2)
        if values.min() > 0 and values.max() >= 8 * values.min():
            values = np.log(values)
        span = np.ptp(values)
        return ((values - values.min()) / (span if span else 1))[:, None]

    def features(self, designs):
        return np.array([np.concatenate([column[choice] for column, choice in zip(self.columns, d)])
                         for d in designs])

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def front(self):
        return [self.designs[i] for i in np.flatnonzero(moocore.is_nondominated(np.array(self.values)))]

    def candidates(self):
        """Feasible designs that were not evaluated."""
        found = self.ask("sample", 200)
        front = self.front() if self.designs else []
        for _ in range(20 if front else 0):
            found += self.ask("near", 5, *front[self.random.integers(len(front))])
        return [d for d in found if d not in self.designs]

    def nearest(self, design):
        """The design itself where it is feasible and new."""
        if design not in self.designs and self.ask("check", *design)[0]:
            return design
        near = self.candidates()
        gaps = self.features(near) - self.features([design])
        return near[int(np.argmin((gaps**2).sum(axis=1)))]

    def evaluate(self, design):
        self.designs.append(design)
        self.values.append(self.ask("evaluate", *design))
        self.volumes.append(moocore.hypervolume(np.array(self.values), ref=self.about["reference"])
                            / self.about["best"])
        return self.values[-1]


def botorch(server, budget, seed):
    import torch
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import ModelListGP, SingleTaskGP
    from botorch.models.transforms import Standardize
    from botorch.sampling import SobolQMCNormalSampler
    from gpytorch.mlls import SumMarginalLogLikelihood
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    while len(server.designs) < budget:
        x = torch.tensor(server.features(server.designs), dtype=torch.double)
        y = -torch.tensor(np.array(server.values), dtype=torch.double)
        scale = y.abs().mean(dim=0)
        models = [SingleTaskGP(x, y[:, [k]] / scale[k], torch.full_like(y[:, [k]], 1e-6),
                               outcome_transform=Standardize(1)) for k in range(y.shape[1])]
        model = ModelListGP(*models)
        fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model, ref_point=-torch.tensor(server.about["reference"], dtype=torch.double) / scale,
            X_baseline=x, sampler=SobolQMCNormalSampler(torch.Size([64]), seed=seed),
            prune_baseline=True)
        near = server.candidates()
        with torch.no_grad():
            values = acquisition(torch.tensor(server.features(near), dtype=torch.double)[:, None])
        server.evaluate(near[int(values.argmax())])


def pymoo(server, budget, seed):
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM
    from pymoo.operators.repair.rounding import RoundingRepair
    upper = np.array([len(p["values"]) - 1 for p in server.about["params"]])
    problem = Problem(n_var=len(upper), n_obj=len(server.about["reference"]), xl=0, xu=upper, vtype=int)
    first = np.array(server.designs + server.ask("sample", 10 - len(server.designs)))
    algorithm = NSGA2(pop_size=10, sampling=first, crossover=SBX(vtype=float, repair=RoundingRepair()),
                      mutation=PM(vtype=float, repair=RoundingRepair()))
    algorithm.setup(problem, termination=("n_gen", 10**6), seed=seed)
    while len(server.designs) < budget:
        population = algorithm.ask()
        for member in population:
            design = [int(v) for v in member.X]
            if design in server.designs and len(server.values) == FIRST:
                values = server.values[server.designs.index(design)]
            elif len(server.designs) < budget:
                design = server.nearest(design)
                values = server.evaluate(design)
            member.X = np.array(design)
            member.set("F", np.array(values))
        algorithm.tell(infills=population)


def optuna(server, budget, seed):
    import optuna as library
    library.logging.set_verbosity(library.logging.ERROR)
    count = len(server.about["reference"])
    kinds = {}
    for i, param in enumerate(server.about["params"]):
        n = len(param["values"])
        kinds[f"p{i:02}"] = (library.distributions.CategoricalDistribution(range(n))
                             if param["category"] else library.distributions.IntDistribution(0, n - 1))
    study = library.create_study(directions=["minimize"] * count,
                                 sampler=library.samplers.TPESampler(seed=seed, multivariate=True))

    def add(design, values):
        study.add_trial(library.trial.create_trial(
            params={name: choice for name, choice in zip(kinds, design)}, distributions=kinds,
            values=values))

    for design, values in zip(server.designs, server.values):
        add(design, values)
    while len(server.designs) < budget:
        trial = study.ask(kinds)
        design = server.nearest([trial.params[name] for name in kinds])
        study.tell(trial, state=library.trial.TrialState.FAIL)
        add(design, server.evaluate(design))


def main():
    bench, spec = sys.argv[1:3]
    seeds, budget = (int(a) for a in (sys.argv[3:] + ["5", "100"])[:2])
    volumes = {}
    lines = subprocess.run([bench, spec, "--enumerate", "--runs", "--algorithm=bayes,nsga2,random",
                            f"--seeds={seeds}", f"--budget={budget}"], check=True, text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
    for name, *values in map(str.split, lines.splitlines()):
        if not name.endswith(":"):
            volumes.setdefault("wsc " + name, []).append([float(v) for v in values])
    methods = {"pymoo": pymoo, "optuna": optuna, "botorch": botorch}
    for method in [methods[name] for name in sys.argv[5:] or methods]:
        for seed in range(1, seeds + 1):
            server = Server(bench, spec, seed)
            for design in server.ask("sample", FIRST):
                server.evaluate(design)
            method(server, budget, seed)
            server.process.stdin.close()
            volumes.setdefault(method.__name__, []).append(server.volumes[:budget])
            print(method.__name__, "seed", seed, file=sys.stderr, flush=True)
            report(volumes, budget)


def report(volumes, budget):
    ours = np.array(volumes["wsc bayes"])
    marks = [m for m in (20, 50, 100, 200) if m <= budget]
    for name, rows in volumes.items():
        rows = np.array(rows)
        line = f"{name:12}"
        for mark in marks:
            low, middle, high = np.quantile(rows[:, mark - 1], [0.25, 0.5, 0.75])
            line += f"  {mark}: {middle:.3f} [{low:.3f} {high:.3f}]"
        if name != "wsc bayes":
            for cost in (budget, budget // 2):
                p = wilcoxon(ours[:len(rows), cost - 1], rows[:, budget - 1], alternative="greater").pvalue
                line += f"  p({cost}): {p:.4f}"
        print(line, flush=True)


main()
