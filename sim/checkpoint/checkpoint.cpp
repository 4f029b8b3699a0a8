#include "sim/checkpoint/checkpoint.hpp"

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "env/core/json.hpp"
#include "env/core/text.hpp"
#include "sim/build_info.hpp"
#include "sim/checkpoint/safetensors.hpp"
#include "sim/json_writer.hpp"
#include "sim/whole_files.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAnyFormat = "infodiet-checkpoint-";
constexpr std::string_view kFormat = "infodiet-checkpoint-1";
constexpr const char* kPolicy = "policy.safetensors";
constexpr const char* kTraining = "training.safetensors";
constexpr const char* kDescription = "checkpoint.json";

std::string hex(std::uint64_t number) { return fmt::format("{:016x}", number); }

std::string checksum(std::string_view bytes) {
  return hex(hash_bytes(bytes.data(), bytes.size(), kHashStart));
}

/// How one of the other files must look.
struct FileFacts {
  std::uint64_t bytes = 0;
  std::string checksum;
};

/// What checkpoint.json holds.
struct Description {
  std::string version;    // of the program that wrote it
  Checkpoint checkpoint;  // without tensors
  std::map<std::string, FileFacts> files;
};

/// @param own_checksum  of the text without it; null leaves it out
std::string to_json(const Description& description, const std::string* own_checksum) {
  const Checkpoint& checkpoint = description.checkpoint;
  JsonWriter json;
  json.begin_object()
      .member("format", kFormat)
      .member("version", description.version)
      .member("decisions", checkpoint.decisions)
      .member("score", checkpoint.score.value_or(std::numeric_limits<double>::quiet_NaN()))
      .member("spec_fingerprint", hex(checkpoint.spec_fingerprint))
      .member("agent", checkpoint.agent_yaml)
      .begin_object("notes");
  for (const auto& [name, text] : checkpoint.notes) json.member(name, text);
  json.end().begin_object("files");
  for (const auto& [name, facts] : description.files) {
    json.begin_object(name).member("bytes", facts.bytes).member("checksum", facts.checksum).end();
  }
  json.end();
  if (own_checksum != nullptr) json.member("checksum", *own_checksum);
  json.end();
  return json.text();
}

/// Reads checkpoint.json.
class DescriptionReader {
 public:
  explicit DescriptionReader(const fs::path& file) : place_(file.string()) {
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) {
      throw Error(ErrorCode::kIo, place_,
                  "there is no such file, so this is no whole checkpoint (name a folder such as "
                  "checkpoints/000000123456 in the folder of a run)");
    }
    root_ = parse_json(read_whole(file), place_);
  }

  Description read() {
    check_format();
    Description out;
    Checkpoint& checkpoint = out.checkpoint;
    out.version = text(root_, "version");
    checkpoint.decisions = count(root_, "decisions");
    const Json& score = member(root_, "score");
    if (is_number(score)) {
      checkpoint.score = score.real;
    } else if (score.kind != Json::Kind::kNull) {
      fail("score is neither a number nor null");
    }
    checkpoint.agent_yaml = text(root_, "agent");
    checkpoint.spec_fingerprint = number_of(text(root_, "spec_fingerprint"));
    const Json& notes = object(root_, "notes");
    for (const std::string& name : notes.keys) checkpoint.notes[name] = text(notes, name);
    const Json& files = object(root_, "files");
    for (const std::string& name : files.keys) {
      const Json& facts = object(files, name);
      out.files[name] = {count(facts, "bytes"), text(facts, "checksum")};
    }
    const std::string written = text(root_, "checksum");
    if (checksum(to_json(out, nullptr)) != written)
      fail("it was changed or damaged since it was written (use another checkpoint)");
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kIo, place_, what);
  }

  void check_format() const {
    const Json* format = root_.find("format");
    if (format == nullptr || format->kind != Json::Kind::kString ||
        !format->text.starts_with(kAnyFormat)) {
      fail(fmt::format("this describes no checkpoint (expected: \"format\": \"{}\")", kFormat));
    }
    if (format->text != kFormat) {
      fail(
          fmt::format("the format {} is not known to infodiet {} (known: {}; read it with the "
                      "version that wrote it)",
                      shown(format->text), build_info().version, kFormat));
    }
  }

  static bool is_number(const Json& value) {
    return value.kind == Json::Kind::kInteger || value.kind == Json::Kind::kReal;
  }

  const Json& member(const Json& parent, const std::string& key) const {
    const Json* found = parent.find(key);
    if (found == nullptr) fail(fmt::format("{} is missing", shown(key)));
    return *found;
  }

  const Json& object(const Json& parent, const std::string& key) const {
    const Json& found = member(parent, key);
    if (found.kind != Json::Kind::kObject) fail(fmt::format("{} is no object", shown(key)));
    return found;
  }

  const std::string& text(const Json& parent, const std::string& key) const {
    const Json& found = member(parent, key);
    if (found.kind != Json::Kind::kString) fail(fmt::format("{} is no text", shown(key)));
    return found.text;
  }

  std::uint64_t count(const Json& parent, const std::string& key) const {
    const Json& found = member(parent, key);
    if (found.kind != Json::Kind::kInteger || found.integer < 0)
      fail(fmt::format("{} is no whole number from 0 on", shown(key)));
    return static_cast<std::uint64_t>(found.integer);
  }

  std::uint64_t number_of(const std::string& digits) const {
    std::uint64_t number = 0;
    for (const char c : digits) {
      const std::size_t digit = std::string_view("0123456789abcdef").find(c);
      number = number << 4 | (digit & 15u);
    }
    if (hex(number) != digits) fail("spec_fingerprint is not sixteen hexadecimal digits");
    return number;
  }

  std::string place_;
  Json root_;
};

Tensors read_tensors(const fs::path& path, const Description& description,
                     const std::string& name) {
  const fs::path file = path / name;
  const auto facts = description.files.find(name);
  if (facts == description.files.end()) {
    throw Error(ErrorCode::kState, file.string(),
                "this checkpoint was written without it, so it can be played but not trained on");
  }
  std::error_code failed;
  if (!fs::is_regular_file(file, failed))
    throw Error(ErrorCode::kIo, file.string(), "the file is missing (use another checkpoint)");
  const std::string bytes = read_whole(file);
  if (bytes.size() != facts->second.bytes) {
    throw Error(ErrorCode::kIo, file.string(),
                fmt::format("{} bytes instead of {}: torn or changed since it was written (use "
                            "another checkpoint)",
                            bytes.size(), facts->second.bytes));
  }
  if (checksum(bytes) != facts->second.checksum) {
    throw Error(ErrorCode::kIo, file.string(),
                "its checksum is wrong: changed or damaged since it was written (use another "
                "checkpoint)");
  }
  return read_safetensors(bytes, file.string()).tensors;
}

void require_writable(const Checkpoint& checkpoint) {
  const auto require_text = [](const std::string& what, const std::string& text) {
    if (is_utf8(text)) return;
    throw Error(ErrorCode::kState, "checkpoint",
                fmt::format("{} is not UTF-8 and cannot be written: {}", what, shown(text)));
  };
  require_text("the agent's YAML", checkpoint.agent_yaml);
  for (const auto& [name, text] : checkpoint.notes) {
    require_text("the name of a note", name);
    require_text(fmt::format("the note '{}'", name), text);
    if (name.empty())
      throw Error(ErrorCode::kState, "checkpoint", "a note has no name (give it one)");
  }
}

}  // namespace

std::string checkpoint_name(std::uint64_t decisions) {
  if (decisions >= 1'000'000'000'000) {
    throw Error(ErrorCode::kState, "checkpoint",
                fmt::format("{} decisions have more than 12 digits", decisions));
  }
  return fmt::format("{:012}", decisions);
}

fs::path write_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  require_writable(checkpoint);
  const fs::path path = folder / checkpoint_name(checkpoint.decisions);
  Description description{build_info().version,
                          {checkpoint.decisions,
                           checkpoint.score,
                           checkpoint.agent_yaml,
                           checkpoint.spec_fingerprint,
                           checkpoint.notes,
                           {},
                           {}},
                          {}};
  if (checkpoint.score && !std::isfinite(*checkpoint.score)) description.checkpoint.score.reset();

  // for those who have the file of tensors and nothing else
  const std::map<std::string, std::string> origin = {
      {"format", std::string(kFormat)},
      {"version", description.version},
      {"decisions", std::to_string(checkpoint.decisions)},
      {"spec_fingerprint", hex(checkpoint.spec_fingerprint)}};
  std::vector<std::string> contents;
  std::vector<FileText> files;
  contents.reserve(3);
  const auto add = [&](const char* name, std::string content) {
    files.push_back({name, contents.emplace_back(std::move(content))});
  };
  add(kPolicy, to_safetensors(checkpoint.policy, origin));
  if (!checkpoint.training.empty()) add(kTraining, to_safetensors(checkpoint.training, origin));
  for (const FileText& file : files)
    description.files[file.name] = {file.content.size(), checksum(file.content)};
  const std::string own = checksum(to_json(description, nullptr));
  add(kDescription, to_json(description, &own));
  write_whole_folder(path, files);
  return path;
}

Checkpoint read_checkpoint(const fs::path& path, bool with_training) {
  const Description description = DescriptionReader(path / kDescription).read();
  Checkpoint out = description.checkpoint;
  out.policy = read_tensors(path, description, kPolicy);
  if (with_training) out.training = read_tensors(path, description, kTraining);
  return out;
}

}  // namespace infodiet
