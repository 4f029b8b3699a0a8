#include "sim/commands/command_line.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"

namespace infodiet::cli {
namespace {

/// " (known: a, b) (did you mean 'a'?)"
std::string hint(const std::string& word, const std::vector<std::string>& known) {
  return " (known: " + join(known) + ")" + did_you_mean(similar(word, known));
}

/// Refuses a word that stands where a command must stand. CLI11 would call it a surplus argument.
/// @returns the innermost command that is named
CLI::App* check_commands(CLI::App& program, int argc, char** argv) {
  CLI::App* command = &program;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::vector<std::string> known;
    for (const CLI::App* sub : command->get_subcommands({})) known.push_back(sub->get_name());
    if (known.empty() || word.empty() || word.front() == '-') break;
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      throw Error(ErrorCode::kConfig, command->get_name(),
                  "unknown command '" + word + "'" + hint(word, known));
    }
    command = command->get_subcommand(word);
  }
  return command;
}

/// What to say about arguments that no command took.
std::string about_surplus(const std::vector<std::string>& surplus, const CLI::App& command) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const std::string& word : surplus) {
    const std::string name = word.substr(0, word.find('='));
    if (!name.empty() && name.front() == '-')
      return "unknown option '" + name + "'" + hint(name, known);
  }
  return "'" + surplus.front() + "' is one argument too many";
}

}  // namespace

Option& Option::required() {
  inner_->required();
  return *this;
}

Option& Option::value_name(const std::string& name) {
  inner_->type_name(name);
  return *this;
}

Option& Option::shows_default() {
  inner_->capture_default_str();
  return *this;
}

Option& Option::one_at_a_time() {
  inner_->allow_extra_args(false);
  return *this;
}

Option& Option::repeatable() {
  inner_->expected(1)->take_all();
  return *this;
}

Option& Option::within(int least, int most) {
  inner_->check(CLI::Range(least, most));
  return *this;
}

Option& Option::within(double least, double most) {
  inner_->check(CLI::Range(least, most));
  return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
  inner_->check(CLI::IsMember(words));
  return *this;
}

Command Command::add_command(const std::string& name, const std::string& help) {
  inner_->require_subcommand(1);
  return {inner_->add_subcommand(name, help), chosen_};
}

template <class T>
Option Command::option(const std::string& name, T& variable, const std::string& help) {
  return Option(inner_->add_option(name, variable, help));
}

void Command::flag(const std::string& name, bool& variable, const std::string& help) {
  inner_->add_flag(name, variable, help);
}

std::set<std::string> Command::given() const {
  std::set<std::string> names;
  for (const CLI::Option* const option : inner_->get_options()) {
    if (option->count() > 0) names.insert(option->get_name());
  }
  return names;
}

void Command::examples(const std::string& text) { inner_->footer(text); }

void Command::runs(Action action) {
  inner_->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

Program::Program(const std::string& name, const std::string& help, const std::string& version)
    : inner_(std::make_unique<CLI::App>(help, name)) {
  inner_->set_version_flag("--version", version, "Print version, commit and build, and exit");
  inner_->set_help_flag("-h,--help", "Print this help and exit");
}

Program::~Program() = default;

std::string Program::help() const { return inner_->help(); }

Action Program::read(int argc, char** argv) {
  const CLI::App* command = check_commands(*inner_, argc, argv);
  try {
    inner_->parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    const int code = inner_->exit(success);
    return [code](const CommandLine&) { return code; };
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> surplus = inner_->remaining(true);
    const std::string what = surplus.empty() ? error.what() : about_surplus(surplus, *command);
    const std::string name = command == inner_.get() ? "" : command->get_name() + " ";
    throw Error(ErrorCode::kConfig, inner_->get_name(),
                what + "\nHow it is used: infodiet " + name + "--help");
  }
  return chosen_;
}

template Option Command::option(const std::string&, int&, const std::string&);
template Option Command::option(const std::string&, std::uint32_t&, const std::string&);
template Option Command::option(const std::string&, double&, const std::string&);
template Option Command::option(const std::string&, std::optional<double>&, const std::string&);
template Option Command::option(const std::string&, std::string&, const std::string&);
template Option Command::option(const std::string&, std::vector<double>&, const std::string&);
template Option Command::option(const std::string&, std::vector<std::string>&, const std::string&);

}  // namespace infodiet::cli
