#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "agents/agent.hpp"
#include "agents/policy/attention_ledger.hpp"
#include "env/env_batch.hpp"
#include "env/person/attention.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "tests/support/agent_scene.hpp"

using namespace infodiet;
using namespace infodiet::test;
using Catch::Detail::Approx;

namespace {

constexpr int kThree = 3;  // the speed of 3 am/h
static_assert(AttentionLedger::kRegained[kThree] == 3);

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
  std::array<float, AttentionLedger::kWidth> debts() const {
    std::array<float, AttentionLedger::kWidth> out{};
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
    for (int k = 0; k < AttentionLedger::kSpeeds; ++k)
      CHECK(books.debts()[k] == Approx(-AttentionLedger::kRegained[k] * 2 / 10));
  }
  SECTION("a night: an hour before it and half an hour after it") {
    books.look(0, 22);
    books.memory.balance = {};
    books.look(1, 7.5f);
    CHECK(books.memory.balance[1] == Approx(2 * 1.5).margin(1e-4));
  }
  SECTION("from Sunday night into Monday") {
    books.look(6, 22.5f);
    books.memory.balance = {};
    books.look(0, 8);
    CHECK(books.memory.balance[kThree] == Approx(3 * 1.5).margin(1e-4));
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
  const float rested = books.memory.balance[kThree];
  books.read(3, true, 12, 0, 12.2f);
  const float left = rested - 3 - 4.0f / 60 - 64.0f / 60 + 3 * 0.2f;
  CHECK(books.memory.balance[kThree] == Approx(left).margin(1e-3));
  SECTION("not again later") {
    books.scene.pass(6);
    books.look(0, 12.3f);
    CHECK(books.memory.balance[kThree] == Approx(left + 0.3f).margin(1e-3));
  }
  SECTION("a push costs less after office hours, and a look at the feed nothing of it") {
    books.look(0, 17);
    const float then = books.memory.balance[kThree];
    books.read(0, true, 60, 0, 18);
    const float later = then - 4.0f / 60 - 0.3f * 64 / 60 + 3;
    CHECK(books.memory.balance[kThree] == Approx(later).margin(1e-3));
    books.read(0, false, 60, 0, 19);
    CHECK(books.memory.balance[kThree] == Approx(later - 4.0f / 60 + 3).margin(1e-3));
  }
  SECTION("nothing is borrowed without end") {
    for (int i = 0; i < 10; ++i)
      books.read(30, false, 0.06f, 0, 12.2f + 0.001f * static_cast<float>(i + 1));
    for (const float debt : books.debts()) CHECK(debt == Approx(1.5).margin(0.01));
  }
}

TEST_CASE("attention ledger: what showing would cost is the overload until the debt is paid",
          "[agents]") {
  constexpr int kAsked = static_cast<int>(AttentionLedger::kAsked.size());
  constexpr float kGlance = 4.0f / 60;
  Books books;
  /// Overload-minutes by speed: if an item of that length is read, and then if it is left.
  const auto costs_of = [&](float length) {
    const Observations seen = books.scene.seen();
    books.scene.candidate(0, "length") = length;
    const auto costs = AttentionLedger::costs(Decision(seen, books.columns, 0), books.memory);
    std::array<float, AttentionLedger::kCosts> out{};
    books.ledger.write(costs, books.memory, seen.candidates.data(), out.data());
    for (float& told : out) told = 60 * told * told / 9;
    return out;
  };
  const Attention attention;  // its equation, integrated by itself
  const auto added = [&](float balance, float spent, int k) {
    const double rate = double{AttentionLedger::kRegained[AttentionLedger::kAsked[k]]} / 60;
    const double after = attention.debited(double{balance}, double{spent});
    return attention.overload_minutes(after, rate, 1000) -
           attention.overload_minutes(double{balance}, rate, 1000);
  };
  for (const float balance : {20.0f, 3.0f, 0.0f, -4.0f, -9.0f, -12.0f, -15.0f}) {
    books.memory.balance.fill(balance);
    for (const bool push : {false, true}) {
      books.scene.context("push") = push ? 1.0f : 0.0f;  // at 8 h
      const float noticed = 1 - std::clamp(-balance / 10, 0.0f, 1.0f);
      const float shown = kGlance + (push ? 64.0f / 60 : 0.0f);
      for (const float length : {0.5f, 2.0f, 8.0f, 40.0f}) {
        for (int k = 0; k < kAsked; ++k) {
          CAPTURE(balance, push, length, k);
          CHECK(costs_of(length)[k] ==
                Approx(added(balance, shown + length, k)).epsilon(1e-3).margin(1e-3));
          CHECK(costs_of(length)[kAsked + k] ==
                Approx(added(balance, shown * noticed, k)).epsilon(1e-3).margin(1e-3));
        }
      }
    }
  }
}

TEST_CASE("attention ledger: what passes unnoticed costs nothing", "[agents]") {
  Books books;
  books.memory.balance.fill(-5);
  books.read(0, true, 0.06f, 0, 8.001f);  // a push, half of which is lost
  const float glance = 4.0f / 60, push = 64.0f / 60;
  CHECK(books.memory.balance[1] == Approx(-5 - (glance + push) / 2).margin(0.003));
  books.memory.balance.fill(-10);
  books.read(0, false, 0.06f, 0, 8.002f);
  CHECK(books.memory.balance[1] == Approx(-10).margin(0.003));
  books.memory.balance.fill(-10);
  books.scene.add_event();
  books.scene.event(0, "clicked") = 1;
  books.scene.event(0, "dwell") = 1;
  books.scene.pass(0.06f);
  books.look(0, 8.003f);
  CHECK(books.memory.balance[1] == Approx(-11 - glance).margin(0.003));
}

TEST_CASE("attention ledger: its books for 3 am/h are those of a person who regains 3 am/h",
          "[agents]") {
  Choice choice(WorldRegistry::instance(), "feed");
  auto& config = static_cast<FeedConfig&>(choice.config());
  config.person.attention.kappa = 3;
  config.person.day.busy = 1;
  config.person.day.busy_from = 8;
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
      error += std::abs(double{books[env].balance[kThree]} - double{hidden[balance]});
      spread += std::abs(double{hidden[balance]});
      count += 1;
    }
    batch.step(one);
  }
  CAPTURE(count, spread / count);
  CHECK(error / count < 0.3);
  CHECK(spread / count > 5);
}
