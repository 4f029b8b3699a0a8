#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "env/stream/format/calendar.hpp"
#include "env/stream/format/stream_summary.hpp"

namespace infodiet {
namespace {

using Text = std::back_insert_iterator<std::string>;

std::string number(double value, const char* format = "{:.4g}") {
  return std::isnan(value) ? "-" : fmt::format(fmt::runtime(format), value);
}

std::string moment(std::int64_t t) {
  const std::int64_t day = floor_div(t, kSecondsPerDay);
  const std::int64_t s = t - day * kSecondsPerDay;
  return fmt::format("{} {:02}:{:02}:{:02}", format_date(day), s / 3600, s / 60 % 60, s % 60);
}

void write_quantiles(Text out, const std::string& label, const StreamSummary::Quantiles& values,
                     double scale) {
  if (std::isnan(values[0])) return;
  fmt::format_to(out, "  {:<24}", label);
  for (const double value : values) fmt::format_to(out, " {:>9}", number(value * scale));
  fmt::format_to(out, "\n");
}

void write_arrivals(Text out, const StreamSummary& s) {
  fmt::format_to(out, "\nArrivals\n");
  fmt::format_to(out, "  {} to {} UTC, {:.1f} days, {} items, {} a day\n", moment(s.first),
                 moment(s.last), s.span_days, s.items, number(s.items_per_day));
  for (const auto& [label, counts] : {std::pair("per day", s.daily), {"per hour", s.hourly}}) {
    fmt::format_to(out, "  {:<10}mean {}, variance / mean {} in {} bins (Poisson: 1)\n", label,
                   number(counts.mean), number(counts.variance_over_mean), counts.bins);
  }
  fmt::format_to(out, "  by hour of the day, UTC{:+g}{}\n", s.utc_offset,
                 s.tz_audience.empty() ? "" : " (the audience lives in " + s.tz_audience + ")");
  const double most = *std::max_element(s.per_hour.begin(), s.per_hour.end());
  for (int hour = 0; hour < 24; ++hour) {
    const double rate = s.per_hour[hour];
    const int bar = most > 0 ? static_cast<int>(std::lround(40 * rate / most)) : 0;
    fmt::format_to(out, "    {:>2} h {:>8}  {}\n", hour, number(rate), std::string(bar, '#'));
  }
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  fmt::format_to(out, "  by weekday");
  for (int day = 0; day < 7; ++day) fmt::format_to(out, "  {} {}", kDays[day], s.by_weekday[day]);
  fmt::format_to(out, "\n");
}

void write_items(Text out, const StreamSummary& s) {
  fmt::format_to(out, "\nQuantiles{:>27}", "10%");
  for (const char* level : {"25%", "50%", "75%", "90%", "99%", "most"}) {
    fmt::format_to(out, " {:>9}", level);
  }
  fmt::format_to(out, "\n");
  write_quantiles(out, "between arrivals [min]", s.gap_s, 1.0 / 60);
  write_quantiles(out, "length [min]", s.length_s, 1.0 / 60);
  write_quantiles(out, "popularity (final)", s.popularity, 1);
  if (!std::isnan(s.popularity_gini)) {
    fmt::format_to(out, "  {:<24} {:>9}\n", "Gini of popularity", number(s.popularity_gini));
  }
  fmt::format_to(out, "\nUnknown");
  for (const auto& [column, share] : s.unknown) {
    fmt::format_to(out, "  {} {:.0f}%", column, 100 * share);
  }
  fmt::format_to(out, "\n\nTopics{:>34}{:>9}{:>12}\n", "items", "share", "mean value");
  std::vector<StreamSummary::Topic> topics = s.topics;
  std::stable_sort(topics.begin(), topics.end(),
                   [](const auto& a, const auto& b) { return a.items > b.items; });
  for (const StreamSummary::Topic& topic : topics) {
    fmt::format_to(out, "  {:<30}{:>8}{:>9}{:>12}\n", topic.name, topic.items,
                   number(topic.share, "{:.4f}"), number(topic.mean_value, "{:.3f}"));
  }
  fmt::format_to(out, "  two in a row share their topic: {}; two at random: {}\n",
                 number(s.neighbours_share_topic), number(s.strangers_share_topic));
}

}  // namespace

std::string to_text(const StreamSummary& s) {
  std::string text;
  const Text out = std::back_inserter(text);
  fmt::format_to(out, "Stream       {}\n", s.name);
  fmt::format_to(out, "Licence      {}\n", s.licence);
  if (!s.licence_found.empty()) fmt::format_to(out, "  stated in  {}\n", s.licence_found);
  fmt::format_to(out, "Attribution  {}\n", s.attribution);
  fmt::format_to(out, "Tables       ");
  for (std::size_t i = 0; i < s.rows.size(); ++i) {
    fmt::format_to(out, "{}{} {}", i > 0 ? ", " : "", s.rows[i].first, s.rows[i].second);
  }
  fmt::format_to(out, "\n");
  if (s.items > 0) {
    write_arrivals(out, s);
    write_items(out, s);
  } else {
    fmt::format_to(out, "\nNo items with a time: this folder cannot be replayed.\n");
  }
  if (!s.actions.empty()) {
    fmt::format_to(out, "\nEvents");
    for (const auto& [action, count] : s.actions) fmt::format_to(out, "  {} {}", action, count);
    fmt::format_to(out, "\n");
  }
  if (s.impressions > 0) {
    fmt::format_to(out, "\nClicks  {} of {} impressions ({:.4g} %)\n", s.clicks, s.impressions,
                   100 * static_cast<double>(s.clicks) / static_cast<double>(s.impressions));
  }
  return text;
}

}  // namespace infodiet
