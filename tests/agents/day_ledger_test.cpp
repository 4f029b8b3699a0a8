#include "agents/policy/day_ledger.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "agents/policy/attention_ledger.hpp"
#include "env/env_batch.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

using Catch::Detail::Approx;

/// Books kept along the decisions of a scene.
struct Books {
  Scene scene{full_spec()};
  Columns columns{scene.spec()};
  DayLedger ledger{columns};
  DayLedger::Memory memory{};
  double minute = -1;  // since Monday, 0 h

  /// Comes to a decision on that day (0 = Monday), at that hour.
  void meet(int day, float hour) {
    const double now = day * 1440 + double{hour} * 60;
    scene.context("weekday") = static_cast<float>(day % 7);
    scene.context("hour") = hour;
    ledger.update(Decision(scene.seen(), columns, 0), minute < 0 ? -1 : now - minute, memory);
    minute = now;
  }
  struct Told {
    float rose, usual_rose, retired, days;
    std::array<float, DayLedger::kParts> looks;
  };
  Told told() const {
    std::array<float, DayLedger::kWidth> out{};
    DayLedger::write(memory, out.data());
    Told all{out[0], out[1], out[2], out[3], {}};
    std::copy(out.begin() + 4, out.end(), all.looks.begin());
    return all;
  }
};

}  // namespace

TEST_CASE("day ledger: rising is the first decision of a day, retiring the last",
          "[agents][policy]") {
  Books books;
  books.meet(0, 6);
  CHECK(books.told().rose == -1);  // an hour before 7 h
  CHECK(books.told().usual_rose == -1);
  CHECK(books.told().retired == 0);  // nobody saw him go to bed
  CHECK(books.told().days == Approx(std::log(2.0)));
  books.meet(0, 12);
  books.meet(0, 21.5f);
  CHECK(books.told().rose == -1);
  CHECK(books.told().retired == 0);
  SECTION("the next day") {
    books.meet(1, 8);
    CHECK(books.told().rose == 1);
    CHECK(books.told().usual_rose == Approx(0).margin(1e-6));
    CHECK(books.told().retired == -1.5f);
    CHECK(books.told().days == Approx(std::log(3.0)));
  }
  SECTION("after midnight it is still the same day, until the cut") {
    books.meet(1, 1);
    books.meet(1, 3.75f);
    CHECK(books.told().rose == -1);
    books.meet(1, 4.25f);
    CHECK(books.told().rose == -2.75f);
    CHECK(books.told().retired == 4.75f);
  }
  SECTION("days on which he is not met tell nothing") {
    books.meet(3, 6);
    CHECK(books.told().days == Approx(std::log(3.0)));
    CHECK(books.told().usual_rose == -1);
  }
}

TEST_CASE("day ledger: the usual hours are means over the first week, and follow him from then on",
          "[agents][policy]") {
  Books books;
  for (int day = 0; day < 40; ++day) {
    books.meet(day, day < 20 ? 7 : 9);
    books.meet(day, 22);
    if (day == 19) CHECK(books.told().usual_rose == Approx(0).margin(1e-5));
    if (day == 20) CHECK(books.told().usual_rose == Approx(2.0 / 7).epsilon(1e-4));
  }
  CHECK(books.told().usual_rose == Approx(2 * (1 - std::pow(6.0 / 7, 20))).epsilon(1e-4));
  CHECK(books.told().retired == Approx(-1).epsilon(1e-4));
}

TEST_CASE("day ledger: looks are counted by two hours of the day, by day since he was met",
          "[agents][policy]") {
  Books books;
  const auto push = [&](int day, float hour) {
    books.scene.context("push") = 1;
    books.meet(day, hour);
    books.scene.context("push") = 0;
  };
  const auto looks = [&](std::size_t part) { return double{books.told().looks[part]}; };
  push(0, 6.5f);  // his phone is asked, not he
  for (std::size_t part = 0; part < 8; ++part) CHECK(looks(part) == 0);
  books.meet(0, 7);
  CHECK(looks(0) == Approx(1).epsilon(0.03));
  books.meet(0, 7.1f);  // the same look goes on
  push(0, 7.3f);
  CHECK(looks(0) == Approx(1).epsilon(0.04));
  books.meet(0, 7.5f);
  books.meet(0, 16.2f);
  books.meet(0, 23.9f);  // of the evening
  books.meet(1, 2);
  SECTION("and more of late") {
    const double lived = 19.5 / 24, kept = std::exp2(-lived / 7);
    const double days = 1 + lived;                                 // fading, but hardly yet
    CHECK(looks(0) * days == Approx(1 + 2 * kept).epsilon(0.05));  // of the night, too
    CHECK(looks(5) * days == Approx(1).epsilon(0.05));
    CHECK(looks(7) * days == Approx(1).epsilon(0.05));
    CHECK(looks(2) == 0);
  }
  SECTION("a habit is told as it is") {
    for (int day = 1; day < 60; ++day) {
      books.meet(day, 8.5f);
      books.meet(day, 9.5f);
      books.meet(day, 21);
    }
    const double days = 7 / std::log(2);  // what is left of many, fading by half in a week
    CHECK(looks(1) == Approx(2 * days / (1 + days)).epsilon(0.05));
    CHECK(looks(7) == Approx(days / (1 + days)).epsilon(0.05));
    CHECK(looks(3) == 0);
  }
}

TEST_CASE("day ledger: early risers of the feed are known as such all day long",
          "[agents][policy]") {
  Choice choice(WorldRegistry::instance(), "feed");
  auto& config = static_cast<FeedConfig&>(choice.config());
  config.person.types.share.fill(0);
  config.person.types.share[0] = config.person.types.share[1] = 1;  // typical and focused
  config.push_interval = 15;
  const std::shared_ptr<const World> world = WorldRegistry::instance().make(choice);
  const Spec& spec = world->spec();
  const Columns columns(spec);
  const AttentionLedger attention(columns);
  const DayLedger ledger(columns);
  REQUIRE(ledger.possible());
  const auto agent = agent_from("{name: newest, slots: 1}", spec);
  const int kind = Spec::find(spec.hidden_features, "person_type");
  EnvBatch batch(world, 16, 3, {.autoreset = Autoreset::kDisabled, .tensors = true});
  std::vector<AttentionLedger::Memory> hours(batch.size());
  std::vector<DayLedger::Memory> books(batch.size());
  std::vector<std::byte> memory(batch.size() * agent->memory_bytes());
  std::vector<float> hidden(spec.hidden_features.size());
  Workers one(1);
  int early = 0, late = 0;
  for (int step = 0; step < 200; ++step) {
    agent->act(batch.observations(), memory, batch.slates());
    for (int env = 0; env < batch.size(); ++env) {
      if (batch.ended()[env] != 0) continue;
      const Decision now(batch.observations(), columns, env);
      const double passed = attention.update(now, hours[env]);
      ledger.update(now, passed, books[env]);
      batch.write_hidden(env, hidden);
      std::array<float, DayLedger::kWidth> told{};
      DayLedger::write(books[env], told.data());
      const bool focused = hidden[kind] == 1;  // he wakes an hour earlier
      CAPTURE(step, env, told[0], told[1], now.hour());
      CHECK((told[1] < -0.4f) == focused);
      (focused ? early : late) += 1;
    }
    batch.step(one);
  }
  CHECK(early > 200);
  CHECK(late > 200);
}

}  // namespace infodiet::test
