#pragma once

#include "env/core/fields.hpp"

namespace infodiet {

/// An explicit signal, rare and honest: after reading something worth `threshold` or more, the
/// person says so now and then. Neutral: probability 0. Ours.
struct Liking : ConfigOf<Liking> {
  float threshold = 0.4f;
  float probability = 0.05f;

  void fields(Fields& f) override {
    f({"threshold", "-", "Least expected worth y that is liked.", 0, 1}, threshold);
    f({"probability", "-", "How often a liked reading is said to be liked.", 0, 1}, probability);
  }
};

}  // namespace infodiet
