#include "sim/training/trained_policy.hpp"

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "sim/training/trainer.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

struct AgentText : ConfigOf<AgentText> {
  Choice agent{AgentRegistry::instance(), "never"};
  void fields(Fields& f) override { f({"agent", "-", "The agent of a checkpoint"}, agent); }
};

std::uint64_t hash_features(const std::vector<Feature>& features, std::uint64_t hash) {
  hash = hash_value(std::uint64_t{features.size()}, hash);
  for (const Feature& feature : features) {
    hash = hash_text(feature.name, hash);
    hash = hash_value(static_cast<int>(feature.role), hash);
    hash = hash_value(feature.index, hash);
  }
  return hash;
}

/// An agent that `infodiet train` has made, as a contestant among others.
class TrainedAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    std::string run;

    void fields(Fields& f) override {
      f.path({"run", "-",
              "The folder of a run of `infodiet train`, of which the best checkpoint plays, or the "
              "folder of one checkpoint"},
             run);
    }
  };

  TrainedAgent(const Config& config, const Spec& spec)
      : inner_(config.run.empty() ? nullptr : load_policy(checkpoint_of(config.run), spec)) {
    if (inner_ == nullptr) {
      throw Error(ErrorCode::kConfig, "run",
                  "the agent 'trained' needs the folder of a run (write {name: trained, run: "
                  "FOLDER})");
    }
  }

  bool reads_tensors() const override { return inner_->reads_tensors(); }
  std::size_t memory_bytes() const override { return inner_->memory_bytes(); }
  void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const override {
    inner_->act(seen, memory, slates);
  }
  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte> memory) const override {
    return inner_->explain(seen, env, memory);
  }

 private:
  std::unique_ptr<Agent> inner_;
};

const Registered<AgentRegistry, TrainedAgent> kTrained(
    "trained", "What `infodiet train` has made: the best checkpoint of a run.");

}  // namespace

std::uint64_t spec_fingerprint(const Spec& spec) {
  std::uint64_t hash = kHashStart;
  for (const int size :
       {spec.candidates, spec.slots, spec.slate_min, spec.slate_max, spec.history, spec.topics})
    hash = hash_value(size, hash);
  hash = hash_features(spec.candidate_features, hash);
  hash = hash_features(spec.history_features, hash);
  hash = hash_features(spec.context_features, hash);
  for (const RewardPart& part : spec.rewards) hash = hash_text(part.name, hash);
  return hash;
}

std::string agent_to_yaml(const Choice& agent) {
  AgentText text;
  text.agent = agent;
  return write_yaml(text);
}

Choice agent_from_yaml(const std::string& yaml, const std::string& where) {
  AgentText text;
  ConfigFile::from_text(yaml, where).read_into(text);
  return text.agent;
}

bool is_training_run(const std::string& path) {
  return !list_checkpoints(fs::path(path) / "checkpoints").empty();
}

Choice trained_agent(const std::string& run) {
  Choice choice(AgentRegistry::instance(), "trained");
  static_cast<TrainedAgent::Config&>(choice.config()).run = run;
  return choice;
}

fs::path checkpoint_of(const std::string& path) {
  if (fs::exists(fs::path(path) / "checkpoint.json")) return path;
  const fs::path folder = fs::path(path) / "checkpoints";
  if (!fs::exists(folder)) {
    throw Error(ErrorCode::kIo, path,
                "holds no checkpoints (needed: the folder of a run of `infodiet train`, or of one "
                "checkpoint)");
  }
  if (const auto best = best_checkpoint(folder)) return *best;
  return latest_checkpoint(folder, false).path;
}

std::unique_ptr<Agent> load_policy(const fs::path& path, const Spec& spec) {
  const Checkpoint checkpoint = read_checkpoint(path, false);
  if (checkpoint.spec_fingerprint != spec_fingerprint(spec)) {
    throw Error(ErrorCode::kState, path.string(),
                fmt::format("was trained where decisions look different from those of world '{}' "
                            "(candidates, slots, history, features and parts of the reward must "
                            "be the same; see config.yaml of its run)",
                            spec.world));
  }
  auto learner = make_learner(agent_from_yaml(checkpoint.agent_yaml, path.string()), spec);
  learner->load_policy(checkpoint.policy);
  return learner;
}

}  // namespace infodiet
