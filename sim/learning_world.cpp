#include "sim/learning_world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"

namespace infodiet {
namespace {

constexpr const char* kPart = "world.stream.part";

}  // namespace

LearningWorld make_learning_world(const std::string& path,
                                  const std::vector<std::string>& overrides,
                                  const std::string& what) {
  LearningWorld out;
  const ConfigFile file(path, overrides);
  file.read_into(out.experiment);
  const std::vector<ConfigFile::Origin> origins = file.origins(out.experiment);
  const auto part = std::find_if(origins.begin(), origins.end(),
                                 [](const auto& row) { return row.key == kPart; });
  if (part == origins.end()) {
    out.part = "-";
    out.part_note =
        fmt::format("This world has no stream in parts: seeds alone keep {} from eval.", what);
    out.world = make_world(out.experiment.world);
    return out;
  }
  out.part = part->value.substr(1, part->value.size() - 2);  // without its quotes
  if (part->origin == "command line") {
    out.part_note =
        fmt::format("Part '{}' of the stream is played, as the command line says.", out.part);
    out.world = make_world(out.experiment.world);
    return out;
  }
  out.part_note = out.part == "train"
                      ? "Part 'train' of the stream is played, and eval plays it too, with other "
                        "seeds (to keep them apart: part: test)."
                      : fmt::format(
                            "Part 'train' of the stream is played; part '{}', as the file says, "
                            "is left to eval.",
                            out.part);
  out.part = "train";
  std::vector<std::string> with_part = overrides;
  with_part.push_back(std::string(kPart) + "=train");
  out.world = make_world(load_experiment(path, with_part).world);
  return out;
}

}  // namespace infodiet
