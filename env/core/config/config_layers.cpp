#include "env/core/config/config_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "env/core/error.hpp"

namespace infodiet {

namespace {

namespace fs = std::filesystem;
using Kind = YamlNode::Kind;

constexpr std::size_t kMaxFiles = 256;  // so that files extending files twice cannot explode

/// @returns what went wrong; "" if nothing did
std::string read_text(const std::string& path, std::string& text) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return "it is a folder";
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::strerror(errno);
  text.resize(kMaxYamlBytes + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  text.shrink_to_fit();
  if (in.bad()) return "reading failed";
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // byte order mark
  return "";
}

/// Collects the layers of a file: those of the files it extends, then its own.
class Loader {
 public:
  explicit Loader(ConfigProblems& problems) : problems_(problems) {}

  /// @throws Error kIo
  void add_file(const std::string& path) {
    std::string text;
    const std::string failure = read_text(path, text);
    if (!failure.empty()) throw Error(ErrorCode::kIo, path, "cannot read it: " + failure);
    enter(path, std::move(text));
  }

  void add_text(const std::string& text, const std::string& shown_name) {
    add(make_source(shown_name, text, working_folder()));
  }

  void add_overrides(const std::vector<std::string>& overrides) {
    if (YamlTree tree = read_overrides(overrides, num_sources_, problems_))
      layers_.push_back(std::move(tree));
  }

  /// @throws Error kConfig if anything was too broken to read on
  YamlTree merged() const {
    if (!sound_) problems_.throw_if_any();
    return merge_layers(layers_);
  }

 private:
  void enter(const std::string& path, std::string text) {
    std::error_code ignored;
    std::string real = fs::weakly_canonical(path, ignored).string();
    open_.emplace_back(path, std::move(real));
    const std::string folder = fs::path(path).parent_path().string();
    add(make_source(path, std::move(text),
                    resolve_path(folder.empty() ? "." : folder, working_folder())));
    open_.pop_back();
  }

  std::shared_ptr<const ConfigSource> make_source(std::string name, std::string text,
                                                  std::string folder) {
    return std::make_shared<ConfigSource>(
        ConfigSource{std::move(name), std::move(text), std::move(folder), num_sources_++, false});
  }

  void add(const std::shared_ptr<const ConfigSource>& source) {
    bool sound = false;
    const YamlTree root = parse_yaml(source, 0, problems_, sound);
    if (!sound) {
      sound_ = false;
      return;
    }
    auto own = make_yaml_map(root->place);
    own->place.length = 1;
    if (root->kind == Kind::kScalar || root->kind == Kind::kList)
      fail(root->place, "a config is a map of settings, 'key: value' in each line");
    for (const YamlEntry& entry : root->entries) {
      if (entry.key == "extends") {
        extend(*entry.value);
      } else if (root->kind == Kind::kMap) {
        own->append(entry);
      }
    }
    layers_.push_back(std::move(own));
  }

  void extend(const YamlNode& value) {
    if (value.kind == Kind::kScalar) {
      extend_one(value);
      return;
    }
    bool are_paths = value.kind == Kind::kList;
    for (const YamlEntry& entry : value.entries) are_paths &= entry.value->kind == Kind::kScalar;
    if (!are_paths) {
      fail(value.place, "extends: expected a path or a list of paths");
      return;
    }
    for (const YamlEntry& entry : value.entries) extend_one(*entry.value);
  }

  void extend_one(const YamlNode& value) {
    const std::string folder =
        open_.empty() ? "" : fs::path(open_.back().shown).parent_path().string();
    const std::string path = (fs::path(folder) / value.text).lexically_normal().string();
    std::error_code ignored;
    const std::string real = fs::weakly_canonical(path, ignored).string();
    std::string chain;
    for (const Open& file : open_) {
      if (!chain.empty() || file.real == real) chain += file.shown + " -> ";
    }
    if (!chain.empty()) {
      fail(value.place, "extends: a circle: " + chain + path);
      return;
    }
    if (layers_.size() + open_.size() >= kMaxFiles) {
      fail(value.place, fmt::format("extends: more than {} files", kMaxFiles));
      return;
    }
    std::string text;
    std::string failure = check_path(value.text);
    if (value.text.empty()) failure = "no path is given";
    if (failure.empty() && fs::exists(path, ignored) && !fs::is_regular_file(path, ignored))
      failure = "it is not a file";
    if (failure.empty()) failure = read_text(path, text);
    if (!failure.empty()) {
      fail(value.place,
           fmt::format("extends: cannot read {}: {} (paths are relative to {})", quoted(path),
                       failure, open_.empty() ? "the working directory" : "this file"));
      return;
    }
    enter(path, std::move(text));
  }

  void fail(const ConfigPlace& place, const std::string& what) {
    problems_.add(place, what);
    sound_ = false;
  }

  struct Open {
    std::string shown;
    std::string real;  // without links, to notice circles
    Open(std::string shown_path, std::string real_path)
        : shown(std::move(shown_path)), real(std::move(real_path)) {}
  };

  ConfigProblems& problems_;
  std::vector<Open> open_;
  std::vector<YamlTree> layers_;
  int num_sources_ = 0;
  bool sound_ = true;
};

}  // namespace

YamlTree load_layers(const std::string& path, const std::vector<std::string>& overrides,
                     ConfigProblems& problems) {
  Loader loader(problems);
  loader.add_file(path);
  loader.add_overrides(overrides);
  return loader.merged();
}

YamlTree load_text_layers(const std::string& text, const std::string& shown_name,
                          const std::vector<std::string>& overrides, ConfigProblems& problems) {
  Loader loader(problems);
  loader.add_text(text, shown_name);
  loader.add_overrides(overrides);
  return loader.merged();
}

std::string working_folder() {
  std::error_code ignored;
  return fs::current_path(ignored).string();
}

std::string check_path(const std::string& path) {
  const bool is_clean = std::none_of(path.begin(), path.end(),
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return is_clean ? "" : "a path cannot hold control characters";
}

std::string resolve_path(const std::string& path, const std::string& folder) {
  if (path.empty()) return path;
  const fs::path whole = (fs::path(folder) / path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).string();
}

}  // namespace infodiet
