#include "env/person/mechanisms.hpp"

namespace infodiet {

const std::vector<Mechanism>& all_mechanisms() {
  static const std::vector<Mechanism> kAll = {
      {"attention", "attention that runs out, and what is lost then",
       [](Person& p) { p.attention.kappa = kInfinity; }},
      {"interruptions", "the attention that a push costs",
       [](Person& p) { p.interruptions.cost = 0; }},
      {"fatigue", "tiredness that a break mends, and strain that only sleep does",
       [](Person& p) { p.fatigue.rise = p.fatigue.strain = kInfinity; }},
      {"temptation", "taking, and coming back for, what attracts",
       [](Person& p) { p.temptation.appeal = p.temptation.impulse = 0; }},
      {"satiation", "having had enough of a topic for a while",
       [](Person& p) { p.satiation.cost = 0; }},
      {"position", "overlooking what stands low in a slate",
       [](Person& p) { p.choice.position = 0; }, "choice.hpp"},
      {"dwell", "staying on a page the longer one has stayed",
       [](Person& p) { p.dwell.shape = 1; }},
      {"knowledge", "what is known already is worth less",
       [](Person& p) { p.knowledge.minutes_per_topic = kInfinity; }},
      {"forgetting", "what was known goes stale",
       [](Person& p) { p.forgetting.half_life = kInfinity; }},
      {"liking", "the explicit signal", [](Person& p) { p.liking.probability = 0; }},
      {"returning", "coming to look by himself",
       [](Person& p) { p.sessions.base = p.sessions.pull = 0; }, "sessions.hpp"},
      {"goodwill", "coming back to what has served", [](Person& p) { p.goodwill.pull = 0; }},
      {"habit", "coming back because one does", [](Person& p) { p.habit.strength = 0; }},
      {"annoyance", "unwanted pushes, and opting out",
       [](Person& p) {
         p.annoyance.tolerance = kInfinity;
         p.annoyance.discouragement = 0;
       }},
      {"types", "people of several kinds", [](Person& p) { p.types = {}; }, "person_types.hpp",
       false},
      {"churn", "leaving for good", [](Person& p) { p.churn.hazard = 0; }, "", false},
      {"drift", "interests that move with what is read", [](Person& p) { p.drift.rate = 0; }, "",
       false},
      {"adverts", "what gets between a person and his reading",
       [](Person& p) { p.adverts.rate = 0; }, "", false},
  };
  return kAll;
}

const std::vector<Parameter>& all_parameters() {
  static const std::vector<Parameter> kAll = [] {
    std::vector<Parameter> list;
    for (const PersonType& type : kPersonTypes)
      list.push_back({"types." + std::string(type.name), "free", ""});
    const std::vector<Parameter> rest = {
        {"taste.common", "free", ""},
        {"taste.seed", "free", ""},
        {"taste.interest_shared", "free", ""},
        {"taste.interest_own", "free", ""},
        {"day.wake", "free", ""},
        {"day.sleep", "free", ""},
        {"day.busy_from", "free", ""},
        {"day.busy_to", "free", ""},
        {"day.busy", "free", ""},
        {"day.idle", "free", ""},
        {"attention.kappa", "source",
         "30 items/h (Gomez-Rodriguez, Gummadi & Schoelkopf 2014) of 10 s each (30 words at 238 "
         "words/min, and a decision)"},
        {"attention.reference", "free", ""},
        {"attention.most", "free", ""},
        {"attention.glance", "source",
         "15 words of a headline at 238 words/min (Brysbaert 2019, doi:10.1016/j.jml.2019.104047)"},
        {"attention.lost_cost", "source",
         "responses fall as 1/rate without end (Gomez-Rodriguez, Gummadi & Schoelkopf 2014)"},
        {"fatigue.rise", "free", ""},
        {"fatigue.recovery", "free", ""},
        {"fatigue.strain", "free", ""},
        {"fatigue.rest", "free", ""},
        {"fatigue.pull", "free", ""},
        {"fatigue.leave", "free", ""},
        {"fatigue.refill", "free", ""},
        {"choice.rule", "free", ""},
        {"choice.base", "free", ""},
        {"choice.interest", "free", ""},
        {"choice.worth", "free", ""},
        {"choice.position", "fitted", "slope -1.11 of examination by place (T6)"},
        {"temptation.appeal", "fitted",
         "31 % of use due to problems of self-control (T8; Allcott, Gentzkow & Song 2022)"},
        {"temptation.impulse", "fitted", "T8, with temptation.appeal"},
        {"temptation.tau", "free", ""},
        {"satiation.tau", "free", ""},
        {"satiation.cost", "free", ""},
        {"knowledge.minutes_per_topic", "free", ""},
        {"forgetting.half_life", "free", ""},
        {"dwell.shape", "source", "below 1 on 99 % of pages (Liu, White & Dumais 2010)"},
        {"dwell.glance_share", "free", ""},
        {"dwell.depth", "free", ""},
        {"adverts.rate", "free", ""},
        {"adverts.minutes", "fitted", "ratio of long-run to short-run response (T9)"},
        {"adverts.stay", "fitted", "ratio of long-run to short-run response (T9)"},
        {"adverts.from", "free", ""},
        {"liking.threshold", "free", ""},
        {"liking.probability", "free", ""},
        {"sessions.base", "free", ""},
        {"sessions.pull", "free", ""},
        {"sessions.bound", "free", ""},
        {"sessions.commute", "free", ""},
        {"sessions.leave_after_nothing", "free", ""},
        {"sessions.leave_after_reading", "free", ""},
        {"goodwill.pull", "fitted", "use recovers within a year of fewer, better pushes (T7)"},
        {"goodwill.tau", "free", ""},
        {"habit.strength", "fitted", "persistence of a cut of use (T10), against T9"},
        {"habit.baseline", "free", ""},
        {"habit.tau", "free", ""},
        {"interruptions.cost", "source",
         "64 s to recover from an email (Jackson, Dawson & Wilson 2001)"},
        {"annoyance.tau", "free", ""},
        {"annoyance.tolerance", "fitted", "opting out by weekly volume (T12; Localytics 2017)"},
        {"annoyance.spread", "fitted", "opting out by weekly volume (T12; Localytics 2017)"},
        {"annoyance.patience", "fitted", "opting out by weekly volume (T12; Localytics 2017)"},
        {"annoyance.discouragement", "free", ""},
        {"churn.hazard", "free", ""},
        {"drift.rate", "free", ""},
        {"drift.tau", "free", ""},
        {"outside_option", "fitted", "use recovers within a year of fewer, better pushes (T7)"},
        {"compress", "free", ""},
    };
    list.insert(list.end(), rest.begin(), rest.end());
    return list;
  }();
  return kAll;
}

}  // namespace infodiet
