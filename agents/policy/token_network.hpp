#pragma once

#include <string>
#include <vector>

#include "agents/policy/attention_layer.hpp"
#include "agents/policy/decision_head.hpp"
#include "agents/policy/embedding.hpp"
#include "agents/policy/network.hpp"
#include "agents/policy/network_config.hpp"
#include "agents/policy/token_names.hpp"

namespace infodiet {

/// Whom the tokens of a layer may look at.
enum class Looks {
  kAtHistory,     ///< cross-attention: candidates and context look at context and events, which
                  ///< stay as they were embedded
  kAtEverything,  ///< self-attention: all tokens look at all tokens of the layer below
};

/// Candidates, context and events as tokens, layers of attention, and the head on what has become
/// of candidates and context. In the last layer the events ask nothing, because nobody would hear
/// the answer.
template <class S>
class TokenNetwork : public PolicyNetwork<S> {
 public:
  using Config = NetworkConfig;

  TokenNetwork(const Config& config, const InputShape& shape, Looks looks)
      : PolicyNetwork<S>(shape),
        self_(looks == Looks::kAtEverything),
        embedding_(this->table_, "embedding", shape, config.dim),
        memory_norm_(this->table_, "memory_norm", config.dim),
        head_(this->table_, "head", config.dim, shape) {
    for (int i = 0; i < config.layers; ++i) layers_.emplace_back(this->table_, i, config);
  }

  std::size_t workspace_size(int m, int h) const override {
    return Work(*this, nullptr, m, h).size;
  }

  void forward(const S* parameters, const PolicyInput<S>& in, S* memory,
               PolicyOutput<S>& out) const override {
    Work work = work_of(in, memory);
    embedding_.forward(parameters, in, work.embedding);
    if (!self_) {
      memory_norm_.forward(parameters, work.remembered(), work.memory_moments, work.memory);
    }
    for (int i = 0; i < num_layers(); ++i) {
      LayerWork layer = work.layer(i);
      const auto x = work.input(i);
      layers_[i].norm.forward(parameters, x, layer.moments, layer.normed);
      const auto queries = layer.normed.topRows(layer.y.rows());
      layers_[i].block.forward(parameters, x.topRows(layer.y.rows()), queries,
                               self_ ? layer.normed : work.memory, layer.block, layer.y);
    }
    const auto last = work.input(num_layers());
    head_.forward(parameters, in, last.topRows(work.m), last.middleRows(work.m, 1), work.head, out);
  }

  void backward(const S* parameters, const PolicyInput<S>& in, S* memory,
                const PolicyOutput<S>& dout, S* scratch_memory, S* gradients) const override {
    Work work = work_of(in, memory), scratch = work_of(in, scratch_memory);
    // in `scratch`, the place of every value holds the gradient by it
    scratch.embedding.tokens.setZero();
    scratch.memory.setZero();
    for (int i = 0; i < num_layers(); ++i) scratch.layer(i).y.setZero();

    const auto last = work.input(num_layers());
    auto dlast = scratch.input(num_layers());
    head_.backward(parameters, in, last.topRows(work.m), last.middleRows(work.m, 1), work.head,
                   dout, scratch.head, dlast.topRows(work.m), dlast.middleRows(work.m, 1),
                   gradients);
    for (int i = num_layers() - 1; i >= 0; --i) {
      LayerWork layer = work.layer(i), dlayer = scratch.layer(i);
      const Eigen::Index asking = layer.y.rows();
      auto dx = scratch.input(i);
      dlayer.normed.setZero();
      layers_[i].block.backward(parameters, layer.normed.topRows(asking),
                                self_ ? layer.normed : work.memory, layer.block, dlayer.y,
                                dlayer.block, dx.topRows(asking), dlayer.normed.topRows(asking),
                                self_ ? dlayer.normed : scratch.memory, gradients);
      layers_[i].norm.backward(parameters, work.input(i), layer.moments, dlayer.normed, dx,
                               gradients);
    }
    if (!self_) {
      memory_norm_.backward(parameters, work.remembered(), work.memory_moments, scratch.memory,
                            scratch.remembered(), gradients);
    }
    embedding_.backward(parameters, in, work.embedding, scratch.embedding, gradients);
  }

  std::vector<AttentionMap<S>> attention(const PolicyInput<S>& in, S* memory) const override {
    Work work = work_of(in, memory);
    const std::vector<std::string> tokens = token_names(work.m, work.h);
    std::vector<AttentionMap<S>> maps;
    for (int i = 0; i < num_layers(); ++i) {
      const LayerWork layer = work.layer(i);
      const auto asking = tokens.begin() + layer.y.rows();
      maps.push_back({"layer" + std::to_string(i),
                      layers_[i].block.attention.heads,
                      layer.block.attention.weights,
                      {tokens.begin(), asking},
                      {tokens.begin() + (self_ ? 0 : work.m), tokens.end()}});
    }
    return maps;
  }

 private:
  struct LayerWork {
    nn::View<S> moments, normed;  // (rows in, 2), (rows in, D)
    typename nn::AttentionBlock<S>::Workspace block;
    nn::View<S> y;  // (rows out, D)
  };

  /// Where everything lies in a workspace.
  struct Work {
    const TokenNetwork& network;
    int m, h;
    S* memory_begin;
    nn::Arena<S> arena;
    typename nn::Embedding<S>::Workspace embedding;
    nn::View<S> memory_moments, memory;  // (1 + h, 2), (1 + h, D); only where it stays the same
    typename nn::DecisionHead<S>::Workspace head;
    std::size_t layers_at, size;

    Work(const TokenNetwork& of, S* begin, int candidates, int events)
        : network(of),
          m(candidates),
          h(events),
          memory_begin(begin),
          arena(begin),
          embedding(of.embedding_.workspace(arena, m, h)),
          memory_moments(arena.take(of.self_ ? 0 : 1 + h, 2)),
          memory(arena.take(of.self_ ? 0 : 1 + h, of.embedding_.width)),
          head(of.head_.workspace(arena, m)),
          layers_at(arena.used()),
          size(layers_at) {
      for (int i = 0; i < of.num_layers(); ++i) {
        nn::Arena<S> counted;
        make_layer(counted, i);
        size += counted.used();
      }
    }

    /// Rows that layer i is asked by: those of the next layer, or of the head.
    int rows_out(int i) const {
      return network.self_ && i + 1 < network.num_layers() ? m + 1 + h : m + 1;
    }
    int rows_in() const { return network.self_ ? m + 1 + h : m + 1; }

    LayerWork make_layer(nn::Arena<S>& place, int i) const {
      const int width = network.embedding_.width;
      const int keys = network.self_ ? m + 1 + h : 1 + h;
      return {place.take(rows_in(), 2), place.take(rows_in(), width),
              network.layers_[i].block.workspace(place, rows_out(i), keys),
              place.take(rows_out(i), width)};
    }

    LayerWork layer(int wanted) const {
      std::size_t at = layers_at;
      for (int i = 0; i < wanted; ++i) {
        nn::Arena<S> counted;
        make_layer(counted, i);
        at += counted.used();
      }
      nn::Arena<S> place(memory_begin + at);
      return make_layer(place, wanted);
    }

    /// The tokens that go into layer i: the embedded ones, or what the layer below made of them.
    nn::View<S> input(int i) {
      if (i > 0) return layer(i - 1).y;
      return embedding.tokens.topRows(rows_in());
    }

    /// The context and the events, as embedded.
    nn::View<S> remembered() { return embedding.tokens.bottomRows(1 + h); }
  };

  Work work_of(const PolicyInput<S>& in, S* memory) const {
    return Work(*this, memory, static_cast<int>(in.candidates.rows()),
                static_cast<int>(in.history.rows()));
  }
  int num_layers() const { return static_cast<int>(layers_.size()); }

  bool self_;  // attends to itself: keys and queries are the same tokens
  nn::Embedding<S> embedding_;
  nn::LayerNorm<S> memory_norm_;  // not used where tokens look at everything
  std::vector<AttentionLayer<S>> layers_;
  nn::DecisionHead<S> head_;
};

}  // namespace infodiet
