#include "sim/task_list.hpp"

#include <algorithm>
#include <fstream>

#include "env/core/error.hpp"

namespace infodiet {

namespace fs = std::filesystem;

namespace {

/// The comment on top of a file, up to the end of its first sentence.
std::string first_sentence(const fs::path& file) {
  std::ifstream in(file);
  std::string text;
  for (std::string line; std::getline(in, line) && line.starts_with('#');) {
    if (line.find("$schema") != line.npos || line == "#") continue;
    text += (text.empty() ? "" : " ") + line.substr(2);
    const std::size_t end = text.find(". ");
    if (end != text.npos) return text.substr(0, end + 1);
    if (text.ends_with('.')) return text;
  }
  return text;
}

}  // namespace

fs::path task_folder() {
  const fs::path inside = fs::path("configs") / "tasks";
  if (fs::is_directory(inside)) return inside;
  std::error_code ignored;
  fs::path above = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (; !above.empty() && above != above.root_path(); above = above.parent_path()) {
    if (fs::is_directory(above / inside)) return above / inside;
  }
  throw Error(ErrorCode::kIo, "configs/tasks",
              "there is no such folder here, nor above the program (go to where the project lies)");
}

std::vector<Task> list_tasks(const fs::path& folder) {
  std::vector<Task> tasks;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().stem().string();
    const bool is_task = entry.path().extension() == ".yaml" && name.find("-v") != name.npos;
    if (is_task) tasks.push_back({name, first_sentence(entry.path())});
  }
  std::sort(tasks.begin(), tasks.end(),
            [](const Task& a, const Task& b) { return a.name < b.name; });
  return tasks;
}

}  // namespace infodiet
