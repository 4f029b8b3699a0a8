#include "env/stream/calibration/shape_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "env/core/error.hpp"
#include "env/stream/format/calendar.hpp"

namespace infodiet {
namespace {

/// Rows [begin, end) of the items table.
struct Rows {
  std::size_t begin = 0, end = 0;
  bool has(std::int64_t row) const {
    return row >= static_cast<std::int64_t>(begin) && row < static_cast<std::int64_t>(end);
  }
};

/// Later reads: the one that brings an item into the log has no age.
void add_events(const StreamTables& tables, Rows rows, std::int64_t end, ShapeSample& out) {
  const EventTable& events = tables.events;
  for (std::size_t i = 0; i < events.size() && events.t[i] < end; ++i) {
    const std::int64_t row = events.item_id[i];
    if (!rows.has(row) || (events.action[i] != "view" && events.action[i] != "request")) continue;
    const std::int64_t age = events.t[i] - tables.items.t_arrive[static_cast<std::size_t>(row)];
    if (age > 0) out.add_reads(static_cast<double>(age) / 60, 1);
  }
}

void add_curve(const StreamTables& tables, Rows rows, std::int64_t end, ShapeSample& out) {
  const CurveTable& curve = tables.curve;
  std::vector<std::int64_t> before(rows.end - rows.begin, 0);
  for (std::size_t i = 0; i < curve.size() && curve.t[i] < end; ++i) {
    const std::int64_t row = curve.item_id[i];
    if (!rows.has(row) || curve.reads[i] == kUnknownInteger) continue;
    const auto at = static_cast<std::size_t>(row);
    const std::int64_t age = curve.t[i] - tables.items.t_arrive[at];
    std::int64_t& count = before[at - rows.begin];
    if (age > 0 && curve.reads[i] > count)
      out.add_reads(static_cast<double>(age) / 60, static_cast<double>(curve.reads[i] - count));
    count = std::max(count, curve.reads[i]);
  }
}

/// Stories are tests; appeal is the logit of an arm's click rate, whose variance is that of a
/// binomial count: Haldane 1956, doi:10.1111/j.1469-1809.1956.tb01395.x (half a click is added to
/// both counts). Arms with few clicks tell too little.
void add_arms(const StreamTables& tables, Rows rows, ShapeSample& out) {
  constexpr std::int64_t kFewest = 5;  // clicks
  const ArmTable& arms = tables.arms;
  if (arms.size() == 0) return;
  const std::size_t n = rows.end - rows.begin;
  out.appeal.assign(n, StreamShape::kUnknown);
  out.appeal_noise.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) out.story.push_back(-1 - static_cast<std::int64_t>(i));
  std::unordered_map<std::string, std::int64_t> number;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    if (!rows.has(arms.item_id[i])) continue;
    const std::size_t item = static_cast<std::size_t>(arms.item_id[i]) - rows.begin;
    out.story[item] =
        number.emplace(arms.group_id[i], static_cast<std::int64_t>(number.size())).first->second;
    const std::int64_t clicks = arms.clicks[i], shown = arms.impressions[i];
    if (clicks == kUnknownInteger || shown == kUnknownInteger || clicks < kFewest ||
        shown <= clicks)
      continue;
    const double yes = static_cast<double>(clicks) + 0.5;
    const double no = static_cast<double>(shown - clicks) + 0.5;
    out.appeal[item] = std::log(yes / no);
    out.appeal_noise[item] = 1 / yes + 1 / no;
  }
}

/// A category for what has none would clump wherever the source stopped sorting.
bool is_topic(const StreamMeta& meta, std::int64_t topic) {
  if (topic == kUnknownInteger) return false;
  const std::string& name = meta.topics[static_cast<std::size_t>(topic)];
  return name != "none" && name != "unknown";
}

bool is_set_by_experiment(const StreamTables& tables) {
  const ArmTable& arms = tables.arms;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const auto item = static_cast<std::size_t>(arms.item_id[i]);
    if (tables.items.popularity[item] != arms.impressions[i]) return false;
  }
  return arms.size() > 0;
}

void add_counts(const StreamTables& tables, Rows rows, ShapeSample& out) {
  if (is_set_by_experiment(tables)) return;
  for (std::size_t row = rows.begin; row < rows.end; ++row) {
    const std::int64_t count = tables.items.popularity[row];
    if (count != kUnknownInteger) out.count.push_back(static_cast<double>(count));
  }
}

}  // namespace

void ShapeSample::add_reads(double age, double reads) {
  reads_by_age.resize(StreamShape::kAges, 0);
  const double bin = std::ceil(2 * std::log2(std::max(age, 1.0)));
  reads_by_age[std::min(static_cast<std::size_t>(bin), StreamShape::kAges - 1)] += reads;
}

DayRange whole_days(const StreamTables& tables, std::int64_t offset, std::int64_t from) {
  const std::vector<std::int64_t>& arrivals = tables.items.t_arrive;
  if (arrivals.empty()) {
    throw Error(ErrorCode::kConfig, "stream '" + tables.folder + "'",
                "has no items with a time, so nothing arrives (see docs/streams.md)");
  }
  DayRange range;
  // A first day counts if the log begins in its first hour.
  range.begin = floor_div(arrivals.front() + offset - kSecondsPerHour, kSecondsPerDay) + 1;
  range.begin = std::max(range.begin, from);
  range.end = floor_div(arrivals.back() + offset + kSecondsPerHour, kSecondsPerDay);
  if (range.end - range.begin < 2) {
    throw Error(ErrorCode::kConfig, "stream '" + tables.folder + "'",
                fmt::format("has fewer than two whole days from {} on; nothing can be said of its "
                            "rhythm (take an earlier date or a longer log)",
                            format_date(range.begin)));
  }
  return range;
}

StreamShape shape_of(const StreamTables& tables, std::int64_t offset, DayRange range) {
  const std::vector<std::int64_t>& arrivals = tables.items.t_arrive;
  const std::int64_t begin = range.begin * kSecondsPerDay - offset;
  const std::int64_t end = range.end * kSecondsPerDay - offset;
  const auto row_of = [&](std::int64_t t) {
    return static_cast<std::size_t>(std::lower_bound(arrivals.begin(), arrivals.end(), t) -
                                    arrivals.begin());
  };
  const Rows rows{row_of(begin), row_of(end)};

  ShapeSample out;
  out.name = tables.meta.name;
  out.range = range;
  out.first_weekday = weekday_of(range.begin);
  for (std::size_t row = rows.begin; row < rows.end; ++row) {
    out.arrival.push_back(static_cast<double>(arrivals[row] - begin) / 60);
    const std::int64_t topic = tables.items.topic[row];
    out.topic.push_back(is_topic(tables.meta, topic) ? static_cast<int>(topic) : -1);
  }
  add_counts(tables, rows, out);
  add_arms(tables, rows, out);
  if (tables.events.size() > 0) {
    add_events(tables, rows, end, out);
  } else {
    add_curve(tables, rows, end, out);
  }
  return describe(out);
}

StreamShape shape_of(const Stream& stream, DayRange range) {
  ShapeSample out;
  out.name = stream.name;
  out.range = range;
  out.first_weekday = static_cast<int>((stream.first_weekday + range.begin % 7 + 7) % 7);
  const double begin = static_cast<double>(range.begin) * kMinutesPerDay;
  const double end = static_cast<double>(range.end) * kMinutesPerDay;
  constexpr double kForever = std::numeric_limits<double>::infinity();
  std::vector<double> reads(StreamShape::kAges, 0);
  for (std::size_t i = 0; i < stream.items.size(); ++i) {
    const Item& item = stream.items[i];
    if (item.arrival < begin || item.arrival >= end) continue;
    const auto id = static_cast<std::uint32_t>(i);
    out.arrival.push_back(item.arrival - begin);
    out.topic.push_back(item.num_topics > 0 ? item.topic[0] : -1);
    out.story.push_back(item.story);
    out.appeal.push_back(item.appeal);
    out.count.push_back(stream.popularity(id, kForever));
    float before = 0;
    for (std::size_t bin = 0; bin < StreamShape::kAges; ++bin) {
      const double age = bin + 1 < StreamShape::kAges ? StreamShape::age_end(bin) : kForever;
      const float count = stream.popularity(id, std::min(end, item.arrival + age));
      reads[bin] += count - before;
      before = count;
    }
  }
  if (std::any_of(reads.begin(), reads.end(), [](double n) { return n > 0; }))
    out.reads_by_age = std::move(reads);
  return describe(out);
}

}  // namespace infodiet
