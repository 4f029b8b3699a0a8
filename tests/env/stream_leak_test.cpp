// Nothing of the future reaches an agent on a recorded stream. A small log is written, changed from
// a moment on in all that a log can hold, and played again: up to that moment nothing may differ.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agents/agent.hpp"
#include "env/env_batch.hpp"
#include "env/stream/format/stream_text.hpp"
#include "env/stream/replay_stream.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "env/worlds/world.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kStart = 19723 * kDay;  // 2024-01-01, a Monday
constexpr std::int64_t kEnd = kStart + 30 * kDay;
constexpr std::int64_t kSplit = kStart + 18 * kDay;
constexpr int kEnvs = 16;

/// How a log tells its agents and its people about an item.
struct Kind {
  const char* name;
  bool curve;  ///< popularity is a curve, not single reads
  bool logit;  ///< appeal is a logit, with tests that arms belong to
};

/// A log as tables, and the other tables as text.
struct Log {
  StreamTables tables;
  std::vector<std::pair<std::int64_t, std::string>> curve;  ///< rows by time
  std::vector<std::string> arms;

  explicit Log(const Kind& kind) {
    StreamMeta& meta = tables.meta;
    meta.format = "infodiet-stream-1";
    meta.name = meta.licence = meta.source = meta.attribution = "ours";
    meta.tz = "UTC";
    meta.topics = {"a", "b", "c"};
    if (kind.logit) meta.base_ctr = 0.015;
    int i = 0;
    for (std::int64_t t = kStart; t < kEnd - 1800; t += 5820, ++i) {  // 97 min
      ItemTable& items = tables.items;
      items.t_arrive.push_back(t);
      items.topic.push_back(i % 7 == 0 ? kUnknownInteger : i % 3);
      items.appeal.push_back((i * 37 % 19) / 6.0 - 1.5);
      items.value.push_back((i * 53 % 11) / 10.0);
      items.length_s.push_back(30 + i * 71 % 400);
      items.popularity.push_back(i * 31 % 101);
      items.is_ad.push_back(0);
      items.t_expire.push_back(i % 5 == 0 ? t + (i % 4 + 1) * 3 * kDay : kUnknownInteger);
      items.text.push_back("item " + std::to_string(i));
      arms.push_back("g" + std::to_string(kind.logit ? i / 3 : i) + "," + std::to_string(i) +
                     ",100,5\n");
      if (kind.curve) {
        for (int k = 1; k <= 5; ++k) {
          const std::int64_t at = t + k * k * 9000;
          curve.emplace_back(at, "," + std::to_string(i) + ",,," + std::to_string(k * (i % 13)));
        }
      }
    }
    if (!kind.logit) arms.clear();
    add_events(kind);
  }

  void add_events(const Kind& kind) {
    if (kind.curve) return;
    std::vector<std::pair<std::int64_t, std::int64_t>> reads;
    for (std::size_t item = 0; item < tables.items.size(); ++item) {
      for (std::int64_t k = 1; k < static_cast<std::int64_t>(item % 9); ++k)
        reads.emplace_back(tables.items.t_arrive[item] + k * k * 7000,
                           static_cast<std::int64_t>(item));
    }
    set_events(std::move(reads));
  }

  void set_events(std::vector<std::pair<std::int64_t, std::int64_t>> reads) {
    std::sort(reads.begin(), reads.end());
    tables.events = {};
    for (const auto& [t, item] : reads) {
      tables.events.t.push_back(t);
      tables.events.user.push_back(1);
      tables.events.session.push_back(kUnknownInteger);
      tables.events.item_id.push_back(item);
      tables.events.action.emplace_back("view");
      tables.events.dwell_s.push_back(2);
    }
  }

  void write(const TempFolder& folder) const {
    for (const StreamFile& file : stream_files(tables)) folder.write(file.name, file.text);
    if (!curve.empty()) {
      auto rows = curve;
      std::sort(rows.begin(), rows.end());
      std::string text = "t,item_id,rank,heat,reads\n";
      for (const auto& [t, row] : rows) text += std::to_string(t) + row + "\n";
      folder.write("curve.csv", text);
    }
    if (!arms.empty()) {
      std::string text = "group_id,item_id,impressions,clicks\n";
      for (const std::string& row : arms) text += row;
      folder.write("arms.csv", text);
    }
  }
};

/// Another future: all that happens after `t` is changed, and what was known before it only in
/// hindsight. The log keeps its last moment, for that says which days there are.
Log changed_after(const Log& log, std::int64_t t) {
  Log other = log;
  ItemTable& items = other.tables.items;
  std::size_t first = 0;
  while (items.t_arrive[first] <= t) ++first;
  for (std::size_t i = 0; i < items.size(); ++i) {
    items.popularity[i] = 1000 - items.popularity[i];
    if (items.t_expire[i] > t) items.t_expire[i] = std::max(t, items.t_arrive[i]) + 999 * kDay;
    if (i < first) continue;
    items.topic[i] = i % 2 == 0 ? kUnknownInteger : 2;
    items.appeal[i] = 40 - items.appeal[i];
    items.value[i] = 1 - items.value[i];
    items.length_s[i] = 100000;
    items.text[i] = "other";
    if (i + 1 < items.size()) items.t_arrive[i] += 60;
  }
  // some come no more, some come beside: the last but one falls on the last
  const std::size_t last = items.size() - 1;
  items.t_arrive[last - 1] = items.t_arrive[last];
  other.arms.resize(std::min(other.arms.size(), first));
  std::vector<std::pair<std::int64_t, std::int64_t>> reads;
  const EventTable& events = log.tables.events;
  for (std::size_t i = 0; i < events.t.size(); ++i) {
    if (events.t[i] <= t) reads.emplace_back(events.t[i], events.item_id[i]);
  }
  if (events.t.size() > 0) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (int k = 0; k < 40; ++k)
        reads.emplace_back(std::max(t, items.t_arrive[i]) + 1 + k, static_cast<std::int64_t>(i));
    }
    other.set_events(std::move(reads));
  }
  std::vector<std::pair<std::int64_t, std::string>> curve;
  for (const auto& row : log.curve) {
    if (row.first <= t) curve.push_back(row);
  }
  if (!log.curve.empty()) {
    for (std::size_t i = 0; i < items.size(); ++i)
      curve.emplace_back(std::max(t, items.t_arrive[i]) + 1, "," + std::to_string(i) + ",,,5000");
  }
  other.curve = std::move(curve);
  return other;
}

/// Fewer items after `t`: every second one is gone, with all that was said of it.
Log thinned_after(const Log& log, std::int64_t t) {
  Log other = log;
  ItemTable& items = other.tables.items;
  std::size_t first = 0;
  while (items.t_arrive[first] <= t) ++first;
  const std::size_t end = items.size();
  for (std::size_t i = first, kept = first; i < end; ++i) {
    const bool keep = (i - first) % 2 == 1 || i + 1 == end;
    if (!keep) continue;
    items.t_arrive[kept++] = items.t_arrive[i];
    if (i + 1 == end) {
      for (auto* column : {&items.topic, &items.popularity, &items.t_expire, &items.t_arrive})
        column->resize(kept);
      for (auto* column : {&items.appeal, &items.value, &items.length_s}) column->resize(kept);
      items.is_ad.resize(kept);
      items.text.resize(kept);
      other.arms.resize(std::min(other.arms.size(), kept));
    }
  }
  for (std::size_t i = first; i < items.size(); ++i) items.t_expire[i] = kUnknownInteger;
  std::vector<std::pair<std::int64_t, std::int64_t>> reads;
  const EventTable& events = log.tables.events;
  for (std::size_t i = 0; i < events.t.size(); ++i) {
    if (events.t[i] <= t) reads.emplace_back(events.t[i], events.item_id[i]);
  }
  other.set_events(std::move(reads));
  std::vector<std::pair<std::int64_t, std::string>> curve;
  for (const auto& row : log.curve) {
    if (row.first <= t) curve.push_back(row);
  }
  other.curve = std::move(curve);
  return other;
}

std::shared_ptr<const World> world_of(const Log& log, const std::string& part) {
  const TempFolder folder;
  log.write(folder);
  Choice world(WorldRegistry::instance(), "feed");
  auto& config = dynamic_cast<FeedConfig&>(world.config());
  config.days = 3;
  config.candidates = 16;
  config.slots = 3;
  config.history = 16;
  config.stream.select("replay");
  auto& stream = dynamic_cast<ReplayStream::Config&>(config.stream.config());
  stream.path = folder.path();
  stream.part = part;
  stream.split_date = "2024-01-19";
  stream.warm_up = 1;
  return WorldRegistry::instance().make(world);
}

/// All of a spec that an agent could read.
std::string text_of(const Spec& spec) {
  std::string out;
  for (const std::string& topic : spec.topic_names) out += topic + ' ';
  for (const auto* features : {&spec.candidate_features, &spec.history_features,
                               &spec.context_features, &spec.feedback_features, &spec.metrics}) {
    for (const Feature& feature : *features) {
      out += feature.name + ' ' + std::to_string(feature.low) + ' ' + std::to_string(feature.high) +
             ' ' + std::to_string(feature.index) + '\n';
    }
  }
  for (const RewardPart& part : spec.rewards)
    out += part.name + ' ' + std::to_string(part.weight) + '\n';
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

/// One decision of one environment: what was seen, and what had come of the one before.
struct Seen {
  std::int64_t t = 0;  ///< s
  std::uint64_t observation = 0, transition = 0;
};

/// One whole episode of every environment.
std::vector<std::vector<Seen>> play(const Log& log, const std::string& part,
                                    const std::string& agent_name) {
  const auto world = world_of(log, part);
  const Spec& spec = world->spec();
  const auto agent =
      AgentRegistry::instance().make(Choice(AgentRegistry::instance(), agent_name), spec);
  EnvBatch batch(world, kEnvs, 5, {.autoreset = Autoreset::kDisabled, .tensors = true});
  Workers workers(1);
  const int age = Spec::find(spec.candidate_features, Role::kAge);
  const auto width = static_cast<int>(spec.candidate_features.size());
  std::vector<std::vector<Seen>> all(kEnvs);
  for (;;) {
    bool any = false;
    const Observations seen = batch.observations();
    for (int env = 0; env < kEnvs; ++env) {
      if (batch.ended()[env] != 0) continue;
      any = true;
      // the clock, as an agent could read it off: an item's arrival and its age
      const auto item = static_cast<std::size_t>(seen.item[env * spec.candidates]);
      const double minutes = seen.candidates[env * spec.candidates * width + age];
      const auto t = log.tables.items.t_arrive[item] + std::llround(60 * minutes);
      all[env].push_back({t, hash_of(seen, env), hash_of(batch.transitions(), env)});
    }
    if (!any) return all;
    agent->act(seen, {}, batch.slates());
    for (int env = 0; env < kEnvs; ++env) {
      if (batch.ended()[env] == 0) continue;
      std::fill_n(&batch.slates()[env * spec.slots], spec.slots, kNothing);
    }
    const std::vector<std::uint8_t> before(batch.ended().begin(), batch.ended().end());
    batch.step(workers);
    for (int env = 0; env < kEnvs; ++env) {
      if (before[env] == 0 && batch.ended()[env] != 0)
        all[env].push_back({kLatestTime, 0, hash_of(batch.transitions(), env)});
    }
  }
}

struct Compared {
  int same = 0;          ///< decisions up to the moment that are alike
  int differ = 0;        ///< that are not
  int differ_later = 0;  ///< after it: that the change was one
};

Compared compare(const std::vector<std::vector<Seen>>& a, const std::vector<std::vector<Seen>>& b,
                 std::int64_t until) {
  Compared result;
  for (std::size_t env = 0; env < a.size(); ++env) {
    for (std::size_t i = 0; i < a[env].size(); ++i) {
      const bool there = i < b[env].size();
      const bool same = there && a[env][i].t == b[env][i].t &&
                        a[env][i].observation == b[env][i].observation &&
                        a[env][i].transition == b[env][i].transition;
      if (a[env][i].t <= until) {
        ++(same ? result.same : result.differ);
      } else {
        result.differ_later += same ? 0 : 1;
      }
    }
  }
  return result;
}

constexpr Kind kKinds[] = {{"reads, z scores", false, false},
                           {"a curve, logits and tests", true, true}};

}  // namespace

TEST_CASE("Nothing leaks: a train part is played alike, whatever the test part holds",
          "[env][stream][laws]") {
  for (const Kind& kind : kKinds) {
    const Log log(kind);
    const auto world = world_of(log, "train");
    for (const Log& other : {changed_after(log, kSplit - 1), thinned_after(log, kSplit - 1)}) {
      INFO(kind.name);
      const auto twin = world_of(other, "train");
      CHECK(text_of(world->spec()) == text_of(twin->spec()));
      CHECK(joined(world->spec().notes) == joined(twin->spec().notes));
      CHECK(world->fingerprint() == twin->fingerprint());
      for (const char* agent : {"random", "newest"}) {
        INFO(agent);
        const Compared all =
            compare(play(log, "train", agent), play(other, "train", agent), kLatestTime);
        CHECK(all.same > 1000);
        CHECK(all.differ == 0);
        const Compared test =
            compare(play(log, "test", agent), play(other, "test", agent), kLatestTime);
        CHECK(test.differ > 100);  // so the change is one
      }
    }
  }
}

TEST_CASE("Nothing leaks: an agent at a moment sees nothing of what comes after it",
          "[env][stream][laws]") {
  constexpr std::int64_t kMoment = kStart + 23 * kDay + 13 * 3600 + 1234;
  for (const Kind& kind : kKinds) {
    const Log log(kind);
    for (const Log& other : {changed_after(log, kMoment), thinned_after(log, kMoment)}) {
      for (const char* agent : {"random", "newest"}) {
        INFO(kind.name << ", " << agent);
        const Compared result =
            compare(play(log, "test", agent), play(other, "test", agent), kMoment);
        CHECK(result.same > 300);
        CHECK(result.differ == 0);
        CHECK(result.differ_later > 100);
      }
    }
  }
}

TEST_CASE(
    "Nothing leaks: on a recorded stream no feature tells appeal, and both parts have one spec",
    "[env][stream][laws]") {
  for (const Kind& kind : kKinds) {
    const Log log(kind);
    const auto train = world_of(log, "train");
    const Spec& spec = train->spec();
    for (const auto* features :
         {&spec.candidate_features, &spec.history_features, &spec.context_features}) {
      CHECK(Spec::find(*features, Role::kAppeal) == -1);
      CHECK(Spec::find(*features, "appeal") == -1);
      CHECK(Spec::find(*features, "quality") == -1);
    }
    const int length = Spec::find(spec.candidate_features, Role::kLength);
    CHECK(spec.candidate_features[length].high == 30);  // length_max, whatever came
    if (kind.curve) continue;
    Log plain = log;
    plain.tables.items.t_expire.assign(plain.tables.items.size(), kUnknownInteger);
    CHECK(text_of(world_of(plain, "train")->spec()) == text_of(world_of(plain, "test")->spec()));
  }
}

}  // namespace infodiet::test
