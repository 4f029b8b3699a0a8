#include "env/stream/format/stream_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "env/core/config/config_json.hpp"

namespace infodiet {
namespace {

/// Puts rows together, field by field. Unknown values are empty fields.
class CsvText {
 public:
  explicit CsvText(const std::string& header) : text_(header + '\n') {}

  CsvText& operator<<(std::int64_t value) {
    return field(value == kUnknownInteger ? "" : fmt::format("{}", value));
  }
  CsvText& operator<<(double value) {
    return field(std::isnan(value) ? "" : fmt::format("{}", value));
  }
  CsvText& operator<<(std::int8_t flag) {
    return field(flag == kUnknownFlag ? "" : flag != 0 ? "1" : "0");
  }
  CsvText& operator<<(const std::string& value) {
    if (value.find_first_of(",\"\r\n") == std::string::npos) return field(value);
    std::string quoted = "\"";
    for (const char c : value) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return field(quoted + '"');
  }
  void end_row() {
    text_ += '\n';
    first_ = true;
  }
  std::string take() { return std::move(text_); }

 private:
  CsvText& field(const std::string& text) {
    if (!first_) text_ += ',';
    first_ = false;
    text_ += text;
    return *this;
  }

  std::string text_;
  bool first_ = true;
};

std::string items_text(const ItemTable& t) {
  CsvText out("item_id,t_arrive,topic,appeal,value,length_s,popularity,is_ad,t_expire,text");
  for (std::size_t i = 0; i < t.size(); ++i) {
    out << static_cast<std::int64_t>(i) << t.t_arrive[i] << t.topic[i] << t.appeal[i] << t.value[i]
        << t.length_s[i] << t.popularity[i] << t.is_ad[i] << t.t_expire[i] << t.text[i];
    out.end_row();
  }
  return out.take();
}

std::string events_text(const EventTable& t) {
  CsvText out("t,user,session,item_id,action,dwell_s");
  for (std::size_t i = 0; i < t.size(); ++i) {
    out << t.t[i] << t.user[i] << t.session[i] << t.item_id[i] << t.action[i] << t.dwell_s[i];
    out.end_row();
  }
  return out.take();
}

std::string meta_text(const StreamMeta& meta) {
  ConfigJson out = ConfigJson::object();
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty()) out.add(key, ConfigJson::string(value));
  };
  const auto number = [](std::int64_t value) { return ConfigJson::raw(fmt::format("{}", value)); };
  const auto add_number = [&](const char* key, const std::optional<std::int64_t>& value) {
    if (value) out.add(key, number(*value));
  };
  add("format", meta.format);
  add("name", meta.name);
  add("licence", meta.licence);
  add("licence_found", meta.licence_found);
  add("source", meta.source);
  add("attribution", meta.attribution);
  add("tz", meta.tz);
  add("tz_audience", meta.tz_audience);
  add_number("n_items", meta.n_items);
  ConfigJson rows = ConfigJson::object();
  for (const auto& [table, count] : meta.rows) rows.add(table, number(count));
  if (!meta.rows.empty()) out.add("rows", rows);
  add_number("t_first", meta.t_first);
  add_number("t_last", meta.t_last);
  add_number("split_t", meta.split_t);
  out.add("topics", ConfigJson::strings(meta.topics));
  for (const auto& [column, meaning] : meta.columns) add(column.c_str(), meaning);
  if (!meta.estimates.empty()) out.add("estimates", ConfigJson::strings(meta.estimates));
  if (meta.base_ctr) out.add("base_ctr", ConfigJson::raw(fmt::format("{}", *meta.base_ctr)));
  add("note", meta.note);
  std::string text;
  out.write(text);
  return text + '\n';
}

}  // namespace

std::vector<StreamFile> stream_files(const StreamTables& tables) {
  std::vector<StreamFile> files = {{"meta.json", meta_text(tables.meta)}};
  if (tables.items.size() > 0) files.push_back({"items.csv", items_text(tables.items)});
  if (tables.events.size() > 0) files.push_back({"events.csv", events_text(tables.events)});
  return files;
}

}  // namespace infodiet
