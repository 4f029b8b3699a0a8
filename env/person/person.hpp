#pragma once

#include "env/core/fields.hpp"
#include "env/person/attention.hpp"
#include "env/person/choice.hpp"
#include "env/person/dwell.hpp"
#include "env/person/interruptions.hpp"
#include "env/person/knowledge.hpp"
#include "env/person/liking.hpp"
#include "env/person/sessions.hpp"

namespace infodiet {

/// Who a person is, hidden from agents and drawn anew for each episode.
///
///   z_t, e_t ~ N(0, 1) per topic
///   theta_t = interest_shared z_t + interest_own e_t       pull of the topic  [logit]
///   w_t     = sigma(1.5 z_t - 1)                           worth of the topic [0, 1]
///
/// So what pulls and what is worth reading go together, but not wholly. Ours.
struct Taste : ConfigOf<Taste> {
  float interest_shared = 0.42f;
  float interest_own = 0.35f;

  void fields(Fields& f) override {
    f({"interest_shared", "logit", "Interest that comes with worth.", -50, 50}, interest_shared);
    f({"interest_own", "logit", "Interest that worth does not explain.", -50, 50}, interest_own);
  }
};

/// A person, put together from mechanisms: one file each, each with a neutral value that switches
/// it off. Where they act within a decision is told in one place, feed_world.cpp.
struct Person : ConfigOf<Person> {
  Taste taste;
  Day day;
  Attention attention;
  ChoiceModel choice;
  Dwell dwell;
  Knowledge knowledge;
  Liking liking;
  Sessions sessions;
  Interruptions interruptions;
  float outside_option = 0.25f;

  void fields(Fields& f) override {
    f({"taste", "", "Interests and what they are worth."}, taste);
    f({"day", "", "Waking and busy hours."}, day);
    f({"attention", "", "The attention balance and overload."}, attention);
    f({"choice", "", "What is chosen from a slate."}, choice);
    f({"dwell", "", "How long a chosen item is read."}, dwell);
    f({"knowledge", "", "What reading is worth, given what is known."}, knowledge);
    f({"liking", "", "The explicit signal."}, liking);
    f({"sessions", "", "Coming back and leaving."}, sessions);
    f({"interruptions", "", "What pushes cost, and opting out."}, interruptions);
    f({"outside_option", "wsm/min",
       "What a minute elsewhere is worth; reading worth less is regret.", 0, 1},
      outside_option);
  }
};

}  // namespace infodiet
