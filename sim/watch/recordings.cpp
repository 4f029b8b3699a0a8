#include "sim/watch/recordings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/error.hpp"
#include "sim/record/spec_json.hpp"

namespace infodiet {
namespace {

/// The settings of the world an episode was played in, and of nothing else.
std::string world_of(const EpisodeFile& file, const std::string& name) {
  ExperimentConfig only_world;
  only_world.world = experiment_of(file, name).world;
  return write_yaml(only_world);
}

/// The first line that differs, of both.
std::string first_difference(const std::string& a, const std::string& b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto line = [](const std::string& text, std::string::const_iterator at) {
    const auto offset = static_cast<std::size_t>(at - text.begin());
    const std::size_t from = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    const std::size_t first = text.find_first_not_of(' ', from);
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find('\n', offset) - first);
  };
  return fmt::format("'{}' and '{}'", line(a, x), line(b, y));
}

/// What is there before anything was shown, which no agent can have changed.
bool same_beginning(const Snapshot& a, const Snapshot& b) {
  return a.valid == b.valid && a.item == b.item && same_part(a, b, Snapshot::kHidden) &&
         same_part(a, b, Snapshot::kCandidates);
}

}  // namespace

ExperimentConfig experiment_of(const EpisodeFile& file, const std::string& shown_name) {
  ExperimentConfig experiment;
  ConfigFile::from_text(file.info.experiment_yaml, shown_name + " (config)").read_into(experiment);
  return experiment;
}

void require_same_episode(const EpisodeFile& a, const std::string& a_name, const EpisodeFile& b,
                          const std::string& b_name) {
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::kConfig, a_name + " and " + b_name,
                "they are not the same episode: " + what +
                    " (record both with the same experiment, run.seed, --env and --episode)");
  };
  const EpisodeKey &x = a.info.key, &y = b.info.key;
  const auto key = [](const EpisodeKey& k) {
    return fmt::format("seed {}, person {}, episode {}", k.seed, k.env, k.episode);
  };
  if (x.seed != y.seed || x.env != y.env || x.episode != y.episode)
    refuse(fmt::format("{} and {}", key(x), key(y)));
  const std::string one = world_of(a, a_name), other = world_of(b, b_name);
  if (one != other) refuse("the worlds differ: " + first_difference(one, other));
  const std::string seen = spec_json(a.info.spec), other_seen = spec_json(b.info.spec);
  if (seen != other_seen)  // though their settings are the same: by other versions of a world
    refuse("their worlds are told otherwise: " + first_difference(seen, other_seen));
  if (a.log.empty() || b.log.empty()) refuse("one is empty");
  if (!same_beginning(*a.log.at(0), *b.log.at(0)))
    refuse("they begin with other people or items, though their settings are the same");
}

}  // namespace infodiet
