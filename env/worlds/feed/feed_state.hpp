#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "env/core/fields.hpp"
#include "env/core/philox.hpp"
#include "env/person/fatigue.hpp"
#include "env/reward/reward.hpp"

namespace infodiet {

/// Leaky sums that the platform keeps: signals x time constants.
enum Signal { kMinutesReadSignal, kItemsShownSignal, kPushesSignal, kSessionsSignal, kNumSignals };
inline constexpr int kNumTraces = 5;
inline constexpr double kTraceMinutes[kNumTraces] = {60, 240, 1440, 10080, 43200};
inline constexpr const char* kTraceNames[kNumTraces] = {"1h", "4h", "1d", "7d", "30d"};
inline constexpr double kTopicTraceMinutes = 43200;  ///< clicks and shows by topic fade over 30 d

inline constexpr int kReadsRemembered = 256;  ///< no item among these is offered again
inline constexpr int kShownRemembered = 256;  ///< "shown before" looks back this far

/// One shown item, as the platform logs it.
struct Event {
  double time = 0;  ///< min
  std::uint32_t item = 0;
  float dwell = 0;  ///< min read
  std::uint8_t rank = 0, push = 0, clicked = 0, liked = 0;
  std::uint32_t unused = 0;
};

/// What is counted for the report of an episode (feed_metrics.cpp).
struct Counts {
  double minutes_read, clicks, items_shown, items_lost, overflow, unwanted_pushes, sessions,
      silent_feed;
  double known_minutes;               ///< integral of `known` up to `read_at` [min]
  double novelty;                     ///< sum over readings of 1 - k of what was read
  double away_minutes, self_returns;  ///< between a session and his next return by himself
  double session_minutes, sessions_ended;
  double opted_out_at, churned_at;  ///< min since midnight of the first day; 0: did not
};

/// Something that happens at a rate that is constant within a segment. Each clock cell has one draw
/// of Exp(1), which the rate uses up as time passes.
struct Hazard {
  double rate;        ///< [1/min] in the current segment
  double left;        ///< of the draw of `cell`
  std::int64_t cell;  ///< clock cell that was drawn for

  double when(double now) const { return rate > 0 ? now + left / rate : kInfinity; }
};

/// The scalars of one environment. Times are minutes since midnight of the episode's first day.
struct FeedState {
  EpisodeKey key;

  // the clock
  double now;               ///< of the pending decision
  double end;               ///< the first decision from here on ends the episode
  double stream_offset;     ///< stream time = time + stream_offset
  double told;              ///< rewards and minutes up to here have been told
  double wake;              ///< when the current day of the person began
  double settled;           ///< the person has been integrated up to here (see feed_clock.cpp)
  double overload_told;     ///< overload-minutes after `settled` that were already rewarded
  std::uint32_t next_push;  ///< in push intervals
  std::uint8_t is_push;     ///< the pending decision is a push
  std::uint8_t in_session;
  std::uint8_t opted_out;
  std::uint8_t over;     ///< truncated or terminated
  std::uint8_t churned;  ///< terminated
  std::uint8_t type;     ///< which of kPersonTypes

  // what may happen to a person who is away, each spending a draw of the current cell
  Hazard back, out, gone;  ///< returning, opting out, leaving for good

  // the person
  double balance;          ///< A [am] at `settled`
  Fatigue::Level fatigue;  ///< F, S at `settled`
  double read_at;  ///< time at which all that only reading changes holds: k, s, theta, R1..H
  float known;     ///< sum w k / sum w
  float impulse;   ///< R1 [clicks/h]
  float goodwill;  ///< R2 [net wsm/day]
  float habit;     ///< H [min/day]
  double annoyed_at;
  float annoyance;  ///< n [unwanted pushes/week] at `annoyed_at`
  float worth_sum;  ///< sum w
  float log_tolerance;
  float last_dwell;                       ///< D of the last reading, before anything cut it [min]
  std::uint32_t choices, dwells, leaves;  ///< draws made so far of each kind

  // the platform's log
  double session_start;
  double session_end;  ///< of the last one; below 0: never
  double last_show;    ///< below 0: never
  double trace_at[kNumSignals];
  float trace[kNumSignals][kNumTraces];
  double topics_at;
  double estimate_at;                  ///< time at which `estimate` holds
  double estimate;                     ///< attention balance as the platform guesses it [am]
  std::uint32_t pushes_today;          ///< since waking
  std::uint32_t events, reads, shown;  ///< ever; the rings hold the last of them

  // since the last decision, and since the episode began
  double accrued[kNumRewards];
  Counts counts;

  // retrieval
  std::uint32_t arrived;  ///< items 0 .. arrived - 1 have arrived
  std::uint32_t num_newest, num_ranked, num_candidates;
  std::uint64_t ranked_floor;  ///< every eligible item with a higher key is in `ranked`
  double next_expiry;          ///< no listed item expires before [stream min]
};
static_assert(std::is_trivially_copyable_v<FeedState>);

/// Where the arrays of one record lie, and how long they are.
struct FeedLayout {
  int topics = 0;      ///< padded to a multiple of 8
  int history = 0;     ///< H
  int newest = 0;      ///< candidates that are simply the newest
  int ranked = 0;      ///< capacity of the list of older items with the highest keys
  int candidates = 0;  ///< M

  std::size_t known = 0, satiation = 0, worth = 0, interest = 0, own_interest = 0, topic_clicks = 0,
              topic_shows = 0, shown_topics = 0, diversity = 0, events = 0, reads = 0, shown = 0,
              newest_items = 0, ranked_keys = 0, candidate_items = 0, bytes = 0;

  static FeedLayout of(int topics, int history, int candidates);
};

/// One record, opened. `Byte` is std::byte or const std::byte.
template <class Byte>
struct FeedView {
  template <class T>
  using Pointer = std::conditional_t<std::is_const_v<Byte>, const T*, T*>;

  FeedView(Byte* record, const FeedLayout& layout)
      : s(*reinterpret_cast<Pointer<FeedState>>(record)),
        known(at<float>(record, layout.known)),
        satiation(at<float>(record, layout.satiation)),
        worth(at<float>(record, layout.worth)),
        interest(at<float>(record, layout.interest)),
        own_interest(at<float>(record, layout.own_interest)),
        topic_clicks(at<float>(record, layout.topic_clicks)),
        topic_shows(at<float>(record, layout.topic_shows)),
        shown_topics(at<float>(record, layout.shown_topics)),
        diversity(at<float>(record, layout.diversity)),
        events(at<Event>(record, layout.events)),
        reads(at<std::uint32_t>(record, layout.reads)),
        shown(at<std::uint32_t>(record, layout.shown)),
        newest(at<std::uint32_t>(record, layout.newest_items)),
        ranked(at<std::uint64_t>(record, layout.ranked_keys)),
        candidates(at<std::int32_t>(record, layout.candidate_items)) {}

  /// The same record, to look at only.
  template <class Other>
  requires(std::is_const_v<Byte> &&
           !std::is_const_v<Other>) explicit FeedView(const FeedView<Other>& other)
      : s(other.s),
        known(other.known),
        satiation(other.satiation),
        worth(other.worth),
        interest(other.interest),
        own_interest(other.own_interest),
        topic_clicks(other.topic_clicks),
        topic_shows(other.topic_shows),
        shown_topics(other.shown_topics),
        diversity(other.diversity),
        events(other.events),
        reads(other.reads),
        shown(other.shown),
        newest(other.newest),
        ranked(other.ranked),
        candidates(other.candidates) {}

  std::conditional_t<std::is_const_v<Byte>, const FeedState, FeedState>& s;
  Pointer<float> known;              ///< (T) k at `read_at`
  Pointer<float> satiation;          ///< (T) s at `read_at`
  Pointer<float> worth;              ///< (T) w
  Pointer<float> interest;           ///< (T) theta at `read_at`
  Pointer<float> own_interest;       ///< (T) theta0, to which theta returns
  Pointer<float> topic_clicks;       ///< (T)
  Pointer<float> topic_shows;        ///< (T)
  Pointer<float> shown_topics;       ///< (T) sum of weights of all that was shown
  Pointer<float> diversity;          ///< sums of ReadDiversity over all that was read
  Pointer<Event> events;             ///< (H) ring
  Pointer<std::uint32_t> reads;      ///< (256) ring of item ids
  Pointer<std::uint32_t> shown;      ///< (256) ring of item ids
  Pointer<std::uint32_t> newest;     ///< item ids, ascending
  Pointer<std::uint64_t> ranked;     ///< keys, descending; the item id is the low half
  Pointer<std::int32_t> candidates;  ///< (M) item ids, ascending

 private:
  template <class T>
  static Pointer<T> at(Byte* record, std::size_t offset) {
    return reinterpret_cast<Pointer<T>>(record + offset);
  }
};
using Feed = FeedView<std::byte>;
using ConstFeed = FeedView<const std::byte>;

}  // namespace infodiet
