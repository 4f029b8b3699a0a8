#include <algorithm>
#include <cmath>

#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

/// Reads for an hour at 9, 13 and 18 h, and rests between.
FactSample run(const FactSetting& setting) {
  FeedConfig config = trial_config(setting, 2);
  config.push_interval = 5;
  config.slots = 1;
  config.repeats = true;
  SyntheticStream::Config& stream = stream_of(config);
  stream.length = 30;
  stream.length_spread = 0;
  Person& person = config.person;
  person.sessions.leave_after_reading = 0;
  person.sessions.leave_after_nothing = 1;
  person.fatigue.leave = 0;
  person.choice.base = 60;
  person.dwell.glance_share = 100;
  const Eyes eyes(config);

  std::vector<double> minute, fatigue, strain;  // at every decision
  double begun = -kInfinity;                    // the last hour of reading
  play(setting, config, 1, {.show = [&](const Look& look, std::span<std::int32_t> slate) {
         const double now = look.day() * kMinutesPerDay;  // since waking, at 7 h
         minute.push_back(now);
         fatigue.push_back(eyes.fatigue(look));
         strain.push_back(eyes.strain(look));
         for (const double hour : {2.0, 6.0, 11.0}) {
           if (std::abs(now - hour * 60) < 1) begun = now;
         }
         if (now >= begun && now < begun + 59) slate[0] = 0;
       }});
  const auto at = [&](const std::vector<double>& values, double when) {
    const auto after = std::lower_bound(minute.begin(), minute.end(), when - 0.01);
    return values[std::min(after - minute.begin(), std::ptrdiff_t(values.size()) - 1)];
  };
  const double tired = at(fatigue, 180);  // as the first hour of reading ends
  const double evening = at(strain, 955), morning = at(strain, kMinutesPerDay + 5);
  const double first = at(strain, 180);
  std::vector<double> fatigue_curve, strain_curve;
  for (double when = 0; when <= 1680; when += 60) {
    fatigue_curve.push_back(at(fatigue, when));
    strain_curve.push_back(at(strain, when));
  }
  return {{1 - at(fatigue, 190) / tired, 1 - at(fatigue, 300) / tired, evening - first,
           morning / evening},
          {fatigue_curve, strain_curve}};
}

const RegisteredFact kFatigue{{
    .label = "T14",
    .name = "fatigue",
    .title = "Fatigue has two time scales: a break mends one, only sleep the other",
    .published =
        "Effort choices need a recoverable fatigue, which rises with effort and falls with "
        "rest, and an unrecoverable one, which only rises; breaks of up to 10 min reduce "
        "fatigue by a third of a standard deviation but do not restore.",
    .source = "Mueller et al. 2021, doi:10.1038/s41467-021-24927-7; Albulescu et al. 2022, "
              "doi:10.1371/journal.pone.0272460",
    .procedure = "One person reads for an hour at 9, 13 and 18 h and rests between; F and S are "
                 "read from the hidden state every 5 min for a day and the next morning.",
    .basis = Basis::kBuiltIn,
    .bands = {{"part of fatigue that ten minutes of rest mend", "-", 0.25, 0.31, "some, not all"},
              {"part of fatigue that two hours of rest mend", "-", 0.98, 1, "all"},
              {"rise of strain from the first hour's end to the evening", "-", 0.01, 1,
               "it only rises"},
              {"strain left in the morning", "-", 0, 0.25, "a night mends it"}},
    .plots = {{.name = "fatigue",
               .title = "Fatigue and strain over a day",
               .x = {"hour", "h"},
               .y = {"level", "-"},
               .curves = {{"fatigue F", whole_numbers(7, 35), {}},
                          {"strain S", whole_numbers(7, 35), {}}}}},
    .parts = {"fatigue"},
    .mechanisms = {"fatigue"},
    .run = run,
    .seeds = 1,
}};

}  // namespace
}  // namespace infodiet
