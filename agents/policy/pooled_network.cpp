#include <string>
#include <vector>

#include "agents/policy/attention_layer.hpp"
#include "agents/policy/decision_head.hpp"
#include "agents/policy/embedding.hpp"
#include "agents/policy/network.hpp"
#include "agents/policy/network_config.hpp"
#include "agents/policy/token_names.hpp"

namespace infodiet {
namespace {

/// One question for the whole history instead of one per candidate: the context asks, and the
/// answer u, a summary of the person now, meets every candidate in a small network of its own.
///
///   u = layers(context, memory = [context, events])
///   candidate' = candidate + down(GELU(candidate Wa' + u Wu' + b))
///
/// By far the cheapest: attention costs one query, whatever the number of candidates.
template <class S>
class PooledNetwork final : public PolicyNetwork<S> {
 public:
  using Config = NetworkConfig;

  PooledNetwork(const Config& config, const InputShape& shape)
      : PolicyNetwork<S>(shape),
        embedding_(this->table_, "embedding", shape, config.dim),
        memory_norm_(this->table_, "memory_norm", config.dim),
        candidate_(this->table_, "meet.candidate", config.dim, config.dim),
        person_(this->table_, "meet.person", config.dim, config.dim),
        down_(this->table_, "meet.down", config.dim, config.dim),
        head_(this->table_, "head", config.dim, shape) {
    for (int i = 0; i < config.layers; ++i) layers_.emplace_back(this->table_, i, config);
  }

  std::size_t workspace_size(int m, int h) const override {
    nn::Arena<S> arena;
    const Work work(*this, arena, m, h);
    return work.layers_at + layers_.size() * work.layer_size;
  }

  void forward(const S* parameters, const PolicyInput<S>& in, S* memory,
               PolicyOutput<S>& out) const override {
    Work work = work_of(in, memory);
    const Eigen::Index m = work.m;
    embedding_.forward(parameters, in, work.embedding);
    const auto remembered = work.embedding.tokens.bottomRows(work.h + 1);
    memory_norm_.forward(parameters, remembered, work.memory_moments, work.memory);
    for (int i = 0; i < num_layers(); ++i) {
      LayerWork layer = work.layer(i, memory);
      const nn::View<S> x = work.input(i, memory);
      layers_[i].norm.forward(parameters, x, layer.moments, layer.normed);
      layers_[i].block.forward(parameters, x, layer.normed, work.memory, layer.block, layer.y);
    }
    const nn::View<S> person = work.input(num_layers(), memory);
    if (m > 0) {
      const auto tokens = work.embedding.tokens.topRows(m);
      person_.forward(parameters, person, work.person);
      candidate_.forward(parameters, tokens, work.before);
      work.before.rowwise() += work.person.row(0);
      nn::Gelu<S>::forward(work.before, work.after);
      down_.forward(parameters, work.after, work.met);
      work.met += tokens;
    }
    head_.forward(parameters, in, work.met, person, work.head, out);
  }

  void backward(const S* parameters, const PolicyInput<S>& in, S* memory,
                const PolicyOutput<S>& dout, S* scratch_memory, S* gradients) const override {
    Work work = work_of(in, memory), scratch = work_of(in, scratch_memory);
    const Eigen::Index m = work.m;
    // in `scratch`, the place of every value holds the gradient by it
    scratch.embedding.tokens.setZero();
    scratch.memory.setZero();
    scratch.met.setZero();
    for (int i = 0; i < num_layers(); ++i) scratch.layer(i, scratch_memory).y.setZero();

    const nn::View<S> person = work.input(num_layers(), memory);
    nn::View<S> dperson = scratch.input(num_layers(), scratch_memory);
    head_.backward(parameters, in, work.met, person, work.head, dout, scratch.head, scratch.met,
                   dperson, gradients);
    if (m > 0) {
      const auto tokens = work.embedding.tokens.topRows(m);
      auto dtokens = scratch.embedding.tokens.topRows(m);
      dtokens += scratch.met;
      scratch.after.setZero();
      down_.backward(parameters, work.after, scratch.met, scratch.after, gradients);
      scratch.before.setZero();
      nn::Gelu<S>::backward(work.before, scratch.after, scratch.before);
      candidate_.backward(parameters, tokens, scratch.before, dtokens, gradients);
      scratch.person.setZero();
      for (Eigen::Index i = 0; i < m; ++i) scratch.person.row(0) += scratch.before.row(i);
      person_.backward(parameters, person, scratch.person, dperson, gradients);
    }
    for (int i = num_layers() - 1; i >= 0; --i) {
      LayerWork layer = work.layer(i, memory), dlayer = scratch.layer(i, scratch_memory);
      nn::View<S> dx = scratch.input(i, scratch_memory);
      dlayer.normed.setZero();
      layers_[i].block.backward(parameters, layer.normed, work.memory, layer.block, dlayer.y,
                                dlayer.block, dx, dlayer.normed, scratch.memory, gradients);
      layers_[i].norm.backward(parameters, work.input(i, memory), layer.moments, dlayer.normed, dx,
                               gradients);
    }
    memory_norm_.backward(parameters, work.embedding.tokens.bottomRows(work.h + 1),
                          work.memory_moments, scratch.memory,
                          scratch.embedding.tokens.bottomRows(work.h + 1), gradients);
    embedding_.backward(parameters, in, work.embedding, scratch.embedding, gradients);
  }

  std::vector<AttentionMap<S>> attention(const PolicyInput<S>& in, S* memory) const override {
    Work work = work_of(in, memory);
    const std::vector<std::string> tokens = token_names(work.m, work.h);
    std::vector<AttentionMap<S>> maps;
    for (int i = 0; i < num_layers(); ++i) {
      maps.push_back({"layer" + std::to_string(i),
                      layers_[i].block.attention.heads,
                      work.layer(i, memory).block.attention.weights,
                      {"context"},
                      {tokens.begin() + work.m, tokens.end()}});
    }
    return maps;
  }

 private:
  struct LayerWork {
    nn::View<S> moments, normed;  // (1, 2), (1, D)
    typename nn::AttentionBlock<S>::Workspace block;
    nn::View<S> y;  // (1, D)
  };

  /// Where everything lies in a workspace: this first, then the layers, all of one size.
  struct Work {
    const PooledNetwork& network;
    int m, h;
    typename nn::Embedding<S>::Workspace embedding;
    nn::View<S> memory_moments, memory;      // (1 + h, 2), (1 + h, D)
    nn::View<S> person, before, after, met;  // (1, D), (m, D), (m, D), (m, D)
    typename nn::DecisionHead<S>::Workspace head;
    std::size_t layers_at, layer_size;

    Work(const PooledNetwork& of, nn::Arena<S>& arena, int candidates, int events)
        : network(of),
          m(candidates),
          h(events),
          embedding(of.embedding_.workspace(arena, m, h)),
          memory_moments(arena.take(1 + h, 2)),
          memory(arena.take(1 + h, of.embedding_.width)),
          person(arena.take(1, of.embedding_.width)),
          before(arena.take(m, of.embedding_.width)),
          after(arena.take(m, of.embedding_.width)),
          met(arena.take(m, of.embedding_.width)),
          head(of.head_.workspace(arena, m)),
          layers_at(arena.used()) {
      nn::Arena<S> counted;
      make_layer(counted);
      layer_size = counted.used();
    }

    LayerWork make_layer(nn::Arena<S>& place) const {
      const int width = network.embedding_.width;
      return {place.take(1, 2), place.take(1, width),
              network.layers_[0].block.workspace(place, 1, 1 + h), place.take(1, width)};
    }

    LayerWork layer(int i, S* begin) const {
      nn::Arena<S> place(begin + layers_at + static_cast<std::size_t>(i) * layer_size);
      return make_layer(place);
    }

    /// What goes into layer i: the context, or what the layer below made of it.
    nn::View<S> input(int i, S* begin) {
      if (i > 0) return layer(i - 1, begin).y;
      return embedding.tokens.middleRows(m, 1);
    }
  };

  Work work_of(const PolicyInput<S>& in, S* memory) const {
    nn::Arena<S> arena(memory);
    return Work(*this, arena, static_cast<int>(in.candidates.rows()),
                static_cast<int>(in.history.rows()));
  }
  int num_layers() const { return static_cast<int>(layers_.size()); }

  nn::Embedding<S> embedding_;
  nn::LayerNorm<S> memory_norm_;
  std::vector<AttentionLayer<S>> layers_;
  nn::Linear<S> candidate_, person_, down_;
  nn::DecisionHead<S> head_;
};

const RegisteredNetwork<PooledNetwork> kPooled(
    "pooled", "One question for the whole history; then a small network for every candidate.");

}  // namespace
}  // namespace infodiet
