#include "env/stream/format/stream_meta.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/error.hpp"
#include "env/core/json.hpp"
#include "env/core/text.hpp"
#include "env/stream/format/bytes.hpp"

namespace infodiet {
namespace {

constexpr std::size_t kMaxMetaBytes = std::size_t{16} << 20;

/// Takes fields out of the object, each by its type.
class MetaReader {
 public:
  MetaReader(const std::string& path, const Json& object, Problems& problems)
      : path_(path), object_(object), problems_(problems) {}

  void string(std::string_view key, std::string& value, bool required = false) {
    const Json* json = find(key, Json::Kind::kString, "a string", required);
    if (json != nullptr) value = json->text;
    if (json != nullptr && required && value.empty()) complain(json->line, key, "empty");
  }

  void strings(std::string_view key, std::vector<std::string>& values, bool required = false) {
    const Json* json = find(key, Json::Kind::kArray, "a list of strings", required);
    if (json == nullptr) return;
    for (const Json& element : json->elements) {
      if (element.kind == Json::Kind::kString) {
        values.push_back(element.text);
      } else {
        complain(element.line, key, "expected a list of strings");
      }
    }
  }

  void integer(std::string_view key, std::optional<std::int64_t>& value, std::int64_t low,
               std::int64_t high) {
    const Json* json = find(key, Json::Kind::kInteger, "a whole number", false);
    if (json == nullptr) return;
    if (json->integer >= low && json->integer <= high) {
      value = json->integer;
    } else {
      complain(
          json->line, key,
          fmt::format("expected a whole number from {} to {}, got {}", low, high, json->integer));
    }
  }

  void time(std::string_view key, std::optional<std::int64_t>& value) {
    integer(key, value, kEarliestTime, kLatestTime);
  }

  void number(std::string_view key, std::optional<double>& value) {
    const Json* json = object_.find(key);
    const bool whole = json != nullptr && json->kind == Json::Kind::kInteger;
    if (!whole) json = find(key, Json::Kind::kReal, "a number", false);
    if (json != nullptr) value = json->real;
  }

  void counts(std::string_view key, std::map<std::string, std::int64_t>& values) {
    const Json* json = find(key, Json::Kind::kObject, "an object of whole numbers", false);
    if (json == nullptr) return;
    for (std::size_t i = 0; i < json->keys.size(); ++i) {
      const Json& element = json->elements[i];
      if (element.kind == Json::Kind::kInteger && element.integer >= 0) {
        values[json->keys[i]] = element.integer;
      } else {
        complain(element.line, key,
                 fmt::format("expected a whole number of rows for '{}'", json->keys[i]));
      }
    }
  }

  void complain(std::uint32_t line, std::string_view key, std::string_view what) {
    problems_.add(path_, line, key, what);
  }

 private:
  const Json* find(std::string_view key, Json::Kind kind, std::string_view expected,
                   bool required) {
    const Json* json = object_.find(key);
    if (json == nullptr) {
      if (required) complain(1, key, fmt::format("missing; expected {}", expected));
      return nullptr;
    }
    if (json->kind == kind) return json;
    complain(json->line, key, fmt::format("expected {}", expected));
    return nullptr;
  }

  const std::string& path_;
  const Json& object_;
  Problems& problems_;
};

}  // namespace

void read_stream_meta(const std::string& path, StreamMeta& meta, Problems& problems) {
  Json object;
  try {
    object = parse_json(read_bytes(path, kMaxMetaBytes), path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    problems.add(path, error.what());
    return;
  }
  if (object.kind != Json::Kind::kObject) {
    problems.add(path, 1, "", "expected a JSON object");
    return;
  }

  MetaReader read(path, object, problems);
  read.string("format", meta.format, true);
  if (!meta.format.empty() && meta.format != "infodiet-stream-1") {
    read.complain(object.find("format")->line, "format",
                  fmt::format("expected 'infodiet-stream-1', got {}", shown(meta.format)));
  }
  read.string("name", meta.name, true);
  read.string("licence", meta.licence, true);
  read.string("licence_found", meta.licence_found);
  read.string("source", meta.source, true);
  read.string("attribution", meta.attribution, true);
  read.strings("topics", meta.topics, true);
  read.string("tz", meta.tz, true);
  if (!meta.tz.empty() && meta.tz != "UTC") {
    read.complain(object.find("tz")->line, "tz",
                  fmt::format("times are in UTC; expected 'UTC', got {}", shown(meta.tz)));
  }
  read.string("tz_audience", meta.tz_audience);
  read.string("note", meta.note);
  for (const char* column :
       {"appeal", "value", "length_s", "popularity", "is_ad", "user", "propensity", "dwell_s"}) {
    std::string meaning;
    read.string(column, meaning);
    if (!meaning.empty()) meta.columns[column] = meaning;
  }
  read.strings("estimates", meta.estimates);
  read.counts("rows", meta.rows);
  read.integer("n_items", meta.n_items, 0, std::numeric_limits<std::int32_t>::max());
  read.time("t_first", meta.t_first);
  read.time("t_last", meta.t_last);
  read.time("split_t", meta.split_t);
  read.number("base_ctr", meta.base_ctr);
}

}  // namespace infodiet
