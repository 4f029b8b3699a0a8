#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "env/api/snapshot.hpp"
#include "env/api/spec.hpp"
#include "sim/record/episode_log.hpp"
#include "sim/record/train_progress.hpp"

namespace infodiet::test {

/// Episodes made up from dice, shaped like those of a feed. They are what pictures are drawn from
/// that must not change unless the viewer does: no world and no agent has a say in them, and no
/// function that libraries round each in its own way (exp, log, sin).
class MadeUp {
 public:
  enum Kind { kByCandidate, kByContext, kScores, kSilent };  ///< what the agent has to say

  static constexpr int kTopics = 6, kCandidates = 24, kSlots = 4, kHistory = 12, kHeads = 4;

  static Spec spec() {
    Spec spec;
    spec.world = "made_up";
    spec.candidates = kCandidates;
    spec.slots = spec.slate_max = kSlots;
    spec.history = kHistory;
    spec.topics = kTopics;
    spec.episode_days = 3;
    spec.person_types = {"curious", "busy"};
    spec.rewards = {{"value", "well-spent min", 1},
                    {"overload", "overload-min", -0.5},
                    {"engagement", "min", 0},
                    {"interruption", "-", -0.1}};
    for (int t = 0; t < kTopics; ++t) spec.topic_names.push_back("topic_0" + std::to_string(t));
    topics(spec.candidate_features, "topic_", "-", Role::kTopic);
    append(spec.candidate_features, {{"length", "min", 0, 60, Role::kLength},
                                     {"age", "min", 0, 4000, Role::kAge},
                                     {"half_life", "min", 0, 4000, Role::kHalfLife},
                                     {"shown_before", "-", 0, 1, Role::kShownBefore}});
    topics(spec.history_features, "topic_", "-", Role::kTopic);
    append(spec.history_features, {{"since", "min", 0, 1e7f, Role::kSince},
                                   {"clicked", "-", 0, 1, Role::kClicked},
                                   {"dwell", "min", 0, 60, Role::kDwell}});
    spec.context_features = {{"push", "-", 0, 1, Role::kPush},
                             {"hour", "h", 0, 24, Role::kHour},
                             {"session_minutes", "min", 0, 1e6f, Role::kSession}};
    spec.hidden_features = {{"attention_balance", "am", -15, 20, Role::kHidden},
                            {"overload_share", "-", 0, 1, Role::kHidden},
                            {"knowledge_gap", "-", 0, 1, Role::kHidden},
                            {"annoyance", "1/week", 0, 1e6f, Role::kHidden},
                            {"log_tolerance", "ln(1/week)", -1e6f, 1e6f, Role::kHidden},
                            {"fatigue", "-", 0, 1, Role::kHidden},
                            {"strain", "-", 0, 1, Role::kHidden},
                            {"impulse", "clicks/h", 0, 1e6f, Role::kHidden},
                            {"goodwill", "wsm/day", -1e6f, 1e6f, Role::kHidden},
                            {"habit", "min/day", 0, 1e6f, Role::kHidden},
                            {"last_dwell", "min", 0, 1e6f, Role::kHidden},
                            {"person_type", "-", 0, 1, Role::kHidden}};  // in the feed's order
    spec.hidden_features[0].mark = -10;
    topics(spec.hidden_features, "known_", "-", Role::kHidden);
    topics(spec.hidden_features, "satiation_", "items", Role::kHidden);
    topics(spec.hidden_features, "interest_", "logit", Role::kHidden);
    return spec;
  }

  static EpisodeLog episode(Kind kind, int decisions) {
    MadeUp made(kind);
    EpisodeLog log;
    for (int i = 0; i < decisions; ++i) {
      made.decide(i);
      log.put(*made.shot_);
    }
    return log;
  }

  static TrainProgress training() {
    MadeUp made(kSilent);
    TrainProgress train;
    train.run = "runs/made_up/20260101-000000-train-s1-abcde";
    train.agent = "ppo";
    train.checkpoint = "1966080";
    train.total_decisions = 2'400'000;
    train.elapsed = 130;
    train.per_second = 15'000;
    for (int i = 0; i < 120; ++i) train.decisions.push_back(16'384.0 * (i + 1));
    const std::pair<const char*, const char*> curves[] = {
        {"rollout/score", "1/day"},    {"rollout/overload", "overload-min/day"},
        {"eval/score", "1/day"},       {"rollout/silence", "-"},
        {"train/entropy_loss", "nat"}, {"train/explained_variance", "-"},
        {"train/approx_kl", "nat"},    {"train/n_updates", "-"}};
    for (const auto& [name, unit] : curves) {
      TrainCurve curve{name, unit, {}};
      for (int i = 0; i < 120; ++i) {
        const bool is_rare = curve.name == "eval/score";
        const float x = static_cast<float>(i) / (static_cast<float>(i) + 30) + 0.3f * made.dice();
        curve.values.push_back(is_rare && i % 20 != 19 ? StepRecord::kNone : x);
      }
      train.curves.push_back(std::move(curve));
    }
    for (int i = 0; i < 16; ++i) {
      made.decide(5 * i);
      train.wall.push_back({i, made.shot_->step, {}});
      for (int j = 0; j < 30; ++j) train.wall.back().balance.push_back(16 * made.dice() - 4);
    }
    return train;
  }

 private:
  explicit MadeUp(Kind kind) : kind_(kind), shot_(std::make_unique<Snapshot>()) {}

  static void append(std::vector<Feature>& to, const std::vector<Feature>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }
  static void topics(std::vector<Feature>& to, const std::string& prefix, const std::string& unit,
                     Role role) {
    for (int t = 0; t < kTopics; ++t)
      to.push_back({prefix + "topic_0" + std::to_string(t), unit, 0, 9, role, t});
  }

  /// In (0, 1), the next of a sequence that is the same everywhere.
  float dice() { return uniform_open(random_words({1, 0, 0}, Purpose::kAgent, ++drawn_, 0)[0]); }

  void fill(Snapshot::Part part, std::size_t rows, const std::vector<float>& numbers) {
    const auto room = shot_->add(part, rows, numbers.size() / rows);
    std::copy_n(numbers.begin(), room.size(), room.begin());
  }

  /// One or two topics that an item is about.
  void append_topics(std::vector<float>& row) {
    const auto first = static_cast<std::size_t>(dice() * kTopics);
    const auto second = static_cast<std::size_t>(dice() * kTopics);
    const float share = first == second ? 0 : 0.25f;
    std::vector<float> mix(kTopics, 0.0f);
    mix[first] = 1 - share;
    if (share > 0) mix[second] = share;
    row.insert(row.end(), mix.begin(), mix.end());
  }

  /// Positive numbers that sum to 1; a few take most.
  std::vector<float> shares(std::size_t count) {
    std::vector<float> all;
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const float x = dice();
      all.push_back(x * x * x * x);
      sum += all.back();
    }
    for (float& x : all) x /= sum;
    return all;
  }

  void decide(int decision) {
    Snapshot& shot = *shot_;
    shot.clear();
    shot.key = {1, 0, 0};
    StepRecord& step = shot.step;
    step = {};
    step.decision = static_cast<std::uint32_t>(decision);
    step.minutes = 24.0 * decision;
    step.passed = 24;
    step.hour = static_cast<float>(decision % 60) * 0.4f;
    step.weekday = static_cast<float>(decision / 60 % 7);
    // down into debt and up again
    const int phase = (decision + 7 * kind_) % 40;
    const float balance = 14 - 0.9f * static_cast<float>(phase < 24 ? phase : 2 * 24 - phase);
    const float lost = balance < 0 ? -balance / 10 : 0.0f;
    const bool is_push = decision % 7 == 6;
    if (is_push) step.flags |= StepRecord::kPush;

    shot.valid = static_cast<std::uint32_t>(kCandidates - decision % 5);
    const std::size_t valid = shot.valid;
    std::vector<float> candidates, outcomes, forecasts, scores;
    for (std::size_t i = 0; i < valid; ++i) {
      shot.item[i] = static_cast<std::int32_t>(3 * decision + static_cast<int>(i));
      append_topics(candidates);
      const float age = 60 * static_cast<float>(valid - i) + 30 * dice();
      for (const float x : {0.5f + 9 * dice(), age, 700.0f, dice() > 0.8f ? 1.0f : 0.0f})
        candidates.push_back(x);
      const float click = 0.6f * dice(), value = 2 * dice() * click;
      for (const float x : {click, value, 3 * click, 4 * click, lost * click, value - lost * click})
        outcomes.push_back(x);
      forecasts.push_back(click * 0.5f + 0.2f);
      forecasts.push_back(value - 0.3f);
      scores.push_back(4 * dice() - 2);
    }
    fill(Snapshot::kCandidates, valid, candidates);
    fill(Snapshot::kOutcomes, valid, outcomes);
    std::vector<float> history;
    for (int e = 0; e < kHistory; ++e) {
      append_topics(history);
      const bool was_read = dice() > 0.6f;
      for (const float x : {40.0f * static_cast<float>(e + 1) * static_cast<float>(e + 1),
                            was_read ? 1.0f : 0.0f, was_read ? 5 * dice() : 0.0f})
        history.push_back(x);
    }
    fill(Snapshot::kHistory, kHistory, history);
    fill(Snapshot::kContext, 1, {is_push ? 1.0f : 0.0f, step.hour, is_push ? -1.0f : 2.5f});
    std::vector<float> hidden = {balance, lost, 0.25f, 1.5f, 0.5f, 0.2f + 0.5f * lost,
                                 0.125f,  2,    0.75f, 12,   3,    1};
    for (int i = 0; i < 3 * kTopics; ++i) hidden.push_back(i < kTopics ? dice() : 3 * dice() - 1);
    fill(Snapshot::kHidden, 1, hidden);
    std::copy_n(hidden.begin(), std::min<std::size_t>(hidden.size(), StepRecord::kMostPerson),
                step.person.begin());
    explain(scores, forecasts);
    show(is_push);
  }

  void explain(const std::vector<float>& scores, const std::vector<float>& forecasts) {
    Snapshot& shot = *shot_;
    if (kind_ == kSilent) return;
    const std::string name = kind_ == kScores ? "worth" : "logit";
    std::copy(name.begin(), name.end(), shot.score_name.begin());
    fill(Snapshot::kScores, 1, scores);
    if (kind_ == kScores) return;
    fill(Snapshot::kChances, 1, shares(shot.valid));
    fill(Snapshot::kForecasts, shot.valid, forecasts);
    fill(Snapshot::kGates, 1, {0.25f + 0.5f * dice(), 0.5f, 0.375f, 0.125f});
    fill(Snapshot::kValues, 1, {3.5f});
    shot.step.silence = 1 - shot.of(Snapshot::kGates)[0];
    shot.step.policy_entropy = 0.5f + 0.25f * dice();
    shot.step.attention_entropy = 0.75f + 0.125f * dice();
    const std::size_t queries = kind_ == kByCandidate ? shot.valid + 1 : 1;
    const std::size_t keys = kHistory + 1;
    const auto room = shot.add_read(kHeads, queries, keys);
    const std::string layer = "layer 1";
    std::copy(layer.begin(), layer.end(), shot.reads[0].layer.begin());
    auto out = room.begin();
    const auto token = [&](Token::Kind kind, std::size_t place) {
      *out++ =
          Snapshot::number_of({static_cast<std::int16_t>(kind), static_cast<std::int16_t>(place)});
    };
    for (std::size_t q = 0; q + 1 < queries; ++q) token(Token::kCandidate, q);
    token(Token::kContext, 0);
    token(Token::kContext, 0);
    for (std::size_t e = 0; e < kHistory; ++e) token(Token::kEvent, e);
    for (std::size_t row = 0; row < kHeads * queries; ++row) {
      const std::vector<float> weights = shares(keys);
      out = std::copy(weights.begin(), weights.end(), out);
    }
  }

  /// Shows the best few, or nothing at every fourth decision; some of it is read.
  void show(bool is_push) {
    Snapshot& shot = *shot_;
    StepRecord& step = shot.step;
    const int count = kind_ == kSilent || step.decision % 4 == 3 ? 0 : is_push ? 1 : 3;
    const auto by = shot.of(shot.has(Snapshot::kChances) ? Snapshot::kChances : Snapshot::kScores);
    std::vector<float> feedback(4 * kSlots, 0.0f);
    for (int k = 0; k < count; ++k) {
      int best = -1;
      for (int i = 0; i < static_cast<int>(shot.valid); ++i) {
        if (std::find(shot.slate.begin(), shot.slate.begin() + k, i) != shot.slate.begin() + k)
          continue;
        if (best < 0 || by[i] > by[best]) best = i;
      }
      shot.slate[k] = best;
      const bool was_read = dice() > 0.6f;
      feedback[4 * k] = 1;
      feedback[4 * k + 1] = was_read ? 1.0f : 0.0f;
      feedback[4 * k + 2] = was_read ? 0.5f + 4 * dice() : 0.0f;
      feedback[4 * k + 3] = was_read && dice() > 0.5f ? 1.0f : 0.0f;
      ++step.shown;
      if (was_read) ++step.clicked;
      step.read += feedback[4 * k + 2];
    }
    fill(Snapshot::kFeedback, kSlots, feedback);
    step.rewards = {0.5f * step.read, step.person[1] * static_cast<float>(count), step.read,
                    is_push && count > 0 ? 1.0f : 0.0f};
  }

  Kind kind_;
  std::unique_ptr<Snapshot> shot_;
  std::uint32_t drawn_ = 0;
};

}  // namespace infodiet::test
