#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "env/core/tensors.hpp"

namespace infodiet {

// The checkpoints of a run:
//
//   checkpoints/
//     000000123456/             decisions taken until then, 12 digits
//       policy.safetensors      what it takes to act: parameters, normalisers
//       training.safetensors    what it takes besides to go on learning; may be absent
//       checkpoint.json         what they are, their sizes and checksums; written last
//     best                      one line: the name of the checkpoint with the best score
//
// One process writes a folder of checkpoints, any number may read it. Whatever happens to the one
// that writes, a checkpoint that was there before stays readable.

/// An agent at one moment of its training.
struct Checkpoint {
  std::uint64_t decisions = 0;         ///< taken so far; below 10^12
  std::optional<double> score;         ///< if it was measured; what is not finite counts as not
  std::string agent_yaml;              ///< the agent's settings
  std::uint64_t spec_fingerprint = 0;  ///< of the spec it acts on
  std::map<std::string, std::string> notes;  ///< whatever else should be known
  Tensors policy;                            ///< what it takes to act
  Tensors training;                          ///< what it takes besides to go on; may be empty
};

/// Writes a checkpoint whole or not at all, in place of one with as many decisions.
/// @param folder  that of all checkpoints; made if it is missing
/// @returns the folder of this one
/// @throws Error kIo with the file and what the system said; kState if something cannot be written:
///         a text that is not UTF-8, a note without a name, too many decisions
std::filesystem::path write_checkpoint(const std::filesystem::path& folder,
                                       const Checkpoint& checkpoint);

/// Reads one checkpoint and makes sure that it is what was written.
/// @param path           the folder of this one
/// @param with_training  else `training` stays empty, and its file is not looked at
/// @throws Error kIo with the file and the cure if it is missing, torn, changed since, of another
///         format or no checkpoint at all; kState if it has no `training` to read
Checkpoint read_checkpoint(const std::filesystem::path& path, bool with_training);

/// The folders of all checkpoints by decisions, whole or not; none if `folder` is missing.
std::vector<std::filesystem::path> list_checkpoints(const std::filesystem::path& folder);

struct LatestCheckpoint {
  std::filesystem::path path;
  std::string warning;  ///< which newer ones cannot be read, and why; "" if all is well
};

/// The newest checkpoint that can be read.
/// @throws Error kIo if there is none
LatestCheckpoint latest_checkpoint(const std::filesystem::path& folder, bool with_training);

/// Remembers which checkpoint is the best.
/// @throws Error kState if there is none with so many decisions; kIo
void write_best(const std::filesystem::path& folder, std::uint64_t decisions);

/// @returns the best checkpoint, or nothing if none was called so
/// @throws Error kIo if what is remembered names no checkpoint
std::optional<std::filesystem::path> best_checkpoint(const std::filesystem::path& folder);

/// Deletes the oldest checkpoints, but neither the newest `keep` nor the best, and what a killed
/// process left unfinished.
/// @param keep  at least 1
/// @throws Error kState, kIo
void prune_checkpoints(const std::filesystem::path& folder, int keep);

/// The name of a checkpoint's folder: "000000123456".
/// @throws Error kState if the number has more than 12 digits
std::string checkpoint_name(std::uint64_t decisions);

}  // namespace infodiet
