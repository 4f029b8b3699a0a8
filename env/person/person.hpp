#pragma once

#include <cmath>
#include <cstdint>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"
#include "env/person/adverts.hpp"
#include "env/person/annoyance.hpp"
#include "env/person/attention.hpp"
#include "env/person/choice.hpp"
#include "env/person/churn.hpp"
#include "env/person/day.hpp"
#include "env/person/drift.hpp"
#include "env/person/dwell.hpp"
#include "env/person/fatigue.hpp"
#include "env/person/forgetting.hpp"
#include "env/person/goodwill.hpp"
#include "env/person/habit.hpp"
#include "env/person/interruptions.hpp"
#include "env/person/knowledge.hpp"
#include "env/person/liking.hpp"
#include "env/person/person_types.hpp"
#include "env/person/satiation.hpp"
#include "env/person/sessions.hpp"
#include "env/person/temptation.hpp"

namespace infodiet {

/// Who a person is, hidden from agents and drawn anew for each episode.
///
///   z_t = sqrt(common) c_t + sqrt(1 - common) x_t          x_t, e_t, c_t ~ N(0, 1) per topic
///   theta_t = interest_shared z_t + interest_own e_t       pull of the topic  [logit]
///   w_t     = sigma(1.5 z_t - 1)                           worth of the topic [0, 1]
///
/// So what pulls and what is worth reading go together, but not wholly. c_t is one for all people,
/// and who has met many can know it; the rest is each person's own. Ours.
struct Taste : ConfigOf<Taste> {
  float common = 0;
  std::uint64_t seed = 1;
  float interest_shared = 0.42f;
  float interest_own = 0.35f;

  void fields(Fields& f) override {
    f({"common", "-", "Part of the variance of worth that all people have in common.", 0, 1},
      common);
    f({"seed", "", "Another seed is another common taste."}, seed);
    f({"interest_shared", "logit", "Interest that comes with worth.", -50, 50}, interest_shared);
    f({"interest_own", "logit", "Interest that worth does not explain.", -50, 50}, interest_own);
  }

  /// sqrt(common) c_t
  float common_part(std::uint32_t topic, std::uint64_t shuffle = 0) const {
    if (common <= 0) return 0;
    const EpisodeKey everybody{.seed = seed + shuffle, .env = ~0u, .episode = ~0u};
    const auto word = random_words(everybody, Purpose::kPerson, topic)[0];
    return std::sqrt(common) * normal_quantile(uniform_open(word));
  }
};

/// A person, put together from mechanisms: one file each, each with a neutral value that switches
/// it off (mechanisms.hpp lists them). Where they act within a decision is told in one place,
/// feed_world.cpp.
struct Person : ConfigOf<Person> {
  PersonTypes types;
  Taste taste;
  Day day;
  Attention attention;
  Fatigue fatigue;
  ChoiceModel choice;
  Temptation temptation;
  Satiation satiation;
  Knowledge knowledge;
  Forgetting forgetting;
  Dwell dwell;
  Adverts adverts;
  Liking liking;
  Sessions sessions;
  Goodwill goodwill;
  Habit habit;
  Interruptions interruptions;
  Annoyance annoyance;
  Churn churn;
  Drift drift;
  float outside_option = 0.2f;
  double compress = 1;

  void fields(Fields& f) override {
    f({"types", "", "Which kinds of people there are; each differs from the settings below."},
      types);
    f({"taste", "", "Interests and what they are worth."}, taste);
    f({"day", "", "Waking and busy hours."}, day);
    f({"attention", "", "The attention balance and overload."}, attention);
    f({"fatigue", "", "Tiredness, and what it does."}, fatigue);
    f({"choice", "", "What is chosen from a slate."}, choice);
    f({"temptation", "", "What attracts, whatever it is worth."}, temptation);
    f({"satiation", "", "Having had enough of a topic."}, satiation);
    f({"knowledge", "", "What reading is worth, given what is known."}, knowledge);
    f({"forgetting", "", "How knowledge goes stale."}, forgetting);
    f({"dwell", "", "How long a chosen item is read."}, dwell);
    f({"adverts", "", "What cuts readings short."}, adverts);
    f({"liking", "", "The explicit signal."}, liking);
    f({"sessions", "", "Coming back and leaving."}, sessions);
    f({"goodwill", "", "Coming back to what has served."}, goodwill);
    f({"habit", "", "Coming back because one does."}, habit);
    f({"interruptions", "", "What pushes cost."}, interruptions);
    f({"annoyance", "", "Unwanted pushes, and opting out."}, annoyance);
    f({"churn", "", "Leaving for good."}, churn);
    f({"drift", "", "Interests that move with what is read."}, drift);
    f({"outside_option", "wsm/min",
       "W: what a minute elsewhere is worth; reading worth less is regret and burns goodwill.", 0,
       1},
      outside_option);
    f({"compress", "-",
       "Goodwill, habit, annoyance, opting out, churn and drift run so many times faster.", 0.001,
       1e4},
      compress);
  }
};

}  // namespace infodiet
