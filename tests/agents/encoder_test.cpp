#include "agents/policy/encoder.hpp"

#include <cmath>
#include <vector>

#include "tests/support/agent_scene.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

/// The record of a decision of some episode.
std::vector<float> record_of(const Encoder& encoder, Scene& scene, std::uint32_t episode) {
  scene.key() = {{5, 2, episode}, 7};
  std::vector<float> record(static_cast<std::size_t>(encoder.shape().size()));
  std::vector<std::byte> memory(encoder.memory_bytes());
  encoder.encode(scene.seen(), 0, memory, {}, record.data());
  return record;
}

}  // namespace

TEST_CASE("encoder: an episode turns the names of its stories, which leaves alone who is alike",
          "[agents][policy]") {
  const Spec spec = full_spec();
  const Encoder encoder(spec);
  const int width = encoder.shape().candidate_width;
  Scene scene(spec);
  scene.candidate(0, "story") = scene.candidate(1, "story") = 0.31f;
  scene.candidate(2, "story") = 0.64f;
  const std::vector<float> one = record_of(encoder, scene, 1), other = record_of(encoder, scene, 2);

  const auto product = [&](const std::vector<float>& record, int a, int b) {
    double sum = 0;  // all else is the same in all three
    for (int i = 0; i < width; ++i)
      sum += double{record[a * width + i]} * double{record[b * width + i]};
    return sum;
  };
  int turned = 0;
  for (int i = 0; i < width; ++i) {
    CAPTURE(i);
    CHECK(one[i] == one[width + i]);  // of one story
    const bool is_name = one[i] != other[i];
    turned += is_name ? 1 : 0;
    if (is_name) CHECK(one[i] != one[2 * width + i]);  // of another
  }
  CHECK(turned == 8);
  CHECK(product(one, 0, 2) < product(one, 0, 1) - 0.5);
  CHECK(product(one, 0, 2) == Approx(product(other, 0, 2)).margin(1e-4));
  CHECK(record_of(encoder, scene, 1) == one);
}

}  // namespace infodiet::test
