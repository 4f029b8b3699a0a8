#pragma once

#include <string>

#include "agents/policy/attention_block.hpp"
#include "agents/policy/network_config.hpp"

namespace infodiet {

/// A layer as the networks stack them: those who ask are normalised, then attend.
template <class S>
struct AttentionLayer {
  nn::LayerNorm<S> norm;
  nn::AttentionBlock<S> block;

  AttentionLayer(nn::ParameterTable& table, int index, const NetworkConfig& config)
      : norm(table, name(index) + ".query_norm", config.dim),
        block(table, name(index), config.dim, config.heads, config.dim * config.feed_forward,
              config.score_kind()) {}

 private:
  static std::string name(int index) { return "layer" + std::to_string(index); }
};

}  // namespace infodiet
