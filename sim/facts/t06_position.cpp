#include <algorithm>
#include <numeric>

#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

constexpr int kSlots = 10;
const std::vector<double> kRanks = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
const std::vector<double> kExamination = {.68, .61, .48, .34, .28, .20, .11, .10, .08, .06};

std::vector<double> relative(std::vector<double> values) {
  const double first = values.front();
  for (double& value : values) value /= first;
  return values;
}

/// Shuffled slates of ten, each item answered by itself.
FactSample run(const FactSetting& setting) {
  FeedConfig config = trial_config(setting, 4);
  config.slots = kSlots;
  config.push_interval = 1;
  config.repeats = true;
  Person& person = config.person;
  person.choice.rule = "each";
  person.annoyance.tolerance = kInfinity;
  person.attention.kappa = kInfinity;
  person.dwell.glance_share = 0.001f;
  const int people = people_of(setting, 64);
  std::vector<std::array<double, kSlots>> clicks(people), shows(people);
  play(setting, config, people,
       {.show =
            [&](const Look& look, std::span<std::int32_t> slate) {
              std::vector<std::int32_t> order(look.candidates());
              std::iota(order.begin(), order.end(), 0);
              const std::size_t count = std::min<std::size_t>(kSlots, order.size());
              for (std::size_t i = 0; i < count; ++i) {
                const auto word =
                    random_words(look.key().episode, Purpose::kAgent, look.key().decision,
                                 static_cast<std::uint32_t>(i))[0];
                std::swap(
                    order[i],
                    order[i + uniform_below(word, static_cast<std::uint32_t>(order.size() - i))]);
                slate[i] = order[i];
              }
            },
        .watch =
            [&](const Outcome& outcome) {
              for (int rank = 0; rank < kSlots; ++rank) {
                shows[outcome.person][rank] += static_cast<double>(outcome.feedback[rank * 4]);
                clicks[outcome.person][rank] += static_cast<double>(outcome.feedback[rank * 4 + 1]);
              }
            }});
  std::vector<double> rates;
  for (int rank = 0; rank < kSlots; ++rank) {
    double clicked = 0, shown = 0;
    for (int who = 0; who < people; ++who) {
      clicked += clicks[who][rank];
      shown += shows[who][rank];
    }
    rates.push_back(clicked / shown);
  }
  return {{log_log_slope(kRanks, rates), rank_correlation(rates, kExamination)}, {relative(rates)}};
}

const RegisteredFact kPosition{{
    .label = "T6",
    .name = "position",
    .title = "What stands lower in a list is chosen less, by a power of its place",
    .published = "Examination by place, as measured by eye tracking and used in unbiased learning "
                 "to rank: .68 .61 .48 .34 .28 .20 .11 .10 .08 .06, a log-log slope of -1.11.",
    .source =
        "Joachims, Granka, Pan, Hembrooke, Radlinski & Gay 2007, doi:10.1145/1229179.1229181; "
        "as used by Ai, Bi, Luo, Guo & Croft 2018, doi:10.1145/3209978.3209986",
    .procedure = "Ten items in random order at every decision, feed and push (1 min), each "
                 "answered by itself; 64 people x 4 days; M 32, K 10, repeats on, attention "
                 "unlimited, reading takes no time, no opting out.",
    .basis = Basis::kFitted,
    .bands = {{"slope of the click rate over places 1-10, log-log", "-", -1.35, -0.85, "-1.11"},
              {"rank correlation with the published examination", "-", 0.999, kInfinity, "1"}},
    .plots = {{.name = "position",
               .title = "Clicks by place in the list",
               .x = {"place", "-", true},
               .y = {"click rate, relative to the first", "-", true},
               .curves = {{"simulated", kRanks, {}},
                          {"examination (eye tracking)", kRanks, relative(kExamination)}}}},
    .mechanisms = {"position"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
