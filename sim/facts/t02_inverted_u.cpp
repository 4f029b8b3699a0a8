#include <algorithm>

#include "sim/facts/eyes.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

const std::vector<double> kRates = {4, 8, 16, 32, 64, 128, 256, 512};
/// Where value minus overload peaks; beyond, overload is so large that nothing else can be seen.
const std::vector<double> kLowRates = {4, 8, 16, 32};

struct Diet {
  double value = 0, overload = 0;  // per person and day
};

/// Slates of 4, best first, so many times a waking day, to people who never look by themselves.
Diet push_best(const FactSetting& setting, double per_day, double kappa) {
  FeedConfig config = trial_config(setting, 6);
  config.slots = 4;
  config.push_interval = 960 / per_day;
  Person& person = config.person;
  person.sessions.base = person.sessions.pull = 0;
  person.sessions.leave_after_reading = person.sessions.leave_after_nothing = 1;
  person.annoyance.tolerance = kInfinity;
  person.attention.kappa = kappa;
  const Eyes eyes(config);
  const Played played = play(setting, config, people_of(setting, 64),
                             {.show = [&](const Look& look, std::span<std::int32_t> slate) {
                               if (!eyes.push(look)) return;  // after a reading he is left alone
                               show_best(look, slate, 4, [&](int i) {
                                 return eyes.worth(look, i) * eyes.length(look, i);
                               });
                             }});
  return {played.part(kValue) / played.days(), played.part(kOverload) / played.days()};
}

FactSample run(const FactSetting& setting) {
  std::vector<double> value, net, unlimited;
  for (const double per_day : kRates) {
    const Diet finite = push_best(setting, per_day, setting.person.attention.kappa);
    value.push_back(finite.value);
    net.push_back(finite.value - finite.overload);
    unlimited.push_back(push_best(setting, per_day, kInfinity).value);
  }
  double least_growth = kInfinity;
  for (std::size_t i = 1; i < unlimited.size(); ++i)
    least_growth = std::min(least_growth, unlimited[i] / unlimited[i - 1]);
  const auto best = std::max_element(net.begin(), net.end()) - net.begin();
  return {
      {kRates[best], value.back() / *std::max_element(value.begin(), value.end()), least_growth},
      {value, unlimited, {net.begin(), net.begin() + 4}}};
}

const RegisteredFact kInvertedU{{
    .label = "T2",
    .name = "inverted_u",
    .title = "More information is worse beyond a point, but only if attention is finite",
    .published = "Decisions get better and then worse with the amount of information under time "
                 "pressure, and do not get worse without it; satisfaction with a choice first "
                 "rises and then falls with the number of options, and the peak moves with the "
                 "cost of looking at them.",
    .source = "Hahn, Lawson & Lee 1992, doi:10.1002/mar.4220090503; Reutskaja & Hogarth 2009, "
              "doi:10.1002/mar.20268",
    .procedure = "Slates of the 4 items that would be worth most now are pushed 4 to 512 times a "
                 "waking day for 6 days to 64 people who never look by themselves; M 32, no "
                 "repeats, no opting out; once with finite, once with unlimited attention.",
    .basis = Basis::kPredicted,
    .bands = {{"slates a day at which value minus overload peaks", "1/day", 8, 256,
               "a peak inside the range"},
              {"value at 512 a day, as a share of its peak", "-", 0, 0.9, "a fall"},
              {"least growth of value from one rate to the next, unlimited attention", "-", 1,
               kInfinity, "no fall"}},
    .plots = {{.name = "inverted_u",
               .title = "Value by amount of information",
               .x = {"slates pushed", "1/day", true},
               .y = {"per person", "well-spent min/day"},
               .curves = {{"value", kRates, {}}, {"value, unlimited attention", kRates, {}}}},
              {.name = "inverted_u_net",
               .title = "Value minus overload by amount of information",
               .x = {"slates pushed", "1/day", true},
               .y = {"per person", "well-spent min/day"},
               .curves = {{"value minus overload", kLowRates, {}}}}},
    .mechanisms = {"attention", "interruptions", "position"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
