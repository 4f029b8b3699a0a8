#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace infodiet {

/// A text that settings are read from: a file, or one override of the command line.
struct ConfigSource {
  std::string name;           ///< as shown: "configs/quickstart.yaml", "command line: agent.lr=3x"
  std::string text;           ///< UTF-8
  std::string folder;         ///< absolute: what relative paths in it are relative to
  int order = 0;              ///< problems are listed in this order
  bool command_line = false;  ///< one line, so places in it are shown without line and column
};

/// A stretch of a source.
struct ConfigPlace {
  std::shared_ptr<const ConfigSource> source;
  std::size_t offset = 0;  ///< in bytes
  std::size_t length = 1;  ///< in bytes, on one line
  int line = 1;            ///< from 1
  int column = 1;          ///< from 1, in bytes

  /// "exp.yaml:14:5", or the name alone for an override. The column counts characters.
  std::string text() const;
};

/// Collects what is wrong with some settings, to tell all of it at once.
class ConfigProblems {
 public:
  void add(const ConfigPlace& place, const std::string& what);

  bool empty() const { return problems_.empty(); }
  std::size_t count() const { return problems_.size() + unlisted_; }

  /// Whether further problems will only be counted, so that no effort need go into their words.
  bool full() const { return problems_.size() >= kMaxListed; }

  /// Does nothing if there are none.
  /// @throws Error kConfig whose text lists them in order of source and line, each as
  ///         `file:line:col: error: what`, the line and a caret
  void throw_if_any() const;

 private:
  static constexpr std::size_t kMaxListed = 100;

  struct Problem {
    ConfigPlace place;
    std::string what;
  };
  std::vector<Problem> problems_;
  std::size_t unlisted_ = 0;
};

/// Text to be shown in a message: on one line, without the middle if it is long.
std::string shortened(const std::string& text);
/// The same between single quotes.
std::string quoted(const std::string& text);

}  // namespace infodiet
