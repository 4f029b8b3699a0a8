#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "env/stream/format/csv.hpp"
#include "env/stream/format/problems.hpp"

namespace infodiet {

// A recorded stream as it stands on disk: a folder in the format infodiet-stream-1, that is
// meta.json and tables, each a gzip-compressed or plain CSV file. docs/streams.md specifies it.
// Here are its plain contents; `replay_stream.cpp` makes a stream of them.
//
// Unknown values: NaN, `kUnknownInteger`, `kUnknownFlag`, "". Times are s since 1970, UTC.

/// The years 1 to 9999: a time in milliseconds lies outside, and differences cannot overflow.
inline constexpr std::int64_t kEarliestTime = -62135596800;
inline constexpr std::int64_t kLatestTime = 253402300799;

/// meta.json. Strings that a file does not give are "".
struct StreamMeta {
  std::string format, name, licence, licence_found, source, attribution, tz, tz_audience, note;
  std::vector<std::string> topics;              ///< (T) names
  std::map<std::string, std::string> columns;   ///< what a column means in this stream
  std::vector<std::string> estimates;           ///< columns that were modelled, not recorded
  std::map<std::string, std::int64_t> rows;     ///< rows of each table
  std::optional<std::int64_t> n_items;          ///< number of items
  std::optional<std::int64_t> t_first, t_last;  ///< first and last time in the tables
  std::optional<std::int64_t> split_t;          ///< rows before it are for training
  std::optional<double> base_ctr;               ///< zero point of an appeal that is a logit
};

/// One item a row; row i is item i.
struct ItemTable {
  std::vector<std::int64_t> t_arrive;    ///< s; sorted
  std::vector<std::int64_t> topic;       ///< index into StreamMeta::topics
  std::vector<double> appeal;            ///< z score or logit
  std::vector<double> value;             ///< [0, 1]
  std::vector<double> length_s;          ///< s
  std::vector<std::int64_t> popularity;  ///< raw final count: a figure of the future
  std::vector<std::int8_t> is_ad;
  std::vector<std::int64_t> t_expire;  ///< s
  std::vector<std::string> text;

  std::size_t size() const { return t_arrive.size(); }
};

/// One further topic of an item a row; sorted by item.
struct ItemTopicTable {
  std::vector<std::int64_t> item_id, topic;
  std::vector<double> weight;

  std::size_t size() const { return item_id.size(); }
};

/// One observation of an item's popularity a row; sorted by time.
struct CurveTable {
  std::vector<std::int64_t> t, item_id, rank;
  std::vector<double> heat;
  std::vector<std::int64_t> reads;  ///< count up to t

  std::size_t size() const { return t.size(); }
};

/// One item shown to one user a row; sorted by time.
struct ExposureTable {
  std::vector<std::int64_t> slate_id, t, user, pos, item_id;
  std::vector<double> propensity;
  std::vector<std::int8_t> clicked;
  std::vector<double> dwell_s;

  std::size_t size() const { return t.size(); }
};

/// One arm of an aggregated A/B test a row; sorted by item. Items of one group are one story.
struct ArmTable {
  std::vector<std::string> group_id;
  std::vector<std::int64_t> item_id, impressions, clicks;

  std::size_t size() const { return item_id.size(); }
};

/// One action of a user a row; sorted by time.
struct EventTable {
  std::vector<std::int64_t> t, user, session, item_id;
  std::vector<std::string> action;
  std::vector<double> dwell_s;

  std::size_t size() const { return t.size(); }
};

/// Everything in a folder. A table that is not there is empty.
struct StreamTables {
  std::string folder;
  StreamMeta meta;
  ItemTable items;
  ItemTopicTable item_topics;
  CurveTable curve;
  ExposureTable exposures;
  ArmTable arms;
  EventTable events;
};

/// Reads and checks a folder.
/// @throws Error kIo that lists everything that is wrong, up to 20 problems a file
StreamTables read_stream_folder(const std::string& folder);

/// Looks for everything that is wrong with a folder; does not throw for it.
Problems check_stream_folder(const std::string& folder);

}  // namespace infodiet
