#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "env/core/error.hpp"
#include "env/reward/reward.hpp"
#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

/// The mid-quantiles of a Weibull distribution: a sample without luck.
std::vector<double> weibull_quantiles(double shape, double scale, int count) {
  std::vector<double> x;
  for (int i = 0; i < count; ++i)
    x.push_back(scale * std::pow(-std::log1p(-(i + 0.5) / count), 1 / shape));
  return x;
}

/// What one person lives through in one trial, as a policy and as the records tell it.
struct Notes {
  double minutes = 0, value = 0;
  int decisions = 0, clicks = 0;
  double last_day = -1;
  bool in_order = true;     // of time
  bool same_person = true;  // as the key of the decision names
};

struct Trial {
  Played played;
  std::vector<Notes> notes;
};

/// Some metrics are NaN, which equals nothing.
bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Shows three items at every decision, and listens.
Trial play_three(std::uint64_t seed, int threads, int people) {
  Workers workers(threads);
  FactSetting setting;
  setting.seed = seed;
  setting.workers = &workers;
  std::vector<Notes> notes(people);
  Played played = play(setting, trial_config(setting, 2), people,
                       {.show =
                            [&](const Look& look, std::span<std::int32_t> slate) {
                              Notes& own = notes[look.person()];
                              own.in_order = own.in_order && look.day() > own.last_day;
                              own.last_day = look.day();
                              const auto env = static_cast<int>(look.key().episode.env);
                              own.same_person = own.same_person && env == look.person();
                              for (int i = 0; i < std::min(3, look.candidates()); ++i) slate[i] = i;
                            },
                        .watch =
                            [&](const Outcome& outcome) {
                              Notes& own = notes[outcome.person];
                              ++own.decisions;
                              own.clicks += outcome.clicks();
                              own.minutes += outcome.minutes;
                              own.value += static_cast<double>(outcome.reward[kValue]);
                            }});
  return {std::move(played), std::move(notes)};
}

}  // namespace

TEST_CASE("log_log_slope: of a power law it is the exponent", "[sim][facts]") {
  const std::vector<double> x = {1, 2, 5, 40, 900};
  for (const double exponent : {-1.11, 0.0, 2.5}) {
    std::vector<double> y;
    for (const double v : x) y.push_back(17 * std::pow(v, exponent));
    CHECK(log_log_slope(x, y) == Approx(exponent).margin(1e-12));
  }
  // least squares: three points that do not lie on a line, worked by hand in units of ln 2
  const std::vector<double> u = {1, 2, 4}, v = {1, 4, 4};
  CHECK(log_log_slope(u, v) == Approx(1));
}

TEST_CASE("falls_to: it is the first crossing, half way between in the logarithm", "[sim][facts]") {
  const std::vector<double> x = {1, 10, 100, 1000};
  CHECK(falls_to(x, std::vector<double>{1, 0.8, 0.2, 0.1}, 0.5) == Approx(std::sqrt(1000)));
  CHECK(falls_to(x, std::vector<double>{1, 0.5, 0.9, 0.1}, 0.5) == Approx(10));
  CHECK(std::isnan(falls_to(x, std::vector<double>{1, 0.8, 0.7, 0.6}, 0.5)));
  // one that lies below from the first does not fall to it
  CHECK(std::isnan(falls_to(x, std::vector<double>{0.4, 0.3, 0.2, 0.1}, 0.5)));
}

TEST_CASE("rank_correlation: it sees order alone, and ties share their rank", "[sim][facts]") {
  const std::vector<double> a = {1, 2, 3, 4};
  CHECK(rank_correlation(a, std::vector<double>{-9, 0, 1, 1e9}) == Approx(1));
  CHECK(rank_correlation(a, std::vector<double>{5, 4, 3, -2}) == Approx(-1));
  CHECK(rank_correlation(a, std::vector<double>{1, 3, 2, 4}) == Approx(0.8));  // 1 - 6 2 / (4 15)
  // ranks 0 1.5 1.5 3 against 0 1 2 3
  CHECK(rank_correlation(std::vector<double>{1, 2, 2, 3}, a) == Approx(4.5 / std::sqrt(22.5)));
}

TEST_CASE("quadratic_share: none of a line, all of a square", "[sim][facts]") {
  const std::vector<double> x = {0, 1, 2, 4};
  CHECK(quadratic_share(x, std::vector<double>{0, -3, -6, -12}) == Approx(0).margin(1e-12));
  CHECK(quadratic_share(x, std::vector<double>{0, 1, 4, 16}) == Approx(1));
  // 2 x - x^2 at x = 4: 4 of 2 + 4
  CHECK(quadratic_share(x, std::vector<double>{0, 1, 0, -8}) == Approx(4.0 / 6));
}

TEST_CASE("mean_of, whole_numbers: the first is in, the end is out; both are in", "[sim][facts]") {
  CHECK(mean_of(std::vector<double>{1, 2, 4, 100}, 1, 3) == 3);
  CHECK(whole_numbers(7, 9) == std::vector<double>{7, 8, 9});
  CHECK(whole_numbers(3, 3) == std::vector<double>{3});
}

TEST_CASE("weibull_shape: it finds the shape of a known sample, at any scale", "[sim][facts]") {
  for (const double shape : {0.4, 0.8, 1.0, 3.0}) {
    const double found = weibull_shape(weibull_quantiles(shape, 1, 4000));
    CHECK(found == Approx(shape).epsilon(0.01));
    CHECK(weibull_shape(weibull_quantiles(shape, 1e6, 4000)) == Approx(found).epsilon(1e-9));
  }
  // of two values a and b the root is known: with ln b - ln a = 2 d, k d tanh(k d) = 1
  CHECK(weibull_shape(std::vector<double>{std::exp(-1.0), std::exp(1.0)}) ==
        Approx(1.1996786402577).epsilon(1e-6));
  CHECK(std::isnan(weibull_shape(std::vector<double>{3})));
}

TEST_CASE("Diary: rates are per person and day of each period, worked by hand", "[sim][facts]") {
  Diary diary(2, 10, 3);  // two people, three periods of ten days
  std::array<float, kNumRewards> reward{};
  // one slot a line: shown, clicked, dwell, liked
  const std::array<float, 8> feedback = {1, 1, 6, 0,  //
                                         1, 1, 2, 1};
  const auto add = [&](int person, double day, float value) {
    reward[kValue] = value;
    diary.add(
        {.person = person, .day = day, .minutes = 30, .reward = reward, .feedback = feedback});
  };
  add(0, 0, 4);
  add(1, 9.99, 6);
  add(1, 10, 1);
  add(0, 30, 100);  // after the last period: not counted
  CHECK(diary.minutes_read(0) == Approx(16.0 / 20));
  CHECK(diary.minutes_read(1) == Approx(8.0 / 20));
  CHECK(diary.minutes_read(2) == 0);
  CHECK(diary.part(0, kValue) == Approx(10.0 / 20));
  CHECK(diary.part(0, kOverload) == 0);
  CHECK(diary.minutes_read(0, 3) == Approx(24.0 / 60));
  CHECK(diary.part(1, 3, kValue) == Approx(1.0 / 40));
}

TEST_CASE("Outcome: minutes and clicks are sums over slots", "[sim][facts]") {
  const std::array<float, 12> feedback = {1, 1, 2.5f, 0, 1, 0, 0, 0, 1, 1, 0.5f, 1};
  const Outcome outcome{.reward = {}, .feedback = feedback};
  CHECK(outcome.minutes_read() == 3);
  CHECK(outcome.clicks() == 2);
}

TEST_CASE("play: one whole episode of each person, as the records tell it", "[sim][facts]") {
  const Trial trial = play_three(3, 2, 9);  // blocks of 4: the last one is ragged
  REQUIRE(trial.played.records.size() == 9);
  double value = 0, read = 0;
  for (int person = 0; person < 9; ++person) {
    CAPTURE(person);
    const EpisodeRecord& record = trial.played.records[person];
    const Notes& notes = trial.notes[person];
    CHECK(record.key.env == static_cast<std::uint32_t>(person));
    CHECK(notes.same_person);
    CHECK(notes.in_order);
    CHECK(notes.decisions == static_cast<int>(record.decisions));
    CHECK(notes.minutes == Approx(record.minutes).epsilon(1e-6));
    CHECK(notes.value == Approx(record.rewards[kValue]).epsilon(1e-4));
    CHECK(notes.clicks == trial.played.metric(person, "clicks"));
    CHECK(record.minutes == Approx(2 * 1440).epsilon(0.2));
    value += record.rewards[kValue];
    read += trial.played.metric(person, "minutes_read");
  }
  CHECK(value > 0);
  CHECK(trial.played.part(kValue) == Approx(value));
  CHECK(trial.played.sum("minutes_read") == Approx(read));
  CHECK(trial.played.days() >= 9 * 2);
}

TEST_CASE("play: the same bits on one thread and on three, others on another seed",
          "[sim][facts]") {
  const Trial one = play_three(3, 1, 9), three = play_three(3, 3, 9), other = play_three(4, 1, 9);
  bool differs = false;
  for (int person = 0; person < 9; ++person) {
    const EpisodeRecord& a = one.played.records[person];
    const EpisodeRecord& b = three.played.records[person];
    CHECK(a.rewards == b.rewards);
    CHECK(same_bits(a.metrics, b.metrics));
    CHECK(one.notes[person].value == three.notes[person].value);
    differs = differs || a.rewards != other.played.records[person].rewards;
  }
  CHECK(differs);
}

TEST_CASE("play: a cancelled trial ends with an error", "[sim][facts]") {
  Workers workers(2);
  const std::atomic<bool> cancel = true;
  FactSetting setting;
  setting.workers = &workers;
  setting.cancel = &cancel;
  try {
    play(setting, trial_config(setting, 2), 4,
         {.show = [](const Look&, std::span<std::int32_t>) {}});
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kState);
  }
}

TEST_CASE("people_of: a quick trial asks an eighth, eight at least", "[sim][facts]") {
  FactSetting setting;
  CHECK(people_of(setting, 256) == 256);
  setting.quick = true;
  CHECK(people_of(setting, 256) == 32);
  CHECK(people_of(setting, 16) == 8);
}

TEST_CASE("show_best: the highest marks first, and never one of minus infinity", "[sim][facts]") {
  Workers workers(1);
  FactSetting setting;
  setting.workers = &workers;
  const FeedConfig config = trial_config(setting, 1);
  const Eyes eyes(config);
  bool sorted = true, short_enough = true, left_out = true;
  int most = 0;
  play(setting, config, 4, {.show = [&](const Look& look, std::span<std::int32_t> slate) {
         const auto mark = [&](int i) {
           return eyes.age(look, i) > 600 ? -INFINITY : -eyes.age(look, i);
         };
         show_best(look, slate, 3, mark);
         int shown = 0;
         while (shown < static_cast<int>(slate.size()) && slate[shown] != kNothing) ++shown;
         for (int k = 0; k < shown; ++k) {
           left_out = left_out && mark(slate[k]) > -INFINITY;
           if (k > 0) sorted = sorted && mark(slate[k - 1]) >= mark(slate[k]);
         }
         short_enough = short_enough && shown <= 3;
         most = std::max(most, shown);
       }});
  CHECK(sorted);
  CHECK(left_out);
  CHECK(short_enough);
  CHECK(most == 3);
}

}  // namespace infodiet::test
