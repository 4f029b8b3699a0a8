#include "env/stream/format/stream_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "env/core/error.hpp"
#include "env/core/fields.hpp"
#include "env/core/text.hpp"
#include "env/stream/format/import_cells.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {
namespace {

constexpr double kLargestAppeal = 1e6;  // as stream_folder.cpp has it

using Order = std::vector<std::uint32_t>;

Order by_time(const std::vector<std::int64_t>& times) {
  Order order(times.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return times[a] < times[b]; });
  return order;
}

template <class T>
std::vector<T> in_order(const Order& order, const std::vector<T>& values) {
  std::vector<T> out;
  out.reserve(order.size());
  for (const std::uint32_t row : order) out.push_back(values[row]);
  return out;
}

/// Numbers words from 0 in the order in which they first come; "" is unknown.
std::vector<std::int64_t> numbered(const std::vector<std::string>& words) {
  std::unordered_map<std::string, std::int64_t> number_of;
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words) {
    if (word.empty()) {
      numbers.push_back(kUnknownInteger);
      continue;
    }
    const auto next = static_cast<std::int64_t>(number_of.size());
    numbers.push_back(number_of.emplace(word, next).first->second);
  }
  return numbers;
}

std::string listed(const std::vector<std::string>& words, std::size_t most = 8) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, words.size()); ++i)
    out += (i > 0 ? ", " : "") + words[i];
  return out + (words.size() > most ? fmt::format(" and {} more", words.size() - most) : "");
}

/// Makes the tables, one after the other.
class Importer {
 public:
  Importer(const ImportPlan& plan, Problems& problems) : plan_(plan), problems_(problems) {
    out_.tables.meta = plan.meta;
  }

  Import run() {
    items();
    if (!plan_.events_file.empty() && problems_.none()) events();
    if (problems_.none()) finish();
    return std::move(out_);
  }

 private:
  void note(const std::string& what) { out_.notes.push_back(what); }

  void keep_report(const ImportCells& cells, const std::string& file) {
    const auto& report = cells.report();
    out_.columns.insert(out_.columns.end(), report.begin(), report.end());
    const std::vector<std::string> unused = cells.unused();
    if (!unused.empty()) note(fmt::format("not used of {}: {}", file, listed(unused, 20)));
  }

  void items() {
    ImportCells cells(plan_, "items", plan_.items_file, plan_.columns, problems_);
    const auto arrivals = cells.times("t_arrive", true);
    const auto expiries = cells.times("t_expire", false);
    for (std::size_t row = 0; row < cells.rows(); ++row) {
      if (expiries[row] != kUnknownInteger && expiries[row] < arrivals[row])
        cells.complain(row, "t_expire", "is before the arrival (is it the other column?)");
    }
    const Order order = by_time(arrivals);
    const std::vector<std::string> keys = cells.texts("item_id", !plan_.events_file.empty());
    number_items(cells, keys, order);

    ItemTable& t = out_.tables.items;
    t.t_arrive = in_order(order, arrivals);
    t.t_expire = in_order(order, expiries);
    t.appeal = in_order(order, cells.numbers("appeal", -kLargestAppeal, kLargestAppeal));
    t.value = in_order(order, cells.numbers("value", 0, 1));
    t.length_s = in_order(order, cells.numbers("length_s", 0, kInfinity));
    t.popularity = in_order(order, cells.counts("popularity"));
    t.is_ad = in_order(order, cells.flags("is_ad"));
    t.text = in_order(order, cells.texts("text"));
    const std::vector<std::string> topics = cells.texts("topic");
    set_topics(cells, in_order(order, topics));
    if (cells.rows() == 0 && problems_.none())
      problems_.add(plan_.items_file, 1, "", "has no rows below its header, so nothing arrives");
    keep_report(cells, plan_.items_file);
    if (cells.has("appeal"))
      note(
          "appeal is taken as a z score (mean 0, standard deviation 1 is usual); one that was "
          "computed from final counts is a figure of the future, which agents do not see");
  }

  void number_items(ImportCells& cells, const std::vector<std::string>& keys, const Order& order) {
    std::unordered_map<std::string, std::uint32_t> row_of;
    for (std::uint32_t row = 0; row < keys.size(); ++row) {
      if (keys[row].empty()) continue;
      const auto [place, is_new] = row_of.emplace(keys[row], row);
      if (!is_new)
        cells.complain(row, "item_id",
                       fmt::format("{} stands in line {} already (leave out one of the two rows)",
                                   shown(keys[row]), cells.lines()[place->second]));
    }
    for (std::uint32_t id = 0; id < order.size(); ++id) {
      if (!keys[order[id]].empty()) id_of_.emplace(keys[order[id]], id);
    }
  }

  /// Topics in order of frequency, equal ones by name. @param words  (items) "" is unknown
  void set_topics(ImportCells& cells, const std::vector<std::string>& words) {
    StreamMeta& meta = out_.tables.meta;
    std::map<std::string, std::size_t> count;
    std::size_t unknown = 0;
    for (const std::string& word : words) word.empty() ? ++unknown : ++count[word];
    std::vector<std::pair<std::string, std::size_t>> ranked(count.begin(), count.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });

    // a world gives items without a topic one more of their own
    const std::size_t most = static_cast<std::size_t>(kMaxTopics) - (unknown > 0 ? 1 : 0);
    std::map<std::string, std::int64_t> index;
    if (ranked.size() > most) {
      const std::string rest = "other";
      std::size_t merged = 0, items = 0;
      for (const auto& [word, times] : ranked) {
        if (word == rest) continue;
        if (meta.topics.size() + 1 < most) {
          index[word] = static_cast<std::int64_t>(meta.topics.size());
          meta.topics.push_back(word);
        } else {
          index[word] = static_cast<std::int64_t>(most) - 1;
          ++merged;
          items += times;
        }
      }
      index[rest] = static_cast<std::int64_t>(most) - 1;
      meta.topics.push_back(rest);
      note(
          fmt::format("{} different topics, but at most {} are possible: the {} rarest ({} items) "
                      "are one topic '{}'",
                      ranked.size(), most, merged, items, rest));
    } else {
      for (const auto& [word, times] : ranked) {
        index[word] = static_cast<std::int64_t>(meta.topics.size());
        meta.topics.push_back(word);
      }
    }
    for (const std::string& word : words)
      out_.tables.items.topic.push_back(word.empty() ? kUnknownInteger : index.at(word));
    std::vector<std::string> shares;
    for (const auto& [word, times] : ranked)
      shares.push_back(fmt::format("{} {}", shown(word), times));
    cells.understood("topic", fmt::format("{} topics: {}", meta.topics.size(), listed(shares, 4)));
  }

  void events() {
    ImportCells cells(plan_, "events", plan_.events_file, plan_.event_columns, problems_);
    const auto times = cells.times("t", true);
    const auto keys = cells.texts("item_id", true);
    auto actions = cells.texts("action", cells.has("action"));
    static const std::vector<std::string> kActions = {"view",     "request", "like",  "hate",
                                                      "bookmark", "comment", "follow"};
    for (std::size_t row = 0; row < actions.size(); ++row) {
      if (!cells.has("action")) {
        actions[row] = "view";
      } else if (!actions[row].empty() &&
                 std::find(kActions.begin(), kActions.end(), actions[row]) == kActions.end()) {
        cells.complain(row, "action",
                       fmt::format("unknown action {} (known: {}; leave the column out, and every "
                                   "event is a view)",
                                   shown(actions[row]), listed(kActions)));
      }
    }
    if (!cells.has("action")) note("events: no column of actions, so every one is a view");

    // step 1: which rows are of an item we have
    Order order;
    std::size_t strangers = 0, early = 0;
    std::uint32_t first_stranger = 0;
    for (const std::uint32_t row : by_time(times)) {
      const auto item = id_of_.find(keys[row]);
      if (item == id_of_.end()) {
        if (strangers++ == 0) first_stranger = row;
        continue;
      }
      order.push_back(row);
      out_.tables.events.item_id.push_back(static_cast<std::int64_t>(item->second));
      early += times[row] < out_.tables.items.t_arrive[item->second] ? 1 : 0;
    }
    if (order.empty() && cells.rows() > 0 && problems_.none()) {
      cells.complain(first_stranger, "item_id",
                     fmt::format("{} is no item of {}, nor is that of any other row (are these the "
                                 "columns with the item's key?)",
                                 shown(keys[first_stranger]), plan_.items_file));
    } else if (strangers > 0) {
      note(fmt::format("events: {} of {} left out, which are of no item of {}; e.g. line {}, {}",
                       strangers, cells.rows(), plan_.items_file, cells.lines()[first_stranger],
                       shown(keys[first_stranger])));
    }
    if (early > 0)
      note(fmt::format("events: {} lie before the arrival of their item; they count as reads",
                       early));

    // step 2: the rest of their columns
    EventTable& t = out_.tables.events;
    t.t = in_order(order, times);
    t.user = numbered(in_order(order, cells.texts("user")));
    t.session = numbered(in_order(order, cells.texts("session")));
    t.action = in_order(order, actions);
    t.dwell_s = in_order(order, cells.numbers("dwell_s", 0, kInfinity));
    keep_report(cells, plan_.events_file);
  }

  void finish() {
    StreamMeta& meta = out_.tables.meta;
    const ItemTable& items = out_.tables.items;
    const EventTable& events = out_.tables.events;
    meta.format = "infodiet-stream-1";
    meta.tz = "UTC";
    meta.n_items = static_cast<std::int64_t>(items.size());
    meta.rows["items"] = *meta.n_items;
    meta.t_first = items.t_arrive.front();
    meta.t_last = items.t_arrive.back();
    if (events.size() > 0) {
      meta.rows["events"] = static_cast<std::int64_t>(events.size());
      meta.t_first = std::min(*meta.t_first, events.t.front());
      meta.t_last = std::max(*meta.t_last, events.t.back());
    }
    const auto describe = [&](const char* column, const ColumnMap& from, const char* what) {
      const auto source = from.find(column);
      if (source == from.end()) return;
      meta.columns.emplace(column, fmt::format("column '{}'{}", source->second, what));
    };
    for (const char* column : {"appeal", "value", "length_s", "popularity", "is_ad"})
      describe(column, plan_.columns, "");
    describe("user", plan_.event_columns, ", numbered in the order of their first event");
    describe("dwell_s", plan_.event_columns, "");
  }

  const ImportPlan& plan_;
  Problems& problems_;
  Import out_;
  std::unordered_map<std::string, std::uint32_t> id_of_;  // by the key of the source
};

void check_columns(const char* option, const ColumnMap& columns,
                   const std::vector<std::string>& allowed,
                   const std::vector<std::string>& needed) {
  for (const auto& [column, source] : columns) {
    if (std::find(allowed.begin(), allowed.end(), column) == allowed.end()) {
      throw Error(ErrorCode::kConfig, option,
                  fmt::format("there is no column '{}' to fill (known: {})", column,
                              listed(allowed, allowed.size())));
    }
  }
  for (const std::string& column : needed) {
    if (columns.contains(column)) continue;
    throw Error(
        ErrorCode::kConfig, option,
        fmt::format("say which column of the file {} is: {} {}=NAME", column, option, column));
  }
}

}  // namespace

const std::vector<std::string>& importable_columns() {
  static const std::vector<std::string> kColumns = {"item_id",  "t_arrive", "topic",      "appeal",
                                                    "value",    "length_s", "popularity", "is_ad",
                                                    "t_expire", "text"};
  return kColumns;
}

const std::vector<std::string>& importable_event_columns() {
  static const std::vector<std::string> kColumns = {"item_id", "t",      "user",
                                                    "session", "action", "dwell_s"};
  return kColumns;
}

Import import_stream(const ImportPlan& plan, Problems& problems) {
  std::vector<std::string> needed = {"t_arrive"};
  if (!plan.events_file.empty()) needed.emplace_back("item_id");
  check_columns("--column", plan.columns, importable_columns(), needed);
  needed.clear();
  if (!plan.events_file.empty()) needed = {"t", "item_id"};
  check_columns("--event-column", plan.event_columns, importable_event_columns(), needed);
  return Importer(plan, problems).run();
}

}  // namespace infodiet
