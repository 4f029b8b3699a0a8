#include "sim/watch/snapshot_maker.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace infodiet {
namespace {

template <std::size_t N>
void copy_name(const std::string& name, std::array<char, N>& into) {
  into = {};
  std::copy_n(name.data(), std::min(name.size(), N - 1), into.data());
}

void copy_part(std::span<const float> from, Snapshot::Part part, std::size_t rows,
               std::size_t columns, Snapshot& into) {
  if (rows * columns == 0) return;
  const std::span<float> room = into.add(part, rows, columns);
  if (!room.empty()) std::copy_n(from.begin(), room.size(), room.begin());
}

double plogp(double p) { return p > 0 ? -p * std::log(p) : 0.0; }

/// Of the first choice, nothing included, as a share of the largest possible.
float entropy_of_choice(const Explanation& why) {
  if (why.chances.size() < 1) return StepRecord::kNone;
  const double open = why.gates.empty() ? 1.0 : double{why.gates.front()};
  double sum = why.gates.empty() ? 0 : plogp(1 - open);
  for (const float chance : why.chances) sum += plogp(open * double{chance});
  const double ways = static_cast<double>(why.chances.size()) + (why.gates.empty() ? 0 : 1);
  return ways > 1 ? static_cast<float>(sum / std::log(ways)) : 0.0f;
}

/// Mean over layers, heads and queries, each as a share of the largest possible.
float entropy_of_attention(const Explanation& why) {
  double sum = 0;
  int count = 0;
  for (const AttentionRead& read : why.attention) {
    const std::size_t keys = read.keys.size();
    if (keys < 2) continue;
    for (std::size_t at = 0; at + keys <= read.weights.size(); at += keys, ++count) {
      double entropy = 0;
      for (std::size_t k = 0; k < keys; ++k) entropy += plogp(double{read.weights[at + k]});
      sum += entropy / std::log(static_cast<double>(keys));
    }
  }
  return count > 0 ? static_cast<float>(sum / count) : StepRecord::kNone;
}

}  // namespace

Token token_of(const std::string& name) {
  if (name == "context") return {Token::kContext, 0};
  const std::size_t blank = name.find(' ');
  if (blank == std::string::npos) return {};
  int place = 0;
  std::from_chars(name.data() + blank + 1, name.data() + name.size(), place);
  const std::string_view kind(name.data(), blank);
  if (kind == "candidate") return {Token::kCandidate, static_cast<std::int16_t>(place)};
  if (kind == "event") return {Token::kEvent, static_cast<std::int16_t>(place)};
  return {};
}

void write_explanation(const Explanation& why, Snapshot& into) {
  copy_name(why.score_name, into.score_name);
  copy_part(why.scores, Snapshot::kScores, 1, why.scores.size(), into);
  copy_part(why.chances, Snapshot::kChances, 1, why.chances.size(), into);
  copy_part(why.gates, Snapshot::kGates, 1, why.gates.size(), into);
  copy_part(why.values, Snapshot::kValues, 1, why.values.size(), into);
  if (!why.click_chances.empty() && why.click_chances.size() == why.worths.size()) {
    const auto room = into.add(Snapshot::kForecasts, why.worths.size(), kNumForecastColumns);
    for (std::size_t i = 0; i * kNumForecastColumns < room.size(); ++i) {
      room[i * kNumForecastColumns + kForecastClick] = why.click_chances[i];
      room[i * kNumForecastColumns + kForecastWorth] = why.worths[i];
    }
  }
  if (!why.gates.empty()) into.step.silence = 1 - why.gates.front();
  into.step.policy_entropy = entropy_of_choice(why);
  into.step.attention_entropy = entropy_of_attention(why);
  for (const AttentionRead& read : why.attention) {
    const std::size_t heads = static_cast<std::size_t>(read.heads);
    const auto room = into.add_read(heads, read.queries.size(), read.keys.size());
    if (room.empty()) continue;
    copy_name(read.layer, into.reads[into.num_reads - 1].layer);
    auto out = room.begin();
    for (const std::string& name : read.queries) *out++ = Snapshot::number_of(token_of(name));
    for (const std::string& name : read.keys) *out++ = Snapshot::number_of(token_of(name));
    std::copy(read.weights.begin(), read.weights.end(), out);
  }
}

void write_seen(const Observations& seen, int env, const Spec& spec, Snapshot& into) {
  const std::size_t row = static_cast<std::size_t>(env);
  const std::size_t num_candidates = spec.candidates, num_events = spec.history;
  const auto mask = seen.mask.subspan(row * num_candidates, num_candidates);
  const auto items = seen.item.subspan(row * num_candidates, num_candidates);
  into.valid = static_cast<std::uint32_t>(std::find(mask.begin(), mask.end(), 0) - mask.begin());
  std::copy_n(items.begin(), into.valid, into.item.begin());

  const std::size_t width = spec.candidate_features.size();
  if (!seen.candidates.empty()) {
    copy_part(seen.candidates.subspan(row * num_candidates * width, into.valid * width),
              Snapshot::kCandidates, into.valid, width, into);
  }
  const std::size_t event_width = spec.history_features.size();
  if (!seen.history.empty()) {
    const auto events = seen.history_mask.subspan(row * num_events, num_events);
    const auto count =
        static_cast<std::size_t>(std::find(events.begin(), events.end(), 0) - events.begin());
    copy_part(seen.history.subspan(row * num_events * event_width, count * event_width),
              Snapshot::kHistory, count, event_width, into);
  }
  const std::size_t context_width = spec.context_features.size();
  if (!seen.context.empty()) {
    const auto context = seen.context.subspan(row * context_width, context_width);
    copy_part(context, Snapshot::kContext, 1, context_width, into);
    const auto context_of = [&](Role role) {
      const int column = Spec::find(spec.context_features, role);
      return column >= 0 ? context[column] : StepRecord::kNone;
    };
    into.step.hour = context_of(Role::kHour);
    into.step.weekday = context_of(Role::kWeekday);
    if (context_of(Role::kPush) > 0) into.step.flags |= StepRecord::kPush;
  }
}

}  // namespace infodiet
