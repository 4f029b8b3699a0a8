#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agents/learning/experience.hpp"
#include "agents/learning/hidden_inputs.hpp"
#include "agents/nn/activations.hpp"
#include "agents/nn/arena.hpp"
#include "agents/nn/linear.hpp"
#include "agents/policy/normaliser.hpp"

namespace infodiet {

/// Judges in training what is still to come, from what the policy sees of the moment and from what
/// it does not see: the person's hidden state. A simulator knows that state; the policy never hears
/// of it, and plays without the critic. Overload shows in what is seen only hours after its cause,
/// in the hidden state at once, so that blame falls on the decision it belongs to.
///
///   V = w . GELU(B GELU(A [hidden, offer, context] + a) + b) + v
///
/// Source: Pinto, Andrychowicz, Welinder, Zaremba & Abbeel 2018, "Asymmetric actor critic for
/// image-based robot learning", arXiv:1710.06542.
template <class S>
class Critic {
 public:
  static constexpr int kWidth = 64;

  /// @param inputs  how many numbers it is given
  explicit Critic(int inputs)
      : inputs_(inputs),
        first_(table_, "critic.first", inputs, kWidth),
        second_(table_, "critic.second", kWidth, kWidth),
        last_(table_, "critic.last", kWidth, 1, nn::Init::xavier(0.1)) {}

  int inputs() const { return inputs_; }
  const nn::ParameterTable& table() const { return table_; }
  /// Numbers that forward needs, and backward once more.
  static constexpr std::size_t workspace_size() { return 4 * kWidth + 16; }

  /// @param x       (I) standardised
  /// @param memory  (workspace_size) what backward will read
  S forward(const S* parameters, const S* x, S* memory) const {
    Work work(memory);
    first_.forward(parameters, nn::matrix(x, 1, inputs_), work.before1);
    nn::Gelu<S>::forward(work.before1, work.after1);
    second_.forward(parameters, work.after1, work.before2);
    nn::Gelu<S>::forward(work.before2, work.after2);
    last_.forward(parameters, work.after2, work.value);
    return work.value(0, 0);
  }

  /// Adds to `gradients`.
  /// @param memory   what forward left
  /// @param scratch  (workspace_size)
  void backward(const S* parameters, const S* x, S* memory, S dvalue, S* scratch,
                S* gradients) const {
    Work work(memory), d(scratch);
    std::fill_n(scratch, workspace_size(), S(0));
    d.value(0, 0) = dvalue;
    last_.backward(parameters, work.after2, d.value, d.after2, gradients);
    nn::Gelu<S>::backward(work.before2, d.after2, d.before2);
    second_.backward(parameters, work.after1, d.before2, d.after1, gradients);
    nn::Gelu<S>::backward(work.before1, d.after1, d.before1);
    first_.backward(parameters, nn::matrix(x, 1, inputs_), d.before1,
                    nn::matrix(static_cast<S*>(nullptr), 0, 0), gradients);
  }

 private:
  struct Work {
    nn::View<S> before1, after1, before2, after2, value;

    explicit Work(S* memory) : Work(nn::Arena<S>(memory)) {}
    explicit Work(nn::Arena<S> arena)
        : before1(arena.take(1, kWidth)),
          after1(arena.take(1, kWidth)),
          before2(arena.take(1, kWidth)),
          after2(arena.take(1, kWidth)),
          value(arena.take(1, 1)) {}
  };

  nn::ParameterTable table_;
  int inputs_;
  nn::Linear<S> first_, second_, last_;
};

/// The critic at work: what it is given, on scales that it can use.
class HiddenCritic {
 public:
  /// @param hidden     what of a person is hidden
  /// @param unbounded  (F + G + C) which columns of a record have no natural scale (encoder.hpp)
  HiddenCritic(const std::vector<Feature>& hidden, const InputShape& shape,
               const std::vector<std::uint8_t>& unbounded)
      : hidden_(hidden),
        context_(shape.context_width),
        context_at_(shape.size() - static_cast<std::size_t>(shape.context_width)),
        critic_(hidden_.width() + kOffer + context_),
        normaliser_({0, 0, 0, 0, kOffer + context_, 0}, seen(unbounded, context_)) {}

  /// Memory of one judgement.
  struct Scratch {
    std::vector<float> seen, x, forward, backward;
  };

  const nn::ParameterTable& table() const { return critic_.table(); }
  Normaliser& normaliser() { return normaliser_; }
  const Normaliser& normaliser() const { return normaliser_; }

  /// Counts one decision in; changes nothing before the normaliser is fixed.
  void observe(const float* record, const Offer& offer, Scratch& scratch) {
    join(record, offer, scratch);
    normaliser_.observe(scratch.seen.data(), {});
  }

  /// @param record  as encoded (input.hpp)
  /// @param hidden  (H)
  float value(const float* parameters, const float* record, const Offer& offer,
              std::span<const float> hidden, Scratch& scratch) const {
    join(record, offer, scratch);
    hidden_.write(hidden, scratch.x.data());
    normaliser_.apply(scratch.seen.data(), {}, scratch.x.data() + hidden_.width());
    return critic_.forward(parameters, scratch.x.data(), scratch.forward.data());
  }

  /// Adds the gradient of (V - target)^2 / 2, times `share`. @returns that loss
  double add_gradient(const float* parameters, const Experience& all, std::size_t row, float target,
                      float share, Scratch& scratch, float* gradients) const {
    const float error =
        value(parameters, all.record_of(row), all.offer[row], all.hidden_of(row), scratch) - target;
    critic_.backward(parameters, scratch.x.data(), scratch.forward.data(), share * error,
                     scratch.backward.data(), gradients);
    return double{error} * double{error} / 2;
  }

 private:
  /// Of what is seen, too: all of an offer has no natural scale.
  static std::vector<std::uint8_t> seen(const std::vector<std::uint8_t>& unbounded, int context) {
    std::vector<std::uint8_t> flags(kOffer, 1);
    flags.insert(flags.end(), unbounded.end() - context, unbounded.end());
    return flags;
  }

  void join(const float* record, const Offer& offer, Scratch& scratch) const {
    const auto inputs = static_cast<std::size_t>(critic_.inputs());
    if (scratch.x.size() < inputs) {  // of another critic, perhaps: more room does no harm
      scratch.seen.resize(inputs);
      scratch.x.resize(inputs);
      scratch.forward.resize(Critic<float>::workspace_size());
      scratch.backward.resize(Critic<float>::workspace_size());
    }
    float* rest = scratch.seen.data();
    for (const float told : {offer.gain, offer.best, offer.open}) *rest++ = told;
    std::copy_n(record + context_at_, context_, rest);
  }

  static constexpr int kOffer = 3;  // numbers

  HiddenInputs hidden_;
  int context_;
  std::size_t context_at_;
  Critic<float> critic_;
  Normaliser normaliser_;
};

}  // namespace infodiet
