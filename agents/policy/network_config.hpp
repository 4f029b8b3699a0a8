#pragma once

#include <string>

#include "agents/nn/multi_head.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// The settings that all networks share.
struct NetworkConfig : ConfigOf<NetworkConfig> {
  int dim = 32;
  int heads = 4;
  int layers = 1;
  int feed_forward = 2;
  std::string score = "scaled";

  void fields(Fields& f) override {
    f({"dim", "-", "Width of a token", 4, 1024, {}, Search::doubling(16, 64)}, dim);
    f({"heads",
       "-",
       "Heads of attention side by side; they share the width evenly",
       1,
       64,
       {},
       Search::doubling(1, 8)},
      heads);
    f({"layers", "-", "Layers of attention", 1, 16}, layers);
    f({"feed_forward", "-", "Width of the layer between two of attention, as a multiple of dim", 1,
       8},
      feed_forward);
    f({"score",
       "-",
       "How a query is compared with a key: scaled or plain dot product, additive (a small network "
       "on both), or key_bias (a dot product and the key's own weight); uniform compares nothing "
       "and looks at all alike, to see what looking is worth",
       -kInfinity,
       kInfinity,
       {"scaled", "plain", "additive", "key_bias", "uniform"}},
      score);
  }

  void check(const Complain& complain) const override {
    if (dim % heads != 0) {
      complain("heads", std::to_string(heads) + " heads do not share a width of " +
                            std::to_string(dim) + " evenly (dim must be a multiple of heads)");
    }
  }

  nn::ScoreKind score_kind() const { return nn::score_kind(score); }
};

}  // namespace infodiet
