#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/worlds/world.hpp"
#include "sim/training/metric_names.hpp"
#include "sim/training/metrics_log.hpp"
#include "sim/training/tensorboard.hpp"
#include "sim/training/tensorboard_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
const std::vector<std::string> kNames = {"time/total_timesteps", "train/loss", "eval/score"};

/// The numbers of iteration i: an evaluation at every third only.
void write_row(TrainingSink& sink, int i) {
  std::vector<Metric> row = {{"train/loss", 1.0 / (i + 1)},
                             {"time/total_timesteps", 100.0 * (i + 1)}};
  if (i % 3 == 2) row.push_back({"eval/score", 0.1 * i});
  sink.row(100 * (i + 1), row);
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[c & 15];
  }
  return out;
}

/// What is thrown by `body()`, or an error of a kind that nothing expects.
template <class Body>
Error error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::kShape, "", "nothing was thrown");
}

bool mentions(const Error& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

/// While it lives no file of this process grows beyond `bytes`: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

fs::path only_event_file(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  REQUIRE(files.size() == 1);
  return files[0];
}

}  // namespace

TEST_CASE("crc32c: it gives the published check values", "[sim][training]") {
  using tensorboard::crc32c;
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xE3069283);
  // RFC 3720, appendix B.4
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43);
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  CHECK(crc32c(rising) == 0x46DD794E);
}

// Bytes made by TensorBoard 2.21 from the same values with its own Protocol Buffers.
TEST_CASE("TensorBoard events: their bytes are those of TensorBoard", "[sim][training]") {
  using namespace std::string_literals;
  constexpr double kTime = 1700000000.25;
  CHECK(hex(tensorboard::framed("abc")) == "0300000000000000b099490e6162636e57f121");
  CHECK(hex(tensorboard::file_version_event(kTime)) ==
        "0900001040fc54d9411a0d627261696e2e4576656e743a32520a0a08696e666f64696574");
  CHECK(hex(tensorboard::session_start_event(kTime, 0)) == "0900001040fc54d9413a020801");
  CHECK(hex(tensorboard::session_start_event(kTime, 300)) == "0900001040fc54d94110ac023a020801");
  const std::vector<tensorboard::Scalar> scalars = {{"train/loss", 0.5, true, "[-] loss"},
                                                    {"rollout/value", -3.25, false, {}}};
  CHECK(hex(tensorboard::scalars_event(kTime, 5000000000, scalars)) ==
        "0900001040fc54d9411080e497d0122a420a2a0a0a747261696e2f6c6f7373150000003f4a170a090a0773"
        "63616c6172731a085b2d5d206c6f737320010a140a0d726f6c6c6f75742f76616c756515000050c0");
  CHECK(hex(tensorboard::text_event(kTime, 0, "config", "**bold**")) ==
        "0900001040fc54d9412a260a240a06636f6e666967420e0807120042082a2a626f6c642a2a4a0a0a060a04"
        "746578742002");
  const std::vector<tensorboard::Setting> settings = {
      {"agent.name", std::string_view("ppo")}, {"world.x", true}, {"agent.lr", 3e-4}};
  CHECK(hex(tensorboard::settings_event(kTime, settings, "g")) ==
        "0900001040fc54d9412a80010a7e0a1c5f68706172616d735f2f73657373696f6e5f73746172745f696e66"
        "6f42060801120212004a560a540a0768706172616d7312491a470a130a0a6167656e742e6e616d6512051a"
        "0370706f0a0d0a07776f726c642e78120220010a150a086167656e742e6c72120911613255302aa9333f22"
        "01672900001040fc54d941");
}

TEST_CASE("TensorBoardWriter: a row is one record, and NaN is no point", "[sim][training]") {
  const TemporaryFolder folder;
  TensorBoardWriter writer(folder.path(), {{"train/loss", "nat", "what is minimised"}});
  const auto size = [&writer] { return fs::file_size(writer.path()); };
  const auto before = size();
  const std::vector<Metric> nothing = {{"train/loss", kNone}};
  writer.row(1, nothing);
  CHECK(size() == before);

  write_row(writer, 0);
  const auto first = size() - before;
  write_row(writer, 1);
  const auto second = size() - before - first;
  CHECK(first > second);  // only the first says how a tag is shown
  const std::string text = content(writer.path());
  CHECK(text.find("[nat] what is minimised") == text.rfind("[nat] what is minimised"));
  CHECK(text.find("[nat] what is minimised") != text.npos);
}

TEST_CASE("TensorBoardWriter: a later file of a folder sorts behind, even within a second",
          "[sim][training]") {
  const TemporaryFolder folder;
  std::set<std::string> names;
  std::string last;
  for (int i = 0; i < 4; ++i) {
    const TensorBoardWriter writer(folder.path());
    const std::string name = writer.path().filename().string();
    CHECK(name.starts_with("events.out.tfevents."));
    CHECK(name > last);
    last = name;
    names.insert(name);
  }
  CHECK(names.size() == 4);
  write_file(folder.path() / "events.out.tfevents.9000000000.ahead.1.0", "");
  CHECK(TensorBoardWriter(folder.path()).path().filename().string() >
        "events.out.tfevents.9000000000.ahead.1.0");
}

TEST_CASE("markdown_code: a fence in the text does not end it", "[sim][training]") {
  CHECK(markdown_code("a: 1\n", "yaml") == "```yaml\na: 1\n```\n");
  CHECK(markdown_code("a: 1", "yaml") == "```yaml\na: 1\n```\n");
  CHECK(markdown_code("a: '````'\n", "yaml") == "`````yaml\na: '````'\n`````\n");
}

TEST_CASE("MetricsLog: rows hold the same names in order, and what is missing is empty or null",
          "[sim][training]") {
  const TemporaryFolder folder;
  MetricsLog log(folder.path(), kNames);
  CHECK(log.rows() == 0);
  for (int i = 0; i < 3; ++i) write_row(log, i);
  const std::vector<Metric> extremes = {{"train/loss", 1e300},
                                        {"eval/score", std::numeric_limits<double>::infinity()}};
  log.row(400, extremes);
  CHECK(log.rows() == 4);
  CHECK(content(folder.path() / "metrics.csv") ==
        "time/total_timesteps,train/loss,eval/score\n"
        "100,1,\n"
        "200,0.5,\n"
        "300,0.3333333333333333,0.2\n"
        ",1e+300,inf\n");
  CHECK(content(folder.path() / "metrics.jsonl") ==
        R"({"time/total_timesteps": 100, "train/loss": 1, "eval/score": null})"
        "\n"
        R"({"time/total_timesteps": 200, "train/loss": 0.5, "eval/score": null})"
        "\n"
        R"({"time/total_timesteps": 300, "train/loss": 0.3333333333333333, "eval/score": 0.2})"
        "\n"
        R"({"time/total_timesteps": null, "train/loss": 1e+300, "eval/score": null})"
        "\n");
}

TEST_CASE("MetricsLog: a metric without a column, or given twice, leaves no trace",
          "[sim][training]") {
  const TemporaryFolder folder;
  MetricsLog log(folder.path(), kNames);
  write_row(log, 0);
  const std::string before = content(folder.path() / "metrics.csv");
  const std::vector<Metric> unknown = {{"train/los", 1}};
  const std::vector<Metric> twice = {{"train/loss", 1}, {"train/loss", 2}};
  for (const auto* row : {&unknown, &twice}) {
    const Error error = error_of([&] { log.row(200, *row); });
    CHECK(error.code() == ErrorCode::kInternal);
    CHECK(mentions(error, "'" + std::string((*row)[0].name) + "'"));
  }
  CHECK(content(folder.path() / "metrics.csv") == before);
  CHECK(log.rows() == 1);
}

TEST_CASE("MetricsLog: a run cut short and resumed leaves the files of one that was not",
          "[sim][training]") {
  const TemporaryFolder whole, cut;
  {
    MetricsLog log(whole.path(), kNames);
    for (int i = 0; i < 6; ++i) write_row(log, i);
  }
  const auto same = [&] {
    for (const char* file : {"metrics.csv", "metrics.jsonl"}) {
      CHECK(content(cut.path() / file) == content(whole.path() / file));
    }
  };
  for (int kept = 0; kept <= 4; ++kept) {
    CAPTURE(kept);
    fs::remove(cut.path() / "metrics.csv");
    fs::remove(cut.path() / "metrics.jsonl");
    {
      MetricsLog log(cut.path(), kNames);
      for (int i = 0; i < 4; ++i) write_row(log, i);
    }
    // killed in the middle of a row: one file is further than the other
    write_file(cut.path() / "metrics.csv", content(cut.path() / "metrics.csv") + "500,0.2,\n600,0");
    write_file(cut.path() / "metrics.jsonl", content(cut.path() / "metrics.jsonl") + "{\"time");
    {
      MetricsLog log(cut.path(), kNames, kept);
      CHECK(log.rows() == static_cast<std::uint64_t>(kept));
      for (int i = kept; i < 6; ++i) write_row(log, i);
    }
    same();
  }
  SECTION("killed before anything was written") {
    for (const char* csv : {"", "time/tot", "time/total_timesteps,train/loss,eval/score"}) {
      CAPTURE(csv);
      write_file(cut.path() / "metrics.csv", csv);
      fs::remove(cut.path() / "metrics.jsonl");
      MetricsLog log(cut.path(), kNames, 0);
      for (int i = 0; i < 6; ++i) write_row(log, i);
      same();
    }
  }
}

TEST_CASE("MetricsLog: what cannot be resumed is refused, and stays as it is", "[sim][training]") {
  const TemporaryFolder folder;
  const fs::path csv = folder.path() / "metrics.csv", jsonl = folder.path() / "metrics.jsonl";
  {
    MetricsLog log(folder.path(), kNames);
    for (int i = 0; i < 3; ++i) write_row(log, i);
  }
  const std::string good_csv = content(csv), good_jsonl = content(jsonl);
  const auto refused = [&](const std::vector<std::string>& names, std::uint64_t rows) {
    const std::string csv_before = content(csv), jsonl_before = content(jsonl);
    const Error error = error_of([&] { MetricsLog log(folder.path(), names, rows); });
    CHECK(content(csv) == csv_before);
    CHECK(content(jsonl) == jsonl_before);
    return error;
  };

  const Error few = refused(kNames, 4);
  CHECK(few.code() == ErrorCode::kState);
  CHECK(mentions(few, "metrics.csv: it holds 3 whole rows"));
  const Error other = refused({"time/total_timesteps", "train/loss"}, 2);
  CHECK(other.code() == ErrorCode::kState);
  CHECK(mentions(other, "metrics.csv:1"));
  const Error taken = error_of([&] { MetricsLog log(folder.path(), kNames); });
  CHECK(taken.code() == ErrorCode::kState);

  write_file(jsonl, good_jsonl.substr(0, good_jsonl.size() - 1));  // its last row is torn
  const Error torn = refused(kNames, 3);
  CHECK(torn.code() == ErrorCode::kState);
  CHECK(mentions(torn, "metrics.jsonl: it holds 2 whole rows"));
  write_file(jsonl, good_jsonl);

  std::string damaged = good_csv;
  damaged[damaged.find("0.5")] = '\0';
  write_file(csv, damaged);
  const Error broken = refused(kNames, 2);
  CHECK(broken.code() == ErrorCode::kIo);
  CHECK(mentions(broken, "metrics.csv:3"));
  write_file(csv, good_csv);

  const MetricsLog writing(folder.path(), kNames, 3);
  const Error busy = error_of([&] { MetricsLog log(folder.path(), kNames, 3); });
  CHECK(busy.code() == ErrorCode::kState);
}

TEST_CASE("Training logs: a folder that cannot be written to is named", "[sim][training]") {
  const TemporaryFolder folder;
  const fs::path missing = folder.path() / "missing";
  const Error log = error_of([&] { MetricsLog(missing, kNames); });
  CHECK(log.code() == ErrorCode::kIo);
  CHECK(mentions(log, (missing / "metrics.csv").string()));
  const Error events = error_of([&] { TensorBoardWriter writer(missing); });
  CHECK(events.code() == ErrorCode::kIo);
  CHECK(mentions(events, (missing / "events.out.tfevents.").string()));

  write_file(folder.path() / "file", "");
  CHECK(error_of([&] { MetricsLog(folder.path() / "file", kNames, 0); }).code() == ErrorCode::kIo);
}

TEST_CASE("Training logs: a row for which the disk has no room is not there at all",
          "[sim][training]") {
  const TemporaryFolder folder;
  const fs::path csv = folder.path() / "metrics.csv", jsonl = folder.path() / "metrics.jsonl";
  auto log = std::make_unique<MetricsLog>(folder.path(), kNames);
  for (int i = 0; i < 3; ++i) write_row(*log, i);
  const std::string good_csv = content(csv), good_jsonl = content(jsonl);
  // there is room for the row of the one file, then not even for that
  REQUIRE(good_csv.size() + 30 < good_jsonl.size());
  for (const std::size_t room : {good_jsonl.size() + 5, good_csv.size() + 3}) {
    CAPTURE(room);
    Error error(ErrorCode::kInternal, "", "");
    {
      const FullDisk full(room);
      error = error_of([&] { write_row(*log, 3); });
    }
    CHECK(error.code() == ErrorCode::kIo);
    CHECK(mentions(error, folder.path().string()));
    CHECK(content(csv) == good_csv);
    CHECK(content(jsonl) == good_jsonl);
    CHECK(log->rows() == 3);
  }
  write_row(*log, 3);  // there is room again
  CHECK(log->rows() == 4);
  CHECK(content(csv) == good_csv + "400,0.25,\n");

  const TemporaryFolder events;
  TensorBoardWriter writer(events.path());
  write_row(writer, 0);
  const std::string before = content(only_event_file(events.path()));
  Error error(ErrorCode::kInternal, "", "");
  {
    const FullDisk full(before.size() + 10);
    error = error_of([&] { write_row(writer, 1); });
  }
  CHECK(error.code() == ErrorCode::kIo);
  CHECK(mentions(error, writer.path().string()));
  CHECK(content(writer.path()) == before);
}

TEST_CASE("training_metrics: names are unique, and each has a unit and a meaning",
          "[sim][training]") {
  for (const char* world : {"feed", "long_term_satisfaction"}) {
    CAPTURE(world);
    const auto made = WorldRegistry::instance().make(Choice(WorldRegistry::instance(), world));
    const std::vector<MetricInfo> metrics = training_metrics(made->spec());
    std::set<std::string> names;
    for (const MetricInfo& metric : metrics) {
      CAPTURE(metric.name);
      CHECK(names.insert(metric.name).second);
      CHECK(metric.name.find('/') != std::string::npos);
      CHECK_FALSE(metric.unit.empty());
      CHECK_FALSE(metric.meaning.empty());
    }
    for (const RewardPart& part : made->spec().rewards) CHECK(names.count("rollout/" + part.name));
    // what dashboards made for Stable-Baselines3 look for
    for (const char* name :
         {"rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "time/iterations",
          "time/time_elapsed", "time/total_timesteps", "train/approx_kl", "train/clip_fraction",
          "train/clip_range", "train/entropy_loss", "train/explained_variance",
          "train/learning_rate", "train/loss", "train/n_updates", "train/policy_gradient_loss",
          "train/value_loss", "eval/mean_reward"}) {
      CAPTURE(name);
      CHECK(names.count(name));
    }
  }
}

TEST_CASE("training_metrics: docs/training.md lists them", "[sim][training]") {
  const auto feed = WorldRegistry::instance().make(Choice(WorldRegistry::instance(), "feed"));
  std::string table;
  for (const MetricInfo& metric : training_metrics(feed->spec())) {
    table += "| `" + metric.name + "` | " + metric.unit + " | " + metric.meaning +
             (metric.clock ? " (by the clock)" : "") + " |\n";
  }
  const std::string page = content(fs::path(INFODIET_SOURCE_DIR) / "docs" / "training.md");
  INFO("the table should read:\n" << table);
  CHECK(page.find(table) != std::string::npos);
}

}  // namespace infodiet::test
