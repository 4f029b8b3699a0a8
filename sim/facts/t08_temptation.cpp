#include "sim/facts/articles.hpp"

namespace infodiet {
namespace {

/// Minutes read per person and day of a feed ranked by clicks.
double use(const FactSetting& setting, bool tempted) {
  FeedConfig config = articles(setting, 21);
  if (!tempted) config.person.temptation.appeal = config.person.temptation.impulse = 0;
  const Eyes eyes(config);
  const Played played =
      play(setting, config, people_of(setting, 256),
           {.show = [&](const Look& look, std::span<std::int32_t> slate) {
             if (eyes.push(look)) return;
             show_best(look, slate, config.slots, [&](int i) { return eyes.pull(look, i); });
           }});
  return played.sum("minutes_read") / played.days();
}

FactSample run(const FactSetting& setting) {
  const double left = use(setting, false) / use(setting, true);
  return {{1 - left}, {{100, 100 * left}}};
}

const RegisteredFact kTemptation{{
    .label = "T8",
    .name = "temptation",
    .title = "A third of use is due to temptation",
    .published = "Problems of self-control cause 31 % of the use of social media.",
    .source = "Allcott, Gentzkow & Song 2022, doi:10.1257/aer.20210867",
    .procedure = "Use with and without temptation (appeal and impulse both 0) of a feed ranked by "
                 "clicks, no pushes, 21 days, 256 people; stream of articles (6 min), M 64, K 5, "
                 "no opting out, habit from 40 min/day on.",
    .basis = Basis::kFitted,
    .bands = {{"share of use that goes without temptation", "-", 0.25, 0.37, "31 %"}},
    .plots = {{.name = "temptation",
               .title = "Use with and without temptation",
               .x = {"people", "-", false, {"as they are", "without temptation"}},
               .y = {"use, relative", "%"},
               .curves = {{"simulated", {1, 2}, {}}, {"published", {1, 2}, {100, 69}}}}},
    .mechanisms = {"temptation", "position", "knowledge", "forgetting", "returning", "goodwill"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
