#include "env/worlds/feed/feed_config.hpp"

namespace infodiet {

void FeedConfig::fields(Fields& f) {
  f({"days", "d", "Length of an episode; cut at the first decision from then on.", 0.01, 3650},
    days);
  f({"push_interval", "min", "A push may be sent at clock multiples of this, while awake and away.",
     1, 1440},
    push_interval);
  f({"browse_pause", "min",
     "Until the next decision, when nothing was chosen and the person stays.", 0.1, 60},
    browse_pause);
  f({"candidates", "-", "M: items offered to the agent at a decision.", 2, 256}, candidates);
  f({"slots", "-", "K: most items the agent may show at once.", 1, 16}, slots);
  f({"history", "-", "H: shown items that an observation looks back on.", 1, 512}, history);
  f({"repeats", "", "Whether items already read are offered again."}, repeats);
  f({"observe",
     "",
     "public: what a platform could see; full: the hidden state too, for studies.",
     -kInfinity,
     kInfinity,
     {"public", "full"}},
    observe);
  f({"load_estimate", "", "The platform's guess of attention debt."}, load_estimate);
  f({"stream", "", "What arrives."}, stream);
  f({"person", "", "Who receives it."}, person);
  f({"reward", "", "What the score pays for."}, reward);
}

void FeedConfig::check(const Complain& complain) const {
  if (slots > candidates)
    complain("slots", "must not exceed candidates (" + std::to_string(candidates) + ")");
}

}  // namespace infodiet
