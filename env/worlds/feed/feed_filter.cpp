#include "env/worlds/feed/feed_filter.hpp"

#include <algorithm>
#include <cmath>

#include "env/worlds/feed/feed_appraisal.hpp"

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

FeedConfig with_typical_people(FeedConfig config) {
  config.person.types = PersonTypes();
  return config;
}

}  // namespace

FeedFilter::FeedFilter(const FeedWorld& world, double optimism)
    : model_(with_typical_people(world.config_), as_known(*world.stream_), 0),
      optimism_(static_cast<float>(optimism)),
      quality_spread_(static_cast<float>(QualityLine(*world.stream_).spread)) {}

std::unique_ptr<Filter> FeedWorld::make_filter(double optimism) const {
  return std::make_unique<FeedFilter>(*this, optimism);
}

std::size_t FeedFilter::belief_bytes() const {
  const std::size_t tastes =
      sizeof(TastePosterior) * static_cast<std::size_t>(model_.spec().topics);
  return model_.state_bytes() + (tastes + 63) / 64 * 64;
}

void FeedFilter::follow(const std::byte* state, std::byte* belief) const {
  const ConstFeed seen(state, model_.layout_);
  Feed feed(belief, model_.layout_);
  auto* tastes = reinterpret_cast<TastePosterior*>(belief + model_.state_bytes());
  FeedState& s = feed.s;
  if (s.end == 0) begin(seen, feed, tastes);

  // what was shown since, decision by decision
  const auto ring = static_cast<std::uint32_t>(model_.layout_.history);
  std::uint32_t next = std::max(s.events, seen.s.events - std::min(seen.s.events, ring));
  while (next < seen.s.events) {
    const Event* shown[FeedWorld::kMaxSlots];
    int count = 0;
    const double time = seen.events[next % ring].time;
    for (; next < seen.s.events && count < FeedWorld::kMaxSlots &&
           seen.events[next % ring].time == time;
         ++next)
      shown[count++] = &seen.events[next % ring];
    replay(shown, count, feed, tastes);
  }
  s.events = seen.s.events;

  // and what is known of the pending decision
  advance(feed, seen.s.now);
  assume(tastes, feed);
  s.now = seen.s.now;
  s.wake = seen.s.wake;  // he is awake when he is first asked in a day
  s.is_push = seen.s.is_push;
  s.in_session = seen.s.in_session;
  s.opted_out = seen.s.opted_out;
  s.num_candidates = seen.s.num_candidates;
  std::copy_n(seen.candidates, seen.s.num_candidates, feed.candidates);
}

void FeedFilter::begin(const ConstFeed& seen, Feed belief, TastePosterior* tastes) const {
  const Person& person = model_.person_of(belief.s);
  FeedState& s = belief.s;
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
    tastes[t] = TastePosterior();
    tastes[t].mean_z = taste.common_part(static_cast<std::uint32_t>(t));
    tastes[t].var_z = 1 - taste.common;
  }
  assume(tastes, belief);
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
void FeedFilter::replay(const Event* const* shown, int count, Feed belief,
                        TastePosterior* tastes) const {
  FeedState& s = belief.s;
  const Person& person = model_.person_of(s);
  const Attention& attention = person.attention;
  const double time = shown[0]->time;
  advance(belief, time);
  const double overload = attention.overload(s.balance);
  const double cost_share = 1 - overload + attention.lost_cost * overload;
  double cost = attention.glance / 60 * count;
  if (shown[0]->push != 0)
    cost += person.interruptions.cost / 60 * static_cast<double>(person.day.disturbance(time));
  learn_choice(shown, count, overload, ConstFeed(belief), tastes);
  s.balance = attention.debited(s.balance, cost * cost_share);

  bool taken_up = false;
  for (int i = 0; i < count; ++i) {
    if (shown[i]->clicked == 0) continue;
    taken_up = true;
    const Item& item = model_.stream_->items[shown[i]->item];
    learn_dwell(*shown[i], overload, ConstFeed(belief), tastes);
    assume(tastes, belief);
    const float minutes = shown[i]->dwell;
    const bool adverts = person.adverts.on(model_.config_.days - (s.end - time) / kMinutesPerDay);
    const float taken = adverts ? person.adverts.taken(minutes) : 0.0f;
    const float quality = item.quality * freshness(item, model_.stream_time(s, time));
    model_.pass(belief, s.settled + static_cast<double>(minutes + taken), true);
    s.now = s.settled;
    model_.digest(belief, item, quality, minutes, taken);
  }
  if (!taken_up && shown[0]->push != 0) {
    s.annoyance = model_.annoyance_at(s, time) + person.annoyance.per_unwanted();
    s.annoyed_at = time;
  }
}

/// How a quantity that grows by `per_interest` with interest and by `per_worth` with expected worth
/// depends on tastes.
TasteEvidence FeedFilter::evidence(const Item& item, float quality, float per_interest,
                                   float per_worth, const ConstFeed& belief,
                                   const TastePosterior* tastes) const {
  const Person& person = model_.person_of(belief.s);
  const float known = person.forgetting.kept(belief.s.settled - belief.s.read_at);
  TasteEvidence out;
  for (int i = 0; i < item.num_topics; ++i) {
    const int t = item.topic[i];
    const float novelty = 1 - belief.known[t] * known;
    const float by_worth =
        per_worth * Knowledge::seen_quality(quality) * novelty * tastes[t].worth_slope();
    out.slope[out.count++] = {
        t, item.weight[i] * (per_interest * person.taste.interest_shared + by_worth),
        item.weight[i] * per_interest * person.taste.interest_own};
  }
  return out;
}

/// Each shown item was chosen or was not: taken as independent responses of probability P_i.
void FeedFilter::learn_choice(const Event* const* shown, int count, double overload,
                              ConstFeed belief, TastePosterior* tastes) const {
  const Person& person = model_.person_of(belief.s);
  const double time = shown[0]->time;
  const Appraiser appraise(person, belief, time, model_.stream_time(belief.s, time));
  Appraisal seen[FeedWorld::kMaxSlots];
  float total = 1;
  for (int i = 0; i < count; ++i) {
    seen[i] = appraise(model_.stream_->items[shown[i]->item], shown[i]->rank);
    total += seen[i].weight;
  }
  const auto noticed = static_cast<float>(1 - overload);
  for (int i = 0; i < count; ++i) {
    const float whole = model_.each_ ? 1 + seen[i].weight : total;
    const float chosen = noticed * seen[i].weight / whole;
    const float slope = 1 - seen[i].weight / whole;  // d ln P / dU
    const float response = shown[i]->clicked != 0 ? 1.0f : 0.0f;
    const float score = slope * (response - chosen) / std::max(1e-6f, 1 - chosen);
    const float information = slope * slope * chosen / std::max(1e-6f, 1 - chosen);
    evidence(model_.stream_->items[shown[i]->item], seen[i].quality, 1, person.choice.worth, belief,
             tastes)
        .teach(tastes, score, information);
  }
}

/// How long it held him tells of its worth (dwell.hpp): ln scale grows by ln depth per y. Quality
/// is not known, which blurs what the scale tells of tastes.
void FeedFilter::learn_dwell(const Event& event, double overload, ConstFeed belief,
                             TastePosterior* tastes) const {
  const Person& person = model_.person_of(belief.s);
  const Item& item = model_.stream_->items[event.item];
  const Appraiser appraise(person, belief, event.time, model_.stream_time(belief.s, event.time));
  const Appraisal seen = appraise(item, event.rank);
  const float scale = person.dwell.draw(item.length, seen.worth, static_cast<float>(overload), 1);
  const float depth = log_fast(person.dwell.depth);
  const float shape = person.dwell.shape;
  const float power = exp2_fast(shape * log2_fast(std::max(1e-6f, event.dwell / scale)));
  const bool whole = event.dwell >= item.length * 0.9999f;
  const float blur = depth * 0.5f * quality_spread_ * seen.worth /
                     std::max(1e-3f, Knowledge::seen_quality(seen.quality));
  float score = shape * (whole ? power : power - 1);
  float information =
      shape * shape * one_minus_exp(exp2_fast(shape * log2_fast(item.length / scale)));
  const float blurred = 1 / (1 + information * blur * blur);
  score = std::clamp(score, -3 * shape, 3 * shape) * blurred;
  information *= blurred;
  evidence(item, seen.quality, 0, depth, belief, tastes).teach(tastes, score, information);
}

/// Puts what is believed of tastes into the record.
void FeedFilter::assume(const TastePosterior* tastes, Feed belief) const {
  const Taste& taste = model_.person_of(belief.s).taste;
  belief.s.worth_sum = 0;
  for (int t = 0; t < model_.spec().topics; ++t) {
    const float moved = belief.interest[t] - belief.own_interest[t];
    belief.own_interest[t] = tastes[t].interest(taste, optimism_);
    belief.interest[t] = belief.own_interest[t] + moved;
    belief.worth[t] = tastes[t].worth(optimism_);
    belief.s.worth_sum += belief.worth[t];
  }
}

}  // namespace infodiet
