// The Python module wsc._wsc: specs and runs.
#include "backends/Backend.h"
#include "python/src/Spec.h"
#include "runs/RunStore.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;

namespace wsc::python {

namespace {

/// A run that was searched before.
class Run {
public:
  explicit Run(const std::string &folder) {
    std::string error;
    store_ = runs::RunStore::open(folder, runs::RunStore::Access::Read, error);
    if (!store_)
      throw SpecError("cannot read the run `" + folder + "`: " + error);
  }

  std::vector<Column> columns() const {
    std::vector<Column> columns;
    const ir::Space &space = store_->space();
    for (const ir::Param &param : space.params)
      columns.push_back({param.name, unitOf(space, param.type)});
    for (const ir::Objective &objective : space.objectives)
      columns.push_back({objective.name, unitOf(space, objective.node->type())});
    for (const ir::MetricDef &metric : space.metrics)
      columns.push_back({metric.name, unitOf(space, metric.type)});
    return columns;
  }
  std::vector<std::string> objectives() const {
    std::vector<std::string> names;
    for (const ir::Objective &objective : store_->space().objectives)
      names.push_back((objective.maximize ? "maximize " : "minimize ") + objective.name);
    return names;
  }
  /// A row for each evaluation: fields, objectives and metrics under their names.
  std::vector<nb::dict> rows() const {
    const ir::Space &space = store_->space();
    std::vector<nb::dict> rows;
    for (const runs::Record *record : store_->records()) {
      nb::dict row;
      row["id"] = record->id;
      row["fidelity"] = record->answer->fidelity;
      row["status"] = record->answer->status;
      row["feasible"] = record->feasible;
      for (unsigned p = 0; p < space.params.size(); ++p) {
        const ir::Param &param = space.params[p];
        row[param.name.c_str()] =
            nb::cast(valueOf(space, param.type, param.values[record->choice[p]]));
      }
      for (unsigned i = 0; i < record->objectives.size(); ++i)
        row[space.objectives[i].name.c_str()] = record->objectives[i];
      for (unsigned i = 0; i < record->answer->metrics.size(); ++i)
        row[space.metrics[i].name.c_str()] = record->answer->metrics[i];
      rows.push_back(std::move(row));
    }
    return rows;
  }

private:
  std::unique_ptr<runs::RunStore> store_;
};

std::map<std::string, std::string> targets() {
  std::map<std::string, std::string> names;
  for (const backends::Backend *backend : backends::all())
    names[backend->name.str()] = backend->summary.str();
  return names;
}

} // namespace

NB_MODULE(_wsc, m) {
  m.doc() = "Specs of wafer-scale chips: feasibility, evaluation, runs.";
  nb::exception<SpecError>(m, "SpecError");

  nb::class_<Column>(m, "Column", "A name and the base unit of its values.")
      .def_ro("name", &Column::name)
      .def_ro("unit", &Column::unit);
  nb::class_<Requirement>(m, "Requirement", "A requirement of the spec and where it is written.")
      .def_ro("name", &Requirement::name)
      .def_ro("reason", &Requirement::reason)
      .def_ro("file", &Requirement::file)
      .def_ro("line", &Requirement::line);
  nb::class_<Verdict>(m, "Verdict", "Whether there is a design, and why not.")
      .def_ro("verdict", &Verdict::verdict)
      .def_ro("design", &Verdict::design)
      .def_ro("core", &Verdict::core)
      .def_ro("is_minimal", &Verdict::isMinimal)
      .def_ro("reason", &Verdict::reason);
  nb::class_<Evaluated>(m, "Evaluated", "What a design does on its workload, in base units.")
      .def_ro("status", &Evaluated::status)
      .def_ro("reasons", &Evaluated::reasons)
      .def_ro("metrics", &Evaluated::metrics)
      .def_ro("parts", &Evaluated::parts);

  using Release = nb::call_guard<nb::gil_scoped_release>;
  constexpr uint64_t limit = feasibility::Limits{}.work;
  nb::class_<Spec>(m, "Spec")
      .def(
          "__init__",
          [](Spec *self, const std::string &file, const std::vector<std::string> &settings,
             const std::string &chip, const std::string &model, const std::string &workload,
             const std::string &strategy, const std::vector<std::string> &imports,
             const std::string &stdlib) {
            new (self) Spec(file, settings, {chip, model, workload, strategy}, imports, stdlib);
          },
          "file"_a, "settings"_a, "chip"_a, "model"_a, "workload"_a, "strategy"_a, "imports"_a,
          "stdlib"_a)
      .def_prop_ro("warnings", &Spec::warnings)
      .def_prop_ro("fields", &Spec::fields)
      .def_prop_ro("metrics", &Spec::metrics)
      .def_prop_ro("design_count", &Spec::designCount)
      .def("domain", &Spec::domain, "field"_a)
      .def("check", &Spec::check, "seed"_a = 1, "limit"_a = limit, Release())
      .def("sample", &Spec::sample, "count"_a, "seed"_a = 1, "diverse"_a = false, "limit"_a = limit,
           Release())
      .def("quantities", &Spec::quantities, "design"_a)
      .def("is_feasible", &Spec::isFeasible, "design"_a)
      .def("evaluate", &Spec::evaluate, "design"_a, "fidelity"_a = "analytic", Release())
      .def("evaluate_all", &Spec::evaluateAll, "designs"_a, "fidelity"_a = "analytic", Release());

  nb::class_<Run>(m, "Run")
      .def(nb::init<const std::string &>(), "folder"_a)
      .def_prop_ro("columns", &Run::columns)
      .def_prop_ro("objectives", &Run::objectives)
      .def("rows", &Run::rows);
  m.def("targets", &targets, "What `emit` can write, with a line about each.");
}

} // namespace wsc::python
