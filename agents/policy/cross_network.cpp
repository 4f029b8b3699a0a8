#include "agents/policy/token_network.hpp"

namespace infodiet {
namespace {

template <class S>
using CrossNetwork = TokenNetwork<S, Looks::kAtHistory>;

const RegisteredNetwork<CrossNetwork> kCross(
    "cross", "Every candidate asks the history: what has been shown and read, and how long ago.");

}  // namespace
}  // namespace infodiet
