#include "env/person/compression.hpp"

#include "env/person/person.hpp"

namespace infodiet {

Person compressed(Person person, double factor) {
  person.goodwill.tau /= factor;
  person.habit.tau /= factor;
  person.annoyance.tau /= factor;
  person.annoyance.patience /= factor;
  person.churn.hazard *= factor;
  person.drift.rate *= static_cast<float>(factor);
  person.drift.tau /= factor;
  return person;
}

}  // namespace infodiet
