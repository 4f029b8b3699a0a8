#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "env/core/philox.hpp"

namespace infodiet::test {

/// The numbers of one iteration of a fuzzer, one after the other.
class Dice {
 public:
  explicit Dice(std::uint32_t iteration) : iteration_(iteration) {}
  std::uint32_t below(std::size_t n) {
    const auto words = random_words({99, 0, iteration_}, Purpose::kTuning, count_++);
    return uniform_below(words[0], static_cast<std::uint32_t>(n));
  }

 private:
  std::uint32_t iteration_, count_ = 0;
};

/// Changes something somewhere.
/// @param pieces  what is put in, now and then: what a reader may stumble over
inline void damage(std::string& bytes, Dice& dice, std::span<const std::string> pieces) {
  const std::size_t at = dice.below(bytes.size() + 1);
  const std::size_t length = dice.below(1 + std::min<std::size_t>(bytes.size() - at, 40));
  switch (dice.below(7)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
      break;
    case 1:
      if (at < bytes.size()) bytes[at] = static_cast<char>(dice.below(256));
      break;
    case 2:
      bytes.erase(at, length);
      break;
    case 3:
      bytes.insert(dice.below(bytes.size() + 1), bytes.substr(at, length));
      break;
    case 4:
      bytes.resize(at);
      break;
    case 5:
      bytes.insert(at, pieces[dice.below(pieces.size())]);
      break;
    default:
      bytes.replace(at, length, pieces[dice.below(pieces.size())]);
  }
}

}  // namespace infodiet::test
