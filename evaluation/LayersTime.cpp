// Sums over the kinds of layers.
#include "evaluation/LayersTime.h"

#include "evaluation/Energy.h"

namespace wsc::evaluation {

namespace {

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
  const Model &model = task.design.model;
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  LayersTime time;
  // At least half of the sums are forward.
  time.repeatedSums = earlyStop ? 0 : 0.5;
  auto add = [&](double layers, bool sparse) {
    if (layers == 0)
      return;
    const Work work = layerWork(task, sparse);
    time.forward += layers * work.forward;
    time.backward += layers * (work.compute.time - work.forward - work.recompute);
    time.attention += layers * work.recompute;
    time.repeated += earlyStop ? repeatedUntilStop(task, layers, sparse) : layers * work.forward;
    time.sums += layers * work.tensor;
  };
  add(dense, false);
  add(model.layers - dense, true);
  return time;
}

double passTime(Task task) {
  task.detail = Detail::Times;
  const Model &model = task.design.model;
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  double time = embeddingWork(task).compute.time + logitWork(task).compute.time;
  auto add = [&](double layers, bool sparse) {
    if (layers == 0)
      return;
    const Work work = layerWork(task, sparse);
    time += layers * (work.compute.time + work.tensor);
  };
  add(dense, false);
  add(model.layers - dense, true);
  return time;
}

double layersEnergy(const Task &task) {
  const Model &model = task.design.model;
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  Usage usage;
  if (dense > 0)
    usage += layerWork(task, false).compute.usage * dense;
  if (model.layers > dense)
    usage += layerWork(task, true).compute.usage * (model.layers - dense);
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
