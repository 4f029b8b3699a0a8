#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/viz/made_up.hpp"
#include "viz/model.hpp"

namespace infodiet::test {

inline viz::Model staged(const std::vector<MadeUp::Kind>& kinds, const std::string& mode,
                         int decisions = 90) {
  StageInfo info;
  info.spec = MadeUp::spec();
  info.task = "made up";
  info.mode = mode;
  if (mode == "replay") {
    info.file = "media/episode.idep";
    info.note = "differs from decision 61 on";
  }
  constexpr const char* kNames[] = {"cross", "pooled", "worth", "never"};
  for (const MadeUp::Kind kind : kinds) info.sides.push_back({kNames[kind], "made up from dice"});
  if (mode == "replay") info.sides[0].differs_at = 60;
  viz::Model model(info);
  for (std::size_t i = 0; i < kinds.size(); ++i)
    model.sides[i].log = MadeUp::episode(kinds[i], decisions);
  model.pace.wanted = 8;
  model.pace.seed = 1;
  return model;
}

/// The last decision of a kind before the end.
inline int last_where(const viz::Model& model,
                      const std::function<bool(const StepRecord&)>& is_it) {
  const auto records = model.sides[0].log.records();
  int at = static_cast<int>(records.size()) - 1;
  while (at > 0 && !is_it(records[at])) --at;
  return at;
}

/// A screen, and its size in logical px.
struct GoldenScene {
  std::string name;
  int width, height;
  float scale;
  std::function<viz::Model()> model;
};

inline std::vector<GoldenScene> golden_scenes() {
  const auto live = [](MadeUp::Kind kind) { return staged({kind}, "live"); };
  const auto compared = [] { return staged({MadeUp::kByCandidate, MadeUp::kByContext}, "live"); };
  const auto trained = [] {
    viz::Model model = staged({MadeUp::kByCandidate}, "live", 20);
    model.train = MadeUp::training();
    model.screen = viz::Screen::kTrain;
    return model;
  };
  return {
      {"live_cross", 1600, 900, 1, [=] { return live(MadeUp::kByCandidate); }},
      {"live_pooled_head", 1600, 900, 1,
       [=] {
         viz::Model model = live(MadeUp::kByContext);
         model.head = 1;
         model.pinned = {0, model.shot(0)->item[4]};
         return model;
       }},
      {"live_worth", 1280, 720, 1, [=] { return live(MadeUp::kScores); }},
      {"live_never", 1280, 720, 1, [=] { return live(MadeUp::kSilent); }},
      {"live_1280", 1280, 720, 1, [=] { return live(MadeUp::kByCandidate); }},
      {"live_2x", 1280, 720, 2, [=] { return live(MadeUp::kByContext); }},
      {"overload", 1280, 720, 1,
       [=] {
         viz::Model model = live(MadeUp::kScores);
         model.cursor = last_where(
             model, [](const StepRecord& r) { return r.person[1] > 0.5f && r.shown > 0; });
         return model;
       }},
      {"nothing_shown", 1280, 720, 1,
       [=] {
         viz::Model model = live(MadeUp::kByCandidate);
         model.cursor = last_where(model, [](const StepRecord& r) { return r.shown == 0; });
         return model;
       }},
      {"by_hand", 1280, 720, 1,
       [=] {
         viz::Model model = live(MadeUp::kByCandidate);
         Snapshot hidden = *model.shot(0);
         const std::vector<int> order = viz::ranked(hidden);
         hidden.is_masked[order[4]] = 1;
         hidden.step.flags |= StepRecord::kMasked;
         model.sides[0].log.put(hidden);
         model.hand = {true, true, hidden.step, {hidden.item[order[5]], hidden.item[order[1]]}};
         model.bookmarks = {12, 40};
         return model;
       }},
      {"help", 1280, 720, 1,
       [=] {
         viz::Model model = live(MadeUp::kByCandidate);
         model.show_help = true;
         return model;
       }},
      {"compare", 1600, 900, 1, compared},
      {"compare_1280", 1280, 720, 1, compared},
      {"replay", 1280, 720, 1,
       [] {
         viz::Model model = staged({MadeUp::kByCandidate}, "replay");
         model.cursor = 41;
         return model;
       }},
      {"train", 1280, 720, 1, trained},
  };
}

}  // namespace infodiet::test
