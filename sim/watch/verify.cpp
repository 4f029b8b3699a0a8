#include "sim/watch/verify.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/experiment.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/watch/play_session.hpp"
#include "sim/watch/players.hpp"
#include "sim/watch/recordings.hpp"

namespace infodiet {
namespace {

std::string slate_words(const Snapshot& shot) {
  std::string text;
  for (const std::int32_t place : shot.slate) {
    if (place < 0) break;
    text += fmt::format("{}#{}", text.empty() ? "" : " ", shot.item[place]);
  }
  return text.empty() ? "nothing" : text;
}

/// What differs between two accounts of a decision; "" if nothing does.
std::string difference(const Snapshot& then, const Snapshot& now) {
  if (then.valid != now.valid ||
      !std::equal(then.item.begin(), then.item.begin() + then.valid, now.item.begin()))
    return "other candidates were offered";
  constexpr std::pair<Snapshot::Part, const char*> kSeen[] = {
      {Snapshot::kHidden, "the person's hidden state"},
      {Snapshot::kCandidates, "the candidates' features"},
      {Snapshot::kHistory, "the history"},
      {Snapshot::kContext, "the context"}};
  for (const auto& [part, name] : kSeen) {
    if (!same_part(then, now, part)) return std::string("changed: ") + name;
  }
  if (then.slate != now.slate)
    return fmt::format("shown: {} then, {} now", slate_words(then), slate_words(now));
  constexpr std::pair<Snapshot::Part, const char*> kWhy[] = {
      {Snapshot::kScores, "the agent's scores"},
      {Snapshot::kGates, "the agent's gates"},
      {Snapshot::kForecasts, "the agent's forecasts"},
      {Snapshot::kFeedback, "how the person responded"}};
  for (const auto& [part, name] : kWhy) {
    if (!same_part(then, now, part)) return std::string("changed: ") + name;
  }
  if (then.step.rewards != now.step.rewards) return "changed: the rewards";
  if (then.step.passed != now.step.passed || then.step.minutes != now.step.minutes)
    return "changed: the time that passed";
  const std::size_t used = std::min(then.used, now.used);
  if (then.used != now.used ||
      std::memcmp(then.numbers.data(), now.numbers.data(), used * sizeof(float)) != 0)
    return "changed: what the agent looked at";
  return "";
}

}  // namespace

std::optional<Difference> verify_episode(const EpisodeFile& file,
                                         const std::shared_ptr<const World>& world,
                                         const Agent& agent) {
  const Spec &recorded = file.info.spec, &here = world->spec();
  if (recorded.candidates != here.candidates || recorded.slots != here.slots ||
      recorded.hidden_features.size() != here.hidden_features.size() ||
      recorded.candidate_features.size() != here.candidate_features.size())
    throw Error(ErrorCode::kState, "episode", "the world it was recorded in looks different now");
  PlaySession session(world, agent, file.info.key);
  Snapshot now;
  for (int i = 0; i < file.log.size(); ++i) {
    const Snapshot& then = *file.log.at(i);
    if (session.is_over()) return Difference{i, "the episode is over by now"};
    session.step(&now);
    if (then.step.has(StepRecord::kByHand)) {
      session.again({}, std::span(then.slate).first(static_cast<std::size_t>(here.slots)), &now);
    } else if (then.step.has(StepRecord::kMasked)) {
      session.again(std::span(then.is_masked).first(then.valid), {}, &now);
    }
    if (const std::string what = difference(then, now); !what.empty()) return Difference{i, what};
  }
  return std::nullopt;
}

std::optional<Difference> verify_episode(const EpisodeFile& file, const std::string& shown_name,
                                         const std::string& agent_name) {
  const ExperimentConfig experiment = experiment_of(file, shown_name);
  const std::shared_ptr<const World> world = make_world(experiment.world);
  const Choice agent = agent_from_yaml(file.info.agent_yaml, shown_name + " (agent)");
  const std::unique_ptr<Agent> player =
      agent_name.empty() ? make_agent(agent, world->spec())
                         : find_player(agent_name, experiment, world).make(Command::kAsTrained);
  return verify_episode(file, world, *player);
}

}  // namespace infodiet
