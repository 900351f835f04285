"""How peers.py feeds other optimizers with feasible designs of wsc.

BoTorch's qLogNEHVI and MOMF choose among 200 random feasible designs and 100 feasible mutants of the
front of what was evaluated; hyperparameters are fitted for every choice, from where they were (qLogNEHVI:
every tenth time from the library's own start).  What pymoo (NSGA-II, population 10) and Optuna (TPE)
propose is replaced by the nearest of 300 such where it is not feasible.  MOMF may ask for estimates, which it takes to cost a
tenth of an evaluation, are not charged, and come three in a row at most: each makes it slower.
"""
import json
import subprocess

import moocore
import numpy as np

FIRST = 7
FRESH = 10  # answers from one fit from the start to the next
ESTIMATE_COST, ESTIMATES_IN_A_ROW = 0.1, 3


class Server:
    """One problem, and what was evaluated of it since `begin`."""

    def __init__(self, options):
        self.process = subprocess.Popen(options.problem + ["--serve"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.about = json.loads(self.process.stdout.readline())
        self.columns = [self.places(p) for p in self.about["params"]]

    def begin(self, seed, start):
        self.designs, self.values, self.volumes = [], [], []
        self.random = np.random.default_rng(seed)
        self.ask("seed", seed)
        for design in self.ask("front" if start == "front" else "sample", FIRST):
            self.evaluate(design)

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

    def usable(self):
        """Which of the evaluated designs could be evaluated."""
        return np.flatnonzero(np.isfinite(np.array(self.values, dtype=float)).all(axis=1))

    def front(self):
        usable = self.usable()
        on = moocore.is_nondominated(np.array(self.values, dtype=float)[usable])
        return [self.designs[i] for i in usable[on]]

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
        """Its objectives, minimized; NaN where it cannot be evaluated."""
        self.designs.append(design)
        self.values.append([np.nan if v is None else v for v in self.ask("evaluate", *design)])
        usable = np.array(self.values)[self.usable()]
        volume = moocore.hypervolume(usable, ref=self.about["reference"]) if len(usable) else 0
        self.volumes.append(volume / self.about["best"])
        return self.values[-1]

    def finite(self, values):
        """For methods that know no failures: as bad as can be."""
        values = np.array(values, dtype=float)  # None, where something cannot be evaluated, is nan
        reference = np.array(self.about["reference"])
        return np.where(np.isfinite(values), values, reference + np.abs(reference))


def fitted(x, y, like=None, frozen=False):
    """A Gaussian process for each objective, without noise; its hyperparameters are those of another such
    model (frozen), or fitted from there."""
    import torch
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import ModelListGP, SingleTaskGP
    from botorch.models.transforms import Standardize
    from gpytorch.mlls import SumMarginalLogLikelihood
    model = ModelListGP(*[SingleTaskGP(x, y[:, [k]], torch.full_like(y[:, [k]], 1e-6),
                                       outcome_transform=Standardize(1)) for k in range(y.shape[1])])
    for new, old in zip(model.models, like.models if like else []):
        new.mean_module.load_state_dict(old.mean_module.state_dict())
        new.covar_module.load_state_dict(old.covar_module.state_dict())
    if not frozen:
        fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
    return model.eval()


def torch_of(seed):
    import torch
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.double)
    return torch


def botorch(server, budget, seed):
    torch = torch_of(seed)
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.sampling import SobolQMCNormalSampler
    model = None
    while len(server.designs) < budget:
        x = torch.tensor(server.features(server.designs))
        y = -torch.tensor(server.finite(np.array(server.values)))
        scale = y.abs().mean(dim=0)
        model = fitted(x, y / scale, model if len(x) % FRESH else None)
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model, ref_point=-torch.tensor(server.about["reference"]) / scale,
            X_baseline=x, sampler=SobolQMCNormalSampler(torch.Size([64]), seed=seed), prune_baseline=True)
        near = server.candidates()
        with torch.no_grad():
            values = acquisition(torch.tensor(server.features(near))[:, None])
        server.evaluate(near[int(values.argmax())])


def momf(server, budget, seed):
    """The fidelity is a further input and a further objective (Irshad et al., 2021)."""
    torch = torch_of(seed)
    from botorch.acquisition.multi_objective.multi_fidelity import MOMF
    from botorch.sampling import SobolQMCNormalSampler
    from botorch.utils.multi_objective.box_decompositions.non_dominated import (
        FastNondominatedPartitioning)

    def estimate(design):
        cheap.append((design, server.finite(server.ask("estimate", *design))))

    def cost(x):
        return ESTIMATE_COST + (1 - ESTIMATE_COST) * x[..., [-1]]

    cheap, in_a_row, model, scale = [], 0, None, None
    for design in server.designs:
        estimate(design)
    while len(server.designs) < budget:
        designs = server.designs + [d for d, _ in cheap]
        s = np.repeat([1.0, 0.0], [len(server.designs), len(cheap)])[:, None]
        values = np.concatenate([server.finite(np.array(server.values)), np.array([v for _, v in cheap])])
        x = torch.tensor(np.concatenate([server.features(designs), s], axis=1))
        scale = np.abs(values).mean(axis=0) if in_a_row == 0 else scale
        y = torch.tensor(np.concatenate([-values / scale, s], axis=1))
        model = fitted(x, y, model, frozen=in_a_row > 0)
        reference = torch.tensor(np.append(-np.array(server.about["reference"]) / scale, 0.0))
        acquisition = MOMF(model, ref_point=reference,
                           partitioning=FastNondominatedPartitioning(reference, Y=y),
                           sampler=SobolQMCNormalSampler(torch.Size([64]), seed=seed), cost_call=cost)
        near = server.candidates()
        choices = [(d, 1.0) for d in near]
        if in_a_row < ESTIMATES_IN_A_ROW:
            asked = [d for d, _ in cheap]
            choices += [(d, 0.0) for d in near if d not in asked]
        columns = np.concatenate([server.features([d for d, _ in choices]),
                                  np.array([[f] for _, f in choices])], axis=1)
        with torch.no_grad():
            gains = acquisition(torch.tensor(columns)[:, None])
        design, fidelity = choices[int(gains.argmax())]
        in_a_row = 0 if fidelity else in_a_row + 1
        (server.evaluate if fidelity else estimate)(design)


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
    known = dict(zip(map(tuple, server.designs), server.values))
    while len(server.designs) < budget:
        population = algorithm.ask()
        for member in population:
            design = [int(v) for v in member.X]
            values = known.pop(tuple(design), None)
            if values is None and len(server.designs) < budget:
                design = server.nearest(design)
                values = server.evaluate(design)
            member.X = np.array(design)
            member.set("F", server.finite(server.values[-1] if values is None else values))
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
            params=dict(zip(kinds, design)), distributions=kinds, values=list(server.finite(values))))

    for design, values in zip(server.designs, server.values):
        add(design, values)
    while len(server.designs) < budget:
        trial = study.ask(kinds)
        design = server.nearest([trial.params[name] for name in kinds])
        study.tell(trial, state=library.trial.TrialState.FAIL)
        add(design, server.evaluate(design))


methods = {"pymoo": pymoo, "optuna": optuna, "botorch": botorch, "momf": momf}
