#include "sim/run_directory.hpp"

#include <chrono>
#include <ctime>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>

#include "env/core/error.hpp"
#include "env/core/parallel.hpp"
#include "sim/build_info.hpp"
#include "sim/json_writer.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

std::string local_time(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

/// 2026-11-22T10:30:21+0100
std::string timestamp() { return local_time("%Y-%m-%dT%H:%M:%S%z"); }

/// A log of its own, not one of spdlog's named ones: two runs may live in one process.
std::shared_ptr<spdlog::logger> open_log(const fs::path& file) {
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    auto log = std::make_shared<spdlog::logger>("run", std::move(sink));
    log->set_pattern("%Y-%m-%dT%H:%M:%S%z %v");
    log->flush_on(spdlog::level::info);
    return log;
  } catch (const spdlog::spdlog_ex& error) {
    throw Error(ErrorCode::kIo, file.string(), error.what());
  }
}

}  // namespace

RunDirectory::RunDirectory(Start start) : start_(std::move(start)), started_(timestamp()) {
  const fs::path parent = fs::path(start_.root) / start_.name;
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) {
    throw Error(ErrorCode::kIo, parent.string(),
                "cannot make the folder of runs: " + error.message() +
                    " (choose another with --out DIR or output.runs)");
  }

  // `create_directory` says whether it made the folder: two runs never share one
  bool made = false;
  for (int attempt = 0; attempt < 100 && !made; ++attempt) {
    path_ = parent / fmt::format("{}-{}-s{}-{}", local_time("%Y%m%d-%H%M%S"), start_.what,
                                 start_.seeds.at(0), fresh_id());
    made = fs::create_directory(path_, error);
    if (error) {
      throw Error(ErrorCode::kIo, path_.string(),
                  "cannot make the folder of this run: " + error.message() +
                      " (choose another place with --out DIR or output.runs)");
    }
  }
  if (!made) throw Error(ErrorCode::kIo, path_.string(), "no free name for the folder of this run");

  write("config.yaml", start_.config);
  write("command.txt", start_.command + '\n');
  write_meta("running", nullptr);
  log_ = open_log(path_ / "log.txt");
}

RunDirectory::RunDirectory(std::filesystem::path existing, Start start)
    : start_(std::move(start)), path_(std::move(existing)), started_(timestamp()) {
  std::ifstream in(path_ / "command.txt");
  const std::string before{std::istreambuf_iterator<char>(in), {}};
  write("command.txt", before + start_.command + '\n');
  write_meta("running", nullptr);
  log_ = open_log(path_ / "log.txt");
}

RunDirectory::~RunDirectory() {
  if (finished_) return;
  try {
    finish("failed", 1);
  } catch (const Error&) {
    // the disk is full or gone: meta.json keeps saying "running", and the error that brought us
    // here is on its way to the user
  }
}

void RunDirectory::log(std::string_view line) { log_->info(line); }

void RunDirectory::finish(const std::string& status, int exit_code) {
  write_meta(status, &exit_code);
  finished_ = true;
}

void RunDirectory::write_meta(const std::string& status, const int* exit_code) const {
  const BuildInfo build = build_info();
  JsonWriter json;
  json.begin_object()
      .member("format", "infodiet-run-1")
      .member("status", status)
      .member("started", started_);
  if (exit_code != nullptr) json.member("stopped", timestamp()).member("exit_code", *exit_code);
  json.member("version", build.version)
      .member("commit", build.commit)
      .member("dirty", build.dirty)
      .member("compiler", build.compiler)
      .member("build_type", build.build_type)
      .member("arch", build.arch)
      .member("kernels", build.kernels)
      .member("cpu", cpu_model())
      .member("cores", Workers::available())
      .member("threads", start_.threads)
      .begin_array("seeds");
  for (const std::uint64_t seed : start_.seeds) json.element(seed);
  json.end().end();
  write("meta.json", json.text());
}

}  // namespace infodiet
