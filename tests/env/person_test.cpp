#include <cmath>

#include "env/core/philox.hpp"
#include "env/person/person.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {

namespace {
/// The overload integral the slow way: the midpoint rule.
double overload_by_sum(const Attention& attention, double balance, double rate, double minutes) {
  const int parts = 20000;
  double sum = 0;
  for (int i = 0; i < parts; ++i) {
    const double t = minutes * (i + 0.5) / parts;
    sum += attention.overload(attention.after(balance, rate, t));
  }
  return sum * minutes / parts;
}
}  // namespace

TEST_CASE("Attention: the overload integral is exact wherever the balance starts and goes",
          "[env][person]") {
  const Attention attention;
  for (const double balance : {-15.0, -12.0, -10.0, -7.5, -0.1, 0.0, 0.1, 4.0, 30.0}) {
    for (const double rate : {-11.0 / 12, -0.3, 0.0, 1e-13, 1.0 / 12, 2.0}) {
      for (const double minutes : {0.0, 0.01, 3.0, 15.0, 200.0}) {
        const double exact = attention.overload_minutes(balance, rate, minutes);
        const double sum = overload_by_sum(attention, balance, rate, minutes);
        INFO("A " << balance << ", rate " << rate << ", " << minutes << " min");
        // the midpoint rule errs by a cell's worth at each of the two kinks
        CHECK(exact == Approx(sum).margin(1e-9 + 2e-4 * minutes));
      }
    }
  }
}

TEST_CASE("Attention: cutting a stretch of time in two changes neither balance nor overload",
          "[env][person]") {
  const Attention attention;
  for (const double balance : {-14.0, -6.0, 1.0, 29.9}) {
    for (const double rate : {-0.9, 1.0 / 12}) {
      const double cut = 7.3;
      const double total = 31.0;
      const double middle = attention.after(balance, rate, cut);
      CHECK(attention.after(middle, rate, total - cut) ==
            Approx(attention.after(balance, rate, total)).margin(1e-12));
      CHECK(attention.overload_minutes(balance, rate, cut) +
                attention.overload_minutes(middle, rate, total - cut) ==
            Approx(attention.overload_minutes(balance, rate, total)).margin(1e-9));
    }
  }
}

TEST_CASE("ChoiceModel: weights are the conditional logit with a position term", "[env][person]") {
  const ChoiceModel choice;
  const double u = -2.2 + 1.0 * 0.7 + 2.0 * 0.4 + 0.75 - 1.15 * std::log(3.0);
  CHECK(choice.weight(0.7f, 0.4f, 0.75f, 2) == Approx(std::exp(u)).epsilon(1e-5));
}

TEST_CASE("Dwell: draws follow the Weibull distribution", "[env][person]") {
  // mean = scale Gamma(1 + 1/shape); for shape 0.8: Gamma(2.25) = 1.13300; sd of one draw 1.43
  // scale
  const Dwell dwell;
  const double scale = 2.0 * 0.25 * std::pow(8.0, 0.3) * (1 - 0.5 * 0.4);
  const int draws = 40000;
  double sum = 0;
  int longer = 0;
  for (int i = 0; i < draws; ++i) {
    const auto word = random_words({3, 0, 0}, Purpose::kDwell, static_cast<std::uint32_t>(i))[0];
    const double minutes = dwell.draw(2.0f, 0.3f, 0.4f, -std::log(uniform_open(word)));
    sum += minutes;
    longer += minutes > scale;
  }
  CHECK(std::abs(sum / draws - scale * 1.13300) < 3 * 1.43 * scale / std::sqrt(draws));
  // P(D > scale) = 1/e whatever the shape; standard error sqrt(p (1 - p) / n)
  CHECK(std::abs(longer / double(draws) - std::exp(-1.0)) < 3 * 0.482 / std::sqrt(draws));
}

TEST_CASE("Knowledge: reading in two parts teaches as much as reading in one", "[env][person]") {
  const Knowledge knowledge;
  const float whole = knowledge.gain(0.2f, 6.0f);
  const float first = knowledge.gain(0.2f, 2.5f);
  const float second = knowledge.gain(0.2f + first, 3.5f);
  CHECK(first + second == Approx(whole).epsilon(1e-5));
  CHECK(whole == Approx(0.8 * (1 - std::exp(-6.0 / 20))).epsilon(1e-5));
  CHECK(knowledge.gain(1.0f, 100.0f) == 0);
}

TEST_CASE("Knowledge: value is exact for the least of readings and the largest of topics",
          "[env][person]") {
  for (const double minutes : {20.0, 1e4, 9.9e5}) {
    Knowledge knowledge;
    knowledge.minutes_per_topic = minutes;
    for (const double dose : {1e-6, 1e-3, 1.0, 30.0}) {
      const double exact = -minutes * std::expm1(-dose / minutes);
      const double value =
          minutes * static_cast<double>(knowledge.gain(0.0f, static_cast<float>(dose)));
      CHECK(value == Approx(exact).epsilon(2e-6));
    }
  }
}

TEST_CASE("Knowledge: value tends to quality times minutes as topics grow without bound",
          "[env][person]") {
  Knowledge knowledge;
  knowledge.minutes_per_topic = 1e4;
  CHECK(1e4f * knowledge.gain(0.0f, 5.0f) == Approx(5.0).epsilon(2e-3));
}

TEST_CASE("Interruptions: the opt-out hazard is half its most at the person's tolerance",
          "[env][person]") {
  const Annoyance annoyance;
  const float log_tolerance = std::log(6.5f);
  const double most = 1.0 / (3 * 1440);
  CHECK(annoyance.opt_out_rate(6.5f, log_tolerance) == Approx(most / 2).epsilon(1e-4));
  CHECK(annoyance.opt_out_rate(65.0f, log_tolerance) == Approx(most).epsilon(1e-3));
  CHECK(annoyance.opt_out_rate(0.65f, log_tolerance) < most * 1e-4);
  CHECK(annoyance.opt_out_rate(0.0f, log_tolerance) == 0);
}

TEST_CASE("Day: busy hours disturb more, by the clock of any day", "[env][person]") {
  const Day day;
  CHECK(day.disturbance(8.9 * 60) == 0.3f);
  CHECK(day.disturbance(9 * 60) == 0.8f);
  CHECK(day.disturbance(3 * 1440 + 16.9 * 60) == 0.8f);
  CHECK(day.disturbance(3 * 1440 + 17 * 60) == 0.3f);
  Day night;  // busy over midnight
  night.busy_from = 22;
  night.busy_to = 6;
  CHECK(night.disturbance(23 * 60) == 0.8f);
  CHECK(night.disturbance(1440 + 5 * 60) == 0.8f);
  CHECK(night.disturbance(12 * 60) == 0.3f);
}

}  // namespace infodiet::test
