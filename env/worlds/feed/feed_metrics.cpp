#include <cmath>
#include <limits>
#include <span>

#include "env/metrics/calibration.hpp"
#include "env/metrics/shares.hpp"
#include "env/worlds/feed/feed_world.hpp"

// What an episode reports beside its rewards:
//
//   informedness   time average of sum_t w_t k_t / sum_t w_t
//   novelty        mean over readings of sum_t phi_t (1 - k_t), before the reading
//   session, away  length of a session; time between one and his next return by himself
//   effective topics, intra-list diversity, Vendi, Gini   of what was read (env/metrics)
//   miscalibration         KL(worth || read)
//   ..._shown, ..._clicks  KL(worth || shown), KL(read || shown): to follow clicks is not to serve
//                          worth, the last falls as the first rises
//   goodwill, habit        R2, H at the end
//   influence      |theta - theta0| at the end: how far his interests were moved from where they
//                  would be, had he been shown nothing (Carroll et al. 2022)
//
// A name that begins with `mean_` is an average over the episode, one that ends in `_share` is 0 or
// 1 for an episode, one that ends in `_at` is when something happened [d] (NaN: it did not); all
// others are sums.

namespace infodiet {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double ratio(double sum, double count) { return count > 0 ? sum / count : kNone; }

}  // namespace

void FeedWorld::describe_metrics() {
  spec_.metrics = {{"minutes_read", "min"},
                   {"clicks", "-"},
                   {"items_shown", "-"},
                   {"items_lost", "-"},
                   {"overflow", "am"},
                   {"unwanted_pushes", "-"},
                   {"sessions", "-"},
                   {"silent_feed", "-"},
                   {"opted_out_share", "-"},
                   {"churned_share", "-"},
                   {"opted_out_at", "d"},
                   {"churned_at", "d"},
                   {"mean_informedness", "-"},
                   {"mean_novelty", "-"},
                   {"mean_session_minutes", "min"},
                   {"mean_away_minutes", "min"},
                   {"mean_effective_topics", "-"},
                   {"mean_intra_list_diversity", "-"},
                   {"mean_vendi", "-"},
                   {"mean_topic_gini", "-"},
                   {"mean_miscalibration", "nat"},
                   {"mean_miscalibration_shown", "nat"},
                   {"mean_miscalibration_clicks", "nat"},
                   {"mean_goodwill", "wsm/day"},
                   {"mean_habit", "min/day"},
                   {"mean_influence", "logit"}};
  for (Feature& metric : spec_.metrics) metric.high = 1e9f;
  spec_.metrics[Spec::find(spec_.metrics, "mean_goodwill")].low = -1e9f;
}

void FeedWorld::write_metrics(const std::byte* state, double* out) const {
  const ConstFeed feed(state, layout_);
  const FeedState& s = feed.s;
  const Counts& c = s.counts;
  const Person& person = person_of(s);
  const double start = s.end - config_.days * kMinutesPerDay;
  const double since = s.now - s.read_at;
  const auto day_of = [&](double time) { return (time - start) / kMinutesPerDay; };

  const double known =
      c.known_minutes + static_cast<double>(s.known) * person.forgetting.kept_minutes(since);
  double moved = 0;
  for (int t = 0; t < spec_.topics; ++t) {
    const auto by = static_cast<double>(feed.interest[t] - feed.own_interest[t]);
    moved += by * by;
  }
  const std::size_t topics = spec_.topics;
  const std::span<const float> sums(feed.diversity, diversity_.size());
  const std::span<const float> read = diversity_.topic_weights(sums);
  const std::span<const float> shown(feed.shown_topics, topics);
  const std::span<const float> worth(feed.worth, topics);
  for (const double number : {c.minutes_read,
                              c.clicks,
                              c.items_shown,
                              c.items_lost,
                              c.overflow,
                              c.unwanted_pushes,
                              c.sessions,
                              c.silent_feed,
                              static_cast<double>(s.opted_out),
                              static_cast<double>(s.churned),
                              s.opted_out ? day_of(c.opted_out_at) : kNone,
                              s.churned ? day_of(c.churned_at) : kNone,
                              ratio(known, s.now - start),
                              ratio(c.novelty, c.clicks),
                              ratio(c.session_minutes, c.sessions_ended),
                              ratio(c.away_minutes, c.self_returns),
                              effective_number(read),
                              diversity_.intra_list_diversity(sums),
                              diversity_.vendi_score(sums),
                              gini(read),
                              miscalibration(worth, read),
                              miscalibration(worth, shown),
                              miscalibration(read, shown),
                              static_cast<double>(s.goodwill * person.goodwill.kept(since)),
                              static_cast<double>(s.habit * person.habit.kept(since)),
                              std::sqrt(moved) * static_cast<double>(person.drift.kept(since))})
    *out++ = number;
}

int FeedWorld::person_type(const std::byte* state) const {
  return spec_.person_types.empty() ? 0 : ConstFeed(state, layout_).s.type;
}

}  // namespace infodiet
