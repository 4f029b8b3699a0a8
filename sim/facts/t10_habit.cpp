#include "sim/facts/articles.hpp"
#include "sim/facts/fit.hpp"

namespace infodiet {
namespace {

constexpr double kFrom = 42;  // day of the first suppressed session
constexpr double kWeek = 7;   // d
constexpr int kWeeks = 12;
constexpr int kBegin = 6, kEnd = 9;  // weeks of suppression

/// Use by week. In suppressed weeks a share of sessions finds nothing.
std::vector<double> use(const FactSetting& setting, float suppressed) {
  FeedConfig config = articles(setting, kWeeks * kWeek);
  config.person.habit.baseline = 12;  // about what this feed is used
  const int people = people_of(setting, 256);
  const Eyes eyes(config);
  Diary diary(people, kWeek, kWeeks);
  std::vector<std::uint8_t> blocked(people);
  play(setting, config, people,
       {.show =
            [&](const Look& look, std::span<std::int32_t> slate) {
              if (eyes.push(look)) return;
              const bool now = look.day() >= kFrom && look.day() < kEnd * kWeek;
              if (eyes.opening(look)) blocked[look.person()] = now && dice(look) < suppressed;
              if (blocked[look.person()]) return;
              show_best(look, slate, config.slots, [&](int i) { return -eyes.age(look, i); });
            },
        .watch = [&](const Outcome& outcome) { diary.add(outcome); }});
  std::vector<double> out;
  for (int week = 0; week < kWeeks; ++week) out.push_back(diary.minutes_read(week));
  return out;
}

FactSample run(const FactSetting& setting) {
  const std::vector<double> free = use(setting, 0);
  const std::vector<double> cut = use(setting, 0.4f);
  const auto lost = [&](int from, int to) {
    return 1 - mean_of(cut, from, to) / mean_of(free, from, to);
  };
  std::vector<double> change;
  for (int week = 0; week < kWeeks; ++week) change.push_back(100 * (cut[week] / free[week] - 1));
  return {{lost(kBegin, kEnd), lost(kEnd, kWeeks) / lost(kBegin, kEnd)}, {change}};
}

const RegisteredFact kHabit{{
    .label = "T10",
    .name = "habit",
    .title = "A cut of use persists, in part, after its cause is gone",
    .published = "A bonus for using less cut use by 39 % for three weeks; in the three weeks after "
                 "it had ended, use was still 19 % lower: half of the cut remained.",
    .source = "Allcott, Gentzkow & Song 2022, doi:10.1257/aer.20210867",
    .procedure = "From day 42 to 63 a share of sessions (.4) finds nothing; then three more weeks. "
                 "Chronological feed, no pushes, 256 people an arm, against an arm left alone; "
                 "stream of articles (6 min), M 64, K 5, no opting out, habit from 40 min/day on.",
    .basis = Basis::kFitted,
    .bands = {{"share of use lost during the cut", "-", 0.3, 0.5, "39 %", Basis::kBuiltIn},
              {"what remains of the loss in the three weeks after", "-", 0.25, 0.6, "19 / 39"}},
    .plots = {{.name = "habit",
               .title = "Use around a cut of three weeks",
               .x = {"week", "-"},
               .y = {"change of use", "%"},
               .curves = {{"simulated", whole_numbers(1, kWeeks), {}},
                          {"published", {7, 8, 9, 10, 11, 12}, {-39, -39, -39, -19, -19, -19}}}}},
    .parts = {"habit", "returning", "position", "dwell"},
    .mechanisms = {"returning", "habit"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
