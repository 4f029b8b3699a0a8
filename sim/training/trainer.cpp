#include "sim/training/trainer.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "agents/agent.hpp"
#include "env/core/error.hpp"

namespace infodiet {
namespace {

constexpr const char* kCounters = "trainer.counters";
constexpr const char* kEnvironments = "trainer.environments";
constexpr const char* kMemories = "trainer.memories";

Tensor bytes_tensor(const char* name, const std::vector<std::byte>& bytes, int rows) {
  const auto each = static_cast<std::int64_t>(bytes.size()) / rows;
  return {name, Tensor::Type::kU8, {rows, each}, bytes};
}

BatchOptions options_of(const TrainPlan& plan) {
  return {.autoreset = Autoreset::kSameStep, .tensors = true, .block_size = plan.block_size};
}

}  // namespace

TrainPlan make_train_plan(const ExperimentConfig& experiment, std::uint64_t seed) {
  return {.seed = experiment.train.first_seed + seed,
          .envs = experiment.run.envs,
          .decisions = experiment.run.decisions};
}

bool can_learn(const Choice& agent, const Spec& spec) {
  try {
    const std::unique_ptr<Agent> made = AgentRegistry::instance().make(agent, spec);
    return dynamic_cast<const Learner*>(made.get()) != nullptr;
  } catch (const Error&) {
    return false;  // it needs more than it was given: the folder of a run
  }
}

std::unique_ptr<Learner> make_learner(const Choice& agent, const Spec& spec) {
  std::unique_ptr<Agent> made = AgentRegistry::instance().make(agent, spec);
  if (auto* const learner = dynamic_cast<Learner*>(made.get())) {
    (void)made.release();
    return std::unique_ptr<Learner>(learner);
  }
  std::string able;
  for (const auto& [name, entry] : AgentRegistry::instance().entries()) {
    if (can_learn(Choice(AgentRegistry::instance(), name), spec))
      able += (able.empty() ? "" : ", ") + name;
  }
  throw Error(ErrorCode::kConfig, "agent.name",
              fmt::format("'{}' has nothing to learn (can be trained: {})", agent.name(), able));
}

Trainer::Trainer(std::shared_ptr<const World> world, const Choice& agent, const TrainPlan& plan)
    : world_(std::move(world)),
      agent_(agent),
      plan_(plan),
      learner_(make_learner(agent, world_->spec())),
      batch_(world_, plan.envs, plan.seed, options_of(plan)),
      experience_(learner_->make_experience(plan.envs)),
      memory_(static_cast<std::size_t>(plan.envs) * learner_->memory_bytes()) {
  learner_->begin(plan.seed);
  stagger();
}

void Trainer::stagger() {
  const Spec& spec = world_->spec();
  for (int env = 0; env < plan_.envs; ++env) {
    const auto number = static_cast<std::uint32_t>(env);
    const auto words = random_words({plan_.seed, number, 0}, Purpose::kStagger, 0);
    const double until = double{uniform_open(words[0])} * spec.episode_days * 1440;
    EnvBatch one(world_, 1, plan_.seed, {.autoreset = Autoreset::kDisabled}, number);
    for (double minutes = 0; minutes < until && one.ended()[0] == 0;) {
      const Slates slate = one.slates();
      std::fill(slate.begin(), slate.end(), kNothing);
      for (int slot = 0; slot < spec.slate_min; ++slot) slate[slot] = slot;
      one.step_block(0);
      minutes += double{one.transitions().minutes[0]};
    }
    if (one.ended()[0] == 0) batch_.restore(env, one.save(0));
  }
}

Iteration Trainer::iterate(Workers& workers) {
  Iteration out;
  out.rollout = roll_out(batch_, *learner_, memory_, experience_, workers);
  const double share = static_cast<double>(decisions_) / static_cast<double>(plan_.decisions);
  out.learning = learner_->learn(experience_, share, workers);
  decisions_ += experience_.count();
  ++iterations_;
  return out;
}

std::unique_ptr<Learner> Trainer::policy() const {
  std::unique_ptr<Learner> player = make_learner(agent_, world_->spec());
  Tensors kept;
  save_policy(kept);
  player->load_policy(kept);
  return player;
}

std::vector<Contestant> Trainer::policies() const {
  std::vector<Contestant> all;
  for (int rule = 0; rule < learner_->num_rules(); ++rule) {
    std::unique_ptr<Learner> player = policy();
    player->set_rule(rule);
    all.push_back({fmt::format("policy by rule {}", rule), std::move(player)});
  }
  return all;
}

void Trainer::save_training(Tensors& into) const {
  learner_->save_training(into);
  const std::uint64_t counters[] = {decisions_, iterations_, plan_.seed};
  into.add(Tensor::of<std::uint64_t>(kCounters, {3}, counters));
  std::vector<std::byte> environments;
  for (int env = 0; env < batch_.size(); ++env) {
    const std::vector<std::byte> saved = batch_.save(env);
    environments.insert(environments.end(), saved.begin(), saved.end());
  }
  into.add(bytes_tensor(kEnvironments, environments, batch_.size()));
  if (!memory_.empty()) into.add(bytes_tensor(kMemories, memory_, batch_.size()));
}

void Trainer::load(const Tensors& policy, const Tensors& training) {
  const auto counters = training.at<std::uint64_t>(kCounters, {3});
  if (counters[2] != plan_.seed) {
    throw Error(ErrorCode::kState, kCounters,
                fmt::format("was trained with seed {}, not {}", counters[2], plan_.seed));
  }
  const Tensor& environments = training.at(kEnvironments);
  if (environments.shape.size() != 2 || environments.shape[0] != batch_.size()) {
    throw Error(ErrorCode::kState, kEnvironments,
                fmt::format("holds {} instead of {} environments",
                            environments.shape.empty() ? 0 : environments.shape[0], batch_.size()));
  }
  std::span<const std::uint8_t> memories;
  if (!memory_.empty())
    memories = training.at<std::uint8_t>(
        kMemories, {batch_.size(), static_cast<std::int64_t>(learner_->memory_bytes())});
  learner_->load_policy(policy);
  learner_->load_training(training);
  std::transform(memories.begin(), memories.end(), memory_.begin(),
                 [](std::uint8_t byte) { return std::byte{byte}; });
  const auto each = static_cast<std::size_t>(environments.shape[1]);
  for (int env = 0; env < batch_.size(); ++env)
    batch_.restore(env, std::span(environments.data).subspan(env * each, each));
  decisions_ = counters[0];
  iterations_ = counters[1];
}

}  // namespace infodiet
