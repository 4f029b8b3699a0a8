#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/checkpoint/checkpoint.hpp"

namespace infodiet::test {

template <class T>
Tensor tensor(std::string name, std::vector<std::int64_t> shape, const std::vector<T>& values) {
  return Tensor::of<T>(std::move(name), std::move(shape), values);
}

/// Tensors of every type, of odd sizes, without elements and without axes, under names that need
/// escapes. safetensors_check.py knows the same values.
inline Tensors sample_tensors() {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  Tensors out;
  out.add(tensor<std::uint8_t>("mask", {5}, {1, 0, 255, 2, 3}));
  out.add(tensor<float>("layer.0/weight", {2, 3}, {0.5f, -1.25f, 3e38f, 1e-45f, -0.0f, 0.1f}));
  out.add(tensor<double>("none", {0, 4}, {}));
  out.add(tensor<double>("moment", {2}, {0.1, -1e-300}));
  out.add(tensor<std::int32_t>("\"id\"\n\\\xc3\xbc", {1, 1, 3}, {-1, 7, 2147483647}));
  out.add(tensor<std::int64_t>("day", {2}, {kLowest, 5}));
  out.add(tensor<std::uint64_t>("count", {}, {9223372036854775809u}));
  return out;
}

inline Checkpoint sample_checkpoint(std::uint64_t decisions) {
  Checkpoint out;
  out.decisions = decisions;
  out.score = 0.1 + static_cast<double>(decisions);
  out.agent_yaml = "name: \"ppo\"\nlr: 3.0e-4  # \xc3\xbc\n";
  out.spec_fingerprint = 0xfedcba9876543210;
  out.notes = {{"stream", "synthetic"}, {"why", "a \"test\"\n"}};
  out.policy = sample_tensors();
  out.policy.add(tensor<std::uint64_t>("decisions", {}, {decisions}));
  out.training.add(tensor<double>("adam.m", {3}, {1, 2, static_cast<double>(decisions)}));
  return out;
}

inline bool same(const Tensors& a, const Tensors& b) {
  if (a.all().size() != b.all().size()) return false;
  for (const Tensor& one : a.all()) {
    const Tensor* other = b.find(one.name);
    if (other == nullptr || other->type != one.type || other->shape != one.shape ||
        other->data != one.data)
      return false;
  }
  return true;
}

inline bool same(const Checkpoint& a, const Checkpoint& b) {
  return a.decisions == b.decisions && a.score == b.score && a.agent_yaml == b.agent_yaml &&
         a.spec_fingerprint == b.spec_fingerprint && a.notes == b.notes &&
         same(a.policy, b.policy) && same(a.training, b.training);
}

}  // namespace infodiet::test
