#pragma once

#include <cstdint>
#include <string>

#include "env/api/spec.hpp"
#include "env/core/philox.hpp"
#include "sim/record/episode_log.hpp"

namespace infodiet {

/// What must be known of an episode to look at it, and to play it again.
struct EpisodeInfo {
  std::string task;  ///< run.name of the experiment
  std::string agent_name, agent_detail;
  std::string program;          ///< version and commit that wrote it
  std::string experiment_yaml;  ///< resolved
  std::string agent_yaml;       ///< `agent: {name: ...}`
  EpisodeKey key;
  Spec spec;
};

/// An episode as a file: who played what, and every decision, whole.
///
///   "INFODIET EPISODE"  version  length of header  header (JSON)  decisions
///   { length  packed snapshot } x decisions   checksum of all before it (FNV-1a)
///
/// Numbers are little-endian, 4 bytes; version and checksum 8. A file that is torn, changed, of
/// another version or of something else is refused, never half read.
struct EpisodeFile {
  static constexpr std::uint64_t kVersion = 2;
  EpisodeInfo info;
  EpisodeLog log;
};

/// @throws Error kIo with the file and what the system said; kState if a decision was not kept
void write_episode(const std::string& path, const EpisodeInfo& info, const EpisodeLog& log);

/// @throws Error kIo with the file, what is wrong with it, and the cure
EpisodeFile read_episode(const std::string& path);

/// Whether a file begins like an episode.
bool is_episode(const std::string& path);

/// What `read_episode` says of bytes in memory; for tests.
EpisodeFile parse_episode(std::string_view bytes, const std::string& shown_name);
std::string episode_bytes(const EpisodeInfo& info, const EpisodeLog& log);

}  // namespace infodiet
