#include <thread>

#include "sim/record/spsc_queue.hpp"
#include "sim/record/triple_buffer.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

/// A value that shows when it was put together from two.
struct Telling {
  std::uint64_t parts[64] = {};
  void set(std::uint64_t x) {
    for (auto& part : parts) part = x;
  }
  bool is_whole() const {
    for (const auto part : parts) {
      if (part != parts[0]) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("TripleBuffer: what is read is whole, and never older than what was read before",
          "[viz]") {
  constexpr std::uint64_t kWrites = 200'000;
  TripleBuffer<Telling> buffer;
  std::thread writer([&buffer] {
    for (std::uint64_t i = 1; i <= kWrites; ++i) {
      buffer.back().set(i);
      buffer.publish();
    }
  });
  std::uint64_t last = 0;
  int torn = 0, backwards = 0;
  while (last < kWrites) {
    if (!buffer.fetch()) continue;
    torn += buffer.front().is_whole() ? 0 : 1;
    backwards += buffer.front().parts[0] > last ? 0 : 1;
    last = buffer.front().parts[0];
  }
  writer.join();
  CHECK(torn == 0);
  CHECK(backwards == 0);
  CHECK(!buffer.fetch());
}

TEST_CASE("SpscQueue: everything arrives in order, and what finds no room is refused", "[viz]") {
  SpscQueue<int, 4> small;
  for (int i = 0; i < 4; ++i) CHECK(small.push(i));
  CHECK(!small.push(4));
  int value = -1;
  CHECK((small.pop(value) && value == 0));
  CHECK(small.push(4));

  constexpr int kMany = 100'000;
  SpscQueue<int, 64> queue;
  std::thread writer([&queue] {
    for (int i = 0; i < kMany; ++i) {
      while (!queue.push(i)) std::this_thread::yield();
    }
  });
  int expected = 0, wrong = 0;
  while (expected < kMany) {
    if (queue.pop(value)) wrong += value == expected++ ? 0 : 1;
  }
  writer.join();
  CHECK(wrong == 0);
}

}  // namespace infodiet::test
