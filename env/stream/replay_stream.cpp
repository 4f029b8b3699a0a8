#include "env/stream/replay_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "env/stream/format/calendar.hpp"
#include "env/stream/format/stream_folder.hpp"

namespace infodiet {

void ReplayStream::Config::fields(Fields& f) {
  f.path({"path", "", "Folder of the recorded stream."}, path);
  f({"part",
     "",
     "Days on which episodes may start.",
     -kInfinity,
     kInfinity,
     {"train", "test", "all"}},
    part);
  f({"split_date", "",
     "First day of the test part, \"YYYY-MM-DD\"; empty: as the stream says, else by split_share."},
    split_date);
  f({"split_share", "-", "Share of the days that is for training, where no date is known.", 0, 1},
    split_share);
  f({"utc_offset", "h", "Local time of the audience minus UTC, all year.", -12, 14}, utc_offset);
  f({"first_date", "", "Drops all before this day, \"YYYY-MM-DD\"; empty: drops nothing."},
    first_date);
  f({"warm_up", "d", "Days at the beginning on which no episode starts.", 0, 3650}, warm_up);
  f({"appeal",
     "",
     "Whether agents see appeal; most sources compute it from final counts.",
     -kInfinity,
     kInfinity,
     {"hidden", "public"}},
    appeal);
  assume.list(f);
}

void ReplayStream::Config::check(const Complain& complain) const {
  const std::pair<const char*, const std::string*> dates[] = {{"split_date", &split_date},
                                                              {"first_date", &first_date}};
  for (const auto& [name, text] : dates) {
    if (!text->empty() && !parse_date(*text)) {
      complain(name, fmt::format("expected a date as YYYY-MM-DD or nothing, got '{}'", *text));
    }
  }
  if (assume.length_min > assume.length_max) {
    complain("length_min", "must not be above length_max");
  }
}

std::int64_t ReplayStream::date(const char* field, const std::string& text) const {
  const auto day = parse_date(text);
  if (!day) refuse(fmt::format("{}: expected a date as YYYY-MM-DD, got '{}'", field, text));
  return *day;
}

ReplayStream::Days ReplayStream::find_days(const StreamTables& tables,
                                           const ReplayClock& clock) const {
  Days days;
  // A last day counts as whole if the log goes on into its last hour.
  days.whole = clock.day(tables.items.t_arrive.back() + kSecondsPerHour);
  if (!config_.split_date.empty()) {
    const std::int64_t day = date("split_date", config_.split_date) - clock.day0;
    days.split = static_cast<double>(day) * kMinutesPerDay;
    days.split_from = "split_date";
  } else if (tables.meta.split_t) {
    days.split = clock.minutes(*tables.meta.split_t);
  } else {
    const double day = std::floor(config_.split_share * static_cast<double>(days.whole));
    days.split = day * kMinutesPerDay;
    days.split_from = "split_share";
  }
  return days;
}

void ReplayStream::set_part(const ReplayClock& clock, const Days& days, Stream& out) const {
  const Part part = parse_part(config_.part);
  const double split_day = days.split / kMinutesPerDay;
  double first = config_.warm_up;
  double end = static_cast<double>(days.whole);
  // A day on which a recorded split falls belongs to neither part.
  if (part == Part::kTrain) end = std::min(end, std::floor(split_day));
  if (part == Part::kTest) first = std::max(first, std::ceil(split_day));
  if (first >= end) {
    refuse(
        fmt::format("no day is left for part '{}': the log has {} whole days from {} on, the "
                    "test part begins on {}, and no episode starts in the first {} days (mend "
                    "part, split_date, split_share, first_date or warm_up)",
                    config_.part, days.whole, format_date(clock.day0),
                    format_date(clock.day0 + static_cast<std::int64_t>(std::floor(split_day))),
                    config_.warm_up));
  }
  out.first_day = static_cast<int>(first);
  out.end_day = static_cast<int>(end);
  out.first_weekday = weekday_of(clock.day0);
}

/// The topics' names; one more, "unknown", if some of the items have none.
void ReplayStream::set_topics(const StreamTables& tables, ItemRange range, Stream& out) const {
  out.topics = tables.meta.topics;
  const auto first = tables.items.topic.begin();
  const auto unknown = std::count(first + static_cast<std::ptrdiff_t>(range.begin),
                                  first + static_cast<std::ptrdiff_t>(range.end), kUnknownInteger);
  if (unknown > 0) {
    out.topics.emplace_back("unknown");
    out.assumed.push_back(
        fmt::format("topic: not recorded for {} of {} items; they are of a topic 'unknown'",
                    unknown, range.size()));
  }
  if (out.topics.size() > kMaxTopics) {
    refuse(
        fmt::format("{} topics, but at most {} are possible: merge some, in meta.json and in "
                    "the columns 'topic'",
                    out.topics.size(), kMaxTopics));
  }
}

void ReplayStream::state_assumptions(const StreamTables& tables, const ReplayClock& clock,
                                     const Days& days, Stream& out) const {
  const StreamMeta& meta = tables.meta;
  if (!days.split_from.empty()) {
    out.assumed.push_back(fmt::format(
        "split: the test part begins on {} (by {})",
        format_date(clock.day0 + std::llround(days.split / kMinutesPerDay)), days.split_from));
  }
  if (!meta.tz_audience.empty() && meta.tz_audience != "UTC") {
    out.assumed.push_back(fmt::format("local time: UTC{:+g} h all year; the audience lives in {}{}",
                                      config_.utc_offset, meta.tz_audience,
                                      config_.utc_offset == 0 ? ", so set utc_offset" : ""));
  }
  if (!meta.estimates.empty()) {
    std::string columns;
    for (const std::string& name : meta.estimates) columns += (columns.empty() ? "" : ", ") + name;
    out.assumed.push_back(fmt::format("{}: estimated by the source, not recorded", columns));
  }
}

Stream ReplayStream::load() const {
  if (config_.path.empty()) {
    throw Error(ErrorCode::kConfig, "world.stream.path",
                "names no folder (give one of a recorded stream, in the format infodiet-stream-1, "
                "as world.stream.path=DIR; docs/streams.md tells how to get or make one)");
  }
  const StreamTables tables = read_stream_folder(config_.path);
  const std::vector<std::int64_t>& arrivals = tables.items.t_arrive;
  if (arrivals.empty()) refuse("has no items, so nothing arrives; it cannot be replayed");

  // step 1: where it begins
  ReplayClock clock;
  clock.offset = std::llround(config_.utc_offset * kSecondsPerHour);
  const auto index_of = [&](std::int64_t t) {
    return static_cast<std::size_t>(std::lower_bound(arrivals.begin(), arrivals.end(), t) -
                                    arrivals.begin());
  };
  ItemRange range;
  if (!config_.first_date.empty()) {
    range.begin = index_of(date("first_date", config_.first_date) * kSecondsPerDay - clock.offset);
    if (range.begin == arrivals.size()) {
      refuse("first_date: " + config_.first_date + " is after the last item");
    }
  }
  clock.day0 = floor_div(arrivals[range.begin] + clock.offset, kSecondsPerDay);

  // step 2: where its parts lie; nothing from after the end of the part is taken over
  Stream out;
  out.name = tables.meta.name;
  out.attribution = tables.meta.attribution;
  out.appeal_is_public = config_.appeal == "public";
  const Days days = find_days(tables, clock);
  set_part(clock, days, out);
  const std::int64_t end = (clock.day0 + out.end_day) * kSecondsPerDay - clock.offset;
  range.end = index_of(end);

  // step 3: what arrives, and what people made of it
  set_topics(tables, range, out);
  state_assumptions(tables, clock, days, out);
  add_items(tables, clock, range, index_of(clock.time(days.split)), config_.assume, out);
  add_reads(tables, clock, range, end, out);
  return out;
}

namespace {

const Registered<StreamRegistry, ReplayStream> kReplay(
    "replay", "A recorded stream, played at the times at which its items came.");

}  // namespace
}  // namespace infodiet
