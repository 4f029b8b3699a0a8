#include "sim/yardsticks/index_rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "agents/slate.hpp"

namespace infodiet {

void IndexRule::fields(Fields& f) {
  const auto linear = Search::linear;
  const auto log = Search::log;
  f({"price", "wsm/am", "Price of attention when the balance is 0.", -1, 100, {}, linear(-0.3, 1)},
    price);
  f({"relax",
     "-",
     "How fast the price falls with the balance: halved each A_ref / relax.",
     0,
     100,
     {},
     linear(0, 3)},
    relax);
  f({"caution",
     "wsm/om",
     "Price of overload beside what the score charges.",
     -1e6,
     1e6,
     {},
     linear(-1, 3)},
    caution);
  f({"care",
     "-",
     "What a minute well spent is worth beyond itself, through goodwill.",
     0,
     100,
     {},
     linear(0, 2)},
    care);
  f({"elsewhere",
     "wsm/min",
     "What a minute must be worth to count as well spent.",
     0,
     1,
     {},
     linear(0, 0.6)},
    elsewhere);
  f({"floor_feed",
     "wsm",
     "Least index that is shown in the feed.",
     -100,
     100,
     {},
     linear(-0.1, 0.3)},
    floor_feed);
  f({"floor_push", "wsm", "Least index that is pushed.", -100, 100, {}, linear(-0.1, 1)},
    floor_push);
  f({"least_feed",
     "A_ref",
     "Least balance at which the feed is served.",
     -1.5,
     100,
     {},
     linear(-1, 1.5)},
    least_feed);
  f({"least_push",
     "A_ref",
     "Least balance at which something is pushed.",
     -1.5,
     100,
     {},
     linear(-1, 2.5)},
    least_push);
  f({"annoyance", "wsm", "Price of an unwanted push.", 0, 100, {}, log(0.002, 2)}, annoyance);
  f({"later", "-", "Chance that what is not pushed now is read later.", 0, 1, {}, linear(0, 1)},
    later);
  f({"wait", "min", "How much later that is.", 0, 43200, {}, log(15, 1440)}, wait);
  f({"gap",
     "min",
     "Least time between showing something and the next push.",
     0,
     43200,
     {},
     log(1, 720)},
    gap);
  f({"slot_price", "wsm", "Price of every slot beyond the first.", 0, 100, {}, log(0.0001, 0.1)},
    slot_price);
  f({"position", "logit", "How fast pull falls with the logarithm of the place in the slate.", 0,
     50},
    position);
  f({"feed_slots", "-", "Most items shown in the feed.", 0, kMaxSlots, {}, linear(1, 5)},
    feed_slots);
  f({"push_slots", "-", "Most items in a push.", 0, kMaxSlots, {}, linear(0, 3)}, push_slots);
}

IndexPolicy::IndexPolicy(const IndexRule& rule, const Spec& spec)
    : rule_(rule),
      slots_(spec.slots),
      candidate_width_(static_cast<int>(spec.candidate_features.size())),
      balance_(Spec::find(spec.hidden_features, "attention_balance")),
      overload_(Spec::find(spec.hidden_features, "overload_share")),
      push_(Spec::find(spec.context_features, Role::kPush)),
      since_(Spec::find(spec.context_features, Role::kSince)),
      age_(Spec::find(spec.candidate_features, Role::kAge)),
      half_life_(Spec::find(spec.candidate_features, Role::kHalfLife)),
      reference_(balance_ < 0 ? 1
                              : -static_cast<double>(spec.hidden_features[balance_].low) / 1.5) {}

/// Stretched exponential decay, as the feed's freshness.
double IndexPolicy::left_after_waiting(const float* candidate) const {
  if (age_ < 0 || half_life_ < 0) return 1;
  const auto age = static_cast<double>(candidate[age_]);
  const auto half_life = static_cast<double>(candidate[half_life_]);
  return std::exp2(std::pow(age / half_life, 0.4) - std::pow((age + rule_.wait) / half_life, 0.4));
}

void IndexPolicy::choose(const Situation& at, std::int32_t* slate) const {
  show_nothing(slate, slots_);
  const bool push = push_ >= 0 && at.context[push_] > 0;
  const double balance = balance_ < 0 ? 0 : static_cast<double>(at.hidden[balance_]) / reference_;
  const int most = std::min({push ? rule_.push_slots : rule_.feed_slots, slots_, at.available});
  if (most == 0 || balance < (push ? rule_.least_push : rule_.least_feed)) return;
  if (push && since_ >= 0 && static_cast<double>(at.context[since_]) < rule_.gap) return;

  const double price = rule_.price * std::exp2(-rule_.relax * balance);
  const double noticed = 1 - (overload_ < 0 ? 0 : static_cast<double>(at.hidden[overload_]));
  std::array<double, kMaxCandidates> per_choice, weight;
  for (int i = 0; i < at.available; ++i) {
    const ExpectedOutcome& o = at.outcomes[i];
    double index = o.net - price * o.attention - rule_.caution * o.overload +
                   rule_.care * (o.value - rule_.elsewhere * o.minutes);
    if (push) {
      index -= rule_.annoyance * (1 - o.probability);
      if (rule_.later > 0)
        index -= rule_.later * o.value * left_after_waiting(at.candidates + i * candidate_width_);
    }
    const double seen = std::clamp(o.probability / std::max(1e-9, noticed), 1e-9, 1 - 1e-9);
    weight[i] = seen / (1 - seen);
    per_choice[i] = index > (push ? rule_.floor_push : rule_.floor_feed) ? index / seen : -1;
  }

  double earned = 0;  // sum of weight * per_choice of those shown
  double total = 1;
  double best_so_far = 0;
  for (int rank = 0; rank < most; ++rank) {
    const double place = std::pow(1.0 + rank, -rule_.position);
    int best = -1;
    double best_gain = best_so_far;
    for (int i = 0; i < at.available; ++i) {
      if (per_choice[i] <= 0) continue;
      const double w = weight[i] * place;
      const double gain = (earned + w * per_choice[i]) / (total + w) - rule_.slot_price * rank;
      if (gain > best_gain) {
        best_gain = gain;
        best = i;
      }
    }
    if (best < 0) return;
    slate[rank] = best;
    earned += weight[best] * place * per_choice[best];
    total += weight[best] * place;
    best_so_far = best_gain;
    per_choice[best] = -1;
  }
}

}  // namespace infodiet
