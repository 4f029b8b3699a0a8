#include "agents/learning/policy_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "agents/nn/softmax.hpp"
#include "agents/policy/decision_head.hpp"
#include "agents/policy/plackett_luce.hpp"

// Acting, exploring and judging: const, and on several threads at once.

namespace infodiet {
namespace {

/// Memory of the thread that decides; it grows once.
struct DecidingScratch {
  DecisionScratch<float> decision;
  HiddenCritic::Scratch critic;
  std::vector<float> record;
  std::vector<std::byte> memory;  ///< of one environment, where that of the caller is to stay

  std::span<std::byte> copy_of(std::span<const std::byte> of) {
    memory.assign(of.begin(), of.end());
    return memory;
  }

  static DecidingScratch& of(const PolicyNetwork<float>& network) {
    thread_local DecidingScratch mine;
    mine.decision.fit(network);
    if (mine.record.size() < network.shape().size()) mine.record.resize(network.shape().size());
    return mine;
  }
};

/// Closes up the rows of a part of a record over some. @returns how many are left
std::int32_t leave_out(std::span<const int> places, int width, std::int32_t rows, float* part) {
  std::int32_t left = 0;
  for (std::int32_t row = 0; row < rows; ++row) {
    if (std::find(places.begin(), places.end(), row) != places.end()) continue;
    std::memmove(part + std::ptrdiff_t{left++} * width, part + std::ptrdiff_t{row} * width,
                 static_cast<std::size_t>(width) * sizeof(float));
  }
  return left;
}

Offer offer_of(const PolicyOutput<float>& out) {
  Offer offer;
  float highest = -std::numeric_limits<float>::infinity(), sum = 0;
  for (const float score : out.scores) highest = std::max(highest, score);
  for (std::size_t i = 0; i < out.scores.size(); ++i) {
    const float gain = nn::DecisionHead<float>::gain(out.clicks[i], out.worths[i], out.lefts[i]);
    const float weight = nn::exponential(out.scores[i] - highest);
    offer.gain += weight * gain;
    offer.best = i == 0 ? gain : std::max(offer.best, gain);
    sum += weight;
  }
  if (sum > 0) offer.gain /= sum;
  if (!out.gates.empty()) offer.open = 1 / (1 + nn::exponential(-out.gates[0]));
  return offer;
}

}  // namespace

/// What the policy is told of the reward where nobody draws it.
float PolicyGradient::usual_weight() const {
  if (!conditioned()) return 0;
  return static_cast<float>(std::clamp(std::abs(spec_.rewards[condition_part_].weight),
                                       config_.condition.low, config_.condition.high));
}

/// The weight an episode of training is played under: uniform, or on a log scale where that can be.
/// Of a part of the reward, where the policy was told `told`.
float PolicyGradient::weight_of_part(int part, float told) const {
  const double usual = spec_.rewards[part].weight;
  return static_cast<float>(part == condition_part_ ? std::copysign(double{told}, usual) : usual);
}

/// What is still to come if nothing more is shown, as far as the world can tell: a debt counts when
/// it is made, and not hours later when it is paid.
float PolicyGradient::owed(std::span<const float> hidden, float told) const {
  if (!(reward_scale_ > 0)) return 0;
  float sum = 0;
  for (int r = 0; r < static_cast<int>(spec_.rewards.size()); ++r) {
    const int at = spec_.rewards[r].to_come;
    if (at >= 0) sum += weight_of_part(r, told) * hidden[at];
  }
  return sum / static_cast<float>(reward_scale_);
}

float PolicyGradient::weight_of(const EpisodeKey& key) const {
  if (!conditioned()) return 0;
  const double u = double{uniform_open(random_words(key, Purpose::kCondition, 0)[0])};
  const double low = config_.condition.low, high = config_.condition.high;
  return static_cast<float>(low > 0 ? low * std::pow(high / low, u) : low + u * (high - low));
}

InputRows PolicyGradient::encode(const Observations& seen, int env, std::span<std::byte> memory,
                                 float weight, float* record) const {
  const float told = std::log1p(weight);
  return encoder_.encode(seen, env, memory, std::span(&told, conditioned() ? 1 : 0), record);
}

PolicyOutput<float> PolicyGradient::answer(const std::vector<float>& parameters,
                                           const float* record, InputRows rows,
                                           DecisionScratch<float>& scratch) const {
  normaliser_.apply(record, rows, scratch.record.data());
  const auto in =
      PolicyInput<float>::of(scratch.record.data(), encoder_.shape(), rows.candidates, rows.events);
  PolicyOutput<float> out = scratch.output(rows.candidates, spec_.slots);
  network_->forward(parameters.data(), in, scratch.forward.data(), out);
  return out;
}

void PolicyGradient::act(const Observations& seen, std::span<std::byte> memory,
                         Slates slates) const {
  DecidingScratch& scratch = DecidingScratch::of(*network_);
  const std::size_t each = memory_bytes();
  const float firmness = config_.play == "best" ? kFirmness[rule_] : 1;
  for (int env = 0; env < seen.size; ++env) {
    const InputRows rows =
        encode(seen, env, memory.subspan(env * each, each), usual_weight(), scratch.record.data());
    const auto out = answer(average_, scratch.record.data(), rows, scratch.decision);
    PlackettLuce<float> policy(out.scores, out.gates, spec_.slate_min, spec_.slate_max);
    const auto slate = slates.subspan(static_cast<std::size_t>(env) * spec_.slots, spec_.slots);
    if (config_.play == "greedy")
      policy.best(slate);
    else if (config_.play == "sampled")
      policy.draw(seen.key[env], slate);
    else
      policy.best_behind_gates(seen.key[env], firmness, slate);
  }
}

void PolicyGradient::explore(const Observations& seen, int first_env, int step,
                             std::span<std::byte> memory, Experience& into, Slates slates) const {
  DecidingScratch& scratch = DecidingScratch::of(*network_);
  const std::size_t each = memory_bytes();
  for (int env = 0; env < seen.size; ++env) {
    const std::size_t row = into.row(first_env + env, step);
    float* const record = into.record.data() + row * into.record_size;
    const float weight = weight_of(seen.key[env].episode);
    into.rows[row] = encode(seen, env, memory.subspan(env * each, each), weight, record);
    const auto out = answer(parameters_, record, into.rows[row], scratch.decision);
    PlackettLuce<float> policy(out.scores, out.gates, spec_.slate_min, spec_.slate_max);
    const auto slate = slates.subspan(static_cast<std::size_t>(env) * spec_.slots, spec_.slots);
    policy.draw(seen.key[env], slate);
    std::copy(slate.begin(), slate.end(), into.slate.begin() + row * into.slots);
    into.log_chance[row] = policy.of(slate).log_probability;
    into.offer[row] = offer_of(out);
    into.owed[row] = 0;
    into.value[row] = out.value;
    if (critic_ != nullptr) {
      into.owed[row] = owed(into.hidden_of(row), weight);
      into.value[row] =
          into.owed[row] + critic_->value(parameters_.data() + network_size(), record,
                                          into.offer[row], into.hidden_of(row), scratch.critic);
    }
    for (int r = 0; r < into.rewards; ++r)
      into.weights[row * into.rewards + r] = weight_of_part(r, weight);
  }
}

float PolicyGradient::value(const Observations& seen, int env, std::span<const std::byte> memory,
                            std::span<const float> hidden) const {
  DecidingScratch& scratch = DecidingScratch::of(*network_);
  const float weight = weight_of(seen.key[env].episode);
  const InputRows rows = encode(seen, env, scratch.copy_of(memory), weight, scratch.record.data());
  const auto out = answer(parameters_, scratch.record.data(), rows, scratch.decision);
  if (critic_ == nullptr) return out.value;
  return owed(hidden, weight) + critic_->value(parameters_.data() + network_size(),
                                               scratch.record.data(), offer_of(out), hidden,
                                               scratch.critic);
}

Explanation PolicyGradient::explain(const Observations& seen, int env,
                                    std::span<const std::byte> memory) const {
  return explain_without(seen, env, memory, {});
}

Explanation PolicyGradient::explain_without(const Observations& seen, int env,
                                            std::span<const std::byte> memory,
                                            const Unseen& unseen) const {
  DecidingScratch& scratch = DecidingScratch::of(*network_);
  InputRows rows =
      encode(seen, env, scratch.copy_of(memory), usual_weight(), scratch.record.data());
  const InputShape& shape = encoder_.shape();
  float* const record = scratch.record.data();
  rows.candidates = leave_out(unseen.candidates, shape.candidate_width, rows.candidates, record);
  rows.events = leave_out(unseen.events, shape.event_width, rows.events,
                          record + std::ptrdiff_t{shape.candidates} * shape.candidate_width);
  const auto out = answer(average_, scratch.record.data(), rows, scratch.decision);
  Explanation why;
  why.score_name = "logit";
  why.scores.assign(out.scores.begin(), out.scores.end());
  why.chances = why.scores;
  const nn::View<float> chances(nn::matrix(why.chances.data(), 1, rows.candidates));
  nn::MaskedSoftmax<float>::forward({}, chances);
  if (config_.forecast_lr > 0) {  // else nobody taught it to foretell
    for (const float click : out.clicks)
      why.click_chances.push_back(1 / (1 + nn::exponential(-click)));
    const auto unit = static_cast<float>(worth_scale_ > 0 ? worth_scale_ : 1);
    for (const float worth : out.worths) why.worths.push_back(expanded(worth) * unit);
    for (const float left : out.lefts) why.lefts.push_back(expanded(left) * unit);
  }
  for (const float gate : out.gates) why.gates.push_back(1 / (1 + nn::exponential(-gate)));
  why.values.push_back(out.value * static_cast<float>(reward_scale_ > 0 ? reward_scale_ : 1));
  const auto in = PolicyInput<float>::of(scratch.decision.record.data(), encoder_.shape(),
                                         rows.candidates, rows.events);
  for (const auto& map : network_->attention(in, scratch.decision.forward.data())) {
    AttentionRead read{map.layer, map.heads, map.query, map.key, {}};
    for (Eigen::Index i = 0; i < map.weights.rows(); ++i) {
      for (Eigen::Index j = 0; j < map.weights.cols(); ++j)
        read.weights.push_back(map.weights(i, j));
    }
    why.attention.push_back(std::move(read));
  }
  return why;
}

}  // namespace infodiet
