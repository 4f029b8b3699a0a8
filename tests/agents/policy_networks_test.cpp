#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agents/learning/sample_gradient.hpp"
#include "agents/policy/network.hpp"
#include "agents/policy/network_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradient_check.hpp"

// What every policy network must obey, whatever its layers and its way of scoring.

namespace infodiet::test {
namespace {

constexpr InputShape kShape{.candidates = 4,
                            .candidate_width = 3,
                            .history = 3,
                            .event_width = 2,
                            .context_width = 3,
                            .slots = 3};
constexpr double kNonsense = std::numeric_limits<double>::quiet_NaN();

template <class S>
std::unique_ptr<PolicyNetwork<S>> network_of(const std::string& name, const std::string& score,
                                             int layers) {
  Choice choice(NetworkRegistry<S>::instance(), name);
  auto& config = dynamic_cast<NetworkConfig&>(choice.config());
  config.dim = 4;
  config.heads = 2;
  config.layers = layers;
  config.score = score;
  return NetworkRegistry<S>::instance().make(choice, kShape);
}

/// Calls `law(name, score, layers)` for every network there is.
template <class Law>
void for_all_networks(const Law& law) {
  for (const auto& [name, entry] : NetworkRegistry<double>::instance().entries()) {
    for (const char* const score : {"scaled", "plain", "additive", "key_bias", "uniform"}) {
      for (const int layers : {1, 2}) {
        INFO(name << ", " << score << ", layers: " << layers);
        law(name, score, layers);
      }
    }
  }
}

/// How many rows there are, what was shown, and what the world allows.
struct Setting {
  int candidates, events;
  std::vector<std::int32_t> slate;
  int slate_min;

  /// Whether the slate could have been another.
  bool is_free() const { return candidates > 1 || (candidates == 1 && slate_min == 0); }
};

const std::vector<Setting> kSettings = {
    {0, 0, {-1, -1, -1}, 0}, {1, 2, {0, -1, -1}, 0},  {1, 0, {-1, -1, -1}, 0}, {4, 3, {2, 0, 3}, 0},
    {3, 1, {1, -1, -1}, 0},  {4, 2, {-1, -1, -1}, 0}, {3, 3, {2, 0, -1}, 2},   {4, 1, {3, 1, 0}, 2},
    {1, 3, {0, -1, -1}, 2},  {0, 2, {-1, -1, -1}, 2},
};

/// Where a decision stands to the policy that took it, and what of its loss still pulls.
struct Judged {
  const char* name;
  bool clips;
  double log_ratio, advantage;
  double value_clip, moved, missing;  // value - old value, return - value
  bool policy_pulls, value_pulls;
};

const std::vector<Judged> kJudged = {
    {"within the bounds", true, 0.05, 1.3, 0, 0.5, 0.4, true, true},
    {"above, and good", true, 0.5, 1.3, 0.2, 0.05, 0.4, false, true},
    {"above, and bad", true, 0.5, -1.3, 0.2, 0.5, -1, true, true},
    {"below, and good", true, -0.5, 1.3, 0.2, 0.5, 1, true, false},
    {"below, and bad", true, -0.5, -1.3, 0, 0.5, 0.4, false, true},
    {"plain policy gradient", false, 0.5, -0.7, 0, 0.5, 0.4, true, true},
};

/// One network and one decision, with the memory for it.
template <class S>
struct Case {
  const PolicyNetwork<S>& network;
  const Setting& setting;
  std::vector<S> parameters, record, gradients;
  DecisionScratch<S> scratch;
  Objective objective{.value_weight = 0.7, .entropy_weight = 0.05};
  std::vector<Outcome<S>> outcomes;
  Sample<S> sample{};

  /// Parameters are not as they are initialised: zeros and ones would hide mistakes.
  Case(const PolicyNetwork<S>& of, const Setting& with) : network(of), setting(with) {
    const auto drawn = [](std::size_t count, std::uint32_t salt, double size) {
      const nn::Matrix<double> values = size * normal_matrix(1, static_cast<int>(count), salt);
      return std::vector<S>(values.data(), values.data() + count);
    };
    parameters = drawn(network.table().size(), 1, 0.6);
    // Or gains, which are sharp, would decide alone, and gates be certain; either would leave the
    // differences nothing to show.
    for (const nn::Parameter& p : network.table().parameters()) {
      if (p.name.ends_with(".use")) p.of(parameters.data()) *= S(0.1);
      if (p.name.find("gate.") != std::string::npos) p.of(parameters.data()) *= S(0.04);
    }
    record = drawn(kShape.size(), 2, 1);
    gradients.resize(parameters.size());
    for (const std::int32_t shown : setting.slate)
      if (shown >= 0)
        outcomes.push_back(
            {outcomes.size() % 2 == 0, S(0.4) - S(0.3) * S(outcomes.size()), outcomes.size() != 2});
    scratch.fit(network);
  }

  /// Nothing that decides reads a forecast any more.
  void blind() {
    for (const nn::Parameter& p : network.table().parameters()) {
      if (p.name == "head.use") p.of(parameters.data()).setZero();
      if (p.name == "head.mix.weight") p.of(parameters.data()).rightCols(1).setZero();
    }
  }

  PolicyInput<S> in() const {
    return PolicyInput<S>::of(record.data(), kShape, setting.candidates, setting.events);
  }

  PolicyOutput<S> answer() {
    PolicyOutput<S> out = scratch.output(setting.candidates, kShape.slots);
    network.forward(parameters.data(), in(), scratch.forward.data(), out);
    return out;
  }

  Judgement<S> add_gradient(Verdict<S>* verdict = nullptr) {
    return add_sample_gradient<S>(network, parameters.data(), objective, in(), setting.slate_min,
                                  kShape.slots, setting.slate, sample, S(0.25), scratch,
                                  gradients.data(), verdict);
  }

  /// Puts the policy that decided, and what came of it, where the case wants them.
  void place(const Judged& judged) {
    Verdict<S> now{};
    add_gradient(&now);
    std::fill(gradients.begin(), gradients.end(), S(0));
    objective.clips = judged.clips;
    objective.value_clip = judged.value_clip;
    sample = {.advantage = S(judged.advantage),
              .target = now.value + S(judged.missing),
              .old_log_chance = now.log_chance - S(judged.log_ratio),
              .old_value = now.value - S(judged.moved),
              .outcomes = outcomes};
  }

  /// Writes nonsense into all that forward and backward must set before they read it, and into the
  /// rows of the record that are not there.
  void spoil() {
    for (auto* memory :
         {&scratch.record, &scratch.forward, &scratch.backward, &scratch.scores, &scratch.gates,
          &scratch.clicks, &scratch.worths, &scratch.lefts, &scratch.dscores, &scratch.dgates,
          &scratch.dclicks, &scratch.dworths, &scratch.dlefts})
      std::fill(memory->begin(), memory->end(), S(kNonsense));
    const auto rows = [&](int begin, int end) {
      std::fill(record.begin() + begin, record.begin() + end, S(kNonsense));
    };
    const int events = kShape.candidates * kShape.candidate_width;
    rows(setting.candidates * kShape.candidate_width, events);
    rows(events + setting.events * kShape.event_width,
         events + kShape.history * kShape.event_width);
  }
};

template <class S>
std::vector<S> flat(const PolicyOutput<S>& out) {
  std::vector<S> all(out.scores.begin(), out.scores.end());
  all.insert(all.end(), out.gates.begin(), out.gates.end());
  all.insert(all.end(), out.clicks.begin(), out.clicks.end());
  all.insert(all.end(), out.worths.begin(), out.worths.end());
  all.insert(all.end(), out.lefts.begin(), out.lefts.end());
  all.push_back(out.value);
  return all;
}

}  // namespace

// The loss of a policy is not asked what a forecast should be, though it hangs on it: so all
// parameters are tried where nothing reads forecasts, and where they are read those behind them.
TEST_CASE("the loss of a decision has the gradients of finite differences, by every parameter",
          "[agents][policy]") {
  std::size_t turn = 0;
  for_all_networks([&](const std::string& name, const std::string& score, int layers) {
    const auto network = network_of<double>(name, score, layers);
    ++turn;  // every network meets every judgement, and over all of them every setting
    for (std::size_t i = 0; i < 2 * kSettings.size(); ++i) {
      const bool reads = i >= kSettings.size();
      const Setting& setting = kSettings[i % kSettings.size()];
      Case<double> of(*network, setting);
      if (!reads) of.blind();
      const Judged& judged = kJudged[setting.is_free() ? (i + turn) % kJudged.size() : 0];
      CAPTURE(i, judged.name);
      of.place(judged);

      std::vector<nn::Parameter> tried;
      int count = 0;
      for (const nn::Parameter& p : network->table().parameters()) {
        const auto is = [&](const char* start) { return p.name.starts_with(start); };
        if (reads && !is("head.use") && !is("head.score") && !is("head.mix") && !is("head.gate") &&
            !is("head.value") && !is("head.direct"))
          continue;
        tried.push_back(p);
        count += p.rows * p.cols;
      }
      Leaves leaves;
      Leaf& leaf = leaves.input("parameters", 1, count);
      const auto each = [&](std::vector<double>& block, const auto& move) {
        Eigen::Index at = 0;
        for (const nn::Parameter& p : tried)
          for (Eigen::Index k = 0; k < p.rows * p.cols; ++k)
            move(block[p.offset + static_cast<std::size_t>(k)], at++);
      };
      each(of.parameters, [&](double p, Eigen::Index at) { leaf.value.data()[at] = p; });
      leaves.require_gradients(
          [&] {
            each(of.parameters, [&](double& p, Eigen::Index at) { p = leaf.value.data()[at]; });
            return 0.25 * of.add_gradient().loss;
          },
          [&] {
            each(of.gradients, [&](double& g, Eigen::Index at) { g = leaf.gradient.data()[at]; });
            const Judgement<double> now = of.add_gradient();
            each(of.gradients, [&](double g, Eigen::Index at) { leaf.gradient.data()[at] = g; });
            REQUIRE((now.dlog_chance != 0) == judged.policy_pulls);
            REQUIRE((now.dvalue != 0) == judged.value_pulls);
            REQUIRE(now.clipped == (judged.clips && std::fabs(judged.log_ratio) > 0.2));
          });
    }
  });
}

TEST_CASE("no gradient of the policy goes into what foretells", "[agents][policy]") {
  for_all_networks([](const std::string& name, const std::string& score, int layers) {
    const auto network = network_of<double>(name, score, layers);
    for (const Setting& setting : kSettings) {
      Case<double> of(*network, setting);
      of.objective.foretells = false;
      of.place(kJudged[0]);
      const Judgement<double> now = of.add_gradient();
      CHECK((now.dlog_chance != 0 || now.dvalue != 0));
      for (const nn::Parameter& p : network->table().parameters()) {
        if (p.name == "head.use" && setting.candidates > 0 && setting.is_free())
          CHECK_FALSE(p.of(of.gradients.data()).isZero(0));  // which decides by them all the same
        if (!p.name.starts_with("head.outcome") && !p.name.starts_with("head.matter")) continue;
        CAPTURE(p.name);
        CHECK(p.of(of.gradients.data()).isZero(0));
      }
    }
  });
}

TEST_CASE("a policy network of float agrees with that of double", "[agents][policy]") {
  for_all_networks([](const std::string& name, const std::string& score, int layers) {
    const auto exact = network_of<double>(name, score, layers);
    const auto fast = network_of<float>(name, score, layers);
    for (const Setting& setting : kSettings) {
      Case<double> of_double(*exact, setting);
      Case<float> of_float(*fast, setting);
      const auto expected = flat(of_double.answer());
      const auto seen = flat(of_float.answer());
      REQUIRE(seen.size() == expected.size());
      for (std::size_t i = 0; i < seen.size(); ++i)
        REQUIRE(double{seen[i]} == Approx(expected[i]).epsilon(1e-4).margin(1e-4));

      of_double.place(kJudged[0]);
      of_float.place(kJudged[0]);
      of_double.add_gradient();
      of_float.add_gradient();
      double largest = 0;
      for (const double g : of_double.gradients) largest = std::max(largest, std::fabs(g));
      for (std::size_t i = 0; i < of_float.gradients.size(); ++i) {
        CAPTURE(i);
        REQUIRE(std::fabs(double{of_float.gradients[i]} - of_double.gradients[i]) <=
                1e-4 * largest);
      }
    }
  });
}

TEST_CASE("a policy network sees neither old memory nor rows that are not there",
          "[agents][policy]") {
  for_all_networks([](const std::string& name, const std::string& score, int layers) {
    const auto network = network_of<double>(name, score, layers);
    for (const Setting& setting : kSettings) {
      Case<double> clean(*network, setting), spoilt(*network, setting);
      clean.place(kJudged[0]);
      spoilt.sample = clean.sample;
      spoilt.objective = clean.objective;
      spoilt.spoil();
      REQUIRE(flat(spoilt.answer()) == flat(clean.answer()));
      spoilt.spoil();
      REQUIRE(spoilt.add_gradient().loss == clean.add_gradient().loss);
      REQUIRE(spoilt.gradients == clean.gradients);
    }
  });
}

TEST_CASE("candidates in another order have their scores in that order, and the same gates",
          "[agents][policy]") {
  const Setting setting{4, 2, {}, 0};
  const std::vector<int> order = {2, 0, 3, 1};
  for_all_networks([&](const std::string& name, const std::string& score, int layers) {
    const auto network = network_of<double>(name, score, layers);
    Case<double> as_given(*network, setting), permuted(*network, setting);
    for (int i = 0; i < 4; ++i) {
      std::copy_n(as_given.record.begin() + order[i] * kShape.candidate_width,
                  kShape.candidate_width, permuted.record.begin() + i * kShape.candidate_width);
    }
    const auto first = as_given.answer(), second = permuted.answer();
    for (int i = 0; i < 4; ++i)
      REQUIRE(second.scores[i] == Approx(first.scores[order[i]]).margin(1e-12).epsilon(1e-12));
    for (int k = 0; k < kShape.slots; ++k)
      REQUIRE(second.gates[k] == Approx(first.gates[k]).margin(1e-12).epsilon(1e-12));
    REQUIRE(second.value == Approx(first.value).margin(1e-12).epsilon(1e-12));
    REQUIRE(std::fabs(first.scores[0] - first.scores[1]) > 1e-6);  // else it says nothing
  });
}

TEST_CASE("attention maps have one row that sums to 1 for everyone who asks", "[agents][policy]") {
  for_all_networks([](const std::string& name, const std::string& score, int layers) {
    const auto network = network_of<double>(name, score, layers);
    for (const Setting& setting : kSettings) {
      Case<double> of(*network, setting);
      of.answer();
      const auto maps = network->attention(of.in(), of.scratch.forward.data());
      REQUIRE(maps.size() == static_cast<std::size_t>(layers));
      std::set<std::string> tokens = {"context"};
      for (int i = 0; i < setting.candidates; ++i) tokens.insert("candidate " + std::to_string(i));
      for (int i = 0; i < setting.events; ++i) tokens.insert("event " + std::to_string(i));
      for (const auto& map : maps) {
        CAPTURE(map.layer);
        REQUIRE(map.heads == 2);
        REQUIRE(map.weights.rows() == map.heads * static_cast<Eigen::Index>(map.query.size()));
        REQUIRE(map.weights.cols() == static_cast<Eigen::Index>(map.key.size()));
        for (const auto* names : {&map.query, &map.key}) {
          const std::set<std::string> distinct(names->begin(), names->end());
          REQUIRE(distinct.size() == names->size());
          REQUIRE(std::includes(tokens.begin(), tokens.end(), distinct.begin(), distinct.end()));
        }
        REQUIRE(map.weights.minCoeff() >= 0);
        for (Eigen::Index row = 0; row < map.weights.rows(); ++row)
          REQUIRE(map.weights.row(row).sum() == Approx(1).margin(1e-12));
        if (score == "uniform")  // over all that is there, and no more
          REQUIRE((map.weights.array() == 1.0 / static_cast<double>(map.key.size())).all());
      }
    }
  });
}

}  // namespace infodiet::test
