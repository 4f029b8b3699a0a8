#include <algorithm>
#include <cmath>

#include "sim/facts/articles.hpp"
#include "sim/facts/fit.hpp"

namespace infodiet {
namespace {

constexpr double kSwitch = 60;  // day on which the arms part
constexpr double kMonth = 30;   // d
constexpr int kMonths = 14;     // after it

struct Arm {
  std::vector<double> use, value, goodwill;  // by month after the switch
};

/// Pushes `per_day` times a day the best of what has come since the last, and ranks the feed
/// alike. A session that a push opened is for that item alone.
Arm play_arm(const FactSetting& setting, bool fewer) {
  const int people = people_of(setting, 64);
  const FeedConfig config = articles(setting, kSwitch + kMonths * kMonth);
  const Eyes eyes(config);
  constexpr int kBefore = static_cast<int>(kSwitch / kMonth);
  Diary diary(people, kMonth, kBefore + kMonths);
  std::vector<std::uint8_t> by_push(people);
  std::vector<std::array<double, kMonths>> goodwill(people);
  play(setting, config, people,
       {.show =
            [&](const Look& look, std::span<std::int32_t> slate) {
              const int who = look.person();
              const int month = static_cast<int>(look.day() / kMonth) - kBefore;
              if (month >= 0 && month < kMonths) goodwill[who][month] = eyes.goodwill(look);
              const bool changed = fewer && look.day() >= kSwitch;
              const auto mark = [&](int i) {
                return changed ? eyes.worth(look, i) : eyes.pull(look, i);
              };
              if (eyes.push(look)) {
                by_push[who] = 1;
                // every 40 min of a waking day are 24 pushes, every fifth of these 5
                const int every = changed ? 5 : 1;
                const auto slot = std::lround(eyes.hour(look) * 60 / config.push_interval);
                if (slot % every != 0) return;
                const double fresh = every * config.push_interval;
                return show_best(look, slate, 1, [&](int i) {
                  return static_cast<double>(eyes.age(look, i)) <= fresh ? mark(i) : -INFINITY;
                });
              }
              if (eyes.opening(look)) by_push[who] = 0;
              if (!by_push[who]) show_best(look, slate, config.slots, mark);
            },
        .watch = [&](const Outcome& outcome) { diary.add(outcome); }});
  Arm arm;
  for (int month = 0; month < kMonths; ++month) {
    arm.use.push_back(diary.minutes_read(kBefore + month));
    arm.value.push_back(diary.part(kBefore + month, kValue) / arm.use.back());
    double sum = 0;
    for (const auto& of_person : goodwill) sum += of_person[month];
    arm.goodwill.push_back(sum / people);
  }
  return arm;
}

FactSample run(const FactSetting& setting) {
  const Arm many = play_arm(setting, false);
  const Arm few = play_arm(setting, true);
  std::vector<double> change;
  double value = kInfinity, goodwill = kInfinity;
  for (int month = 0; month < kMonths; ++month) {
    change.push_back(100 * (few.use[month] / many.use[month] - 1));
    value = std::min(value, few.value[month] - many.value[month]);
    goodwill = std::min(goodwill, few.goodwill[month] - many.goodwill[month]);
  }
  return {{change[0], change[1], change[2], mean_of(change, kMonths - 3, kMonths), value, goodwill},
          {change}};
}

const RegisteredFact kLessIsMore{{
    .label = "T7",
    .name = "less_is_more",
    .title = "Fewer, better notifications lower use at first and raise it within a year or so",
    .published = "Facebook sent fewer and more relevant notifications to part of its users: use "
                 "fell at first, and after a year it was higher than without the change.",
    .source = "Analytics at Meta 2022, \"Notifications: why less is more\"",
    .procedure =
        "After 60 days alike, 24 pushes a day ranked by clicks against 5 ranked by value, "
        "each of the best item since the last push; the feed is ranked as the pushes are, "
        "and a session that a push opened is for that item alone; 64 people x 14 months an "
        "arm; stream of articles (6 min), M 64, K 5, no opting out, habit from 40 min/day on.",
    .basis = Basis::kFitted,
    .bands = {{"change of use in the first month", "%", -kInfinity, -10, "a fall"},
              // so, of the mean over populations, the sign turns between month 4 and month 14
              {"change of use in the second month", "%", -kInfinity, 0, "still lower"},
              {"change of use in the third month", "%", -kInfinity, 0, "still lower"},
              {"change of use in months 12 to 14", "%", 0, kInfinity, "higher after a year"},
              {"least gain of value per minute in a month", "wsm/min", 0, kInfinity, ""},
              {"least gain of goodwill in a month", "wsm/day", 0, kInfinity, ""}},
    .plots = {{.name = "less_is_more",
               .title = "Use after a change to fewer, better notifications",
               .x = {"month after the change", "-"},
               .y = {"change of use", "%"},
               .curves = {{"simulated", whole_numbers(1, kMonths), {}}}}},
    .mechanisms = {"temptation", "knowledge", "forgetting", "returning", "goodwill"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
