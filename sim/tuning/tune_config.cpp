#include "sim/tuning/tune_config.hpp"

namespace infodiet {

void TuneConfig::fields(Fields& f) {
  f({"budget", "d", "Simulated days that may be played in all, for each agent", 0.001, 1e12},
    budget);
  f({"trainings", "-",
     "For an agent that learns, in place of the budget: how often it may be trained in all, by "
     "run.decisions each",
     1, 1000000},
    trainings);
  f({"candidates", "-",
     "Settings tried in the first round, the agent's defaults and those in eval.agents among them",
     2, 100000},
    candidates);
  f({"eta", "-", "After each round one in so many goes on", 2, 1000}, eta);
  f({"episodes", "-", "Episodes on each seed, one person each", 1, 100000}, episodes);
  f({"near", "-",
     "Share of the settings drawn that keep two knobs in three as the defaults or one of those in "
     "eval.agents have them: for spaces with many knobs",
     0, 1},
    near);
  f({"recheck", "-",
     "Share of the budget for scoring winner and defaults once more, on seeds that took no part in "
     "the choice; 0 = they are not scored again",
     0, 0.9},
    recheck);
  f({"first_seed", "-",
     "Seeds from here on are for tuning; those that eval plays must not be among them"},
    first_seed);
}

}  // namespace infodiet
