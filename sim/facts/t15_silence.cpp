#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

constexpr int kDays = 28;
constexpr double kFrom = 14;  // day from which on nothing is shown

/// Two weeks of the chronological feed, then two weeks of nothing.
FactSample run(const FactSetting& setting) {
  FeedConfig config = trial_config(setting, kDays);
  config.person.annoyance.tolerance = kInfinity;
  const int people = people_of(setting, 256);
  const Eyes eyes(config);
  struct Day {
    double known = 0, checks = 0;
    int looks = 0;
  };
  std::vector<std::array<Day, kDays + 2>> notes(people);
  Diary diary(people, 1, kDays);
  play(setting, config, people,
       {.show =
            [&](const Look& look, std::span<std::int32_t> slate) {
              Day& day = notes[look.person()][static_cast<int>(look.day())];
              day.known += 1 - eyes.knowledge_gap(look);
              ++day.looks;
              if (eyes.opening(look)) ++day.checks;
              if (eyes.push(look) || look.day() >= kFrom) return;
              show_best(look, slate, config.slots, [&](int i) { return -eyes.age(look, i); });
            },
        .watch = [&](const Outcome& outcome) { diary.add(outcome); }});
  std::vector<double> known, checks;
  for (int d = 0; d < kDays; ++d) {
    double sum = 0, count = 0, looked = 0;
    for (const auto& of_person : notes) {
      sum += of_person[d].known;
      looked += of_person[d].looks;
      count += of_person[d].checks;
    }
    known.push_back(sum / looked);
    checks.push_back(count / people);
  }
  return {{mean_of(known, 21, 28) / mean_of(known, 7, 14), diary.part(15, 28, kOverload),
           mean_of(checks, 21, 28) / mean_of(checks, 7, 14)},
          {known, checks}};
}

const RegisteredFact kSilence{{
    .label = "T15",
    .name = "silence",
    .title = "Silence ends overload and lets knowledge fade, and people still come to look",
    .published = "Four weeks without Facebook: less knowledge of the news, more well-being, less "
                 "use afterwards. No notifications at all: more fear of missing out.",
    .source =
        "Allcott, Braghieri, Eichmeyer & Gentzkow 2020, doi:10.1257/aer.20190658; Fitz et al. "
        "2019, doi:10.1016/j.chb.2019.07.016",
    .procedure = "Two weeks of a chronological feed of 5 items, no pushes, then two weeks in which "
                 "nothing is shown; 256 people; M 32, no opting out; the last week of each part "
                 "(overload: from the second day of silence on).",
    .basis = Basis::kPredicted,
    .bands = {{"knowledge in silence over knowledge before", "-", 0, 0.5, "less"},
              {"overload-minutes a day in silence", "om/day", 0, 0, "none", Basis::kBuiltIn},
              {"looks by himself in silence over before", "-", 0.1, kInfinity, "not none"}},
    .plots = {{.name = "silence_knowledge",
               .title = "Knowledge, with a feed and in silence from day 15 on",
               .x = {"day", "-"},
               .y = {"share known", "-"},
               .curves = {{"simulated", whole_numbers(1, kDays), {}}}},
              {.name = "silence_checks",
               .title = "Looking by himself, with a feed and in silence from day 15 on",
               .x = {"day", "-"},
               .y = {"looks per person", "1/day"},
               .curves = {{"simulated", whole_numbers(1, kDays), {}}}}},
    .mechanisms = {"knowledge", "forgetting", "returning"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
