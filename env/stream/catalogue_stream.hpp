#pragma once

#include <vector>

#include "env/stream/made_stream.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {

/// A fixed set of items, there from the first moment of the time line to the last, that do not age:
/// what is offered never changes but by what the agent and the person do. Meant for worlds with
/// `repeats: true` and no more items than candidates, where every item is offered at every
/// decision, and for settings whose answer is known in closed form.
///
///   topics     mixed_topics: as in a synthetic stream. Otherwise one each, dealt out by share:
///   item
///              i takes the topic that is furthest behind its share of the first i + 1 items, the
///              lowest of them if several are; so 0, 1, 2, ..., 0, 1, ... where shares are equal
///   appeal     N(0, 1), each item's own
///   quality, length, audience    as in a synthetic stream (made_stream.hpp)
///   audience   has come before the first episode: popularity does not change
///
/// Every item is a story of its own. All are made from the seed alone, and are the same in the
/// train and the test part, which differ in nothing but the days on which episodes start.
class CatalogueStream final : public StreamSource {
 public:
  /// Half-life of what does not age [min]. Freshness is 1 to the last bit up to an age of a
  /// millionth of a half-life (feed_appraisal.hpp): here 19 000 years, and a time line has at most
  /// ten. Finite, because agents see it.
  static constexpr float kForever = 1e16f;
  static constexpr int kMostItems = 100000;

  struct Config : ConfigOf<Config>, MadeDays, TraitSettings {
    int items = 32;
    bool mixed_topics = true;

    Config() { warm_up = 0; }
    void fields(Fields& f) override;
    void check(const Complain& complain) const override;
  };

  explicit CatalogueStream(const Config& config) : config_(config) {}

  Stream load() const override;

 private:
  Config config_;
};

}  // namespace infodiet
