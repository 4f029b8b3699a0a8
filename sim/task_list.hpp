#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace infodiet {

/// A task of the suite: an experiment file in configs/tasks.
struct Task {
  std::string name;     ///< of the file: "sip-v1"
  std::string summary;  ///< the first sentence of the comment on top
};

/// The folder configs/tasks: under the working directory, else above the program, which is built
/// in a folder of the project.
/// @throws Error kIo saying where it was looked for
std::filesystem::path task_folder();

/// Its tasks by name; files that are there to be extended, and no task, do not count.
std::vector<Task> list_tasks(const std::filesystem::path& folder);

}  // namespace infodiet
