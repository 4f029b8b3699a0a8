#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "env/stream/format/stream_folder.hpp"

namespace infodiet {

/// Which items a summary is about, and by whose clock.
struct SummaryOptions {
  double utc_offset = 0;              ///< h: local time is UTC plus this
  std::int64_t from = kEarliestTime;  ///< s UTC: only items that arrive from then on
};

/// Counts per bin of a fixed width, from the bin of the first arrival to that of the last.
struct BinCounts {
  std::int64_t bins = 0;
  double mean = 0;
  double variance_over_mean = 0;  ///< sample variance; 1 for a Poisson stream of constant rate
};

/// A recorded stream in numbers. What cannot be known is NaN.
struct StreamSummary {
  static constexpr std::array<double, 7> kQuantiles = {0.10, 0.25, 0.50, 0.75, 0.90, 0.99, 1.0};
  /// Values at `kQuantiles`, interpolated linearly between order statistics (type 7).
  using Quantiles = std::array<double, kQuantiles.size()>;

  struct Topic {
    std::string name;
    std::size_t items = 0;
    double share = 0;
    double mean_value = 0;  ///< of its items whose value is known
  };

  std::string name, licence, licence_found, attribution, tz_audience;
  double utc_offset = 0;                                  ///< h
  std::vector<std::pair<std::string, std::size_t>> rows;  ///< of each table that has any
  std::size_t items = 0;                                  ///< that the rest is about
  std::int64_t first = 0, last = 0;                       ///< s UTC: first and last arrival
  double span_days = 0;                                   ///< between them
  double items_per_day = 0;
  Quantiles gap_s = {};                        ///< s between arrivals
  BinCounts daily, hourly;                     ///< local days and hours
  std::array<double, 24> per_hour = {};        ///< mean arrivals in each local hour of the day
  std::array<std::size_t, 7> by_weekday = {};  ///< arrivals; 0 = Monday
  std::vector<Topic> topics;
  double neighbours_share_topic = 0;  ///< probability that an item has the topic of the one before
  double strangers_share_topic = 0;   ///< the same for two independent draws
  std::vector<std::pair<std::string, double>> unknown;  ///< share of empty fields per item column
  Quantiles length_s = {}, popularity = {};
  double popularity_gini = 0;
  std::vector<std::pair<std::string, std::size_t>> actions;  ///< events of each kind
  std::int64_t impressions = 0, clicks = 0;                  ///< of arms, or else of exposures
};

/// All of it is a statement about the past as a whole; none of it may reach an agent.
StreamSummary summarize(const StreamTables& tables, const SummaryOptions& options = {});

/// Inequality of amounts: G = sum_i (2 i - n - 1) x_i / (n sum x), x ascending, i = 1..n. 0: all
/// have the same; NaN if the sum is not above 0.
double gini(std::vector<double> values);

/// A page of text for a terminal.
std::string to_text(const StreamSummary& summary);

}  // namespace infodiet
