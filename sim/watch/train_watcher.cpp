#include "sim/watch/train_watcher.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "env/core/error.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/training/metric_names.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/whole_files.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

constexpr int kFirstDecisions = 40;  ///< played before anybody looks, so that curves have a past
constexpr std::size_t kPast = 120;   ///< decisions of a person that are drawn

/// Cuts a line of CSV into its fields; names and numbers hold no commas.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

double number_of(std::string_view field) {
  double x = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), x);
  return error == std::errc() && end == field.data() + field.size() ? x : StepRecord::kNone;
}

}  // namespace

TrainWatcher::TrainWatcher(fs::path run, const ExperimentConfig& experiment,
                           std::shared_ptr<const World> world)
    : run_(std::move(run)),
      // people whom neither training nor its evaluations meet
      seed_(experiment.train.first_seed - 2),
      total_(static_cast<double>(experiment.run.decisions)),
      world_(std::move(world)) {}

bool TrainWatcher::look(TrainProgress& into) {
  into.run = run_.string();
  into.total_decisions = total_;
  std::error_code missing;
  const std::uintmax_t size = fs::file_size(run_ / "metrics.csv", missing);
  if (!missing && size != metrics_size_) {
    read_metrics(into);
    metrics_size_ = size;
  }
  read_meta(into);
  refresh_people(into);
  play_people(into);
  return true;
}

/// All rows, from the first: a training of a day has some ten thousand. A line that is just being
/// written is left for the next time.
void TrainWatcher::read_metrics(TrainProgress& into) {
  const std::string text = read_whole(run_ / "metrics.csv");
  std::string_view rest = text;
  const auto next_line = [&rest]() -> std::string_view {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
  };
  const auto names = fields_of(next_line());
  into.curves.clear();
  into.decisions.clear();
  const auto known = training_metrics(world_->spec());
  for (const std::string_view name : names) {
    TrainCurve curve{std::string(name), "", {}};
    for (const MetricInfo& info : known) {
      if (info.name == name) curve.unit = info.unit;
    }
    into.curves.push_back(std::move(curve));
  }
  for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
    const auto fields = fields_of(line);
    if (fields.size() != names.size()) continue;
    for (std::size_t i = 0; i < fields.size(); ++i)
      into.curves[i].values.push_back(static_cast<float>(number_of(fields[i])));
  }
  const auto last = [&into](const char* name) {
    const TrainCurve* const curve = into.find(name);
    return curve != nullptr && !curve->values.empty() ? double{curve->values.back()} : 0.0;
  };
  if (const TrainCurve* steps = into.find("time/total_timesteps"); steps != nullptr)
    into.decisions.assign(steps->values.begin(), steps->values.end());
  into.elapsed = last("time/time_elapsed");
  into.per_second = last("time/fps");
}

void TrainWatcher::read_meta(TrainProgress& into) const {
  std::error_code missing;
  if (!fs::exists(run_ / "meta.json", missing)) return;
  try {
    const std::string meta = read_whole(run_ / "meta.json");
    into.is_finished = meta.find("\"status\": \"running\"") == std::string::npos;
  } catch (const Error&) {
    // it is being replaced; the next look finds it
  }
}

/// Takes the newest policy once it is there.
void TrainWatcher::refresh_people(TrainProgress& into) {
  const auto all = list_checkpoints(run_ / "checkpoints");
  if (all.empty() || all.back() == checkpoint_) return;
  std::unique_ptr<Agent> agent;
  try {
    agent = load_policy(all.back(), world_->spec());
    into.agent =
        agent_from_yaml(read_checkpoint(all.back(), false).agent_yaml, "checkpoint").name();
  } catch (const Error&) {
    return;  // it was removed meanwhile, as older ones are; the next look finds another
  }
  checkpoint_ = all.back();
  into.checkpoint = checkpoint_.filename().string();
  into.checkpoint.erase(0,
                        std::min(into.checkpoint.find_first_not_of('0'), into.checkpoint.size()));
  const bool is_first = people_.empty();
  for (int i = 0; i < kPeople && is_first; ++i) {
    people_.push_back(std::make_unique<PlaySession>(
        world_, *agent, EpisodeKey{seed_, static_cast<std::uint32_t>(i), 0}));
    into.wall.push_back({i, {}, {}});
  }
  for (auto& person : people_) person->play_by(*agent);
  agent_ = std::move(agent);
  for (int i = 0; i < kFirstDecisions && is_first; ++i) play_people(into);
}

void TrainWatcher::play_people(TrainProgress& into) {
  const int balance = Spec::find(world_->spec().hidden_features, "attention_balance");
  for (std::size_t i = 0; i < people_.size() && i < into.wall.size(); ++i) {
    if (people_[i]->is_over()) {
      EpisodeKey next = people_[i]->key();
      ++next.episode;
      people_[i]->begin(next);
    }
    WallPerson& shown = into.wall[i];
    shown.last = people_[i]->step(nullptr);
    if (balance < 0 || balance >= StepRecord::kMostPerson) continue;
    shown.balance.push_back(shown.last.person[balance]);
    if (shown.balance.size() > kPast) shown.balance.erase(shown.balance.begin());
  }
}

}  // namespace infodiet
