#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "agents/agent.hpp"
#include "agents/policy/attention_ledger.hpp"
#include "env/env_batch.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "tests/support/agent_scene.hpp"

using namespace infodiet;
using namespace infodiet::test;
using Catch::Detail::Approx;

namespace {

/// Books kept along the decisions of a scene.
struct Books {
  Scene scene{full_spec()};
  Columns columns{scene.spec()};
  AttentionLedger ledger{columns};
  AttentionLedger::Memory memory{};

  Books() { look(0, 8); }

  /// Comes to a decision on that day, at that hour.
  void look(float weekday, float hour) {
    scene.context("weekday") = weekday;
    scene.context("hour") = hour;
    ledger.update(Decision(scene.seen(), columns, 0), memory);
  }
  /// Shows an item, which is read for so many minutes, and comes to a decision after `passed`.
  void read(float minutes, bool push, float passed, float weekday, float hour) {
    scene.add_event();
    scene.event(0, "dwell") = minutes;
    scene.event(0, "push") = push ? 1.0f : 0.0f;
    scene.pass(passed);
    look(weekday, hour);
  }
  std::array<float, 3> debts() const {
    std::array<float, 3> out{};
    AttentionLedger::write(memory, out.data());
    return out;
  }
};

}  // namespace

TEST_CASE("attention ledger: who is left alone rests by the hour awake, up to a limit",
          "[agents]") {
  Books books;
  for (const float debt : books.debts()) CHECK(debt == 0);
  SECTION("two hours of the day") {
    books.look(0, 10);
    for (int k = 0; k < 3; ++k)
      CHECK(books.debts()[k] == Approx(-AttentionLedger::kRegained[k] * 2 / 10));
  }
  SECTION("a night: an hour before it and half an hour after it") {
    books.look(0, 22);
    books.memory.balance = {};
    books.look(1, 7.5f);
    CHECK(books.memory.balance[0] == Approx(2 * 1.5).margin(1e-4));
  }
  SECTION("from Sunday night into Monday") {
    books.look(6, 22.5f);
    books.memory.balance = {};
    books.look(0, 8);
    CHECK(books.memory.balance[1] == Approx(3 * 1.5).margin(1e-4));
  }
  SECTION("at most half an hour of attention") {
    books.look(3, 8);
    for (const float debt : books.debts()) CHECK(debt == -3);
  }
}

TEST_CASE("attention ledger: what was shown is booked once, when it is known how long it held",
          "[agents]") {
  Books books;
  books.look(0, 12);
  const float rested = books.memory.balance[1];
  books.read(3, true, 12, 0, 12.2f);
  const float left = rested - 3 - 4.0f / 60 - 0.5f + 3 * 0.2f;
  CHECK(books.memory.balance[1] == Approx(left).margin(1e-3));
  SECTION("not again later") {
    books.scene.pass(6);
    books.look(0, 12.3f);
    CHECK(books.memory.balance[1] == Approx(left + 0.3f).margin(1e-3));
  }
  SECTION("nothing is borrowed without end") {
    for (int i = 0; i < 10; ++i)
      books.read(30, false, 0.06f, 0, 12.2f + 0.001f * static_cast<float>(i + 1));
    for (const float debt : books.debts()) CHECK(debt == Approx(1.5).margin(0.01));
  }
}

TEST_CASE("attention ledger: its books for 3 am/h are those of a person who regains 3 am/h",
          "[agents]") {
  Choice choice(WorldRegistry::instance(), "feed");
  auto& config = static_cast<FeedConfig&>(choice.config());
  config.person.attention.kappa = 3;
  config.person.interruptions.cost = 60;
  const std::shared_ptr<const World> world = WorldRegistry::instance().make(choice);
  const Spec& spec = world->spec();
  const Columns columns(spec);
  const AttentionLedger ledger(columns);
  REQUIRE(ledger.possible());
  const auto agent = agent_from("{name: newest, slots: 1, push: true}", spec);
  const int balance = Spec::find(spec.hidden_features, "attention_balance");
  EnvBatch batch(world, 16, 3, {.autoreset = Autoreset::kDisabled, .tensors = true});
  std::vector<AttentionLedger::Memory> books(batch.size());
  std::vector<std::byte> memory(batch.size() * agent->memory_bytes());
  std::vector<float> hidden(spec.hidden_features.size());
  Workers one(1);
  double error = 0, spread = 0, count = 0;
  for (int step = 0; step < 200; ++step) {
    agent->act(batch.observations(), memory, batch.slates());
    for (int env = 0; env < batch.size(); ++env) {
      if (batch.ended()[env] != 0) continue;
      ledger.update(Decision(batch.observations(), columns, env), books[env]);
      batch.write_hidden(env, hidden);
      error += std::abs(double{books[env].balance[1]} - double{hidden[balance]});
      spread += std::abs(double{hidden[balance]});
      count += 1;
    }
    batch.step(one);
  }
  CAPTURE(count, spread / count);
  CHECK(error / count < 0.3);
  CHECK(spread / count > 5);
}
