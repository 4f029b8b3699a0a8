#include <algorithm>

#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

constexpr int kExposures = 40;

/// One topic, read four times a day, by people whose interests move.
FactSample run(const FactSetting& setting) {
  FeedConfig config = trial_config(setting, 11);
  config.push_interval = 240;
  config.slots = 1;
  config.repeats = true;
  SyntheticStream::Config& stream = stream_of(config);
  stream.topics = 1;
  stream.length = 6;
  stream.quality_mean = 0.8;
  Person& person = config.person;
  if (setting.may_have("drift")) person.drift.rate = 0.3f;
  person.sessions.base = person.sessions.pull = 0;
  person.sessions.leave_after_reading = person.sessions.leave_after_nothing = 1;
  person.annoyance.tolerance = kInfinity;
  person.choice.base = 40;
  const int people = people_of(setting, 256);
  const Eyes eyes(config);
  std::vector<std::vector<double>> liking(people);
  play(setting, config, people, {.show = [&](const Look& look, std::span<std::int32_t> slate) {
         std::vector<double>& of_person = liking[look.person()];
         if (!eyes.push(look) || of_person.size() >= kExposures) return;
         of_person.push_back(static_cast<double>(person.choice.interest * eyes.interest(look, 0) -
                                                 person.satiation.cost * eyes.satiation(look, 0)));
         show_best(look, slate, 1, [&](int i) { return eyes.quality(look, i); });
       }});
  std::vector<double> mean(kExposures);
  for (int n = 0; n < kExposures; ++n) {
    for (const auto& of_person : liking) mean[n] += of_person[n] / people;
  }
  std::vector<double> change;
  for (const double value : mean) change.push_back(value - mean.front());
  const auto peak = std::max_element(change.begin(), change.end()) - change.begin();
  return {{static_cast<double>(peak), change[peak], change[peak] - change.back()}, {change}};
}

const RegisteredFact kExposure{{
    .label = "T17",
    .name = "exposure",
    .title = "Liking rises with exposure and then falls",
    .published = "Over 268 curves liking is an inverted U of the number of exposures; attitudes to "
                 "advertisements peak at about ten.",
    .source = "Montoya, Horton, Vevea, Citkowicz & Lauber 2017, doi:10.1037/bul0000085; Schmidt & "
              "Eisend 2015, doi:10.1080/00913367.2015.1018460",
    .procedure = "Drift on (.3 logit a whole reading). One topic, the best item of it pushed and "
                 "read every 4 waking hours, 40 times, by 256 people who take all "
                 "(every fourth comes after a night, rested: hence the teeth); liking is "
                 "interest minus satiation before each reading; M 32, repeats on, no opting out.",
    .basis = Basis::kFitted,
    .bands = {{"exposures at the peak", "-", 5, 20, "about 10"},
              {"rise of liking to the peak", "logit", 0.01, kInfinity, "a rise"},
              {"fall from the peak to the 40th", "logit", 0.01, kInfinity, "a fall"}},
    .plots = {{.name = "exposure",
               .title = "Liking by exposures so far",
               .x = {"exposures", "-"},
               .y = {"change of liking", "logit"},
               .curves = {{"simulated", whole_numbers(0, kExposures - 1), {}}}}},
    .mechanisms = {"drift", "knowledge", "forgetting"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
