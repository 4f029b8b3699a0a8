#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "env/core/config/config_file.hpp"

namespace infodiet::test {

using Slate = std::vector<std::int32_t>;

/// An agent with its defaults.
std::unique_ptr<Agent> agent_named(const std::string& name, const Spec& spec);

/// An agent as a user writes it: "{name: newest, slots: 2}".
std::unique_ptr<Agent> agent_from(const std::string& yaml, const Spec& spec);

/// A spec with all that agents look for: topics a, b, c; M candidates, K slots, H events.
Spec full_spec(int candidates = 6, int slots = 3, int history = 8);

/// One decision, spelt out by the names of features. At first all candidates are there and alike:
/// of topic a, a minute long, of age 0, half-life 100, a story each. There is no history; it is
/// Monday, 12 h, and the load estimate is -1.
class Scene {
 public:
  explicit Scene(const Spec& spec);

  const Spec& spec() const { return spec_; }
  DecisionKey& key() { return key_; }

  float& candidate(int i, const std::string& feature);
  /// One topic alone: 0, 1 or 2.
  void set_topic(int i, int topic);
  float& context(const std::string& feature);
  float& event(int i, const std::string& feature);
  /// The first `count` candidates are there.
  void limit(int count);

  /// Puts an event before all others: the newest. All its features are 0.
  void add_event();
  /// Lets time pass, for events too.
  void pass(float minutes);

  Observations seen() const;
  Slate answer(const Agent& agent, std::vector<std::byte>& memory) const;
  Slate answer(const Agent& agent) const;

 private:
  Spec spec_;
  DecisionKey key_;
  std::vector<std::int32_t> item_;
  std::vector<std::uint8_t> mask_, event_mask_;
  std::vector<float> candidates_, events_, context_;
};

/// How many items a slate holds.
int shown(const Slate& slate);

}  // namespace infodiet::test
