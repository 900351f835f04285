// A spec that is edited and asked about again and again: what was learnt about one Space serves the
// next one, as far as they agree.
#pragma once

#include "feasibility/Boxes.h"

namespace wsc::feasibility {

/// Which parts of two Spaces are the same.
class Correspondence {
public:
  Correspondence(const ir::Space &before, const ir::Space &after);

  /// The index of a constraint in the Space after, if it is there with the same name and expression
  /// over the same fields and tables; the same for a field and its domain.
  std::optional<unsigned> constraint(unsigned before) const { return constraints_[before]; }
  std::optional<unsigned> param(unsigned before) const { return params_[before]; }

private:
  bool isSame(const ir::Node *before, const ir::Node *after) const;
  bool isSameAlone(const ir::Node *before, const ir::Node *after) const;

  const ir::Space &before_, &after_;
  std::vector<std::optional<unsigned>> params_, constraints_;
};

class Session {
public:
  explicit Session(const Options &options = {}, const Limits &limits = {})
      : options_(options), limits_(limits) {}

  /// Decides a Space, which the session keeps.  Lemmas of the last one whose constraints and fields
  /// are unchanged are taken over, and the last design is tried first.
  Answer decide(std::unique_ptr<ir::Space> space);

  /// Lemmas that the last question took over.
  size_t reused() const { return reused_; }

private:
  struct State {
    explicit State(std::unique_ptr<ir::Space> space, const Options &options, const Limits &limits)
        : space(std::move(space)), problem(*this->space), engine(problem, options, limits) {}
    std::unique_ptr<ir::Space> space;
    Problem problem;
    BoxEngine engine;
    std::optional<Design> witness; ///< the last design that met a Space, perhaps not this one
  };
  void inherit(const State &before, State &after);

  Options options_;
  Limits limits_;
  std::unique_ptr<State> state_;
  size_t reused_ = 0;
};

} // namespace wsc::feasibility
