#include "viz/whole_decisions.hpp"

namespace infodiet::viz {

void WholeDecisions::follow(double seconds) {
  constexpr double kPatience = 0.25;  // [s] an answer may be lost to a later one
  constexpr int kTries = 5;           // what does not come by then will not come
  if (model_.is_recorded() || (model_.pace.is_playing && model_.cursor < 0)) return;
  asked_.resize(model_.sides.size());
  for (std::size_t i = 0; i < model_.sides.size(); ++i) {
    const int side = static_cast<int>(i);
    const StepRecord* const record = model_.record(side);
    if (record == nullptr || model_.whole(side) != nullptr) continue;
    Asked& asked = asked_[i];
    asked.since += seconds;
    const bool is_same = asked.decision == record->decision && asked.take == record->take;
    if (is_same && (asked.since < kPatience || asked.tries == kTries)) continue;
    asked = {record->decision, record->take, 0, is_same ? asked.tries + 1 : 1};
    stage_.send({.kind = Command::kShow,
                 .side = static_cast<std::uint8_t>(side),
                 .number = static_cast<double>(record->decision)});
  }
}

}  // namespace infodiet::viz
