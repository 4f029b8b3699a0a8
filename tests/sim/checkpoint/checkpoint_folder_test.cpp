#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "env/core/philox.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/whole_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/sample_checkpoint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

bool contains(const std::string& whole, const std::string& part) {
  return whole.find(part) != std::string::npos;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> checkpoints_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const fs::path& path : list_checkpoints(folder)) out.push_back(path.filename().string());
  return out;
}

/// Does something in a process of its own. @returns what ends it, as `waitpid` tells it
int in_child(const std::function<void()>& action, const std::function<void(pid_t)>& meanwhile) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      action();
    } catch (...) {
      ::_exit(3);
    }
    ::_exit(0);
  }
  meanwhile(child);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

/// From here on this process is killed when a file is to grow beyond `bytes`.
void die_beyond(std::size_t bytes) {
  const rlimit no_core = {0, 0}, most = {bytes, bytes};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(SIGXFSZ, SIG_DFL);
  ::setrlimit(RLIMIT_FSIZE, &most);
}

}  // namespace

TEST_CASE("list_checkpoints: it gives checkpoints by decisions and passes over all else",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  CHECK(list_checkpoints(folder.path() / "missing").empty());
  for (const std::uint64_t decisions : {20u, 100000u, 3u})
    write_checkpoint(folder.path(), sample_checkpoint(decisions));
  for (const char* name : {".tmp-000000000004-1-abcde", "00000000005", "0000000000006", "step7"})
    fs::create_directory(folder.path() / name);
  write_whole(folder.path() / "000000000008", "a file");
  CHECK(checkpoints_in(folder.path()) ==
        std::vector<std::string>{"000000000003", "000000000020", "000000100000"});
}

TEST_CASE("latest_checkpoint: a damaged one is passed over with a warning", "[sim][checkpoint]") {
  const TemporaryFolder folder;
  CHECK(contains(complaint([&] { latest_checkpoint(folder.path(), false); }), "none was written"));
  for (const std::uint64_t decisions : {1u, 2u, 3u})
    write_checkpoint(folder.path(), sample_checkpoint(decisions));
  const auto latest = [&](bool with_training) {
    return latest_checkpoint(folder.path(), with_training);
  };
  CHECK(latest(true).path.filename() == "000000000003");
  CHECK(latest(true).warning.empty());

  fs::resize_file(folder.path() / "000000000003" / "training.safetensors", 20);
  CHECK(latest(true).path.filename() == "000000000002");
  CHECK(contains(latest(true).warning, "passed over: "));
  CHECK(contains(latest(true).warning, "000000000003/training.safetensors: 20 bytes"));
  CHECK(latest(false).path.filename() == "000000000003");

  fs::remove(folder.path() / "000000000003" / "checkpoint.json");
  fs::remove(folder.path() / "000000000002" / "policy.safetensors");
  CHECK(latest(false).path.filename() == "000000000001");
  const std::string warning = latest(false).warning;
  CHECK(std::count(warning.begin(), warning.end(), '\n') == 1);
  fs::remove_all(folder.path() / "000000000001");
  CHECK(contains(complaint([&] { latest(false); }), "000000000003/checkpoint.json: there is no"));
}

TEST_CASE("best_checkpoint: it is the one that was named last", "[sim][checkpoint]") {
  const TemporaryFolder folder;
  CHECK(best_checkpoint(folder.path()) == std::nullopt);
  write_checkpoint(folder.path(), sample_checkpoint(1));
  write_checkpoint(folder.path(), sample_checkpoint(2));
  CHECK(contains(complaint([&] { write_best(folder.path(), 3); }), "no such checkpoint"));
  write_best(folder.path(), 2);
  write_best(folder.path(), 1);
  CHECK(best_checkpoint(folder.path()) == folder.path() / "000000000001");
  CHECK(content(folder.path() / "best") == "000000000001\n");

  fs::remove_all(folder.path() / "000000000001");
  CHECK(contains(complaint([&] { best_checkpoint(folder.path()); }), "000000000001 it names"));
  for (const char* text : {"", "\n", "../../anything", "000000000002\n\n", "00000000000x\n"}) {
    std::ofstream(folder.path() / "best") << text;
    CHECK(contains(complaint([&] { best_checkpoint(folder.path()); }), "/best: '"));
  }
}

TEST_CASE("prune_checkpoints: the newest and the best stay, and nothing unfinished",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  for (std::uint64_t decisions = 1; decisions <= 6; ++decisions)
    write_checkpoint(folder.path(), sample_checkpoint(decisions));
  write_best(folder.path(), 2);
  fs::create_directories(folder.path() / ".tmp-000000000007-1-abcde");
  write_whole(folder.path() / ".tmp-000000000007-1-abcde" / "policy.safetensors", "torn");
  write_whole(folder.path() / "notes.txt", "mine");

  CHECK(contains(complaint([&] { prune_checkpoints(folder.path(), 0); }), "1 and more"));
  prune_checkpoints(folder.path(), 9);
  CHECK(checkpoints_in(folder.path()).size() == 6);
  prune_checkpoints(folder.path(), 3);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"000000000002", "000000000004",
                                                            "000000000005", "000000000006", "best",
                                                            "notes.txt"});
  write_best(folder.path(), 6);
  prune_checkpoints(folder.path(), 1);
  CHECK(checkpoints_in(folder.path()) == std::vector<std::string>{"000000000006"});
  for (const fs::path& path : list_checkpoints(folder.path()))
    CHECK(same(read_checkpoint(path, true), sample_checkpoint(6)));

  // what cannot be understood is no reason to delete anything
  write_checkpoint(folder.path(), sample_checkpoint(7));
  write_whole(folder.path() / "best", "000000\n");
  CHECK(contains(complaint([&] { prune_checkpoints(folder.path(), 1); }), "/best: "));
  CHECK(checkpoints_in(folder.path()).size() == 2);
}

TEST_CASE("write_best: killed within it, it leaves the best as it was and nothing for good",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  for (const std::uint64_t decisions : {1u, 2u})
    write_checkpoint(folder.path(), sample_checkpoint(decisions));
  write_best(folder.path(), 1);
  const int status = in_child(
      [&] {
        die_beyond(5);
        write_best(folder.path(), 2);
      },
      [](pid_t) {});
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGXFSZ);
  const std::vector<std::string> whole = {"000000000001", "000000000002", "best"};
  CHECK(names_in(folder.path()) != whole);  // or there was nothing to sweep
  CHECK(best_checkpoint(folder.path()) == folder.path() / "000000000001");
  prune_checkpoints(folder.path(), 2);
  CHECK(names_in(folder.path()) == whole);
}

TEST_CASE("write_checkpoint: killed at any byte, it leaves what was there as it was",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  const Checkpoint before = sample_checkpoint(1);
  write_checkpoint(folder.path(), before);
  // files that grow in the order in which they are written: a limit reaches every byte of each
  Checkpoint next = before;
  next.training.add(tensor<std::uint8_t>("more", {800}, std::vector<std::uint8_t>(800, 7)));
  next.notes["long"] = std::string(1500, 'x');
  std::uintmax_t sizes[3] = {};
  {
    const TemporaryFolder other;
    const fs::path path = write_checkpoint(other.path(), next);
    sizes[0] = fs::file_size(path / "policy.safetensors");
    sizes[1] = fs::file_size(path / "training.safetensors");
    sizes[2] = fs::file_size(path / "checkpoint.json");
  }
  REQUIRE(sizes[0] < sizes[1]);
  REQUIRE(sizes[1] < sizes[2]);

  std::vector<std::size_t> limits = {0,        1,           sizes[0] - 1, sizes[0], sizes[1] - 1,
                                     sizes[1], sizes[2] - 1};
  for (std::size_t limit = 197; limit < sizes[2]; limit += 197) limits.push_back(limit);
  for (const std::size_t limit : limits) {
    for (const std::uint64_t decisions : {1u, 2u}) {  // in place of it, and beside it
      next.decisions = decisions;
      const int status = in_child(
          [&] {
            die_beyond(limit);
            write_checkpoint(folder.path(), next);
          },
          [](pid_t) {});
      REQUIRE(WIFSIGNALED(status));
      REQUIRE(WTERMSIG(status) == SIGXFSZ);
      REQUIRE(checkpoints_in(folder.path()) == std::vector<std::string>{"000000000001"});
      const LatestCheckpoint latest = latest_checkpoint(folder.path(), true);
      REQUIRE(latest.warning.empty());
      REQUIRE(same(read_checkpoint(latest.path, true), before));
    }
  }
  prune_checkpoints(folder.path(), 1);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"000000000001"});
  next.decisions = 1;
  const int status = in_child(
      [&] {
        die_beyond(sizes[2]);
        write_checkpoint(folder.path(), next);
      },
      [](pid_t) {});
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  CHECK(same(read_checkpoint(folder.path() / "000000000001", true), next));
}

TEST_CASE("write_checkpoint: a full disk is an error that leaves nothing behind",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  const int status = in_child(
      [&] {
        die_beyond(100);
        ::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
        const std::string said =
            complaint([&] { write_checkpoint(folder.path(), sample_checkpoint(1)); });
        ::_exit(contains(said, "000000000001/policy.safetensors: writing failed: ") ? 0 : 4);
      },
      [](pid_t) {});
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("checkpoints: a process killed while it writes, prunes and names the best harms none",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  write_checkpoint(folder.path(), sample_checkpoint(1));
  write_best(folder.path(), 1);
  std::uint64_t reached = 1;
  for (std::uint32_t round = 0; round < 25; ++round) {
    const std::uint64_t from = reached + 1;
    const int status = in_child(
        [&] {
          for (std::uint64_t i = from;; ++i) {
            write_checkpoint(folder.path(), sample_checkpoint(i));
            write_checkpoint(folder.path(), sample_checkpoint(i));  // and once more in its place
            if (i % 2 == 0) write_best(folder.path(), i);
            prune_checkpoints(folder.path(), 2);
          }
        },
        [&](pid_t child) {
          const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
          while (!fs::exists(folder.path() / checkpoint_name(from)) &&
                 std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          const auto words = random_words({.seed = 5}, Purpose::kTuning, round);
          std::this_thread::sleep_for(std::chrono::microseconds(uniform_below(words[0], 60000)));
          ::kill(child, SIGKILL);
        });
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    const LatestCheckpoint latest = latest_checkpoint(folder.path(), true);
    REQUIRE(latest.warning.empty());
    for (const fs::path& path : list_checkpoints(folder.path())) {
      reached = std::stoull(path.filename().string());
      REQUIRE(same(read_checkpoint(path, true), sample_checkpoint(reached)));
    }
    REQUIRE(reached >= from);
    const std::optional<fs::path> best = best_checkpoint(folder.path());
    REQUIRE(best.has_value());
    REQUIRE(same(read_checkpoint(*best, true),
                 sample_checkpoint(std::stoull(best->filename().string()))));
  }
  prune_checkpoints(folder.path(), 2);
  for (const std::string& name : names_in(folder.path())) CHECK(!name.starts_with(kUnfinished));
}

}  // namespace infodiet::test
