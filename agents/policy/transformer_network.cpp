#include "agents/policy/token_network.hpp"

namespace infodiet {
namespace {

template <class S>
using TransformerNetwork = TokenNetwork<S, Looks::kAtEverything>;

const RegisteredNetwork<TransformerNetwork> kTransformer(
    "transformer", "Candidates, context and history all look at each other, layer upon layer.");

}  // namespace
}  // namespace infodiet
