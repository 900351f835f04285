// Sums over the kinds of layers.
#include "evaluation/LayersTime.h"

#include "evaluation/Energy.h"

namespace wsc::evaluation {

namespace {

/// Calls `visit` with how many dense and how many sparse layers a model has, where it has some.
template <typename Visit> void eachKind(const Model &model, Visit visit) {
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  if (dense > 0)
    visit(dense, /*sparse=*/false);
  if (model.layers > dense)
    visit(model.layers - dense, /*sparse=*/true);
}

/// What full recomputation repeats of the layers of `task`, where it stops early.
double repeatedUntilStop(const Task &task, double layers, bool sparse) {
  Design design = task.design;
  design.strategy.recompute = Recompute::Full;
  Task full(design, task.placement, task.phase);
  full.hardware = task.hardware;
  full.detail = task.detail;
  return layers * layerWork(full, sparse).recompute;
}

} // namespace

LayersTime layersTime(Task task) {
  task.detail = Detail::Times;
  const bool earlyStop = task.design.strategy.earlyStop;
  LayersTime time;
  // At least half of the sums are forward.
  time.repeatedSums = earlyStop ? 0 : 0.5;
  eachKind(task.design.model, [&](double layers, bool sparse) {
    const Work work = layerWork(task, sparse);
    time.forward += layers * work.forward;
    time.backward += layers * (work.compute.time - work.forward - work.recompute);
    time.attention += layers * work.recompute;
    time.repeated += earlyStop ? repeatedUntilStop(task, layers, sparse) : layers * work.forward;
    time.sums += layers * work.tensor;
  });
  return time;
}

double passTime(Task task) {
  task.detail = Detail::Times;
  double time = embeddingWork(task).compute.time + logitWork(task).compute.time;
  eachKind(task.design.model, [&](double layers, bool sparse) {
    const Work work = layerWork(task, sparse);
    time += layers * (work.compute.time + work.tensor);
  });
  return time;
}

double layersEnergy(const Task &task) {
  Usage usage;
  eachKind(task.design.model, [&](double layers, bool sparse) {
    usage += layerWork(task, sparse).compute.usage * layers;
  });
  return energyOf(task.design.chip, usage, 0).total();
}

LayersTime LayersTime::operator*(double times) const {
  LayersTime time = *this; // a share stays one
  for (double *part : {&time.forward, &time.backward, &time.attention, &time.repeated, &time.sums})
    *part *= times;
  return time;
}

double LayersTime::of(Recompute recompute) const {
  switch (recompute) {
  case Recompute::None: return forward + backward + sums;
  case Recompute::Selective: return forward + backward + attention + sums;
  case Recompute::Full: return forward + repeated + backward + (1 + repeatedSums) * sums;
  }
  llvm_unreachable("covered switch");
}

} // namespace wsc::evaluation
