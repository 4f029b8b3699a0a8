#include "agents/policy/token_network.hpp"

namespace infodiet {
namespace {

template <class S>
struct CrossNetwork : TokenNetwork<S> {
  CrossNetwork(const NetworkConfig& config, const InputShape& shape)
      : TokenNetwork<S>(config, shape, Looks::kAtHistory) {}
};

template <class S>
struct TransformerNetwork : TokenNetwork<S> {
  TransformerNetwork(const NetworkConfig& config, const InputShape& shape)
      : TokenNetwork<S>(config, shape, Looks::kAtEverything) {}
};

const RegisteredNetwork<CrossNetwork> kCross(
    "cross", "Every candidate asks the history: what has been shown and read, and how long ago.");

const RegisteredNetwork<TransformerNetwork> kTransformer(
    "transformer", "Candidates, context and history all look at each other, layer upon layer.");

}  // namespace
}  // namespace infodiet
