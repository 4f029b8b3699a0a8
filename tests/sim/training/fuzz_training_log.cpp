// Kills a training at random: leaves its metrics with torn ends, or damaged anywhere, and resumes
// them. What is resumed is what a run without interruption would have left; what cannot be is
// refused and untouched.
//
//   fuzz_training_log ITERATIONS [SEED]
//   fuzz_training_log --samples FOLDER   writes the logs of a whole run and of one that was killed
//                                        and resumed, for tensorboard_test.py

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "sim/training/metrics_log.hpp"
#include "sim/training/tensorboard.hpp"
#include "tests/support/temporary_folder.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

using Dice = std::mt19937_64;

std::size_t below(Dice& dice, std::size_t n) { return dice() % n; }

void require(bool holds, const std::string& claim) {
  if (!holds) throw std::runtime_error("does not hold: " + claim);
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> kNames = {"a", "b/c", "d e"};
  return kNames;
}

void write_rows(TrainingSink& sink, int from, int to) {
  for (int i = from; i < to; ++i) {
    const std::vector<Metric> row = {{"b/c", std::exp(3.0 * i - 20)},
                                     {"a", 1.0 * i},
                                     {"d e", std::numeric_limits<double>::quiet_NaN()}};
    sink.row(i, row);
  }
}

struct Files {
  std::string csv, jsonl;
  bool operator==(const Files& other) const { return csv == other.csv && jsonl == other.jsonl; }
};

Files read(const fs::path& folder) {
  return {content(folder / "metrics.csv"), content(folder / "metrics.jsonl")};
}

void write(const fs::path& folder, const Files& files) {
  write_file(folder / "metrics.csv", files.csv);
  write_file(folder / "metrics.jsonl", files.jsonl);
}

void damage(std::string& bytes, Dice& dice) {
  const std::size_t at = below(dice, bytes.size() + 1);
  switch (below(dice, 4)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(dice());
      break;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      bytes.erase(at, below(dice, 20));
      break;
    default:
      bytes.insert(at, std::string(1 + below(dice, 3), "\n,{}0\0"[below(dice, 6)]));
  }
}

/// @returns whether it could be resumed
bool resumes(const Files& left, const std::vector<Files>& after, bool torn_only, int kept) {
  const TemporaryFolder folder;
  write(folder.path(), left);
  const int rows = static_cast<int>(after.size()) - 1;
  try {
    MetricsLog log(folder.path(), names(), static_cast<std::uint64_t>(kept));
    require(static_cast<int>(log.rows()) == kept, "it goes on behind the rows that are kept");
    write_rows(log, kept, rows);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::kState || error.code() == ErrorCode::kIo,
            "the error is one of the run's, not of the program's");
    require(read(folder.path()) == left, "what is refused is left as it was");
    return false;
  }
  const Files now = read(folder.path());
  if (torn_only) {
    require(now == after.back(), "the files are those of a run without interruption");
  } else {
    const auto lines = [](const std::string& text) {
      return std::count(text.begin(), text.end(), '\n');
    };
    require(lines(now.csv) == rows + 1 && lines(now.jsonl) == rows, "there is a line for each row");
  }
  return true;
}

int fuzz(int iterations, std::uint64_t seed) {
  constexpr int kRows = 5;
  std::vector<Files> after;  // so many rows
  for (int rows = 0; rows <= kRows; ++rows) {
    const TemporaryFolder folder;
    MetricsLog log(folder.path(), names());
    write_rows(log, 0, rows);
    after.push_back(read(folder.path()));
  }
  int resumed = 0, refused = 0;
  for (int i = 0; i < iterations; ++i) {
    Dice dice(seed + static_cast<std::uint64_t>(i));
    const int kept = static_cast<int>(below(dice, kRows + 1));
    Files left = after.back();
    const bool torn_only = below(dice, 2) == 0;
    if (torn_only) {
      // each file got as far as it got, but at least as far as the checkpoint
      const auto tear = [&dice](std::string& text, std::size_t least) {
        text.resize(least + below(dice, text.size() - least + 1));
      };
      tear(left.csv, kept == 0 ? 0 : after[static_cast<std::size_t>(kept)].csv.size());
      tear(left.jsonl, after[static_cast<std::size_t>(kept)].jsonl.size());
    } else {
      damage(below(dice, 2) == 0 ? left.csv : left.jsonl, dice);
    }
    try {
      const bool good = resumes(left, after, torn_only, kept);
      require(good || !torn_only, "a torn end is dropped");
      ++(good ? resumed : refused);
    } catch (const std::exception& error) {
      std::cerr << "fuzz_training_log: seed " << seed + static_cast<std::uint64_t>(i) << ": "
                << error.what() << "\n";
      return 1;
    }
  }
  std::cout << resumed << " resumed, " << refused << " refused\n";
  return resumed > 0 && (refused > 0 || iterations < 100) ? 0 : 1;
}

// --- samples for tensorboard_test.py

/// The sinks of a training with a curve of its own for a third of its rows.
class SampleRun {
 public:
  SampleRun(const fs::path& folder, std::uint64_t kept)
      : log_(kept == 0 ? MetricsLog(folder, kColumns) : MetricsLog(folder, kColumns, kept)),
        events_(folder,
                {{"train/loss", "-", "what is minimised"}, {"rollout/value", "min/day", "worth"}},
                kept == 0 ? 0 : step(static_cast<int>(kept) - 1) + 1) {
    if (kept > 0) return;
    events_.text(0, "config", markdown_code("run: {seed: 3}\n", "yaml"));
    const std::vector<std::pair<std::string, std::string>> settings = {
        {"agent.lr", "3e-4"}, {"agent.name", "\"ppo\""}, {"agent.shared", "true"}};
    events_.settings(settings);
  }

  void rows(int from, int to, double drift) {
    for (int i = from; i < to; ++i) {
      std::vector<Metric> row = {{"train/loss", std::exp(-i) + drift},
                                 {"rollout/value", 3.5 * i - 7}};
      if (i % 3 == 0) row.push_back({"eval/mean_reward", 1e6 * i});
      log_.row(step(i), row);
      events_.row(step(i), row);
    }
  }
  const fs::path& event_file() const { return events_.path(); }

 private:
  static std::int64_t step(int i) { return 2048 * (i + 1); }
  inline static const std::vector<std::string> kColumns = {"train/loss", "rollout/value",
                                                           "eval/mean_reward"};
  MetricsLog log_;
  TensorBoardWriter events_;
};

int write_samples(const fs::path& folder) {
  fs::create_directories(folder / "whole");
  fs::create_directories(folder / "resumed");
  SampleRun(folder / "whole", 0).rows(0, 10, 0);
  fs::path first;
  {
    SampleRun run(folder / "resumed", 0);
    run.rows(0, 4, 0);
    run.rows(4, 7, 0.5);  // what came after the checkpoint, and should not be seen again
    first = run.event_file();
  }
  fs::resize_file(first, fs::file_size(first) - 5);  // killed while it wrote
  SampleRun(folder / "resumed", 4).rows(4, 10, 0);
  return 0;
}

int run(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 2 && args[0] == "--samples") return write_samples(args[1]);
  if (args.empty() || args.size() > 2) {
    std::cerr << "fuzz_training_log ITERATIONS [SEED] | --samples FOLDER\n";
    return 2;
  }
  return fuzz(std::stoi(args[0]), args.size() > 1 ? std::stoull(args[1]) : 1);
}

}  // namespace
}  // namespace infodiet::test

int main(int argc, char** argv) {
  try {
    return infodiet::test::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "fuzz_training_log: " << error.what() << "\n";
    return 1;
  }
}
