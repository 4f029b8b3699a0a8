#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/nn/parameters.hpp"
#include "agents/nn/view.hpp"
#include "agents/policy/input.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

/// What one attention layer looked at in the last forward pass: rows are queries, one block of rows
/// per head.
template <class S>
struct AttentionMap {
  std::string layer;
  int heads;
  nn::ConstView<S> weights;             ///< (heads x queries, keys); each row sums to 1
  std::vector<std::string> query, key;  ///< what rows and columns are: "context", "candidate 3"
};

/// A policy network with a value: from one decision to scores, gates and value. It owns no number,
/// only the table of its parameters and the order of its layers, so one object serves all threads.
/// Decisions are taken one at a time: what a network answers then depends on that decision alone,
/// never on its neighbours in a batch, and rows that are missing cost nothing.
template <class S>
class PolicyNetwork {
 public:
  static constexpr std::string_view kKind = "policy network";

  virtual ~PolicyNetwork() = default;

  const nn::ParameterTable& table() const { return table_; }
  const InputShape& shape() const { return shape_; }

  /// Numbers that forward needs for one decision of m candidates and h events, and backward once
  /// more.
  virtual std::size_t workspace_size(int m, int h) const = 0;

  /// @param memory  what backward and `attention` will read: `workspace_size` numbers
  virtual void forward(const S* parameters, const PolicyInput<S>& in, S* memory,
                       PolicyOutput<S>& out) const = 0;

  /// Adds to `gradients` the gradient of a loss whose gradient by the answer is `dout`.
  /// @param memory   what forward left
  /// @param scratch  `workspace_size` numbers more
  virtual void backward(const S* parameters, const PolicyInput<S>& in, S* memory,
                        const PolicyOutput<S>& dout, S* scratch, S* gradients) const = 0;

  /// What each layer of attention looked at, from what forward left.
  virtual std::vector<AttentionMap<S>> attention(const PolicyInput<S>& in, S* memory) const = 0;

 protected:
  explicit PolicyNetwork(const InputShape& shape) : shape_(shape) {}

  InputShape shape_;
  nn::ParameterTable table_;
};

/// Networks are made from their config and the shape of their input. Those of float act and learn;
/// those of double are the same code, for tests of gradients.
template <class S>
using NetworkRegistry = Registry<PolicyNetwork<S>, const InputShape&>;

/// Puts a network into both registries.
template <template <class> class Network>
struct RegisteredNetwork {
  RegisteredNetwork(const std::string& name, const std::string& summary)
      : for_use(name, summary), for_tests(name, summary) {}
  Registered<NetworkRegistry<float>, Network<float>> for_use;
  Registered<NetworkRegistry<double>, Network<double>> for_tests;
};

}  // namespace infodiet
