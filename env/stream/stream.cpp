#include "env/stream/stream.hpp"

#include <algorithm>
#include <cmath>

#include "env/core/error.hpp"
#include "env/core/math.hpp"

namespace infodiet {

Part parse_part(std::string_view name) {
  if (name == "train") return Part::kTrain;
  if (name == "test") return Part::kTest;
  if (name == "all") return Part::kAll;
  throw Error(ErrorCode::kConfig, "part",
              "expected train, test or all, got '" + std::string(name) + "'");
}

float Stream::popularity(std::uint32_t item, double time) const {
  if (!read_begin.empty()) {
    const auto begin = read_time.begin() + read_begin[item];
    const auto end = read_time.begin() + read_begin[item + 1];
    const auto count = std::upper_bound(begin, end, time) - begin;
    if (read_total.empty() || count == 0) return static_cast<float>(count);
    return read_total[read_begin[item] + static_cast<std::size_t>(count) - 1];
  }
  const Item& it = items[item];
  if (it.audience <= 0 || time <= it.arrival) return 0;
  // Each item catches on at a pace of its own, and people are whole: a count so far tells what will
  // come about as badly as it does in life.
  const auto age = static_cast<float>(time - it.arrival);
  return std::floor(it.audience * (1 - exp2_fast(-age / it.pace)));
}

}  // namespace infodiet
