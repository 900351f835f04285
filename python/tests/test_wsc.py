"""The package against the program: both must say the same."""

import json
import subprocess
from pathlib import Path

import pytest
import wsc

EXAMPLES = Path(__file__).parents[2] / "examples"
SMALL = EXAMPLES / "small.wsc"      # a chip, nothing to run on it
RACK = EXAMPLES / "gpt3_rack.wsc"   # with a workload and objectives


def command(*arguments):
    return json.loads(subprocess.run([wsc.program(), *map(str, arguments), "--format", "json"], capture_output=True,
                                     text=True).stdout)


def test_verdict_is_that_of_the_program():
    verdict = wsc.load(SMALL).check()
    said = command("check", SMALL)
    assert verdict.verdict == said["verdict"] == "feasible"
    assert verdict.design == {name: field["value"] for name, field in said["design"].items()}


def test_metrics_are_those_of_the_program():
    spec = wsc.load(RACK)
    metrics = spec.evaluate().metrics
    said = command("evaluate", RACK)["metrics"]
    assert metrics == {name: metric["value"] for name, metric in said.items()}


def test_infeasible_names_requirements(tmp_path):
    text = SMALL.read_text().replace("wafer.power <= 15 kW", "wafer.power <= 1 W")
    (tmp_path / "spec.wsc").write_text(text)
    verdict = wsc.load(tmp_path / "spec.wsc").check()
    assert verdict.verdict == "infeasible"
    assert "power_cap" in [requirement.name for requirement in verdict.core]


def test_sample_is_feasible_and_evaluated_as_a_frame():
    spec = wsc.load(RACK)
    designs = spec.sample(20)
    assert len(designs) == 20
    assert all(spec.is_feasible(row) for row in designs.to_dict("records"))
    frame = spec.evaluate(designs)
    one = spec.evaluate(designs.to_dict("records")[3])
    assert frame.loc[3, "throughput"] == one.metrics["throughput"]
    assert frame.attrs["units"]["power"] == "W"


def test_errors_are_diagnostics_with_a_place():
    with pytest.raises(wsc.SpecError, match="no field|does not exist|unknown"):
        wsc.load(SMALL, {"core.nonsense": 3})
    with pytest.raises(wsc.SpecError, match="no value for the open field"):
        wsc.load(SMALL).quantities({})


def test_explore_and_read_the_run(tmp_path):
    run = wsc.load(RACK).explore(tmp_path / "run", budget=12)
    frame = run.frame()
    assert len(frame) == 12
    front = run.front()
    assert 0 < len(front) <= 12
    said = command("explore", "--resume", tmp_path / "run")
    assert list(front["id"]) == [point["id"] for point in said["front"]]


def test_emit(tmp_path):
    spec = wsc.load(RACK)
    design = spec.check().design
    files = spec.emit("booksim", tmp_path / "out", design)
    assert files and all(file.exists() for file in files)
    assert "booksim" in wsc.targets()
