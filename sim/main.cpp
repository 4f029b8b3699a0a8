#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "sim/build_info.hpp"
#include "sim/commands/command.hpp"
#ifdef INFODIET_VIEWER
#include "viz/viewer.hpp"
#endif

namespace infodiet {
namespace {

constexpr const char* kExamples =
    "Examples, one for each command:\n"
    "  infodiet train configs/quickstart.yaml                 train an agent, in some minutes\n"
    "  infodiet eval configs/quickstart.yaml run.seeds=10     score agents, with intervals\n"
    "  infodiet tune configs/quickstart.yaml --agent threshold find better settings for an agent\n"
    "  infodiet watch configs/quickstart.yaml                 see a person and his feed, live\n"
    "  infodiet record configs/quickstart.yaml                keep an episode in a file\n"
    "  infodiet verify media/episode.idep                     play it again, bit by bit\n"
    "  infodiet config show configs/quickstart.yaml --origin  every value and where it came from\n"
    "  infodiet stream info configs/quickstart.yaml           what the stream of items is like\n"
    "  infodiet facts --quick                                 reproduce published findings, fast\n"
    "  infodiet list agents                                   what there is to choose from\n"
    "More on one command: infodiet COMMAND --help\n"
    "Exit codes: 0 done, 1 a fault of the program, 2 a mistake in what was asked, 130 interrupted.";

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

int run(int argc, char** argv) {
  CLI::App program(
      "InfoDiet: simulates people and their information diet, and scores agents that feed them.",
      "infodiet");
  program.footer(kExamples);
  program.set_version_flag("--version", version_line(),
                           "Print version, commit and build, and exit");
  program.set_help_flag("-h,--help", "Print this help and exit");
  program.require_subcommand(1);

  CommandLine line;
  for (int i = 0; i < argc; ++i) line.typed += (i > 0 ? " " : "") + shell_quoted(argv[i]);
#ifdef INFODIET_VIEWER
  line.viewer = viz::run_viewer;
#endif
  add_train(program, line);
  add_eval(program, line);
  add_tune(program, line);
  add_watch(program, line);
  add_record(program, line);
  add_verify(program, line);
  add_config(program, line);
  add_stream(program, line);
  add_facts(program, line);
  add_list(program, line);

  if (argc < 2) {
    std::fputs(program.help().c_str(), stderr);
    return 2;
  }
  const CLI::App* command = check_commands(program, argc, argv);
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    const int code = program.exit(success);
    flush_stdout();
    return code;
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> surplus = program.remaining(true);
    const std::string what = surplus.empty() ? error.what() : about_surplus(surplus, *command);
    const std::string name = command == &program ? "" : command->get_name() + " ";
    throw Error(ErrorCode::kConfig, "infodiet",
                what + "\nHow it is used: infodiet " + name + "--help");
  }
  const int code = line.action();
  flush_stdout();
  return code;
}

}  // namespace
}  // namespace infodiet

int main(int argc, char** argv) {
  // a closed stdin, stdout or stderr must not become the first file that a run opens
  int opened = 0;
  while (opened >= 0 && opened <= 2) opened = ::open("/dev/null", O_RDWR);
  if (opened > 2) ::close(opened);
  std::signal(SIGPIPE, SIG_IGN);  // a reader who goes away must not kill a run: see `print`
  try {
    return infodiet::run(argc, argv);
  } catch (const infodiet::Error& error) {
    const int code = infodiet::exit_code(error);
    std::fprintf(stderr, "%s%s\n",
                 code == 1 ? "a fault of infodiet itself, please report it: " : "", error.what());
    return code;
  } catch (const std::filesystem::filesystem_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "a fault of infodiet itself, please report it: %s\n", error.what());
    return 1;
  }
}
