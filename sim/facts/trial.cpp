#include "sim/facts/trial.hpp"

#include <algorithm>
#include <memory>

#include "env/env_batch.hpp"
#include "env/worlds/feed/feed_world.hpp"

namespace infodiet {

int Look::candidates() const {
  int count = 0;
  while (count < spec_.candidates && seen_.mask[row_ * spec_.candidates + count] != 0) ++count;
  return count;
}

double Outcome::minutes_read() const {
  double sum = 0;
  for (std::size_t slot = 0; slot < feedback.size(); slot += 4)
    sum += static_cast<double>(feedback[slot + 2]);
  return sum;
}

int Outcome::clicks() const {
  int count = 0;
  for (std::size_t slot = 0; slot < feedback.size(); slot += 4) count += feedback[slot + 1] > 0;
  return count;
}

FeedConfig trial_config(const FactSetting& setting, double days) {
  FeedConfig config;
  config.days = days;
  config.observe = "full";
  config.person = setting.person;
  SyntheticStream::Config& stream = stream_of(config);
  stream.seed = setting.seed;
  stream.part = "all";
  stream.days = static_cast<int>(days) + 14;
  return config;
}

SyntheticStream::Config& stream_of(FeedConfig& config) {
  return static_cast<SyntheticStream::Config&>(config.stream.config());
}

int people_of(const FactSetting& setting, int full) {
  return setting.quick ? std::max(8, full / 8) : full;
}

float dice(const Look& look, int lane) {
  const DecisionKey& key = look.key();
  return uniform_open(random_words(key.episode, Purpose::kAgent, key.decision)[lane]);
}

double Played::metric(int person, const char* name) const {
  return records[person].metrics[Spec::find(metrics, name)];
}

double Played::sum(const char* name) const {
  const int index = Spec::find(metrics, name);
  double total = 0;
  for (const EpisodeRecord& record : records) total += record.metrics[index];
  return total;
}

double Played::part(int reward) const {
  double total = 0;
  for (const EpisodeRecord& record : records) total += record.rewards[reward];
  return total;
}

double Played::days() const {
  double total = 0;
  for (const EpisodeRecord& record : records) total += record.minutes / kMinutesPerDay;
  return total;
}

Played play(const FactSetting& setting, const FeedConfig& config, int people,
            const Policy& policy) {
  const auto world = std::make_shared<const FeedWorld>(config);
  EnvBatch batch(world, people, setting.seed,
                 {.autoreset = Autoreset::kDisabled, .tensors = true, .block_size = 4});
  const Spec& spec = batch.spec();
  const std::size_t slots = spec.slots;
  const std::size_t parts = spec.rewards.size();
  std::vector<EpisodeRecord> records(people);
  std::vector<double> minute(people);  // since the episode began
  setting.workers->for_each(batch.blocks(), [&](int block) {
    const int first = batch.block_begin(block);
    int left = batch.block_end(block) - first;
    while (left > 0) {
      if (setting.is_cancelled()) throw Error(ErrorCode::kState, "facts", "interrupted");
      const Observations seen = batch.observations(block);
      const Slates slates = batch.slates(block);
      std::fill(slates.begin(), slates.end(), kNothing);
      for (int row = 0; row < seen.size; ++row) {
        if (batch.ended()[first + row]) continue;
        const double day = minute[first + row] / kMinutesPerDay;
        policy.show(Look(spec, seen, row, first + row, day), slates.subspan(row * slots, slots));
      }
      batch.step_block(block);
      const Transitions came = batch.transitions(block);
      for (int row = 0; row < came.size; ++row) {
        if (!came.valid[row]) continue;
        const int person = first + row;
        if (policy.watch) {
          policy.watch({.person = person,
                        .day = minute[person] / kMinutesPerDay,
                        .minutes = static_cast<double>(came.minutes[row]),
                        .reward = came.reward.subspan(row * parts, parts),
                        .feedback = came.feedback.subspan(row * slots * 4, slots * 4)});
        }
        minute[person] += static_cast<double>(came.minutes[row]);
      }
      for (const EpisodeRecord& record : batch.finished(block)) {
        records[record.key.env] = record;
        --left;
      }
    }
  });
  return {spec.metrics, std::move(records)};
}

Diary::Diary(int people, double days, int periods)
    : people_(people),
      periods_(periods),
      days_(days),
      sums_(static_cast<std::size_t>(people) * periods * kKinds) {}

void Diary::add(const Outcome& outcome) {
  const int period = static_cast<int>(outcome.day / days_);
  if (period >= periods_) return;
  double* sums = &sums_[(static_cast<std::size_t>(outcome.person) * periods_ + period) * kKinds];
  sums[kMinutesRead] += outcome.minutes_read();
  for (int part = 0; part < kNumRewards; ++part)
    sums[1 + part] += static_cast<double>(outcome.reward[part]);
}

double Diary::rate(int kind, int period) const {
  double sum = 0;
  for (int person = 0; person < people_; ++person)
    sum += sums_[(static_cast<std::size_t>(person) * periods_ + period) * kKinds + kind];
  return sum / (people_ * days_);
}

double Diary::minutes_read(int first, int end) const {
  double sum = 0;
  for (int period = first; period < end; ++period) sum += minutes_read(period);
  return sum / (end - first);
}

double Diary::part(int first, int end, int reward) const {
  double sum = 0;
  for (int period = first; period < end; ++period) sum += part(period, reward);
  return sum / (end - first);
}

}  // namespace infodiet
