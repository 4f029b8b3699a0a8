#include "viz/reading.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "env/api/score_unit.hpp"

namespace infodiet::viz {
namespace {

std::string code_of(const std::string& name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  if (digits < name.size()) {
    const std::string number = name.substr(digits);
    return number.size() >= 2 ? number.substr(number.size() - 2) : "0" + number;
  }
  std::string code;
  for (const char letter : name) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
      code.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(letter))));
    if (code.size() == 2) break;
  }
  return code.empty() ? "··" : code;
}

int first_with(const std::vector<Feature>& features, const std::string& prefix) {
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (features[i].name.starts_with(prefix)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

Columns::Columns(const Spec& spec) {
  const auto of_candidate = [&](Role role) { return Spec::find(spec.candidate_features, role); };
  const auto of_event = [&](Role role) { return Spec::find(spec.history_features, role); };
  const auto of_context = [&](Role role) { return Spec::find(spec.context_features, role); };
  const auto& hidden = spec.hidden_features;
  candidate = {of_candidate(Role::kTopic),      of_candidate(Role::kLength),
               of_candidate(Role::kAge),        of_candidate(Role::kHalfLife),
               of_candidate(Role::kPopularity), of_candidate(Role::kAppeal),
               of_candidate(Role::kShownBefore)};
  event = {of_event(Role::kTopic), of_event(Role::kSince),   of_event(Role::kRank),
           of_event(Role::kPush),  of_event(Role::kClicked), of_event(Role::kDwell),
           of_event(Role::kLiked)};
  context = {of_context(Role::kPush), of_context(Role::kSession), of_context(Role::kLoadEstimate)};
  person = {Spec::find(hidden, std::string("attention_balance")),
            Spec::find(hidden, std::string("overload_share")),
            Spec::find(hidden, std::string("fatigue")),
            Spec::find(hidden, std::string("goodwill")),
            Spec::find(hidden, std::string("habit")),
            Spec::find(hidden, std::string("annoyance")),
            Spec::find(hidden, std::string("log_tolerance")),
            Spec::find(hidden, std::string("person_type")),
            first_with(hidden, "known_"),
            first_with(hidden, "interest_"),
            first_with(hidden, "satiation_")};
  const auto unit_of_part = [&](const char* name) {
    for (const RewardPart& part : spec.rewards) {
      if (part.name == name) return part.unit;
    }
    return std::string();
  };
  unit = {score_unit(spec), unit_of_part("value"),
          person.balance < 0 ? "" : hidden[person.balance].unit, unit_of_part("overload")};
  topics_shown = spec.topics;
  for (const std::string& name : spec.topic_names) codes_.push_back(code_of(name));
  while (static_cast<int>(codes_.size()) < spec.topics) codes_.emplace_back("··");
}

TopicMix Columns::topics(std::span<const float> row, bool is_event) const {
  const int first = is_event ? event.topic : candidate.topic;
  TopicMix mix;
  if (first < 0) return mix;
  for (int t = 0; t < topics_shown; ++t) {
    const float weight = at(row, first + t);
    if (!(weight > 0)) continue;
    int place = std::min(mix.count, TopicMix::kMost - 1);
    if (mix.count == TopicMix::kMost && weight <= mix.weight[place]) continue;
    mix.count = std::min(mix.count + 1, TopicMix::kMost);
    for (; place > 0 && mix.weight[place - 1] < weight; --place) {
      mix.weight[place] = mix.weight[place - 1];
      mix.topic[place] = mix.topic[place - 1];
    }
    mix.weight[place] = weight;
    mix.topic[place] = t;
  }
  return mix;
}

std::vector<float> AttentionView::weights(const Snapshot& shot, int head) const {
  std::vector<float> sum(read->keys, 0.0f);
  const std::size_t first = head < 0 ? 0 : static_cast<std::size_t>(head);
  const std::size_t last = head < 0 ? read->heads : first + 1;
  for (std::size_t h = first; h < std::min<std::size_t>(last, read->heads); ++h) {
    const auto row = shot.weights(*read, h, query);
    for (std::size_t k = 0; k < row.size(); ++k)
      sum[k] += row[k] / static_cast<float>(last - first);
  }
  return sum;
}

int AttentionView::query_of(const Snapshot& shot, const Snapshot::Read& read, int candidate) {
  for (std::size_t q = 0; q < read.queries; ++q) {
    const Token token = shot.query(read, q);
    if (token.kind == Token::kCandidate && token.place == candidate) return static_cast<int>(q);
  }
  return -1;
}

AttentionView attention_of(const Snapshot& shot, int layer, int focus) {
  AttentionView view;
  if (shot.num_reads == 0) return view;
  const auto index = static_cast<std::uint32_t>(std::clamp(layer, 0, int(shot.num_reads) - 1));
  const Snapshot::Read& read = shot.reads[index];
  if (read.heads == 0 || read.queries == 0 || read.keys == 0) return view;
  view.read = &read;
  int query = focus >= 0 ? AttentionView::query_of(shot, read, focus) : -1;
  view.by_candidate = query >= 0;
  for (std::size_t q = 0; query < 0 && q < read.queries; ++q) {
    if (shot.query(read, q).kind == Token::kContext) query = static_cast<int>(q);
  }
  view.query = static_cast<std::size_t>(std::max(query, 0));
  return view;
}

std::vector<int> ranked(const Snapshot& shot) {
  std::vector<int> order(shot.valid);
  std::iota(order.rbegin(), order.rend(), 0);  // ids ascend with time, so the newest comes first
  const Snapshot::Part by = shot.has(Snapshot::kChances) ? Snapshot::kChances : Snapshot::kScores;
  const std::span<const float> numbers = shot.of(by);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    const int slot_a = slot_of(shot, a), slot_b = slot_of(shot, b);
    if ((slot_a >= 0) != (slot_b >= 0)) return slot_a >= 0;
    if (slot_a >= 0) return slot_a < slot_b;
    const float x = Columns::at(numbers, a), y = Columns::at(numbers, b);
    return x > y || (x == x && y != y);  // what has no number comes last
  });
  return order;
}

int place_of(const Snapshot& shot, std::int32_t item) {
  const auto end = shot.item.begin() + shot.valid;
  const auto found = item < 0 ? end : std::find(shot.item.begin(), end, item);
  return found == end ? -1 : static_cast<int>(found - shot.item.begin());
}

int slot_of(const Snapshot& shot, int candidate) {
  const auto found = std::find(shot.slate.begin(), shot.slate.end(), candidate);
  return found == shot.slate.end() ? -1 : static_cast<int>(found - shot.slate.begin());
}

float chance_of(const Snapshot& shot, int candidate) {
  const float chance = Columns::at(shot.of(Snapshot::kChances), candidate);
  const auto gates = shot.of(Snapshot::kGates);
  return gates.empty() ? chance : chance * gates[0];
}

}  // namespace infodiet::viz
