#include "sim/tuning/score_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <limits>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "sim/csv.hpp"

namespace infodiet {
namespace {

constexpr std::string_view kHead = "agent,round,candidate,seed,score,days,check\n";

std::string check_of(std::string_view text) {
  return fmt::format("{:016x}", hash_text(text, kHashStart));
}

std::string line_of(const SeedScore& s) {
  const std::string text = fmt::format("{},{},{},{},{},{}", s.agent, s.round, s.candidate, s.seed,
                                       csv_number(s.score), csv_number(s.days));
  return text + ',' + check_of(text) + '\n';
}

template <class Number>
bool read_whole(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// @param line  without its end
/// @returns whether it is whole
bool parse(std::string_view line, SeedScore& out) {
  const std::size_t last = line.rfind(',');
  if (last == line.npos || line.substr(last + 1) != check_of(line.substr(0, last))) return false;
  std::vector<std::string_view> fields;
  std::string_view rest = line.substr(0, last);
  for (std::size_t comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
    fields.push_back(rest.substr(0, comma));
    rest.remove_prefix(comma + 1);
  }
  fields.push_back(rest);
  if (fields.size() != 6) return false;
  out.agent = fields[0];
  out.round = fields[1];
  out.score = std::numeric_limits<double>::quiet_NaN();  // an empty field
  return read_whole(fields[2], out.candidate) && read_whole(fields[3], out.seed) &&
         (fields[4].empty() || read_whole(fields[4], out.score)) && read_whole(fields[5], out.days);
}

}  // namespace

ScoreLog::ScoreLog(std::filesystem::path file) : file_(std::move(file)) {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("opening", errno);
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      throw Error(ErrorCode::kState, file_.string(),
                  "another process is writing it (wait for it to end)");
    }
    read();
  } catch (const Error&) {
    ::close(descriptor_);
    throw;
  }
}

ScoreLog::~ScoreLog() { ::close(descriptor_); }

void ScoreLog::read() {
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(descriptor_, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("reading", errno);
    if (got == 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }

  std::size_t good = 0;  // bytes up to here are whole
  if (text.starts_with(kHead)) {
    good = kHead.size();
    int line_number = 2;
    for (std::size_t end = text.find('\n', good); end != text.npos; end = text.find('\n', good)) {
      SeedScore score;
      if (!parse(std::string_view(text).substr(good, end - good), score)) {
        if (text.find('\n', end + 1) == text.npos) break;  // the last: torn
        throw Error(ErrorCode::kIo, fmt::format("{}:{}", file_.string(), line_number),
                    "the line is damaged (delete it, and its score is played again)");
      }
      scores_[{score.agent, score.candidate, score.seed}] = score;
      good = end + 1;
      ++line_number;
    }
  } else if (!kHead.starts_with(text)) {
    throw Error(ErrorCode::kIo, file_.string() + ":1", "it is no list of scores of this program");
  }
  if (good < text.size() && ::ftruncate(descriptor_, static_cast<off_t>(good)) != 0)
    fail("dropping a torn line", errno);
  if (good == 0 &&
      ::write(descriptor_, kHead.data(), kHead.size()) != static_cast<ssize_t>(kHead.size()))
    fail("writing", errno);
}

const SeedScore* ScoreLog::find(const std::string& agent, int candidate, std::uint64_t seed) const {
  const auto found = scores_.find({agent, candidate, seed});
  return found == scores_.end() ? nullptr : &found->second;
}

void ScoreLog::add(std::span<const SeedScore> scores) {
  std::string text;
  for (const SeedScore& score : scores) text += line_of(score);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(descriptor_) != 0) fail("writing to disk", errno);
  for (const SeedScore& s : scores) scores_[{s.agent, s.candidate, s.seed}] = s;
}

void ScoreLog::fail(const std::string& doing, int error) const {
  throw Error(ErrorCode::kIo, file_.string(),
              doing + " failed: " + std::generic_category().message(error));
}

}  // namespace infodiet
