#include "env/worlds/feed/retrieval.hpp"

#include <algorithm>
#include <functional>

namespace infodiet {

namespace {
std::uint32_t item_of(std::uint64_t key) { return static_cast<std::uint32_t>(key); }
}  // namespace

Retrieval::Retrieval(const Stream& stream, const FeedLayout& layout, bool repeats)
    : items_(stream.items), layout_(layout), repeats_(repeats) {
  for (const Item& item : items_) {
    arrival_.push_back(item.arrival);
    expiry_.push_back(item.expiry);
    longest_life_ = std::max(longest_life_, item.expiry - item.arrival);
  }
}

void Retrieval::begin(Feed feed, double time) const {
  FeedState& s = feed.s;
  const auto end = std::upper_bound(arrival_.begin(), arrival_.end(), time);
  s.arrived = static_cast<std::uint32_t>(end - arrival_.begin());
  s.num_newest = 0;
  s.reads = 0;
  refill_newest(feed, time);
  search(feed, time);
  offer(feed);
}

void Retrieval::advance(Feed feed, double time) const {
  FeedState& s = feed.s;
  bool changed = s.num_candidates == 0 || s.next_expiry <= time;
  while (s.arrived < arrival_.size() && arrival_[s.arrived] <= time) {
    const std::uint32_t item = s.arrived++;
    if (expiry_[item] <= time) continue;
    admit(feed, item);
    changed = true;
  }
  if (s.next_expiry <= time) drop_expired(feed, time);
  if (!changed) return;
  if (!offer(feed)) {
    search(feed, time);
    offer(feed);
  }
}

void Retrieval::mark_read(Feed feed, std::uint32_t item, double time) const {
  FeedState& s = feed.s;
  std::uint32_t& place = feed.reads[s.reads % kReadsRemembered];
  const bool full = s.reads >= kReadsRemembered;
  const std::uint32_t forgotten = place;
  place = item;
  ++s.reads;
  if (repeats_) return;

  // before the lists get a gap, which `admit` would take for the end of the pool
  if (full && eligible(feed, forgotten, time)) admit(feed, forgotten);
  const auto newest_end = feed.newest + s.num_newest;
  const auto found = std::lower_bound(feed.newest, newest_end, item);
  if (found != newest_end && *found == item) {
    std::copy(found + 1, newest_end, found);
    --s.num_newest;
    refill_newest(feed, time);
  }
  const auto ranked_end = feed.ranked + s.num_ranked;
  const auto listed =
      std::find_if(feed.ranked, ranked_end, [item](std::uint64_t k) { return item_of(k) == item; });
  if (listed != ranked_end) {
    std::copy(listed + 1, ranked_end, listed);
    --s.num_ranked;
  }
  s.num_candidates = 0;  // the offer has changed
}

std::uint64_t Retrieval::key(const EpisodeKey& episode, std::uint32_t item) const {
  const std::uint64_t hash = random_words(episode, Purpose::kRetrieval, item)[0];
  return hash << 32 | item;  // the id makes keys unique
}

bool Retrieval::was_read(const Feed& feed, std::uint32_t item) const {
  const auto end = feed.reads + std::min<std::uint32_t>(feed.s.reads, kReadsRemembered);
  return !repeats_ && std::find(feed.reads, end, item) != end;
}

bool Retrieval::eligible(const Feed& feed, std::uint32_t item, double time) const {
  return item < feed.s.arrived && expiry_[item] > time && !was_read(feed, item);
}

/// No item before this one can still be in the pool.
std::uint32_t Retrieval::oldest_alive(double time) const {
  const auto first = std::lower_bound(arrival_.begin(), arrival_.end(), time - longest_life_);
  return static_cast<std::uint32_t>(first - arrival_.begin());
}

/// Lists an item that has become eligible.
void Retrieval::admit(Feed feed, std::uint32_t item) const {
  FeedState& s = feed.s;
  s.next_expiry = std::min(s.next_expiry, expiry_[item]);
  const std::uint64_t item_key = key(s.key, item);
  if (item_key > s.ranked_floor) rank(feed, item_key);

  // fewer than wanted are listed only when there are no others, so a newcomer fits anywhere then
  const auto room = static_cast<std::uint32_t>(layout_.newest);
  if (s.num_newest == room && (room == 0 || item < feed.newest[0])) return;
  const auto end = feed.newest + s.num_newest;
  const auto place = std::lower_bound(feed.newest, end, item);
  std::copy_backward(place, end, end + 1);
  *place = item;
  if (++s.num_newest > room) {
    std::copy(feed.newest + 1, feed.newest + s.num_newest, feed.newest);
    --s.num_newest;
  }
}

/// Inserts a key; if the list is full the lowest falls out and the floor rises to it.
void Retrieval::rank(Feed feed, std::uint64_t item_key) const {
  FeedState& s = feed.s;
  if (s.num_ranked == static_cast<std::uint32_t>(layout_.ranked)) {
    std::uint64_t& lowest = feed.ranked[s.num_ranked - 1];
    s.ranked_floor = std::max(s.ranked_floor, std::min(lowest, item_key));
    if (item_key < lowest) return;
    --s.num_ranked;
  }
  const auto end = feed.ranked + s.num_ranked;
  const auto place = std::lower_bound(feed.ranked, end, item_key, std::greater<>{});
  std::copy_backward(place, end, end + 1);
  *place = item_key;
  ++s.num_ranked;
}

void Retrieval::drop_expired(Feed feed, double time) const {
  FeedState& s = feed.s;
  double next = kInfinity;
  const auto expired = [&](std::uint32_t item) {
    if (expiry_[item] <= time) return true;
    next = std::min(next, expiry_[item]);
    return false;
  };
  const auto newest_end = std::remove_if(feed.newest, feed.newest + s.num_newest, expired);
  s.num_newest = static_cast<std::uint32_t>(newest_end - feed.newest);
  const auto ranked_end = std::remove_if(feed.ranked, feed.ranked + s.num_ranked,
                                         [&](std::uint64_t k) { return expired(item_of(k)); });
  s.num_ranked = static_cast<std::uint32_t>(ranked_end - feed.ranked);
  s.next_expiry = next;
  refill_newest(feed, time);
}

/// Takes up older items until there are enough, or none are left.
void Retrieval::refill_newest(Feed feed, double time) const {
  FeedState& s = feed.s;
  if (s.num_newest == static_cast<std::uint32_t>(layout_.newest)) return;
  const std::uint32_t stop = oldest_alive(time);
  std::uint32_t item = s.num_newest > 0 ? feed.newest[0] : s.arrived;
  while (item > stop && s.num_newest < static_cast<std::uint32_t>(layout_.newest)) {
    if (!eligible(feed, --item, time)) continue;
    std::copy_backward(feed.newest, feed.newest + s.num_newest, feed.newest + s.num_newest + 1);
    feed.newest[0] = item;
    ++s.num_newest;
    s.next_expiry = std::min(s.next_expiry, expiry_[item]);
  }
}

/// Searches the whole pool for the highest keys.
void Retrieval::search(Feed feed, double time) const {
  FeedState& s = feed.s;
  s.num_ranked = 0;
  s.ranked_floor = 0;
  s.next_expiry = kInfinity;
  for (std::uint32_t i = 0; i < s.num_newest; ++i)
    s.next_expiry = std::min(s.next_expiry, expiry_[feed.newest[i]]);

  // a heap of the highest keys, the lowest of them on top
  const auto room = static_cast<std::uint32_t>(layout_.ranked);
  for (std::uint32_t item = oldest_alive(time); item < s.arrived; ++item) {
    if (expiry_[item] <= time || was_read(feed, item)) continue;
    const std::uint64_t item_key = key(s.key, item);
    if (s.num_ranked == room) {
      s.ranked_floor = std::max(s.ranked_floor, std::min(feed.ranked[0], item_key));
      if (item_key < feed.ranked[0]) continue;
      std::pop_heap(feed.ranked, feed.ranked + room, std::greater<>{});
      --s.num_ranked;
    }
    feed.ranked[s.num_ranked++] = item_key;
    std::push_heap(feed.ranked, feed.ranked + s.num_ranked, std::greater<>{});
  }
  std::sort(feed.ranked, feed.ranked + s.num_ranked, std::greater<>{});
  for (std::uint32_t i = 0; i < s.num_ranked; ++i)
    s.next_expiry = std::min(s.next_expiry, expiry_[item_of(feed.ranked[i])]);
}

/// Writes the offer from the lists. @returns false if the list of keys has run short
bool Retrieval::offer(Feed feed) const {
  FeedState& s = feed.s;
  const auto wanted = static_cast<std::uint32_t>(layout_.candidates - layout_.newest);
  const std::uint32_t oldest_new = s.num_newest > 0 ? feed.newest[0] : s.arrived;
  std::uint32_t taken = 0;
  for (std::uint32_t i = 0; i < s.num_ranked && taken < wanted; ++i) {
    const std::uint32_t item = item_of(feed.ranked[i]);
    if (item < oldest_new) feed.candidates[taken++] = static_cast<std::int32_t>(item);
  }
  if (taken < wanted && s.ranked_floor > 0) return false;
  std::sort(feed.candidates, feed.candidates + taken);
  for (std::uint32_t i = 0; i < s.num_newest; ++i)
    feed.candidates[taken + i] = static_cast<std::int32_t>(feed.newest[i]);
  s.num_candidates = taken + s.num_newest;
  return true;
}

}  // namespace infodiet
