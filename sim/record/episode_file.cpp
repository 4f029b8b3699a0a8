#include "sim/record/episode_file.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "sim/record/spec_json.hpp"
#include "sim/whole_files.hpp"

namespace infodiet {
namespace {

constexpr std::string_view kMagic = "INFODIET EPISODE";

template <class T>
void append(std::string& to, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);  // little-endian, as on every machine we build for
  to.append(bytes, sizeof value);
}

/// Takes bytes off the front of a file, and complains where there are none.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) refuse("it ends too early: it is torn");
    const auto taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  bool at_end() const { return bytes_.empty(); }
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorCode::kIo, file_, what + " (record it anew: infodiet record)");
  }

 private:
  std::string_view bytes_;
  const std::string& file_;
};

/// Whether a snapshot has the shapes of a spec, so that whoever draws it stays inside.
bool fits(const Snapshot& shot, const Spec& spec) {
  const auto columns = [&](Snapshot::Part part, std::size_t wanted) {
    return !shot.has(part) || shot.blocks[part].columns == wanted;
  };
  const auto rows = [&](Snapshot::Part part, std::size_t most) {
    return !shot.has(part) || shot.blocks[part].rows <= most;
  };
  if (shot.valid > static_cast<std::uint32_t>(spec.candidates)) return false;
  for (std::size_t k = 0; k < shot.slate.size(); ++k) {
    if (k >= static_cast<std::size_t>(spec.slots) && shot.slate[k] >= 0) return false;
  }
  return columns(Snapshot::kCandidates, spec.candidate_features.size()) &&
         rows(Snapshot::kCandidates, shot.valid) &&
         columns(Snapshot::kHistory, spec.history_features.size()) &&
         columns(Snapshot::kContext, spec.context_features.size()) &&
         columns(Snapshot::kHidden, spec.hidden_features.size()) &&
         columns(Snapshot::kForecasts, kNumForecastColumns) &&
         columns(Snapshot::kOutcomes, kNumOutcomeColumns) && columns(Snapshot::kFeedback, 4) &&
         rows(Snapshot::kFeedback, static_cast<std::size_t>(spec.slots));
}

}  // namespace

std::string episode_bytes(const EpisodeInfo& info, const EpisodeLog& log) {
  std::string bytes(kMagic);
  append(bytes, EpisodeFile::kVersion);
  const std::string header = episode_json(info);
  append(bytes, static_cast<std::uint32_t>(header.size()));
  bytes += header;
  append(bytes, static_cast<std::uint32_t>(log.size()));
  for (int i = 0; i < log.size(); ++i) {
    const std::string_view packed = log.packed(i);
    if (packed.empty()) {
      throw Error(ErrorCode::kState, "episode",
                  fmt::format("decision {} was not kept, it went by too fast to be recorded", i));
    }
    append(bytes, static_cast<std::uint32_t>(packed.size()));
    bytes += packed;
  }
  append(bytes, hash_bytes(bytes.data(), bytes.size(), kHashStart));
  return bytes;
}

EpisodeFile parse_episode(std::string_view bytes, const std::string& shown_name) {
  Reader all(bytes, shown_name);
  if (bytes.substr(0, kMagic.size()) != kMagic.substr(0, std::min(bytes.size(), kMagic.size())) ||
      bytes.empty())
    all.refuse("it is no recorded episode");
  all.take(kMagic.size());
  const auto version = all.number<std::uint64_t>();
  if (version != EpisodeFile::kVersion) {
    all.refuse(fmt::format("it is of version {}, and this program reads {}", version,
                           EpisodeFile::kVersion));
  }
  if (bytes.size() < sizeof(std::uint64_t)) all.refuse("it ends too early: it is torn");
  const std::string_view body = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
  std::uint64_t checksum = 0;
  std::memcpy(&checksum, bytes.data() + body.size(), sizeof checksum);
  if (hash_bytes(body.data(), body.size(), kHashStart) != checksum)
    all.refuse("its checksum does not fit: it is torn or was changed");

  Reader in(body, shown_name);
  in.take(kMagic.size() + sizeof(std::uint64_t));
  EpisodeFile file;
  const std::string_view header = in.take(in.number<std::uint32_t>());
  file.info = episode_from_json(header, shown_name);
  const auto count = in.number<std::uint32_t>();
  Snapshot shot;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view packed = in.take(in.number<std::uint32_t>());
    if (!unpack(packed, shot) || !fits(shot, file.info.spec) || shot.step.decision != i ||
        shot.step.episode != file.info.key.episode)
      in.refuse(fmt::format("decision {} is damaged", i));
    file.log.put(shot);
  }
  if (!in.at_end()) in.refuse("there is something behind its end");
  return file;
}

void write_episode(const std::string& path, const EpisodeInfo& info, const EpisodeLog& log) {
  write_whole(path, episode_bytes(info, log));
}

EpisodeFile read_episode(const std::string& path) { return parse_episode(read_whole(path), path); }

bool is_episode(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string head(kMagic.size(), '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return in.gcount() > 0 && head.substr(0, static_cast<std::size_t>(in.gcount())) ==
                                kMagic.substr(0, static_cast<std::size_t>(in.gcount()));
}

}  // namespace infodiet
