#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "env/api/batch.hpp"
#include "env/api/spec.hpp"

namespace infodiet {

/// One decision as it would look had some of its candidates not been retrieved. Agents count on the
/// candidates that may be shown to come first, so the others close up.
class MaskedView {
 public:
  /// @param seen    of one environment; lent
  /// @param hidden  (valid) 1 = leave out
  MaskedView(const Observations& seen, std::span<const std::uint8_t> hidden, const Spec& spec)
      : seen_(seen), num_candidates_(static_cast<std::size_t>(spec.candidates)) {
    const std::size_t width = spec.candidate_features.size();
    for (std::size_t i = 0; i < num_candidates_ && seen.mask[i] != 0; ++i) {
      if (i < hidden.size() && hidden[i] != 0) continue;
      places_.push_back(static_cast<std::int32_t>(i));
      items_.push_back(seen.item[i]);
      if (seen.candidates.empty()) continue;
      const auto row = seen.candidates.subspan(i * width, width);
      candidates_.insert(candidates_.end(), row.begin(), row.end());
    }
    mask_.assign(places_.size(), 1);
    mask_.resize(num_candidates_, 0);
    items_.resize(num_candidates_, -1);
    if (!seen.candidates.empty()) candidates_.resize(num_candidates_ * width, 0);
    seen_.item = items_;
    seen_.mask = mask_;
    seen_.candidates = candidates_;
  }
  MaskedView(const MaskedView&) = delete;
  MaskedView& operator=(const MaskedView&) = delete;

  const Observations& seen() const { return seen_; }
  /// (those left) where each stood before.
  std::span<const std::int32_t> places() const { return places_; }
  /// An answer to what is left, as one to the whole.
  void translate(Slates slate) const {
    for (std::int32_t& place : slate) {
      if (place >= 0) place = places_[place];
    }
  }

 private:
  Observations seen_;
  std::size_t num_candidates_;
  std::vector<std::int32_t> places_, items_;
  std::vector<std::uint8_t> mask_;
  std::vector<float> candidates_;
};

}  // namespace infodiet
