#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

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

int run(int argc, char** argv) {
  cli::Program program(
      "infodiet",
      "InfoDiet: simulates people and their information diet, and scores agents that feed them.",
      version_line());
  cli::Command root = program.root();
  root.examples(kExamples);
  add_train(root);
  add_eval(root);
  add_tune(root);
  add_watch(root);
  add_record(root);
  add_verify(root);
  add_config(root);
  add_stream(root);
  add_facts(root);
  add_list(root);

  if (argc < 2) {
    std::fputs(program.help().c_str(), stderr);
    return 2;
  }
  CommandLine line;
  for (int i = 0; i < argc; ++i) line.typed += (i > 0 ? " " : "") + shell_quoted(argv[i]);
#ifdef INFODIET_VIEWER
  line.viewer = viz::run_viewer;
#endif
  const int code = program.read(argc, argv)(line);
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
