#pragma once

#include <vector>

#include "env/stream/stream.hpp"
#include "env/worlds/feed/feed_state.hpp"

namespace infodiet {

/// Which items an agent is offered: the newest M/2 of the pool, then of the rest those with the
/// highest hash(seed, env, episode, item), in order of item id.
///
/// The pool is what has arrived, has not expired, and is not among the person's last 256 reads.
/// The offer is a stable function of person and time, never a fresh draw. It is kept up to date by
/// what changes (arrivals, expiries, reads) instead of searched anew: per record, the newest items,
/// and a list of the highest keys with a floor such that every eligible item above the floor is
/// listed. When the list runs short, the pool is searched once.
class Retrieval {
 public:
  Retrieval(const Stream& stream, const FeedLayout& layout, bool repeats);

  /// Fills the lists for a new episode. @param time  stream time [min]
  void begin(Feed feed, double time) const;

  /// Goes forward to `time` and writes feed.candidates.
  void advance(Feed feed, double time) const;

  /// Remembers that an item was read.
  void mark_read(Feed feed, std::uint32_t item, double time) const;

 private:
  std::uint64_t key(const EpisodeKey& episode, std::uint32_t item) const;
  bool was_read(const Feed& feed, std::uint32_t item) const;
  bool eligible(const Feed& feed, std::uint32_t item, double time) const;
  std::uint32_t oldest_alive(double time) const;
  void admit(Feed feed, std::uint32_t item) const;
  void rank(Feed feed, std::uint64_t item_key) const;
  void drop_expired(Feed feed, double time) const;
  void refill_newest(Feed feed, double time) const;
  void search(Feed feed, double time) const;
  bool offer(Feed feed) const;

  const std::vector<Item>& items_;
  FeedLayout layout_;
  bool repeats_;
  std::vector<double> arrival_;  // columns of items_: a search reads only these
  std::vector<double> expiry_;
  double longest_life_ = 0;  // min
};

}  // namespace infodiet
