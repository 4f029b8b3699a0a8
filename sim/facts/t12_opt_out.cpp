#include "sim/facts/eyes.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

const std::vector<double> kRates = {1, 3.5, 5, 10};  // 1/week

/// Share of people who have opted out after four weeks of pushes that nobody wants.
double opted_out(const FactSetting& setting, double per_week) {
  FeedConfig config = trial_config(setting, 28);
  config.push_interval = 60;
  config.person.choice.base = -50;
  const Eyes eyes(config);
  const auto chance = static_cast<float>(per_week / (7 * 15));  // of the 15 full hours of a day
  const int people = people_of(setting, 1024);
  const Played played =
      play(setting, config, people, {.show = [&](const Look& look, std::span<std::int32_t> slate) {
             const double hour = eyes.hour(look);
             if (eyes.push(look) && hour > 7.5 && dice(look) < chance) slate[0] = 0;
           }});
  return played.sum("opted_out_share") / people;
}

FactSample run(const FactSetting& setting) {
  std::vector<double> share;
  for (const double rate : kRates) share.push_back(opted_out(setting, rate));
  return {share, {share}};
}

const RegisteredFact kOptOut{{
    .label = "T12",
    .name = "opt_out",
    .title = "The more pushes that nobody wants, the more people switch them off",
    .published = "Of 1000 users asked, 10 % would disable the notifications of an application that "
                 "sends one a week, 37 % more at 2-5, 33 % more at 6-10: 10, 47 and 80 % in all.",
    .source = "Localytics 2017, survey of US smartphone users (stated intentions)",
    .procedure = "Pushes that nobody takes up come at random at 1, 3.5, 5 and 10 a week for four "
                 "weeks to 1024 people who never look by themselves; M 32; share who have opted "
                 "out.",
    .basis = Basis::kFitted,
    .bands = {{"share opted out at 1 a week", "-", 0, 0.2, "10 %"},
              {"share opted out at 3.5 a week", "-", 0.3, 0.5, "about 40 %"},
              {"share opted out at 5 a week", "-", 0.37, 0.7, "47-60 %"},
              {"share opted out at 10 a week", "-", 0.7, 0.9, "80 %"}},
    .plots = {{.name = "opt_out",
               .title = "Opting out by volume",
               .x = {"unwanted pushes", "1/week"},
               .y = {"share opted out after 4 weeks", "-"},
               .curves = {{"simulated", kRates, {}}, {"survey", {1, 5, 10}, {.10, .47, .80}}}}},
    .parts = {"annoyance"},
    .mechanisms = {"annoyance"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
