#include "env/stream/format/stream_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "env/stream/format/calendar.hpp"

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

StreamSummary::Quantiles quantiles(std::vector<double> values) {
  StreamSummary::Quantiles result;
  result.fill(kNaN);
  if (values.empty()) return result;
  std::sort(values.begin(), values.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double place = StreamSummary::kQuantiles[i] * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double part = place - static_cast<double>(below);
    result[i] = values[below] + part * (values[above] - values[below]);
  }
  return result;
}

/// @param bin  (n) ascending; empty bins between are counted without being listed, so that a few
///             arrivals far apart cost nothing
BinCounts count_bins(const std::vector<std::int64_t>& bin) {
  BinCounts result;
  if (bin.empty()) return result;
  double squares = 0;
  for (std::size_t i = 0; i < bin.size();) {
    const auto next = static_cast<std::size_t>(
        std::upper_bound(bin.begin() + static_cast<std::ptrdiff_t>(i), bin.end(), bin[i]) -
        bin.begin());
    const auto count = static_cast<double>(next - i);
    squares += count * count;
    i = next;
  }
  result.bins = bin.back() - bin.front() + 1;
  const auto bins = static_cast<double>(result.bins);
  result.mean = static_cast<double>(bin.size()) / bins;
  const double variance = (squares - bins * result.mean * result.mean) / (bins - 1);
  result.variance_over_mean = result.bins > 1 ? variance / result.mean : kNaN;
  return result;
}

void summarize_arrivals(std::span<const std::int64_t> arrivals, StreamSummary& out) {
  const auto offset = static_cast<std::int64_t>(std::llround(out.utc_offset * kSecondsPerHour));
  out.first = arrivals.front();
  out.last = arrivals.back();
  out.span_days = static_cast<double>(out.last - out.first) / kSecondsPerDay;
  const auto n = static_cast<double>(arrivals.size());
  out.items_per_day = out.span_days > 0 ? n / out.span_days : kNaN;

  std::vector<double> gaps;
  std::vector<std::int64_t> days, hours;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (i > 0) gaps.push_back(static_cast<double>(arrivals[i] - arrivals[i - 1]));
    hours.push_back(floor_div(arrivals[i] + offset, kSecondsPerHour));
    days.push_back(floor_div(hours.back(), 24));
    out.per_hour[hours.back() - days.back() * 24] += 1;
    ++out.by_weekday[weekday_of(days.back())];
  }
  for (double& rate : out.per_hour) rate = out.span_days > 0 ? rate / out.span_days : kNaN;
  out.gap_s = quantiles(std::move(gaps));
  out.daily = count_bins(days);
  out.hourly = count_bins(hours);
}

void summarize_topics(const StreamTables& tables, std::size_t begin, StreamSummary& out) {
  const std::size_t end = tables.items.size();
  std::vector<double> value_sum(tables.meta.topics.size(), 0), values(value_sum);
  for (const std::string& name : tables.meta.topics) out.topics.push_back({name, 0, 0, kNaN});
  std::size_t pairs = 0, equal = 0, known = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const std::int64_t topic = tables.items.topic[i];
    if (topic == kUnknownInteger) continue;
    ++known;
    ++out.topics[topic].items;
    if (!std::isnan(tables.items.value[i])) {
      value_sum[topic] += tables.items.value[i];
      values[topic] += 1;
    }
    if (i > begin && tables.items.topic[i - 1] != kUnknownInteger) {
      ++pairs;
      if (tables.items.topic[i - 1] == topic) ++equal;
    }
  }
  for (std::size_t t = 0; t < out.topics.size(); ++t) {
    StreamSummary::Topic& topic = out.topics[t];
    topic.share = known > 0 ? static_cast<double>(topic.items) / static_cast<double>(known) : kNaN;
    if (values[t] > 0) topic.mean_value = value_sum[t] / values[t];
    out.strangers_share_topic += topic.share * topic.share;
  }
  out.neighbours_share_topic =
      pairs > 0 ? static_cast<double>(equal) / static_cast<double>(pairs) : kNaN;
}

/// @param column  (n) of the items table
/// @param known   whether a value is known
template <class Column, class Known>
std::vector<double> known_values(const Column& column, std::size_t begin, const Known& known) {
  std::vector<double> values;
  for (std::size_t i = begin; i < column.size(); ++i) {
    if (known(column[i])) values.push_back(static_cast<double>(column[i]));
  }
  return values;
}

void summarize_columns(const ItemTable& items, std::size_t begin, StreamSummary& out) {
  const auto real = [](double value) { return !std::isnan(value); };
  const auto integer = [](std::int64_t value) { return value != kUnknownInteger; };
  const auto flag = [](std::int8_t value) { return value != kUnknownFlag; };
  const auto n = static_cast<double>(out.items);
  const auto add = [&](const char* name, std::size_t known) {
    out.unknown.emplace_back(name, 1 - static_cast<double>(known) / n);
  };
  add("topic", known_values(items.topic, begin, integer).size());
  add("appeal", known_values(items.appeal, begin, real).size());
  add("value", known_values(items.value, begin, real).size());
  std::vector<double> lengths = known_values(items.length_s, begin, real);
  add("length_s", lengths.size());
  std::vector<double> popularity = known_values(items.popularity, begin, integer);
  add("popularity", popularity.size());
  add("is_ad", known_values(items.is_ad, begin, flag).size());
  add("t_expire", known_values(items.t_expire, begin, integer).size());
  std::size_t texts = 0;
  for (std::size_t i = begin; i < items.size(); ++i) texts += items.text[i].empty() ? 0 : 1;
  add("text", texts);
  out.popularity_gini = gini(popularity);
  out.popularity = quantiles(std::move(popularity));
  out.length_s = quantiles(std::move(lengths));
}

void count_clicks(const StreamTables& tables, StreamSummary& out) {
  const ArmTable& arms = tables.arms;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    if (arms.impressions[i] == kUnknownInteger || arms.clicks[i] == kUnknownInteger) continue;
    out.impressions += arms.impressions[i];
    out.clicks += arms.clicks[i];
  }
  if (arms.size() > 0) return;
  for (const std::int8_t clicked : tables.exposures.clicked) {
    if (clicked == kUnknownFlag) continue;
    ++out.impressions;
    out.clicks += clicked;
  }
}

}  // namespace

double gini(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double weighted = 0, sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * values[i];
    sum += values[i];
  }
  return sum > 0 ? weighted / (n * sum) : kNaN;
}

StreamSummary summarize(const StreamTables& tables, const SummaryOptions& options) {
  StreamSummary out;
  const StreamMeta& meta = tables.meta;
  out.name = meta.name;
  out.licence = meta.licence;
  out.licence_found = meta.licence_found;
  out.attribution = meta.attribution;
  out.tz_audience = meta.tz_audience;
  out.utc_offset = options.utc_offset;
  const std::pair<const char*, std::size_t> sizes[] = {
      {"items", tables.items.size()}, {"item_topics", tables.item_topics.size()},
      {"curve", tables.curve.size()}, {"exposures", tables.exposures.size()},
      {"arms", tables.arms.size()},   {"events", tables.events.size()}};
  for (const auto& [table, size] : sizes) {
    if (size > 0) out.rows.emplace_back(table, size);
  }

  const std::vector<std::int64_t>& arrivals = tables.items.t_arrive;
  const auto begin = static_cast<std::size_t>(
      std::lower_bound(arrivals.begin(), arrivals.end(), options.from) - arrivals.begin());
  out.items = arrivals.size() - begin;
  if (out.items > 0) {
    summarize_arrivals(std::span(arrivals).subspan(begin), out);
    summarize_topics(tables, begin, out);
    summarize_columns(tables.items, begin, out);
  }
  std::map<std::string, std::size_t> actions;
  for (const std::string& action : tables.events.action) ++actions[action];
  out.actions.assign(actions.begin(), actions.end());
  count_clicks(tables, out);
  return out;
}

}  // namespace infodiet
