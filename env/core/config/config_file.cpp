#include "env/core/config/config_file.hpp"

#include "env/core/config/config_layers.hpp"
#include "env/core/config/config_problems.hpp"
#include "env/core/config/config_reader.hpp"

namespace infodiet {

ConfigFile::ConfigFile(const std::string& path, const std::vector<std::string>& overrides) {
  auto problems = std::make_shared<ConfigProblems>();
  root_ = load_layers(path, overrides, *problems);
  problems_ = std::move(problems);
}

ConfigFile ConfigFile::from_text(const std::string& text, const std::string& shown_name,
                                 const std::vector<std::string>& overrides) {
  auto problems = std::make_shared<ConfigProblems>();
  ConfigFile file;
  file.root_ = load_text_layers(text, shown_name, overrides, *problems);
  file.problems_ = std::move(problems);
  return file;
}

void ConfigFile::read_into(Config& config) const {
  // first into a copy: a config is filled whole or left alone
  ConfigProblems problems = *problems_;
  read_config(*config.clone(), root_, problems);
  problems.throw_if_any();
  read_config(config, root_, problems);
}

}  // namespace infodiet
