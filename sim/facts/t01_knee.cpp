#include <cmath>

#include "sim/facts/eyes.hpp"
#include "sim/facts/fit.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {
namespace {

const std::vector<double> kRates = {2, 5, 10, 15, 20, 25, 30, 45, 60, 75, 120, 240, 480, 960};

/// A person who answers a share of what he notices, at once, whatever it is. Attention is all that
/// the fact leaves him, so he never looks by himself.
FeedConfig answering(const FactSetting& setting, double share, double seconds) {
  FeedConfig config = trial_config(setting, 2);
  config.push_interval = 1;
  config.slots = 16;
  config.repeats = true;  // so that the pool never runs dry
  Person& person = config.person;
  person.sessions.leave_after_reading = person.sessions.leave_after_nothing = 1;
  person.choice.rule = "each";
  person.choice.base = static_cast<float>(std::log(share / (1 - share)));
  person.choice.interest = person.choice.worth = 0;
  person.dwell.glance_share = 1e-3f;  // answering takes no time
  person.attention.glance = seconds;
  return config;
}

struct Answers {
  double chance = 0;    // of an answer to an item that was shown
  double per_hour = 0;  // answers
};

/// Items come as a Poisson process and are passed on as they come, up to 16 a minute.
Answers pass_on(const FactSetting& setting, const FeedConfig& config, int people, double per_hour) {
  const Played played =
      play(setting, config, people, {.show = [&](const Look& look, std::span<std::int32_t> slate) {
             const double none = std::exp(-per_hour / 60);
             double product = 1;
             int count = -1;
             for (std::uint32_t lane = 0; product > none; ++lane) {
               const DecisionKey& key = look.key();
               const auto words = random_words(key.episode, Purpose::kAgent, key.decision, lane);
               for (std::size_t i = 0; i < words.size() && product > none; ++i, ++count)
                 product *= static_cast<double>(uniform_open(words[i]));
             }
             for (int i = 0; i < std::min(count, 16); ++i) slate[i] = i;
           }});
  const double clicks = played.sum("clicks");
  return {clicks / played.sum("items_shown"), clicks / (24 * played.days())};
}

FactSample run(const FactSetting& setting) {
  constexpr double kShare = 0.05;
  FeedConfig config = answering(setting, kShare, 10);
  config.person.day.wake = 0;
  config.person.day.sleep = 24;
  std::vector<double> relative, answers, high_rates, high_relative;
  double worst_low = 0, least_growth = kInfinity;
  for (const double rate : kRates) {
    // about as many answers at low rates as at high ones
    const Answers got = pass_on(setting, config, people_of(setting, rate < 30 ? 512 : 64), rate);
    relative.push_back(got.chance / kShare);
    if (!answers.empty()) least_growth = std::min(least_growth, got.per_hour / answers.back());
    answers.push_back(got.per_hour);
    if (rate <= 25) worst_low = std::max(worst_low, std::abs(relative.back() - 1));
    if (rate >= 60) {
      high_rates.push_back(rate);
      high_relative.push_back(relative.back());
    }
  }
  FeedConfig tireless = config;
  tireless.person.attention.kappa = kInfinity;
  const double unlimited = pass_on(setting, tireless, people_of(setting, 64), 120).chance / kShare;

  // email: messages of four minutes over a waking day of 16 h, a quarter answered when few come
  const FeedConfig mail = answering(setting, 0.25, 240);
  const double mail_many = pass_on(setting, mail, people_of(setting, 128), 100.0 / 16).chance;
  return {{worst_low, falls_to(kRates, relative, 0.5), log_log_slope(high_rates, high_relative),
           least_growth, unlimited, mail_many},
          {relative}};
}

const RegisteredFact kKnee{{
    .label = "T1",
    .name = "knee",
    .title = "Responses are flat up to a knee of items per hour and fall as 1/rate beyond it",
    .published = "On Twitter the chance that a user passes an item on is nearly constant up to "
                 "about 30 items an hour and drops substantially above; few pass on more than "
                 "about 40 a day. Of emails a quarter is answered at low load, under 5 % near 100 "
                 "a day.",
    .source = "Gomez-Rodriguez, Gummadi & Schoelkopf 2014, arXiv:1403.6838; Kooti, Aiello, "
              "Grbovic, Lerman & Mantrach 2015, arXiv:1504.00704",
    .procedure = "Items of 10 s arrive as a Poisson process, day and night, and are pushed every "
                 "minute to people who answer one in twenty of those they notice (each by itself) "
                 "and never look by themselves; 64-512 people x 2 days a rate; M 32, K 16, repeats "
                 "on, no ranking. Email: messages of 4 min over 16 waking hours, a quarter "
                 "answered. The place of the knee is put in (5 attention-minutes an hour are 30 "
                 "items of 10 s); flatness below it, the fall as 1/rate above it and the share "
                 "of emails answered are not.",
    .basis = Basis::kPredicted,
    .bands = {{"largest change of the response chance up to 25/h", "-", 0, 0.1,
               "nearly constant to about 30/h"},
              {"rate at which half of the response chance is left", "1/h", 45, 75, "",
               Basis::kBuiltIn},
              {"slope of the response chance over 60-960/h, log-log", "-", -1.15, -0.85,
               "about -1 in fluid theory"},
              {"least growth of responses per hour from one rate to the next", "-", 0.95, kInfinity,
               "no fall; 5 % is left to noise"},
              {"response chance at 120/h with unlimited attention, relative", "-", 0.9, 1.1, ""},
              {"share of emails answered at 100 a day", "-", 0.03, 0.06, "under 5 %"}},
    .plots = {{.name = "knee",
               .title = "Chance of a response by load",
               .x = {"items shown", "1/h", true},
               .y = {"chance of a response, relative", "-", true},
               .curves = {{"simulated", kRates, {}},
                          {"1 up to the knee, then 1/rate (theory)",
                           {2, 30, 60, 120, 240, 480, 960},
                           {1, 1, 0.5, 0.25, 0.125, 0.0625, 0.03125}}}}},
    .parts = {"attention"},
    .mechanisms = {"attention"},
    .run = run,
}};

}  // namespace
}  // namespace infodiet
