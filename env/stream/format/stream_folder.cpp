#include "env/stream/format/stream_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <span>
#include <string_view>
#include <unordered_set>

#include "env/core/fields.hpp"
#include "env/core/text.hpp"
#include "env/stream/format/stream_meta.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

// No z score, logit or weight is larger; what is might not fit a float or a sum.
constexpr double kLargest = 1e6;

bool exists(const std::string& path) {
  std::error_code failed;  // what cannot even be looked up is as good as missing
  return fs::exists(path, failed);
}

CsvColumn time_column(std::string_view name, std::vector<std::int64_t>& values,
                      bool may_be_empty = false) {
  return {name,
          &values,
          "a whole number of seconds",
          may_be_empty,
          static_cast<double>(kEarliestTime),
          static_cast<double>(kLatestTime)};
}

CsvColumn id_column(std::string_view name, std::vector<std::int64_t>& values, double high) {
  return {name, &values, "a whole number", false, 0, high};
}

CsvColumn count_column(std::string_view name, std::vector<std::int64_t>& values) {
  return {name, &values, "a whole number", true, 0};
}

CsvColumn amount_column(std::string_view name, std::vector<double>& values) {
  return {name, &values, "a number", true, 0};
}

/// Reads the tables of one folder, one method each.
class FolderReader {
 public:
  FolderReader(const std::string& folder, StreamTables& tables, Problems& problems)
      : folder_(folder), out_(tables), meta_(tables.meta), problems_(problems) {
    out_.folder = folder;
  }

  void read_all() {
    meta_file_ = path_of("meta.json");
    read_stream_meta(meta_file_, meta_, problems_);
    for (const auto& [table, rows] : meta_.rows) {
      if (std::find(std::begin(kTables), std::end(kTables), table) == std::end(kTables)) {
        complain(meta_file_, fmt::format("rows: there is no table called {}", shown(table)));
      }
    }
    // Where the source of a range is broken itself, the range is open: one fault, one message.
    if (problems_.none()) max_topic_ = static_cast<double>(meta_.topics.size()) - 1;
    items();
    if (problems_.none()) max_item_ = static_cast<double>(num_items()) - 1;
    item_topics();
    curve();
    exposures();
    arms();
    events();
    whole();
  }

 private:
  static constexpr std::string_view kTables[] = {"items",     "item_topics", "curve",
                                                 "exposures", "arms",        "events"};

  std::string path_of(const std::string& file) const { return (fs::path(folder_) / file).string(); }

  std::int64_t num_items() const {
    const auto rows = static_cast<std::int64_t>(out_.items.size());
    return has_items_ ? rows : meta_.n_items.value_or(0);
  }

  void complain(const std::string& file, std::string_view what) {
    problems_.add(file, fmt::format("{}: {}", file, what));
  }

  /// Reads one table, if it is there, and compares its rows with meta.json.
  /// @returns (rows) their lines
  std::vector<std::uint32_t> read(const std::string& table, std::span<const CsvColumn> columns) {
    const std::string packed = path_of(table + ".csv.gz"), plain = path_of(table + ".csv");
    const bool has_packed = exists(packed), has_plain = exists(plain);
    file_ = has_packed ? packed : plain;
    const auto promised = meta_.rows.find(table);
    if (!has_packed && !has_plain) {
      if (promised != meta_.rows.end() && promised->second > 0) {
        complain(packed, fmt::format("missing, but meta.json gives it {} rows", promised->second));
      }
      return {};
    }
    any_table_ = true;
    if (has_packed && has_plain) complain(packed, "stands beside " + plain + ": remove one");
    const std::size_t before = problems_.count(file_);
    std::vector<std::uint32_t> lines = read_csv(file_, columns, problems_);
    const auto rows = static_cast<std::int64_t>(lines.size());
    // With other problems about, rows may have been left out; then the count says nothing.
    if (problems_.count(file_) == before && promised != meta_.rows.end() &&
        promised->second != rows) {
      complain(file_, fmt::format("{} rows, but meta.json gives it {}", rows, promised->second));
    }
    return lines;
  }

  void sorted(const std::vector<std::int64_t>& values, const std::vector<std::uint32_t>& lines,
              std::string_view column) {
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const bool known = values[i] != kUnknownInteger && values[i - 1] != kUnknownInteger;
      if (known && values[i] < values[i - 1]) {
        problems_.add(file_, lines[i], column,
                      fmt::format("not sorted: {} follows {}", values[i], values[i - 1]));
      }
    }
  }

  void items() {
    ItemTable& t = out_.items;
    std::vector<std::int64_t> item_id;
    const CsvColumn columns[] = {
        id_column("item_id", item_id, kInfinity),
        time_column("t_arrive", t.t_arrive),
        {"topic", &t.topic, "an index into the topics of meta.json", true, 0, max_topic_},
        {"appeal", &t.appeal, "a number", true, -kLargest, kLargest},
        {"value", &t.value, "a number", true, 0, 1},
        amount_column("length_s", t.length_s),
        count_column("popularity", t.popularity),
        {"is_ad", &t.is_ad, "0 or 1"},
        time_column("t_expire", t.t_expire, true),
        {"text", &t.text, "UTF-8"},
    };
    const std::vector<std::uint32_t> lines = read("items", columns);
    has_items_ = !lines.empty();
    std::int64_t previous = -1;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool known = item_id[i] != kUnknownInteger && previous != kUnknownInteger;
      const std::int64_t expected = previous + 1;
      previous = item_id[i];
      if (known && item_id[i] != expected) {
        problems_.add(file_, lines[i], "item_id",
                      fmt::format("ids are dense: expected {}, got {}", expected, item_id[i]));
      }
      if (t.t_expire[i] != kUnknownInteger && t.t_expire[i] < t.t_arrive[i]) {
        problems_.add(file_, lines[i], "t_expire",
                      fmt::format("{} is before the arrival at {}", t.t_expire[i], t.t_arrive[i]));
      }
    }
    sorted(t.t_arrive, lines, "t_arrive");
  }

  void item_topics() {
    ItemTopicTable& t = out_.item_topics;
    const CsvColumn columns[] = {
        id_column("item_id", t.item_id, max_item_),
        {"topic", &t.topic, "an index into the topics of meta.json", false, 0, max_topic_},
        {"weight", &t.weight, "a number", false, 0, kLargest},
    };
    sorted(t.item_id, read("item_topics", columns), "item_id");
  }

  void curve() {
    CurveTable& t = out_.curve;
    const CsvColumn columns[] = {
        time_column("t", t.t),          id_column("item_id", t.item_id, max_item_),
        count_column("rank", t.rank),   {"heat", &t.heat, "a number"},
        count_column("reads", t.reads),
    };
    sorted(t.t, read("curve", columns), "t");
  }

  void exposures() {
    ExposureTable& t = out_.exposures;
    const CsvColumn columns[] = {
        count_column("slate_id", t.slate_id),
        time_column("t", t.t),
        count_column("user", t.user),
        {"pos", &t.pos, "a place in the slate", true, 1},
        id_column("item_id", t.item_id, max_item_),
        {"propensity", &t.propensity, "a probability", true, 0, 1},
        {"clicked", &t.clicked, "0 or 1"},
        amount_column("dwell_s", t.dwell_s),
    };
    const std::vector<std::uint32_t> lines = read("exposures", columns);
    sorted(t.t, lines, "t");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (t.propensity[i] == 0) {
        problems_.add(file_, lines[i], "propensity", "0: what was shown had a chance above 0");
      }
    }
  }

  void arms() {
    ArmTable& t = out_.arms;
    const CsvColumn columns[] = {
        {"group_id", &t.group_id, "the name of a test in UTF-8", false},
        id_column("item_id", t.item_id, max_item_),
        count_column("impressions", t.impressions),
        count_column("clicks", t.clicks),
    };
    const std::vector<std::uint32_t> lines = read("arms", columns);
    sorted(t.item_id, lines, "item_id");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (t.impressions[i] != kUnknownInteger && t.clicks[i] > t.impressions[i]) {
        problems_.add(file_, lines[i], "clicks",
                      fmt::format("{} clicks on {} impressions", t.clicks[i], t.impressions[i]));
      }
    }
  }

  void events() {
    EventTable& t = out_.events;
    const CsvColumn columns[] = {
        time_column("t", t.t),
        count_column("user", t.user),
        count_column("session", t.session),
        id_column("item_id", t.item_id, max_item_),
        {"action", &t.action, "an action in UTF-8", false},
        amount_column("dwell_s", t.dwell_s),
    };
    const std::vector<std::uint32_t> lines = read("events", columns);
    sorted(t.t, lines, "t");
    static const std::unordered_set<std::string> kActions = {"view",     "request", "like",  "hate",
                                                             "bookmark", "comment", "follow"};
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!t.action[i].empty() && !kActions.contains(t.action[i])) {
        problems_.add(file_, lines[i], "action",
                      fmt::format("unknown action {} (known: view, request, like, hate, "
                                  "bookmark, comment, follow)",
                                  shown(t.action[i])));
      }
    }
  }

  /// What can only be said of the folder as a whole.
  void whole() {
    if (!any_table_) {
      complain(folder_,
               "holds no table; expected items.csv.gz, or exposures.csv.gz with n_items in "
               "meta.json");
    }
    if (!problems_.none()) return;
    if (!has_items_ && !meta_.n_items) {
      complain(meta_file_, "n_items: missing; it is required where there is no items table");
    }
    if (has_items_ && meta_.n_items && *meta_.n_items != num_items()) {
      complain(meta_file_, fmt::format("n_items: {}, but the items table has {} rows",
                                       *meta_.n_items, num_items()));
    }
    for (const auto* times :
         {&out_.items.t_arrive, &out_.curve.t, &out_.exposures.t, &out_.events.t}) {
      if (times->empty()) continue;
      if (meta_.t_first && times->front() < *meta_.t_first) {
        complain(meta_file_, fmt::format("t_first: {}, but a table has the time {}", *meta_.t_first,
                                         times->front()));
      }
      if (meta_.t_last && times->back() > *meta_.t_last) {
        complain(meta_file_, fmt::format("t_last: {}, but a table has the time {}", *meta_.t_last,
                                         times->back()));
      }
    }
  }

  std::string folder_, meta_file_, file_;
  StreamTables& out_;
  StreamMeta& meta_;
  Problems& problems_;
  bool has_items_ = false, any_table_ = false;
  double max_topic_ = kInfinity, max_item_ = kInfinity;
};

void read_into(const std::string& folder, StreamTables& tables, Problems& problems) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) {
    problems.add(folder,
                 fmt::format("{}: there is no such folder. A recorded stream is a folder in the "
                             "format infodiet-stream-1 (meta.json, items.csv.gz); docs/streams.md "
                             "tells how to make or obtain one",
                             folder.empty() ? "''" : folder));
    return;
  }
  FolderReader(folder, tables, problems).read_all();
}

}  // namespace

StreamTables read_stream_folder(const std::string& folder) {
  StreamTables tables;
  Problems problems;
  read_into(folder, tables, problems);
  problems.throw_if_any();
  return tables;
}

Problems check_stream_folder(const std::string& folder) {
  StreamTables tables;
  Problems problems;
  read_into(folder, tables, problems);
  return problems;
}

}  // namespace infodiet
