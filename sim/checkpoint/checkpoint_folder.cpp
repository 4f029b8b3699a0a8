#include <algorithm>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/text.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/whole_files.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBest = "best";

bool is_checkpoint_name(std::string_view name) {
  return name.size() == 12 && name.find_first_not_of("0123456789") == name.npos;
}

/// What is in a folder, by name; nothing if it is missing.
std::vector<fs::path> entries_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code failed;
  if (!fs::exists(folder, failed)) return out;
  fs::directory_iterator entry(folder, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed))
    out.push_back(entry->path());
  if (failed) {
    throw Error(ErrorCode::kIo, folder.string(), "the folder cannot be read: " + failed.message());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// @returns the name in the file `best`, or nothing if there is no such file
std::optional<std::string> best_name(const fs::path& folder) {
  const fs::path file = folder / kBest;
  std::error_code failed;
  if (!fs::exists(file, failed)) return std::nullopt;
  std::string name = read_whole(file);
  if (name.ends_with('\n')) name.pop_back();
  if (!is_checkpoint_name(name)) {
    throw Error(ErrorCode::kIo, file.string(),
                fmt::format("{} is not the name of a checkpoint (write one into it, such as "
                            "000000123456, or delete it)",
                            shown(name)));
  }
  return name;
}

}  // namespace

std::vector<fs::path> list_checkpoints(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const fs::path& path : entries_in(folder)) {  // twelve digits each: by name is by number
    std::error_code gone;
    if (is_checkpoint_name(path.filename().string()) && fs::is_directory(path, gone))
      out.push_back(path);
  }
  return out;
}

LatestCheckpoint latest_checkpoint(const fs::path& folder, bool with_training) {
  LatestCheckpoint out;
  const std::vector<fs::path> all = list_checkpoints(folder);
  for (auto path = all.rbegin(); path != all.rend(); ++path) {
    try {
      read_checkpoint(*path, with_training);
      out.path = *path;
      return out;
    } catch (const Error& error) {
      out.warning += (out.warning.empty() ? "passed over: " : "\npassed over: ");
      out.warning += error.what();
    }
  }
  throw Error(
      ErrorCode::kIo, folder.string(),
      "there is no checkpoint to go on from" +
          (out.warning.empty() ? std::string(" (none was written yet)") : '\n' + out.warning));
}

void write_best(const fs::path& folder, std::uint64_t decisions) {
  const std::string name = checkpoint_name(decisions);
  std::error_code failed;
  if (!fs::is_directory(folder / name, failed)) {
    throw Error(ErrorCode::kState, (folder / name).string(),
                "there is no such checkpoint to be the best (write it first)");
  }
  write_whole(folder / kBest, name + '\n');
}

std::optional<fs::path> best_checkpoint(const fs::path& folder) {
  const std::optional<std::string> name = best_name(folder);
  if (!name) return std::nullopt;
  std::error_code failed;
  if (!fs::is_directory(folder / *name, failed)) {
    throw Error(ErrorCode::kIo, (folder / kBest).string(),
                fmt::format("the checkpoint {} it names is gone (name another)", *name));
  }
  return folder / *name;
}

void prune_checkpoints(const fs::path& folder, int keep) {
  if (keep < 1) {
    throw Error(ErrorCode::kState, folder.string(),
                fmt::format("{} checkpoints cannot be kept (allowed: 1 and more)", keep));
  }
  for (const fs::path& path : entries_in(folder)) {
    if (path.filename().string().starts_with(kUnfinished)) remove_whole_folder(path);
  }
  const std::vector<fs::path> all = list_checkpoints(folder);
  const std::optional<std::string> best = best_name(folder);
  for (std::size_t i = 0; i + static_cast<std::size_t>(keep) < all.size(); ++i) {
    if (all[i].filename().string() != best) remove_whole_folder(all[i]);
  }
}

}  // namespace infodiet
