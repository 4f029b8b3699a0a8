#include "tests/support/agent_scene.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/checkpoint/checkpoint.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/training/trainer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace infodiet::test {

namespace {

/// The place of a feature in row `row` of an array.
std::size_t place(const std::vector<Feature>& features, const std::string& name, int row) {
  const int column = Spec::find(features, name);
  if (column < 0) throw std::invalid_argument("no feature " + name);
  return row * features.size() + static_cast<std::size_t>(column);
}

void append_topics(std::vector<Feature>& to, const std::string& prefix, Role role) {
  for (int t = 0; t < 3; ++t) to.push_back({prefix + "abc"[t], "-", 0, 1e6f, role, t});
}

}  // namespace

namespace {

/// What plays a checkpoint needs one: of a learner that knows nothing yet.
std::unique_ptr<Agent> untrained(const Spec& spec) {
  const TemporaryFolder run;
  const Choice learner(AgentRegistry::instance(), "ppo");
  Checkpoint checkpoint;
  checkpoint.agent_yaml = agent_to_yaml(learner);
  checkpoint.spec_fingerprint = spec_fingerprint(spec);
  make_learner(learner, spec)->save_policy(checkpoint.policy);
  write_checkpoint(run.path() / "checkpoints", checkpoint);
  return AgentRegistry::instance().make(trained_agent(run.path().string()), spec);
}

}  // namespace

std::unique_ptr<Agent> agent_named(const std::string& name, const Spec& spec) {
  if (name == "trained") return untrained(spec);
  return AgentRegistry::instance().make(Choice(AgentRegistry::instance(), name), spec);
}

std::unique_ptr<Agent> agent_from(const std::string& yaml, const Spec& spec) {
  struct Holder : ConfigOf<Holder> {
    Choice agent{AgentRegistry::instance(), "never"};
    void fields(Fields& f) override { f({"agent", "", "Who decides."}, agent); }
  } holder;
  ConfigFile::from_text("agent: " + yaml, "test").read_into(holder);
  return AgentRegistry::instance().make(holder.agent, spec);
}

Spec full_spec(int candidates, int slots, int history) {
  Spec spec;
  spec.candidates = candidates;
  spec.slots = spec.slate_max = slots;
  spec.history = history;
  spec.topics = 3;
  spec.topic_names = {"a", "b", "c"};
  auto& candidate = spec.candidate_features;
  append_topics(candidate, "topic_", Role::kTopic);
  candidate.insert(candidate.end(), {{"length", "min", 0, 100, Role::kLength},
                                     {"age", "min", 0, 1e6f, Role::kAge},
                                     {"half_life", "min", 0, 1e6f, Role::kHalfLife},
                                     {"popularity", "-", 0, 23, Role::kPopularity},
                                     {"story", "-", 0, 1, Role::kStory},
                                     {"shown_before", "-", 0, 1, Role::kShownBefore},
                                     {"read_before", "-", 0, 1, Role::kReadBefore},
                                     {"appeal", "sd", -10, 10, Role::kAppeal}});
  auto& event = spec.history_features;
  append_topics(event, "topic_", Role::kTopic);
  event.insert(event.end(), {{"length", "min", 0, 100, Role::kLength},
                             {"story", "-", 0, 1, Role::kStory},
                             {"since", "min", 0, 1e7f, Role::kSince},
                             {"rank", "-", 0, 15, Role::kRank},
                             {"push", "-", 0, 1, Role::kPush},
                             {"clicked", "-", 0, 1, Role::kClicked},
                             {"dwell", "min", 0, 100, Role::kDwell},
                             {"liked", "-", 0, 1, Role::kLiked}});
  auto& context = spec.context_features;
  context = {{"push", "-", 0, 1, Role::kPush},
             {"hour", "h", 0, 24, Role::kHour},
             {"weekday", "-", 0, 6, Role::kWeekday},
             {"since_show", "min", 0, 1e4f, Role::kSince},
             {"pushes_today", "-", 0, 1440, Role::kPushesToday},
             {"load", "-", -10, 1.5f, Role::kLoadEstimate}};
  append_topics(context, "clicks_", Role::kTopicClicks);
  append_topics(context, "shows_", Role::kTopicShows);
  return spec;
}

Scene::Scene(const Spec& spec)
    : spec_(spec),
      item_(spec.candidates),
      mask_(spec.candidates, 1),
      event_mask_(spec.history),
      candidates_(spec.candidates * spec.candidate_features.size()),
      events_(spec.history * spec.history_features.size()),
      context_(spec.context_features.size()) {
  for (int i = 0; i < spec.candidates; ++i) {
    item_[i] = i;
    set_topic(i, 0);
    candidate(i, "length") = 1;
    candidate(i, "half_life") = 100;
    candidate(i, "story") = 0.01f * static_cast<float>(i + 1);
  }
  context("hour") = 12;
  context("load") = -1;
}

float& Scene::candidate(int i, const std::string& feature) {
  return candidates_[place(spec_.candidate_features, feature, i)];
}

void Scene::set_topic(int i, int topic) {
  for (int t = 0; t < 3; ++t)
    candidate(i, std::string("topic_") + "abc"[t]) = t == topic ? 1.0f : 0.0f;
}

float& Scene::context(const std::string& feature) {
  return context_[place(spec_.context_features, feature, 0)];
}

float& Scene::event(int i, const std::string& feature) {
  return events_[place(spec_.history_features, feature, i)];
}

void Scene::limit(int count) {
  for (int i = 0; i < spec_.candidates; ++i) {
    mask_[i] = i < count ? 1 : 0;
    item_[i] = i < count ? i : -1;
  }
}

void Scene::add_event() {
  const auto width = static_cast<std::ptrdiff_t>(spec_.history_features.size());
  std::copy_backward(events_.begin(), events_.end() - width, events_.end());
  std::copy_backward(event_mask_.begin(), event_mask_.end() - 1, event_mask_.end());
  std::fill_n(events_.begin(), width, 0.0f);
  event_mask_[0] = 1;
}

void Scene::pass(float minutes) {
  for (int i = 0; i < spec_.history; ++i) event(i, "since") += minutes;
  context("since_show") += minutes;
}

Observations Scene::seen() const {
  Observations seen;
  seen.size = 1;
  seen.key = {&key_, 1};
  seen.item = item_;
  seen.mask = mask_;
  seen.candidates = candidates_;
  seen.history = events_;
  seen.history_mask = event_mask_;
  seen.context = context_;
  return seen;
}

Slate Scene::answer(const Agent& agent, std::vector<std::byte>& memory) const {
  memory.resize(agent.memory_bytes());
  Slate slate(spec_.slots, 77);
  agent.act(seen(), memory, slate);
  return slate;
}

Slate Scene::answer(const Agent& agent) const {
  std::vector<std::byte> memory;
  return answer(agent, memory);
}

int shown(const Slate& slate) {
  return static_cast<int>(std::count_if(slate.begin(), slate.end(), [](int i) { return i >= 0; }));
}

}  // namespace infodiet::test
