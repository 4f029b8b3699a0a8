#include "env/stream/replay_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace infodiet {
namespace {

/// The (topic, weight) pairs of each item: its main topic, which weighs 1
/// unless it is listed with another weight, and further ones.
class Mixtures {
 public:
  Mixtures(const StreamTables& tables, std::size_t num_topics)
      : items_(tables.items), further_(tables.item_topics), num_topics_(num_topics) {}

  /// Sets the three heaviest topics of row `row`, with weights that sum to 1. Rows ascend from call
  /// to call.
  void set(std::size_t row, Item& item) {
    const std::int64_t main = items_.topic[row];
    pairs_.clear();
    pairs_.emplace_back(main == kUnknownInteger ? num_topics_ - 1 : static_cast<std::size_t>(main),
                        1.0);
    const auto id = static_cast<std::int64_t>(row);
    while (next_ < further_.size() && further_.item_id[next_] < id) ++next_;
    for (; next_ < further_.size() && further_.item_id[next_] == id; ++next_) {
      const auto topic = static_cast<std::size_t>(further_.topic[next_]);
      const auto same = std::find_if(pairs_.begin(), pairs_.end(),
                                     [&](const auto& pair) { return pair.first == topic; });
      if (further_.weight[next_] <= 0) continue;
      if (same != pairs_.end()) {
        same->second = further_.weight[next_];
      } else {
        pairs_.emplace_back(topic, further_.weight[next_]);
      }
    }
    std::stable_sort(pairs_.begin(), pairs_.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    pairs_.resize(std::min<std::size_t>(pairs_.size(), Item::kTopics));
    double sum = 0;
    for (const auto& [topic, weight] : pairs_) sum += weight;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      item.topic[i] = static_cast<std::uint8_t>(pairs_[i].first);
      item.weight[i] = static_cast<float>(pairs_[i].second / sum);
    }
    item.num_topics = static_cast<std::uint8_t>(pairs_.size());
  }

 private:
  const ItemTable& items_;
  const ItemTopicTable& further_;
  std::size_t num_topics_;
  std::size_t next_ = 0;
  std::vector<std::pair<std::size_t, double>> pairs_;
};

/// Makes an appeal a z score.
struct AppealScale {
  double mean = 0, deviation = 1;

  /// A z score is taken as it is. An appeal with a base click rate is a logit.
  static AppealScale of(const StreamTables& tables, std::size_t begin, std::size_t split,
                        Stream& out) {
    AppealScale scale;
    if (!tables.meta.base_ctr) return scale;
    double n = 0, sum = 0, squares = 0;
    for (std::size_t i = begin; i < split; ++i) {
      const double appeal = tables.items.appeal[i];
      if (std::isnan(appeal)) continue;
      n += 1;
      sum += appeal;
      squares += appeal * appeal;
    }
    const double variance = n > 1 ? (squares - sum * sum / n) / (n - 1) : 0;
    if (!(variance > 1e-12)) return scale;
    scale = {sum / n, std::sqrt(variance)};
    out.assumed.push_back(
        fmt::format("appeal: a logit of mean {:.3f} and standard deviation {:.3f} in the training "
                    "part, made a z score by these",
                    scale.mean, scale.deviation));
    return scale;
  }
};

/// Numbers the stories: the items of one test are one story, named by the first of them. An item
/// that is in no test is a story of its own.
void set_stories(const ArmTable& arms, ItemRange range, Stream& out) {
  std::size_t versions = 0;
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    out.items[i].story = static_cast<std::uint32_t>(i);
  }
  std::unordered_map<std::string, std::uint32_t> first_of;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const auto row = static_cast<std::size_t>(arms.item_id[i]);
    if (row < range.begin || row >= range.end) continue;
    const auto item = static_cast<std::uint32_t>(row - range.begin);
    out.items[item].story = first_of.emplace(arms.group_id[i], item).first->second;
    ++versions;
  }
  if (versions == 0) return;
  out.assumed.push_back(
      fmt::format("stories: {} items are versions of {} stories and stand beside each other in the "
                  "stream; in the tests they come from each person saw one version",
                  versions, first_of.size()));
}

/// A read of an item, or what a count of reads stood at.
struct Read {
  std::uint32_t item = 0;
  double time = 0;  // min
  float total = 0;  // used where the source counts
};

/// Files reads by item. @param reads  ascending in time
void file_reads(const std::vector<Read>& reads, bool totals, Stream& out) {
  out.read_begin.assign(out.items.size() + 1, 0);
  for (const Read& read : reads) ++out.read_begin[read.item + 1];
  for (std::size_t i = 1; i < out.read_begin.size(); ++i) {
    out.read_begin[i] += out.read_begin[i - 1];
  }
  std::vector<std::uint32_t> next(out.read_begin.begin(), out.read_begin.end() - 1);
  out.read_time.resize(reads.size());
  if (totals) out.read_total.resize(reads.size());
  for (const Read& read : reads) {
    const std::uint32_t place = next[read.item]++;
    out.read_time[place] = read.time;
    if (totals) out.read_total[place] = read.total;
  }
}

}  // namespace

std::int64_t ReplayClock::time(double minutes) const {
  return std::llround(minutes * 60) + day0 * kSecondsPerDay - offset;
}

void ItemAssumptions::list(Fields& f) {
  f({"half_life", "min", "Time in which an item loses half of its worth.", 1, 5256000}, half_life);
  f({"length", "min", "Time to read an item whose length is not recorded.", 0.001, 1440}, length);
  f({"length_min", "min", "Shorter items count as this long.", 0.001, 1440}, length_min);
  f({"length_max", "min", "Longer items count as this long.", 0.001, 1440}, length_max);
  f({"quality_unknown", "-", "Worth of a minute of an item whose value is not recorded.", 0, 1},
    quality_unknown);
}

void add_items(const StreamTables& tables, const ReplayClock& clock, ItemRange range,
               std::size_t split, const ItemAssumptions& assume, Stream& out) {
  const ItemTable& t = tables.items;
  Mixtures mixtures(tables, out.topics.size());
  const AppealScale scale = AppealScale::of(tables, range.begin, split, out);
  // No decision comes after the part, so nobody can tell whether an item would have stayed.
  const double end = out.end_day * kMinutesPerDay;
  std::size_t no_length = 0, clamped = 0, no_value = 0, no_appeal = 0, no_expiry = 0;
  out.items.reserve(range.size());
  for (std::size_t row = range.begin; row < range.end; ++row) {
    Item item;
    item.arrival = clock.minutes(t.t_arrive[row]);
    item.half_life = static_cast<float>(assume.half_life);
    const bool expires = t.t_expire[row] != kUnknownInteger;
    item.expiry = expires ? std::min(end, clock.minutes(t.t_expire[row]))
                          : item.arrival + kHalfLivesToExpiry * assume.half_life;
    no_expiry += expires ? 0 : 1;

    const bool has_appeal = !std::isnan(t.appeal[row]);
    item.appeal =
        has_appeal ? static_cast<float>((t.appeal[row] - scale.mean) / scale.deviation) : 0;
    no_appeal += has_appeal ? 0 : 1;

    const bool has_value = !std::isnan(t.value[row]);
    item.quality = static_cast<float>(has_value ? t.value[row] : assume.quality_unknown);
    no_value += has_value ? 0 : 1;

    const bool has_length = !std::isnan(t.length_s[row]);
    const double length = has_length ? t.length_s[row] / 60 : assume.length;
    const double kept = std::clamp(length, assume.length_min, assume.length_max);
    item.length = static_cast<float>(kept);
    no_length += has_length ? 0 : 1;
    clamped += has_length && kept != length ? 1 : 0;

    mixtures.set(row, item);
    out.items.push_back(item);
  }
  set_stories(tables.arms, range, out);
  const double ages_out = kHalfLivesToExpiry * assume.half_life;
  out.most = {static_cast<float>(assume.length_max), static_cast<float>(assume.half_life),
              no_expiry == range.size() ? ages_out : std::max(end, ages_out)};

  const auto missing = [&](const char* what, std::size_t count, const std::string& instead) {
    if (count == 0) return;
    out.assumed.push_back(fmt::format("{}: not recorded for {} of {} items; {}", what, count,
                                      out.items.size(), instead));
  };
  out.assumed.push_back(fmt::format("half-life: {:g} min for every item", assume.half_life));
  missing("expiry", no_expiry,
          fmt::format("they leave {:g} half-lives after their arrival", kHalfLivesToExpiry));
  missing("length", no_length,
          fmt::format("they take {:g} min",
                      std::clamp(assume.length, assume.length_min, assume.length_max)));
  missing("quality", no_value,
          fmt::format("a minute of them is worth {:g}", assume.quality_unknown));
  missing("appeal", no_appeal, "theirs is 0");
  if (clamped > 0) {
    out.assumed.push_back(fmt::format("length: of {} of {} items moved into {:g} .. {:g} min",
                                      clamped, out.items.size(), assume.length_min,
                                      assume.length_max));
  }
  if (tables.item_topics.size() > 0) {
    out.assumed.push_back(
        "topic weights: the main topic weighs 1 beside the further ones; the "
        "three heaviest count");
  }
}

void add_reads(const StreamTables& tables, const ReplayClock& clock, ItemRange range,
               std::int64_t end, Stream& out) {
  const auto item_of = [&](std::int64_t row) {
    return static_cast<std::uint32_t>(static_cast<std::size_t>(row) - range.begin);
  };
  const auto within = [&](std::int64_t row) {
    const auto r = static_cast<std::size_t>(row);
    return r >= range.begin && r < range.end;
  };
  std::vector<Read> reads;
  const EventTable& events = tables.events;
  for (std::size_t i = 0; i < events.size() && events.t[i] < end; ++i) {
    const bool is_read = events.action[i] == "view" || events.action[i] == "request";
    if (is_read && within(events.item_id[i])) {
      reads.push_back({item_of(events.item_id[i]), clock.minutes(events.t[i]), 0});
    }
  }
  if (!reads.empty()) return file_reads(reads, false, out);

  const CurveTable& curve = tables.curve;
  for (std::size_t i = 0; i < curve.size() && curve.t[i] < end; ++i) {
    if (curve.reads[i] != kUnknownInteger && within(curve.item_id[i])) {
      reads.push_back({item_of(curve.item_id[i]), clock.minutes(curve.t[i]),
                       static_cast<float>(curve.reads[i])});
    }
  }
  if (!reads.empty()) return file_reads(reads, true, out);
  out.assumed.push_back("popularity so far: not recorded; agents see 0");
}

}  // namespace infodiet
