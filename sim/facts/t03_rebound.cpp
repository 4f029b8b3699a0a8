#include <cmath>

#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

constexpr int kReadings = 20;
constexpr double kEvery = 10;  // min

/// One topic, pushed every ten minutes and always read, at once.
FactSample run(const FactSetting& setting) {
  FeedConfig config = trial_config(setting, 1);
  config.push_interval = kEvery;
  config.repeats = true;
  SyntheticStream::Config& stream = stream_of(config);
  stream.topics = 1;
  stream.length = 0.1;
  stream.length_spread = 0;
  Person& person = config.person;
  person.sessions.leave_after_reading = person.sessions.leave_after_nothing = 1;
  person.choice.base = 40;
  person.dwell.glance_share = 0.001f;
  person.dwell.depth = 0.01f;
  const Eyes eyes(config);

  // what the next item of the topic would lose, before every reading and then left alone
  std::vector<double> lost;
  play(setting, config, 1, {.show = [&](const Look& look, std::span<std::int32_t> slate) {
         if (!eyes.push(look) || lost.size() >= 2 * kReadings) return;
         lost.push_back(static_cast<double>(setting.person.satiation.cost) *
                        static_cast<double>(eyes.satiation(look, 0)));
         if (lost.size() <= kReadings) slate[0] = 0;
       }});

  const Satiation published;  // the constants that the closed form is written with
  const auto cost = static_cast<double>(published.cost);
  const double gamma = std::exp(-kEvery / published.tau);
  const auto closed_form = [&](int n) {  // before the n-th reading
    return cost * gamma * (1 - std::pow(gamma, n - 1)) / (1 - gamma);
  };
  double worst_rise = 0, worst_return = 0;
  for (int n = 1; n <= kReadings; ++n)
    worst_rise = std::max(worst_rise, std::abs(lost[n - 1] - closed_form(n)));
  const double full = closed_form(kReadings + 1);
  for (int m = 0; m < kReadings; ++m) {
    worst_return =
        std::max(worst_return, std::abs(lost[kReadings + m] - full * std::pow(gamma, m)));
  }
  return {{worst_rise, worst_return}, {lost}};
}

std::vector<double> theory() {
  const Satiation satiation;
  const double gamma = std::exp(-kEvery / satiation.tau);
  std::vector<double> y;
  double s = 0;
  for (int n = 1; n <= 2 * kReadings; ++n) {
    y.push_back(static_cast<double>(satiation.cost) * s);
    s = gamma * (s + (n <= kReadings ? 1 : 0));
  }
  return y;
}

const RegisteredFact kRebound{{
    .label = "T3",
    .name = "rebound",
    .title = "Repeated consumption satiates, and appetite comes back in idle time",
    .published = "A rebounding arm pays b - lambda s with s <- gamma (s + u): after n pulls in a "
                 "row it has lost lambda gamma (1 - gamma^(n-1)) / (1 - gamma), and m idle steps "
                 "leave gamma^m of that.",
    .source = "Leqi, Kilinc-Karzan, Lipton & Montgomery 2021, arXiv:2011.06741",
    .procedure = "One person reads one topic every 10 min, 20 times, at once, and is then left "
                 "alone for 20 steps; the pull that the topic has lost is read before each step.",
    .basis = Basis::kBuiltIn,
    .bands = {{"largest difference to the closed form while reading", "logit", 0, 1e-5,
               "closed form"},
              {"largest difference to the closed form while idle", "logit", 0, 1e-5,
               "closed form"}},
    .plots = {{.name = "rebound",
               .title = "Satiation and rebound",
               .x = {"step of 10 min", "-"},
               .y = {"pull lost", "logit"},
               .curves = {{"simulated", whole_numbers(1, 2 * kReadings), {}},
                          {"closed form", whole_numbers(1, 2 * kReadings), theory()}}}},
    .parts = {"satiation"},
    .mechanisms = {"satiation"},
    .run = run,
    .seeds = 1,
}};

}  // namespace
}  // namespace infodiet
