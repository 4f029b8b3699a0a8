#include "sim/record/spec_json.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/json.hpp"
#include "sim/json_writer.hpp"

namespace infodiet {
namespace {

void write_features(JsonWriter& json, const char* key, const std::vector<Feature>& features) {
  json.begin_array(key);
  for (const Feature& f : features) {
    json.begin_object()
        .member("name", f.name)
        .member("unit", f.unit)
        .member("low", double{f.low})
        .member("high", double{f.high})
        .member("role", static_cast<int>(f.role))
        .member("index", f.index)
        .member("mark", double{f.mark})
        .end();
  }
  json.end();
}

/// Looks members up and complains of those that are not what they must be.
class Members {
 public:
  Members(const Json& object, const std::string& file) : object_(object), file_(file) {}

  const Json& at(const char* key, Json::Kind kind) const {
    const Json* const found = object_.find(key);
    if (found == nullptr || found->kind != kind) refuse(key);
    return *found;
  }
  std::string text(const char* key) const { return at(key, Json::Kind::kString).text; }
  std::int64_t integer(const char* key, std::int64_t low, std::int64_t high) const {
    const std::int64_t value = at(key, Json::Kind::kInteger).integer;
    if (value < low || value > high) refuse(key);
    return value;
  }
  /// Null is what JSON has for what is not finite.
  float real(const char* key, float otherwise) const {
    const Json* const found = object_.find(key);
    if (found == nullptr) refuse(key);
    if (found->kind == Json::Kind::kNull) return otherwise;
    if (found->kind != Json::Kind::kReal && found->kind != Json::Kind::kInteger) refuse(key);
    return static_cast<float>(found->real);
  }
  [[noreturn]] void refuse(const char* key) const {
    throw Error(
        ErrorCode::kIo, file_,
        fmt::format("its header lacks a sound '{}' (record it anew: infodiet record)", key));
  }

 private:
  const Json& object_;
  const std::string& file_;
};

std::vector<Feature> features_of(const Members& from, const char* key, const std::string& file) {
  std::vector<Feature> features;
  for (const Json& one : from.at(key, Json::Kind::kArray).elements) {
    const Members m(one, file);
    Feature f;
    f.name = m.text("name");
    f.unit = m.text("unit");
    f.low = m.real("low", -std::numeric_limits<float>::infinity());
    f.high = m.real("high", std::numeric_limits<float>::infinity());
    f.role = static_cast<Role>(m.integer("role", 0, static_cast<int>(Role::kHidden)));
    f.index = static_cast<int>(m.integer("index", 0, 100'000));
    f.mark = m.real("mark", std::numeric_limits<float>::quiet_NaN());
    features.push_back(std::move(f));
  }
  return features;
}

std::vector<std::string> texts_of(const Members& from, const char* key) {
  std::vector<std::string> texts;
  for (const Json& one : from.at(key, Json::Kind::kArray).elements) {
    if (one.kind != Json::Kind::kString) from.refuse(key);
    texts.push_back(one.text);
  }
  return texts;
}

/// Members of an object that is open.
void write_spec(JsonWriter& json, const Spec& spec) {
  json.member("world", spec.world)
      .member("candidates", spec.candidates)
      .member("slots", spec.slots)
      .member("slate_min", spec.slate_min)
      .member("slate_max", spec.slate_max)
      .member("history", spec.history)
      .member("topics", spec.topics)
      .member("episode_days", spec.episode_days)
      .member("per_day", spec.score_per == ScorePer::kDay);
  for (const auto& [key, texts] :
       {std::pair{"topic_names", &spec.topic_names}, std::pair{"person_types", &spec.person_types},
        std::pair{"notes", &spec.notes}}) {
    json.begin_array(key);
    for (const std::string& text : *texts) json.element(text);
    json.end();
  }
  write_features(json, "candidate_features", spec.candidate_features);
  write_features(json, "history_features", spec.history_features);
  write_features(json, "context_features", spec.context_features);
  write_features(json, "feedback_features", spec.feedback_features);
  write_features(json, "hidden_features", spec.hidden_features);
  json.begin_array("rewards");
  for (const RewardPart& part : spec.rewards) {
    json.begin_object()
        .member("name", part.name)
        .member("unit", part.unit)
        .member("weight", part.weight)
        .end();
  }
  json.end();
}

}  // namespace

std::string spec_json(const Spec& spec) {
  JsonWriter json;
  json.begin_object();
  write_spec(json, spec);
  json.end();
  return json.text();
}

std::string episode_json(const EpisodeInfo& info) {
  JsonWriter json;
  json.begin_object()
      .member("task", info.task)
      .member("agent_name", info.agent_name)
      .member("agent_detail", info.agent_detail)
      .member("program", info.program)
      .member("experiment", info.experiment_yaml)
      .member("agent", info.agent_yaml)
      .member("seed", std::to_string(info.key.seed))
      .member("env", info.key.env)
      .member("episode", info.key.episode)
      .begin_object("spec");
  write_spec(json, info.spec);
  json.end().end();
  return json.text();
}

EpisodeInfo episode_from_json(std::string_view text, const std::string& file) {
  const Json json = parse_json(text, file);
  const Members m(json, file);
  EpisodeInfo info;
  info.task = m.text("task");
  info.agent_name = m.text("agent_name");
  info.agent_detail = m.text("agent_detail");
  info.program = m.text("program");
  info.experiment_yaml = m.text("experiment");
  info.agent_yaml = m.text("agent");
  const std::string seed = m.text("seed");
  if (seed.empty() || seed.size() > 20 || seed.find_first_not_of("0123456789") != std::string::npos)
    m.refuse("seed");
  info.key.seed = std::strtoull(seed.c_str(), nullptr, 10);
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  info.key.env = static_cast<std::uint32_t>(m.integer("env", 0, kMost));
  info.key.episode = static_cast<std::uint32_t>(m.integer("episode", 0, kMost));

  const Json& spec_json = m.at("spec", Json::Kind::kObject);
  const Members s(spec_json, file);
  Spec& spec = info.spec;
  spec.world = s.text("world");
  spec.candidates = static_cast<int>(s.integer("candidates", 1, Snapshot::kMostCandidates));
  spec.slots = static_cast<int>(s.integer("slots", 1, Snapshot::kMostSlots));
  spec.slate_min = static_cast<int>(s.integer("slate_min", 0, spec.slots));
  spec.slate_max = static_cast<int>(s.integer("slate_max", spec.slate_min, spec.slots));
  spec.history = static_cast<int>(s.integer("history", 0, 100'000));
  spec.topics = static_cast<int>(s.integer("topics", 0, 1000));
  spec.episode_days = double{s.real("episode_days", 0)};
  spec.score_per = s.at("per_day", Json::Kind::kBool).flag ? ScorePer::kDay : ScorePer::kEpisode;
  spec.topic_names = texts_of(s, "topic_names");
  spec.person_types = texts_of(s, "person_types");
  spec.notes = texts_of(s, "notes");
  spec.candidate_features = features_of(s, "candidate_features", file);
  spec.history_features = features_of(s, "history_features", file);
  spec.context_features = features_of(s, "context_features", file);
  spec.feedback_features = features_of(s, "feedback_features", file);
  spec.hidden_features = features_of(s, "hidden_features", file);
  for (const Json& one : s.at("rewards", Json::Kind::kArray).elements) {
    const Members part(one, file);
    spec.rewards.push_back({part.text("name"), part.text("unit"), double{part.real("weight", 0)}});
  }
  if (spec.rewards.size() > StepRecord::kMostRewards) s.refuse("rewards");
  return info;
}

}  // namespace infodiet
