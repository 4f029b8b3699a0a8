#include "sim/commands/stream/stream_source.hpp"

#include <filesystem>

#include "env/core/config/config_file.hpp"
#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "sim/commands/command.hpp"
#include "sim/experiment.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

/// Finds the stream a world was configured with, without knowing the world.
class FindStream : public Fields {
 public:
  const Choice* found = nullptr;

  void operator()(const Field&, bool&) override {}
  void operator()(const Field&, int&) override {}
  void operator()(const Field&, std::uint64_t&) override {}
  void operator()(const Field&, float&) override {}
  void operator()(const Field&, double&) override {}
  void operator()(const Field&, std::string&) override {}
  void operator()(const Field&, std::vector<double>&) override {}
  void path(const Field&, std::string&) override {}
  void operator()(const Field&, Config& section) override { section.fields(*this); }
  void operator()(const Field&, Choice& choice) override {
    if (&choice.catalogue() == &StreamRegistry::instance() && found == nullptr) found = &choice;
  }
  void operator()(const Field&, std::vector<Choice>&, const Choice&) override {}
};

/// A kind of stream by itself, so that its settings can be given as key=value.
struct OneStream : ConfigOf<OneStream> {
  Choice stream;

  explicit OneStream(const std::string& name) : stream(StreamRegistry::instance(), name) {}
  void fields(Fields& f) override { f({"stream", "-", "a stream"}, stream); }
};

}  // namespace

Choice find_stream(const std::string& source, const std::vector<std::string>& settings) {
  if (StreamRegistry::instance().contains(source)) {
    std::vector<std::string> overrides;
    for (const std::string& one : settings) overrides.push_back("stream." + one);
    OneStream config(source);
    ConfigFile::from_text("stream: {name: " + source + "}\n", "command line", overrides)
        .read_into(config);
    return config.stream;
  }
  if (!fs::exists(source)) {
    std::vector<std::string> kinds;
    for (const auto& [name, entry] : StreamRegistry::instance().entries()) kinds.push_back(name);
    throw Error(ErrorCode::kIo, source,
                "no such file (needed: the folder of a recorded stream, an experiment file, or a "
                "kind of stream: " +
                    join(kinds) + ")");
  }
  ExperimentConfig experiment = load_experiment(experiment_file(source), settings);
  FindStream find;
  experiment.world.config().fields(find);
  if (find.found == nullptr) {
    throw Error(ErrorCode::kConfig, source,
                "the world '" + experiment.world.name() +
                    "' has no stream of items (worlds with one have a key world.stream)");
  }
  return *find.found;
}

Stream make_stream(const std::string& source, const std::vector<std::string>& settings) {
  return StreamRegistry::instance().make(find_stream(source, settings))->load();
}

bool is_recorded(const std::string& source) {
  return fs::is_directory(source) && !fs::exists(fs::path(source) / "config.yaml");
}

}  // namespace infodiet
