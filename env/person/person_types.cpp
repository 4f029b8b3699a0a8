#include "env/person/person_types.hpp"

#include <numeric>

#include "env/person/person.hpp"

namespace infodiet {

const std::array<PersonType, kNumPersonTypes> kPersonTypes = {{
    {"typical", "as the settings say", [](Person&) {}},
    {"focused", "up early; little attention to spare and little patience with pushes",
     [](Person& p) {
       p.attention.kappa *= 0.6;
       p.annoyance.tolerance *= 0.5;
       p.day.busy = 1;
       p.day.shift(-1);
     }},
    {"grazer", "up late; follows what attracts",
     [](Person& p) {
       p.temptation.appeal *= 1.8f;
       p.temptation.impulse *= 1.5f;
       p.day.shift(1);
     }},
    {"expert", "forgets slowly, reads deep, and has better to do",
     [](Person& p) {
       p.forgetting.half_life *= 4;
       p.dwell.depth *= 2;
       p.outside_option *= 1.4f;
     }},
    {"commuter", "up early; looks on the way to work and back, and is not to be disturbed between",
     [](Person& p) {
       p.sessions.commute += 3;
       p.sessions.base *= 0.6;
       p.day.busy = 1;
       p.day.shift(-1);
     }},
    {"anxious", "comes to look when he may have missed something; bears many pushes",
     [](Person& p) {
       p.sessions.pull *= 5;
       p.annoyance.tolerance *= 2;
     }},
    {"novelty_seeker", "up late; has had enough of a topic soon, and for long",
     [](Person& p) {
       p.satiation.tau *= 4;
       p.satiation.cost *= 2;
       p.day.shift(1.5);
     }},
}};

void PersonTypes::fields(Fields& f) {
  for (int i = 0; i < kNumPersonTypes; ++i)
    f({kPersonTypes[i].name, "-", kPersonTypes[i].summary, 0, 1e6}, share[i]);
}

void PersonTypes::check(const Complain& complain) const {
  if (std::accumulate(share.begin(), share.end(), 0.0) <= 0)
    complain("typical", "at least one share must be above 0");
}

int PersonTypes::draw(double uniform) const {
  double left = uniform * std::accumulate(share.begin(), share.end(), 0.0);
  int last = 0;
  for (int i = 0; i < kNumPersonTypes; ++i) {
    if (share[i] <= 0) continue;
    last = i;
    left -= share[i];
    if (left < 0) break;
  }
  return last;
}

}  // namespace infodiet
