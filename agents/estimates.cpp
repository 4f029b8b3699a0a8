#include "agents/estimates.hpp"

#include <algorithm>

#include "env/core/math.hpp"

namespace infodiet {

namespace {

/// The share of its length for which an item held the person.
float share_read(const Columns& columns, const float* event) {
  const float length = number(event, columns.event.length, 1);
  const float dwell = number(event, columns.event.dwell, length);
  return length > 0 ? std::min(1.0f, dwell / length) : 1.0f;
}

bool was_clicked(const Columns& columns, const float* event) {
  return number(event, columns.event.clicked, 0) > 0;
}

bool was_liked(const Columns& columns, const float* event) {
  return number(event, columns.event.liked, 0) > 0;
}

}  // namespace

// `prior_rate` and `prior_share` are no knobs: they set the scale of all predictions alike.
void Estimates::ClickSettings::fields(Fields& f) {
  f({.name = "prior_shows",
     .unit = "-",
     .help = "Shows after which what a person did outweighs what was assumed of him.",
     .low = 0.001,
     .high = 1e6,
     .search = Search::log(1, 100)},
    prior_shows);
  f({"prior_rate", "-", "Share of shown items that a person nobody knows is assumed to click.",
     1e-6, 0.999},
    prior_rate);
  f({.name = "appeal_weight",
     .unit = "logit/sd",
     .help = "How much appeal adds to the predicted click; below 0 it is held against an item.",
     .low = -20,
     .high = 20,
     .search = Search::linear(-2, 2)},
    appeal_weight);
  f({.name = "popularity_weight",
     .unit = "-",
     .help = "The odds of a click grow with reads by other people to this power.",
     .low = -20,
     .high = 20,
     .search = Search::linear(-0.5, 0.5)},
    popularity_weight);
  f({.name = "shown_again",
     .unit = "-",
     .help = "Factor of the odds of a click if the item or its story was shown before.",
     .low = 0,
     .high = 10,
     .search = Search::linear(0, 1)},
    shown_again);
}

void Estimates::Settings::fields(Fields& f) {
  ClickSettings::fields(f);
  f({.name = "prior_readings",
     .unit = "-",
     .help = "Readings after which how long a person read outweighs what was assumed of him.",
     .low = 0.001,
     .high = 1e6,
     .search = Search::log(1, 50)},
    prior_readings);
  f({"prior_share", "-", "Share of an item that a person nobody knows is assumed to read.", 0.001,
     1},
    prior_share);
  f({.name = "decay",
     .unit = "-",
     .help = "How worth fades with age: 1 exponential, below 1 stretched.",
     .low = 0.01,
     .high = 4,
     .search = Search::linear(0.1, 1.5)},
    decay);
  f({.name = "read_again",
     .unit = "-",
     .help = "Factor of the value of an item that was read before, or its story.",
     .low = 0,
     .high = 10,
     .search = Search::linear(0, 1)},
    read_again);
}

Estimates::Reader::Reader(const Settings& settings, const Decision& now)
    : settings_(settings), now_(now), columns_(now.columns()) {
  learn_taste();
  learn_holding();
}

void Estimates::Reader::learn_taste() {
  const auto& at = columns_.context;
  const bool by_topic = columns_.topics > 0 && at.first_clicks >= 0 && at.first_shows >= 0;
  float clicks = 0;
  float shows = 0;
  if (by_topic) {
    for (int t = 0; t < columns_.topics; ++t) {
      clicks += now_.context()[at.first_clicks + t];
      shows += now_.context()[at.first_shows + t];
    }
  } else {
    for (int i = 0; i < columns_.history; ++i) {
      const float* const event = now_.event(i);
      if (event == nullptr) break;
      clicks += was_clicked(columns_, event) ? 1.0f : 0.0f;
      shows += 1;
    }
  }
  const float prior = settings_.prior_shows;
  rate_ = (clicks + prior * settings_.prior_rate) / (shows + prior);
  for (int t = 0; t < columns_.topics; ++t) {
    taste_[t] = by_topic ? (now_.context()[at.first_clicks + t] + prior * rate_) /
                               (now_.context()[at.first_shows + t] + prior)
                         : rate_;
  }
}

void Estimates::Reader::learn_holding() {
  const int topics = columns_.event.first_topic >= 0 ? columns_.topics : 0;
  ByTopic readings{}, shares{}, worths{};
  float all = 0;
  float all_shares = 0;
  float all_worths = 0;
  for (int i = 0; i < columns_.history; ++i) {
    const float* const event = now_.event(i);
    if (event == nullptr) break;
    if (!was_clicked(columns_, event)) continue;
    const float share = share_read(columns_, event);
    const float worth = was_liked(columns_, event) ? 1.0f : share;
    all += 1;
    all_shares += share;
    all_worths += worth;
    for (int t = 0; t < topics; ++t) {
      const float weight = event[columns_.event.first_topic + t];
      readings[t] += weight;
      shares[t] += weight * share;
      worths[t] += weight * worth;
    }
  }
  const float prior = settings_.prior_readings;
  const float assumed = prior * settings_.prior_share;
  share_ = (all_shares + assumed) / (all + prior);
  worth_ = (all_worths + assumed) / (all + prior);
  for (int t = 0; t < columns_.topics; ++t) {
    share_of_[t] = (shares[t] + prior * share_) / (readings[t] + prior);
    worth_of_[t] = (worths[t] + prior * worth_) / (readings[t] + prior);
  }
}

float Estimates::Reader::mean(const float* topics, const ByTopic& of, float otherwise) const {
  float sum = 0;
  float weights = 0;
  for (int t = 0; t < columns_.topics; ++t) {
    sum += topics[t] * of[t];
    weights += topics[t];
  }
  return weights > 0 ? sum / weights : otherwise;
}

Estimates::Reader::Told Estimates::Reader::told_before(const float* candidate) const {
  const auto& at = columns_.candidate;
  Told told = {number(candidate, at.shown_before, 0) > 0, number(candidate, at.read_before, 0) > 0};
  if (at.story < 0 || columns_.event.story < 0) return told;
  for (int i = 0; i < columns_.history; ++i) {
    const float* const event = now_.event(i);
    if (event == nullptr) break;
    if (event[columns_.event.story] != candidate[at.story]) continue;
    told.shown = true;
    told.read = told.read || was_clicked(columns_, event);
  }
  return told;
}

float Estimates::Reader::freshness(const float* candidate) const {
  const auto& at = columns_.candidate;
  if (at.age < 0 || at.half_life < 0) return 1;
  const float halves = candidate[at.age] / candidate[at.half_life];
  return halves > 1e-6f ? exp2_fast(-exp2_fast(settings_.decay * log2_fast(halves))) : 1.0f;
}

float Estimates::Reader::odds(const float* candidate, Told told) const {
  const auto& at = columns_.candidate;
  const float* const topics = columns_.topics > 0 ? candidate + at.first_topic : candidate;
  const float taste = std::min(0.999f, mean(topics, taste_, rate_));
  float pull = 0;
  if (at.appeal >= 0) pull += settings_.appeal_weight * candidate[at.appeal];
  if (at.popularity >= 0) pull += settings_.popularity_weight * candidate[at.popularity];
  float odds = taste / (1 - taste);
  if (pull != 0) odds *= exp_fast(pull);
  return told.shown ? odds * settings_.shown_again : odds;
}

Estimates::Guess Estimates::Reader::guess(const float* candidate) const {
  const auto& at = columns_.candidate;
  const float* const topics = columns_.topics > 0 ? candidate + at.first_topic : candidate;
  const float minutes = number(candidate, at.length, 1) * mean(topics, share_of_, share_);
  const Told told = told_before(candidate);
  const float odds_now = odds(candidate, told);
  const float value =
      probability(odds_now) * minutes * mean(topics, worth_of_, worth_) * freshness(candidate);
  return {odds_now, told.read ? value * settings_.read_again : value};
}

float Estimates::outcome(const Columns& columns, const float* event) {
  if (!was_clicked(columns, event)) return 0;
  const float worth = was_liked(columns, event) ? 1.0f : share_read(columns, event);
  return number(event, columns.event.dwell, number(event, columns.event.length, 1)) * worth;
}

void Estimates::odds(const Decision& now, float* out) const {
  const Reader person = reader(now);
  for (int i = 0; i < now.valid(); ++i) out[i] = person.odds(now.candidate(i));
}

void Estimates::values(const Decision& now, float* out) const {
  const Reader person = reader(now);
  for (int i = 0; i < now.valid(); ++i) out[i] = person.value(now.candidate(i));
}

}  // namespace infodiet
