#include <algorithm>
#include <map>

#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"
#include "sim/statistics.hpp"

namespace infodiet {
namespace {

constexpr int kItems = 256;
constexpr int kLeast = 50;  // dwells that a shape is fitted to

const std::vector<double> kSeconds = {2, 5, 10, 20, 40, 80, 120, 240};

/// A shelf of pages that stays, shown one at a time.
FactSample run(const FactSetting& setting) {
  FeedConfig config = trial_config(setting, 3);
  config.candidates = kItems;
  config.slots = 1;
  config.repeats = true;
  SyntheticStream::Config& stream = stream_of(config);
  stream.items_per_day = 10;
  stream.half_life = 43200;
  stream.half_life_spread = 0;
  Person& person = config.person;
  person.annoyance.tolerance = kInfinity;
  const int people = people_of(setting, 800);
  const Eyes eyes(config);

  // the whole dwell shows in the hidden state at the next decision
  std::vector<std::int32_t> shown(people, -1);
  std::vector<std::vector<std::pair<std::int32_t, double>>> dwells(people);
  std::vector<std::uint8_t> clicked(people);
  play(setting, config, people,
       {.show =
            [&](const Look& look, std::span<std::int32_t> slate) {
              const int who = look.person();
              if (clicked[who]) dwells[who].emplace_back(shown[who], 60 * eyes.last_dwell(look));
              const int count = look.candidates();
              slate[0] =
                  std::min(count - 1, static_cast<int>(dice(look) * static_cast<float>(count)));
              shown[who] = look.item(slate[0]);
            },
        .watch = [&](const Outcome& outcome) { clicked[outcome.person] = outcome.clicks() > 0; }});

  std::map<std::int32_t, std::vector<double>> by_item;
  std::vector<double> all;
  for (const auto& of_person : dwells) {
    for (const auto& [item, seconds] : of_person) {
      by_item[item].push_back(seconds);
      all.push_back(seconds);
    }
  }
  double fitted = 0, below_one = 0;
  for (const auto& [item, seconds] : by_item) {
    if (static_cast<int>(seconds.size()) < (setting.quick ? kLeast / 5 : kLeast)) continue;
    ++fitted;
    below_one += weibull_shape(seconds) < 1;
  }
  std::sort(all.begin(), all.end());
  const auto longer = [&](double seconds) {
    const auto from = std::upper_bound(all.begin(), all.end(), seconds);
    return static_cast<double>(all.end() - from) / static_cast<double>(all.size());
  };
  std::vector<double> survival;
  for (const double seconds : kSeconds) survival.push_back(longer(seconds));
  return {{below_one / fitted, quantile(all, 0.5), longer(120)}, {survival}};
}

const RegisteredFact kDwell{{
    .label = "T5",
    .name = "dwell",
    .title = "Who has stayed on a page stays on: the hazard of leaving falls with time",
    .published = "On 99 % of 205,873 web pages a Weibull distribution of dwell times has a shape "
                 "below 1; people typically leave within 10-20 s, and some stay for two minutes "
                 "and more.",
    .source = "Liu, White & Dumais 2010, doi:10.1145/1835449.1835513",
    .procedure = "800 people x 3 days, one page at random at every decision, feed and push, from a "
                 "shelf of pages that stays (M 256, K 1, repeats on, no opting out); the dwell is "
                 "taken before the end of the page cuts it; maximum-likelihood shape of each page "
                 "with 50 dwells or more. A shape below 1 is put in (.8), what people do is not.",
    .basis = Basis::kPredicted,
    .bands = {{"share of pages whose shape is below 1", "-", 0.98, 1, "99 %", Basis::kBuiltIn},
              {"median dwell", "s", 8, 30, "10-20 s"},
              {"share of dwells over 120 s", "-", 0.05, 0.2, "some"}},
    .plots = {{.name = "dwell",
               .title = "How long a page is read",
               .x = {"time on page", "s", true},
               .y = {"share still there", "-"},
               .curves = {{"simulated", kSeconds, {}}}}},
    .mechanisms = {"dwell"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
