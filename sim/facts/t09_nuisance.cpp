#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

constexpr double kFrom = 60;   // day of the first advert
constexpr double kMonth = 30;  // d
constexpr int kMonths = 12;
const std::vector<double> kRates = {0, 0.06, 0.12};  // 1/min

struct Use {
  double first = 0, last = 0;  // min/day in the first month, in months 11 and 12
};

Use use(const FactSetting& setting, double rate) {
  FeedConfig config = trial_config(setting, kFrom + kMonths * kMonth);
  config.candidates = 64;
  config.push_interval = 40;
  config.person.annoyance.tolerance = kInfinity;
  config.person.habit.baseline = 15;
  config.person.adverts.from = kFrom;
  if (setting.may_have("adverts")) config.person.adverts.rate = rate;
  const int people = people_of(setting, 128);
  const Eyes eyes(config);
  constexpr int kBefore = static_cast<int>(kFrom / kMonth);
  Diary diary(people, kMonth, kBefore + kMonths);
  play(setting, config, people,
       {.show =
            [&](const Look& look, std::span<std::int32_t> slate) {
              if (eyes.push(look)) return;
              show_best(look, slate, config.slots, [&](int i) { return eyes.worth(look, i); });
            },
        .watch = [&](const Outcome& outcome) { diary.add(outcome); }});
  return {diary.minutes_read(kBefore), diary.minutes_read(kBefore + 10, kBefore + 12)};
}

FactSample run(const FactSetting& setting) {
  std::vector<double> first, last;
  Use none;
  for (const double rate : kRates) {
    const Use at = use(setting, rate);
    if (rate == 0) none = at;
    first.push_back(100 * (at.first / none.first - 1));
    last.push_back(100 * (at.last / none.last - 1));
  }
  return {{last.back() / first.back(), quadratic_share(kRates, last)}, {first, last}};
}

const RegisteredFact kNuisance{{
    .label = "T9",
    .name = "nuisance",
    .title = "A nuisance costs three times as much use in the long run as in the first month",
    .published = "On Pandora the response of listening to the load of advertisements was, after 21 "
                 "months, three times that of the first month, and linear in the load; it took "
                 "more than a year to unfold.",
    .source = "Goli, Huang, Reiley & Riabov 2025, doi:10.1007/s11129-025-09294-7, arXiv:2412.05516",
    .procedure =
        "From day 60 adverts of 1 min come 0, .06 or .12 times a minute of reading, "
        "a tenth of them ends it; feed ranked by value, no pushes; 128 people x 14 months a "
        "rate; M 64, K 5, no opting out, habit from 15 min/day on. Response in month 1 against "
        "months 11 and 12, at .12.",
    .basis = Basis::kFitted,
    .bands = {{"long-run response over that of the first month", "-", 2, 5, "3"},
              {"share of the quadratic term in the long-run response", "-", 0, 0.5, "linear"}},
    .plots = {{.name = "nuisance",
               .title = "Response of use to adverts",
               .x = {"adverts per minute of reading", "1/min"},
               .y = {"change of use", "%"},
               .curves = {{"first month", kRates, {}}, {"months 11 and 12", kRates, {}}}}},
    .mechanisms = {"goodwill", "returning", "adverts"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
