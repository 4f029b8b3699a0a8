#include "env/worlds/feed/feed_filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "env/worlds/feed/feed_appraisal.hpp"

// How beliefs are laid out and moved; what is learnt of tastes and kinds: feed_filter_learning.cpp.

namespace infodiet {

namespace {

/// Quality as far as appeal tells it: a line fitted to items that had come before episodes begin.
struct QualityLine {
  double mean = 0, slope = 0, spread = 0;

  QualityLine(const Stream& stream) {
    const double begin = stream.first_day * kMinutesPerDay;
    const auto past =
        std::partition_point(stream.items.begin(), stream.items.end(),
                             [begin](const Item& item) { return item.arrival < begin; });
    constexpr std::ptrdiff_t kEnough = 100;
    const auto end = past - stream.items.begin() >= kEnough ? past : stream.items.end();
    const double n = std::max<double>(1, static_cast<double>(end - stream.items.begin()));
    double q = 0, a = 0, aa = 0, aq = 0, qq = 0;
    for (auto item = stream.items.begin(); item != end; ++item) {
      const auto quality = static_cast<double>(item->quality);
      const double appeal = stream.appeal_is_public ? static_cast<double>(item->appeal) : 0.0;
      q += quality / n;
      a += appeal / n;
      aa += appeal * appeal / n;
      aq += appeal * quality / n;
      qq += quality * quality / n;
    }
    const double variance = aa - a * a;
    slope = variance > 1e-9 ? (aq - a * q) / variance : 0;
    mean = q - slope * a;
    spread = std::sqrt(std::max(0.0, qq - q * q - slope * slope * variance));
  }
};

/// The stream as the platform knows it.
std::shared_ptr<const Stream> as_known(const Stream& stream) {
  auto known = std::make_shared<Stream>(stream);
  const QualityLine line(stream);
  for (Item& item : known->items) {
    if (!stream.appeal_is_public) item.appeal = 0;
    item.quality = static_cast<float>(
        std::clamp(line.mean + line.slope * static_cast<double>(item.appeal), 0.0, 1.0));
  }
  return known;
}

constexpr double kNever = -std::numeric_limits<double>::infinity();

std::size_t padded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

FeedFilter::FeedFilter(const FeedWorld& world, double optimism)
    : model_(world.config_, as_known(*world.stream_), 0),
      optimism_(static_cast<float>(optimism)),
      quality_spread_(static_cast<float>(QualityLine(*world.stream_).spread)) {
  const auto& share = world.config_.person.types.share;
  for (int kind = 0; kind < kNumPersonTypes; ++kind) {
    if (share[kind] <= 0) continue;
    kinds_.push_back(kind);
    log_share_.push_back(std::log(share[kind]));
  }
}

std::unique_ptr<Filter> FeedWorld::make_filter(double optimism) const {
  return std::make_unique<FeedFilter>(*this, optimism);
}

// A belief: a record and tastes for each kind, then a weight for each.

std::size_t FeedFilter::hypothesis_bytes() const {
  const auto topics = static_cast<std::size_t>(model_.spec().topics);
  return model_.state_bytes() + padded(sizeof(TastePosterior) * topics);
}

std::size_t FeedFilter::belief_bytes() const {
  return kinds_.size() * hypothesis_bytes() + padded(sizeof(double) * kinds_.size());
}

const std::byte* FeedFilter::record(const std::byte* belief, std::size_t i) const {
  return belief + i * hypothesis_bytes();
}

const double* FeedFilter::log_weights(const std::byte* belief) const {
  return reinterpret_cast<const double*>(belief + kinds_.size() * hypothesis_bytes());
}

FeedFilter::Hypothesis FeedFilter::hypothesis(std::byte* belief, std::size_t i) const {
  std::byte* const at = belief + i * hypothesis_bytes();
  return {Feed(at, model_.layout_), reinterpret_cast<TastePosterior*>(at + model_.state_bytes()),
          reinterpret_cast<double*>(belief + kinds_.size() * hypothesis_bytes())[i]};
}

double FeedFilter::probability_of(const std::byte* belief, std::size_t i) const {
  const double* const log = log_weights(belief);
  const double most = *std::max_element(log, log + kinds_.size());
  double sum = 0;
  for (std::size_t k = 0; k < kinds_.size(); ++k) sum += std::exp(log[k] - most);
  return std::exp(log[i] - most) / sum;
}

void FeedFilter::expected_outcomes(const std::byte* belief,
                                   std::span<ExpectedOutcome> candidates) const {
  if (kinds_.size() == 1) {
    model_.expected_outcomes(record(belief, 0), candidates);
    return;
  }
  std::fill(candidates.begin(), candidates.end(), ExpectedOutcome());
  std::array<ExpectedOutcome, 256> of_kind;  // as many candidates as a config allows
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const double share = probability_of(belief, i);
    if (share < 1e-6) continue;
    model_.expected_outcomes(record(belief, i), {of_kind.data(), candidates.size()});
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      candidates[c].probability += share * of_kind[c].probability;
      candidates[c].value += share * of_kind[c].value;
      candidates[c].minutes += share * of_kind[c].minutes;
      candidates[c].attention += share * of_kind[c].attention;
      candidates[c].overload += share * of_kind[c].overload;
      candidates[c].net += share * of_kind[c].net;
    }
  }
}

void FeedFilter::write_hidden(const std::byte* belief, float* out) const {
  constexpr std::size_t kMost = 13 + 4 * kMaxTopics;  // features: feed_spec.cpp
  const std::size_t count = model_.spec().hidden_features.size();
  std::array<float, kMost> of_kind;
  std::fill_n(out, count, 0.0f);
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const auto share = static_cast<float>(probability_of(belief, i));
    model_.write_hidden(record(belief, i), of_kind.data());
    for (std::size_t f = 0; f < count; ++f) out[f] += share * of_kind[f];
  }
}

void FeedFilter::follow(const std::byte* state, std::byte* belief) const {
  const ConstFeed seen(state, model_.layout_);
  if (hypothesis(belief, 0).feed.s.end == 0) {
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      Hypothesis one = hypothesis(belief, i);
      begin(seen, i, one);
    }
  }
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    Hypothesis one = hypothesis(belief, i);
    if (one.log_weight > kNever) follow_one(seen, one);
  }
}

void FeedFilter::begin(const ConstFeed& seen, std::size_t i, Hypothesis& belief) const {
  FeedState& s = belief.feed.s;
  s.type = static_cast<std::uint8_t>(kinds_[i]);
  const Person& person = model_.person_of(s);
  s.end = seen.s.end;
  s.stream_offset = seen.s.stream_offset;
  s.wake = s.now = s.settled = s.read_at = s.annoyed_at = seen.s.wake;
  s.balance = person.attention.initial();
  s.habit = static_cast<float>(person.habit.baseline);
  s.log_tolerance = person.annoyance.opt_out_possible()
                        ? log_fast(static_cast<float>(person.annoyance.tolerance))
                        : 1e6f;
  const Taste& taste = person.taste;
  for (int t = 0; t < model_.spec().topics; ++t) {
    belief.tastes[t] = TastePosterior();
    belief.tastes[t].mean_z = taste.common_part(static_cast<std::uint32_t>(t));
    belief.tastes[t].var_z = 1 - taste.common;
  }
  // when he wakes is seen, and tells kinds apart
  const bool wakes_then = std::abs(person.day.wake * 60 - seen.s.wake) < 1;
  belief.log_weight = wakes_then ? log_share_[i] : kNever;
  assume(belief);
}

void FeedFilter::follow_one(const ConstFeed& seen, Hypothesis& belief) const {
  FeedState& s = belief.feed.s;
  // what was shown since, decision by decision
  const auto ring = static_cast<std::uint32_t>(model_.layout_.history);
  std::uint32_t next = std::max(s.events, seen.s.events - std::min(seen.s.events, ring));
  while (next < seen.s.events) {
    const Event* shown[FeedWorld::kMaxSlots];
    int count = 0;
    const double time = seen.events[next % ring].time;
    while (next < seen.s.events && count < FeedWorld::kMaxSlots &&
           seen.events[next % ring].time == time)
      shown[count++] = &seen.events[next++ % ring];
    replay(shown, count, belief);
  }
  s.events = seen.s.events;

  // and what is known of the pending decision
  advance(belief.feed, seen.s.now);
  assume(belief);
  s.now = seen.s.now;
  s.wake = seen.s.wake;
  s.is_push = seen.s.is_push;
  s.in_session = seen.s.in_session;
  s.opted_out = seen.s.opted_out;
  s.num_candidates = seen.s.num_candidates;
  std::copy_n(seen.candidates, seen.s.num_candidates, belief.feed.candidates);
}

/// Goes to a moment at which nothing has happened since, through the nights between.
void FeedFilter::advance(Feed belief, double time) const {
  FeedState& s = belief.s;
  const Person& person = model_.person_of(s);
  while (s.settled < time) {
    const double bed = model_.bedtime(s);
    if (s.settled < bed) {
      model_.pass(belief, std::min(time, bed), false);
      continue;
    }
    const double wake = std::min(time, s.wake + kMinutesPerDay);
    s.fatigue = person.fatigue.after_sleep(s.fatigue, std::max(0.0, wake - s.settled));
    s.settled = std::max(s.settled, wake);
    s.wake += kMinutesPerDay;
  }
}

/// What a decision did to the person: feed_decision.cpp, with expectations for what went unseen.
void FeedFilter::replay(const Event* const* shown, int count, Hypothesis& belief) const {
  FeedState& s = belief.feed.s;
  const Person& person = model_.person_of(s);
  const Attention& attention = person.attention;
  const double time = shown[0]->time;
  advance(belief.feed, time);
  const double overload = attention.overload(s.balance);
  const double cost_share = 1 - overload + attention.lost_cost * overload;
  double cost = attention.glance / 60 * count;
  if (shown[0]->push != 0)
    cost += person.interruptions.cost / 60 * static_cast<double>(person.day.disturbance(time));
  learn_choice(shown, count, overload, belief);
  s.balance = attention.debited(s.balance, cost * cost_share);

  bool taken_up = false;
  for (int i = 0; i < count; ++i) {
    if (shown[i]->clicked == 0) continue;
    taken_up = true;
    const Item& item = model_.stream_->items[shown[i]->item];
    learn_dwell(*shown[i], overload, belief);
    assume(belief);
    const float minutes = shown[i]->dwell;
    const bool adverts = person.adverts.on(model_.config_.days - (s.end - time) / kMinutesPerDay);
    const float taken = adverts ? person.adverts.taken(minutes) : 0.0f;
    const float quality = item.quality * freshness(item, model_.stream_time(s, time));
    model_.pass(belief.feed, s.settled + static_cast<double>(minutes + taken), true);
    s.now = s.settled;
    model_.digest(belief.feed, item, quality, minutes, taken);
  }
  if (!taken_up && shown[0]->push != 0) {
    s.annoyance = model_.annoyance_at(s, time) + person.annoyance.per_unwanted();
    s.annoyed_at = time;
  }
}

}  // namespace infodiet
