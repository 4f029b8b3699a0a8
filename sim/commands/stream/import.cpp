#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "env/core/config/config_json.hpp"
#include "env/core/error.hpp"
#include "env/stream/format/calendar.hpp"
#include "env/stream/format/stream_import.hpp"
#include "env/stream/format/stream_text.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/stream/stream_source.hpp"
#include "sim/run_directory.hpp"
#include "sim/table.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

struct ImportOptions {
  std::string file, folder, events;
  std::vector<std::string> columns, event_columns;
  double utc_offset = 0;
  std::string time_unit = "s";
  std::string split_date;
  StreamMeta meta;
  bool dry_run = false;
};

/// OURS=THEIRS, once for each of ours.
ColumnMap column_map(const char* option, const std::vector<std::string>& words) {
  ColumnMap map;
  for (const std::string& word : words) {
    const std::size_t at = word.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == word.size()) {
      throw Error(ErrorCode::kConfig, option,
                  fmt::format("expected OURS=THEIRS as in {} {}=created_at, got '{}'", option,
                              option == std::string("--column") ? "t_arrive" : "t", word));
    }
    if (!map.emplace(word.substr(0, at), word.substr(at + 1)).second) {
      throw Error(ErrorCode::kConfig, option,
                  fmt::format("'{}' is given twice (leave one out)", word.substr(0, at)));
    }
  }
  return map;
}

ImportPlan plan_of(const ImportOptions& options) {
  ImportPlan plan;
  plan.items_file = options.file;
  plan.events_file = options.events;
  plan.columns = column_map("--column", options.columns);
  plan.event_columns = column_map("--event-column", options.event_columns);
  plan.utc_offset = std::llround(options.utc_offset * static_cast<double>(kSecondsPerHour));
  plan.per_second = options.time_unit == "ms" ? 1000 : options.time_unit == "us" ? 1000000 : 1;
  plan.meta = options.meta;
  if (!options.event_columns.empty() && options.events.empty()) {
    throw Error(ErrorCode::kConfig, "--event-column",
                "there is no file of events to take it from (name one: --events FILE.csv)");
  }
  if (!options.split_date.empty()) {
    const auto day = parse_date(options.split_date);
    if (!day) {
      throw Error(ErrorCode::kConfig, "--split-date",
                  "expected a date as YYYY-MM-DD, got '" + options.split_date + "'");
    }
    plan.meta.split_t = *day * kSecondsPerDay - plan.utc_offset;
  }
  return plan;
}

/// What cannot be guessed and every report repeats.
void require_origin(const ImportOptions& options) {
  std::string missing;
  const std::pair<const char*, const std::string*> needed[] = {
      {"--licence", &options.meta.licence},
      {"--source", &options.meta.source},
      {"--attribution", &options.meta.attribution}};
  for (const auto& [name, value] : needed) {
    if (value->empty()) missing += (missing.empty() ? "" : ", ") + std::string(name);
  }
  if (missing.empty()) return;
  throw Error(ErrorCode::kConfig, missing,
              "needed: whose data these are stands beside every result (for your own: "
              "--licence \"own data\" --source \"own data\" --attribution \"own data\"; to try the "
              "columns first: --dry-run)");
}

void refuse_existing(const std::string& folder) {
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(folder, failed))) return;
  throw Error(ErrorCode::kIo, folder,
              "exists already, and nothing is overwritten (name another folder, or remove it)");
}

std::string moment(std::int64_t t) {
  const std::int64_t day = floor_div(t, kSecondsPerDay);
  const std::int64_t s = t - day * kSecondsPerDay;
  return fmt::format("{} {:02}:{:02}:{:02}", format_date(day), s / 3600, s / 60 % 60, s % 60);
}

std::string described(const Import& made) {
  const std::vector<std::int64_t>& arrivals = made.tables.items.t_arrive;
  const double days =
      static_cast<double>(arrivals.back() - arrivals.front()) / static_cast<double>(kSecondsPerDay);
  std::string out = fmt::format("{}: {} items, {} to {} UTC ({:.1f} days), {} events\n\n",
                                made.tables.meta.name, arrivals.size(), moment(arrivals.front()),
                                moment(arrivals.back()), days, made.tables.events.size());
  Table table({{"table", "", true},
               {"column", "", true},
               {"from", "", true},
               {"known", ""},
               {"understood as", "", true}});
  for (const ImportedColumn& one : made.columns) {
    table.add_row({one.table, one.column, one.from, fmt::format("{} / {}", one.known, one.rows),
                   one.understood});
  }
  out += table.text();
  for (const std::string& note : made.notes) out += "\n- " + note;
  return out + (made.notes.empty() ? "" : "\n");
}

/// A folder that is there only if all of it is: written beside its place, checked, and renamed.
void write_folder(const StreamTables& tables, const std::string& folder) {
  fs::path place = fs::path(folder).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();
  const fs::path temporary =
      place.parent_path() / fmt::format(".{}.{}", place.filename().string(), ::getpid());
  std::error_code error;
  if (!fs::create_directory(temporary, error)) {
    throw Error(ErrorCode::kIo, folder,
                "cannot be made: " + (error ? error.message() : "its temporary name is taken") +
                    " (does the folder it is to lie in exist?)");
  }
  try {
    for (const StreamFile& file : stream_files(tables))
      write_whole(temporary / file.name, file.text);
    const Problems problems = check_stream_folder(temporary.string());
    if (!problems.none())
      throw Error(ErrorCode::kInternal, "stream import", problems.messages().front());
    refuse_existing(place.string());
    fs::rename(temporary, place, error);
    if (error) throw Error(ErrorCode::kIo, folder, "cannot be put in place: " + error.message());
  } catch (...) {
    fs::remove_all(temporary, error);
    throw;
  }
}

int import_file(ImportOptions options) {
  if (!options.dry_run) {
    require_origin(options);
    refuse_existing(options.folder);
  }
  if (options.meta.name.empty()) {
    const fs::path place = fs::path(options.folder).lexically_normal();
    options.meta.name = (place.has_filename() ? place : place.parent_path()).filename().string();
  }
  Problems problems;
  const Import made = import_stream(plan_of(options), problems);
  problems.throw_if_any();
  std::string out = described(made) + '\n';
  if (options.dry_run) {
    out += "Nothing was written (--dry-run).\n";
  } else {
    write_folder(made.tables, options.folder);
    const std::string stream =
        fmt::format("world.stream={{name: replay, path: {}, utc_offset: {:g}}}",
                    json_string(options.folder), options.utc_offset);
    out += fmt::format("Written: {}\nPlay it: infodiet eval configs/full_diet.yaml {}\n",
                       options.folder, shell_quoted(stream));
  }
  print(out);
  return 0;
}

}  // namespace

void add_stream_import(cli::Command& command) {
  cli::Command one = command.add_command(
      "import", "Make the folder of a recorded stream from a CSV file with named columns");
  const auto options = std::make_shared<ImportOptions>();
  one.option("file", options->file, "CSV file, one item a row, with a header line (or .gz)")
      .required();
  one.option("folder", options->folder, "folder to make; it must not exist yet").required();
  const auto columns = [&](const char* name, std::vector<std::string>& words,
                           const std::string& help) {
    one.option(name, words, help).value_name("OURS=THEIRS").one_at_a_time();
  };
  columns(
      "--column", options->columns,
      "which column of the file is which; t_arrive is needed, the others are item_id (any key), "
      "topic (words), appeal, value (0 to 1), length_s, popularity, is_ad, t_expire, text");
  one.option("--events", options->events, "CSV file of what people did, one action a row")
      .value_name("FILE");
  columns("--event-column", options->event_columns,
          "the same for its columns; t and item_id are needed, the others are user, session, "
          "action, dwell_s");
  one.option("--utc-offset", options->utc_offset,
             "hours local time is ahead of UTC, for dates without a zone and --split-date")
      .value_name("H")
      .within(-14.0, 14.0);
  one.option("--time-unit", options->time_unit, "what times that are numbers count since 1970")
      .one_of({"s", "ms", "us"})
      .shows_default();
  one.option("--split-date", options->split_date,
             "first day of the test part, YYYY-MM-DD, if the source names one")
      .value_name("DATE");
  StreamMeta& meta = options->meta;
  const auto text = [&](const char* name, std::string& value, const char* help) {
    one.option(name, value, help).value_name("TEXT");
  };
  text("--name", meta.name, "name of the stream; otherwise that of the folder");
  text("--licence", meta.licence, "licence of the data");
  text("--licence-found", meta.licence_found, "where that licence is stated");
  text("--source", meta.source, "where the data come from");
  text("--attribution", meta.attribution, "what is to stand beside results");
  text("--tz-audience", meta.tz_audience, "time zone of the readers, as in Asia/Taipei");
  text("--note", meta.note, "anything else");
  one.flag("--dry-run", options->dry_run, "say what was understood, and write nothing");
  one.examples(
      "Example: a log whose header is  id,created_at,section,title,words_s\n"
      "  infodiet stream import articles.csv streams/mine --dry-run \\\n"
      "    --column item_id=id --column t_arrive=created_at --column topic=section \\\n"
      "    --column text=title --column length_s=words_s --utc-offset 2 \\\n"
      "    --events clicks.csv --event-column t=time --event-column item_id=article \\\n"
      "    --event-column user=visitor\n"
      "and, once it was understood, without --dry-run but with\n"
      "    --licence \"own data\" --source \"own data\" --attribution \"own data\"\n"
      "then  infodiet stream check streams/mine");
  one.runs([options](const CommandLine&) { return import_file(*options); });
}

}  // namespace infodiet
