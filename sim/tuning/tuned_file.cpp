#include "sim/tuning/tuned_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "env/core/config/config_values.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/config/yaml_scalar.hpp"
#include "env/core/error.hpp"
#include "env/core/fields.hpp"
#include "sim/evaluation.hpp"
#include "sim/experiment.hpp"
#include "sim/run_directory.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

/// The key under which an entry is listed.
std::string list_of(const TunedEntry& entry) {
  const bool is_agent = &entry.agent.catalogue() == &AgentRegistry::instance();
  return is_agent ? "  agents:" : "  yardsticks:";
}

constexpr const char* kIndent = "    ";  // of an entry

/// Every setting on a line of its own, with what it means.
class EntryWriter final : public Fields {
 public:
  EntryWriter(std::string indent, std::string& out) : indent_(std::move(indent)), out_(out) {}

  void operator()(const Field& f, bool& value) override { line(f, write_value(value)); }
  void operator()(const Field& f, int& value) override { line(f, write_value(value)); }
  void operator()(const Field& f, std::uint64_t& value) override { line(f, write_value(value)); }
  void operator()(const Field& f, float& value) override { line(f, write_value(value)); }
  void operator()(const Field& f, double& value) override { line(f, write_value(value)); }
  void operator()(const Field& f, std::string& value) override { line(f, write_value(value)); }
  void operator()(const Field& f, std::vector<double>& value) override {
    line(f, write_value(value));
  }
  void path(const Field& f, std::string& value) override {
    line(f, write_value(value.empty() ? value : fs::absolute(value).string()));
  }
  void operator()(const Field& f, Config& section) override {
    out_ += fmt::format("{}{}:\n", indent_, f.name);
    EntryWriter inner(indent_ + "  ", out_);
    section.fields(inner);
  }
  void operator()(const Field& f, Choice& choice) override {
    out_ += fmt::format("{}{}:\n{}  name: {}  # {}\n", indent_, f.name, indent_,
                        write_value(choice.name()), f.help);
    EntryWriter inner(indent_ + "  ", out_);
    choice.config().fields(inner);
  }
  void operator()(const Field& f, std::vector<Choice>& choices, const Choice&) override {
    line(f, write_value(choices));
  }

 private:
  void line(const Field& f, const std::string& value) {
    const std::string_view unit = unit_of(f);
    out_ += fmt::format("{}{}: {}  # {}{}\n", indent_, f.name, value,
                        unit.empty() ? "" : fmt::format("{}; ", unit), f.help);
  }

  std::string indent_;
  std::string& out_;
};

std::string entry_text(const TunedEntry& entry) {
  std::string out;
  for (const std::string& line : entry.story) out += fmt::format("{}# {}\n", kIndent, line);
  out += fmt::format("{}- name: {}  # {}\n", kIndent, write_value(entry.agent.name()),
                     entry.agent.catalogue().at(entry.agent.name()).summary);
  EntryWriter writer(std::string(kIndent) + "  ", out);
  Choice copy = entry.agent;
  copy.config().fields(writer);
  return out;
}

/// The section of an agent that is to be trained.
std::string agent_text(const TunedEntry& entry) {
  std::string out = "agent:\n";
  for (const std::string& line : entry.story) out += fmt::format("  # {}\n", line);
  out += fmt::format("  name: {}  # {}\n", write_value(entry.agent.name()),
                     entry.agent.catalogue().at(entry.agent.name()).summary);
  EntryWriter writer("  ", out);
  Choice copy = entry.agent;
  copy.config().fields(writer);
  return out;
}

std::string label_of(const Choice& agent) { return agent_labels({agent}).front(); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// A file around one of its lists, as text.
struct Parts {
  std::string head;                  // up to and with the list's key
  std::vector<std::string> entries;  // each with the comments above it
  std::string tail;
};

/// @param list  its key. Where there is none, `eval` is taken for the last section.
Parts take_apart(const std::string& text, const std::string& list) {
  Parts parts;
  enum class Where { kHead, kEntries, kTail } where = Where::kHead;
  std::string comments;  // whose entry has not come yet
  for (const std::string& line : lines_of(text)) {
    const std::size_t first = line.find_first_not_of(' ');
    const bool is_blank = first == line.npos;
    const bool is_comment = !is_blank && line[first] == '#';
    if (where == Where::kEntries && !is_blank && !is_comment && first < 4) where = Where::kTail;
    if (where == Where::kEntries && (is_blank || is_comment)) {
      comments += line + '\n';
    } else if (where == Where::kEntries && line.starts_with("    - ")) {
      parts.entries.push_back(std::exchange(comments, "") + line + '\n');
    } else if (where == Where::kEntries) {
      // before the first entry there is nothing to add to: `load_experiment` has refused that
      std::string& to = parts.entries.empty() ? parts.head : parts.entries.back();
      to += std::exchange(comments, "") + line + '\n';
    } else {
      (where == Where::kHead ? parts.head : parts.tail) +=
          std::exchange(comments, "") + line + '\n';
    }
    if (where == Where::kHead && line.starts_with(list)) where = Where::kEntries;
  }
  if (where == Where::kHead) parts.head += list + '\n';
  parts.tail += comments;
  return parts;
}

}  // namespace

std::string tuned_experiment(const std::string& extends, const std::vector<TunedEntry>& entries) {
  std::string out = fmt::format(
      "# Settings found by `infodiet tune`. What was played for them stands above each.\n\n"
      "extends: {}  # the experiment they were tuned on\n\n",
      write_text(extends));
  const auto learner = std::find_if(entries.begin(), entries.end(),
                                    [](const TunedEntry& entry) { return entry.learns; });
  if (learner != entries.end()) out += agent_text(*learner);
  if (learner != entries.end() && entries.size() == 1) return out;
  if (learner != entries.end()) out += '\n';
  out += "eval:\n  reference: \"\"  # differences are to the first\n";
  std::string list;  // agents stand before yardsticks
  for (const bool agents : {true, false}) {
    for (const TunedEntry& entry : entries) {
      if (entry.learns || (list_of(entry) == "  agents:") != agents) continue;
      if (list != list_of(entry)) out += (list = list_of(entry)) + '\n';
      out += entry_text(entry);
    }
  }
  return out;
}

void put_tuned(const std::string& file, const std::string& experiment, const TunedEntry& entry) {
  if (!fs::exists(file)) {
    const fs::path folder = fs::absolute(file).parent_path();
    fs::create_directories(folder);
    const fs::path there = fs::absolute(experiment).lexically_normal();
    const std::string relative = there.lexically_relative(folder.lexically_normal()).string();
    write_whole(file,
                tuned_experiment(relative.starts_with("..") ? relative : "./" + relative, {entry}));
    return;
  }
  ExperimentConfig known = load_experiment(file);
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string list = list_of(entry);
  Parts parts = take_apart(text, list);
  const bool is_agent = list == "  agents:";
  std::vector<Choice>& listed = is_agent ? known.eval.agents : known.eval.yardsticks;
  if (text.find(is_agent ? "agents:" : "yardsticks:") == text.npos)
    listed.clear();  // they are those of the file it extends
  if (parts.entries.size() != listed.size()) {
    throw Error(
        ErrorCode::kConfig, file,
        fmt::format("its entries of eval.{} cannot be told apart: {} of {} were found "
                    "(needed: a list with '    - name: ...' for each, as `infodiet tune "
                    "--write` makes in a new file)",
                    is_agent ? "agents" : "yardsticks", parts.entries.size(), listed.size()));
  }
  const auto same = std::find_if(listed.begin(), listed.end(), [&entry](const Choice& agent) {
    return label_of(agent) == label_of(entry.agent);
  });
  if (same == listed.end())
    parts.entries.push_back(entry_text(entry));
  else
    parts.entries[static_cast<std::size_t>(same - listed.begin())] = entry_text(entry);
  std::string out = parts.head;
  for (const std::string& one : parts.entries) out += one;
  write_whole(file, out + parts.tail);
}

}  // namespace infodiet
