#include "agents/policy/taste_ledger.hpp"

#include <array>
#include <cmath>
#include <cstdint>

#include "env/core/philox.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

using Catch::Detail::Approx;

/// Books kept along the decisions of a scene; candidates 0, 1 and 2 are of topics a, b and c.
struct Books {
  Scene scene{full_spec()};
  Columns columns{scene.spec()};
  TasteLedger ledger{columns};
  TasteLedger::Memory memory{};
  float noticed = 1;

  Books() {
    for (int topic = 0; topic < 3; ++topic) scene.set_topic(topic, topic);
    ledger.update(Decision(scene.seen(), columns, 0), -1, 1, memory);
  }
  /// Shows an item of a topic, and comes to a decision so many minutes later.
  void show(int topic, bool chosen, float dwell = 1, float passed = 10) {
    static constexpr std::array<const char*, 3> kTopics = {"topic_a", "topic_b", "topic_c"};
    scene.add_event();
    scene.event(0, kTopics[topic]) = 1;
    scene.event(0, "length") = 2;
    scene.event(0, "clicked") = chosen ? 1.0f : 0.0f;
    scene.event(0, "dwell") = chosen ? dwell : 0.0f;
    wait(passed);
  }
  void wait(float minutes) {
    scene.pass(minutes);
    ledger.update(Decision(scene.seen(), columns, 0), double{minutes}, noticed, memory);
  }
  struct Told {
    float interest, interest_sd, holding, holding_sd;
    std::array<float, 3> exposure;
  };
  Told of(int topic) const {
    std::array<float, TasteLedger::kWidth> out{};
    ledger.write(memory, scene.seen().candidates.data() + topic * columns.candidate_width,
                 out.data());
    return {out[0], out[1], out[2], out[3], {out[4], out[5], out[6]}};
  }
};

}  // namespace

TEST_CASE("taste ledger: of a person nobody has met it tells nothing, and that it is in doubt",
          "[agents][policy]") {
  const Books books;
  const Books::Told told = books.of(0);
  CHECK(told.interest == 0);
  CHECK(told.holding == 0);
  CHECK(told.interest_sd == Approx(std::sqrt(2.0)));  // the person's and the topic's
  CHECK(told.holding_sd == Approx(std::sqrt(0.5)));
  for (const float sum : told.exposure) CHECK(sum == 0);
}

TEST_CASE("taste ledger: a response tells of its topic, and less of the person's others",
          "[agents][policy]") {
  Books books;
  SECTION("chosen, and read to the end") {
    books.show(0, true, 2);
    CHECK(books.of(0).interest > books.of(1).interest);
    CHECK(books.of(1).interest > 0);
    CHECK(books.of(0).holding > books.of(1).holding);
    CHECK(books.of(1).holding > 0);
    CHECK(books.of(0).interest_sd < books.of(1).interest_sd);
    CHECK(books.of(1).interest_sd < std::sqrt(2.0f));
  }
  SECTION("left alone: nothing is learnt of how long it holds") {
    books.show(0, false);
    CHECK(books.of(0).interest < books.of(1).interest);
    CHECK(books.of(1).interest < 0);
    CHECK(books.of(0).holding == 0);
    CHECK(books.of(0).exposure[0] == 0);
  }
  SECTION("opened, and closed at once") {
    books.show(0, true, 0.1f);
    CHECK(books.of(0).interest > 0);
    CHECK(books.of(0).holding < books.of(1).holding);
    CHECK(books.of(1).holding < 0);
  }
  SECTION("closed at once, but liked") {
    books.scene.add_event();
    books.scene.event(0, "topic_a") = books.scene.event(0, "clicked") = 1;
    books.scene.event(0, "length") = 2;
    books.scene.event(0, "liked") = 1;
    books.wait(10);
    CHECK(books.of(0).holding > 0);
  }
}

TEST_CASE("taste ledger: what was shown is booked once, however long history tells of it",
          "[agents][policy]") {
  Books books;
  books.show(0, true, 2);
  const Books::Told once = books.of(0);
  books.wait(1);
  CHECK(books.of(0).interest == once.interest);
  CHECK(books.of(0).holding == once.holding);
}

TEST_CASE("taste ledger: exposure halves in two hours, a day, four days", "[agents][policy]") {
  Books books;
  books.show(1, true, 1, 1);
  const Books::Told first = books.of(1);
  books.wait(1440);
  const Books::Told later = books.of(1);
  for (std::size_t h = 0; h < 3; ++h)
    CHECK(later.exposure[h] ==
          Approx(first.exposure[h] * std::exp2(-1440 / TasteLedger::kHalfLives[h])).epsilon(1e-3));
  CHECK(first.exposure[1] == Approx(1).epsilon(1e-2));
  CHECK(books.of(0).exposure[1] == 0);
}

TEST_CASE("taste ledger: what was read before a night counts as that much older in the morning",
          "[agents][policy]") {
  Books books;
  books.show(1, true, 1, 480);
  for (std::size_t h = 0; h < 3; ++h)
    CHECK(books.of(1).exposure[h] ==
          Approx(std::exp2(-480 / TasteLedger::kHalfLives[h])).epsilon(1e-3));
}

TEST_CASE("taste ledger: who responds less than his tastes would have it is told of, and it fades",
          "[agents][policy]") {
  const auto of_person = [](const Books& books) {
    std::array<float, TasteLedger::kPersonWidth> out{};
    TasteLedger::write_person(books.memory, out.data());
    return out;
  };
  Books books;
  for (const float number : of_person(books)) CHECK(number == 0);
  books.show(0, false, 0, 1);
  const float p = 1 / (1 + std::exp(1.5f));  // of somebody nobody has met
  const auto told = of_person(books);
  CHECK(told[0] == books.memory.interest.mean[TasteLedger::Belief::kPerson]);
  CHECK(told[0] < 0);
  CHECK(told[1] == 0);
  for (std::size_t h = 0; h < TasteLedger::kResponseHalfLives.size(); ++h) {
    const float left = std::exp2(-1 / TasteLedger::kResponseHalfLives[h]);
    CHECK(told[2 + h] == Approx(-p * left / (1 + p * (1 - p) * left)).epsilon(1e-3));
  }
  for (int i = 0; i < 200; ++i) books.show(0, i % 5 == 0, 1, 60);  // a usual week
  CHECK(std::abs(of_person(books)[2]) < 0.6f);
  for (int i = 0; i < 10; ++i) books.show(0, false, 0, 1);  // an hour in which he looks at nothing
  const auto tired = of_person(books);
  CHECK(tired[2] < -0.6f);
  books.wait(1440);
  CHECK(std::abs(of_person(books)[2]) < 0.01f);   // of the last two hours
  CHECK(of_person(books)[3] < 0.49f * tired[3]);  // of the last day: half
}

TEST_CASE("taste ledger: of a person in debt of attention a no says little, a yes as much",
          "[agents][policy]") {
  Books rested, in_debt, gone;
  in_debt.noticed = 0.3f;
  gone.noticed = 0;
  for (Books* books : {&rested, &in_debt, &gone}) books->show(0, false);
  CHECK(rested.of(0).interest < 3 * in_debt.of(0).interest);
  CHECK(in_debt.of(0).interest < 0);
  CHECK(gone.of(0).interest == 0);
  // the slope of ln(1 - n / (1 + e^-u)), by differences
  const double n = 0.3, u = -1.5, step = 1e-4;
  const auto no = [&](double at) { return std::log(1 - n / (1 + std::exp(-at))); };
  const double slope = (no(u + step) - no(u - step)) / (2 * step);
  const double p = 1 / (1 + std::exp(-u));
  const double information = n * p * (1 - p) * (1 - p) / (1 - n * p);
  CHECK(in_debt.of(0).interest == Approx(2 * slope / (1 + 2 * information)).epsilon(1e-3));
}

TEST_CASE("taste ledger: half of what is known is in doubt again after twenty days",
          "[agents][policy]") {
  Books books;
  books.show(0, true);
  const float before = books.of(0).interest_sd, mean = books.of(0).interest;
  books.wait(20 * 1440);
  const float lost = 2 - before * before;  // of the first variance, the person's and the topic's
  CHECK(books.of(0).interest_sd == Approx(std::sqrt(2 - lost / 2)).epsilon(1e-4));
  CHECK(books.of(0).interest == mean);
}

TEST_CASE("taste ledger: many responses tell how often a topic is chosen, and how surely",
          "[agents][policy]") {
  // Of n items with P(chosen) = p, the logit is known to about 1 / sqrt(n p (1 - p)).
  constexpr int kItems = 2000;
  constexpr std::array<double, 3> kChosen = {0.1, 0.3, 0.6};
  Books books;
  for (int i = 0; i < kItems; ++i) {
    const int topic = i % 3;
    const auto words = random_words({.seed = 11}, Purpose::kAgent, static_cast<std::uint32_t>(i));
    books.show(topic, double{uniform_open(words[0])} < kChosen[topic], 1, 0.01f);
  }
  for (int topic = 0; topic < 3; ++topic) {
    const double p = kChosen[topic];
    const double error = 1 / std::sqrt(kItems / 3.0 * p * (1 - p));
    CAPTURE(topic, error);
    CHECK(std::abs(double{books.of(topic).interest} - 1.5 - std::log(p / (1 - p))) < 4 * error);
  }
}

}  // namespace infodiet::test
