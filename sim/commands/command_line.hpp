#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/record/view_request.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

// How commands say what they may be told, and how that is read. CLI11 does the work, and only
// command_line.cpp sees it: its inline code costs each file that includes it eight seconds.

namespace infodiet {

/// What every command is given: the command line as typed, and who shows what is to be seen (empty
/// where the viewer was not built).
struct CommandLine {
  std::string typed;
  Viewer viewer;
};

/// What a command does once the command line is understood. @returns the exit code
using Action = std::function<int(const CommandLine&)>;

namespace cli {

/// What more there is to say about an option.
class Option {
 public:
  explicit Option(CLI::Option* inner) : inner_(inner) {}

  Option& required();
  /// What stands for the value in the help.
  Option& value_name(const std::string& name);
  /// The help tells what the variable holds now.
  Option& shows_default();
  /// May be repeated, with one value each time: what follows that may be something else.
  Option& one_at_a_time();
  /// The same, where the help says in words that it may be repeated.
  Option& repeatable();
  Option& within(int least, int most);
  Option& within(double least, double most);
  Option& one_of(const std::vector<std::string>& words);

 private:
  CLI::Option* inner_;
};

/// A command while it is declared. Options are bound to variables, into which the command line is
/// read; the action owns them, so that they live as long.
class Command {
 public:
  Command(CLI::App* inner, Action* chosen) : inner_(inner), chosen_(chosen) {}

  /// A command below this one, which from then on does nothing by itself.
  Command add_command(const std::string& name, const std::string& help);

  /// @param name  `--name`, or a bare word for what is told by its place
  /// @tparam T    one of the types at the end of command_line.cpp
  template <class T>
  Option option(const std::string& name, T& variable, const std::string& help);
  void flag(const std::string& name, bool& variable, const std::string& help);

  /// What was told, once the command line is read: by the names that options were declared with.
  std::set<std::string> given() const;

  /// What the help ends with.
  void examples(const std::string& text);

  void runs(Action action);

 private:
  CLI::App* inner_;
  Action* chosen_;
};

/// The program as a user meets it.
class Program {
 public:
  Program(const std::string& name, const std::string& help, const std::string& version);
  ~Program();

  /// Where commands are added.
  Command root() { return {inner_.get(), &chosen_}; }

  std::string help() const;

  /// Reads the command line. Nothing runs while it is being read.
  /// @returns what is to be done; nothing more after --help and --version
  /// @throws Error kConfig
  Action read(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> inner_;
  Action chosen_;
};

}  // namespace cli
}  // namespace infodiet
