#include "env/worlds/world.hpp"

#include "env/worlds/filter.hpp"

namespace infodiet {

std::unique_ptr<Filter> World::make_filter(double optimism) const {
  (void)optimism;
  return nullptr;
}

}  // namespace infodiet
